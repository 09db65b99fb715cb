"""Gathering the facts for the business match: the invoice beside its contract, prices and accepted rows."""

import re
import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select

from contracts.agreements.models import ContractProduct
from contracts.allocation.queries import weights_in_force
from contracts.invoicing.einvoice import Party
from contracts.invoicing.models import Invoice, InvoiceLine, Specification, SpecificationLine
from contracts.invoicing.performance_queries import allowed_quantities, being_corrected
from contracts.invoicing.queries import booked_net, objections_of, specification_lines
from contracts.invoicing.rules import Expected, Found, InvoiceFacts, LineFacts, findings_on
from contracts.invoicing.states import Channel, Check, InvoiceState, LineKind, LineState, SpecificationState
from portal.accounts.models import Organisation
from portal.db import db
from portal.dutch import in_words
from portal.errors import Objection
from portal.periods import Month


def is_same_party(party: Party, organisation: Organisation) -> bool:
    """Say whether a party on a document is an organisation: by KvK or OIN, else by name."""
    digits = re.sub(r"\D", "", party.legal_id)
    known = {re.sub(r"\D", "", value) for value in (organisation.kvk or "", organisation.oin) if value}
    if digits and known:
        return digits in known
    return _folded(party.name) in {_folded(organisation.name), _folded(f"Gemeente {organisation.name}")}


def _folded(name: str) -> str:
    return re.sub(r"\W", "", name).casefold()


_OF_THE_DOCUMENT = ("KOPER", "VERKOPER")
_OPEN_LINES = (LineState.MATCHED, LineState.DEVIATES)


def is_of_the_document(invoice: Invoice, check: Check, rule: str) -> bool:
    """Say whether a finding came from the e-invoice itself, which does not change after it came in."""
    return invoice.channel is Channel.UBL and (check is Check.RULES or rule in _OF_THE_DOCUMENT)


def checks_now(invoice: Invoice, lines: Sequence[InvoiceLine]) -> list[Found]:
    """Return what the checks say: as they are today while nothing was decided, else as they were then.

    A correction of a monthly report changes what an open invoice may claim, without anybody touching the
    invoice; so its page asks again, as the decision will.
    """
    stored = [
        Found(one.check, one.rule, one.message, one.line.position if one.line else None, one.blocks)
        for one in objections_of(invoice)
    ]
    if invoice.state not in (InvoiceState.RECEIVED, InvoiceState.DECLARED):
        return stored
    kept = [one for one in stored if is_of_the_document(invoice, one.check, one.rule)]
    found = kept + findings_on(facts_of(invoice, lines))
    return sorted(found, key=lambda one: (not one.blocks, one.check, one.rule))


def states_now(invoice: Invoice, lines: Sequence[InvoiceLine], found: Sequence[Found]) -> dict[uuid.UUID, LineState]:
    """Return the state each line is shown in: a line that nobody decided about follows the checks."""
    if invoice.state not in (InvoiceState.RECEIVED, InvoiceState.DECLARED):
        return {line.id: line.state for line in lines}
    blocked = {one.line for one in found if one.blocks}
    by_check = {True: LineState.DEVIATES, False: LineState.MATCHED}
    return {
        line.id: by_check[line.position in blocked] if line.state in _OPEN_LINES else line.state for line in lines
    }


