"""A contract with its parties, municipalities, products, term and options."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.states import (
    CONTRACT,
    OPTION,
    ContractKind,
    ContractState,
    InvoiceChannel,
    InvoiceParty,
    MemberRole,
    OptionState,
    PartyRole,
    QualityMarkKind,
    QualityMarkState,
    ResidenceBasis,
)
from portal.accounts.models import Membership, Organisation
from portal.catalogue.models import Municipality, Product
from portal.db import Base, Code, MoneyOrNone, QuantityOrNone, Short, Text, Versioned


class Contract(Versioned, Base):
    """An agreement under which participants are referred, reported on and paid for."""

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint(
            "award_id IS NOT NULL OR framework_id IS NOT NULL OR written_source <> ''",
            name="has_a_source",
        ),
        CheckConstraint("(state = 'draft') = (signed_on IS NULL)", name="signed_has_date"),
        CheckConstraint("(signed_on IS NULL) = (signed_by_id IS NULL)", name="signed_has_person"),
        CheckConstraint(
            "(state = 'terminated') = (terminated_on IS NOT NULL AND termination_reason <> '')",
            name="terminated_has_date_and_reason",
        ),
        CheckConstraint(
            "starts_on <= last_referral_on AND last_referral_on <= ends_on AND ends_on <= run_off_until",
            name="dates_in_order",
        ),
        CheckConstraint("ceiling IS NULL OR ceiling > 0", name="ceiling_positive"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[Code]
    title: Mapped[Short]
    kind: Mapped[ContractKind] = mapped_column(default=ContractKind.CONTRACT)
    state: Mapped[ContractState] = mapped_column(default=CONTRACT.initial)
    lead_municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    award_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("award.id"), index=True)
    framework_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contract.id"))
    written_source: Mapped[Text] = mapped_column(default="")
    starts_on: Mapped[date]
    last_referral_on: Mapped[date]
    ends_on: Mapped[date]
    run_off_until: Mapped[date]
    ceiling: Mapped[MoneyOrNone]
    ceiling_quantity: Mapped[QuantityOrNone]
    residence_basis: Mapped[ResidenceBasis] = mapped_column(default=ResidenceBasis.FIRST_DAY_OF_MONTH)
    invoice_channel: Mapped[InvoiceChannel] = mapped_column(default=InvoiceChannel.UPLOAD)
    invoice_party: Mapped[InvoiceParty] = mapped_column(default=InvoiceParty.LEAD)
    report_due_day: Mapped[int] = mapped_column(default=10)
    lesson_free_months: Mapped[Short] = mapped_column(default="")
    consent_from: Mapped[MoneyOrNone]
    notice_months: Mapped[int] = mapped_column(default=3, server_default="3")
    move_rule: Mapped[Text] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
    signed_on: Mapped[date | None]
    signed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    terminated_on: Mapped[date | None]
    termination_reason: Mapped[Text] = mapped_column(default="")

    lead_municipality: Mapped[Municipality] = relationship()


class ContractMember(Base):
    """A person of the case team of one contract."""

    __tablename__ = "contract_member"
    __table_args__ = (UniqueConstraint("contract_id", "membership_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    membership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("membership.id"), index=True)
    role: Mapped[MemberRole]

    contract: Mapped[Contract] = relationship()
    membership: Mapped[Membership] = relationship()


class ContractParty(Base):
    """An organisation that performs under the contract; a municipality can be one too."""

    __tablename__ = "contract_party"
    __table_args__ = (
        UniqueConstraint("contract_id", "organisation_id", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates_in_order"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[PartyRole] = mapped_column(default=PartyRole.LEAD)
    may_report: Mapped[bool] = mapped_column(default=True)
    may_invoice: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    contract: Mapped[Contract] = relationship()
    organisation: Mapped[Organisation] = relationship()


class ContractMunicipality(Base):
    """A municipality that takes part, with dates and its own part of the ceiling."""

    __tablename__ = "contract_municipality"
    __table_args__ = (
        UniqueConstraint("contract_id", "municipality_id", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates_in_order"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    ceiling: Mapped[MoneyOrNone]

    contract: Mapped[Contract] = relationship()
    municipality: Mapped[Municipality] = relationship()


class ContractProduct(Base):
    """A product of the catalogue under this contract; key and price hang here, not on the contract."""

    __tablename__ = "contract_product"
    __table_args__ = (UniqueConstraint("contract_id", "product_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("product.id"), index=True)
    needs_keurmerk: Mapped[bool] = mapped_column(default=False)

    contract: Mapped[Contract] = relationship()
    product: Mapped[Product] = relationship()


class ContractOption(Versioned, Base):
    """An option to extend the term, with the last day to decide."""

    __tablename__ = "contract_option"
    __table_args__ = (
        UniqueConstraint("contract_id", "position"),
        CheckConstraint("starts_on <= ends_on AND decide_by < starts_on", name="dates_in_order"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_has_time"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_has_person"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    position: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    decide_by: Mapped[date]
    state: Mapped[OptionState] = mapped_column(default=OPTION.initial)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    contract: Mapped[Contract] = relationship()


class QualityMark(Base):
    """One dated state of a provider's recognition, with the decision it rests on."""

    __tablename__ = "quality_mark"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates_in_order"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[QualityMarkKind]
    state: Mapped[QualityMarkState]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    source: Mapped[Short]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    organisation: Mapped[Organisation] = relationship()
