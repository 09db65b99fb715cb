"""The bidder's side: the decision about his own offer, and his letter."""

import uuid

from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.documents import response
from portal.forms import act, page
from tenders.awards import queries, services
from tenders.awards.views.blueprint import bp
from tenders.offers import queries as offers


@bp.route("/inschrijvingen/<number>/besluit")
@requires(Permission.TENDER_FOLLOW)
def decision(number: str) -> ResponseReturnValue:
    viewer = current_viewer()
    offer = offers.offer_for(viewer, number)
    return page("tenders/awards/decision.html", offer=offer, decisions=queries.own_decisions(viewer, offer))


@bp.route("/inschrijvingen/<number>/besluit/<uuid:letter_id>")
@requires(Permission.TENDER_FOLLOW, records_read=True)
def own_letter(number: str, letter_id: uuid.UUID) -> ResponseReturnValue:
    viewer = current_viewer()
    offer = offers.offer_for(viewer, number)
    letter, award = queries.own_letter(viewer, offer, letter_id)
    document = queries.document_in(letter)
    act(services.open_letter, letter, award, by=viewer)
    return response(document)
