"""Published findings, each to be read on its own: the first station of the chain."""

import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import contains_eager

from portal.access import Viewer
from portal.db import db
from portal.errors import NotFound
from tenders.consultations.models import Consultation, Finding
from tenders.consultations.queries import market_sees, staff_sees
from tenders.consultations.states import ConsultationState


def _reported_to(viewer: Viewer) -> ColumnElement[bool]:
    """Narrow to published reports: of the market, and of the viewer's own municipality in whatever role."""
    return and_(Consultation.state == ConsultationState.REPORTED, or_(market_sees(viewer), staff_sees(viewer)))


def reported_of(viewer: Viewer, consultation_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return of these consultations the ones whose report the viewer may read, with their numbers."""
    if not consultation_ids:
        return {}
    rows = db.session.execute(
        select(Consultation.id, Consultation.number).where(
            Consultation.id.in_(consultation_ids), _reported_to(viewer)
        )
    )
    return dict(rows.all())


def published_finding(viewer: Viewer, number: str, position: int) -> Finding:
    """Return a finding of a published report by its place in it.

    Raises:
        NotFound: there is none for this viewer.
    """
    found = db.session.scalars(
        select(Finding)
        .join(Finding.consultation)
        .where(Consultation.number == number, Finding.position == position, _reported_to(viewer))
        .options(contains_eager(Finding.consultation).joinedload(Consultation.lead))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def is_on_the_market(viewer: Viewer, consultation: Consultation) -> bool:
    """Say whether the viewer may open the market page of a consultation."""
    found = select(Consultation.id).where(Consultation.id == consultation.id, market_sees(viewer))
    return db.session.scalar(found) is not None
