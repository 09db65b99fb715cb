"""Reading specifications and invoices, narrowed to what the viewer's relation to the contract allows."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from contracts.agreements.models import Contract, ContractParty, ContractProduct
from contracts.agreements.queries import visible_to
from contracts.invoicing.models import (
    Dispute,
    Invoice,
    InvoiceLine,
    InvoiceObjection,
    LineBasis,
    Specification,
    SpecificationLine,
    VatSubtotal,
)
from contracts.invoicing.states import InvoiceKind, InvoiceState, SpecificationState
from contracts.results.models import MonthlyRow
from portal.access import SYSTEM, Viewer
from portal.accounts.models import Organisation
from portal.db import db
from portal.errors import NotFound, NotYours

SORTS = {
    "nummer": Invoice.number,
    "datum": Invoice.issued_on,
    "bedrag": Invoice.total,
    "maand": Invoice.month,
    "betalen": Invoice.pay_by,
}


@dataclass(frozen=True)
class Filters:
    """What a list of invoices is narrowed to; empty means everything."""

    state: str = ""
    words: str = ""
    month: date | None = None
    sort: str = "-nummer"


def invoices_visible_to(viewer: Viewer) -> Select[Invoice]:
    """Select the invoices a viewer may see: his own ones, or those of the contracts of his municipality."""
    statement = (
        select(Invoice)
        .join(Invoice.contract)
        .join(Invoice.issuer_organisation)
        .options(contains_eager(Invoice.contract), contains_eager(Invoice.issuer_organisation))
        .options(joinedload(Invoice.buyer))
    )
    if viewer is SYSTEM:
        return statement
    if viewer.organisation_id is None:
        return statement.where(false())
    ways = [Invoice.issuer_organisation_id == viewer.organisation_id]
    if viewer.municipality_id is not None:
        contracts = visible_to(viewer).with_only_columns(Contract.id)
        party = select(ContractParty.contract_id).where(
            ContractParty.organisation_id == viewer.organisation_id
        )
        ways.append(Invoice.contract_id.in_(contracts) & Invoice.contract_id.not_in(party))
    return statement.where(or_(*ways))


def invoice_list(viewer: Viewer, filters: Filters) -> Select[Invoice]:
    """Select the invoices for the list page: filtered and sorted ("-nummer" is newest first)."""
    statement = invoices_visible_to(viewer)
    if filters.state in set(InvoiceState):
        statement = statement.where(Invoice.state == InvoiceState(filters.state))
    if filters.month is not None:
        statement = statement.where(Invoice.month == filters.month)
    if filters.words:
        words = filters.words
        statement = statement.where(
            or_(
                Invoice.number.icontains(words, autoescape=True),
                Invoice.issuer_number.icontains(words, autoescape=True),
                Contract.number.icontains(words, autoescape=True),
                Organisation.name.icontains(words, autoescape=True),
            )
        )
    column = SORTS.get(filters.sort.removeprefix("-"), Invoice.number)
    return statement.order_by(
        column.desc() if filters.sort.startswith("-") else column.asc(), Invoice.number.desc()
    )


def invoice_for(viewer: Viewer, number: str) -> Invoice:
    """Return an invoice by our number.

    Raises:
        NotFound: there is none, or it is not for this viewer.
    """
    found = db.session.scalars(invoices_visible_to(viewer).where(Invoice.number == number)).one_or_none()
    if found is None:
        raise NotFound
    return found


def is_lead(contract: Contract, viewer: Viewer) -> bool:
    """Say whether the viewer works for the lead municipality of a contract."""
    return viewer is SYSTEM or (
        viewer.municipality_id is not None and viewer.municipality_id == contract.lead_municipality_id
    )


def require_lead(invoice: Invoice, viewer: Viewer, who: str) -> None:
    """Let only the lead municipality through.

    Raises:
        NotYours: the viewer reads along; says who can.
    """
    if not is_lead(invoice.contract, viewer):
        raise NotYours(f"{who} van {invoice.contract.lead_municipality.name}")


def lines_of(invoice: Invoice) -> Sequence[InvoiceLine]:
    """Return the lines of an invoice in their order, with what their page shows."""
    return db.session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.invoice_id == invoice.id)
        .options(
            joinedload(InvoiceLine.municipality),
            joinedload(InvoiceLine.trajectory),
            joinedload(InvoiceLine.contract_product).joinedload(ContractProduct.product),
            joinedload(InvoiceLine.specification_line),
        )
        .order_by(InvoiceLine.position)
    ).all()


def line_for(invoice: Invoice, line_id: uuid.UUID) -> InvoiceLine:
    """Return a line of this invoice.

    Raises:
        NotFound: it is not in this invoice.
    """
    line = db.session.get(InvoiceLine, line_id)
    if line is None or line.invoice_id != invoice.id:
        raise NotFound
    return line


def subtotals_of(invoice: Invoice) -> Sequence[VatSubtotal]:
    """Return the btw per category of an invoice."""
    return db.session.scalars(
        select(VatSubtotal).where(VatSubtotal.invoice_id == invoice.id).order_by(VatSubtotal.percent)
    ).all()


def objections_of(invoice: Invoice) -> Sequence[InvoiceObjection]:
    """Return what the three checks found, blocking ones first."""
    return db.session.scalars(
        select(InvoiceObjection)
        .where(InvoiceObjection.invoice_id == invoice.id)
        .options(joinedload(InvoiceObjection.line))
        .order_by(InvoiceObjection.blocks.desc(), InvoiceObjection.check, InvoiceObjection.rule)
    ).all()


def disputes_of(invoice: Invoice) -> Sequence[Dispute]:
    """Return the disputes about lines of an invoice, newest first."""
    return db.session.scalars(
        select(Dispute)
        .join(Dispute.line)
        .options(contains_eager(Dispute.line))
        .where(InvoiceLine.invoice_id == invoice.id)
        .order_by(Dispute.opened_at.desc())
    ).all()


def open_disputes(invoice: Invoice) -> int:
    """Count the disputes about an invoice that are not settled."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Dispute)
            .join(Dispute.line)
            .where(InvoiceLine.invoice_id == invoice.id, Dispute.settled_at.is_(None))
        )
        or 0
    )


