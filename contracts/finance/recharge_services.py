"""Passing costs on to another municipality: make the document, its answer, its receipt."""

import uuid
from datetime import date

from sqlalchemy import update

from contracts.finance.recharge_queries import open_postings
from contracts.finance.services import period_of
from contracts.finance.settling_models import Recharge, RechargeLine
from contracts.finance.settling_states import RECHARGE, RechargeAction, VatTreatment
from contracts.finance.sums import Sums, total_of
from portal import audit, clock
from portal.access import Viewer
from portal.catalogue.models import Municipality
from portal.db import db, lock, next_number
from portal.errors import NotYours, Objection, refuse_if
from portal.periods import Month


def make_recharge(place: Municipality, month: Month, *, treatment: VatTreatment, by: Viewer) -> Recharge:
    """Put what the viewer's municipality paid for another in a month in one document, and ask its agreement.

    The amounts are those of the ledger lines; the treatment says how btw is written down.

    Raises:
        Refused: the month is not over, or there is nothing to pass on.
        NotYours: the viewer is nobody of a municipality.
    """
    if by.municipality_id is None or by.user_id is None or by.municipality_id == place.id:
        raise NotYours("financiën van de penvoerende gemeente")
    period = period_of(month)
    lock(period)
    postings = open_postings(by.municipality_id, place.id, month)
    found = []
    if month >= Month.of(clock.today()):
        found.append(Objection(f"{month.label.capitalize()} is nog niet voorbij.", "month"))
    if not postings:
        found.append(Objection(f"Over {month.label} valt er voor {place.name} niets (meer) door te belasten."))
    refuse_if(found)
    total = total_of(Sums(one.net, one.vat_back, one.vat_cost) for one in postings)
    recharge = Recharge(
        id=uuid.uuid4(), number=f"DB-{month.year}-{next_number('DB', month.year):03d}",
        lead_municipality_id=by.municipality_id, municipality_id=place.id, period_id=period.id,
        treatment=treatment, net=total.net, vat=total.vat_back + total.vat_cost, made_at=clock.now(),
        made_by_id=by.user_id,
    )  # fmt: skip
    db.session.add(recharge)
    db.session.flush()
    db.session.add_all(
        RechargeLine(recharge_id=recharge.id, posting_id=one.id, open_posting_id=one.id) for one in postings
    )
    db.session.flush()
    audit.record("finance:recharge:send", recharge, by=by, number=recharge.number, municipality=place.name)
    return recharge


def answer_recharge(recharge: Recharge, *, agrees: bool, reason: str, by: Viewer) -> None:
    """Record what the other municipality says; after a no its lines can go in a new document.

    Raises:
        TransitionRefused: it was answered before.
        Refused: a no without reason.
        NotYours: the viewer is not of that municipality.
    """
    if by.user_id is None or by.municipality_id != recharge.municipality_id:
        raise NotYours(f"financiën van {recharge.municipality.name}")
    lock(recharge)
    state = RECHARGE.next(recharge.state, RechargeAction.AGREE if agrees else RechargeAction.REFUSE)
    short = not agrees and len(reason.strip()) < 10
    refuse_if([Objection("Geef de reden in ten minste 10 tekens.", "reason")] if short else [])
    recharge.state, recharge.answered_at, recharge.answered_by_id = state, clock.now(), by.user_id
    recharge.answer = reason.strip()
    if not agrees:
        db.session.execute(
            update(RechargeLine).where(RechargeLine.recharge_id == recharge.id).values(open_posting_id=None)
        )
    db.session.flush()
    action = "finance:recharge:agree" if agrees else "finance:recharge:refuse"
    audit.record(action, recharge, by=by, number=recharge.number)


def receive_recharge(recharge: Recharge, *, on: date | None, by: Viewer) -> None:
    """Record the day on which the amount came in.

    Raises:
        TransitionRefused: the other municipality did not agree, or it came in before.
        Refused: no date, or one in the future or before the document.
        NotYours: the viewer is not of the municipality that sent it.
    """
    if by.municipality_id != recharge.lead_municipality_id:
        raise NotYours(f"financiën van {recharge.lead_municipality.name}")
    lock(recharge)
    state = RECHARGE.next(recharge.state, RechargeAction.RECEIVE)
    sent = clock.local(recharge.made_at).date()
    wrong = on is None or not sent <= on <= clock.today()
    message = f"Vul een datum in van {sent:%d-%m-%Y} tot en met vandaag."
    refuse_if([Objection(message, "received_on")] if wrong else [])
    recharge.state, recharge.received_on = state, on
    db.session.flush()
    audit.record("finance:recharge:receive", recharge, by=by, number=recharge.number)
