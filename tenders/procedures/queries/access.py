"""Which tenders a viewer sees, and who may change one."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from portal.access import Permission, Viewer
from portal.accounts.models import Membership, User
from portal.db import db
from portal.errors import NotFound, NotYours
from tenders.procedures.models import (
    Lot,
    LotMunicipality,
    Procedure,
    ProcedureInvite,
    ProcedureKind,
    ProcedureMember,
)
from tenders.procedures.states import CaseRole, ProcedureState


def staff_sees(viewer: Viewer) -> ColumnElement[bool]:
    """Narrow to tenders of the viewer's municipality (lead or participant) or in whose team he is.

    The participants are asked per tender (exists), so that a lead's own tenders need no second look.
    """
    taking_part = exists().where(
        Lot.procedure_id == Procedure.id,
        LotMunicipality.lot_id == Lot.id,
        LotMunicipality.municipality_id == viewer.municipality_id,
    )
    in_team = select(ProcedureMember.procedure_id).where(ProcedureMember.membership_id == viewer.membership_id)
    return or_(Procedure.lead_id == viewer.organisation_id, Procedure.id.in_(in_team), taking_part)


def market_sees(viewer: Viewer) -> ColumnElement[bool]:
    """Narrow to published tenders that are public or for which the viewer's organisation is invited."""
    public = select(ProcedureKind.code).where(ProcedureKind.is_public.is_(True))
    invited = select(ProcedureInvite.procedure_id).where(ProcedureInvite.organisation_id == viewer.organisation_id)
    return and_(
        Procedure.state != ProcedureState.PREPARATION,
        or_(Procedure.kind_code.in_(public), Procedure.id.in_(invited)),
    )


def _one(statement: Select[Procedure]) -> Procedure:
    found = db.session.scalars(
        statement.options(joinedload(Procedure.lead), joinedload(Procedure.kind))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def staff_procedure(viewer: Viewer, number: str) -> Procedure:
    """Return a tender for staff of the lead or a participating municipality, or a team member.

    Raises:
        NotFound: there is none, or it is not the viewer's.
    """
    if not viewer.may(Permission.TENDER_READ):
        raise NotFound
    return _one(select(Procedure).where(Procedure.number == number, staff_sees(viewer)))


def market_procedure(viewer: Viewer, number: str) -> Procedure:
    """Return a published tender as the market sees it; invited kinds only for who is invited.

    Raises:
        NotFound: there is none for this viewer.
    """
    return _one(select(Procedure).where(Procedure.number == number, market_sees(viewer)))


def procedure_for(viewer: Viewer, number: str) -> Procedure:
    """Return a tender: for staff as `staff_procedure`, for everyone else as `market_procedure`.

    Raises:
        NotFound: there is none for this viewer.
    """
    if viewer.may(Permission.TENDER_READ):
        return staff_procedure(viewer, number)
    return market_procedure(viewer, number)


def may_change(viewer: Viewer, procedure: Procedure) -> bool:
    """Say whether the viewer buys for the lead municipality of this tender."""
    return viewer.may(Permission.TENDER_MANAGE) and viewer.organisation_id == procedure.lead_id


def refuse_unless_lead(viewer: Viewer, procedure: Procedure) -> None:
    """Raise NotYours, naming who can, when the viewer does not buy for the lead municipality."""
    if not may_change(viewer, procedure):
        raise NotYours(f"inkoop van {procedure.lead.name}")


def case_roles_of(viewer: Viewer, procedure: Procedure) -> set[CaseRole]:
    """Return the roles the viewer has in the team of this tender."""
    return set(
        db.session.scalars(
            select(ProcedureMember.case_role).where(
                ProcedureMember.procedure_id == procedure.id, ProcedureMember.membership_id == viewer.membership_id
            )
        )
    )


def is_member(viewer: Viewer, procedure: Procedure, case_role: CaseRole | None = None) -> bool:
    """Say whether the viewer is in the team of this tender, in the given role or in any."""
    roles = case_roles_of(viewer, procedure)
    return bool(roles) if case_role is None else case_role in roles


def staff_may_see(viewer: Viewer, procedure: Procedure) -> bool:
    """Say whether the viewer may open the staff pages of a tender."""
    if not viewer.may(Permission.TENDER_READ):
        return False
    return db.session.scalar(select(Procedure.id).where(Procedure.id == procedure.id, staff_sees(viewer))) is not None


def market_may_see(viewer: Viewer, procedure: Procedure) -> bool:
    """Say whether the viewer may open the market page of a tender."""
    return db.session.scalar(select(Procedure.id).where(Procedure.id == procedure.id, market_sees(viewer))) is not None


PUBLISHING_ROLES = (CaseRole.LEADER, CaseRole.SECOND, CaseRole.CHAIR)


def publishers_of(procedure: Procedure) -> Sequence[User]:
    """Return the persons who may publish as the second one: procesleider, tweede persoon and voorzitter."""
    return db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .join(ProcedureMember, ProcedureMember.membership_id == Membership.id)
        .where(ProcedureMember.procedure_id == procedure.id, ProcedureMember.case_role.in_(PUBLISHING_ROLES))
        .distinct()
        .order_by(User.name)
    ).all()


def may_confirm(viewer: Viewer, procedure: Procedure, asked_by: uuid.UUID | None) -> bool:
    """Say whether the viewer can be the second person of an act that another person asked for."""
    if viewer.user_id is None or viewer.user_id == asked_by:
        return False
    return may_change(viewer, procedure) or bool(case_roles_of(viewer, procedure) & set(PUBLISHING_ROLES))


def refuse_unless_second(viewer: Viewer, procedure: Procedure) -> None:
    """Raise NotYours, naming who can, when the viewer is not among those who publish this tender."""
    if not (may_change(viewer, procedure) or case_roles_of(viewer, procedure) & set(PUBLISHING_ROLES)):
        names = ", ".join(person.name for person in publishers_of(procedure))
        raise NotYours(f"een tweede persoon uit het team ({names})" if names else "een tweede persoon uit het team")
