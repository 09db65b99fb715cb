"""What a list is narrowed by, read from the address; what cannot be understood is said, never swallowed."""

from __future__ import annotations

from collections.abc import Iterable

from flask import g, request

from portal.periods import Month

_HOW_MONTH = "Vul een maand in als jaar-maand, zoals 2026-11."
_HOW_CHOICE = "Kies een mogelijkheid uit de lijst."


def chosen(name: str, allowed: Iterable[object]) -> str:
    """Return the value of a filter when it is one of these; empty, with a note, when it is not."""
    asked = request.args.get(name, "").strip()
    if asked and asked not in {str(one) for one in allowed}:
        not_applied(name)
        return ""
    return asked


def month(name: str) -> Month | None:
    """Return the month a filter asks for; None when it asks for none, with a note when it is no month."""
    asked = request.args.get(name, "").strip()
    try:
        return Month.parse(asked) if asked else None
    except ValueError:
        not_applied(name, _HOW_MONTH)
        return None


def not_applied(name: str, how: str = _HOW_CHOICE) -> str:
    """Note that a filter of the address was not understood; the layout says so. Returns nothing to print."""
    notes: dict[str, str] = g.setdefault("portal_filter_notes", {})
    value = " ".join(request.args.get(name, "").split())
    short = value if len(value) <= 40 else value[:40] + "…"
    notes.setdefault(name, f"Het filter ‘{name}’ is niet toegepast: ‘{short}’ kennen wij niet. {how}")
    return ""


def notes() -> list[str]:
    """Return a sentence for each filter that was not understood, in the order in which they were read."""
    return list(g.get("portal_filter_notes", {}).values())


def whole_number(name: str) -> int | None:
    """Return a whole number from 1 of at most nine digits from the address; None for anything else."""
    asked = request.args.get(name, "")
    return int(asked) or None if asked.isascii() and asked.isdigit() and len(asked) <= 9 else None
