"""Which judging of a lot counts, who is in its team, and who may not look yet."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from flask import has_request_context, request
from sqlalchemy import ColumnElement, and_, func, select

from portal.access import GRANTS, Permission, Viewer
from portal.accounts.models import Membership, MembershipRole, Organisation, User
from portal.db import db, is_writing
from portal.errors import NotYours
from tenders.awards.models import Assessment, AssessmentMember, Declaration
from tenders.awards.states import AssessmentState
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot, Procedure, ProcedureMember
from tenders.procedures.states import CaseRole

LEADS = (CaseRole.LEADER, CaseRole.CHAIR)
T = TypeVar("T")


class NotWhileJudging(NotYours):
    """The viewer judges this lot anew and may not see the first scores, the ranking or the prices."""

    title = "Dit ziet u later"

    def __init__(self) -> None:
        super().__init__("het eerste team")
        self.message = (
            "U beoordeelt dit perceel opnieuw. De eerste beoordeling, de rangorde en de prijzen ziet u pas als de "
            "kwaliteit opnieuw is vastgesteld."
        )


def once(key: Hashable, load: Callable[[], list[T]]) -> list[T]:
    """Return what `load` finds; a request that only reads asks it once."""
    if is_writing() or not has_request_context():
        return load()
    known: dict[Hashable, list[T]] = request.environ.setdefault("portal.awards", {})
    if key not in known:
        known[key] = load()
    return known[key]


def assessments_of(lot: Lot) -> list[Assessment]:
    """Return every judging of a lot, the newest first."""
    found = select(Assessment).where(Assessment.lot_id == lot.id).order_by(Assessment.version.desc())
    return once(("judgings", lot.id), lambda: list(db.session.scalars(found)))


def assessment_of(lot: Lot) -> Assessment | None:
    """Return the newest judging of a lot, when it has begun."""
    return next(iter(assessments_of(lot)), None)


def is_fixed(lot: Lot) -> bool:
    """Say whether the quality of a lot is fixed in its newest judging."""
    assessment = assessment_of(lot)
    return assessment is not None and assessment.state is AssessmentState.FIXED


def members_with(procedure: Procedure, *roles: CaseRole) -> list[ProcedureMember]:
    """Return the team members with one of the case roles, in the order in which they joined."""
    found = (
        select(ProcedureMember)
        .where(ProcedureMember.procedure_id == procedure.id, ProcedureMember.case_role.in_(roles))
        .order_by(ProcedureMember.added_at, ProcedureMember.id)
    )
    return once(("members", procedure.id, roles), lambda: list(db.session.scalars(found)))


def first_team(procedure: Procedure) -> list[ProcedureMember]:
    """Return the assessors of the tender: those who judge every lot the first time."""
    later = set(
        once("later", lambda: list(db.session.scalars(select(AssessmentMember.procedure_member_id))))
    )
    return [one for one in members_with(procedure, CaseRole.ASSESSOR) if one.id not in later]


def team_of(lot: Lot, assessment: Assessment | None) -> list[ProcedureMember]:
    """Return who judges in a judging of a lot; None for one that has not begun."""
    if assessment is None or assessment.version == 1:
        return first_team(lot.procedure)
    return list(
        db.session.scalars(
            select(ProcedureMember)
            .join(AssessmentMember, AssessmentMember.procedure_member_id == ProcedureMember.id)
            .where(AssessmentMember.assessment_id == assessment.id)
            .order_by(ProcedureMember.added_at, ProcedureMember.id)
        )
    )


def active_assessors(lot: Lot) -> list[ProcedureMember]:
    """Return who scores in the newest judging of a lot: the team but those who declared an interest."""
    interested = select(Declaration.procedure_member_id).where(Declaration.has_interest.is_(True))
    barred = set(once("barred", lambda: list(db.session.scalars(interested))))
    return [one for one in team_of(lot, assessment_of(lot)) if one.id not in barred]


def active_count(lot: Lot, assessment: Assessment) -> ColumnElement[int]:
    """Count, in SQL, who scores in a judging of a lot."""
    barred = select(Declaration.procedure_member_id).where(Declaration.has_interest.is_(True))
    later = select(AssessmentMember.procedure_member_id)
    if assessment.version == 1:
        belongs = and_(
            ProcedureMember.procedure_id == lot.procedure_id,
            ProcedureMember.case_role == CaseRole.ASSESSOR,
            ProcedureMember.id.not_in(later),
        )
    else:
        belongs = ProcedureMember.id.in_(later.where(AssessmentMember.assessment_id == assessment.id))
    return (
        select(func.count())
        .select_from(ProcedureMember)
        .where(belongs, ProcedureMember.id.not_in(barred))
        .scalar_subquery()
    )


def assessor_for(viewer: Viewer, procedure: Procedure) -> ProcedureMember | None:
    """Return the viewer as an assessor of this tender, of the first or of a later team, or None."""
    return next(
        (
            one
            for one in members_with(procedure, CaseRole.ASSESSOR)
            if one.membership_id == viewer.membership_id
        ),
        None,
    )


def refuse_unless_assessor(viewer: Viewer, procedure: Procedure) -> ProcedureMember:
    """Return the viewer as an assessor.

    Raises:
        NotYours: he is not one; says who can.
    """
    found = assessor_for(viewer, procedure)
    if found is None:
        raise NotYours("een beoordelaar van deze aanbesteding")
    return found


def refuse_unless_in_team(viewer: Viewer, lot: Lot) -> ProcedureMember:
    """Return the viewer as a member of the team that judges this lot now.

    Raises:
        NotYours: he is not in it; says who can.
    """
    found = refuse_unless_assessor(viewer, lot.procedure)
    if found.id not in {one.id for one in team_of(lot, assessment_of(lot))}:
        raise NotYours("het team dat dit perceel nu beoordeelt")
    return found


def refuse_unless_reads(viewer: Viewer, lot: Lot) -> None:
    """Let who judges a lot read its offers: procesleider, voorzitter, or an assessor without an interest.

    Source: Directive 2014/24/EU, Annex IV d and f (access only for who is entitled to it in that stage).

    Raises:
        NotYours: he is not in the team, has an interest, or did not declare yet; says what to do.
    """
    if leads(viewer, lot.procedure):
        return
    declaration = declaration_of(refuse_unless_in_team(viewer, lot))
    if declaration is None:
        raise NotYours("een beoordelaar die zijn belangenverklaring heeft gegeven; doe dat eerst")
    if declaration.has_interest:
        raise NotYours("een beoordelaar zonder belang bij deze aanbesteding")


def leads(viewer: Viewer, procedure: Procedure) -> bool:
    """Say whether the viewer is procesleider or voorzitter of this tender."""
    return any(one.membership_id == viewer.membership_id for one in members_with(procedure, *LEADS))


def refuse_unless_leads(viewer: Viewer, procedure: Procedure) -> None:
    """Raise NotYours unless the viewer is procesleider or voorzitter of this tender."""
    if not leads(viewer, procedure):
        raise NotYours("de procesleider of de voorzitter van deze aanbesteding")


def chairs(viewer: Viewer, lot: Lot) -> bool:
    """Say whether the viewer records the consensus on a lot: of a new team its own voorzitter does."""
    assessment = assessment_of(lot)
    if assessment is None or assessment.version == 1:
        return leads(viewer, lot.procedure)
    return (
        db.session.scalar(
            select(AssessmentMember.id)
            .join(ProcedureMember, ProcedureMember.id == AssessmentMember.procedure_member_id)
            .where(
                AssessmentMember.assessment_id == assessment.id,
                AssessmentMember.is_chair.is_(True),
                ProcedureMember.membership_id == viewer.membership_id,
            )
        )
        is not None
    )


def refuse_unless_chairs(viewer: Viewer, lot: Lot) -> None:
    """Raise NotYours unless the viewer records the consensus on this lot."""
    if not chairs(viewer, lot):
        raise NotYours("de voorzitter van het team dat dit perceel beoordeelt")


def judges_anew(viewer: Viewer, lot: Lot) -> bool:
    """Say whether the viewer is in a new team that has not finished; he may not see the first set."""
    assessment = assessment_of(lot)
    if assessment is None or assessment.version == 1 or assessment.state is AssessmentState.FIXED:
        return False
    return any(one.membership_id == viewer.membership_id for one in team_of(lot, assessment))


def refuse_while_judging(viewer: Viewer, lot: Lot) -> None:
    """Raise NotWhileJudging for who judges this lot anew."""
    if judges_anew(viewer, lot):
        raise NotWhileJudging


def lots_to_judge(procedure: Procedure, member: ProcedureMember) -> list[Lot]:
    """Return the lots whose present team the member is in."""
    return [
        lot
        for lot in tender.lots_of(procedure)
        if member.id in {one.id for one in team_of(lot, assessment_of(lot))}
    ]


def candidates_for_new_team(lot: Lot) -> Sequence[tuple[Membership, User, Organisation]]:
    """Return who can judge a lot anew: staff that may assess and saw nothing of the first judging."""
    procedure = lot.procedure
    known = {one.membership_id for one in members_with(procedure, CaseRole.ASSESSOR, *LEADS)}
    may = select(MembershipRole.membership_id).where(
        MembershipRole.role.in_(list(GRANTS[Permission.AWARD_ASSESS]))
    )
    places = [procedure.lead_id, *(one.organisation_id for one in tender.participants_of(procedure))]
    persons = select(Membership.user_id).where(Membership.id.in_(known))
    rows = db.session.execute(
        select(Membership, User, Organisation)
        .join(User, User.id == Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.organisation_id.in_(places),
            Membership.id.in_(may),
            Membership.user_id.not_in(persons),
            Membership.ended_at.is_(None),
            User.ended_at.is_(None),
        )
        .order_by(Organisation.name, User.name)
    )
    return [(membership, user, organisation) for membership, user, organisation in rows]


def declaration_of(member: ProcedureMember) -> Declaration | None:
    """Return the statement about interests of a member."""
    return db.session.scalars(
        select(Declaration).where(Declaration.procedure_member_id == member.id)
    ).one_or_none()


def names_in(assessment: Assessment) -> list[tuple[uuid.UUID, str, bool]]:
    """Return the new team of a judging: member, name, and whether he is its voorzitter."""
    rows = db.session.execute(
        select(AssessmentMember.procedure_member_id, User.name, AssessmentMember.is_chair)
        .join(ProcedureMember, ProcedureMember.id == AssessmentMember.procedure_member_id)
        .join(Membership, Membership.id == ProcedureMember.membership_id)
        .join(User, User.id == Membership.user_id)
        .where(AssessmentMember.assessment_id == assessment.id)
        .order_by(User.name)
    )
    return [(member, name, chair) for member, name, chair in rows]


def refuse_unless_in_case(viewer: Viewer, procedure: Procedure) -> None:
    """Raise NotYours unless the viewer is in the team of this tender."""
    if not tender.is_member(viewer, procedure):
        raise NotYours("iemand uit het team van deze aanbesteding")


def name_of(user_id: uuid.UUID) -> str:
    """Return how a person is called on screens."""
    return db.session.get_one(User, user_id).name
