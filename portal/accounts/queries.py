"""Who somebody is: accounts, memberships and the viewer of a request."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal import clock
from portal.access import Permission, Role, Viewer
from portal.accounts.models import (
    LoginSession,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationKind,
    User,
)
from portal.db import Base, db
from portal.errors import NotFound

THEMES = {"lansingerland", "pijnacker-nootdorp", "zoetermeer", "rotterdam"}


@dataclass(frozen=True)
class MembershipRow:
    """A membership as its owner sees it: where, and in which roles."""

    id: uuid.UUID
    organisation: str
    roles: frozenset[Role]


def user_by_email(email: str) -> User | None:
    """Return the account with this address; capitals and spaces around it do not matter."""
    return db.session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def memberships_of(user_id: uuid.UUID) -> list[MembershipRow]:
    """Return the running memberships of a person, in the order in which they were given."""
    rows = db.session.execute(
        select(Membership.id, Organisation.name, MembershipRole.role)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(MembershipRole, MembershipRole.membership_id == Membership.id)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
        .order_by(Membership.position)
    ).all()
    found: dict[uuid.UUID, MembershipRow] = {}
    for membership_id, organisation, role in rows:
        before = found.get(membership_id)
        roles = (before.roles if before else frozenset()) | {role}
        found[membership_id] = MembershipRow(membership_id, organisation, roles)
    return list(found.values())


def viewer_of(membership_id: uuid.UUID) -> Viewer | None:
    """Return the viewer for a running membership of a running account; None when either ended."""
    row = db.session.execute(
        select(User, Membership, Organisation)
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.id == membership_id, Membership.ended_at.is_(None), User.ended_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    user, membership, organisation = row
    roles = db.session.scalars(
        select(MembershipRole.role).where(MembershipRole.membership_id == membership_id)
    ).all()
    return Viewer(
        user_id=user.id,
        name=user.name,
        email=user.email,
        membership_id=membership.id,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        municipality_id=_municipality_of(organisation),
        roles=frozenset(roles),
        theme=organisation.slug if organisation.slug in THEMES else "neutraal",
    )


def _municipality_of(organisation: Organisation) -> uuid.UUID | None:
    if organisation.kind is not OrganisationKind.MUNICIPALITY:
        return None
    table = Base.metadata.tables.get("municipality")
    if table is None:
        return None
    found: uuid.UUID | None = db.session.scalar(
        select(table.c.id).where(table.c.organisation_id == organisation.id)
    )
    return found


def viewer_by_email(email: str, organisation: str | None = None, role: Role | None = None) -> Viewer:
    """Return the viewer for an address: in the first membership, or the one in an organisation (slug) or role.

    Raises:
        NotFound: there is no such account or membership.
    """
    statement = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(User.email == email, Membership.ended_at.is_(None))
        .order_by(Membership.position, Organisation.name)
    )
    if organisation:
        statement = statement.where(Organisation.slug == organisation)
    if role is not None:
        statement = statement.where(
            select(MembershipRole.role)
            .where(MembershipRole.membership_id == Membership.id, MembershipRole.role == role)
            .exists()
        )
    membership_id = db.session.scalars(statement.limit(1)).first()
    viewer = viewer_of(membership_id) if membership_id else None
    if viewer is None:
        raise NotFound
    return viewer


def open_session(session_id: uuid.UUID) -> LoginSession | None:
    """Return a session that is still open, or None when it ended, expired or never was."""
    session = db.session.get(LoginSession, session_id)
    if session is None or session.ended_at is not None or session.expires_at <= clock.now():
        return None
    return session


def sessions_of(user_id: uuid.UUID) -> Sequence[LoginSession]:
    """Return the open sessions of a person, newest first."""
    return db.session.scalars(
        select(LoginSession)
        .where(
            LoginSession.user_id == user_id,
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > clock.now(),
        )
        .order_by(LoginSession.started_at.desc())
    ).all()


def membership_that_may(
    user_id: uuid.UUID, permission: Permission, not_id: uuid.UUID | None
) -> MembershipRow | None:
    """Return the one other membership of a person that grants a permission; None for none or several."""
    others = [
        row
        for row in memberships_of(user_id)
        if row.id != not_id and any(Viewer(roles=frozenset({role})).may(permission) for role in row.roles)
    ]
    return others[0] if len(others) == 1 else None


def members_of(organisation_id: uuid.UUID, *roles: Role) -> Sequence[User]:
    """Return the people of an organisation, or only those with one of the roles."""
    statement = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
            User.ended_at.is_(None),
        )
        .order_by(User.email)
    )
    if roles:
        statement = statement.where(
            select(MembershipRole.role)
            .where(MembershipRole.membership_id == Membership.id, MembershipRole.role.in_(roles))
            .exists()
        )
    return db.session.scalars(statement).all()
