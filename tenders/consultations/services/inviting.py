"""The invitation list of a consultation: providers of the portal and stakeholders of the address list."""

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import delete

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.errors import NotYours, TransitionRefused, refuse_if
from portal.notifications import notify
from portal.notifications.services import Recipient
from tenders.consultations import queries, rules
from tenders.consultations.models import Consultation, ConsultationContact, ConsultationInvite
from tenders.consultations.rules import phase_at
from tenders.consultations.states import ConsultationPhase


def invite(
    consultation: Consultation,
    *,
    organisations: Sequence[uuid.UUID],
    stakeholders: Sequence[uuid.UUID] = (),
    by: Viewer,
) -> None:
    """Set who is invited while it is a draft; once it is open, add to them and mail the new ones.

    A stakeholder that is a provider of the portal is invited as that provider. Everyone has the same questions and
    the same term, whenever he was invited.

    Raises:
        TransitionRefused: the consultation has closed.
        Refused: a stakeholder without an account is invited to a consultation by invitation only.
    """
    lock(consultation)
    if not queries.may_change(by, consultation):
        raise NotYours(f"inkoop van {consultation.lead.name}")
    phase = phase_at(consultation.state, consultation.closes_at, clock.now())
    if phase not in (ConsultationPhase.DRAFT, ConsultationPhase.OPEN):
        raise TransitionRefused("invite", phase)
    chosen = [one for one in queries.stakeholders(by) if one.id in set(stakeholders)]
    known = {one.id for one in queries.providers()}
    wanted = dict.fromkeys(one for one in organisations if one in known)
    wanted |= dict.fromkeys(one.provider_id for one in chosen if one.provider_id is not None)
    contacts = dict.fromkeys(one.id for one in chosen if one.provider_id is None and one.email)
    refuse_if(
        rules.objections_to_invitations(
            is_public=consultation.is_public, without_account=[one.name for one in chosen if one.provider_id is None]
        )
    )
    is_open = phase is ConsultationPhase.OPEN
    if not is_open:
        for table in (ConsultationInvite, ConsultationContact):
            db.session.execute(delete(table).where(table.consultation_id == consultation.id))
    new = _add(consultation, wanted, contacts)
    audit.record("tender:consultation:invite", consultation, by=by, count=len(wanted) + len(contacts))
    if is_open:
        _mail(consultation, new)


def _add(
    consultation: Consultation, organisations: Iterable[uuid.UUID], contacts: Iterable[uuid.UUID]
) -> list[Recipient]:
    """Add who is not on the list yet and return them."""
    before = set(queries.invited_ids(consultation)) | set(queries.contact_ids(consultation))
    fresh_organisations = [one for one in organisations if one not in before]
    fresh_contacts = [one for one in contacts if one not in before]
    now = clock.now()
    for one in fresh_organisations:
        db.session.add(ConsultationInvite(consultation_id=consultation.id, organisation_id=one, invited_at=now))
    for one in fresh_contacts:
        db.session.add(ConsultationContact(consultation_id=consultation.id, stakeholder_id=one, invited_at=now))
    db.session.flush()
    people: list[Recipient] = [
        one for one in queries.invited_organisations(consultation) if one.id in fresh_organisations
    ]
    return people + [one.email for one in queries.invited_contacts(consultation) if one.id in fresh_contacts]


def send_invitations(consultation: Consultation) -> None:
    """Mail everyone on the list that the consultation is open."""
    people: list[Recipient] = list(queries.invited_organisations(consultation))
    _mail(consultation, people + [one.email for one in queries.invited_contacts(consultation)])


def _mail(consultation: Consultation, people: list[Recipient]) -> None:
    notify(
        people,
        "consultation_invited",
        about=consultation,
        path=f"/opdrachten/marktconsultaties/{consultation.number}",
        consultation=consultation,
    )
