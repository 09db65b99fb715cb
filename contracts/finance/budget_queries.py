"""The budget of a year beside what was charged and what is still to come."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from contracts.agreements.models import ContractProduct
from contracts.finance.ledger_queries import budget_of, realised_in
from contracts.finance.models import BudgetLine
from contracts.invoicing.models import Invoice, InvoiceLine
from contracts.invoicing.queries import invoices_visible_to
from contracts.invoicing.states import InvoiceState
from portal.access import Viewer
from portal.catalogue.models import Municipality, Product
from portal.db import db
from portal.money import ZERO
from portal.periods import Year


@dataclass(frozen=True)
class BudgetRow:
    """A product of a municipality: budget, charged, received but not decided, and the room left."""

    product: Product
    municipality: Municipality
    budget: Decimal
    realised: Decimal
    waiting: Decimal

    @property
    def room(self) -> Decimal:
        return self.budget - self.realised - self.waiting


@dataclass(frozen=True)
class BudgetPage:
    """A year of budget, with totals."""

    rows: Sequence[BudgetRow]
    is_demo: bool
    sources: Sequence[str]

    def total(self, name: str) -> Decimal:
        """Add up a column."""
        return sum((getattr(row, name) for row in self.rows), ZERO)


def budget_page(viewer: Viewer, year: int) -> BudgetPage:
    """Return the budget of a year per product and municipality, with what was charged."""
    lines = budget_of(viewer, year)
    realised = realised_in(viewer, year)
    waiting = _waiting(viewer, year)
    keys = {(line.product_id, line.municipality_id): line for line in lines}
    extra = [key for key in {*realised, *waiting} if key not in keys]
    products = {one.id: one for one in db.session.scalars(select(Product))}
    places = {one.id: one for one in db.session.scalars(select(Municipality))}
    rows = [_row(line.product, line.municipality, line, realised, waiting) for line in lines]
    rows += [_row(products[product], places[place], None, realised, waiting) for product, place in extra]
    rows.sort(key=lambda row: (row.product.position, row.municipality.name))
    return BudgetPage(
        rows, any(line.is_demo for line in lines), sorted({line.source for line in lines if line.source})
    )


def _row(
    product: Product,
    municipality: Municipality,
    line: BudgetLine | None,
    realised: dict[tuple[uuid.UUID, uuid.UUID], Decimal],
    waiting: dict[tuple[uuid.UUID, uuid.UUID], Decimal],
) -> BudgetRow:
    key = (product.id, municipality.id)
    return BudgetRow(
        product, municipality, line.amount if line else ZERO, realised.get(key, ZERO), waiting.get(key, ZERO)
    )


def _waiting(viewer: Viewer, year: int) -> dict[tuple[uuid.UUID, uuid.UUID], Decimal]:
    """What came in for participants but is not approved yet; lines under a key wait for their split."""
    visible = (
        invoices_visible_to(viewer)
        .where(
            Invoice.state.in_([InvoiceState.RECEIVED, InvoiceState.DECLARED]),
            Invoice.month.between(Year(year).first, Year(year).last),
        )
        .with_only_columns(Invoice.id)
    )
    rows = db.session.execute(
        select(ContractProduct.product_id, InvoiceLine.municipality_id, func.sum(InvoiceLine.net))
        .join(ContractProduct, ContractProduct.id == InvoiceLine.contract_product_id)
        .where(InvoiceLine.invoice_id.in_(visible), InvoiceLine.municipality_id.is_not(None))
        .group_by(ContractProduct.product_id, InvoiceLine.municipality_id)
    )
    return {(row[0], row[1]): row[2] for row in rows if row[1] is not None}


def budget_years() -> list[int]:
    """Return the years with a budget, oldest first."""
    return list(db.session.scalars(select(BudgetLine.year).distinct().order_by(BudgetLine.year)))
