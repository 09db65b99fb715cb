"""Who works here: organisations, people, their memberships and roles, and their open sessions."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.access import Role
from portal.db import Base, Code, Short, Text, Versioned


class OrganisationKind(StrEnum):
    """What an organisation is; what it does in a case hangs on the case."""

    MUNICIPALITY = "municipality"
    PROVIDER = "provider"


class Organisation(Versioned, Base):
    """A municipality or a provider, with what an invoice needs to know of it."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("kvk"), UniqueConstraint("slug"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[OrganisationKind]
    name: Mapped[Short]
    slug: Mapped[Code]
    kvk: Mapped[Code | None]
    oin: Mapped[Code] = mapped_column(default="")
    vat_number: Mapped[Code] = mapped_column(default="")
    street: Mapped[Short] = mapped_column(default="")
    postcode: Mapped[Code] = mapped_column(default="")
    city: Mapped[Short] = mapped_column(default="")
    email: Mapped[Short] = mapped_column(default="")
    iban: Mapped[Code] = mapped_column(default="")
    created_at: Mapped[datetime]


class User(Versioned, Base):
    """A person who signs in; called by function on screens and in the demo."""

    __tablename__ = "user"
    __table_args__ = (UniqueConstraint("email"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[Short]
    name: Mapped[Short]
    password_hash: Mapped[Text]
    totp_secret: Mapped[Text] = mapped_column(default="")
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(default=0)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Membership(Base):
    """A person works for an organisation until it ends; twice for one that buys and provides (Rotterdam)."""

    __tablename__ = "membership"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    department: Mapped[Short] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class MembershipRole(Base):
    """One role of a person in an organisation."""

    __tablename__ = "membership_role"

    membership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)


class LoginSession(Base):
    """A signed-in browser; the cookie only carries its id, so it can be revoked here."""

    __tablename__ = "login_session"
    __table_args__ = (
        CheckConstraint("expires_at > started_at", name="expires_after_start"),
        Index("ix_login_session_user_id", "user_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    membership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("membership.id"))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None]
