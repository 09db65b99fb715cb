"""Reading the books: what a municipality may see is its own shares, and all of the contracts it leads."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract, ContractMunicipality
from contracts.finance.check_queries import stored_totals
from contracts.finance.models import (
    Period,
    PeriodMunicipality,
    Posting,
)
from contracts.finance.states import PeriodState
from contracts.finance.sums import Sums, sums, total_of
from contracts.invoicing.models import Invoice
from contracts.invoicing.states import InvoiceState
from portal.access import SYSTEM, Viewer
from portal.catalogue.models import Municipality, Product
from portal.db import db
from portal.errors import NotFound
from portal.money import ZERO
from portal.periods import Month


def may_see(viewer: Viewer) -> ColumnElement[bool]:
    """Return the SQL condition for postings (joined with contract) a viewer may see."""
    if viewer is SYSTEM:
        return Posting.id.is_not(None)
    if viewer.municipality_id is None:
        return false()
    return or_(
        Posting.municipality_id == viewer.municipality_id,
        Contract.lead_municipality_id == viewer.municipality_id,
    )


def require_part(viewer: Viewer) -> None:
    """Keep the books of the region from a municipality that is in none of its contracts.

    Raises:
        NotFound: the viewer's municipality takes part in no contract and leads none.
    """
    if not takes_part(viewer):
        raise NotFound


def takes_part(viewer: Viewer) -> bool:
    """Say whether the viewer's municipality shares in a contract or leads one."""
    in_one = select(ContractMunicipality.id).where(
        ContractMunicipality.municipality_id == viewer.municipality_id
    )
    if viewer.municipality_id is None:
        return False
    return db.session.scalar(in_one.limit(1)) is not None or leads_any(viewer)


def leads_any(viewer: Viewer) -> bool:
    """Say whether the viewer's municipality leads a contract, and so sees the shares of all in it."""
    if viewer is SYSTEM:
        return True
    return (
        viewer.municipality_id is not None
        and db.session.scalar(
            select(Contract.id).where(Contract.lead_municipality_id == viewer.municipality_id).limit(1)
        )
        is not None
    )


@dataclass
class CostTable:
    """Municipality × product of a month, with the joint total (also of shares the viewer does not see)."""

    municipalities: list[Municipality]
    products: list[Product]
    cells: dict[tuple[uuid.UUID, uuid.UUID], Sums]
    joint: dict[uuid.UUID, Sums] = field(default_factory=dict)

    def cell(self, product: Product, municipality: Municipality) -> Sums | None:
        """Return what a municipality bears of a product, or None."""
        return self.cells.get((product.id, municipality.id))

    def of_municipality(self, municipality: Municipality) -> Sums:
        """Return the total of a municipality."""
        return total_of(value for (_, one), value in self.cells.items() if one == municipality.id)

    def of_product(self, product: Product) -> Sums:
        """Return the joint total of a product."""
        return self.joint.get(product.id, Sums())

    @property
    def total(self) -> Sums:
        return total_of(self.joint.values())


def cost_table(viewer: Viewer, month: Month) -> CostTable:
    """Return the cost table of a month, in three statements."""
    base = (
        select(Posting.product_id, Posting.municipality_id, *sums())
        .join(Period, Period.id == Posting.period_id)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(Contract, Contract.id == Invoice.contract_id)
        .where(Period.month == month.first, _shares_a_contract(viewer))
        .group_by(Posting.product_id, Posting.municipality_id)
    )
    joint: dict[uuid.UUID, Sums] = {}
    for product_id, _, net, back, cost in db.session.execute(base):
        joint[product_id] = joint.get(product_id, Sums()).plus(Sums(net, back, cost))
    cells = {
        (product_id, municipality_id): Sums(net, back, cost)
        for product_id, municipality_id, net, back, cost in db.session.execute(base.where(may_see(viewer)))
    }
    names = {municipality_id for _, municipality_id in cells}
    return CostTable(
        municipalities=list(
            db.session.scalars(
                select(Municipality).where(Municipality.id.in_(names)).order_by(Municipality.name)
            )
        ),
        products=list(
            db.session.scalars(select(Product).where(Product.id.in_(joint)).order_by(Product.position))
        ),
        cells=cells,
        joint=joint,
    )


def _shares_a_contract(viewer: Viewer) -> ColumnElement[bool]:
    """The joint totals cover the contracts in which the viewer's municipality takes part or leads."""
    if viewer is SYSTEM:
        return Posting.id.is_not(None)
    taking_part = select(ContractMunicipality.contract_id).where(
        ContractMunicipality.municipality_id == viewer.municipality_id
    )
    return or_(Contract.id.in_(taking_part), Contract.lead_municipality_id == viewer.municipality_id)


