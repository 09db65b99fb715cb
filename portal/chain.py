"""The chain of the portal, from a finding in the market to a ledger line, as one line with stations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.features import Link


class Station(StrEnum):
    """Where something stands in the chain (design §1), in order; the value is the word on the screen."""

    FINDING = "Bevinding"
    DEMAND = "Vraag of eis"
    PROMISE = "Belofte"
    CLAUSE = "Artikel"
    AGREEMENT = "Prestatieafspraak"
    REFERRAL = "Aanmelding"
    ROWS = "Maandregels"
    SCORECARD = "Scorecard"
    INVOICE = "Factuurregel"
    SPLIT = "Verdeling"
    POSTING = "Grootboekregel"

    @property
    def word(self) -> str:
        """The word with soft hyphens, because a station is narrow."""
        return _SOFT.get(self, self.value)


_SOFT = {
    Station.AGREEMENT: "Prestatie\u00adafspraak",
    Station.INVOICE: "Factuur\u00adregel",
    Station.POSTING: "Grootboek\u00adregel",
}


@dataclass(frozen=True)
class Stop:
    """One station as a page draws it; without `url` there is nothing the viewer may open from here."""

    name: str
    is_here: bool
    url: str = ""
    text: str = ""


def stops(here: str, links: Iterable[Link], otherwise: Iterable[Link] = ()) -> list[Stop]:
    """Return the whole line for one page: its own station, and the way to the others.

    The links say at which station they stand; what has none is left out. Several at one station become
    their number, with the page from `otherwise` that lists them (such as all articles of the contract),
    or else the first. `otherwise` also fills the stations that have nothing of their own.
    """
    near, far = _by_station(links), _by_station(otherwise)
    return [_stop(one, one == here, near.get(one, []), far.get(one, [])) for one in Station]


def _by_station(links: Iterable[Link]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(link.station, []).append(link)
    return found


def _stop(station: Station, is_here: bool, near: list[Link], far: list[Link]) -> Stop:
    if is_here:
        return Stop(station.word, True, text="u bent hier")
    if len(near) == 1:
        return Stop(station.word, False, near[0].url, near[0].text.removeprefix(f"{station.value} "))
    if near:
        return Stop(station.word, False, (far or near)[0].url, f"{len(near)} bij dit onderdeel")
    return Stop(station.word, False, far[0].url, far[0].text) if far else Stop(station.word, False)
