"""Making accounts, signing in and out, and setting up the second factor."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from pyotp import random_base32
from sqlalchemy import select

from portal import audit, clock
from portal.access import SYSTEM, Role, Viewer
from portal.accounts import passwords, queries, rules
from portal.accounts.models import (
    LoginSession,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationKind,
    User,
)
from portal.config import current_settings
from portal.db import db, lock
from portal.errors import NotFound, Objection, Refused


def add_organisation(
    *, kind: OrganisationKind, name: str, slug: str, kvk: str | None = None, by: Viewer = SYSTEM, **facts: str
) -> Organisation:
    """Add a municipality or provider; `facts` are the other columns of the organisation."""
    organisation = Organisation(kind=kind, name=name, slug=slug, kvk=kvk, created_at=clock.now(), **facts)
    db.session.add(organisation)
    audit.record("account:organisation:add", organisation, by=by, name=name)
    return organisation


def add_user(
    *,
    email: str,
    name: str,
    password_hash: str,
    organisation: Organisation,
    roles: Iterable[Role],
    department: str = "",
    by: Viewer = SYSTEM,
) -> User:
    """Add an account, or give an existing one a membership of another organisation."""
    user = queries.user_by_email(email)
    if user is None:
        user = User(
            email=email.strip().lower(), name=name, password_hash=password_hash, created_at=clock.now()
        )
        db.session.add(user)
        db.session.flush()
    membership = Membership(
        position=len(queries.memberships_of(user.id)),
        user_id=user.id, organisation_id=organisation.id, department=department, created_at=clock.now()
    )
    db.session.add(membership)
    db.session.flush()
    db.session.add_all(MembershipRole(membership_id=membership.id, role=role) for role in set(roles))
    audit.record("account:user:add", user, by=by, organisation=organisation.name)
    return user


def note_failure(user: User) -> None:
    """Count a wrong password or code, so that guessing gets slower."""
    lock(user)
    user.failed_sign_ins += 1
    user.failed_at = clock.now()
    audit.record("account:session:refused", user, by=SYSTEM)


def start_session(user: User, *, second_factor_step: int | None) -> LoginSession:
    """Open a session in the person's first membership; the browser gets only its id.

    Raises:
        Refused: the account has no running membership.
    """
    lock(user)
    memberships = queries.memberships_of(user.id)
    if not memberships or user.ended_at is not None:
        raise Refused([Objection("Dit account hoort bij geen organisatie meer. Vraag uw beheerder.")])
    now = clock.now()
    user.failed_sign_ins, user.failed_at = 0, None
    if second_factor_step is not None:
        user.totp_last_step = second_factor_step
        user.totp_confirmed_at = user.totp_confirmed_at or now
    session = LoginSession(
        user_id=user.id,
        membership_id=memberships[0].id,
        started_at=now,
        expires_at=now + timedelta(hours=current_settings().session_hours),
        second_factor_at=now if second_factor_step is not None else None,
    )
    db.session.add(session)
    viewer = queries.viewer_of(memberships[0].id) or SYSTEM
    audit.record("account:session:start", user, by=viewer)
    return session


def prepare_second_factor(user: User) -> str:
    """Return the secret for the authenticator app; it counts once a code of it was given."""
    lock(user)
    if user.totp_confirmed_at is None and not user.totp_secret:
        user.totp_secret = random_base32()
    return user.totp_secret


def second_factor_step(user: User, code: str) -> int | None:
    """Return the time step of a right and unused code, else None."""
    return rules.totp_step(code, passwords.codes_around_now(user.totp_secret), user.totp_last_step)


def end_session(session_id: uuid.UUID, *, by: Viewer) -> None:
    """End one of the viewer's own sessions: signing out, also of another browser.

    Raises:
        NotFound: it is not his, or it ended already.
    """
    session = queries.open_session(session_id)
    if session is None or session.user_id != by.user_id:
        raise NotFound
    lock(session)
    session.ended_at = clock.now()
    audit.record("account:session:end", db.session.get_one(User, session.user_id), by=by)


def switch_membership(session_id: uuid.UUID, membership_id: uuid.UUID, *, by: Viewer) -> None:
    """Go on in another organisation of the same person.

    Raises:
        NotFound: the membership is not his or has ended.
    """
    session = queries.open_session(session_id)
    mine = {row.id for row in queries.memberships_of(by.user_id)} if by.user_id else set()
    if session is None or session.user_id != by.user_id or membership_id not in mine:
        raise NotFound
    lock(session)
    session.membership_id = membership_id
    audit.record("account:session:switch", db.session.get_one(User, session.user_id), by=by)


def change_password(user: User, *, new_hash: str, keep: uuid.UUID | None, by: Viewer) -> None:
    """Set a new password and end every other session of the person."""
    lock(user)
    user.password_hash = new_hash
    for session in db.session.scalars(
        select(LoginSession).where(LoginSession.user_id == user.id, LoginSession.ended_at.is_(None))
    ):
        if session.id != keep:
            session.ended_at = clock.now()
    audit.record("account:user:password", user, by=by)
