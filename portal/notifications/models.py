"""Mail to be sent: written in the transaction of the news itself, sent by a job."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Code, Short, Text
from portal.notifications.states import MESSAGE, MessageState


class OutboxMessage(Base):
    """One mail to one address, with the proof that it went out."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        Index("ix_outbox_message_state_next", "state", "next_attempt_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[Code]
    recipient_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    address: Mapped[Short]
    subject: Mapped[Short]
    body: Mapped[Text]
    path: Mapped[Short] = mapped_column(default="")
    about_kind: Mapped[Code] = mapped_column(default="")
    about_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[MessageState] = mapped_column(default=MESSAGE.initial)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    last_error: Mapped[Text] = mapped_column(default="")
    message_id: Mapped[Short] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
