"""Draw and finish the sample of a quarter, and claim a bonus or malus from a fixed figure."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from decimal import Decimal

from contracts.agreements.models import Contract
from contracts.agreements.promise_models import AdjustmentClaim
from contracts.agreements.promise_services import make_claim
from contracts.agreements.queries import parties_of
from contracts.agreements.states import ClaimKind
from kpis.scorecards import claim_queries, queries
from kpis.scorecards.claim_rules import Worked, draw, objections_to_claim, objections_to_finding
from kpis.scorecards.paths import card_path
from kpis.scorecards.presentation import ShownLine
from kpis.scorecards.queries import Case
from kpis.scorecards.sample_models import SampleRow, ScorecardSample
from portal import audit, clock
from portal.access import Viewer
from portal.bsn import find_bsn, refusal_at
from portal.db import db, lock
from portal.dutch import euro
from portal.errors import Objection, Refused, refuse_if
from portal.notifications import notify


def draw_sample(case: Case, *, by: Viewer, seed: int | None = None) -> ScorecardSample:
    """Draw rows of the quarter to compare on site; the seed is kept so that the draw can be repeated.

    Raises:
        NotYours: the viewer does not fix scorecards of this contract.
        Refused: there is a sample already, or the quarter has no accepted rows.
    """
    queries.require_fixer(case)
    lock(case.card)
    if case.sample is not None:
        raise Refused([Objection("De steekproef van dit kwartaal is al getrokken.")])
    chosen_seed = secrets.randbelow(2**31) if seed is None else seed
    ids = draw(claim_queries.row_ids(case), chosen_seed)
    if not ids:
        raise Refused([Objection("Dit kwartaal heeft geen goedgekeurde rijen.")])
    sample = ScorecardSample(
        scorecard_id=case.card.id,
        seed=chosen_seed,
        size=len(ids),
        drawn_at=clock.now(),
        drawn_by_id=by.user_id,
    )
    db.session.add(sample)
    db.session.flush()
    db.session.add_all(
        SampleRow(sample_id=sample.id, monthly_row_id=one, position=position)
        for position, one in enumerate(ids, 1)
    )
    audit.record("scorecard:sample:draw", case.card, by=by, size=len(ids), seed=chosen_seed)
    return sample


def finish_sample(
    case: Case, *, found: Sequence[bool | None], differences: Sequence[str], by: Viewer
) -> ScorecardSample:
    """Write down what was found on site, row by row; afterwards it does not change.

    Raises:
        NotYours: the viewer does not fix scorecards of this contract.
        Refused: no sample, finished already, or a row without an answer.
    """
    queries.require_fixer(case)
    sample = case.sample
    if sample is None or sample.finished_at is not None:
        raise Refused([Objection("Er loopt geen steekproef op deze scorecard.")])
    lock(sample)
    rows = claim_queries.rows_of(sample)
    if len(rows) != len(found):
        raise Refused([Objection("Vul bij elke rij in of u haar gevonden hebt.")])
    refuse_if(objections_to_finding(found, differences))
    refuse_if(
        Objection(refusal_at(f"Verschil, rij {place}"))
        for place, text in enumerate(differences, 1)
        if find_bsn(text)
    )
    for row, answer, text in zip(rows, found, differences, strict=True):
        row.found, row.difference = answer, text.strip()[:200]
    sample.finished_at, sample.finished_by_id = clock.now(), by.user_id
    right = len([one for one in found if one])
    audit.record("scorecard:sample:finish", case.card, by=by, right=right, size=sample.size)
    return sample


def claim(case: Case, line: ShownLine, worked: Worked, *, by: Viewer) -> AdjustmentClaim:
    """Record the amount as a line that invoicing can take up; a later version claims its difference.

    Raises:
        NotYours: the viewer does not fix scorecards of this contract.
        Refused: the figure is not fixed, verified and large enough, or nothing is left to claim.
    """
    queries.require_fixer(case)
    lock(case.card)
    refuse_if(
        objections_to_claim(
            is_fixed=not case.is_concept,
            quality=line.quality,
            counted=line.line.counted,
            is_disputed=line.is_disputed,
            difference=worked.difference,
        )
    )
    kind = worked.kind
    if worked.difference < 0:  # too much was claimed on an earlier version: the other way round
        kind = ClaimKind.BONUS if worked.kind is ClaimKind.MALUS else ClaimKind.MALUS
    amount = abs(worked.difference)
    made = make_claim(
        line.line.agreement_version,
        kind=kind,
        amount=amount,
        period_code=case.quarter.code,
        reason=_reason(case, line, worked),
        by=by,
    )
    line.line.adjustment_claim_id = made.id
    audit.record("scorecard:line:claim", case.card, by=by, code=line.code, kind=kind.value, amount=euro(amount))
    _tell(case.contract, case, line, kind, amount)
    return made


def _reason(case: Case, line: ShownLine, worked: Worked) -> str:
    again = " Verschil met een eerdere versie." if worked.before else ""
    result = line.decided or f"{line.result} ({line.counts})"
    return f"{line.name}, {case.quarter.label}, versie {case.version.number}: {result}, norm {line.norm}.{again}"


def _tell(contract: Contract, case: Case, line: ShownLine, kind: ClaimKind, amount: Decimal) -> None:
    notify(
        [party.organisation for party in parties_of(contract) if party.may_report],
        "scorecard_claim",
        about=case.card,
        path=card_path(contract, case.quarter, line.code),
        contract=contract,
        quarter=case.quarter,
        name=line.name,
        what=kind.value,
        amount=amount,
    )
