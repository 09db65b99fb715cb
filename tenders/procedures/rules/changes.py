"""When a published tender may change: enough time left, never an earlier closing, outage before the opening only."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta

from portal import clock
from portal.errors import Objection
from tenders.procedures.rules.phases import accepts
from tenders.procedures.rules.planning import (
    Planning,
    RuleValue,
    check_planning,
    is_working_day,
    propose_planning,
)
from tenders.procedures.states import ChangeKind

REASON_LENGTH = 20


@dataclass(frozen=True)
class ChangeFacts:
    """A change as plain values: the stored dates, the new ones (only what moves), and what else changes.

    `lines` counts changed documents and texts; `opened` says whether an offer was opened.
    """

    kind: ChangeKind
    stored: Planning
    new: Planning
    reason: str
    value: RuleValue
    lines: int = 0
    is_substantial: bool = True
    published: bool = True
    opened: bool = False


def merged(stored: Planning, new: Planning) -> Planning:
    """Return the dates as they become: the new ones where given, otherwise those that stand."""
    given = {one.name: getattr(new, one.name) for one in fields(new) if getattr(new, one.name) is not None}
    return replace(stored, **given)


def moved(stored: Planning, new: Planning) -> dict[str, tuple[object, object]]:
    """Return old and new per date that really moves."""
    after = merged(stored, new)
    return {
        one.name: (getattr(stored, one.name), getattr(after, one.name))
        for one in fields(after)
        if getattr(stored, one.name) != getattr(after, one.name)
    }


def along_with(stored: Planning, new: Planning, value: RuleValue) -> Planning:
    """Let award and standstill go along with a later closing, unless they were given or still fit."""
    deadline = new.submission_deadline_at
    if deadline is None:
        return new
    proposed = propose_planning(deadline, value)
    closing = clock.local(deadline).date()
    award = new.award_planned_on or stored.award_planned_on
    if award is None or award <= closing:
        new = replace(new, award_planned_on=proposed.award_planned_on)
        if new.standstill_ends_on is None:
            new = replace(new, standstill_ends_on=proposed.standstill_ends_on)
    return new


def days_needed(is_substantial: bool, value: RuleValue) -> int:
    """Return how many days bidders keep after a change: more when it is a considerable one."""
    return value("change_days" if is_substantial else "change_small_days") or 0


def objections_to_change(facts: ChangeFacts, *, now: datetime, today: date) -> list[Objection]:
    """Say what stands in the way of publishing a change or a longer term; empty when nothing does.

    Source: artikel 2.73, eerste lid, Aanbestedingswet 2012 (open procedure); for other kinds the leidraad.
    """
    deadline = facts.stored.submission_deadline_at
    if not facts.published or deadline is None:
        return [Objection("Deze aanbesteding is niet gepubliceerd. U kunt haar gewoon wijzigen.")]
    late = not accepts(now, deadline)
    if facts.opened or (late and facts.kind is not ChangeKind.OUTAGE):
        return [Objection("De sluitingstijd is voorbij. U kunt de aanbesteding niet meer wijzigen.")]
    found = []
    if len(facts.reason.strip()) < REASON_LENGTH:
        found.append(Objection(f"Leg in ten minste {REASON_LENGTH} tekens uit wat er verandert en waarom.", "reason"))
    after = moved(facts.stored, facts.new)
    if facts.kind is not ChangeKind.CHANGE and "submission_deadline_at" not in after:
        found.append(Objection("Vul een latere sluitingsdatum en -tijd in.", "submission_deadline_at"))
    elif facts.lines == 0 and not after:
        found.append(Objection("Er verandert nog niets. Voeg een document, een tekst of een datum toe."))
    return found + _deadline_objections(facts, deadline, now, today) + _planning_objections(facts, after)


def _deadline_objections(facts: ChangeFacts, deadline: datetime, now: datetime, today: date) -> list[Objection]:
    new = merged(facts.stored, facts.new).submission_deadline_at or deadline
    if new < deadline:
        return [Objection("De sluiting kan alleen later worden, niet eerder.", "submission_deadline_at")]
    if not accepts(now, new):
        return [Objection("De nieuwe sluiting moet in de toekomst liggen.", "submission_deadline_at")]
    if facts.lines == 0:
        return []
    needed = days_needed(facts.is_substantial, facts.value)
    left = (clock.local(new).date() - today).days
    if left >= needed:
        return []
    first = today + timedelta(days=needed)
    return [
        Objection(
            f"Na deze wijziging houden inschrijvers nog {left} {'dag' if left == 1 else 'dagen'}. Dat moeten er ten "
            f"minste {needed} zijn. Kies een sluiting op {first:%d-%m-%Y} of later.",
            "submission_deadline_at",
        )
    ]


def _planning_objections(facts: ChangeFacts, after: Collection[str]) -> list[Objection]:
    if not after:
        return []
    plan = merged(facts.stored, facts.new)
    looked = {*after, "award_planned_on", "standstill_ends_on"} - {"submission_deadline_at"}
    return [
        Objection(note.message, note.field)
        for note in check_planning(plan, from_day=date.min, value=facts.value)
        if note.blocks and note.field in looked
    ]


# Outage -------------------------------------------------------------------------------------------


def objections_to_outage(
    *, outage_from: datetime | None, outage_until: datetime | None, deadline: datetime, now: datetime
) -> list[Objection]:
    """Check the recorded outage: it has both times, is over or lasts until now, and touches the time before closing.

    Source: artikel 2.109 Aanbestedingswet 2012 (open procedure); for other kinds the leidraad.
    """
    if outage_from is None or outage_until is None:
        return [Objection("Vul in van wanneer tot wanneer de storing duurde.", "outage_from")]
    found = []
    if outage_until < outage_from:
        found.append(Objection("Het einde van de storing ligt voor het begin.", "outage_until"))
    if outage_from > now or outage_until > now:
        found.append(Objection("De storing kan niet in de toekomst liggen.", "outage_until"))
    if outage_from >= deadline:
        found.append(
            Objection("De storing begon na de sluiting. Dan kan de termijn niet langer worden.", "outage_from")
        )
    return found


def hash_until(deadline: datetime, working_days: int) -> datetime:
    """Return until when an offer may follow its hash: the end of so many working days after the closing.

    Source: artikel 2.109a Aanbestedingswet 2012; a day counts as a working day under the Algemene termijnenwet.
    """
    day = clock.local(deadline).date()
    for _ in range(working_days):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return clock.to_utc(datetime.combine(day + timedelta(days=1), time(0)))


def objections_to_hash(
    *, digest: str, method: str, received_at: datetime | None, deadline: datetime, now: datetime
) -> list[Objection]:
    """Check a hash that a bidder handed in by another way: a sha-256, received before the closing, with its method."""
    found = []
    if len(digest) != 64 or any(one not in "0123456789abcdef" for one in digest):
        found.append(Objection("De code heeft 64 tekens: cijfers en de letters a tot en met f.", "digest"))
    if not method.strip():
        found.append(Objection("Leg vast hoe de code is gestuurd en berekend.", "method"))
    if received_at is None or received_at > now:
        found.append(Objection("Vul in wanneer de code is ontvangen, niet later dan nu.", "received_at"))
    elif not accepts(received_at, deadline):
        found.append(
            Objection("De code kwam na de sluiting. Alleen een code van voor de sluiting telt.", "received_at")
        )
    return found
