"""Judge a lot again with a new team that does not see the first set (herbeoordeling, practice T4)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from portal import audit, clock
from portal.access import Viewer
from portal.accounts.models import Membership
from portal.db import db, lock
from portal.errors import refuse_if
from portal.notifications import notify
from tenders.awards import queries, rules
from tenders.awards.models import Assessment, AssessmentMember, Award, Consensus
from tenders.awards.states import AssessmentCause, AssessmentState, AwardState
from tenders.procedures import queries as tender
from tenders.procedures.models import AwardCriterion, Lot, ProcedureMember
from tenders.procedures.states import CaseRole


def judge_again(
    lot: Lot,
    *,
    cause: AssessmentCause,
    reason: str,
    criterion: AwardCriterion | None,
    members: Sequence[uuid.UUID],
    chair: uuid.UUID | None,
    by: Viewer,
) -> Assessment:
    """Begin a herbeoordeling of all criteria, or of one, by a new team; the first set stays as it is.

    In: the memberships of the new team, and which of them is its voorzitter. With one criterion the agreed
    scores of the others are taken over. The standing decision stays until a new one replaces it, or until
    it is withdrawn; meanwhile nothing can be awarded finally.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: no decision was sent, a judging runs, or the team saw the first set.
    """
    lock(lot)
    tender.refuse_unless_lead(by, lot.procedure)
    before, award = queries.assessment_of(lot), queries.award_of(lot)
    fresh = {membership.id for membership, _, _ in queries.candidates_for_new_team(lot)}
    chosen = list(dict.fromkeys(members))
    refuse_if(
        rules.objections_to_new_team(
            size=len(chosen),
            known=sum(1 for one in chosen if one not in fresh),
            chair_is_in=chair in chosen,
            reason=reason,
            by_letter=_was_decided(before, award),
        )
    )
    assert before is not None  # noqa: S101 - a decision was sent
    assessment = Assessment(
        lot_id=lot.id,
        version=before.version + 1,
        predecessor_id=before.id,
        criterion_id=criterion.id if criterion is not None else None,
        cause=cause,
        reason=reason.strip(),
        started_at=clock.now(),
    )
    db.session.add(assessment)
    db.session.flush()
    _take_over(before, assessment)
    _form_team(lot, assessment, chosen, chair)
    audit.record("award:judge_again", lot, by=by, lot=lot.title, version=assessment.version, cause=cause.label)
    return assessment


def _was_decided(before: Assessment | None, award: Award | None) -> bool:
    """Say whether a decision on a fixed judging was sent, and is not final."""
    return (
        before is not None
        and before.state is AssessmentState.FIXED
        and award is not None
        and award.sent_at is not None
        and award.state in (AwardState.SENT, AwardState.COURT, AwardState.WITHDRAWN)
    )


def _take_over(before: Assessment, assessment: Assessment) -> None:
    """Copy the agreed scores of the criteria that are not scored again."""
    if assessment.criterion_id is None:
        return
    for row in queries.consensus_in(before.id).values():
        if row.criterion_id != assessment.criterion_id:
            db.session.add(
                Consensus(
                    assessment_id=assessment.id,
                    offer_lot_id=row.offer_lot_id,
                    criterion_id=row.criterion_id,
                    score=row.score,
                    reason=row.reason,
                    taken_over=True,
                    recorded_at=row.recorded_at,
                    recorded_by_id=row.recorded_by_id,
                )
            )


def _form_team(lot: Lot, assessment: Assessment, chosen: Sequence[uuid.UUID], chair: uuid.UUID | None) -> None:
    for membership_id in chosen:
        member = ProcedureMember(
            procedure_id=lot.procedure_id,
            membership_id=membership_id,
            case_role=CaseRole.ASSESSOR,
            added_at=clock.now(),
        )
        db.session.add(member)
        db.session.flush()
        db.session.add(
            AssessmentMember(
                assessment_id=assessment.id, procedure_member_id=member.id, is_chair=membership_id == chair
            )
        )
    db.session.flush()
    notify(
        [db.session.get_one(Membership, one).user_id for one in chosen],
        "award_judge_again",
        about=lot,
        path=f"/aanbestedingen/{lot.procedure.number}/beoordeling",
        number=lot.procedure.number,
        lot=lot.title,
    )
