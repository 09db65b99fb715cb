"""The rows of an export: every ledger line of a month with everything a finance package asks for."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract, ContractProduct
from contracts.allocation.models import AllocationKey, KeyVersion
from contracts.finance.models import LedgerMapping, Period, Posting
from contracts.invoicing.models import Invoice, InvoiceLine
from contracts.invoicing.split_models import LineShare, SplitGroup, SplitShare
from portal.accounts.models import User
from portal.catalogue.models import Municipality
from portal.db import db
from portal.periods import Month


@dataclass(frozen=True)
class ExportLine:
    """One ledger line, flat."""

    posting_id: uuid.UUID
    number: int
    fiscal_year: int
    fiscal_period: str
    performed_year: int
    performed_period: str
    earlier_year: bool
    municipality: str
    cbs_code: str
    posted_on: date
    invoice: str
    issuer_number: str
    invoice_date: date
    provider: str
    kvk: str
    contract: str
    agreement_number: str
    product: str
    description: str
    line: int
    trajectory: str
    quantity: Decimal
    rate: Decimal
    line_net: Decimal
    weight: Decimal
    basis: str
    key: str
    net: Decimal
    vat_category: str
    vat_percent: Decimal
    vat_back: Decimal
    vat_cost: Decimal
    charged: Decimal
    gross: Decimal
    extra_cent: int
    task_field: str
    economic_category: str
    ledger_account: str
    cost_centre: str
    spuk: str
    sisa_code: str
    target_group: str
    approved_at: datetime
    approved_by: str
    credits: str


def export_lines(month: Month, municipality_id: uuid.UUID | None = None) -> list[ExportLine]:
    """Return the ledger lines of a month in the order of their numbers, in two statements."""
    statement = (
        select(Posting, User.name)
        .join(Period, Period.id == Posting.period_id)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(User, User.id == Invoice.approved_by_id)
        .where(Period.month == month.first)
        .options(
            joinedload(Posting.municipality),
            joinedload(Posting.product),
            joinedload(Posting.ledger_mapping),
            joinedload(Posting.period),
            joinedload(Posting.invoice).options(
                joinedload(Invoice.issuer_organisation),
                joinedload(Invoice.contract),
                joinedload(Invoice.credited),
            ),
            joinedload(Posting.line_share).options(
                joinedload(LineShare.line).joinedload(InvoiceLine.trajectory),
                joinedload(LineShare.share).joinedload(SplitShare.group).joinedload(SplitGroup.key_version),
            ),
        )
        .order_by(Posting.number)
    )
    if municipality_id is not None:
        statement = statement.where(Posting.municipality_id == municipality_id)
    return [_line(posting, approved_by) for posting, approved_by in db.session.execute(statement).all()]


def _line(posting: Posting, approved_by: str) -> ExportLine:
    invoice, cell = posting.invoice, posting.line_share
    line, share, group = cell.line, cell.share, cell.share.group
    return ExportLine(
        posting_id=posting.id,
        number=posting.number,
        municipality=posting.municipality.name,
        cbs_code=posting.municipality.cbs_code,
        posted_on=posting.posted_at.date(),
        product=posting.product.name,
        target_group=posting.target_group.label,
        description=line.description,
        line=line.position,
        trajectory=line.trajectory.number if line.trajectory else "",
        quantity=line.quantity,
        rate=line.rate,
        line_net=invoice.sign * line.net,
        vat_category=line.vat_category.value,
        vat_percent=line.vat_percent / 100,
        weight=share.weight,
        extra_cent=share.extra_net + share.extra_vat,
        basis=group.basis.label,
        key=f"versie {group.key_version.number}, {group.key_version.source}" if group.key_version else "",
        net=posting.net,
        vat_back=posting.vat_back,
        vat_cost=posting.vat_cost,
        charged=posting.net + posting.vat_cost,
        gross=posting.net + posting.vat_cost + posting.vat_back,
        approved_by=approved_by,
        **_months(posting),
        **_document(invoice, posting),
        **_account(posting.ledger_mapping),
    )


def _months(posting: Posting) -> dict[str, Any]:
    fiscal, performed = Month.of(posting.period.month), Month.of(posting.performed_in)
    return {
        "fiscal_year": fiscal.year,
        "fiscal_period": fiscal.code.replace("-", ""),
        "performed_year": performed.year,
        "performed_period": performed.code.replace("-", ""),
        "earlier_year": posting.earlier_year,
    }


def _document(invoice: Invoice, posting: Posting) -> dict[str, Any]:
    return {
        "invoice": invoice.number,
        "issuer_number": invoice.issuer_number,
        "invoice_date": invoice.issued_on,
        "provider": invoice.issuer_organisation.name,
        "kvk": invoice.issuer_organisation.kvk or invoice.issuer_organisation.oin,
        "contract": invoice.contract.number,
        "agreement_number": invoice.order_reference,
        "approved_at": invoice.approved_at or posting.posted_at,
        "credits": invoice.credited.number if invoice.credited else "",
    }


def _account(mapping: LedgerMapping | None) -> dict[str, Any]:
    return {
        "task_field": mapping.task_field if mapping else "",
        "economic_category": mapping.economic_category if mapping else "",
        "ledger_account": mapping.ledger_account if mapping else "",
        "cost_centre": mapping.cost_centre if mapping else "",
        "spuk": mapping.spuk.label if mapping else "onbekend",
        "sisa_code": mapping.sisa_code if mapping else "",
    }


@dataclass(frozen=True)
class KeyRow:
    """A weight of a key that was used in the month."""

    contract: str
    product: str
    version: int
    valid_from: date
    basis: str
    source: str
    municipality: str
    weight: Decimal


def keys_used(month: Month) -> Sequence[KeyRow]:
    """Return the keys by which lines of a month were split, with the weights as they were at the split."""
    rows = db.session.execute(
        select(KeyVersion, Contract.number, ContractProduct, Municipality.name, SplitShare.weight)
        .join(SplitGroup, SplitGroup.key_version_id == KeyVersion.id)
        .join(SplitShare, SplitShare.split_group_id == SplitGroup.id)
        .join(Municipality, Municipality.id == SplitShare.municipality_id)
        .join(AllocationKey, AllocationKey.id == KeyVersion.key_id)
        .join(ContractProduct, ContractProduct.id == AllocationKey.contract_product_id)
        .join(Contract, Contract.id == ContractProduct.contract_id)
        .join(Invoice, Invoice.id == SplitGroup.invoice_id)
        .where(
            Invoice.id.in_(
                select(Posting.invoice_id)
                .join(Period, Period.id == Posting.period_id)
                .where(Period.month == month.first)
            )
        )
        .options(joinedload(ContractProduct.product))
        .order_by(Contract.number, KeyVersion.number, Municipality.name)
        .distinct()
    ).all()
    return [
        KeyRow(
            number, product.product.name, version.number, version.valid_from, version.basis.label, version.source,
            municipality, weight,
        )
        for version, number, product, municipality, weight in rows
    ]  # fmt: skip
