"""Dates of a tender: proposed from the closing time, and checked against terms and holidays."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources

import holidays

from portal import clock


@dataclass(frozen=True)
class Planning:
    """The dates of a tender; instants aware, other dates calendar days in Amsterdam."""

    questions_close_at: datetime | None = None
    nota_due_on: date | None = None
    submission_deadline_at: datetime | None = None
    award_planned_on: date | None = None
    standstill_ends_on: date | None = None


@dataclass(frozen=True)
class PlanningNote:
    """A remark on a date: `blocks` when the tender cannot be published with it; `rule` says which rule asks it."""

    message: str
    field: str
    blocks: bool
    rule: str = "offer_days"


RuleValue = Callable[[str], int | None]


@lru_cache(maxsize=32)
def _holidays(year: int) -> dict[date, str]:
    days = dict(holidays.country_holidays("NL", years=year, language="nl").items())
    return days | {date(year, 5, 5): "Bevrijdingsdag"}


def holiday_name(day: date) -> str:
    """Return the name of a public holiday, or nothing.

    5 May counts every year and Good Friday too (artikel 3 Algemene termijnenwet).
    """
    return _holidays(day.year).get(day, "")


@lru_cache(maxsize=1)
def school_holidays() -> tuple[tuple[date, date, str], ...]:
    """Return first day, last day and name of the known school holidays of region Midden.

    The region of the three municipalities. Source: the data file beside this package; a year that is
    not in it gives no remark.
    """
    file = resources.files("tenders.procedures").joinpath("data", "school_holidays.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter=";")
    return tuple(
        (date.fromisoformat(row["first"]), date.fromisoformat(row["last"]), row["name"]) for row in rows
    )


def school_holiday(day: date) -> str:
    """Return the name of the school holiday a day falls in, or nothing."""
    return next((name for first, last, name in school_holidays() if first <= day <= last), "")


def is_working_day(day: date) -> bool:
    """Say whether a day is neither in the weekend nor a public holiday."""
    return day.weekday() < 5 and not holiday_name(day)


def next_working_day(day: date) -> date:
    """Return the day itself when it is a working day, otherwise the first one after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def previous_working_day(day: date) -> date:
    """Return the day itself when it is a working day, otherwise the last one before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def term_end(sent_on: date, days: int) -> date:
    """Return the last day of a term: the day after sending is day 1, the end falls on a working day.

    Source: practice.md T12; artikel 1 Algemene termijnenwet.
    """
    return next_working_day(sent_on + timedelta(days=days))


def propose_planning(deadline: datetime, value: RuleValue) -> Planning:
    """Propose the other dates from the closing time and the terms of the kind of procedure."""
    closing = clock.local(deadline).date()
    questions_on = previous_working_day(closing - timedelta(days=value("question_days") or 0))
    award_on = next_working_day(closing + timedelta(days=value("award_days") or 0))
    return Planning(
        questions_close_at=clock.to_utc(datetime.combine(questions_on, time(12))),
        nota_due_on=previous_working_day(closing - timedelta(days=value("nota_days") or 0)),
        submission_deadline_at=deadline,
        award_planned_on=award_on,
        standstill_ends_on=term_end(award_on, value("standstill_days") or 0),
    )


def _day_note(label: str, field: str, day: date | None) -> list[PlanningNote]:
    if day is None:
        return []
    if not is_working_day(day):
        name = holiday_name(day)
        why = f"op een feestdag ({name})" if name else "in het weekend"
        return [PlanningNote(f"{label} valt {why}. Kies bij voorkeur een werkdag.", field, blocks=False)]
    school = school_holiday(day)
    if school:
        return [
            PlanningNote(
                f"{label} valt in de {school} (regio Midden). Kies een andere datum, of leg uit waarom dit nodig is.",
                field,
                blocks=False,
            )
        ]
    return []


def check_planning(plan: Planning, *, from_day: date, value: RuleValue) -> list[PlanningNote]:
    """Return what is wrong or unwise in a planning; the term for offers is counted from `from_day`.

    Terms come from the rules of the kind: `offer_days`, `nota_days`, `standstill_days`.
    """
    if plan.submission_deadline_at is None:
        return [PlanningNote("Vul de sluitingsdatum en -tijd in.", "submission_deadline_at", blocks=True)]
    closing = clock.local(plan.submission_deadline_at).date()
    notes = _order_notes(plan, closing)
    earliest = from_day + timedelta(days=value("offer_days") or 0)
    if closing < earliest:
        notes.append(
            PlanningNote(
                f"Inschrijvers krijgen ten minste {value('offer_days')} dagen. "
                f"De sluiting kan op zijn vroegst op {earliest:%d-%m-%Y}.",
                "submission_deadline_at",
                blocks=True,
            )
        )
    if plan.nota_due_on is not None and (closing - plan.nota_due_on).days < (value("nota_days") or 0):
        notes.append(
            PlanningNote(
                f"De nota van inlichtingen moet er uiterlijk {value('nota_days')} dagen voor de sluiting zijn.",
                "nota_due_on",
                blocks=True,
                rule="nota_days",
            )
        )
    return notes + _standstill_notes(plan, value) + _working_day_notes(plan, closing)


def _order_notes(plan: Planning, closing: date) -> list[PlanningNote]:
    notes = []
    asked = clock.local(plan.questions_close_at).date() if plan.questions_close_at else None
    if asked is None:
        notes.append(_late("Vul in wanneer de vragenronde sluit.", "questions_close_at", "question_days"))
    if plan.nota_due_on is None:
        notes.append(_late("Vul de datum van de nota van inlichtingen in.", "nota_due_on", "nota_days"))
    elif asked is not None and plan.nota_due_on <= asked:
        notes.append(_late("De nota van inlichtingen moet na de vragenronde komen.", "nota_due_on", "nota_days"))
    if plan.award_planned_on is None or plan.award_planned_on <= closing:
        notes.append(_late("De voorlopige gunning moet na de sluiting liggen.", "award_planned_on", "award_days"))
    return notes


def _late(message: str, field: str, rule: str) -> PlanningNote:
    return PlanningNote(message, field, blocks=True, rule=rule)


def _standstill_notes(plan: Planning, value: RuleValue) -> list[PlanningNote]:
    if plan.award_planned_on is None:
        return []
    first = term_end(plan.award_planned_on, value("standstill_days") or 0)
    if plan.standstill_ends_on is None or plan.standstill_ends_on < first:
        return [
            PlanningNote(
                f"De opschortende termijn duurt {value('standstill_days')} dagen: tot en met {first:%d-%m-%Y}.",
                "standstill_ends_on",
                blocks=True,
                rule="standstill_days",
            )
        ]
    return []


def _working_day_notes(plan: Planning, closing: date) -> list[PlanningNote]:
    asked = clock.local(plan.questions_close_at).date() if plan.questions_close_at else None
    return [
        *_day_note("De sluiting van de vragenronde", "questions_close_at", asked),
        *_day_note("De nota van inlichtingen", "nota_due_on", plan.nota_due_on),
        *_day_note("De sluitingsdatum", "submission_deadline_at", closing),
        *_day_note("De voorlopige gunning", "award_planned_on", plan.award_planned_on),
    ]
