"""What a tender still lacks before it can be published, each as a sentence with the page to mend it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from portal import clock
from tenders.procedures.rules.planning import Planning, RuleValue, check_planning


@dataclass(frozen=True)
class Missing:
    """One thing that is not there yet; `section` names the page, `lot_id` the lot when it is about one.

    `rule` is the code of the rule of the kind that asks for it: the check page shows its article or paragraph.
    """

    message: str
    section: str
    lot_id: uuid.UUID | None = None
    rule: str = ""


@dataclass(frozen=True)
class LotFacts:
    """A lot as plain values; weights are fractions, amounts without VAT."""

    id: uuid.UUID
    title: str
    products: int = 0
    municipalities: int = 0
    volumes_missing: int = 0
    ceiling_amount: Decimal | None = None
    ceiling_quantity: Decimal | None = None
    winners: int = 1
    distribution_chosen: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    longest_years: Decimal = Decimal(0)
    price_lines: int = 0
    bounded_prices: bool = False
    price_rationale: str = ""
    price_weight: Decimal | None = None
    price_floor: Decimal | None = None
    price_cap: Decimal | None = None
    outside_chosen: bool = False
    has_bounds: bool = True
    formula_set: bool = True
    criteria_weight: Decimal = Decimal(0)
    criteria: int = 0
    needs_keurmerk: bool = False
    has_keurmerk: bool = False
    needs_diploma: bool = False
    has_diploma: bool = False


@dataclass(frozen=True)
class ProcedureFacts:
    """A tender as plain values; `rule` gives the value of a rule of its kind, or nothing."""

    title: str
    summary: str
    planning: Planning
    rule: RuleValue
    is_public: bool
    invited: int = 0
    lots: Sequence[LotFacts] = ()
    documents: int = 0
    has_guide: bool = False
    requirements: int = 0
    exclusions: int = 0
    leaders: int = 0
    assessors: int = 0
    publishers: int = 2
    consultation_unreported: bool = False
    estimated_value: Decimal | None = None
    estimated_on: date | None = None
    kind_motivation: str = ""
    lots_motivation: str = ""
    motivated_on: date | None = None
    is_framework: bool = True
    term_motivation: str = ""
    mandates_missing: Sequence[str] = field(default_factory=tuple)
    needs_notice: bool = False
    is_national: bool = False
    tenderned_number: str = ""
    sent_at: datetime | None = None
    receipt_confirmed_at: datetime | None = None
    made_public_at: datetime | None = None


def above_threshold(estimated_value: Decimal | None, threshold: int | None) -> bool:
    """Say whether the estimate reaches the threshold; an unknown amount or threshold counts as above."""
    return estimated_value is None or threshold is None or estimated_value >= threshold


def notice_opens_at(
    made_public_at: datetime | None, receipt_confirmed_at: datetime | None, wait_hours: int
) -> datetime | None:
    """Return from when the portal may show the tender: made public, or so many hours after receipt (T8)."""
    candidates = [made_public_at] if made_public_at else []
    if receipt_confirmed_at:
        candidates.append(receipt_confirmed_at + timedelta(hours=wait_hours))
    return min(candidates) if candidates else None


def terms_begin(sent_at: datetime | None, today: date) -> date:
    """Return the day from which terms run: the sending of the notice when there was one (T8), else today."""
    return clock.local(sent_at).date() if sent_at is not None else today


def missing_before_publication(facts: ProcedureFacts, *, now: datetime, today: date) -> list[Missing]:
    """Return everything that stands in the way of publication, in the order of the pages."""
    return [
        *_missing_details(facts),
        *_missing_motivation(facts, today),
        *_missing_notice(facts, now),
        *(item for lot in facts.lots for item in _missing_in_lot(lot, facts)),
        *_missing_planning(facts, today),
        *_missing_demands(facts),
        *_missing_documents(facts),
        *_missing_team(facts),
    ]


def _missing_details(facts: ProcedureFacts) -> list[Missing]:
    found = []
    if len(facts.summary.strip()) < 20:
        found.append(Missing("Vul een samenvatting van de opdracht in.", "details", rule="summary"))
    if facts.consultation_unreported:
        found.append(
            Missing("Publiceer eerst het verslag van de marktconsultatie.", "consultation", rule="consultation_report")
        )
    if not facts.lots:
        found.append(Missing("Maak ten minste één perceel.", "lots", rule="lots"))
    if not facts.is_public and facts.invited == 0:
        found.append(Missing("Nodig ten minste één aanbieder uit.", "details", rule="invitation"))
    return found


def _missing_motivation(facts: ProcedureFacts, today: date) -> list[Missing]:
    found = []
    if facts.estimated_value is None or facts.estimated_on is None:
        found.append(Missing("Leg de raming vast, met de datum.", "motivation", rule="estimate"))
    elif facts.motivated_on is not None and facts.estimated_on > facts.motivated_on:
        found.append(
            Missing("De raming moet zijn gemaakt voordat de procedure is gekozen.", "motivation", rule="estimate")
        )
    if not facts.kind_motivation.strip() or facts.motivated_on is None:
        found.append(Missing("Motiveer de keuze van de procedure, met de datum.", "motivation", rule="motivation"))
    if not facts.lots_motivation.strip():
        found.append(
            Missing("Motiveer het samenvoegen en de verdeling in percelen.", "motivation", rule="motivation")
        )
    if facts.motivated_on is not None and facts.motivated_on > today:
        found.append(Missing("De datum van de motivering ligt in de toekomst.", "motivation", rule="motivation"))
    found += [
        Missing(f"Leg de volmacht of het mandaat van {name} vast.", "motivation", rule="mandate")
        for name in facts.mandates_missing
    ]
    years = facts.rule("framework_years")
    longest = max((lot.longest_years for lot in facts.lots), default=Decimal(0))
    if facts.is_framework and years is not None and longest > years and not facts.term_motivation.strip():
        sentence = f"Motiveer waarom de raamovereenkomst langer dan {years} jaar duurt."
        found.append(Missing(sentence, "motivation", rule="framework_years"))
    return found


def _missing_notice(facts: ProcedureFacts, now: datetime) -> list[Missing]:
    if not facts.needs_notice:
        return []
    asks = "notice_national" if facts.is_national else "notice"
    if not facts.tenderned_number.strip() or facts.sent_at is None:
        sentence = "Leg het TenderNed-nummer en de verzending van de aankondiging vast."
        return [Missing(sentence, "notice", rule=asks)]
    confirmed = None if facts.is_national else facts.receipt_confirmed_at
    opens_at = notice_opens_at(facts.made_public_at, confirmed, facts.rule("wait_hours") or 0)
    if opens_at is not None and now >= opens_at:
        return []
    sentence = "De aankondiging is nog niet bekendgemaakt. Leg de bekendmaking vast"
    if facts.is_national:
        return [Missing(f"{sentence}.", "notice", rule=asks)]
    hours = facts.rule("wait_hours")
    return [
        Missing(f"{sentence}, of wacht {hours} uur na de bevestiging van ontvangst.", "notice", rule="wait_hours")
    ]


def _missing_in_lot(lot: LotFacts, facts: ProcedureFacts) -> list[Missing]:
    name = f"Perceel ‘{lot.title}’: "
    checks = [
        (lot.products == 0, "kies ten minste één product.", "lot", "products"),
        (lot.municipalities == 0, "kies de gemeenten die meedoen.", "lot", "participants"),
        (
            lot.volumes_missing > 0,
            "vul de verwachte aantallen per gemeente en per jaar in.",
            "lot_volumes",
            "volumes",
        ),
        (lot.ceiling_amount is None, "vul de maximale waarde in.", "lot", "maximum"),
        (lot.ceiling_quantity is None, "vul het maximale aantal in.", "lot", "maximum"),
        (lot.starts_on is None or lot.ends_on is None, "vul de ingangsdatum en de einddatum in.", "lot", "term"),
        (
            lot.winners > 1 and not lot.distribution_chosen,
            "kies hoe de aanmeldingen over de winnaars worden verdeeld.",
            "lot",
            "winners",
        ),
        (lot.price_lines == 0, "maak ten minste één prijsregel.", "lot_prices", "price"),
        (
            lot.bounded_prices and not lot.price_rationale.strip(),
            "leg de onderbouwing van de vaste prijs, plafondprijs of bandbreedte vast.",
            "lot_prices",
            "price_rationale",
        ),
        (_bounds_missing(lot), "leg de prijsformule met Pmin en Pmax vast.", "lot_prices", "price"),
        (lot.criteria == 0, "maak ten minste één gunningscriterium.", "lot_criteria", "weights"),
        (_weights_wrong(lot), _weights_sentence(lot), "lot_criteria", "weights"),
        (
            lot.needs_keurmerk and not lot.has_keurmerk,
            "maak de geschiktheidseis Keurmerk Blik op Werk of gelijkwaardig.",
            "requirements",
            "keurmerk",
        ),
        (
            lot.needs_diploma and not lot.has_diploma,
            "maak de geschiktheidseis diploma-erkenning.",
            "requirements",
            "diploma",
        ),
    ]
    return [
        Missing(name + sentence, section, lot.id, rule)
        for is_missing, sentence, section, rule in checks
        if is_missing
    ]


def _bounds_missing(lot: LotFacts) -> bool:
    if lot.price_weight is None:
        return True
    if lot.price_weight == 0:
        return False
    if not lot.has_bounds:
        return not lot.formula_set
    return lot.price_floor is None or lot.price_cap is None or not lot.outside_chosen


def _weights_wrong(lot: LotFacts) -> bool:
    return lot.criteria > 0 and lot.price_weight is not None and lot.criteria_weight + lot.price_weight != 1


def _weights_sentence(lot: LotFacts) -> str:
    total = (lot.criteria_weight + (lot.price_weight or 0)) * 100
    shown = f"{total.normalize():f}".replace(".", ",")
    return f"de wegingen zijn samen {shown}%, met de prijs mee. Maak er 100% van."


def _missing_planning(facts: ProcedureFacts, today: date) -> list[Missing]:
    notes = check_planning(facts.planning, from_day=terms_begin(facts.sent_at, today), value=facts.rule)
    return [Missing(note.message, "planning", rule=note.rule) for note in notes if note.blocks]


def _missing_demands(facts: ProcedureFacts) -> list[Missing]:
    if facts.exclusions == 0 and facts.rule("exclusion"):
        return [Missing("Leg de uitsluitingsgronden vast.", "requirements", rule="exclusion")]
    return []


def _missing_documents(facts: ProcedureFacts) -> list[Missing]:
    if facts.documents == 0 or not facts.has_guide:
        return [Missing("Voeg de aanbestedingsleidraad toe.", "documents", rule="documents")]
    return []


def _missing_team(facts: ProcedureFacts) -> list[Missing]:
    found = []
    if facts.leaders == 0:
        found.append(Missing("Wijs een procesleider aan.", "team", rule="team"))
    if facts.assessors < 2:
        found.append(Missing("Wijs ten minste twee beoordelaars aan.", "team", rule="team"))
    if facts.publishers < 2:
        found.append(
            Missing("Wijs een tweede persoon aan, die controleert en publiceert.", "team", rule="second_person")
        )
    return found
