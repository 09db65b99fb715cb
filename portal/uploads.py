"""A field for one file: which kinds are taken and how large it may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileStorage
from wtforms.validators import StopValidation

from portal.dutch import in_words


class DocumentField(FileField):
    """A file of certain kinds and a largest size; the content is checked when it is stored."""

    def __init__(
        self,
        label: str,
        validators: Any = None,
        *,
        kinds: Sequence[str] = ("pdf", "docx"),
        max_mb: int = 50,
        **kw: Any,
    ) -> None:
        super().__init__(label, validators, **kw)
        self.kinds, self.max_mb = tuple(kinds), max_mb

    def pre_validate(self, form: Any) -> None:
        if not isinstance(self.data, FileStorage) or not self.data.filename:
            return
        name = self.data.filename
        kind = name.rpartition(".")[2].lower()
        if kind not in self.kinds:
            kinds = in_words(self.kinds, "of")
            raise StopValidation(f"Het bestand moet een {kinds} zijn. Dit is een .{kind}-bestand.")
        size = self.data.stream.seek(0, 2)
        self.data.stream.seek(0)
        if size == 0:
            raise StopValidation("Het bestand is leeg.")
        if size > self.max_mb * 1024 * 1024:
            raise StopValidation(
                f"Het bestand is groter dan {self.max_mb} MB. Splits het bestand of maak het kleiner."
            )
