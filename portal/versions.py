"""What a form showed when it was opened, so that a change by somebody else in between is noticed (409).

A form prints, hidden, a mark of every value it was filled with: the version of the record and a short hash per
field. When it comes back, the marks are compared with what stands now. Fields that were not on the form do
not count, so that two people may change different parts of one record.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import Field, SelectMultipleField
from wtforms.widgets import HiddenInput

from portal.db import Versioned

_UNSET = object()


class Overlay:
    """A record with values that go before its own, as WTForms reads them."""

    def __init__(self, record: Any, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)
        self._record = record

    def __getattr__(self, name: str) -> Any:
        return getattr(self._record, name)


class Seen:
    """What the sender of a form saw, beside what stands now."""

    def __init__(self, form: Any, record: Overlay, sent: str) -> None:
        self.form = form
        self.sent = set(sent.split("."))
        self.marks = {
            name: _mark(name, plain)
            for name in form._fields
            if name not in ("versie", "csrf_token") and (plain := _plain(getattr(record, name, _UNSET))) is not None
        }
        row = record._record
        self.version = f"v{row.version_id}" if isinstance(row, Versioned) and row.version_id is not None else ""

    @property
    def now(self) -> str:
        """Return the marks to print; empty when the form shows nothing that was stored."""
        return ".".join(([self.version] if self.version else []) + list(self.marks.values()))

    @property
    def is_overtaken(self) -> bool:
        """Say whether something that the form showed has changed since; a form without marks is not checked."""
        if self.sent == {""}:
            return False
        if not self.marks:
            return bool(self.version) and self.version not in self.sent
        return any(mark not in self.sent for mark in self.marks.values())

    def changed(self) -> Iterator[tuple[Field, str]]:
        """Give the fields whose stored value changed and differs from what was typed; each gets it as `theirs`."""
        if not self.is_overtaken:
            return
        for name, mark in self.marks.items():
            field = self.form._fields[name]
            if mark in self.sent or isinstance(field.widget, HiddenInput):
                continue
            if _plain(field.data) != _plain(field.object_data):
                field.theirs = _shown(field) or "(leeg)"
                yield field, f"‘{field.label.text}’ is intussen gewijzigd. Bij dit veld leest u wat er nu staat."


def _mark(name: str, plain: str) -> str:
    return hashlib.sha256(f"{name}\0{plain}".encode()).hexdigest()[:8]


def _plain(value: Any) -> str | None:
    """Return a stored value as text that is equal when the value is; None for what is no plain value."""
    if value is None or value is False:
        return ""
    if isinstance(value, str):
        return str(value).replace("\r\n", "\n").strip()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    if isinstance(value, int | date | uuid.UUID):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        parts = [_plain(one) for one in value]
        return "\n".join(sorted(part or "" for part in parts)) if None not in parts else None
    return str(value.code) if hasattr(value, "code") and hasattr(value, "first") else None


def _shown(field: Field) -> str:
    """Return what stands now as a person would read it in this field."""
    value = field.object_data
    if isinstance(value, bool):
        return "aangevinkt" if value else "niet aangevinkt"
    if hasattr(field, "iter_choices"):
        chosen = value if isinstance(field, SelectMultipleField) else [value]
        wanted = {str(one) for one in chosen or []}
        return ", ".join(str(one.label) for one in field.iter_choices() if str(one.value) in wanted)
    shown = getattr(field, "shown", str)
    return "" if value is None else str(shown(value))
