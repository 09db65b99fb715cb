"""What would tell who wrote a text: names of organisations, e-mail addresses and registration numbers."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LEGAL_FORMS = frozenset({"bv", "nv", "vof", "cv", "stichting", "vereniging", "cooperatie", "gemeente", "en", "de", "het"})
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SITE = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
SOMEBODY = "[naam weggelaten]"


@dataclass(frozen=True)
class Trace:
    """One place in a text that says who wrote it: what stands there and why it tells."""

    words: str
    why: str

    @property
    def sentence(self) -> str:
        """Say what stands in the text, for the one who wrote it."""
        return f"In de tekst staat ‘{self.words}’. Dat is {self.why}."


def traces(text: str, *, names: Sequence[str], numbers: Sequence[str] = ()) -> list[Trace]:
    """Find what tells who wrote a text.

    In: the text, the names of the organisations it could come from, and their registration numbers. A name counts
    as a whole, without its legal form, in any case and also written together or with hyphens; single words of a
    name do not count, since most are ordinary words. Out: the places, in the order of the rules.
    """
    found = [
        Trace(match.group(), "de naam van een aanbieder") for name in names for match in _name(name).finditer(text)
    ]
    found += [Trace(one, "een registratienummer") for one in numbers if one and _number(one).search(text)]
    found += [Trace(match.group(), "een e-mailadres") for match in _MAIL.finditer(text)]
    found += [Trace(match.group(), "een website") for match in _SITE.finditer(text)]
    return list(dict.fromkeys(found))


def anonymised(text: str, *, names: Iterable[str], numbers: Iterable[str] = ()) -> str:
    """Return the text with every trace of its writer replaced by the same words."""
    for pattern in (_MAIL, _SITE, *map(_name, names), *(_number(one) for one in numbers if one)):
        text = pattern.sub(SOMEBODY, text)
    return text


def _name(name: str) -> re.Pattern[str]:
    """Make the pattern of a name: its words without the legal form, with anything thin between them."""
    words = re.findall(r"\w(?:[\w.]*\w)?", name)
    bare = [one for one in words if _plain(one) not in _LEGAL_FORMS or _plain(one) in ("de", "het", "en")]
    while bare and _plain(bare[0]) in ("de", "het", "en"):
        bare.pop(0)
    if not bare or len("".join(bare)) < 3:
        bare = words or [name]
    return re.compile(r"\b" + r"[\s.\-_]*".join(map(_loose, bare)) + r"\b", re.IGNORECASE)


def _number(number: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\d)" + r"[\s.]?".join(re.escape(digit) for digit in number) + r"(?!\d)")


def _loose(word: str) -> str:
    """Make a word also match without its accents."""
    plain = _plain(word)
    return re.escape(word) if plain == word.lower() else f"(?:{re.escape(word)}|{re.escape(plain)})"


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.lower().replace(".", ""))
    return "".join(one for one in decomposed if not unicodedata.combining(one))
