"""What holds for amendments, as plain functions on plain values (Aw 2012, chapter 2.5; practice.md C9 and D8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from contracts.agreements.change_states import FieldKind
from contracts.agreements.rules import Term
from portal.dutch import euro, upper_first
from portal.errors import Objection

CENT = Decimal("0.01")
REASON_LENGTH = 40


@dataclass(frozen=True)
class Change:
    """One part of a contract: what stands there and what will; dates as JJJJ-MM-DD, money as a plain number."""

    kind: FieldKind
    before: str
    after: str
    label: str = ""


@dataclass(frozen=True)
class Meter:
    """The running meter of the small changes (2.163b), in euros without VAT."""

    original: Decimal
    factor: Decimal
    net: Decimal
    limit_share: Decimal
    threshold: Decimal

    @property
    def reference(self) -> Decimal:
        """The original value, moved along with the indexations of the contract."""
        return (self.original * self.factor).quantize(CENT, ROUND_HALF_UP)

    @property
    def limit(self) -> Decimal:
        """What all small changes together stay under: a part of the reference, or the threshold when lower."""
        return min((self.reference * self.limit_share).quantize(CENT, ROUND_HALF_UP), self.threshold)

    @property
    def room(self) -> Decimal:
        """What is left; 0 when nothing is."""
        return max(self.limit - self.net, Decimal(0))

    def with_effect(self, effect: Decimal) -> "Meter":
        """Return the meter as it would stand with one more change."""
        return Meter(self.original, self.factor, self.net + effect, self.limit_share, self.threshold)


@dataclass(frozen=True)
class AmendmentFacts:
    """What must be known to judge an amendment."""

    is_signed: bool
    ground_article: str
    ground_holds: bool
    limit_share: Decimal | None
    is_cumulative: bool
    needs_clause: bool
    has_clause: bool
    value_effect: Decimal
    effective_on: date
    reason: str
    changes: Sequence[Change]
    term: Term
    meter: Meter | None


def objections_to_amendment(facts: AmendmentFacts) -> list[Objection]:
    """Say what stands in the way of an amendment; empty when nothing does."""
    found = []
    if not facts.is_signed:
        found.append(Objection("Dit contract is niet getekend. Pas het concept zelf aan."))
    if not facts.changes:
        found.append(Objection("Vul in wat er verandert: een bedrag, een datum, een gemeente of een tekst."))
    if len(facts.reason.strip()) < REASON_LENGTH:
        found.append(
            Objection(f"Leg in ten minste {REASON_LENGTH} tekens uit waarom deze grond past.", "reason")
        )
    if not facts.term.starts_on <= facts.effective_on <= facts.term.run_off_until:
        found.append(
            Objection("De ingangsdatum moet binnen de looptijd van het contract liggen.", "effective_on")
        )
    return [*found, *_objections_to_ground(facts), *_objections_to_changes(facts)]


def _objections_to_ground(facts: AmendmentFacts) -> list[Objection]:
    if not facts.ground_holds:
        return [Objection("Deze grond geldt niet op de ingangsdatum. Kies een andere.", "ground")]
    if facts.needs_clause and not facts.has_clause:
        return [
            Objection(f"Kies het artikel van het contract waar {facts.ground_article} op rust.", "clause")
        ]
    if facts.limit_share is None:
        return []
    if facts.meter is None:
        return [
            Objection(
                f"Dit contract heeft geen maximale waarde. {upper_first(facts.ground_article)} kan dan niet worden getoetst.",
                "ground",
            )
        ]
    if facts.is_cumulative:
        return _objections_to_small(facts, facts.meter.with_effect(facts.value_effect))
    most = (facts.meter.reference * facts.limit_share).quantize(CENT, ROUND_HALF_UP)
    if facts.value_effect > most:
        return [
            Objection(
                f"Bij {facts.ground_article} mag de waarde met ten hoogste {euro(most)} stijgen.", "value_effect"
            )
        ]
    return []


def _objections_to_small(facts: AmendmentFacts, after: Meter) -> list[Objection]:
    if facts.value_effect <= 0 or after.net < after.limit:
        return []
    return [
        Objection(
            f"De kleine wijzigingen komen samen op {euro(after.net)} en moeten onder {euro(after.limit)} blijven. "
            "Kies een andere grond of maak de wijziging kleiner.",
            "value_effect",
        )
    ]


def _objections_to_changes(facts: AmendmentFacts) -> list[Objection]:
    found = []
    ceiling = next((one for one in facts.changes if one.kind is FieldKind.CEILING), None)
    if ceiling is not None:
        difference = Decimal(ceiling.after) - Decimal(ceiling.before or "0")
        if Decimal(ceiling.after) <= 0:
            found.append(Objection("De maximale waarde moet hoger zijn dan 0.", "ceiling"))
        elif difference != facts.value_effect:
            found.append(
                Objection(
                    f"De maximale waarde verandert met {euro(difference)}. Vul dat in bij het gevolg voor de waarde.",
                    "value_effect",
                )
            )
    days = dates_after(facts.term, facts.changes)
    if not days.starts_on <= days.last_referral_on <= days.ends_on <= days.run_off_until:
        found.append(
            Objection(
                "Laatste aanmelding, einddatum en uitloop moeten na de wijziging in deze volgorde liggen.", "ends_on"
            )
        )
    return found


def dates_after(term: Term, changes: Sequence[Change]) -> Term:
    """Return the days of a contract as they will be after these changes."""
    new = {one.kind: date.fromisoformat(one.after) for one in changes if one.kind in DATES}
    return Term(
        term.starts_on,
        new.get(FieldKind.LAST_REFERRAL, term.last_referral_on),
        new.get(FieldKind.ENDS, term.ends_on),
        new.get(FieldKind.RUN_OFF, term.run_off_until),
    )


DATES = frozenset({FieldKind.LAST_REFERRAL, FieldKind.ENDS, FieldKind.RUN_OFF})


def needs_consent(consent_from: Decimal | None, value_effect: Decimal, kinds: Sequence[FieldKind]) -> bool:
    """Say whether the other municipalities have to agree: below an agreed amount the lead may decide alone.

    Who takes part is always for all of them (practice.md D8 and §4).
    """
    if FieldKind.JOINS in kinds or FieldKind.LEAVES in kinds:
        return True
    return consent_from is None or abs(value_effect) >= consent_from


@dataclass(frozen=True)
class SettlingFacts:
    """What must be known to let an amendment take effect."""

    today: date
    effective_on: date
    waiting: Sequence[str]
    against: Sequence[str]
    article: str
    needs_notice: bool
    notice_on: date | None


def objections_to_settling(facts: SettlingFacts) -> list[Objection]:
    """Say what an amendment still waits for; 2.163d and e count only once the notice is published (C9)."""
    found = []
    if facts.against:
        found.append(Objection(f"Niet akkoord: {', '.join(facts.against)}. Trek de wijziging in of maak een nieuwe."))
    if facts.waiting:
        found.append(Objection(f"Nog geen antwoord van {', '.join(facts.waiting)}."))
    if facts.needs_notice and facts.notice_on is None:
        found.append(Objection(f"{upper_first(facts.article)} telt pas als de aankondiging van de wijziging bekend is gemaakt."))
    if facts.effective_on > facts.today:
        found.append(Objection(f"Vaststellen kan vanaf de ingangsdatum, {facts.effective_on:%d-%m-%Y}."))
    return found


def shown_value(kind: FieldKind, value: str) -> str:
    """Write a stored value of a change as people read it."""
    if not value:
        return "–"
    if kind is FieldKind.CEILING:
        return euro(Decimal(value))
    if kind is FieldKind.TEXT:
        return value
    day = f"{date.fromisoformat(value):%d-%m-%Y}"
    return {FieldKind.JOINS: f"doet mee vanaf {day}", FieldKind.LEAVES: f"doet mee tot en met {day}"}.get(kind, day)
