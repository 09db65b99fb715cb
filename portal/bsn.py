"""Find what looks like a citizen service number (BSN), so that it can be kept out."""

import re

_NINE_DIGITS = re.compile(r"(?<![\w])(?<!\d[.,])\d{9}(?![\w])(?![.,]\d)")
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)

REFUSAL = (
    "Hier staat een getal dat een burgerservicenummer kan zijn. Haal het weg; "
    "het portaal bewaart geen persoonsgegevens van deelnemers."
)




def refusal_at(place: str) -> str:
    """Return the refusal with the place (a field, a cell) named; the number itself is never in it."""
    return f"Bij ‘{place}’ staat{REFUSAL.removeprefix('Hier staat')}"


def passes_elfproef(digits: str) -> bool:
    """Say whether nine digits pass the test of eleven that every BSN passes; nine zeros do not count."""
    if len(digits) != 9 or not digits.isdecimal() or not int(digits):
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 == 0


def find_bsn(text: str) -> list[int]:
    """Return where in the text a stand-alone nine-digit number begins that passes the elfproef.

    Part of a longer number, of a word (a btw-id, an IBAN) or of an amount is not stand-alone. One in
    eleven random numbers passes, and an RSIN always does: fields made for those are not tested (practice D4).
    The numbers themselves are never returned, so that they cannot end up in a message or a log.
    """
    return [found.start() for found in _NINE_DIGITS.finditer(text) if passes_elfproef(found.group())]
