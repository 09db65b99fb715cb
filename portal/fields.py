"""Text fields: one line or several, in which no number that can be a burgerservicenummer is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import StringField, TextAreaField
from wtforms.validators import StopValidation

from portal.bsn import find_bsn, refusal_at

if TYPE_CHECKING:
    from wtforms import Field


def refuse_bsn(field: Field) -> None:
    """Refuse what was typed when it holds a number that can be a BSN, naming the field and never the number.

    Raises:
        StopValidation: there is such a number (design §2, "No personal data of participants").
    """
    if isinstance(field.data, str) and find_bsn(field.data):
        raise StopValidation(refusal_at(field.label.text.rstrip(".")))


class LineField(StringField):
    """One line of free text."""

    def pre_validate(self, form: Any) -> None:
        """Look for a BSN before any other check, so that an optional field is looked at as well."""
        refuse_bsn(self)


class TextField(TextAreaField):
    """Several lines of free text."""

    def pre_validate(self, form: Any) -> None:
        """Look for a BSN before any other check, so that an optional field is looked at as well."""
        refuse_bsn(self)


class IdentifierField(StringField):
    """One line made for a number or code of a known kind: KvK, telephone, a number of an invoice, a code of ours.

    One in eleven numbers of nine digits passes the elfproef, and an RSIN always does (practice D4), so these
    are not looked at. tests/house/test_free_text.py names every field that may be of this kind.
    """
