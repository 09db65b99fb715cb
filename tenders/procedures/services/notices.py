"""The notices of a tender on TenderNed, each with its number and its three times (practice T8)."""

from datetime import datetime

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.errors import Objection, refuse_if
from tenders.procedures import queries
from tenders.procedures.models import Notice, Procedure, Rectification
from tenders.procedures.states import NoticeKind


def record_notice(
    procedure: Procedure,
    *,
    kind: NoticeKind = NoticeKind.CONTRACT,
    tenderned_number: str,
    sent_at: datetime | None,
    receipt_confirmed_at: datetime | None,
    made_public_at: datetime | None,
    by: Viewer,
) -> Notice:
    """Record the number and the three times of a notice on TenderNed (practice T8); they may come one by one.

    Raises:
        Refused: the number is missing, or the times are out of order or in the future.
    """
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    refuse_if(_objections(tenderned_number, sent_at, receipt_confirmed_at, made_public_at))
    notice = queries.notice_of(procedure, kind)
    if notice is None:
        notice = Notice(procedure_id=procedure.id, kind=kind)
        db.session.add(notice)
    return _fill(notice, procedure, tenderned_number, (sent_at, receipt_confirmed_at, made_public_at), by)


def record_change_notice(
    procedure: Procedure,
    change: Rectification,
    *,
    tenderned_number: str,
    sent_at: datetime | None,
    receipt_confirmed_at: datetime | None,
    made_public_at: datetime | None,
    by: Viewer,
) -> Notice:
    """Record the notice that belongs to one change of a published tender; every change has its own.

    Raises:
        Refused: the number is missing, or the times are out of order or in the future.
    """
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    refuse_if(_objections(tenderned_number, sent_at, receipt_confirmed_at, made_public_at))
    notice = change.notice
    if notice is None:
        notice = Notice(procedure_id=procedure.id, kind=NoticeKind.CHANGE)
        db.session.add(notice)
        change.notice = notice
    return _fill(notice, procedure, tenderned_number, (sent_at, receipt_confirmed_at, made_public_at), by)


def _objections(
    number: str, sent_at: datetime | None, receipt_confirmed_at: datetime | None, made_public_at: datetime | None
) -> list[Objection]:
    found = []
    if not number.strip():
        found.append(Objection("Vul het TenderNed-nummer in.", "tenderned_number"))
    for name, instant in (("receipt_confirmed_at", receipt_confirmed_at), ("made_public_at", made_public_at)):
        if instant is not None and (sent_at is None or instant < sent_at):
            found.append(Objection("Deze tijd moet na de verzending liggen.", name))
    for name, instant in (
        ("sent_at", sent_at), ("receipt_confirmed_at", receipt_confirmed_at), ("made_public_at", made_public_at),
    ):  # fmt: skip
        if instant is not None and instant > clock.now():
            found.append(Objection("Deze tijd ligt in de toekomst.", name))
    return found


def _fill(
    notice: Notice,
    procedure: Procedure,
    number: str,
    times: tuple[datetime | None, datetime | None, datetime | None],
    by: Viewer,
) -> Notice:
    notice.tenderned_number = number.strip()
    notice.sent_at, notice.receipt_confirmed_at, notice.made_public_at = times
    db.session.flush()
    audit.record("tender:notice:record", procedure, by=by, number=notice.tenderned_number)
    return notice
