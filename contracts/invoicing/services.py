"""Deciding about an invoice: performance declared, approved and split, sent back, disputed."""

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from contracts.invoicing.models import Dispute, Invoice, InvoiceLine, LineBasis
from contracts.invoicing.queries import is_lead, lines_of, objections_of, open_disputes
from contracts.invoicing.receiving_services import check_again
from contracts.invoicing.rules import (
    objections_to_approving,
    objections_to_declaring,
    objections_to_return,
)
from contracts.invoicing.split_services import make_split
from contracts.invoicing.states import (
    INVOICE,
    LINE,
    SPECIFICATION,
    InvoiceAction,
    InvoiceKind,
    LineAction,
    SpecificationAction,
)
from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.dutch import euro
from portal.errors import NotYours, Objection, refuse_if
from portal.notifications import notify


def declare_performance(invoice: Invoice, *, by: Viewer) -> None:
    """Declare that what is invoiced was delivered (prestatieverklaring), by the contract manager.

    Raises:
        TransitionRefused: the invoice was decided before.
        Refused: a check still blocks or a line is disputed.
        NotYours: the viewer is not of the lead municipality.
    """
    _lead_only(invoice, by, "de contractmanager")
    lock(invoice)
    state = INVOICE.next(invoice.state, InvoiceAction.DECLARE)
    check_again(invoice)
    blocking = [one.message for one in objections_of(invoice) if one.blocks]
    refuse_if(objections_to_declaring(blocking=blocking, open_disputes=open_disputes(invoice)))
    invoice.state, invoice.declared_at, invoice.declared_by_id = state, clock.now(), by.user_id
    audit.record("invoice:declare", invoice, by=by, number=invoice.number)


def approve_invoice(invoice: Invoice, *, by: Viewer) -> None:
    """Approve an invoice for payment (betaalbaarstelling) and store its split, to the cent.

    The database refuses a split that does not add up. Postings are made by finance, which calls this.

    Raises:
        TransitionRefused: the performance was not declared, or it was decided before.
        Refused: the same person declared the performance, a check blocks by now, a line is disputed, or a
            line cannot be split.
        NotYours: the viewer is not of the lead municipality.
    """
    _lead_only(invoice, by, "financiën")
    lock(invoice)
    state = INVOICE.next(invoice.state, InvoiceAction.APPROVE)
    blocking = [one.message for one in check_again(invoice) if one.blocks]
    refuse_if(
        objections_to_approving(
            declared_by_same_person=by.user_id == invoice.declared_by_id,
            open_disputes=open_disputes(invoice),
            blocking=blocking,
        )
    )
    lines = lines_of(invoice)
    make_split(invoice, lines)
    for line in lines:
        line.state = LINE.next(line.state, LineAction.ACCEPT)
    if invoice.kind is InvoiceKind.CREDIT:
        _release_credited_rows(invoice, lines)
    db.session.flush()
    invoice.state, invoice.approved_at, invoice.approved_by_id = state, clock.now(), by.user_id
    db.session.flush()
    audit.record("invoice:approve", invoice, by=by, number=invoice.number, total=euro(invoice.total))
    _tell(invoice, "invoice_approved")


def return_invoice(invoice: Invoice, *, reason: str, by: Viewer) -> None:
    """Send an invoice back with the reason; its specification can be invoiced anew.

    Raises:
        TransitionRefused: the invoice was decided before.
        Refused: no reason.
        NotYours: the viewer is not of the lead municipality.
    """
    _lead_only(invoice, by, "financiën of de contractmanager")
    lock(invoice)
    state = INVOICE.next(invoice.state, InvoiceAction.RETURN)
    refuse_if(objections_to_return(reason=reason))
    invoice.state, invoice.returned_at, invoice.returned_by_id = state, clock.now(), by.user_id
    invoice.return_reason = reason.strip()
    if invoice.specification is not None and invoice.kind is not InvoiceKind.CREDIT:
        lock(invoice.specification)
        invoice.specification.state = SPECIFICATION.next(
            invoice.specification.state, SpecificationAction.RELEASE
        )
    audit.record("invoice:return", invoice, by=by, number=invoice.number)
    _tell(invoice, "invoice_returned", reason=invoice.return_reason)