@dataclass(frozen=True)
class InvoiceRow:
    """An invoice in the list of a month: signed amounts with btw, per municipality the viewer may see."""

    invoice: Invoice
    provider: str
    product: str
    gross: Decimal
    shares: dict[uuid.UUID, Decimal]
    difference: Decimal


def invoice_rows(viewer: Viewer, month: Month) -> list[InvoiceRow]:
    """Return the invoices with postings in a month, in three statements."""
    cells = db.session.execute(
        select(
            Posting.invoice_id,
            Posting.municipality_id,
            *sums(),
            func.min(Product.short_name),
        )
        .join(Period, Period.id == Posting.period_id)
        .join(Product, Product.id == Posting.product_id)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(Contract, Contract.id == Invoice.contract_id)
        .where(Period.month == month.first, may_see(viewer))
        .group_by(Posting.invoice_id, Posting.municipality_id)
    ).all()
    shares: dict[uuid.UUID, dict[uuid.UUID, Decimal]] = {}
    products: dict[uuid.UUID, str] = {}
    for invoice_id, municipality_id, net, back, cost, product in cells:
        shares.setdefault(invoice_id, {})[municipality_id] = net + back + cost
        products[invoice_id] = product
    invoices = db.session.scalars(
        select(Invoice)
        .where(Invoice.id.in_(shares))
        .options(joinedload(Invoice.issuer_organisation), joinedload(Invoice.contract))
        .order_by(Invoice.number)
    ).all()
    stored = stored_totals([invoice.id for invoice in invoices])
    return [
        InvoiceRow(
            invoice,
            invoice.issuer_organisation.name,
            products[invoice.id],
            invoice.sign * (invoice.total + invoice.rounding),
            shares[invoice.id],
            invoice.sign * (invoice.total + invoice.rounding)
            - sum(stored.get(invoice.id, (ZERO, ZERO)), ZERO),
        )
        for invoice in invoices
    ]


def waiting_in(month: Month) -> int:
    """Count the invoices of a month that are not decided yet."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Invoice.month == month.first,
                Invoice.state.in_([InvoiceState.RECEIVED, InvoiceState.DECLARED]),
            )
        )
        or 0
    )


def states_of(month: Month) -> Sequence[PeriodMunicipality]:
    """Return the state of a month per municipality, by name."""
    return db.session.scalars(
        select(PeriodMunicipality)
        .join(Period, Period.id == PeriodMunicipality.period_id)
        .join(Municipality, Municipality.id == PeriodMunicipality.municipality_id)
        .where(Period.month == month.first)
        .options(joinedload(PeriodMunicipality.municipality), joinedload(PeriodMunicipality.period))
        .order_by(Municipality.name)
    ).all()


def closed_months(municipality_id: uuid.UUID) -> set[Month]:
    """Return the months that have closed for a municipality."""
    rows = db.session.scalars(
        select(Period.month)
        .join(PeriodMunicipality, PeriodMunicipality.period_id == Period.id)
        .where(
            PeriodMunicipality.municipality_id == municipality_id,
            PeriodMunicipality.state == PeriodState.CLOSED,
        )
    )
    return {Month.of(first) for first in rows}


@dataclass(frozen=True)
class MonthRow:
    """A month in the list: charged to the viewer's municipalities, and how many have closed."""

    month: Month
    charged: Decimal
    invoices: int
    closed: int
    municipalities: int


def month_list(viewer: Viewer) -> list[MonthRow]:
    """Return the months with postings the viewer may see, newest first, in two statements."""
    rows = db.session.execute(
        select(
            Period.id,
            Period.month,
            func.sum(Posting.net),
            func.sum(Posting.vat_cost),
            func.count(func.distinct(Posting.invoice_id)),
        )
        .select_from(Posting)
        .join(Period, Period.id == Posting.period_id)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(Contract, Contract.id == Invoice.contract_id)
        .where(may_see(viewer))
        .group_by(Period.id, Period.month)
        .order_by(Period.month.desc())
    ).all()
    sees_all = leads_any(viewer)
    states: dict[uuid.UUID, list[PeriodState]] = {}
    for period_id, municipality_id, state in db.session.execute(
        select(PeriodMunicipality.period_id, PeriodMunicipality.municipality_id, PeriodMunicipality.state)
    ):
        if sees_all or municipality_id == viewer.municipality_id:
            states.setdefault(period_id, []).append(state)
    return [
        MonthRow(
            Month.of(first),
            net + cost,
            invoices,
            states.get(period_id, []).count(PeriodState.CLOSED),
            len(states.get(period_id, [])),
        )
        for period_id, first, net, cost, invoices in rows
    ]
