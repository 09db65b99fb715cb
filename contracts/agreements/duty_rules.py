"""What holds for obligations and for the monthly look in the register, as plain functions."""

from datetime import date, timedelta

from contracts.agreements.rules import plus_months
from portal.errors import Objection

WARN_AHEAD = timedelta(days=30)


def look_of_duty(due_on: date, met_on: date | None, today: date) -> tuple[str, str, str]:
    """Return tone, sign and words for an obligation on a day."""
    if met_on is not None:
        return "good", "check", "Voldaan"
    if due_on < today:
        return "bad", "alert", "Te laat"
    if due_on - today <= WARN_AHEAD:
        return "near", "clock", "Binnenkort"
    return "none", "clock", "Gepland"


def next_due(due_on: date, repeat_months: int | None, ends_on: date) -> date | None:
    """Return when a repeated obligation is due again; None when it is not, or after the contract."""
    if not repeat_months:
        return None
    again = plus_months(due_on, repeat_months)
    return again if again <= ends_on else None


def objections_to_duty(*, title: str, due_on: date, first: date, last: date, repeat: int | None) -> list[Objection]:
    """Say what is wrong with a new obligation of a contract that runs from `first` to `last`."""
    found = []
    if len(title.strip()) < 5:
        found.append(Objection("Vul in ten minste 5 tekens in wat er moet gebeuren.", "title"))
    if not first <= due_on <= last:
        found.append(Objection("De uiterste dag moet binnen de looptijd van het contract liggen.", "due_on"))
    if repeat is not None and not 1 <= repeat <= 60:
        found.append(Objection("Vul een aantal maanden van 1 tot en met 60 in.", "repeat_months"))
    return found


def objections_to_proof(*, met_on: date, proof: str, today: date) -> list[Objection]:
    """Say what is wrong with the proof that an obligation was met."""
    found = []
    if met_on > today:
        found.append(Objection("De dag mag niet in de toekomst liggen.", "on"))
    if len(proof.strip()) < 5:
        found.append(Objection("Vul in welk bewijs u hebt gezien en waar het ligt, in ten minste 5 tekens.", "proof"))
    return found


def is_check_due(last_checked: date | None, today: date) -> bool:
    """Say whether the public register has to be looked at: once every calendar month (practice.md C3)."""
    return last_checked is None or (last_checked.year, last_checked.month) < (today.year, today.month)
