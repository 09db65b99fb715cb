"""Plain rules about the catalogue's figures."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal


def unspecified_difference(lines: Iterable[Decimal], printed_total: Decimal) -> Decimal:
    """Return what a printed total has more than its lines (euros); the total itself is never recomputed."""
    return printed_total - sum(lines, Decimal(0))


def slug_of(name: str) -> str:
    """Return a name as it stands in an address: lower case, letters, digits and hyphens."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
