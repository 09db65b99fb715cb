"""What every page about the decision on a lot begins with."""

import uuid

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.access import current_viewer
from portal.errors import NotFound
from tenders.awards import queries
from tenders.awards.models import Award
from tenders.awards.queries import overview
from tenders.awards.queries.overview import LotAward
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot

LOT = "/aanbestedingen/<number>/gunning/<uuid:lot_id>"


def loaded_lot(number: str, lot_id: uuid.UUID) -> LotAward:
    """Return the page of a lot for its staff."""
    viewer = current_viewer()
    return overview.lot_award(viewer, queries.opened_procedure(viewer, number), lot_id)


def led_lot(number: str, lot_id: uuid.UUID) -> LotAward:
    """Return the page of a lot for who buys for the lead municipality."""
    found = loaded_lot(number, lot_id)
    tender.refuse_unless_lead(current_viewer(), found.procedure)
    return found


def led_award(number: str, lot_id: uuid.UUID) -> tuple[LotAward, Award]:
    """Return the page and its newest decision for who buys for the lead municipality."""
    found = led_lot(number, lot_id)
    if found.award is None:
        raise NotFound
    return found, found.award


def led_standing(number: str, lot_id: uuid.UUID) -> tuple[LotAward, Award]:
    """Return the page and the decision that was sent and stands, for who buys for the lead municipality."""
    found, award = led_award(number, lot_id)
    return found, found.standing or award


def back_to(lot: Lot) -> ResponseReturnValue:
    """Go back to the page of a lot."""
    return redirect(url_for("tenders_awards.lot", number=lot.procedure.number, lot_id=lot.id))
