"""The blueprint all pages of market consultations hang on, and what they share."""

from flask import Blueprint

from portal import clock
from portal.access import current_viewer
from portal.errors import NotFound
from tenders.consultations import queries
from tenders.consultations.models import Consultation
from tenders.consultations.rules import phase_at
from tenders.consultations.states import ConsultationPhase

bp = Blueprint("tenders_consultations", __name__)


def phase_of(consultation: Consultation) -> ConsultationPhase:
    """Return the phase of a consultation at this instant."""
    return phase_at(consultation.state, consultation.closes_at, clock.now())


def for_lead(number: str) -> Consultation:
    """Return a consultation for the buyers of its lead municipality.

    Raises:
        NotFound: there is none, or the viewer does not buy for the lead.
    """
    consultation = queries.consultation_for(current_viewer(), number)
    if not queries.may_change(current_viewer(), consultation):
        raise NotFound
    return consultation
