"""A confirmed specification as a draft e-invoice, for a provider without invoicing software."""

from datetime import date, timedelta

from contracts.invoicing.models import Specification
from contracts.invoicing.queries import specification_lines
from contracts.invoicing.rules import PAYMENT_DAYS
from contracts.invoicing.ubl_writing import WrittenInvoice, WrittenLine, WrittenParty, write_ubl
from portal.accounts.models import Organisation


def party_on_paper(organisation: Organisation, *, prefix: str = "") -> WrittenParty:
    """Give an organisation as it stands on an e-invoice: with its KvK number, or else its OIN."""
    return WrittenParty(
        name=f"{prefix}{organisation.name}",
        legal_id=organisation.kvk or organisation.oin,
        scheme="0106" if organisation.kvk else "0190",
        street=organisation.street,
        city=organisation.city,
        postcode=organisation.postcode,
        vat_id=organisation.vat_number,
        iban=organisation.iban,
    )


def draft_of(specification: Specification, *, number: str, issued_on: date) -> WrittenInvoice:
    """Give the document that belongs to a confirmed specification, line for line."""
    lines = [line for line in specification_lines(specification) if not line.taken_out]
    return WrittenInvoice(
        number=number,
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=PAYMENT_DAYS),
        order_reference=specification.agreement_number or "",
        seller=party_on_paper(specification.party.organisation),
        buyer=party_on_paper(specification.buyer, prefix="Gemeente "),
        lines=[
            WrittenLine(
                id=str(index),
                name=line.description,
                quantity=line.quantity,
                price=line.rate,
                net=line.amount,
                category=line.vat_category.value,
                percent=line.vat_percent,
                exemption=line.price_version.price_line.vat_exemption,
                order_line=str(line.position),
            )
            for index, line in enumerate(lines, start=1)
        ],
    )


def draft_ubl(specification: Specification, *, number: str, issued_on: date) -> bytes:
    """Give the draft e-invoice as UBL (NLCIUS)."""
    return write_ubl(draft_of(specification, number=number, issued_on=issued_on))
