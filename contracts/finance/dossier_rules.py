"""What belongs in the rechtmatigheidsdossier of a contract, and what of it is missing (practice.md F8).

Plain values in; a list of points out, each present, missing or not needed, with what was found.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.dutch import upper_first


class Found(StrEnum):
    """Whether a point of the dossier is there."""

    PRESENT = "present"
    MISSING = "missing"
    NOT_NEEDED = "not_needed"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"present": "Aanwezig", "missing": "Ontbreekt", "not_needed": "Niet nodig"}[self.value]


@dataclass(frozen=True)
class Point:
    """One point: what it is, whether it is there, and what was found or has to be done."""

    group: str
    what: str
    found: Found
    text: str


@dataclass(frozen=True)
class NoticeFacts:
    """A notice with its three times and TenderNed number."""

    name: str
    is_award: bool
    sent_on: date | None
    confirmed_on: date | None
    public_on: date | None
    number: str


@dataclass(frozen=True)
class TenderFacts:
    """What the tender recorded before and at the award."""

    number: str
    kind: str
    is_public: bool
    estimate: Decimal | None
    estimated_on: date | None
    estimate_basis: str
    motivation: str
    motivated_on: date | None
    lots_motivation: str
    threshold: Decimal | None
    threshold_source: str
    mandates: Sequence[tuple[str, str]]
    notices: Sequence[NoticeFacts]
    opened_on: date | None
    final_on: date | None
    has_record: bool
    approvals: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ContractFacts:
    """What the contract itself has."""

    signed_on: date | None
    source: str
    between_municipalities: bool
    price_changes: int
    ceiling: Decimal | None
    spent: Decimal
    expected: Decimal
    missing_marks: Sequence[str] = field(default_factory=tuple)


def points_of(contract: ContractFacts, tender: TenderFacts | None) -> list[Point]:
    """List the dossier in the order in which the accountant reads it."""
    before = _tender_points(tender) if tender is not None else _without_tender(contract)
    return [*before, *_contract_points(contract)]


def _without_tender(contract: ContractFacts) -> list[Point]:
    if contract.between_municipalities:
        text = f"Overeenkomst tussen gemeenten: {contract.source}."
        return [Point("Inkoop", "Aanbesteding", Found.NOT_NEEDED, text)]
    text = f"Niet in dit portaal aanbesteed. Bron: {contract.source}. Voeg het aanbestedingsdossier toe aan uw archief."
    return [
        Point("Inkoop", what, Found.MISSING, text)
        for what in ("Raming", "Procedure en drempel", "Aankondigingen", "Proces-verbaal van de gunning")
    ]


def _tender_points(tender: TenderFacts) -> list[Point]:
    return [
        _estimate(tender),
        _procedure(tender),
        _filled("Inkoop", "Motivering van samenvoegen en percelen", tender.lots_motivation,
                "Leg de motivering vast bij de aanbesteding."),
        *[
            _filled("Inkoop", f"Volmacht of mandaat van {name}", text, "Leg nummer en datum vast bij de aanbesteding.")
            for name, text in tender.mandates
        ],
        *_notices(tender),
        _dated("Gunning", "Opening van de inschrijvingen", tender.opened_on, "De kluis is nog niet geopend."),
        _dated("Gunning", "Definitieve gunning", tender.final_on, "Er is nog niet definitief gegund."),
        _filled("Gunning", "Proces-verbaal van de gunning", "bewaard bij de gunning" if tender.has_record else "",
                "Het proces-verbaal is nog niet gemaakt."),
        *[
            _filled("Gunning", f"Besluit van {name}", text, "Deze gemeente heeft nog geen akkoord vastgelegd.")
            for name, text in tender.approvals
        ],
    ]  # fmt: skip


def _estimate(tender: TenderFacts) -> Point:
    name = "Raming"
    if tender.estimate is None or tender.estimated_on is None or not tender.estimate_basis.strip():
        return Point("Inkoop", name, Found.MISSING, "Bedrag, datum of onderbouwing ontbreekt.")
    text = f"€ {_amount(tender.estimate)} zonder btw, {tender.estimated_on:%d-%m-%Y}."
    if tender.motivated_on is not None and tender.estimated_on > tender.motivated_on:
        late = f"{text} De raming is van ná de keuze van de procedure; zij hoort ervoor te liggen."
        return Point("Inkoop", name, Found.MISSING, late)
    return Point("Inkoop", name, Found.PRESENT, text)


def _procedure(tender: TenderFacts) -> Point:
    name = "Procedure en drempel"
    if not tender.motivation.strip() or tender.motivated_on is None:
        return Point("Inkoop", name, Found.MISSING, f"{tender.kind}. De motivering van de keuze ontbreekt.")
    text = f"{tender.kind}, gemotiveerd op {tender.motivated_on:%d-%m-%Y}."
    if tender.threshold is not None and tender.estimate is not None:
        side = "op of boven" if tender.estimate >= tender.threshold else "onder"
        text += f" De raming ligt {side} de drempel van € {_amount(tender.threshold)} ({tender.threshold_source})."
    return Point("Inkoop", name, Found.PRESENT, text)


def _notices(tender: TenderFacts) -> list[Point]:
    found = [_notice(one) for one in tender.notices]
    if tender.is_public and not any(not one.is_award for one in tender.notices):
        found.append(Point("Aankondigingen", "Aankondiging", Found.MISSING, "Er is geen aankondiging vastgelegd."))
    if tender.final_on is not None and not any(one.is_award for one in tender.notices):
        found.append(
            Point("Aankondigingen", "Aankondiging gegunde opdracht", Found.MISSING,
                  "Doe haar binnen 30 dagen na de gunning, of gebundeld na het kwartaal.")
        )  # fmt: skip
    return found


def _notice(notice: NoticeFacts) -> Point:
    times = (("verzonden", notice.sent_on), ("ontvangst bevestigd", notice.confirmed_on), ("bekendgemaakt", notice.public_on))
    known = [f"{word} {on:%d-%m-%Y}" for word, on in times if on is not None]
    lacking = [word for word, on in times if on is None]
    if not notice.number:
        lacking.append("het nummer van TenderNed")
    text = f"{upper_first(', '.join(known) or 'nog niets vastgelegd')}{f'; TenderNed {notice.number}' if notice.number else ''}."
    if lacking:
        return Point("Aankondigingen", notice.name, Found.MISSING, f"{text} Ontbreekt: {', '.join(lacking)}.")
    return Point("Aankondigingen", notice.name, Found.PRESENT, text)


def _contract_points(contract: ContractFacts) -> list[Point]:
    found = [_dated("Contract", "Ondertekend contract", contract.signed_on, "Het contract is nog niet getekend.")]
    changes = f"{contract.price_changes} gewijzigde prijzen vastgelegd, elk met bron en datum." if contract.price_changes else (
        "Geen wijziging van prijzen vastgelegd."
    )  # fmt: skip
    found.append(Point("Contract", "Wijzigingen", Found.PRESENT, changes))
    if contract.ceiling is None:
        found.append(Point("Contract", "Maximum", Found.NOT_NEEDED, "Dit contract heeft geen maximum."))
    else:
        found.append(_ceiling(contract, contract.ceiling))
    found += [
        Point("Contract", "Keurmerk", Found.MISSING, f"{name} heeft vandaag geen geldig keurmerk.")
        for name in contract.missing_marks
    ]
    return found


def _ceiling(contract: ContractFacts, ceiling: Decimal) -> Point:
    total = contract.spent + contract.expected
    text = (
        f"Besteed € {_amount(contract.spent)} en nog verplicht € {_amount(contract.expected)}, "
        f"van een maximum van € {_amount(ceiling)} zonder btw."
    )
    if total > ceiling:
        over = f"{text} Dat is € {_amount(total - ceiling)} te veel: er is een besluit nodig."
        return Point("Contract", "Maximum", Found.MISSING, over)
    return Point("Contract", "Maximum", Found.PRESENT, text)


def _filled(group: str, what: str, text: str, otherwise: str) -> Point:
    if text.strip():
        return Point(group, what, Found.PRESENT, text.strip())
    return Point(group, what, Found.MISSING, otherwise)


def _dated(group: str, what: str, on: date | None, otherwise: str) -> Point:
    return _filled(group, what, f"{on:%d-%m-%Y}" if on is not None else "", otherwise)


def _amount(value: Decimal) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.-", ".,−"))
