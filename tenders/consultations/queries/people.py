"""Who is asked: the address list of a municipality, and the invitation list of a consultation."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from portal.access import Viewer
from portal.accounts.models import Organisation, OrganisationKind
from portal.db import db
from portal.errors import NotFound
from portal.notifications.services import Recipient
from tenders.consultations.models import (
    Consultation,
    ConsultationContact,
    ConsultationInvite,
    Stakeholder,
)
from tenders.consultations.queries.answers import respondents


def providers() -> Sequence[Organisation]:
    """Return the providers that can be invited, by name."""
    return db.session.scalars(
        select(Organisation).where(Organisation.kind == OrganisationKind.PROVIDER).order_by(Organisation.name)
    ).all()


def invited_ids(consultation: Consultation) -> list[uuid.UUID]:
    """Return which providers are invited by name."""
    return list(
        db.session.scalars(
            select(ConsultationInvite.organisation_id).where(ConsultationInvite.consultation_id == consultation.id)
        )
    )


def contact_ids(consultation: Consultation) -> list[uuid.UUID]:
    """Return which stakeholders are invited by mail."""
    return list(
        db.session.scalars(
            select(ConsultationContact.stakeholder_id).where(ConsultationContact.consultation_id == consultation.id)
        )
    )


def invited_organisations(consultation: Consultation) -> Sequence[Organisation]:
    """Return the invited providers, by name."""
    return db.session.scalars(
        select(Organisation)
        .join(ConsultationInvite, ConsultationInvite.organisation_id == Organisation.id)
        .where(ConsultationInvite.consultation_id == consultation.id)
        .order_by(Organisation.name)
    ).all()


def invited_contacts(consultation: Consultation) -> Sequence[Stakeholder]:
    """Return the stakeholders that are invited by mail, by name."""
    return db.session.scalars(
        select(Stakeholder)
        .join(ConsultationContact, ConsultationContact.stakeholder_id == Stakeholder.id)
        .where(ConsultationContact.consultation_id == consultation.id)
        .order_by(Stakeholder.name)
    ).all()


def told_of_report(consultation: Consultation) -> list[Recipient]:
    """Return who hears that the report is out: who reacted and who was invited."""
    people: list[Recipient] = [*respondents(consultation), *invited_organisations(consultation)]
    return people + [one.email for one in invited_contacts(consultation)]


def stakeholders(viewer: Viewer) -> Sequence[Stakeholder]:
    """Return the address list of the viewer's municipality, by name."""
    return db.session.scalars(
        select(Stakeholder)
        .where(Stakeholder.owner_id == viewer.organisation_id, Stakeholder.ended_at.is_(None))
        .order_by(Stakeholder.name)
        .options(joinedload(Stakeholder.provider))
    ).all()


def stakeholder_of(viewer: Viewer, stakeholder_id: uuid.UUID) -> Stakeholder:
    """Return a stakeholder of the viewer's own list.

    Raises:
        NotFound: there is none, or it stands on another list.
    """
    found = db.session.get(Stakeholder, stakeholder_id)
    if found is None or found.owner_id != viewer.organisation_id or found.ended_at is not None:
        raise NotFound
    return found


def stakeholder_named(viewer: Viewer, name: str) -> Stakeholder | None:
    """Return the stakeholder of that name in any case, also one that was taken off the list."""
    return db.session.scalars(
        select(Stakeholder).where(
            Stakeholder.owner_id == viewer.organisation_id,
            or_(Stakeholder.name == name, func.lower(Stakeholder.name) == name.lower()),
        )
    ).first()
