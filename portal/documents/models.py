"""A stored file: where it lies, what it is, and the hash that proves it."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Code, Short


class Document(Base):
    """One version of a file; a newer version points back with predecessor_id."""

    __tablename__ = "document"
    __table_args__ = (CheckConstraint("size > 0", name="is_not_empty"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[Short]
    kind: Mapped[Code]
    media_type: Mapped[Short]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[Short] = mapped_column(unique=True)
    stored_at: Mapped[datetime]
    stored_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    predecessor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))
    warning: Mapped[Short] = mapped_column(default="")
