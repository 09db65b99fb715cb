"""What every act on a decision begins with: hold it, and see that it is the lead who acts."""

from __future__ import annotations

import uuid

from portal.access import Viewer
from portal.db import db, lock
from portal.errors import Objection, refuse_if
from portal.notifications import members_of, notify
from tenders.awards.models import Award
from tenders.awards.queries import Bidder
from tenders.awards.states import AwardState
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot, Procedure


def person(by: Viewer) -> uuid.UUID:
    """Return who acts; the portal itself never judges or decides."""
    assert by.user_id is not None, "only a person judges and decides"  # noqa: S101
    return by.user_id


def hold(award: Award, by: Viewer) -> Lot:
    """Hold a decision for this transaction and return its lot.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
    """
    lock(award)
    lot = db.session.get_one(Lot, award.lot_id)
    tender.refuse_unless_lead(by, lot.procedure)
    return lot


def hold_draft(award: Award, by: Viewer) -> Lot:
    """Hold a decision that was not sent.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: it was sent or withdrawn.
    """
    lot = hold(award, by)
    if award.state is not AwardState.DRAFT:
        refuse_if([Objection("Dit besluit is al verstuurd of ingetrokken.")])
    return lot


def tell(bidder: Bidder, award: Award, kind: str, procedure: Procedure, **context: object) -> None:
    """Write to everyone who works for a bidder.

    Raises:
        Refused: there is nobody to write to.
    """
    offer = bidder.offer_lot.offer
    sent = notify(
        members_of(offer.lead_organisation_id),
        kind,
        about=award,
        path=f"/inschrijvingen/{offer.number}/besluit",
        number=procedure.number,
        offer=offer.number,
        **context,
    )
    if not sent:
        refuse_if([Objection(f"{bidder.name} heeft geen mailadres in het portaal.")])
