"""Who belongs to an organisation, and which messages a viewer got."""

import uuid

from sqlalchemy import Select, select

from portal.access import Role, Viewer
from portal.accounts.models import Membership, MembershipRole, User
from portal.db import db
from portal.errors import NotFound
from portal.notifications.models import OutboxMessage


def members_of(organisation_id: uuid.UUID, *roles: Role) -> list[User]:
    """Return the people who now work for an organisation, with one of the roles when roles are given."""
    people = (
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
        with_role = select(MembershipRole.membership_id).where(MembershipRole.role.in_(roles))
        people = people.where(Membership.id.in_(with_role))
    return list(db.session.scalars(people))


def messages_for(viewer: Viewer) -> Select[OutboxMessage]:
    """Return the statement of a viewer's messages, newest first; for a pager."""
    return (
        select(OutboxMessage)
        .where(OutboxMessage.recipient_id == viewer.user_id)
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id)
    )


def unread_for(viewer: Viewer) -> Select[OutboxMessage]:
    """Return the statement of what the viewer has not marked as read."""
    return messages_for(viewer).where(OutboxMessage.read_at.is_(None))


def message_for(viewer: Viewer, message_id: uuid.UUID) -> OutboxMessage:
    """Return one message.

    Raises:
        NotFound: there is none, or it was sent to somebody else.
    """
    message = db.session.scalars(messages_for(viewer).where(OutboxMessage.id == message_id)).one_or_none()
    if message is None:
        raise NotFound
    return message


def recipients_of(kind: str, about_id: uuid.UUID | None = None) -> set[str]:
    """Return the addresses that a kind of mail went or goes to, about one thing when that is given."""
    rows = select(OutboxMessage.address).where(OutboxMessage.kind == kind)
    if about_id is not None:
        rows = rows.where(OutboxMessage.about_id == about_id)
    return set(db.session.scalars(rows))