def dispute_line(line: InvoiceLine, *, reason: str, by: Viewer) -> Dispute:
    """Dispute one line of an invoice that is not decided yet.

    Raises:
        TransitionRefused: the line was accepted or is disputed already.
        Refused: no reason, or the invoice was decided.
        NotYours: the viewer is not of the lead municipality.
    """
    invoice = line.invoice
    _lead_only(invoice, by, "financiën of de contractmanager")
    lock(invoice)
    lock(line)
    state = LINE.next(line.state, LineAction.DISPUTE)
    open_now = InvoiceAction.RETURN in INVOICE.actions(invoice.state)
    found = [] if open_now else [Objection("Over deze factuur is al besloten.")]
    if len(reason.strip()) < 10:
        found.append(Objection("Geef de reden in ten minste 10 tekens.", "reason"))
    refuse_if(found)
    assert_user(by)
    dispute = Dispute(line_id=line.id, reason=reason.strip(), opened_at=clock.now(), opened_by_id=by.user_id)
    db.session.add(dispute)
    line.state = state
    audit.record("invoice:line:dispute", invoice, by=by, position=line.position)
    _tell(invoice, "invoice_disputed", position=line.position, reason=dispute.reason)
    return dispute


def settle_dispute(dispute: Dispute, *, outcome: str, by: Viewer) -> None:
    """End a dispute with its outcome; the line counts again as it stands.

    Raises:
        Refused: it was settled, or the outcome is missing.
        NotYours: the viewer is not of the lead municipality.
    """
    invoice = dispute.line.invoice
    _lead_only(invoice, by, "financiën of de contractmanager")
    lock(dispute)
    found = [Objection("Deze betwisting is al afgehandeld.")] if dispute.settled_at else []
    if len(outcome.strip()) < 10:
        found.append(Objection("Schrijf de uitkomst in ten minste 10 tekens.", "outcome"))
    refuse_if(found)
    dispute.settled_at, dispute.settled_by_id, dispute.outcome = clock.now(), by.user_id, outcome.strip()
    dispute.line.state = LINE.next(dispute.line.state, LineAction.SETTLE)
    audit.record("invoice:line:settle", invoice, by=by, position=dispute.line.position)


def record_payment(invoice: Invoice, *, booked_on: date | None, paid_on: date | None, by: Viewer) -> None:
    """Keep what the financial system says: booked and paid on; the provider sees both dates."""
    lock(invoice)
    found = [] if invoice.approved_at else [Objection("Deze factuur is nog niet goedgekeurd.")]
    refuse_if(found)
    invoice.booked_on, invoice.paid_on = booked_on or invoice.booked_on, paid_on or invoice.paid_on
    audit.record("invoice:payment", invoice, by=by, number=invoice.number)


def assert_user(by: Viewer) -> uuid.UUID:
    """Return the id of a person; the portal itself does not decide about invoices.

    Raises:
        NotYours: there is no person.
    """
    if by.user_id is None:
        raise NotYours("een medewerker van de gemeente")
    return by.user_id


def _release_credited_rows(invoice: Invoice, lines: Sequence[InvoiceLine]) -> None:
    """Rows whose line is credited in full may be invoiced again."""
    originals = {line.id: line for line in lines_of(invoice.credited)} if invoice.credited else {}
    full = [
        originals[line.credits_id].specification_line_id
        for line in lines
        if line.credits_id in originals and _is_whole(line.net, originals[line.credits_id].net)
    ]
    for basis in db.session.scalars(
        select(LineBasis).where(
            LineBasis.specification_line_id.in_([one for one in full if one]), LineBasis.released_at.is_(None)
        )
    ):
        basis.released_at = clock.now()


def _is_whole(credited: Decimal, original: Decimal) -> bool:
    return credited == original


def _lead_only(invoice: Invoice, by: Viewer, who: str) -> None:
    if not is_lead(invoice.contract, by):
        raise NotYours(f"{who} van {invoice.contract.lead_municipality.name}")


def _tell(invoice: Invoice, kind: str, **context: object) -> None:
    notify(
        [invoice.issuer_organisation],
        kind,
        about=invoice,
        path=f"/facturen/{invoice.number}",
        number=invoice.number,
        issuer_number=invoice.issuer_number,
        **context,
    )
