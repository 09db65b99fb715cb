"""What the pages of a report show, worked out before the template: groups, differences, totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.results.draft import HOURS, ROW_FIELDS, TITLES, Draft
from contracts.results.findings import Checked, Finding, grouped
from contracts.results.models import MonthlyRow
from contracts.results.queries import Case
from contracts.results.rules import Change, Kept, changes
from portal.tables import Column, Sheet

TITLES_OF_SCREEN = [(name, TITLES[name]) for name in ROW_FIELDS]


@dataclass(frozen=True)
class ShownFinding:
    """A finding with the text that stands in its cell now."""

    finding: Finding
    value: str


@dataclass(frozen=True)
class Preview:
    """All a preview page shows."""

    errors: Mapping[str, Sequence[ShownFinding]]
    questions: Mapping[str, Sequence[ShownFinding]]
    error_count: int
    question_count: int
    unanswered: int
    changes: Sequence[tuple[Change, str]]
    rows: int
    changed_rows: int
    offered: Decimal
    followed: Decimal
    followed_before: Decimal

    @property
    def can_submit(self) -> bool:
        """Whether nothing stands in the way of submitting."""
        return not self.error_count and not self.unanswered

    @property
    def headline(self) -> str:
        """The headline: how many errors and questions there are."""
        errors = _count(self.error_count, "fout", "fouten")
        questions = _count(self.question_count, "vraag", "vragen")
        if self.error_count and self.question_count:
            return f"Nog niet ingediend: uw gegevens hebben {errors} en {questions}"
        if self.error_count:
            return f"Nog niet ingediend: uw gegevens hebben {errors}"
        if self.unanswered:
            return f"Nog niet ingediend: wij hebben {questions}"
        return "Klaar om in te dienen"


def preview_of(checked: Checked, draft: Draft, kept: Mapping[str, Kept]) -> Preview:
    """Work out the preview of a draft."""
    found = changes(checked.rows, kept)
    wrong = {finding.line for finding in checked.errors}
    asked = {finding.line for finding in checked.questions}
    marked = [
        (change, "fout" if change.line in wrong else "vraag" if change.line in asked else "goed")
        for change in found
    ]
    shown = {name: entry.text for name, _, _, entry in draft.fields()}
    lines = {f"r{n}-key": line.key for n, line in enumerate(draft.rows)}
    lines |= {f"m{n}-key": line.key for n, line in enumerate(draft.measures)}

    def values(findings: Sequence[Finding], texts: Mapping[str, str]) -> dict[str, list[ShownFinding]]:
        return {
            group: [ShownFinding(one, texts.get(one.name, "")) for one in members]
            for group, members in grouped(findings).items()
        }

    return Preview(
        errors=values(_once(checked.errors), {**shown, **lines}),
        questions=values(checked.questions, draft.answers),
        error_count=len(checked.errors),
        question_count=len(checked.questions),
        unanswered=len(checked.unanswered(draft.answers)),
        changes=marked,
        rows=len(checked.rows),
        changed_rows=len({change.number for change in found}),
        offered=sum((row.figures.offered for row in checked.rows), Decimal(0)),
        followed=sum((row.figures.followed for row in checked.rows), Decimal(0)),
        followed_before=sum((row.figures.followed for row in kept.values()), Decimal(0)),
    )


def _once(findings: Sequence[Finding]) -> list[Finding]:
    """Keep one finding per cell, so that a cell is one field on the page."""
    seen: dict[str, Finding] = {}
    for finding in findings:
        seen.setdefault(finding.name, finding)
    return list(seen.values())


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def report_sheet(case: Case, rows: Sequence[MonthlyRow]) -> Sheet:
    """Lay the rows of a report out for Excel, hours as numbers with their totals."""
    columns = (
        Column("Trajectnummer", width=16),
        Column("Gemeente", width=20),
        Column("Toestand", width=16),
        *(Column(TITLES[name], "quantity", 14, total=True) for name in HOURS),
        Column("Gebeurtenissen", width=44),
        Column("Beoordeling", width=24),
        Column("Opmerking", width=44),
    )
    values = [
        [
            row.trajectory.number,
            row.municipality.name,
            row.state.label,
            row.hours_offered,
            row.hours_followed,
            row.absence_with_leave,
            row.absence_without_leave,
            "; ".join(f"{event.kind.label} {event.on:%d-%m-%Y}" for event in row.events),
            row.acceptance.label,
            row.remark,
        ]
        for row in rows
    ]
    heading = f"Maandrapportage {case.month.label}, {case.contract.number}"
    return Sheet("Regels", columns, values, heading=heading)
