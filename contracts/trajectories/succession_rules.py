"""What holds when a trajectory goes on elsewhere, as plain functions on plain values (practice.md C2, C4, C5, C8)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.agreements.rules import plus_months
from contracts.agreements.states import EarlyEndRule, PhaseTrigger
from contracts.trajectories.succession_states import StopKind, SwitchGround
from portal.errors import Objection


@dataclass(frozen=True)
class Phase:
    """A part of a trajectory price."""

    name: str
    trigger: PhaseTrigger
    share: Decimal
    on_early_end: EarlyEndRule


@dataclass(frozen=True)
class PhaseOutcome:
    """What becomes of one part of the price when the trajectory ends here."""

    phase: Phase
    is_reached: bool

    @property
    def text(self) -> str:
        """The sentence for the screen."""
        return "bereikt, blijft betaald" if self.is_reached else self.phase.on_early_end.label


def outcomes(phases: Sequence[Phase], reached: Collection[PhaseTrigger]) -> list[PhaseOutcome]:
    """Say per phase what becomes of it: reached phases stay, for the others the contract's own rule holds."""
    return [PhaseOutcome(phase, phase.trigger in reached) for phase in phases]


def is_late_switch(term_starts_on: date, on: date, months: int) -> bool:
    """Say whether a switch lies later than so many months after the start of the term (Besluit art. 5.4)."""
    return on >= plus_months(term_starts_on, months)


@dataclass(frozen=True)
class SwitchFacts:
    """What must be known to judge a switch of route."""

    on: date
    today: date
    last_day: date
    is_over: bool
    is_same_product: bool
    is_late: bool
    months: int
    ground: SwitchGround | None
    from_education: bool
    reason: str
    hours: Decimal
    participation_hours: Decimal


def objections_to_switch(facts: SwitchFacts) -> list[Objection]:
    """Say what stands in the way of a switch; a late one needs a ground but is never refused for being late."""
    months = f"{facts.months} maanden"
    from_education = facts.ground is SwitchGround.FROM_EDUCATION
    checks = (
        (facts.is_over, None, "Dit traject is afgelopen. Overstappen kan niet meer."),
        (facts.on > facts.today, "on", "De dag van de overstap mag niet in de toekomst liggen."),
        (
            facts.on < facts.last_day,
            "on",
            f"De dag van de overstap moet op of na {facts.last_day:%d-%m-%Y} liggen.",
        ),
        (facts.is_same_product, "contract_product", "Dit is de leerroute die de deelnemer al volgt."),
        (
            facts.is_late and facts.ground is None,
            "ground",
            f"De overstap is meer dan {months} na het begin van de termijn. Kies de grond.",
        ),
        (
            from_education and not facts.from_education,
            "ground",
            "Deze grond past alleen bij een overstap vanuit de Onderwijsroute.",
        ),
        (
            facts.is_late and not from_education and len(facts.reason.strip()) < 20,
            "reason",
            "Licht de grond toe in ten minste 20 tekens, zonder iets over de persoon.",
        ),
        (facts.hours < 0, "hours", "De ingebrachte lesuren moeten 0 of meer zijn."),
        (
            facts.participation_hours < 0,
            "participation_hours",
            "De ingebrachte uren participatie moeten 0 of meer zijn.",
        ),
    )
    return [Objection(sentence, name) for wrong, name, sentence in checks if wrong]


@dataclass(frozen=True)
class StopFacts:
    """What must be known to record that a provider stops."""

    is_signed: bool
    is_known: bool
    kind: StopKind
    on: date
    today: date
    starts_on: date
    source: str


def objections_to_stop(facts: StopFacts) -> list[Objection]:
    """Say what stands in the way of recording that a provider stops."""
    checks = (
        (not facts.is_signed, None, "Dit contract is niet getekend of al beëindigd."),
        (facts.is_known, None, "Dat deze aanbieder stopt, is al vastgelegd."),
        (facts.on > facts.today, "on", "De dag mag niet in de toekomst liggen."),
        (facts.on < facts.starts_on, "on", "De dag moet op of na de ingangsdatum van het contract liggen."),
        (
            len(facts.source.strip()) < 8,
            "source",
            "Vul in waar dit uit blijkt, in ten minste 8 tekens, zoals het insolventienummer van de rechtbank.",
        ),
    )
    return [Objection(sentence, name) for wrong, name, sentence in checks if wrong]


@dataclass(frozen=True)
class HandOverFacts:
    """What must be known to judge a hand-over to another contract."""

    number: int
    total: int
    consent_from: int | None
    consent: str
    suitability: str
    on: date
    today: date
    furthest: date
    is_same_contract: bool
    is_same_product: bool
    is_open: bool
    target_stops: bool
    mark_missing: bool
    ceiling_reached: bool
    outside: Sequence[str]


def objections_to_hand_over(facts: HandOverFacts) -> list[Objection]:
    """Say what stands in the way of handing trajectories over.

    The successor is checked for suitability (Aw art. 2.163f); above a number of participants Blik op Werk consents.
    """
    places = ", ".join(facts.outside)
    needs_consent = facts.consent_from is not None and facts.total > facts.consent_from
    checks = (
        (facts.number == 0, "municipalities", "Kies de gemeenten waarvan de deelnemers een plaats krijgen."),
        (facts.is_same_contract, "contract_product", "Kies een ander contract dan dat van de aanbieder die stopt."),
        (not facts.is_same_product, "contract_product", "Kies een contract voor hetzelfde product."),
        (not facts.is_open, "contract_product", "Dat contract neemt nu geen aanmeldingen aan."),
        (facts.target_stops, "contract_product", "Die aanbieder stopt zelf ook."),
        (facts.mark_missing, "contract_product", "Die aanbieder heeft nu geen geldig keurmerk."),
        (
            facts.ceiling_reached,
            "contract_product",
            "De maximale waarde van dat contract is bereikt. Maak daar eerst een wijziging.",
        ),
        (bool(facts.outside), "municipalities", f"Aan dat contract neemt niet deel: {places}."),
        (facts.on < facts.today, "on", "De eerste dag bij de nieuwe aanbieder mag niet voorbij zijn."),
        (facts.on > facts.furthest, "on", f"Kies een dag tot en met {facts.furthest:%d-%m-%Y}."),
        (
            len(facts.suitability.strip()) < 20,
            "suitability",
            "Beschrijf in ten minste 20 tekens hoe de geschiktheid van de opvolger is getoetst.",
        ),
        (
            needs_consent and len(facts.consent.strip()) < 5,
            "consent",
            f"Bij meer dan {facts.consent_from} deelnemers is toestemming van Blik op Werk nodig. Vul het kenmerk in.",
        ),
    )
    return [Objection(sentence, name) for wrong, name, sentence in checks if wrong]


@dataclass(frozen=True)
class Room:
    """Places against people: how many are there, how many wait, and for how long."""

    places: int | None
    taken: int
    waiting: int
    longest_days: int

    @property
    def free(self) -> int | None:
        """Places nobody has; None when the provider did not say how many there are."""
        return None if self.places is None else max(self.places - self.taken, 0)


def is_below_minimum(participants: int, minimum: int) -> bool:
    """Say whether a group is smaller than agreed; a group without anyone is no group."""
    return 0 < participants < minimum


def quarters_from(day: date, number: int) -> list[date]:
    """Return the first days of this quarter and the following ones."""
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return [plus_months(first, 3 * step) for step in range(number)]


def quarter_name(first: date) -> str:
    """Write a quarter as people read it: 1e kwartaal 2027."""
    return f"{(first.month - 1) // 3 + 1}e kwartaal {first.year}"
