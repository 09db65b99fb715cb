"""What a monthly report is asked about: it may be right, and wants a short answer (screens.md §4.6)."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from contracts.results.draft import FOLLOWED, OFFERED, REMARK, UNEXCUSED, Entry, Line
from contracts.results.findings import Checked, Expected, Figures, Finding, in_dutch as _nl
from contracts.results.states import RowState
from portal.periods import Month

JUMP = 3
JUMP_FROM = Decimal(8)
ALL_THE_SAME = 5
ASK_ONCE_FROM = 4
HOURS_A_DAY = 8
UNEXPLAINED = "Uren niet verklaard"


def ask_about_the_row(
    checked: Checked, known: Expected, mark: str, line: Line, figures: Figures, month: Month
) -> None:
    """Ask about a jump in absence, about hours nobody explained, and about more hours than a month has."""

    def ask(group: str, message: str, name: str) -> None:
        checked.findings.append(Finding(False, group, message, mark, name, line.entry(name), f"traject {known.number}"))

    usual = known.previous.unexcused if known.previous is not None else None
    if usual is not None and figures.unexcused >= JUMP_FROM and figures.unexcused > JUMP * usual:
        ask(
            "Veel meer verzuim dan vorige maand",
            f"{_nl(figures.unexcused)} uur is meer dan 3 keer zo veel als vorige maand ({_nl(usual)} uur). "
            "Wat is er gebeurd?",
            UNEXCUSED,
        )
    possible = _possible_hours(month)
    if figures.offered > possible:
        ask(
            "Erg veel uren",
            f"{_nl(figures.offered)} uur is meer dan {HOURS_A_DAY} uur per werkdag ({possible} uur in {month.name}). "
            "Klopt dat, of ontbreekt er een komma?",
            OFFERED,
        )
    told = figures.followed + figures.leave + figures.unexcused
    if told < figures.offered and not line.text(REMARK):
        ask(
            UNEXPLAINED,
            f"Van {_nl(figures.offered)} aangeboden uren zijn er {_nl(told)} gevolgd of verzuimd. "
            "Wat gebeurde er met de rest?",
            FOLLOWED,
        )


@cache
def _possible_hours(month: Month) -> int:
    days = (month.first.replace(day=number) for number in range(1, month.last.day + 1))
    return HOURS_A_DAY * sum(day.weekday() < 5 for day in days)


def ask_once(checked: Checked) -> None:
    """Ask one question about hours that nobody explained, instead of the same one for every row."""
    same = [finding for finding in checked.questions if finding.group == UNEXPLAINED]
    if len(same) < ASK_ONCE_FROM:
        return
    checked.findings = [finding for finding in checked.findings if finding.group != UNEXPLAINED]
    message = (
        f"Bij {len(same)} trajecten zijn gevolgd en verzuim samen minder dan aangeboden, "
        f"bijvoorbeeld bij {same[0].key} ({same[0].entry.where}). Wat gebeurde er met de rest van de uren?"
    )
    checked.findings.append(Finding(False, UNEXPLAINED, message, "all", "rest", Entry(), ""))


def ask_about_the_whole(checked: Checked, month: Month, lesson_free: bool) -> None:
    """Ask about a month without lessons and about a copy of the month before."""
    with_hours = [row for row in checked.rows if row.figures.offered > 0]
    if not with_hours:
        running = [row for row in checked.rows if row.state is RowState.RUNNING]
        if running and not lesson_free:
            checked.findings.append(
                Finding(
                    False,
                    "Geen lessen",
                    f"Er staan geen lesuren in {month.label}. Klopt dat?",
                    "all",
                    "none",
                    Entry(),
                    "",
                )
            )
        return
    same = [row for row in with_hours if row.expected.previous == row.figures]
    if len(same) == len(with_hours) and len(same) >= ALL_THE_SAME:
        checked.findings.append(
            Finding(
                False,
                "Gelijk aan vorige maand",
                f"Alle {len(same)} regels met uren zijn gelijk aan {month.previous().name}. "
                f"Zijn dit de uren van {month.name}?",
                "all",
                "same",
                Entry(),
                "",
            )
        )
