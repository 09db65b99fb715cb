"""Gathering what the eight checks of a month look at."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import case, func, select

from contracts.finance.models import LedgerMapping, Period, Posting
from contracts.finance.rules import InvoiceSums, MonthFacts
from contracts.finance.sums import Sums, sums, total_of
from contracts.invoicing.models import Invoice, InvoiceLine
from contracts.invoicing.split_models import LineShare
from contracts.invoicing.states import InvoiceKind, InvoiceState
from portal.db import db
from portal.money import ZERO
from portal.periods import Month


def stored_totals(invoice_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[Decimal, Decimal]]:
    """Return what the stored shares of invoices add up to: net and btw, signed."""
    rows = db.session.execute(
        select(
            InvoiceLine.invoice_id,
            func.sum(LineShare.net),
            func.sum(LineShare.vat_back),
            func.sum(LineShare.vat_cost),
        )
        .select_from(LineShare)
        .join(InvoiceLine, InvoiceLine.id == LineShare.invoice_line_id)
        .where(InvoiceLine.invoice_id.in_(invoice_ids))
        .group_by(InvoiceLine.invoice_id)
    )
    return {invoice_id: (net, back + cost) for invoice_id, net, back, cost in rows}


def month_facts(month: Month, municipality_id: uuid.UUID | None = None) -> MonthFacts:
    """Gather what the eight checks look at; of one municipality's postings, or of all."""
    where = [Period.month == month.first]
    if municipality_id is not None:
        where.append(Posting.municipality_id == municipality_id)
    postings = select(Posting).join(Period, Period.id == Posting.period_id).where(*where)
    with_account = (LedgerMapping.ledger_account != "") & (LedgerMapping.cost_centre != "")
    number, account, net, back, cost = db.session.execute(
        select(func.count(), func.sum(case((with_account, 1), else_=0)), *sums())
        .select_from(Posting)
        .join(Period, Period.id == Posting.period_id)
        .outerjoin(LedgerMapping, LedgerMapping.id == Posting.ledger_mapping_id)
        .where(*where)
    ).one()
    total = Sums(net or ZERO, back or ZERO, cost or ZERO)
    per_municipality = db.session.execute(
        postings.with_only_columns(Posting.municipality_id, *sums()).group_by(Posting.municipality_id)
    ).all()
    together = total_of(Sums(n, b, c) for _, n, b, c in per_municipality)
    journal = db.session.execute(
        postings.with_only_columns(Posting.ledger_mapping_id, *sums()).group_by(Posting.ledger_mapping_id)
    ).all()
    ids = db.session.scalars(postings.with_only_columns(Posting.invoice_id).distinct()).all()
    approved = db.session.scalars(
        select(Invoice.id).where(Invoice.month == month.first, Invoice.state == InvoiceState.APPROVED)
    ).all()
    split = db.session.scalar(
        select(func.count(func.distinct(Posting.invoice_id))).where(Posting.invoice_id.in_(approved))
    )
    return MonthFacts(
        month=month,
        approved=len(approved),
        split=split or 0,
        invoices=_invoice_sums(ids),
        charged_by_municipality=together.charged,
        gross_by_municipality=together.gross,
        gross_of_postings=total.gross,
        postings=number,
        postings_with_account=account or 0,
        journal=total_of(Sums(n, b, c) for _, n, b, c in journal).charged,
        charged=total.charged,
    )


def _invoice_sums(ids: Sequence[uuid.UUID]) -> list[InvoiceSums]:
    stored = stored_totals(ids)
    invoices = db.session.scalars(select(Invoice).where(Invoice.id.in_(ids)).order_by(Invoice.number)).all()
    return [
        InvoiceSums(
            invoice.number,
            f"{invoice.issuer_organisation_id}-{invoice.issuer_key}-{invoice.issue_year}",
            invoice.sign * (invoice.net + invoice.rounding),
            invoice.sign * invoice.vat,
            *stored.get(invoice.id, (ZERO, ZERO)),
            Month.of(invoice.month),
            invoice.kind is InvoiceKind.CREDIT,
        )
        for invoice in invoices
    ]