def credits_of(invoice: Invoice) -> Sequence[Invoice]:
    """Return the credit notes that cite an invoice."""
    return db.session.scalars(
        select(Invoice)
        .where(Invoice.credits_id == invoice.id, Invoice.state != InvoiceState.RETURNED)
        .order_by(Invoice.number)
    ).all()


def credited_by(line_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return with which credit note, not sent back, each of these lines was credited."""
    rows = db.session.execute(
        select(InvoiceLine.credits_id, Invoice.number)
        .join(InvoiceLine.invoice)
        .where(InvoiceLine.credits_id.in_(line_ids), Invoice.state != InvoiceState.RETURNED)
    )
    return {line_id: number for line_id, number in rows if line_id is not None}


def booked_net(contract_id: uuid.UUID) -> Decimal:
    """Return what was approved under a contract, without btw; credit notes count negative."""
    rows = db.session.execute(
        select(Invoice.kind, func.sum(Invoice.net))
        .where(Invoice.contract_id == contract_id, Invoice.state == InvoiceState.APPROVED)
        .group_by(Invoice.kind)
    ).all()
    return sum((-net if kind is InvoiceKind.CREDIT else net for kind, net in rows), Decimal("0.00"))


def specifications_visible_to(viewer: Viewer) -> Select[Specification]:
    """Select the specifications a viewer may see: of his own contracts as a party, or of his municipality."""
    statement = (
        select(Specification)
        .join(Specification.contract)
        .join(Specification.party)
        .options(
            contains_eager(Specification.contract),
            contains_eager(Specification.party).joinedload(ContractParty.organisation),
            joinedload(Specification.buyer),
        )
    )
    if viewer is SYSTEM:
        return statement
    ways = [ContractParty.organisation_id == viewer.organisation_id]
    if viewer.municipality_id is not None:
        ways.append(Contract.lead_municipality_id == viewer.municipality_id)
    return statement.where(or_(*ways)) if viewer.organisation_id else statement.where(false())


def specification_for(viewer: Viewer, number: str) -> Specification:
    """Return a specification by its number.

    Raises:
        NotFound: there is none, or it is not for this viewer.
    """
    found = db.session.scalars(
        specifications_visible_to(viewer).where(Specification.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def specification_by_agreement(agreement_number: str) -> Specification | None:
    """Return the specification with an akkoordnummer, or None; capitals and spaces do not count."""
    wanted = "".join(agreement_number.upper().split())
    return db.session.scalars(
        select(Specification)
        .where(Specification.agreement_number == wanted, Specification.state != SpecificationState.PROPOSED)
        .options(
            joinedload(Specification.contract),
            joinedload(Specification.party).joinedload(ContractParty.organisation),
            joinedload(Specification.buyer),
        )
    ).one_or_none()


def specification_lines(specification: Specification) -> Sequence[SpecificationLine]:
    """Return the lines of a specification in their order."""
    return db.session.scalars(
        select(SpecificationLine)
        .where(SpecificationLine.specification_id == specification.id)
        .options(
            joinedload(SpecificationLine.municipality),
            joinedload(SpecificationLine.trajectory),
            joinedload(SpecificationLine.contract_product).joinedload(ContractProduct.product),
            joinedload(SpecificationLine.price_version),
            joinedload(SpecificationLine.price_phase),
        )
        .order_by(SpecificationLine.position)
    ).all()


def bases_of(line_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[LineBasis]]:
    """Return the monthly rows under specification lines, in one statement."""
    found: dict[uuid.UUID, list[LineBasis]] = {line_id: [] for line_id in line_ids}
    for basis in db.session.scalars(
        select(LineBasis)
        .where(LineBasis.specification_line_id.in_(line_ids))
        .options(
            joinedload(LineBasis.row).options(
                joinedload(MonthlyRow.report), joinedload(MonthlyRow.trajectory)
            )
        )
    ):
        found[basis.specification_line_id].append(basis)
    return found


def invoice_of_specification(specification: Specification) -> Invoice | None:
    """Return the invoice that was made of a specification and not sent back, or None."""
    return db.session.scalars(
        select(Invoice).where(
            Invoice.specification_id == specification.id, Invoice.state != InvoiceState.RETURNED
        )
    ).first()
