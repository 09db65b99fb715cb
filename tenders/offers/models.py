"""Offers: sealed until opening, readable rows only after it."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Organisation
from portal.db import Base, Code, Rate, ShareOrNone, Short, Text, Versioned
from portal.documents.models import Document
from tenders.offers.states import (
    OFFER,
    OfferState,
    PartKind,
    PartState,
    PartyRole,
    Stance,
    SubmissionKind,
)
from tenders.procedures.models import AwardCriterion, Lot, LotPriceLine, Procedure, Requirement
from tenders.vault.models import Opening
from tenders.vault.states import Envelope


class Offer(Versioned, Base):
    """An offer of one lead provider on one procedure (inschrijving)."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("procedure_id", "lead_organisation_id"),
        CheckConstraint("(state = 'draft') = (draft IS NOT NULL)", name="only_a_draft_has_a_draft"),
        CheckConstraint(
            "(state IN ('submitted', 'opened')) = (submitted_at IS NOT NULL)", name="submitted_has_time"
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_time"),
        CheckConstraint("(state = 'opened') = (opened_at IS NOT NULL)", name="opened_has_time"),
        CheckConstraint("uea = '' OR state = 'opened'", name="declaration_only_when_opened"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[Code] = mapped_column(unique=True)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    lead_organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[OfferState] = mapped_column(default=OFFER.initial)
    started_at: Mapped[datetime]
    started_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    draft: Mapped[bytes | None] = mapped_column(LargeBinary)
    draft_key: Mapped[Short] = mapped_column(default="")
    draft_saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    changes_seen_at: Mapped[datetime | None]
    uea: Mapped[Text] = mapped_column(default="")

    procedure: Mapped[Procedure] = relationship()
    lead_organisation: Mapped[Organisation] = relationship()


class Submission(Base):
    """One receipt: submitted, withdrawn, or refused because it was late. Never changed."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("offer_id", "version"),
        UniqueConstraint("offer_id", "idempotency_key"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id"), index=True)
    version: Mapped[int]
    kind: Mapped[SubmissionKind]
    at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    idempotency_key: Mapped[Short]
    receipt: Mapped[Text]
    signature: Mapped[Short]
    editable_copy: Mapped[bytes | None] = mapped_column(LargeBinary)

    offer: Mapped[Offer] = relationship()


class OfferLot(Base):
    """The lots an offer is for; known only after the opening of the quality envelope."""

    __tablename__ = "offer_lot"
    __table_args__ = (UniqueConstraint("offer_id", "lot_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id"), index=True)
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)

    offer: Mapped[Offer] = relationship()
    lot: Mapped[Lot] = relationship()


class SealedPart(Base):
    """A sealed file in the store; the hash is of the sealed bytes, never of the content."""

    __tablename__ = "sealed_part"
    __table_args__ = (
        CheckConstraint("(state = 'sealed') = (opened_at IS NULL)", name="opened_has_time"),
        CheckConstraint("(state = 'damaged') = (damage <> '')", name="damaged_has_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id"), index=True)
    submission_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("submission.id"), index=True)
    offer_lot_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offer_lot.id"))
    opening_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("opening.id"))
    envelope: Mapped[Envelope]
    kind: Mapped[PartKind]
    storage_key: Mapped[Short] = mapped_column(unique=True)
    sha256: Mapped[Short]
    sealed_at: Mapped[datetime]
    state: Mapped[PartState] = mapped_column(default=PartState.SEALED)
    opened_at: Mapped[datetime | None]
    damage: Mapped[Text] = mapped_column(default="")

    offer: Mapped[Offer] = relationship()
    submission: Mapped[Submission | None] = relationship()
    offer_lot: Mapped[OfferLot | None] = relationship()
    opening: Mapped[Opening | None] = relationship()


class UeaProfile(Versioned, Base):
    """The answers of a provider to the UEA, parts II, III and IV: kept once, reused in every offer."""

    __tablename__ = "uea_profile"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    answers: Mapped[Text] = mapped_column(default="{}")
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    organisation: Mapped[Organisation] = relationship()


class OfferParty(Base):
    """An organisation in an offer: lead, combinant, subcontractor or third; filled at opening."""

    __tablename__ = "offer_party"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id"), index=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[PartyRole]
    name: Mapped[Short]
    kvk: Mapped[Code] = mapped_column(default="")

    offer: Mapped[Offer] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class OfferAnswer(Base):
    """An answer to a criterion or a requirement; promised_value is in the unit of the measure."""

    __tablename__ = "offer_answer"
    __table_args__ = (
        CheckConstraint(
            "(criterion_id IS NULL) <> (requirement_id IS NULL)", name="criterion_or_requirement"
        ),
        CheckConstraint("(requirement_id IS NULL) = (stance IS NULL)", name="requirement_has_stance"),
        UniqueConstraint("offer_lot_id", "criterion_id"),
        UniqueConstraint("offer_lot_id", "requirement_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer_lot.id"), index=True)
    criterion_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("award_criterion.id"))
    requirement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("requirement.id"))
    text: Mapped[Text] = mapped_column(default="")
    stance: Mapped[Stance | None]
    promised_value: Mapped[ShareOrNone]

    offer_lot: Mapped[OfferLot] = relationship()
    criterion: Mapped[AwardCriterion | None] = relationship()
    requirement: Mapped[Requirement | None] = relationship()


class OfferDocument(Base):
    """A document of an opened offer, with the sealed file it came from."""

    __tablename__ = "offer_document"
    __table_args__ = (UniqueConstraint("offer_lot_id", "document_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer_lot.id"), index=True)
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"))
    sealed_part_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sealed_part.id"))

    offer_lot: Mapped[OfferLot] = relationship()
    document: Mapped[Document] = relationship()
    sealed_part: Mapped[SealedPart] = relationship()


class OfferPrice(Base):
    """The offered rate of one price line; filled when the price envelope opens."""

    __tablename__ = "offer_price"
    __table_args__ = (
        UniqueConstraint("offer_lot_id", "lot_price_line_id"),
        CheckConstraint("rate >= 0", name="rate_not_negative"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer_lot.id"), index=True)
    lot_price_line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot_price_line.id"), index=True)
    rate: Mapped[Rate]

    offer_lot: Mapped[OfferLot] = relationship()
    price_line: Mapped[LotPriceLine] = relationship()