def facts_of(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    *,
    buyer: Party | None = None,
    seller: Party | None = None,
) -> InvoiceFacts:
    """Gather what the business match needs.

    Args:
        lines: the lines of the invoice.
        buyer: as on the document; None when the invoice was made by form, so from the contract itself.
        seller: likewise.
    """
    month = Month.of(invoice.month)
    accepted = allowed_quantities(
        invoice.contract, month, [line.specification_line_id for line in lines if line.specification_line_id]
    )
    corrected = being_corrected(
        invoice.contract_id, month, {line.trajectory_id for line in lines if line.trajectory_id}
    )
    shares = _can_be_split(invoice, list(lines))
    issuer, owner = invoice.issuer_organisation, invoice.buyer
    return InvoiceFacts(
        kind=invoice.kind,
        buyer_on_invoice=buyer.name if buyer else owner.name,
        buyer_expected=owner.name,
        buyer_matches=buyer is None or is_same_party(buyer, owner),
        seller_on_invoice=seller.name if seller else issuer.name,
        seller_expected=issuer.name,
        seller_matches=seller is None or is_same_party(seller, issuer),
        month_first=invoice.month,
        starts_on=invoice.contract.starts_on,
        run_off_until=invoice.contract.run_off_until,
        net=invoice.net,
        total=invoice.total,
        lines=[_line_facts(line, accepted, shares, corrected) for line in lines],
        ceiling=invoice.contract.ceiling,
        booked_before=booked_net(invoice.contract_id),
        specification_amount=_specified_amount(invoice.specification_id),
    )


def _specified_amount(specification_id: uuid.UUID | None) -> Decimal | None:
    if specification_id is None:
        return None
    return db.session.scalar(
        select(func.sum(SpecificationLine.amount)).where(
            SpecificationLine.specification_id == specification_id, SpecificationLine.taken_out.is_(False)
        )
    )


def _line_facts(
    line: InvoiceLine,
    accepted: dict[uuid.UUID, Decimal],
    shares: dict[uuid.UUID | None, bool],
    corrected: set[uuid.UUID],
) -> LineFacts:
    specified = line.specification_line
    expected = None
    if specified is not None:
        expected = Expected(
            specified.description, specified.quantity, specified.rate, specified.amount,
            specified.vat_category.value, specified.vat_percent.normalize(),
        )  # fmt: skip
    return LineFacts(
        position=line.position,
        description=line.description,
        quantity=line.quantity,
        rate=line.rate,
        net=line.net,
        category=line.vat_category.value,
        percent=line.vat_percent.normalize(),
        is_document_level=line.kind is not LineKind.LINE,
        expected=expected,
        rows_accepted=accepted.get(specified.id) if specified is not None else None,
        corrected_trajectory=line.trajectory.number
        if line.trajectory is not None and line.trajectory_id in corrected
        else "",
        has_share=line.credits_id is not None
        or line.municipality_id is not None
        or shares.get(line.contract_product_id, False),
    )


def _can_be_split(invoice: Invoice, lines: list[InvoiceLine]) -> dict[uuid.UUID | None, bool]:
    products = {
        line.contract_product_id for line in lines if line.municipality_id is None and line.credits_id is None
    }
    return {
        product: product is not None and weights_in_force(product, invoice.month) is not None
        for product in products
    }


def outdated_lines(specification: Specification) -> list[SpecificationLine]:
    """Return the lines of an open specification that claim more than is accepted now."""
    if specification.state not in (SpecificationState.PROPOSED, SpecificationState.CONFIRMED):
        return []
    lines = [line for line in specification_lines(specification) if not line.taken_out]
    allowed = allowed_quantities(
        specification.contract, Month.of(specification.month), [line.id for line in lines]
    )
    return [line for line in lines if line.quantity > allowed.get(line.id, line.quantity)]


def objections_to_invoicing(specification: Specification) -> list[Objection]:
    """Say which lines of a specification a correction of the month overtook, and what to do."""
    positions = [str(line.position) for line in outdated_lines(specification)]
    if not positions:
        return []
    which = f"Regel {positions[0]} is" if len(positions) == 1 else f"De regels {in_words(positions)} zijn"
    return [
        Objection(
            f"{which} gewijzigd in de maandrapportage. Laat deze specificatie vervallen en maak een nieuwe "
            "zodra de correctie is goedgekeurd."
        )
    ]


def only_product(contract_id: uuid.UUID) -> uuid.UUID | None:
    """Return the product of a contract that has only one, else None."""
    ids = db.session.scalars(
        select(ContractProduct.id).where(ContractProduct.contract_id == contract_id)
    ).all()
    return ids[0] if len(ids) == 1 else None
