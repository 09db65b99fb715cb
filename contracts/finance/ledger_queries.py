"""Reading ledger lines, exports and the budget, narrowed to what the viewer may see."""

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract
from contracts.finance.models import BudgetLine, ExportBatch, ExportRow, Period, Posting
from contracts.finance.queries import leads_any, may_see
from contracts.invoicing.models import Invoice
from contracts.invoicing.split_models import LineShare
from portal.access import SYSTEM, Viewer
from portal.accounts.models import Organisation
from portal.catalogue.models import Municipality, Product
from portal.db import db
from portal.errors import NotFound
from portal.periods import Month


def postings_for(
    viewer: Viewer,
    month: Month,
    municipality_id: uuid.UUID | None = None,
    product_id: uuid.UUID | None = None,
    invoice_number: str = "",
) -> Select[Posting]:
    """Select the ledger lines of a month the viewer may see, narrowed to a municipality, product or invoice."""
    statement = (
        select(Posting)
        .join(Period, Period.id == Posting.period_id)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(Contract, Contract.id == Invoice.contract_id)
        .join(Organisation, Organisation.id == Invoice.issuer_organisation_id)
        .options(
            joinedload(Posting.municipality),
            joinedload(Posting.product),
            joinedload(Posting.ledger_mapping),
            joinedload(Posting.invoice).joinedload(Invoice.issuer_organisation),
            joinedload(Posting.line_share).joinedload(LineShare.line),
        )
        .where(Period.month == month.first, may_see(viewer))
        .order_by(Posting.number)
    )
    if municipality_id is not None:
        statement = statement.where(Posting.municipality_id == municipality_id)
    if product_id is not None:
        statement = statement.where(Posting.product_id == product_id)
    if invoice_number:
        statement = statement.where(Invoice.number == invoice_number)
    return statement


def posting_for(viewer: Viewer, number: int) -> Posting:
    """Return a ledger line by its number.

    Raises:
        NotFound: there is none, or it is not for this viewer.
    """
    found = db.session.scalars(
        select(Posting)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(Contract, Contract.id == Invoice.contract_id)
        .options(
            joinedload(Posting.municipality),
            joinedload(Posting.product),
            joinedload(Posting.period),
            joinedload(Posting.ledger_mapping),
            joinedload(Posting.invoice).options(
                joinedload(Invoice.issuer_organisation), joinedload(Invoice.contract)
            ),
            joinedload(Posting.line_share).options(joinedload(LineShare.line), joinedload(LineShare.share)),
        )
        .where(Posting.number == number, may_see(viewer))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def batches_for(viewer: Viewer, month: Month | None = None) -> Select[ExportBatch]:
    """Select the exports a viewer may fetch: of its own municipality, and whole months when it leads."""
    statement = (
        select(ExportBatch)
        .join(Period, Period.id == ExportBatch.period_id)
        .options(
            joinedload(ExportBatch.period),
            joinedload(ExportBatch.municipality),
            joinedload(ExportBatch.document),
        )
        .order_by(ExportBatch.made_at.desc(), ExportBatch.number.desc())
    )
    if month is not None:
        statement = statement.where(Period.month == month.first)
    if viewer is SYSTEM or leads_any(viewer):
        return statement
    return statement.where(ExportBatch.municipality_id == viewer.municipality_id)


def budget_of(viewer: Viewer, year: int) -> Sequence[BudgetLine]:
    """Return the budget lines of a year the viewer may see."""
    statement = (
        select(BudgetLine)
        .join(Municipality, Municipality.id == BudgetLine.municipality_id)
        .join(Product, Product.id == BudgetLine.product_id)
        .options(joinedload(BudgetLine.municipality), joinedload(BudgetLine.product))
        .where(BudgetLine.year == year)
        .order_by(Product.position, Municipality.name)
    )
    if not leads_any(viewer):
        statement = statement.where(BudgetLine.municipality_id == viewer.municipality_id)
    return db.session.scalars(statement).all()


def realised_in(viewer: Viewer, year: int) -> dict[tuple[uuid.UUID, uuid.UUID], Decimal]:
    """Return what was charged in a year per (product, municipality), by the year of performance."""
    rows = db.session.execute(
        select(Posting.product_id, Posting.municipality_id, func.sum(Posting.net), func.sum(Posting.vat_cost))
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(Contract, Contract.id == Invoice.contract_id)
        .where(Posting.performed_in.between(date(year, 1, 1), date(year, 12, 31)), may_see(viewer))
        .group_by(Posting.product_id, Posting.municipality_id)
    )
    return {(product_id, municipality_id): net + cost for product_id, municipality_id, net, cost in rows}


def invoiced_by_municipality(contract_id: uuid.UUID) -> dict[uuid.UUID, Decimal]:
    """Return what was booked under a contract per municipality, without btw (for the ceiling)."""
    rows = db.session.execute(
        select(Posting.municipality_id, func.sum(Posting.net))
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .where(Invoice.contract_id == contract_id)
        .group_by(Posting.municipality_id)
    )
    return {row.municipality_id: row[1] for row in rows}


def changes_since(batch_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Count per export the ledger lines that came into its month afterwards, in one statement."""
    known = select(ExportRow.posting_id).where(ExportRow.batch_id == ExportBatch.id)
    rows = db.session.execute(
        select(ExportBatch.id, func.count(Posting.id))
        .join(Posting, Posting.period_id == ExportBatch.period_id)
        .where(
            ExportBatch.id.in_(batch_ids),
            or_(
                ExportBatch.municipality_id.is_(None), ExportBatch.municipality_id == Posting.municipality_id
            ),
            Posting.id.not_in(known),
        )
        .group_by(ExportBatch.id)
    ).all()
    return {row[0]: row[1] for row in rows}
