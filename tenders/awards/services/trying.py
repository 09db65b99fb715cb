"""Try the award model of a lot: on fictional offers before publication, on real ones only as T9 allows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.errors import refuse_if
from tenders.awards import queries, rules
from tenders.awards.models import ModelTrial
from tenders.awards.rules import Bid, Tried
from tenders.awards.services.common import person
from tenders.awards.services.ranking import price_rule, real_bids
from tenders.awards.states import TrialKind
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot
from tenders.vault import queries as vault
from tenders.vault.states import Envelope


def try_on_fictional(lot: Lot, bids: Sequence[tuple[str, Bid]], *, by: Viewer) -> ModelTrial:
    """Try the model of a lot on offers that inkoop made up; what came out is kept in the dossier.

    In: a name and a bid each.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: it was published, or there are fewer than three offers.
    """
    procedure = lot.procedure
    lock(procedure)
    tender.refuse_unless_lead(by, procedure)
    refuse_if(rules.objections_to_trial(len(bids), published=procedure.published_at is not None))
    names = {bid.key: name for name, bid in bids}
    return _keep(lot, TrialKind.FICTIONAL, "", [bid for _, bid in bids], names, by)


def try_on_real(lot: Lot, *, reason: str, by: Viewer) -> ModelTrial:
    """Show what the model makes of the real offers; only after consensus, by who leads, with a reason (T9).

    Raises:
        NotYours: the viewer is neither procesleider nor voorzitter.
        Refused: the quality is not fixed, the prices are closed, or the reason is missing.
    """
    lock(lot)
    queries.refuse_unless_leads(by, lot.procedure)
    priced = not lot.price_weight or vault.is_opened(lot.procedure, Envelope.PRICE)
    refuse_if(rules.objections_to_real_trial(reason, fixed=queries.is_fixed(lot), priced=priced))
    names = {one.offer_lot.id: one.letter for one in queries.bidders_of(lot)}
    return _keep(lot, TrialKind.REAL, reason.strip(), real_bids(lot), names, by)


def _keep(
    lot: Lot, kind: TrialKind, reason: str, bids: Sequence[Bid], names: dict[uuid.UUID, str], by: Viewer
) -> ModelTrial:
    tried = rules.try_model(bids, price_rule(lot), score_max=Decimal(lot.procedure.score_max))
    trial = ModelTrial(
        lot_id=lot.id,
        kind=kind,
        reason=reason,
        offers=[_offer(bid, names) for bid in bids],
        outcome=[_outcome(one, names) for one in tried],
        tried_at=clock.now(),
        tried_by_id=person(by),
    )
    db.session.add(trial)
    db.session.flush()
    audit.record("award:model:try", lot, by=by, lot=lot.title, kind="echte" if kind is TrialKind.REAL else "verzonnen")
    return trial


def _offer(bid: Bid, names: dict[uuid.UUID, str]) -> dict[str, Any]:
    return {
        "name": names[bid.key],
        "price": str(bid.price) if bid.price is not None else "",
        "scores": [str(one.score) for one in bid.scores],
    }


def _outcome(tried: Tried, names: dict[uuid.UUID, str]) -> dict[str, Any]:
    return {
        "formula": tried.formula.value,
        "chosen": tried.is_chosen,
        "rows": [
            {"name": names[one.key], "rank": one.rank, "total": str(one.total), "excluded": one.excluded}
            for one in tried.order
        ],
        "turned": [
            {"left": names[left.key], "before": names[before.key], "after": names[after.key]}
            for left, before, after in tried.turned
        ],
    }
