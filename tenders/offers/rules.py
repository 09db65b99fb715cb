"""What an offer needs before it can be submitted, and when a request is in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from portal.errors import Objection
from tenders.offers import uea
from tenders.offers.content import Draft, LotDraft
from tenders.offers.states import PartyRole, Stance

MAX_ANSWER = 12_000
MAX_FILES = 20


@dataclass(frozen=True)
class AskedRequirement:
    """A requirement of the tender; `lot` is empty when it holds for every lot."""

    id: str
    number: str
    title: str
    text: str = ""
    evidence: str = ""
    lot: str = ""
    is_keurmerk: bool = False


@dataclass(frozen=True)
class AskedCriterion:
    """A quality criterion; with a measure the bidder promises a value."""

    id: str
    title: str
    text: str = ""
    weight: Decimal = Decimal(0)
    measure: str = ""
    unit: str = ""
    is_percentage: bool = False
    promise_text: str = ""


@dataclass(frozen=True)
class AskedPrice:
    """A price line with the bounds its price model gives it."""

    id: str
    title: str
    unit: str
    quantity: Decimal
    floor: Decimal | None = None
    cap: Decimal | None = None
    units: str = ""


@dataclass(frozen=True)
class AskedLot:
    """A lot as the bidder has to answer it."""

    id: str
    number: int
    title: str
    criteria: tuple[AskedCriterion, ...] = ()
    prices: tuple[AskedPrice, ...] = ()


@dataclass(frozen=True)
class Asked:
    """Everything a tender asks."""

    requirements: tuple[AskedRequirement, ...] = ()
    declares: bool = False
    lots: tuple[AskedLot, ...] = ()

    def lot(self, identity: str) -> AskedLot | None:
        """Return a lot by its id."""
        return next((lot for lot in self.lots if lot.id == identity), None)

    def requirements_for(self, lots: Iterable[str]) -> list[AskedRequirement]:
        """Return the requirements that hold for these lots."""
        chosen = set(lots)
        return [one for one in self.requirements if not one.lot or one.lot in chosen]


@dataclass(frozen=True)
class Part:
    """A part of the task list: what is missing, and whether anything is there."""

    key: str
    lot: str
    title: str
    missing: str
    begun: bool

    @property
    def done(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def parts_of(asked: Asked, draft: Draft) -> list[Part]:
    """Return the parts an offer consists of, in the order of the task list."""
    parts = [
        Part(
            "organisation",
            "",
            "Organisatie en contactpersoon",
            _organisation(draft),
            bool(draft.contact_name),
        ),
        Part("requirements", "", "Eisen", _requirements(asked, draft), bool(draft.claims)),
    ]
    if asked.declares:
        lacking = uea.missing_in(draft.uea)
        parts.append(Part("declaration", "", "Eigen verklaring (UEA)", lacking[0] if lacking else "", bool(draft.uea)))
    for lot in asked.lots:
        if lot.id not in draft.lots:
            continue
        filled = draft.lots[lot.id]
        parts += [
            Part("quality", lot.id, "Kwaliteit", _quality(lot, filled), bool(filled.answers)),
            Part("price", lot.id, "Prijs", _price(lot, filled), bool(filled.prices)),
            Part("files", lot.id, "Bijlagen", _files(filled), bool(filled.files)),
        ]
    return parts


def objections_to_content(asked: Asked, draft: Draft) -> list[Objection]:
    """Say what is not filled in yet; empty when the offer is complete."""
    if not draft.lots:
        return [Objection("Kies ten minste één perceel.")]
    names = {lot.id: f"Perceel {lot.number}, " for lot in asked.lots}
    return [
        Objection(f"{names.get(part.lot, '')}{part.title}: {part.missing}")
        for part in parts_of(asked, draft)
        if not part.done
    ]


def in_time(at: datetime, deadline: datetime) -> bool:
    """Say whether an instant is in time: strictly before the closing time (half-open)."""
    return at < deadline


def objections_to_rate(text: str, asked: AskedPrice) -> list[Objection]:
    """Check a rate against the price model of its line; an empty rate is not filled in yet."""
    if not text:
        return []
    try:
        rate = Decimal(text)
    except InvalidOperation:
        return [Objection("Vul het tarief in als bedrag met een komma, zoals 1.234,50.")]
    if not rate.is_finite() or rate < 0:
        return [Objection("Het tarief moet 0 of meer zijn.")]
    if asked.cap is not None and rate > asked.cap:
        return [Objection(f"Het tarief mag ten hoogste € {dutch(asked.cap)} zijn.")]
    if asked.floor is not None and rate < asked.floor:
        return [Objection(f"Het tarief moet ten minste € {dutch(asked.floor)} zijn.")]
    return []


def total(lot: AskedLot, filled: LotDraft) -> Decimal | None:
    """Add rate × quantity over the price lines, to the cent; None while a rate is missing."""
    if any(not filled.prices.get(line.id) for line in lot.prices):
        return None
    amounts = (Decimal(filled.prices[line.id]) * line.quantity for line in lot.prices)
    return sum(amounts, Decimal(0)).quantize(Decimal("0.01"))


def dutch(amount: Decimal) -> str:
    """Write an amount the Dutch way, at least two decimals."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{places}f}".replace(",", "¤").replace(".", ",").replace("¤", ".")


