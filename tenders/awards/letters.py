"""What a bidder reads: the decision with his own points beside the winner's, the reasons, and the term."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal import clock
from portal.dutch import long_date
from portal.pdf import pdf
from tenders.awards.models import Award, Consensus, Letter, RankingRow
from tenders.awards.queries import Bidder
from tenders.awards.rules import shown
from tenders.procedures.models import AwardCriterion, Lot, Procedure


@dataclass(frozen=True)
class Standstill:
    """The two terms of a decision (practice T12): both end with the same day, each with its own meaning."""

    days: int
    last_day: date
    ends_at: datetime
    citation: str
    is_law: bool
    skipped: str = ""

    @property
    def sentence(self) -> str:
        """The rule in one sentence; for SAS the leidraad is cited, never the law (practice D2)."""
        kind = "" if self.is_law else " (eigen keuze)"
        where = f"de {self.citation}" if self.citation.startswith("leidraad") else self.citation
        if self.skipped:
            return f"Volgens {where}{kind} is er geen opschortende termijn. {self.skipped}"
        return (
            f"Volgens {where}{kind} is de opschortende termijn {self.days} kalenderdagen. "
            "De dag na verzending is dag 1. Is de laatste dag geen werkdag, dan eindigt de termijn met de "
            "eerstvolgende werkdag."
        )


def standstill_of(sent_on: date, last: date, *, days: int, citation: str, is_law: bool) -> Standstill:
    """Build the term of a decision sent on a day; it ends when the last day does, at midnight in Amsterdam."""
    midnight = datetime.combine(last + timedelta(days=1), datetime.min.time())
    return Standstill(days, last, clock.to_utc(midnight), citation, is_law)


def first_grounds(row: RankingRow, winner: RankingRow, bidders: dict[uuid.UUID, Bidder]) -> str:
    """Return the text a letter begins with; the buyer completes it. Empty for nobody: it is made from the points."""
    if row.excluded_reason:
        return f"Uw inschrijving valt af. {row.excluded_reason}"
    if row.offer_lot_id == winner.offer_lot_id:
        return "Uw inschrijving heeft de meeste punten: " + shown(row.total_points, 2) + "."
    name = bidders[winner.offer_lot_id].name
    behind = winner.total_points - row.total_points
    lines = [f"Uw inschrijving staat op plaats {row.rank}. {name} heeft {shown(behind, 2)} punt meer."]
    lines += [f"Op ‘{title}’ kreeg {name} {shown(gap, 2)} punt meer." for title, gap in _gaps(row, winner)]
    return "\n".join(lines)


def _gaps(row: RankingRow, winner: RankingRow) -> list[tuple[str, Decimal]]:
    """Return where the winner did better, by how many points, the largest first."""
    own, theirs = row.working["criteria"], winner.working["criteria"]
    gaps = [
        (one["title"], Decimal(other["points"]) - Decimal(one["points"]))
        for one, other in zip(own, theirs, strict=True)
    ]
    gaps.append(("Prijs", winner.price_points - row.price_points))
    return sorted(((title, gap) for title, gap in gaps if gap > 0), key=lambda pair: -pair[1])


@dataclass(frozen=True)
class Paper:
    """What all letters of one decision are made of."""

    award: Award
    procedure: Procedure
    lot: Lot
    rows: dict[uuid.UUID, RankingRow]
    bidders: dict[uuid.UUID, Bidder]
    criteria: list[AwardCriterion]
    consensus: dict[tuple[uuid.UUID, uuid.UUID], Consensus]
    why_again: str = ""


def letter_pdf(paper: Paper, letter: Letter, *, sent_at: datetime, standstill: Standstill) -> bytes:
    """Return the letter of one bidder as an accessible PDF."""
    award, procedure = paper.award, paper.procedure
    own, best = paper.rows[letter.offer_lot_id], paper.rows[award.offer_lot_id]
    bidder, winner = paper.bidders[letter.offer_lot_id], paper.bidders[award.offer_lot_id]
    ranked = sum(1 for row in paper.rows.values() if row.rank)
    data: dict[str, Any] = {
        "title": f"Voorlopige gunning {paper.lot.title}",
        "from": procedure.lead.name,
        "to": bidder.name,
        "reference": f"{procedure.number}, inschrijving {bidder.offer_lot.offer.number}",
        "date": long_date(clock.local(sent_at).date()),
        "is_winner": letter.offer_lot_id == award.offer_lot_id,
        "winner": winner.name,
        "lot": paper.lot.title,
        "rank": f"plaats {own.rank} van {ranked}" if own.rank else "valt af",
        "points": _points_table(own, best, paper.criteria, paper.consensus),
        "reasons": [
            [one.title, paper.consensus[(letter.offer_lot_id, one.id)].reason] for one in paper.criteria
        ],
        "grounds": letter.grounds,
        "advantages": award.advantages,
        "again": paper.why_again,
        "rule": standstill.sentence,
        "until": "" if standstill.skipped else f"{long_date(standstill.last_day)} om 24.00 uur",
    }
    return pdf("award_letter", data)


def _points_table(
    own: RankingRow,
    best: RankingRow,
    criteria: list[AwardCriterion],
    consensus: dict[tuple[uuid.UUID, uuid.UUID], Consensus],
) -> list[list[str]]:
    """Return lines of: criterion, most points, own score, own points, the winner's score and points."""
    table = []
    for place, criterion in enumerate(criteria):
        mine = consensus[(own.offer_lot_id, criterion.id)]
        theirs = consensus[(best.offer_lot_id, criterion.id)]
        table.append(
            [
                criterion.title,
                shown(100 * criterion.weight),
                shown(mine.score),
                shown(Decimal(own.working["criteria"][place]["points"]), 2),
                shown(theirs.score),
                shown(Decimal(best.working["criteria"][place]["points"]), 2),
            ]
        )
    price_weight = 100 - 100 * sum((criterion.weight for criterion in criteria), Decimal(0))
    if price_weight:
        points = (shown(own.price_points, 2), shown(best.price_points, 2))
        table.append(["Prijs", shown(price_weight), "", points[0], "", points[1]])
    table.append(["Totaal", "100", "", shown(own.total_points, 2), "", shown(best.total_points, 2)])
    return table
