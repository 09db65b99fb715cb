"""What may be scored, ranked, sent and made final; plain values in, sentences out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from portal.errors import Objection
from tenders.awards.formulas import quality_points, rounded, weighted_factor
from tenders.awards.states import AwardState

SHORTEST_REASON = 15
SHORTEST_WITHDRAWAL = 40
TIE_RULE = "Bij gelijke punten gaat de meeste kwaliteit voor; is ook die gelijk, dan beslist een loting door twee personen."


@dataclass(frozen=True)
class Scale:
    """How scores are given in a tender: 0 to `highest`, in steps of `step`."""

    highest: Decimal
    step: Decimal

    def choices(self) -> list[Decimal]:
        """Return every score that can be given, low to high."""
        count = int(self.highest / self.step)
        return [self.step * number for number in range(count + 1)]


def objections_to_score(
    scale: Scale, score: Decimal | None, reason: str, *, whose: str, number: int = 0
) -> list[Objection]:
    """Say what is wrong with one score and its reason; `whose` is the name the screen shows, `number` its column."""
    found = []
    if score is None:
        found.append(Objection(f"Kies een score voor {whose}.", f"score_{number}"))
    elif score not in scale.choices():
        found.append(Objection(f"Kies voor {whose} een score van de schaal.", f"score_{number}"))
    if len(reason.strip()) < SHORTEST_REASON:
        at = f" bij score {shown(score)}" if score is not None else ""
        message = f"Geef een motivering{at} voor {whose} in ten minste {SHORTEST_REASON} tekens."
        found.append(Objection(message, f"reason_{number}"))
    return found


@dataclass(frozen=True)
class AssessmentFacts:
    """How far the judging of a lot is; counts of pairs offer × criterion and offer × requirement."""

    offers: int
    scores_wanted: int
    scores_submitted: int
    consensus_wanted: int
    consensus_recorded: int
    requirements_wanted: int
    requirements_decided: int
    assessors: int
    declared: int


def objections_to_fixing(facts: AssessmentFacts) -> list[Objection]:
    """Say what is missing before the quality of a lot is fixed and the prices may open."""
    found = []
    if facts.offers == 0:
        found.append(Objection("Er zijn geen inschrijvingen op dit perceel."))
    if facts.assessors == 0:
        found.append(Objection("Er zijn geen beoordelaars. Voeg ze toe aan het team."))
    if facts.declared < facts.assessors:
        found.append(
            Objection(
                f"{facts.declared} van {facts.assessors} beoordelaars hebben de belangenverklaring gedaan."
            )
        )
    pairs = (
        (facts.scores_submitted, facts.scores_wanted, "scores zijn ingediend"),
        (facts.requirements_decided, facts.requirements_wanted, "besluiten over eisen zijn vastgelegd"),
        (facts.consensus_recorded, facts.consensus_wanted, "consensusscores zijn vastgelegd"),
    )
    for done, wanted, words in pairs:
        if done < wanted:
            found.append(Objection(f"{done} van {wanted} {words}."))
    return found


# Ranking --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CriterionScore:
    """The agreed score of one offer on one criterion; weight is a fraction of 1."""

    title: str
    weight: Decimal
    score: Decimal
    minimum: int | None = None


@dataclass(frozen=True)
class Bid:
    """What is ranked: the agreed scores and the total price; `excluded` is a reason from the requirements."""

    key: UUID
    scores: tuple[CriterionScore, ...]
    price: Decimal | None
    excluded: str = ""


@dataclass(frozen=True)
class PriceRule:
    """Fixed before publication: weight as a fraction of 1 (0 when all prices are fixed), bounds, what is outside."""

    weight: Decimal
    floor: Decimal | None
    cap: Decimal | None
    outside: str = "cap"


@dataclass(frozen=True)
class Ranked:
    """One offer in the order, with the calculation as lines (term, filled in, worked out, result)."""

    key: UUID
    rank: int | None
    quality: Decimal
    price_points: Decimal
    total: Decimal
    price: Decimal | None
    excluded: str
    points: tuple[Decimal, ...]
    steps: tuple[tuple[str, str, str, str], ...]


def rank(bids: Sequence[Bid], rule: PriceRule, *, score_max: Decimal) -> list[Ranked]:
    """Order the offers by points, most first; offers that fall out come last, without a rank.

    Points are rounded half up on two decimals per criterion and for the price; a total is the sum of
    rounded points, so that anyone can add it up. Equal totals: most quality points first; equal quality
    too: the same rank, and a drawing decides (TIE_RULE).
    """
    judged = [_judge(bid, rule, score_max) for bid in bids]
    valid = sorted(
        (bid for bid in judged if not bid.excluded), key=lambda bid: (-bid.total, -bid.quality, str(bid.key))
    )
    ranked: list[Ranked] = []
    for place, bid in enumerate(valid, 1):
        before = ranked[-1] if ranked else None
        same = before is not None and (before.total, before.quality) == (bid.total, bid.quality)
        ranked.append(_with_rank(bid, before.rank if same and before else place))
    return ranked + [bid for bid in judged if bid.excluded]


def is_tied(ranked: Iterable[Ranked]) -> bool:
    """Say whether more than one offer stands first."""
    return sum(1 for bid in ranked if bid.rank == 1) > 1


def _with_rank(bid: Ranked, place: int | None) -> Ranked:
    return Ranked(
        bid.key,
        place,
        bid.quality,
        bid.price_points,
        bid.total,
        bid.price,
        bid.excluded,
        bid.points,
        bid.steps,
    )


def _judge(bid: Bid, rule: PriceRule, score_max: Decimal) -> Ranked:
    points = tuple(
        rounded(quality_points(weight=item.weight, score=item.score, score_max=score_max))
        for item in bid.scores
    )
    quality = sum(points, Decimal(0))
    excluded = bid.excluded or _below_minimum(bid) or _outside(bid, rule)
    price_points = Decimal("0.00") if excluded else _price_points(bid.price, rule)
    total = quality + price_points
    steps = [_quality_step(bid, points, quality, score_max)]
    if not excluded and rule.weight:
        steps.append(_price_step(bid.price, rule, price_points))
        steps.append(("Totaal", f"{shown(quality, 2)} + {shown(price_points, 2)}", "", shown(total, 2)))
    return Ranked(bid.key, None, quality, price_points, total, bid.price, excluded, points, tuple(steps))


def _below_minimum(bid: Bid) -> str:
    for item in bid.scores:
        if item.minimum is not None and item.score < item.minimum:
            return f"De score op ‘{item.title}’ is {shown(item.score)}; ten minste {item.minimum} is nodig."
    return ""


def _outside(bid: Bid, rule: PriceRule) -> str:
    if not rule.weight:
        return ""
    if bid.price is None:
        return "De prijzen zijn niet volledig ingevuld."
    if rule.floor is None or rule.cap is None:
        return "De grenzen van de prijs zijn niet vastgelegd."
    if rule.outside == "exclude" and not rule.floor <= bid.price <= rule.cap:
        return (
            f"De totaalprijs van € {shown(bid.price)} ligt buiten de grenzen "
            f"€ {shown(rule.floor)} en € {shown(rule.cap)}."
        )
    return ""


def _price_points(price: Decimal | None, rule: PriceRule) -> Decimal:
    if not rule.weight or price is None or rule.floor is None or rule.cap is None:
        return Decimal("0.00")
    exact = weighted_factor(price, weight=rule.weight, floor=rule.floor, cap=rule.cap)
    return rounded(min(max(exact, Fraction(0)), 100 * Fraction(rule.weight)))


def _quality_step(
    bid: Bid, points: Sequence[Decimal], quality: Decimal, score_max: Decimal
) -> tuple[str, str, str, str]:
    filled = " + ".join(
        f"{shown(100 * item.weight)} × {shown(item.score)} ÷ {shown(score_max)}" for item in bid.scores
    )
    return ("Kwaliteit", filled, "= " + " + ".join(shown(each, 2) for each in points), shown(quality, 2))


def _price_step(price: Decimal | None, rule: PriceRule, points: Decimal) -> tuple[str, str, str, str]:
    if price is None or rule.floor is None or rule.cap is None:
        return ("Prijs", "", "", shown(points, 2))
    weight = shown(100 * rule.weight)
    filled = f"{weight} × ({shown(rule.cap, 2)} − {shown(price, 2)}) ÷ ({shown(rule.cap, 2)} − {shown(rule.floor, 2)})"
    worked = f"= {weight} × {shown(rule.cap - price, 2)} ÷ {shown(rule.cap - rule.floor, 2)}"
    if price < rule.floor or price > rule.cap:
        worked += "; buiten de grens telt de grens"
    return ("Prijs", filled, worked, shown(points, 2))


def shown(value: Decimal, decimals: int | None = None) -> str:
    """Write a number the Dutch way; without `decimals` only as many as it needs."""
    if decimals is None:
        bare = value.normalize()
        decimals = max(0, -int(bare.as_tuple().exponent))
    text = f"{value:,.{decimals}f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".").replace("-", "−")


# The decision ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SendingFacts:
    """What must be there before the letters of a decision go out."""

    letters: int
    letters_with_grounds: int
    bidders: int
    consensus_without_reason: int
    advantages: str
    approvals_asked: int
    approvals_given: int
    refused_by: tuple[str, ...] = ()
    without_address: tuple[str, ...] = ()


def objections_to_sending(facts: SendingFacts) -> list[Objection]:
    """Say what stands in the way of sending the provisional award.

    Every bidder gets the reasons at the same moment, with the characteristics and relative advantages of
    the chosen offer; otherwise the term does not begin (Aw 2012 art. 2.130, for SAS by choice).
    """
    found = []
    lacking = facts.bidders - facts.letters_with_grounds
    if facts.letters < facts.bidders or lacking > 0:
        found.append(
            Objection(f"Bij {_bidders(max(lacking, facts.bidders - facts.letters))} ontbreekt de motivering.")
        )
    if facts.consensus_without_reason:
        found.append(Objection(f"{facts.consensus_without_reason} consensusscores hebben geen motivering."))
    if len(facts.advantages.strip()) < SHORTEST_WITHDRAWAL:
        found.append(
            Objection(
                "Beschrijf de kenmerken en voordelen van de gekozen inschrijving in ten minste 40 tekens."
            )
        )
    if facts.refused_by:
        found.append(Objection(f"Geen akkoord van {' en '.join(facts.refused_by)}."))
    elif facts.approvals_given < facts.approvals_asked:
        found.append(
            Objection(
                f"{facts.approvals_given} van {facts.approvals_asked} gemeenten gaven akkoord op het advies."
            )
        )
    found += [Objection(f"{name} heeft geen mailadres in het portaal.") for name in facts.without_address]
    return found


def objections_to_final(
    state: AwardState, *, standstill_until: datetime | None, now: datetime
) -> list[Objection]:
    """Say what stands in the way of the final award: the term, or a kort geding (Aw 2012 art. 2.131)."""
    if state is AwardState.COURT:
        return [Objection("Er loopt een kort geding. U kunt pas definitief gunnen na de uitspraak.")]
    if state is not AwardState.SENT or standstill_until is None:
        return [Objection("De voorlopige gunning is nog niet verstuurd.")]
    if now < standstill_until:
        return [Objection("De opschortende termijn loopt nog.")]
    return []


def objections_to_withdrawal(reason: str) -> list[Objection]:
    """Say what is wrong with the reason of withdrawing a decision; the bidders read it."""
    if len(reason.strip()) < SHORTEST_WITHDRAWAL:
        return [Objection(f"Geef de reden in ten minste {SHORTEST_WITHDRAWAL} tekens.", field="reason")]
    return []


def letter_name(position: int) -> str:
    """Return the name an offer has while it is judged: Inschrijver A, B … Z, AA."""
    name = ""
    while position >= 0:
        position, rest = divmod(position, 26)
        name = chr(65 + rest) + name
        position -= 1
    return f"Inschrijver {name}"


def _bidders(count: int) -> str:
    return "1 inschrijver" if count == 1 else f"{count} inschrijvers"
