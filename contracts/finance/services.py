"""Posting, closing and reopening months, keeping exports, and the accounts of each municipality."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from contracts.finance.check_queries import month_facts
from contracts.finance.exports import Prepared, latest_batch, prepare_csv, prepare_workbook
from contracts.finance.models import (
    ExportBatch,
    ExportRow,
    LedgerMapping,
    Period,
    PeriodMunicipality,
    Posting,
)
from contracts.finance.queries import closed_months, leads_any, states_of
from contracts.finance.rules import (
    booking_month,
    eight_checks,
    objections_to_closing,
    objections_to_reopening,
)
from contracts.finance.states import PERIOD, Eligibility, PeriodAction, PeriodState
from contracts.invoicing.models import Invoice, InvoiceLine
from contracts.invoicing.services import approve_invoice
from contracts.invoicing.split_models import LineShare, SplitGroup, SplitShare
from portal import audit, clock
from portal.access import SYSTEM, Viewer
from portal.catalogue.models import Municipality
from portal.catalogue.states import TargetGroup
from portal.db import NumberSeries, db, lock, next_number
from portal.documents import store
from portal.errors import NotYours, refuse_if
from portal.periods import Month


def make_payable(invoice: Invoice, *, by: Viewer) -> list[Posting]:
    """Approve an invoice for payment and book each share into the open month of its municipality.

    Raises:
        TransitionRefused, Refused, NotYours: as ``contracts.invoicing.services.approve_invoice``.
    """
    approve_invoice(invoice, by=by)
    return book_shares(invoice, by=by)


def book_shares(invoice: Invoice, *, by: Viewer) -> list[Posting]:
    """Make the ledger lines of an approved invoice: one per line and municipality that bears something."""
    cells = db.session.scalars(
        select(LineShare)
        .join(LineShare.line)
        .join(LineShare.share)
        .join(Municipality, Municipality.id == SplitShare.municipality_id)
        .where(InvoiceLine.invoice_id == invoice.id)
        .options(
            joinedload(LineShare.share).joinedload(SplitShare.group).joinedload(SplitGroup.contract_product)
        )
        .order_by(InvoiceLine.position, Municipality.name)
    ).all()
    performed = Month.of(invoice.month)
    periods = _open_periods({cell.share.municipality_id for cell in cells}, performed)
    accounts = _mappings({cell.share.municipality_id for cell in cells}, performed.year)
    number = _numbers(clock.today().year, len(cells))
    now = clock.now()
    postings = []
    for offset, cell in enumerate(cells):
        share, group = cell.share, cell.share.group
        period = periods[share.municipality_id]
        product_id = group.contract_product.product_id
        target_group = group.target_group or TargetGroup.ASYLUM
        mapping = accounts.get((product_id, share.municipality_id, target_group))
        postings.append(
            Posting(
                number=number + offset, period_id=period.id, municipality_id=share.municipality_id,
                invoice_id=invoice.id, line_share_id=cell.id, product_id=product_id,
                ledger_mapping_id=mapping.id if mapping else None, target_group=target_group,
                performed_in=performed.first, earlier_year=performed.year < period.month.year, net=cell.net,
                vat_back=cell.vat_back, vat_cost=cell.vat_cost, posted_at=now,
            )
        )  # fmt: skip
    db.session.add_all(postings)
    db.session.flush()
    audit.record("finance:post", invoice, by=by, number=invoice.number, lines=len(postings))
    return postings


def _mappings(
    municipality_ids: set[uuid.UUID], year: int
) -> dict[tuple[uuid.UUID, uuid.UUID, TargetGroup], LedgerMapping]:
    rows = db.session.scalars(
        select(LedgerMapping).where(
            LedgerMapping.municipality_id.in_(municipality_ids), LedgerMapping.year == year
        )
    )
    return {(row.product_id, row.municipality_id, row.target_group): row for row in rows}


def _numbers(year: int, count: int) -> int:
    """Take a run of ledger line numbers and return the first: JJJJ and six digits."""
    first = next_number("posting", year)
    series = db.session.get_one(NumberSeries, ("posting", year))
    series.last += max(count - 1, 0)
    return year * 1_000_000 + first


def _open_periods(municipality_ids: set[uuid.UUID], performed: Month) -> dict[uuid.UUID, Period]:
    found = {}
    for municipality_id in sorted(municipality_ids, key=str):
        month = booking_month(performed, closed_months(municipality_id))
        period = period_of(month)
        state_of(period, municipality_id)
        found[municipality_id] = period
    return found


def period_of(month: Month) -> Period:
    """Return the record of a month, made when it is not there yet."""
    period = db.session.scalars(select(Period).where(Period.month == month.first)).one_or_none()
    if period is None:
        period = Period(month=month.first)
        db.session.add(period)
        db.session.flush()
    return period


def state_of(period: Period, municipality_id: uuid.UUID) -> PeriodMunicipality:
    """Return the state of a month for a municipality, made when it is not there yet."""
    row = db.session.scalars(
        select(PeriodMunicipality).where(
            PeriodMunicipality.period_id == period.id, PeriodMunicipality.municipality_id == municipality_id
        )
    ).one_or_none()
    if row is None:
        row = PeriodMunicipality(period_id=period.id, municipality_id=municipality_id)
        db.session.add(row)
        db.session.flush()
    return row


def mapping_of(
    product_id: uuid.UUID, municipality_id: uuid.UUID, target_group: TargetGroup, year: int
) -> LedgerMapping | None:
    """Return where a municipality books a product for a doelgroep in a year, or None."""
    return db.session.scalars(
        select(LedgerMapping).where(
            LedgerMapping.product_id == product_id,
            LedgerMapping.municipality_id == municipality_id,
            LedgerMapping.target_group == target_group,
            LedgerMapping.year == year,
        )
    ).one_or_none()


def may_close(viewer: Viewer, municipality_id: uuid.UUID) -> bool:
    """Say whether a viewer closes for a municipality: its own, or any when it leads contracts."""
    return viewer is SYSTEM or viewer.municipality_id == municipality_id or leads_any(viewer)


def close_month(month: Month, municipalities: Sequence[Municipality], *, by: Viewer) -> list[ExportBatch]:
    """Close a month for one or more municipalities and keep its exports.

    A csv is kept per municipality that closes; the workbook when the last one has closed.

    Raises:
        Refused: the month is not over or one of the eight checks fails.
        TransitionRefused: it has closed already.
        NotYours: another municipality's month.
    """
    period = period_of(month)
    kept = []
    for municipality in municipalities:
        if not may_close(by, municipality.id):
            raise NotYours(f"financiën van {municipality.name}")
        row = state_of(period, municipality.id)
        lock(row)
        state = PERIOD.next(row.state, PeriodAction.CLOSE)
        _fill_in_accounts(period, municipality.id)
        checks = eight_checks(month_facts(month, municipality.id))
        refuse_if(objections_to_closing(checks, month=month, today=Month.of(clock.today())))
        row.state, row.closed_at, row.closed_by_id = state, clock.now(), by.user_id
        db.session.flush()
        audit.record("finance:period:close", row, by=by, month=month.label, municipality=municipality.name)
        kept.append(keep_export(prepare_csv(month, municipality), by=by))
    if all(row.state is PeriodState.CLOSED for row in states_of(month)):
        kept.append(keep_export(prepare_workbook(month), by=by))
    return kept


def _fill_in_accounts(period: Period, municipality_id: uuid.UUID) -> None:
    """Give ledger lines that were booked before their account was known that account."""
    for posting in db.session.scalars(
        select(Posting).where(
            Posting.period_id == period.id,
            Posting.municipality_id == municipality_id,
            Posting.ledger_mapping_id.is_(None),
        )
    ):
        mapping = mapping_of(
            posting.product_id, municipality_id, posting.target_group, posting.performed_in.year
        )
        posting.ledger_mapping_id = mapping.id if mapping else None
    db.session.flush()


def reopen_month(month: Month, municipality: Municipality, *, reason: str, by: Viewer) -> None:
    """Open a closed month again; earlier exports stay as they are.

    Raises:
        Refused: no reason.
        TransitionRefused: it is open.
        NotYours: another municipality's month.
    """
    if not may_close(by, municipality.id):
        raise NotYours(f"financiën van {municipality.name}")
    row = state_of(period_of(month), municipality.id)
    lock(row)
    state = PERIOD.next(row.state, PeriodAction.REOPEN)
    refuse_if(objections_to_reopening(reason=reason))
    row.state, row.closed_at, row.closed_by_id = state, None, None
    row.reopened_at, row.reopened_by_id, row.reopen_reason = clock.now(), by.user_id, reason.strip()
    audit.record(
        "finance:period:reopen",
        row,
        by=by,
        month=month.label,
        municipality=municipality.name,
        reason=row.reopen_reason,
    )


def keep_export(prepared: Prepared, *, by: Viewer) -> ExportBatch:
    """Keep a file with its number and hash; the same content is never kept twice."""
    municipality_id = prepared.municipality.id if prepared.municipality else None
    known = latest_batch(prepared.month, municipality_id, prepared.format)
    if known is not None and known.content_sha256 == prepared.content_sha256:
        return known
    today = clock.today()
    document = store(
        prepared.data, name=prepared.filename, kind="cost_export", by=by, media_type=prepared.media_type,
        predecessor=known.document if known else None,
    )  # fmt: skip
    batch = ExportBatch(
        id=uuid.uuid4(),
        number=f"EX-{today.year}-{next_number('EX', today.year):03d}",
        period_id=period_of(prepared.month).id,
        municipality_id=municipality_id,
        format=prepared.format,
        version=known.version + 1 if known else 1,
        document_id=document.id,
        content_sha256=prepared.content_sha256,
        rows=len(prepared.posting_ids),
        charged=prepared.charged,
        total=prepared.total,
        is_final=prepared.is_final,
        made_at=clock.now(),
        made_by_id=by.user_id,
    )
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(ExportRow(batch_id=batch.id, posting_id=one) for one in prepared.posting_ids)
    db.session.flush()
    audit.record("finance:export", batch, by=by, number=batch.number, rows=batch.rows, sha256=document.sha256)
    return batch


def save_mapping(
    mapping: LedgerMapping | None,
    *,
    product_id: uuid.UUID,
    municipality_id: uuid.UUID,
    target_group: TargetGroup,
    year: int,
    spuk: Eligibility,
    task_field: str,
    ledger_account: str,
    cost_centre: str,
    economic_category: str,
    sisa_code: str,
    by: Viewer,
) -> LedgerMapping:
    """Say where a municipality books a product; open ledger lines of that year follow.

    Raises:
        NotYours: another municipality's accounts.
    """
    if not may_close(by, municipality_id):
        raise NotYours("financiën van die gemeente")
    if mapping is None:
        mapping = LedgerMapping(
            id=uuid.uuid4(), product_id=product_id, municipality_id=municipality_id, target_group=target_group,
            year=year, spuk=spuk,
        )  # fmt: skip
        db.session.add(mapping)
    else:
        lock(mapping)
    mapping.spuk, mapping.task_field, mapping.ledger_account = (
        spuk,
        task_field.strip(),
        ledger_account.strip(),
    )
    mapping.cost_centre, mapping.economic_category = cost_centre.strip(), economic_category.strip()
    mapping.sisa_code = sisa_code.strip()
    db.session.flush()
    _give_open_lines_their_account(mapping)
    audit.record("finance:mapping:save", mapping, by=by, year=year, account=mapping.ledger_account)
    return mapping


def _give_open_lines_their_account(mapping: LedgerMapping) -> None:
    """Ledger lines that were booked before their account was known get it now."""
    db.session.execute(
        update(Posting)
        .where(
            Posting.product_id == mapping.product_id,
            Posting.municipality_id == mapping.municipality_id,
            Posting.target_group == mapping.target_group,
            Posting.ledger_mapping_id.is_(None),
            Posting.performed_in.between(Month(mapping.year, 1).first, Month(mapping.year, 12).last),
        )
        .values(ledger_mapping_id=mapping.id)
    )
