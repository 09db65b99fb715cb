"""Whether two Dutch questions ask the same: overlap of the trigrams of their words that carry meaning."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

# Tuned on the pairs in tests/tenders/procedures/test_similarity.py: all that ask the same lie above it, all that
# only share words of the trade lie below it.
THRESHOLD = 0.42
_STOP = frozenset(
    """aan af al alle alleen als alsnog ander andere bij bijvoorbeeld bent ben bestaat binnen boven daar daarbij daarin dan
    dat de deze die dient dienen dit doen door dus een eens eer eerst elk elke en er eerder gaan gaat graag geen geldt
    hebben hebt heeft het hier hiervoor hoe hoeveel houden hun ik in indien is ja jullie kan kunnen kunt krijgen krijgt
    maar mag maken me meer men met mij mogen moet moeten na naar nee niet nog nu of om omdat onder ons ook op over per
    sprake staat stel te tegen ten ter tijdens toe toegestaan tot tussen u uit uw van vanaf via volgens voor vraag
    waar waarbij waarin waarom wanneer want was wat we wel welk welke werd wie wij wil willen worden wordt zal ze zelf
    zich zij zijn zo zoals zou zouden zullen hoogste minste mogelijk maximaal maximale minimaal minimale opdracht
    opdrachtnemer opdrachtgever inschrijver inschrijvers inschrijving aanbieder aanbieders gemeente gemeenten leidraad
    paragraaf bladzijde pagina lichten verduidelijken bevestigen deelnemer deelnemers aangeven verband""".split()
)
# Long words are cut where a Dutch ending begins, so that lessen and les, groepen and groep share their trigrams.
_ENDINGS = ("heden", "ingen", "eren", "ende", "jes", "ing", "den", "ten", "en", "er", "es", "s", "e", "t", "n")


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, without accents and Dutch endings, in their order."""
    plain = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    words = re.findall(r"[a-z0-9]+", bare)
    return [_stem(word) for word in words if word not in _STOP and (len(word) > 1 or word in ("z", "b"))]


def _stem(word: str) -> str:
    if len(word) > 6 and word.startswith("ge") and word.endswith("eerd"):
        word = word[2:]  # geindexeerd and indexatie
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def trigrams(word: str) -> frozenset[str]:
    """Return the trigrams of a word, with two spaces before it and one after it, as PostgreSQL's pg_trgm does."""
    padded = f"  {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def similarity(one: str, other: str) -> float:
    """Return how much two questions overlap, from 0 (nothing) to 1 (the same words).

    Each word is compared by its trigrams with the word of the other question it resembles most (Dice's
    coefficient); the lower of the two averages counts, so that one long word that both have does not make two
    questions alike. A question without words that carry meaning resembles nothing.
    """
    return _overlap(_word_trigrams(one), _word_trigrams(other))


def _word_trigrams(text: str) -> list[frozenset[str]]:
    return [trigrams(word) for word in dict.fromkeys(content_words(text))]


def _overlap(a: list[frozenset[str]], b: list[frozenset[str]]) -> float:
    if not a or not b:
        return 0.0
    return min(_average_best(a, b), _average_best(b, a))


def _average_best(words: list[frozenset[str]], others: list[frozenset[str]]) -> float:
    best = (max(2 * len(word & other) / (len(word) + len(other)) for other in others) for word in words)
    return sum(best) / len(words)


def most_similar(
    text: str, others: Iterable[tuple[T, str]], *, at_most: int = 5, threshold: float = THRESHOLD
) -> Sequence[tuple[T, float]]:
    """Return the others that ask the same, the closest first, at most five, each with its overlap."""
    own = _word_trigrams(text)
    scored = [(other, _overlap(own, _word_trigrams(words))) for other, words in others]
    fitting = [pair for pair in scored if pair[1] >= threshold]
    return sorted(fitting, key=lambda pair: -pair[1])[:at_most]
