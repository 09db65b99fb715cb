"""Store what was computed: versions, lines, the rows behind them, and what changed since the last time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from contracts.agreements.promise_models import PerformanceAgreementVersion
from kpis.definitions.facts import Count
from kpis.scorecards.compute import ComputedLine, norm_of
from kpis.scorecards.models import Scorecard, ScorecardLine, ScorecardRow, ScorecardVersion
from kpis.scorecards.rules import result_of, shown
from portal import clock
from portal.access import Viewer
from portal.db import db


def add_version(
    card: Scorecard, number: int, lines: Sequence[ComputedLine], reason: str, by: Viewer
) -> ScorecardVersion:
    """Store a computation as the next version with its lines."""
    version = ScorecardVersion(
        scorecard_id=card.id,
        number=number,
        computed_at=clock.now(),
        computed_by_id=by.user_id,
        reason=reason,
        months=[],
    )
    db.session.add(version)
    db.session.flush()
    db.session.add_all(
        [_stored_line(version, position, line) for position, line in enumerate(lines, start=1)]
    )
    db.session.flush()
    return version


def _stored_line(version: ScorecardVersion, position: int, line: ComputedLine) -> ScorecardLine:
    known = bool(line.outcome.denominator)
    return ScorecardLine(
        version_id=version.id,
        performance_agreement_id=line.agreement.performance_agreement_id,
        performance_agreement_version_id=line.agreement.id,
        position=position,
        measure=line.function.code,
        measure_version=line.function.version,
        numerator=line.outcome.numerator if known else None,
        denominator=line.outcome.denominator if known else None,
        counted=line.outcome.counted,
        excluded=line.outcome.excluded,
        months_expected=line.figure.months_expected,
        months_delivered=line.figure.months_delivered,
        state=line.judgement.state,
        no_judgement=line.judgement.reason,
        quality=line.quality,
        note=line.judgement.note,
        months=line.months,
        municipalities=line.municipalities,
        trend=line.trend,
    )


def differences(
    old: Sequence[ScorecardLine], new: Sequence[ComputedLine], *, as_published: bool = False
) -> str:
    """Say in words which figures changed; empty when none did.

    With ``as_published`` only a state or a figure as it is written counts: 1.620 of 2.160 that becomes
    1.621 of 2.160 is still 75,0%. What is paid hangs on the same two.
    """
    before = {line.performance_agreement_id: line for line in old}
    found = []
    for line in new:
        was = before.get(line.agreement.performance_agreement_id)
        known = bool(line.outcome.denominator)
        numerator = line.outcome.numerator if known else None
        denominator = line.outcome.denominator if known else None
        same_state = was is not None and was.state is line.judgement.state
        if was is not None and same_state and (was.numerator, was.denominator) == (numerator, denominator):
            continue
        if as_published and same_state and was is not None:
            then, now = _text(was.numerator, was.denominator, line.agreement), _text(numerator, denominator, line.agreement)
            if then == now:
                continue
        name = line.agreement.performance_agreement.name
        then = _text(was.numerator, was.denominator, line.agreement) if was is not None else "nieuw"
        found.append(f"{name}: {then} werd {_text(numerator, denominator, line.agreement)}")
    gone = len(before) - len([line for line in new if line.agreement.performance_agreement_id in before])
    return "; ".join([*found, *([f"{gone} afspraken vervielen"] if gone else [])])


def _text(
    numerator: Decimal | None, denominator: Decimal | None, version: PerformanceAgreementVersion
) -> str:
    if numerator is None or not denominator:
        return "geen cijfer"
    norm = norm_of(version)
    return shown(result_of(numerator, denominator, norm.unit), norm.unit, norm.norm)


def store_rows(lines: Sequence[ScorecardLine], computed: dict[uuid.UUID, ComputedLine]) -> None:
    """Store for every line which rows were counted and which were left out; once, when it is fixed."""
    values: list[dict[str, Any]] = []
    for line in lines:
        by_row: dict[uuid.UUID, Count] = {}
        for count in computed[line.performance_agreement_id].outcome.counts:
            if count.row_id is not None:
                by_row[count.row_id] = count
        values += [_row_values(line, row_id, count) for row_id, count in by_row.items()]
    if values:
        db.session.execute(insert(ScorecardRow), values)


def _row_values(line: ScorecardLine, row_id: uuid.UUID, count: Count) -> dict[str, Any]:
    left_out = count.exclusion is not None
    return {
        "line_id": line.id,
        "monthly_row_id": row_id,
        "counted": not left_out,
        "exclusion": count.exclusion.value if count.exclusion else "",
        "numerator": None if left_out else (count.value if count.value is not None else count.numerator),
        "denominator": None if left_out else count.denominator,
    }
