"""Kluiskaarten, the key pair of each envelope, its nested wraps, and the openings."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Organisation, User
from portal.db import Base, Code, Short, Text
from portal.documents.models import Document
from tenders.procedures.models import Procedure
from tenders.vault.states import OPENING, Envelope, OpeningState


class KeyCard(Base):
    """A personal kluiskaart, or a reserve card of an organisation; only its public key is kept."""

    __tablename__ = "key_card"
    __table_args__ = (
        CheckConstraint("holder_id IS NOT NULL OR label <> ''", name="has_holder_or_label"),
        CheckConstraint(
            "(replaced_by_id IS NULL) = (replaced_at IS NULL)", name="replaced_has_time_and_successor"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    holder_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    department: Mapped[Short] = mapped_column(default="")
    label: Mapped[Short] = mapped_column(default="")
    public_key: Mapped[Short] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    trial_file: Mapped[bytes] = mapped_column(LargeBinary)
    trial_digest: Mapped[Short]
    tried_at: Mapped[datetime | None]
    replaced_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("key_card.id"))
    replaced_at: Mapped[datetime | None]

    holder: Mapped[User | None] = relationship(foreign_keys=[holder_id])
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])


class EnvelopeKey(Base):
    """The key pair of one envelope of one tender; the private half is only in the wraps."""

    __tablename__ = "envelope_key"
    __table_args__ = (UniqueConstraint("procedure_id", "envelope"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"))
    envelope: Mapped[Envelope]
    public_key: Mapped[Short] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    procedure: Mapped[Procedure] = relationship()


class EnvelopeHolder(Base):
    """A card that can help to open an envelope, and the group it counts for."""

    __tablename__ = "envelope_holder"
    __table_args__ = (UniqueConstraint("envelope_key_id", "key_card_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    envelope_key_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("envelope_key.id", ondelete="CASCADE"), index=True
    )
    key_card_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("key_card.id"), index=True)
    group_name: Mapped[Short]

    envelope_key: Mapped[EnvelopeKey] = relationship()
    card: Mapped[KeyCard] = relationship()


class EnvelopeWrap(Base):
    """The envelope's private key for one holder: age in age, inside the server's own lock."""

    __tablename__ = "envelope_wrap"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    envelope_holder_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("envelope_holder.id", ondelete="CASCADE"), unique=True
    )
    blob: Mapped[bytes] = mapped_column(LargeBinary)

    holder: Mapped[EnvelopeHolder] = relationship()


class Opening(Base):
    """One attempt to open an envelope: asked by one holder, confirmed by another."""

    __tablename__ = "opening"
    __table_args__ = (
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL AND confirmed_by_id IS NOT NULL)",
            name="confirmed_has_time_and_person",
        ),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> asked_by_id", name="two_persons"),
        CheckConstraint("(state IN ('refused', 'expired')) = (ended_at IS NOT NULL)", name="ended_has_time"),
        Index(
            "uq_opening_live",
            "envelope_key_id",
            unique=True,
            sqlite_where=text("state IN ('asked', 'confirmed')"),
            postgresql_where=text("state IN ('asked', 'confirmed')"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    envelope_key_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("envelope_key.id"), index=True)
    state: Mapped[OpeningState] = mapped_column(default=OPENING.initial)
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    asked_card_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("key_card.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    confirmed_card_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("key_card.id"))
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[Text] = mapped_column(default="")
    record_document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))

    envelope_key: Mapped[EnvelopeKey] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    asked_card: Mapped[KeyCard] = relationship(foreign_keys=[asked_card_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    confirmed_card: Mapped[KeyCard | None] = relationship(foreign_keys=[confirmed_card_id])
    record_document: Mapped[Document | None] = relationship()


class OpeningPeel(Base):
    """What the first card peeled, still sealed to another holder; gone at midnight."""

    __tablename__ = "opening_peel"
    __table_args__ = (UniqueConstraint("opening_id", "envelope_holder_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    opening_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("opening.id"), index=True)
    envelope_holder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("envelope_holder.id"))
    blob: Mapped[bytes] = mapped_column(LargeBinary)

    opening: Mapped[Opening] = relationship()
    holder: Mapped[EnvelopeHolder] = relationship()


class OpeningLine(Base):
    """A line of the record of opening: one sealed part, its hash and how it opened."""

    __tablename__ = "opening_line"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    opening_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("opening.id"), index=True)
    position: Mapped[int]
    offer_number: Mapped[Code]
    organisation_name: Mapped[Short]
    submitted_at: Mapped[datetime]
    sealed_sha256: Mapped[Short]
    outcome: Mapped[Text]
    damaged: Mapped[bool] = mapped_column(default=False)

    opening: Mapped[Opening] = relationship()
