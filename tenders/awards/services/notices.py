"""The notice of what became of a lot: its last day, its three recorded times, and our own publication (T8, T14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.dutch import long_date
from portal.errors import Objection, refuse_if
from tenders.awards import queries, rules
from tenders.awards.models import AwardNotice
from tenders.awards.states import NoticeOutcome
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot


@dataclass(frozen=True)
class NoticeTimes:
    """What was recorded of a notice on TenderNed; moments in UTC."""

    number: str
    sent_at: datetime | None = None
    receipt_confirmed_at: datetime | None = None
    made_public_at: datetime | None = None


def plan_notice(lot: Lot, outcome: NoticeOutcome) -> AwardNotice | None:
    """Make the notice of a lot that ended today, with its last day; None where no rule asks for one."""
    found = tender.rules_of(lot.procedure.kind_code, clock.today())
    rule = found.get("award_notice_days")
    if rule is None or rule.value is None:
        return None
    notice = queries.notice_of_lot(lot)
    if notice is None:
        notice = AwardNotice(lot_id=lot.id, outcome=outcome, decided_on=clock.today(), due_on=clock.today())
        db.session.add(notice)
    notice.outcome, notice.decided_on = outcome, clock.today()
    _set_term(notice, lot)
    db.session.flush()
    return notice


def _set_term(notice: AwardNotice, lot: Lot) -> None:
    found = tender.rules_of(lot.procedure.kind_code, notice.decided_on)
    rule = found["award_notice_quarter" if notice.is_bundled else "award_notice_days"]
    days = int(rule.value or 30)
    notice.due_on = rules.notice_due(notice.decided_on, days=days, bundled=notice.is_bundled)
    notice.rule = f"{rule.text} ({rule.citation})"


def bundle_notice(notice: AwardNotice, *, bundled: bool, by: Viewer) -> None:
    """Choose whether a notice goes out with those of its quarter; only where the rules of the kind allow it.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: this kind may not bundle, or the notice was sent.
    """
    lot = db.session.get_one(Lot, notice.lot_id)
    tender.refuse_unless_lead(by, lot.procedure)
    lock(notice)
    allowed = "award_notice_quarter" in tender.rules_of(lot.procedure.kind_code, notice.decided_on)
    objections = [] if allowed else [Objection("Deze procedure mag aankondigingen niet per kwartaal bundelen.")]
    if notice.sent_at is not None:
        objections.append(Objection("Deze aankondiging is al verzonden."))
    refuse_if(objections)
    notice.is_bundled = bundled
    _set_term(notice, lot)
    audit.record("award:notice:bundle", lot, by=by, lot=lot.title, due=long_date(notice.due_on))


def record_award_notice(notice: AwardNotice, *, times: NoticeTimes, by: Viewer) -> None:
    """Record number and times of the notice on TenderNed.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: no number, a moment to come, or moments out of order.
    """
    lot = db.session.get_one(Lot, notice.lot_id)
    tender.refuse_unless_lead(by, lot.procedure)
    lock(notice)
    refuse_if(
        rules.objections_to_notice(
            number=times.number,
            decided_on=notice.decided_on,
            moments=(times.sent_at, times.receipt_confirmed_at, times.made_public_at),
            now=clock.now(),
        )
    )
    notice.tenderned_number = times.number.strip()
    notice.sent_at, notice.receipt_confirmed_at = times.sent_at, times.receipt_confirmed_at
    notice.made_public_at = times.made_public_at
    audit.record("award:notice:record", lot, by=by, lot=lot.title, number=notice.tenderned_number)


def publish_outcome(notice: AwardNotice, *, by: Viewer) -> None:
    """Show what became of a lot on our own page: after TenderNed did, or 48 hours after its confirmation (T8).

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: it is too early, or it was done before.
    """
    lot = db.session.get_one(Lot, notice.lot_id)
    tender.refuse_unless_lead(by, lot.procedure)
    lock(notice)
    from_moment = queries.own_publication_from(notice)
    if notice.published_at is not None:
        refuse_if([Objection("De uitslag staat al op het portaal.")])
    if from_moment is None or clock.now() < from_moment:
        refuse_if([Objection("Dit kan na de bekendmaking op TenderNed, of 48 uur na de bevestiging van ontvangst.")])
    notice.published_at = clock.now()
    audit.record("award:notice:publish", lot, by=by, lot=lot.title)
