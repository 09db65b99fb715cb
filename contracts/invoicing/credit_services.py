"""Credit notes come in: as e-invoice, or by form for whole lines of an approved invoice."""

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from contracts.invoicing.matching import Candidate, Wanted, match_lines
from contracts.invoicing.models import Invoice, InvoiceLine
from contracts.invoicing.queries import credited_by, lines_of
from contracts.invoicing.receiving_services import (
    CheckedDocument,
    fill_from,
    finish,
    new_invoice,
    receive_invoice,
)
from contracts.invoicing.rules import normalised, objections_to_date
from contracts.invoicing.states import Channel, InvoiceKind, InvoiceState
from portal.access import Viewer
from portal.db import db, lock
from portal.errors import Objection, Refused, refuse_if
from portal.money import ZERO


def receive_document(document: CheckedDocument, *, by: Viewer) -> Invoice:
    """Take in an e-invoice or a credit note, whichever the document is.

    Raises:
        Refused: as ``receive_invoice`` and ``receive_credit_document``.
    """
    if document.invoice.is_credit_note:
        return receive_credit_document(document, by=by)
    return receive_invoice(document, by=by)


def receive_credit_document(document: CheckedDocument, *, by: Viewer) -> Invoice:
    """Take in a credit note; it must cite an approved invoice of the viewer's organisation (BT-25).

    Raises:
        Refused: that invoice is not found, or the same number came in before.
    """
    source = document.invoice
    keys = [normalised(number) for number in source.preceding]
    original = db.session.scalars(
        select(Invoice).where(
            Invoice.issuer_organisation_id == by.organisation_id, Invoice.issuer_key.in_(keys),
            Invoice.state == InvoiceState.APPROVED, Invoice.kind != InvoiceKind.CREDIT,
        ).order_by(Invoice.issued_on.desc())
    ).first()  # fmt: skip
    if original is None:
        message = (
            "De creditfactuur noemt geen goedgekeurde factuur van uw organisatie. Noem het nummer (BT-25)."
        )
        raise Refused([Objection(message, "file")])
    lock(original)
    invoice = new_invoice(
        original.contract, original.issuer, source.number, source.issued_on, by=by, field="file"
    )
    _as_credit_of(invoice, original)
    fill_from(invoice, document, by=by)
    db.session.add(invoice)
    db.session.flush()
    originals = {line.id: line for line in lines_of(original)}
    candidates = [
        Candidate(line.id, line.position, line.quantity, line.net, line.vat_category.value, line.reference)
        for line in originals.values()
    ]
    wanted = [
        Wanted((line.order_line, line.reference), line.quantity, line.net, line.category.value)
        for line in document.lines
    ]
    found = match_lines(wanted, candidates)
    for index, (line, one) in enumerate(zip(document.lines, found, strict=True), start=1):
        cited = originals[one] if isinstance(one, uuid.UUID) else None
        db.session.add(
            InvoiceLine(
                invoice_id=invoice.id, position=index, reference=line.reference, kind=line.kind,
                description=line.description, quantity=line.quantity, rate=line.rate, net=line.net, vat=line.vat,
                vat_category=line.category, vat_percent=line.percent, **credit_meta(cited),
            )
        )  # fmt: skip
    db.session.flush()
    finish(invoice, by=by, document=document)
    return invoice


def receive_credit_form(
    original: Invoice,
    *,
    lines: Sequence[uuid.UUID],
    issuer_number: str,
    issued_on: date,
    note: str,
    by: Viewer,
) -> Invoice:
    """Credit whole lines of an approved invoice.

    Raises:
        Refused: no line was chosen or one was credited before, the invoice is not approved, the date lies
            before that of the invoice, or the number came in before.
    """
    lock(original)
    chosen = [line for line in lines_of(original) if line.id in set(lines)]
    refuse_if(_objections_to_credit(original, chosen, issued_on))
    invoice = new_invoice(
        original.contract, original.issuer, issuer_number, issued_on, by=by, field="issuer_number"
    )
    _as_credit_of(invoice, original)
    invoice.channel, invoice.note = Channel.FORM, note.strip()
    invoice.net = sum((line.net for line in chosen), ZERO)
    invoice.vat = sum((line.vat for line in chosen), ZERO)
    invoice.total = invoice.payable = invoice.net + invoice.vat
    db.session.add(invoice)
    db.session.flush()
    for index, line in enumerate(chosen, start=1):
        db.session.add(
            InvoiceLine(
                invoice_id=invoice.id, position=index, reference=str(line.position), kind=line.kind,
                description=line.description, quantity=line.quantity, rate=line.rate, net=line.net, vat=line.vat,
                vat_category=line.vat_category, vat_percent=line.vat_percent, **credit_meta(line),
            )
        )  # fmt: skip
    db.session.flush()
    finish(invoice, by=by)
    return invoice


def _objections_to_credit(
    original: Invoice, chosen: Sequence[InvoiceLine], issued_on: date | None
) -> list[Objection]:
    found = []
    if original.state is not InvoiceState.APPROVED or original.kind is InvoiceKind.CREDIT:
        found.append(Objection("U kunt alleen een goedgekeurde factuur crediteren."))
    if not chosen:
        found.append(Objection("Kies ten minste één regel.", "lines"))
    before = credited_by([line.id for line in chosen])
    found += [
        Objection(f"Regel {line.position} is al gecrediteerd met {before[line.id]}.", "lines")
        for line in chosen
        if line.id in before
    ]
    found += objections_to_date(issued_on, original.issued_on, "van de factuur die u crediteert")
    return found


def _as_credit_of(invoice: Invoice, original: Invoice) -> None:
    invoice.kind, invoice.credits_id, invoice.month = InvoiceKind.CREDIT, original.id, original.month
    invoice.buyer_id, invoice.order_reference = original.buyer_id, original.order_reference


def credit_meta(line: InvoiceLine | None) -> dict[str, object]:
    """What a credit line takes over from the line it credits."""
    if line is None:
        return {}
    names = (
        "contract_product_id", "price_version_id", "price_phase_id", "trajectory_id", "municipality_id",
        "target_group", "specification_line_id",
    )  # fmt: skip
    return {**{name: getattr(line, name) for name in names}, "credits_id": line.id}
