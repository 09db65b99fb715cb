"""Invoices come in: as e-invoice, or by form from a confirmed specification; credit notes likewise."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from contracts.agreements.models import Contract, ContractParty
from contracts.agreements.states import InvoiceChannel
from contracts.invoicing.check_queries import (
    facts_of,
    is_of_the_document,
    objections_to_invoicing,
    only_product,
)
from contracts.invoicing.einvoice import EInvoice, Finding, Party, Severity
from contracts.invoicing.einvoice_rules import findings_of
from contracts.invoicing.matching import Candidate, DocumentLine, Wanted, document_lines, match_lines
from contracts.invoicing.models import (
    Invoice,
    InvoiceLine,
    InvoiceObjection,
    Specification,
    SpecificationLine,
    VatSubtotal,
)
from contracts.invoicing.queries import (
    invoice_of_specification,
    lines_of,
    objections_of,
    specification_by_agreement,
    specification_lines,
)
from contracts.invoicing.rules import Found, findings_on, normalised, objections_to_date, pay_by
from contracts.invoicing.specification_rules import vat_of
from contracts.invoicing.states import (
    LINE,
    SPECIFICATION,
    Channel,
    Check,
    InvoiceKind,
    InvoiceState,
    LineAction,
    LineKind,
    LineState,
    SpecificationAction,
)
from contracts.invoicing.ubl import UblRefused, read_ubl
from portal import audit, clock
from portal.access import Viewer
from portal.catalogue.states import VatCategory
from portal.db import db, lock, next_number
from portal.documents import store
from portal.errors import Objection, Refused, refuse_if
from portal.money import ZERO, spread


@dataclass(frozen=True)
class CheckedDocument:
    """An e-invoice that may come in: read, judged, and turned into lines."""

    data: bytes
    name: str
    invoice: EInvoice
    findings: tuple[Finding, ...]
    lines: tuple[DocumentLine, ...]


def check_document(data: bytes, name: str) -> CheckedDocument:
    """Read and judge an uploaded e-invoice; outside any write transaction.

    Raises:
        Refused: it cannot be read or breaks a fatal rule; each objection names its rule.
    """
    try:
        invoice = read_ubl(data)
    except UblRefused as refused:
        raise Refused([Objection(refused.finding.message, "file")]) from refused
    findings = findings_of(invoice)
    fatal = [finding for finding in findings if finding.severity is Severity.FATAL]
    refuse_if(Objection(f"{finding.rule}: {finding.message}", "file") for finding in fatal)
    if not invoice.is_bookable:
        message = (
            f"De factuur is in {invoice.currency}. Het portaal boekt alleen euro; stuur een factuur in euro."
        )
        raise Refused([Objection(message, "file")])
    try:
        lines = document_lines(invoice)
    except ValueError as problem:
        raise Refused([Objection(str(problem), "file")]) from problem
    return CheckedDocument(data, name, invoice, findings, tuple(lines))


def receive_invoice(document: CheckedDocument, *, by: Viewer) -> Invoice:
    """Take in an e-invoice of the viewer's organisation.

    Raises:
        Refused: the akkoordnummer is unknown to this organisation, or the same number came in before.
    """
    source = document.invoice
    specification = specification_by_agreement(source.order_reference) or specification_by_agreement(
        source.buyer_reference
    )
    if specification is None or specification.party.organisation_id != by.organisation_id:
        cited = source.order_reference or source.buyer_reference or "geen nummer"
        message = (
            f"Het akkoordnummer op de factuur ({cited[:40]}) is niet bekend bij uw organisatie. "
            "Zet het akkoordnummer van de bevestigde specificatie in de factuur (BT-13)."
        )
        raise Refused([Objection(message, "file")])
    lock(specification)
    invoice = new_invoice(
        specification.contract, specification.party, source.number, source.issued_on, by=by, field="file"
    )
    _refuse_invoiced(specification, "file")
    early = objections_to_date(source.issued_on, specification.month, "waarop de prestatie begint")
    refuse_if(Objection(one.message, "file") for one in early)
    invoice.specification_id, invoice.month = specification.id, specification.month
    invoice.buyer_id = specification.buyer_id
    fill_from(invoice, document, by=by)
    db.session.add(invoice)
    db.session.flush()
    specified = [line for line in specification_lines(specification) if not line.taken_out]
    _store_document_lines(invoice, document, _matched(document.lines, specified))
    specification.state = SPECIFICATION.next(specification.state, SpecificationAction.INVOICE)
    finish(invoice, by=by, document=document)
    return invoice


def receive_form(
    specification: Specification, *, issuer_number: str, issued_on: date, note: str = "", by: Viewer
) -> Invoice:
    """Make an invoice of a confirmed specification, exactly as specified.

    Raises:
        Refused: the number is missing or came in before, the specification was invoiced, or a correction
            of the month changed what it may claim.
        TransitionRefused: the specification is not confirmed.
    """
    lock(specification)
    _refuse_invoiced(specification, None)
    refuse_if(
        [
            *objections_to_invoicing(specification),
            *objections_to_date(issued_on, specification.month, "waarop de prestatie begint"),
        ]
    )
    state = SPECIFICATION.next(specification.state, SpecificationAction.INVOICE)
    invoice = new_invoice(
        specification.contract, specification.party, issuer_number, issued_on, by=by, field="issuer_number"
    )
    invoice.channel, invoice.note = Channel.FORM, note.strip()
    invoice.specification_id, invoice.month = specification.id, specification.month
    invoice.buyer_id = specification.buyer_id
    invoice.order_reference = specification.agreement_number or ""
    specified = [line for line in specification_lines(specification) if not line.taken_out]
    _add_specified_lines(invoice, specified)
    specification.state = state
    finish(invoice, by=by)
    return invoice


def _add_specified_lines(invoice: Invoice, specified: Sequence[SpecificationLine]) -> None:
    groups: dict[tuple[VatCategory, str], list[SpecificationLine]] = {}
    for line in specified:
        groups.setdefault((line.vat_category, str(line.vat_percent)), []).append(line)
    vats: dict[uuid.UUID, object] = {}
    subtotals = []
    for members in groups.values():
        taxable = sum((line.amount for line in members), ZERO)
        tax = vat_of(taxable, members[0].vat_percent)
        vats |= dict(
            zip([line.id for line in members], spread(tax, [line.amount for line in members]), strict=True)
        )
        exemption = members[0].price_version.price_line.vat_exemption if not tax else ""
        subtotals.append((members[0].vat_category, members[0].vat_percent, taxable, tax, exemption))
    invoice.net = sum((taxable for _, _, taxable, _, _ in subtotals), ZERO)
    invoice.vat = sum((tax for _, _, _, tax, _ in subtotals), ZERO)
    invoice.total = invoice.payable = invoice.net + invoice.vat
    db.session.add(invoice)
    db.session.flush()
    db.session.add_all(
        VatSubtotal(invoice_id=invoice.id, category=c, percent=p, taxable=t, vat=v, exemption=e)
        for c, p, t, v, e in subtotals
    )
    db.session.add_all(
        InvoiceLine(
            invoice_id=invoice.id, position=position, reference=str(line.position), description=line.description,
            quantity=line.quantity, rate=line.rate, net=line.amount, vat=vats[line.id],
            vat_category=line.vat_category, vat_percent=line.vat_percent, **_meta(line),
        )
        for position, line in enumerate(specified, start=1)
    )  # fmt: skip
    db.session.flush()


def _meta(line: SpecificationLine | None) -> dict[str, object]:
    if line is None:
        return {}
    return {
        "contract_product_id": line.contract_product_id,
        "price_version_id": line.price_version_id,
        "price_phase_id": line.price_phase_id,
        "trajectory_id": line.trajectory_id,
        "municipality_id": line.municipality_id,
        "target_group": line.target_group,
        "specification_line_id": line.id,
    }


def _matched(
    lines: Sequence[DocumentLine], specified: Sequence[SpecificationLine]
) -> dict[int, SpecificationLine]:
    real = [(index, line) for index, line in enumerate(lines) if line.kind is LineKind.LINE]
    wanted = [
        Wanted((line.order_line, line.reference), line.quantity, line.net, line.category.value)
        for _, line in real
    ]
    candidates = [
        Candidate(line.id, line.position, line.quantity, line.amount, line.vat_category.value)
        for line in specified
    ]
    by_id = {line.id: line for line in specified}
    found = match_lines(wanted, candidates)
    return {
        index: by_id[one] for (index, _), one in zip(real, found, strict=True) if isinstance(one, uuid.UUID)
    }


def _store_document_lines(
    invoice: Invoice, document: CheckedDocument, matched: dict[int, SpecificationLine]
) -> None:
    fallback = only_product(invoice.contract_id)
    rows = []
    for index, line in enumerate(document.lines):
        meta = _meta(matched.get(index))
        if not meta:
            meta = {"contract_product_id": _product_for(line, document.lines, matched) or fallback}
        rows.append(
            InvoiceLine(
                invoice_id=invoice.id, position=index + 1, reference=line.reference, kind=line.kind,
                description=line.description, quantity=line.quantity, rate=line.rate, net=line.net, vat=line.vat,
                vat_category=line.category, vat_percent=line.percent, **meta,
            )
        )  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()


def _product_for(
    line: DocumentLine, lines: Sequence[DocumentLine], matched: dict[int, SpecificationLine]
) -> uuid.UUID | None:
    """A document-level amount goes with the largest matched line, of its own btw category when there is one."""
    if line.kind is LineKind.LINE or not matched:
        return None
    same = [index for index in matched if lines[index].category == line.category]
    largest = max(same or list(matched), key=lambda index: abs(lines[index].net))
    return matched[largest].contract_product_id


def fill_from(invoice: Invoice, document: CheckedDocument, *, by: Viewer) -> None:
    source, totals = document.invoice, document.invoice.totals
    invoice.channel = Channel.UBL
    invoice.net, invoice.vat = totals.net or ZERO, source.tax or ZERO
    invoice.total, invoice.payable = totals.gross or ZERO, totals.payable or ZERO
    invoice.prepaid, invoice.rounding = totals.prepaid, totals.rounding
    invoice.due_on, invoice.order_reference, invoice.note = source.due_on, source.order_reference, source.note
    stored = store(
        document.data, name=f"{invoice.number}.xml", kind="einvoice", by=by, media_type="application/xml"
    )
    invoice.document_id = stored.id


def new_invoice(
    contract: Contract, party: ContractParty, number: str, issued_on: date | None, *, by: Viewer, field: str
) -> Invoice:
    """Begin an invoice; the amounts are filled in by the caller.

    Raises:
        Refused: no number or date, or the same number of this issuer in this year came in before.
    """
    key = normalised(number)
    today = clock.today()
    found = []
    if not key:
        found.append(Objection("Vul het factuurnummer in.", field))
    if issued_on is None or issued_on > today:
        found.append(
            Objection(
                "De factuurdatum moet vandaag of eerder zijn.", field if field == "file" else "issued_on"
            )
        )
    if found or issued_on is None:
        raise Refused(found)
    twin = db.session.scalars(
        select(Invoice).where(
            Invoice.issuer_organisation_id == party.organisation_id, Invoice.issuer_key == key,
            Invoice.issue_year == issued_on.year, Invoice.state != InvoiceState.RETURNED,
        )
    ).first()  # fmt: skip
    if twin is not None:
        when = clock.local(twin.received_at).strftime("%d-%m-%Y")
        raise Refused(
            [Objection(f"Factuurnummer {number} is al ingediend op {when}, als {twin.number}.", field)]
        )
    is_charge = contract.invoice_channel is InvoiceChannel.CHARGE
    return Invoice(
        number=f"F-{today.year}-{next_number('F', today.year):03d}",
        kind=InvoiceKind.CHARGE if is_charge else InvoiceKind.INVOICE,
        channel=Channel.UBL, contract_id=contract.id, issuer_id=party.id,
        issuer_organisation_id=party.organisation_id, issuer_number=number.strip()[:200], issuer_key=key[:200],
        issue_year=issued_on.year, issued_on=issued_on, received_at=clock.now(), received_by_id=by.user_id,
        pay_by=pay_by(received_on=today, accepted_on=None), prepaid=ZERO, rounding=ZERO,
    )  # fmt: skip


def _refuse_invoiced(specification: Specification, field: str | None) -> None:
    other = invoice_of_specification(specification)
    if other is not None:
        message = f"Deze specificatie is al gefactureerd met {other.number} ({other.issuer_number})."
        raise Refused([Objection(message, field)])


def finish(invoice: Invoice, *, by: Viewer, document: CheckedDocument | None = None) -> None:
    if document is not None:
        invoice_subtotals(invoice, document.invoice)
        buyer, seller = document.invoice.buyer, document.invoice.seller
        check_again(invoice, buyer=buyer, seller=seller, findings=document.findings)
    else:
        check_again(invoice)
    audit.record(
        "invoice:receive", invoice, by=by, number=invoice.number, issuer_number=invoice.issuer_number
    )


def invoice_subtotals(invoice: Invoice, source: EInvoice) -> None:
    """Store the btw per category as the document states it."""
    db.session.add_all(
        VatSubtotal(
            invoice_id=invoice.id, category=VatCategory(part.category), percent=part.percent or ZERO,
            taxable=part.taxable, vat=part.tax, exemption=part.exemption or part.exemption_code,
        )
        for part in source.subtotals
    )  # fmt: skip


def check_again(
    invoice: Invoice,
    *,
    buyer: Party | None = None,
    seller: Party | None = None,
    findings: Sequence[Finding] = (),
) -> list[Found]:
    """Run the match and the money check again and keep what they found; the e-invoice's warnings stay."""
    stored = lines_of(invoice)
    found = findings_on(facts_of(invoice, stored, buyer=buyer, seller=seller))
    found += [Found(Check.RULES, finding.rule, finding.message, None, False) for finding in findings]
    lines = {line.position: line for line in stored}
    is_first = buyer is not None or seller is not None
    gone = [
        one.id
        for one in objections_of(invoice)
        if is_first or not is_of_the_document(invoice, one.check, one.rule)
    ]
    db.session.execute(delete(InvoiceObjection).where(InvoiceObjection.id.in_(gone)))
    db.session.add_all(
        InvoiceObjection(
            invoice_id=invoice.id, line_id=lines[one.line].id if one.line in lines else None, check=one.check,
            rule=one.rule, message=one.message, blocks=one.blocks,
        )
        for one in found
    )  # fmt: skip
    blocked = {one.line for one in found if one.blocks}
    for position, line in lines.items():
        if position in blocked and line.state is LineState.MATCHED:
            line.state = LINE.next(line.state, LineAction.DEVIATE)
        elif position not in blocked and line.state is LineState.DEVIATES:
            line.state = LineState.MATCHED
    db.session.flush()
    return found
