"""Gathering the facts for the business match: the invoice beside its contract, prices and accepted rows."""

import re
import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select

from contracts.agreements.models import ContractProduct
from contracts.allocation.queries import weights_in_force
from contracts.invoicing.einvoice import Party
from contracts.invoicing.models import Invoice, InvoiceLine, LineBasis, SpecificationLine
from contracts.invoicing.queries import booked_net
from contracts.invoicing.rules import Expected, InvoiceFacts, LineFacts
from contracts.invoicing.states import LineKind
from contracts.results.models import MonthlyRow
from contracts.results.states import Acceptance
from portal.accounts.models import Organisation
from portal.db import db


def is_same_party(party: Party, organisation: Organisation) -> bool:
    """Say whether a party on a document is an organisation: by KvK or OIN, else by name."""
    digits = re.sub(r"\D", "", party.legal_id)
    known = {re.sub(r"\D", "", value) for value in (organisation.kvk or "", organisation.oin) if value}
    if digits and known:
        return digits in known
    return _folded(party.name) in {_folded(organisation.name), _folded(f"Gemeente {organisation.name}")}


def _folded(name: str) -> str:
    return re.sub(r"\W", "", name).casefold()


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
    accepted = _accepted_quantities(
        [line.specification_line_id for line in lines if line.specification_line_id]
    )
    shares = _can_be_split(invoice, list(lines))
    specification = invoice.specification
    expected_total = (
        db.session.scalar(
            select(func.sum(SpecificationLine.amount)).where(
                SpecificationLine.specification_id == specification.id, SpecificationLine.taken_out.is_(False)
            )
        )
        if specification is not None
        else None
    )
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
        lines=[_line_facts(line, accepted, shares) for line in lines],
        ceiling=invoice.contract.ceiling,
        booked_before=booked_net(invoice.contract_id),
        specification_amount=expected_total,
    )


def _line_facts(
    line: InvoiceLine, accepted: dict[uuid.UUID, Decimal], shares: dict[uuid.UUID | None, bool]
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


def _accepted_quantities(line_ids: list[uuid.UUID]) -> dict[uuid.UUID, Decimal]:
    """Return per specification line the quantity of its rows that are accepted and still count."""
    found: dict[uuid.UUID, Decimal] = {}
    rows = db.session.execute(
        select(
            LineBasis.specification_line_id,
            LineBasis.quantity,
            MonthlyRow.acceptance,
            MonthlyRow.superseded_at,
        )
        .join(MonthlyRow, MonthlyRow.id == LineBasis.monthly_row_id)
        .where(LineBasis.specification_line_id.in_(line_ids), LineBasis.released_at.is_(None))
    )
    for line_id, quantity, acceptance, superseded_at in rows:
        counts = acceptance in (Acceptance.ACCEPTED, Acceptance.TACIT) and superseded_at is None
        found[line_id] = found.get(line_id, Decimal(0)) + (quantity if counts else Decimal(0))
    return found


def only_product(contract_id: uuid.UUID) -> uuid.UUID | None:
    """Return the product of a contract that has only one, else None."""
    ids = db.session.scalars(
        select(ContractProduct.id).where(ContractProduct.contract_id == contract_id)
    ).all()
    return ids[0] if len(ids) == 1 else None
