"""Rank the offers on a lot, once, with the calculation."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.errors import refuse_if
from portal.money import round_cents
from tenders.awards import queries, rules
from tenders.awards.models import Ranking, RankingRow
from tenders.awards.queries import Bidder
from tenders.awards.rules import Bid, CriterionScore, PriceRule, Ranked
from tenders.awards.services.common import person
from tenders.awards.states import Formula, RequirementVerdict
from tenders.offers import queries as offers
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot
from tenders.vault import queries as vault
from tenders.vault.states import Envelope


def make_ranking(lot: Lot, *, by: Viewer) -> Ranking:
    """Rank the offers on a lot and store the order with its calculation; it is never computed again.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: quality not fixed, prices not opened, or a decision stands.
    """
    procedure = lot.procedure
    lock(lot)
    tender.refuse_unless_lead(by, procedure)
    weight = lot.price_weight or Decimal(0)
    award, before, assessment = queries.award_of(lot), queries.ranking_of(lot), queries.assessment_of(lot)
    refuse_if(
        rules.objections_to_ranking(
            award.state if award else None,
            fixed=queries.is_fixed(lot),
            prices_open=not weight or vault.is_opened(procedure, Envelope.PRICE),
            judged_anew=queries.judged_since(award, assessment),
            excluded_since=queries.excluded_since(lot, award),
        )
    )
    assert assessment is not None  # noqa: S101 - it is fixed
    rule = price_rule(lot)
    ranked = rules.rank(real_bids(lot), rule, score_max=Decimal(procedure.score_max))
    low = rules.low_prices({one.key: one.price for one in ranked if one.price is not None}, _low_share(lot))
    ranking = Ranking(
        lot_id=lot.id,
        assessment_id=assessment.id,
        version=(before.version if before else 0) + 1,
        formula=rule.formula,
        price_weight=weight,
        price_min=lot.price_floor,
        price_max=lot.price_cap,
        outside_bounds=lot.outside_bounds or "",
        quality_value=rule.quality_value,
        log_base=rule.log_base,
        tie_rule=rules.TIE_RULE,
        note="Twee of meer inschrijvingen staan gelijk op plaats 1." if rules.is_tied(ranked) else "",
        made_at=clock.now(),
        made_by_id=person(by),
    )
    db.session.add(ranking)
    db.session.flush()
    titles = [(one.title, one.weight) for one in tender.criteria_of(lot)]
    ranking.rows = [_row(place, each, titles, low) for place, each in enumerate(ranked, 1)]
    db.session.flush()
    audit.record("award:ranking:make", lot, by=by, lot=lot.title, version=ranking.version)
    return ranking


def price_rule(lot: Lot) -> PriceRule:
    """Return the price formula of a lot as it was fixed before publication."""
    return PriceRule(
        lot.price_weight or Decimal(0),
        lot.price_floor,
        lot.price_cap,
        lot.outside_bounds or "cap",
        formula=Formula(lot.price_formula),
        quality_value=lot.quality_value,
        log_base=lot.log_base,
    )


def _low_share(lot: Lot) -> Decimal:
    """Return how far under the others a price is asked about, by the rule of this kind of procedure."""
    rule = tender.rules_of(lot.procedure.kind_code, clock.today()).get("abnormally_low_share")
    return (rule.value or Decimal(0)) / 100 if rule is not None else Decimal(1)


def real_bids(lot: Lot) -> list[Bid]:
    """Return the opened offers of a lot with their agreed scores and prices."""
    consensus = queries.consensus_of(lot)
    decisions = queries.decisions_on(lot)
    pairs = queries.requirement_pairs(lot)
    criteria = tender.criteria_of(lot)
    excluded = queries.exclusions_on(lot)
    found = []
    for bidder in queries.bidders_of(lot):
        unmet = list(excluded.get(bidder.offer_lot.id, []))
        unmet += [
            f"Voldoet niet aan ‘{requirement.title}’: {decisions[(bidder.offer_lot.id, requirement.id)].reason}"
            for other, requirement in pairs
            if other.offer_lot.id == bidder.offer_lot.id
            and decisions[(bidder.offer_lot.id, requirement.id)].verdict is RequirementVerdict.NOT_MET
        ]
        scores = tuple(
            CriterionScore(
                one.title, one.weight, consensus[(bidder.offer_lot.id, one.id)].score, one.minimum_score
            )
            for one in criteria
        )
        found.append(Bid(bidder.offer_lot.id, scores, _total_price(lot, bidder), " ".join(unmet)))
    return found


def _total_price(lot: Lot, bidder: Bidder) -> Decimal | None:
    """Return the sum of rate × quantity, each line rounded to cents; None when a line has no price."""
    rates = {one.lot_price_line_id: one.rate for one in offers.prices_of(bidder.offer_lot)}
    lines = tender.price_lines_of(lot)
    if not lines or any(line.id not in rates for line in lines):
        return None
    return sum((round_cents(rates[line.id] * line.quantity) for line in lines), Decimal(0))


def _row(
    place: int, ranked: Ranked, titles: list[tuple[str, Decimal]], low: Mapping[uuid.UUID, str]
) -> RankingRow:
    criteria = [
        {"title": title, "weight": str(weight), "points": str(points)}
        for (title, weight), points in zip(titles, ranked.points, strict=True)
    ]
    return RankingRow(
        offer_lot_id=ranked.key,
        position=place,
        rank=ranked.rank,
        price=ranked.price,
        quality_points=ranked.quality,
        price_points=ranked.price_points,
        total_points=ranked.total,
        excluded_reason=ranked.excluded,
        working={"criteria": criteria, "steps": [list(step) for step in ranked.steps], "low": low.get(ranked.key, "")},
    )
