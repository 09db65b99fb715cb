"""What a form says about a field when the library finds something wrong: our sentences, never those of WTForms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wtforms import Field

LARGEST = 2**31 - 1  # what an integer column holds
_CHOOSE = "Kies bij ‘{label}’ een mogelijkheid uit de lijst."
_WHOLE = "Vul bij ‘{label}’ een heel getal in, zoals 12."
_NUMBER = "Vul bij ‘{label}’ een getal in, zoals 12,5."
_FILE = "Kies bij ‘{label}’ een ander soort bestand."
_SIZE = "Kies bij ‘{label}’ een bestand dat niet leeg en niet te groot is."
_FILLED = "Vul ‘{label}’ in."
_OTHER = "Controleer ‘{label}’ en vul het anders in."
# The message of WTForms or Flask-WTF, and ours. `%(min)s` and the like are filled in by the library.
SENTENCES = {
    "This field is required.": _FILLED,
    "Not a valid choice.": _CHOOSE,
    "Invalid Choice: could not coerce.": _CHOOSE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOOSE,
    "'%(value)s' is not a valid choice for this field.": _CHOOSE,
    "'%(value)s' are not valid choices for this field.": _CHOOSE,
    "Invalid value, must be one of: %(values)s.": _CHOOSE,
    "Invalid value, can't be any of: %(values)s.": _OTHER,
    "Not a valid integer value.": _WHOLE,
    "Not a valid decimal value.": _NUMBER,
    "Not a valid float value.": _NUMBER,
    "Number must be at least %(min)s.": "Vul bij ‘{label}’ een getal in van %(min)s of meer.",
    "Number must be at most %(max)s.": "Vul bij ‘{label}’ een getal in van %(max)s of minder.",
    "Number must be between %(min)s and %(max)s.": "Vul bij ‘{label}’ een getal in van %(min)s tot en met %(max)s.",
    "Field must be at least %(min)d character long.": "Gebruik bij ‘{label}’ ten minste %(min)d teken.",
    "Field must be at least %(min)d characters long.": "Gebruik bij ‘{label}’ ten minste %(min)d tekens.",
    "Field cannot be longer than %(max)d character.": "Gebruik bij ‘{label}’ ten hoogste %(max)d teken.",
    "Field cannot be longer than %(max)d characters.": "Gebruik bij ‘{label}’ ten hoogste %(max)d tekens.",
    "Field must be exactly %(max)d character long.": "Gebruik bij ‘{label}’ precies %(max)d teken.",
    "Field must be exactly %(max)d characters long.": "Gebruik bij ‘{label}’ precies %(max)d tekens.",
    "Field must be between %(min)d and %(max)d characters long.": "Gebruik bij ‘{label}’ %(min)d tot en met %(max)d tekens.",
    "Date must be at least %(min)s.": "Vul bij ‘{label}’ %(min)s of later in.",
    "Date must be at most %(max)s.": "Vul bij ‘{label}’ %(max)s of eerder in.",
    "Date must be between %(min)s and %(max)s.": "Vul bij ‘{label}’ een datum in van %(min)s tot en met %(max)s.",
    "Not a valid datetime value.": "Vul bij ‘{label}’ een datum en tijd in, zoals 31-12-2026 12:00.",
    "Not a valid date value.": "Vul bij ‘{label}’ een datum in, zoals 31-12-2026.",
    "Not a valid time value.": "Vul bij ‘{label}’ een tijd in, zoals 12:00.",
    "Invalid email address.": "Vul bij ‘{label}’ een e-mailadres in, zoals naam@organisatie.nl.",
    "Invalid URL.": "Vul bij ‘{label}’ een webadres in, zoals https://www.organisatie.nl.",
    "Field must be equal to %(other_name)s.": "Vul bij ‘{label}’ twee keer hetzelfde in.",
    "File does not have an approved extension: {extensions}": _FILE,
    "File does not have an approved extension.": _FILE,
}


class Sentences:
    """The translations of one field: every message of the library becomes a sentence that names the field."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def gettext(self, message: str) -> str:
        """Give our sentence; one that asks for another value when the library says something new."""
        label = str(self.field.label.text).strip().rstrip(":")
        sentence = SENTENCES.get(message) or (_SIZE if message.startswith("File must be between") else _OTHER)
        if "%(" in message:
            label = label.replace("%", "%%")
        if "{extensions}" in message:
            label = label.replace("{", "{{").replace("}", "}}")
        return sentence.replace("{label}", label)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Give our sentence for one or for more."""
        return self.gettext(singular if number == 1 else plural)


def too_large(form: Any) -> Iterator[tuple[Field, str]]:
    """Give the fields with a whole number that no column can hold, and what to say about it."""
    for field in form:
        if isinstance(field.data, int) and abs(field.data) > LARGEST:
            yield field, f"Het getal bij ‘{field.label.text}’ is te groot. Vul een kleiner getal in."
