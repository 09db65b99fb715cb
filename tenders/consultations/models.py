"""Market consultations: questions to the market, responses, and the report with findings."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Organisation
from portal.catalogue.models import Municipality, Product
from portal.db import Base, Code, QuantityOrNone, Short, Text, Versioned
from portal.documents.models import Document
from tenders.consultations.states import (
    CONSULTATION,
    RESPONSE,
    AnswerKind,
    ConsultationState,
    Level,
    ResponseState,
)


class Consultation(Versioned, Base):
    """A marktconsultatie of one lead municipality, public or for invited providers only."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint(
            "state <> 'open' OR (opened_at IS NOT NULL AND opened_by_id IS NOT NULL AND closes_at IS NOT NULL)",
            name="open_has_time_and_person",
        ),
        CheckConstraint(
            "(state = 'reported') = (reported_at IS NOT NULL AND reported_by_id IS NOT NULL AND report <> '')",
            name="reported_has_time_person_and_text",
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_time"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[Code] = mapped_column(unique=True)
    lead_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[Short]
    introduction: Mapped[Text] = mapped_column(default="")
    is_public: Mapped[bool] = mapped_column(default=True)
    state: Mapped[ConsultationState] = mapped_column(default=CONSULTATION.initial)
    created_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    opened_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    report: Mapped[Text] = mapped_column(default="")
    reported_at: Mapped[datetime | None]
    reported_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    report_document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))
    withdrawn_at: Mapped[datetime | None]

    lead: Mapped[Organisation] = relationship()
    report_document: Mapped[Document | None] = relationship()
    questions: Mapped[list["ConsultationQuestion"]] = relationship(
        back_populates="consultation", order_by="ConsultationQuestion.position"
    )
    findings: Mapped[list["Finding"]] = relationship(back_populates="consultation", order_by="Finding.position")
    municipality_links: Mapped[list["ConsultationMunicipality"]] = relationship()
    product_links: Mapped[list["ConsultationProduct"]] = relationship()


class ConsultationMunicipality(Base):
    """A municipality that takes part in the consultation."""

    __tablename__ = "consultation_municipality"

    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)

    municipality: Mapped[Municipality] = relationship()


class ConsultationProduct(Base):
    """A product of the catalogue the consultation is about."""

    __tablename__ = "consultation_product"

    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("product.id"), primary_key=True)

    product: Mapped[Product] = relationship()


class ConsultationInvite(Base):
    """A provider asked by name; only invited providers see a consultation that is not public."""

    __tablename__ = "consultation_invite"

    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    invited_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()


class Stakeholder(Versioned, Base):
    """A party in the address list of a municipality, with influence and interest as its policy document has it.

    The e-mail address is a general one; the portal keeps no names of people here.
    """

    __tablename__ = "stakeholder"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[Short]
    part: Mapped[Short] = mapped_column(default="")
    influence: Mapped[Level]
    interest: Mapped[Level]
    email: Mapped[Short] = mapped_column(default="")
    provider_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    source: Mapped[Short] = mapped_column(default="")
    ended_at: Mapped[datetime | None]

    provider: Mapped[Organisation | None] = relationship(foreign_keys=[provider_id])


class ConsultationContact(Base):
    """A stakeholder from the address list who gets the invitation by mail."""

    __tablename__ = "consultation_contact"

    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    stakeholder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stakeholder.id"), primary_key=True)
    invited_at: Mapped[datetime]

    stakeholder: Mapped[Stakeholder] = relationship()


class ConsultationQuestion(Base):
    """One question of a kind (open, choice, number, yes or no, file); everyone gets the same questions."""

    __tablename__ = "consultation_question"
    __table_args__ = (UniqueConstraint("consultation_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultation.id"), index=True)
    position: Mapped[int]
    kind: Mapped[AnswerKind] = mapped_column(default=AnswerKind.TEXT)
    text: Mapped[Text]
    unit: Mapped[Code] = mapped_column(default="")

    consultation: Mapped[Consultation] = relationship(back_populates="questions")
    options: Mapped[list["ConsultationOption"]] = relationship(
        order_by="ConsultationOption.position", cascade="all, delete-orphan"
    )


class ConsultationOption(Base):
    """One of the answers a choice question can be given."""

    __tablename__ = "consultation_option"
    __table_args__ = (UniqueConstraint("question_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    question_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultation_question.id"), index=True)
    position: Mapped[int]
    text: Mapped[Short]


class ConsultationResponse(Versioned, Base):
    """The answers of one provider; each is confidential unless the provider says that it may be shared."""

    __tablename__ = "consultation_response"
    __table_args__ = (
        UniqueConstraint("consultation_id", "organisation_id"),
        CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL AND submitted_by_id IS NOT NULL)",
            name="submitted_has_time_and_person",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultation.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[ResponseState] = mapped_column(default=RESPONSE.initial)
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    consultation: Mapped[Consultation] = relationship()
    organisation: Mapped[Organisation] = relationship()
    answers: Mapped[list["ConsultationAnswer"]] = relationship(back_populates="response")


class ConsultationAnswer(Base):
    """What one provider answered to one question; the text is the answer, or explains the other columns."""

    __tablename__ = "consultation_answer"
    __table_args__ = (UniqueConstraint("response_id", "question_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    response_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultation_response.id"), index=True)
    question_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultation_question.id"), index=True)
    text: Mapped[Text] = mapped_column(default="")
    option_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("consultation_option.id"))
    number: Mapped[QuantityOrNone]
    yes: Mapped[bool | None]
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))
    may_share: Mapped[bool] = mapped_column(default=False)

    response: Mapped[ConsultationResponse] = relationship(back_populates="answers")
    question: Mapped[ConsultationQuestion] = relationship()
    option: Mapped[ConsultationOption | None] = relationship()
    document: Mapped[Document | None] = relationship()


class Finding(Versioned, Base):
    """One conclusion of the report (bevinding), that a tender can build on."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("consultation_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultation.id"), index=True)
    position: Mapped[int]
    title: Mapped[Short]
    text: Mapped[Text]
    recorded_at: Mapped[datetime]

    consultation: Mapped[Consultation] = relationship(back_populates="findings")
    answer_links: Mapped[list["FindingAnswer"]] = relationship(cascade="all, delete-orphan")


class FindingAnswer(Base):
    """An answer a finding rests on; seen by the buyers only."""

    __tablename__ = "finding_answer"

    finding_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("finding.id"), primary_key=True)
    answer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultation_answer.id"), primary_key=True)

    answer: Mapped[ConsultationAnswer] = relationship()