def _organisation(draft: Draft) -> str:
    if not draft.contact_name or not draft.contact_email:
        return "vul de contactpersoon in."
    if draft.alone is None:
        return "kies of u alleen inschrijft."
    if draft.alone is False and not draft.partners:
        return "noem de ondernemers met wie u samenwerkt."
    return ""


def _requirements(asked: Asked, draft: Draft) -> str:
    wanted = asked.requirements_for(draft.lots)
    stances = {key: claim for key, claim in draft.claims.items() if claim.stance}
    open_ones = [one for one in wanted if one.id not in stances]
    if open_ones:
        return f"{len(wanted) - len(open_ones)} van {len(wanted)} eisen beantwoord."
    unexplained = [
        one.title
        for one in wanted
        if stances[one.id].stance == Stance.EQUIVALENT and not stances[one.id].text
    ]
    return f"licht toe waarom u gelijkwaardig voldoet: {unexplained[0]}." if unexplained else ""


def _quality(lot: AskedLot, filled: LotDraft) -> str:
    def complete(criterion: AskedCriterion) -> bool:
        answer = filled.answers.get(criterion.id)
        return bool(answer and answer.text and (answer.promised or not criterion.measure))

    missing = [criterion.title for criterion in lot.criteria if not complete(criterion)]
    done = len(lot.criteria) - len(missing)
    return f"{done} van {len(lot.criteria)} criteria beantwoord. Nog open: {missing[0]}." if missing else ""


def _price(lot: AskedLot, filled: LotDraft) -> str:
    wrong = [line.title for line in lot.prices if objections_to_rate(filled.prices.get(line.id, ""), line)]
    if wrong:
        return f"het tarief past niet bij de aanbesteding: {wrong[0]}."
    missing = [line.title for line in lot.prices if not filled.prices.get(line.id)]
    return f"vul het tarief in van: {missing[0]}." if missing else ""


def _files(filled: LotDraft) -> str:
    return "" if filled.files else "voeg ten minste één bestand met uw plan toe."


def same_party_twice(parties: Iterable[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Name organisations that take part in more than one offer on one lot (practice T13).

    In: (offer number, KvK number or name, name shown). Out: (that number or name, name shown).
    Nobody is excluded by this; it is a question to ask.
    """
    seen: dict[str, dict[str, str]] = {}
    for offer, key, name in parties:
        if key:
            seen.setdefault(key, {})[offer] = name
    return sorted((key, next(iter(offers.values()))) for key, offers in seen.items() if len(offers) > 1)


PARTNER_ROLES = (PartyRole.COMBINANT, PartyRole.SUBCONTRACTOR, PartyRole.THIRD)
