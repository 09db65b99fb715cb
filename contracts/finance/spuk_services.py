"""Typing in the numbers for the specifieke uitkering."""

from decimal import Decimal

from contracts.finance.services import may_close
from contracts.finance.settling_models import SpukFigure
from contracts.finance.settling_states import SpukInput
from contracts.finance.spuk_queries import figure_of
from portal import audit, clock
from portal.access import Viewer
from portal.catalogue.models import Municipality
from portal.db import db, lock
from portal.errors import NotYours, Objection, refuse_if


def save_figure(
    place: Municipality, year: int, which: SpukInput, *, value: Decimal, source: str, by: Viewer
) -> SpukFigure:
    """Keep a number for the grant of a year, with where it was read.

    Raises:
        Refused: a person is not a whole number, or the source is missing.
        NotYours: another municipality's grant.
    """
    if not may_close(by, place.id):
        raise NotYours(f"financiën van {place.name}")
    found = []
    if value < 0 or (which.is_count and value != value.to_integral_value()):
        found.append(Objection("Vul een heel aantal van 0 of meer in." if which.is_count else "Vul 0 of meer in.", "value"))
    if len(source.strip()) < 5:
        found.append(Objection("Schrijf waar u dit getal las, zoals ‘beschikking van 12-12-2025’.", "source"))
    refuse_if(found)
    figure = figure_of(place, year, which)
    if figure is None:
        figure = SpukFigure(municipality_id=place.id, year=year, input=which)
        db.session.add(figure)
    else:
        lock(figure)
    figure.value, figure.source = value, source.strip()
    figure.recorded_at, figure.recorded_by_id = clock.now(), by.user_id
    db.session.flush()
    audit.record("finance:spuk:set", figure, by=by, what=which.label, year=year, source=figure.source)
    return figure
