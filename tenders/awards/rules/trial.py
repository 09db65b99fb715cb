"""Try the award model: under every formula, and with each offer left out (practice T9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from portal.errors import Objection
from tenders.awards.formulas import rounded
from tenders.awards.rules.ranking import Bid, PriceRule, Ranked, rank
from tenders.awards.states import Formula

FEWEST = 3


@dataclass(frozen=True)
class Tried:
    """What one formula makes of the offers: the order, and who leaves so that the order of others turns round."""

    formula: Formula
    is_chosen: bool
    order: tuple[Ranked, ...]
    turned: tuple[tuple[Bid, Ranked, Ranked], ...]


def rule_under(rule: PriceRule, formula: Formula) -> PriceRule:
    """Return the same rule under another formula, with numbers that say the same where it has none of its own.

    Full quality is worth as many euros as its points would take off the price between Pmin and Pmax; A is 2.
    """
    value = rule.quality_value
    if value is None and rule.floor is not None and rule.cap is not None and rule.weight:
        value = rounded((rule.cap - rule.floor) * (1 - rule.weight) / rule.weight)
    return replace(rule, formula=formula, quality_value=value, log_base=rule.log_base or Decimal(2))


def try_model(bids: Sequence[Bid], rule: PriceRule, *, score_max: Decimal) -> list[Tried]:
    """Rank the offers under the chosen formula first and then the others.

    `turned` names each offer without which another of the remaining ones comes first than came first among
    them with it: (who left, who was ahead, who is ahead now).
    """
    formulas = [rule.formula, *(one for one in Formula if one is not rule.formula)]
    tried = []
    for formula in formulas:
        under = rule_under(rule, formula)
        order = rank(bids, under, score_max=score_max)
        turned = []
        for left in bids:
            before = next((one for one in order if one.rank is not None and one.key != left.key), None)
            rest = rank([one for one in bids if one.key != left.key], under, score_max=score_max)
            after = next((one for one in rest if one.rank is not None), None)
            if before is not None and after is not None and before.key != after.key:
                turned.append((left, before, after))
        tried.append(Tried(formula, formula is rule.formula, tuple(order), tuple(turned)))
    return tried


def objections_to_trial(offers: int, *, published: bool) -> list[Objection]:
    """Say what stands in the way of a trial on fictional offers: three at least, and before publication."""
    found = []
    if published:
        found.append(Objection("Na publicatie staat het model vast. Beproeven kan alleen ervoor."))
    if offers < FEWEST:
        found.append(Objection(f"Vul ten minste {FEWEST} verzonnen inschrijvingen in, elk met prijs en scores."))
    return found


def objections_to_real_trial(reason: str, *, fixed: bool, priced: bool) -> list[Objection]:
    """Say what stands in the way of trying the model on real offers: after consensus is fixed, with a reason."""
    found = []
    if not fixed:
        found.append(Objection("Dit kan pas als de kwaliteit is vastgesteld."))
    if not priced:
        found.append(Objection("Dit kan pas als de prijzen zijn geopend."))
    if len(reason.strip()) < 40:
        found.append(Objection("Geef de reden in ten minste 40 tekens. Zij hoort bij het dossier.", "reason"))
    return found
