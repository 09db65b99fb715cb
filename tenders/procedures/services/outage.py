"""An outage shortly before closing: a longer term by two persons, or an offer that follows its hash (practice T2)."""

import uuid
from datetime import datetime

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.errors import NotYours, Objection, Refused, refuse_if
from portal.notifications import notify
from tenders.procedures import queries
from tenders.procedures.models import OfferHash, Procedure, Rectification
from tenders.procedures.rules import Planning
from tenders.procedures.rules.changes import (
    hash_until,
    objections_to_change,
    objections_to_hash,
    objections_to_outage,
)
from tenders.procedures.services.changes import make_it_hold, new_change, set_dates
from tenders.procedures.states import ChangeKind


def ask_outage(
    procedure: Procedure,
    *,
    outage_from: datetime | None,
    outage_until: datetime | None,
    deadline: datetime | None,
    reason: str,
    by: Viewer,
) -> Rectification:
    """Record an outage and ask a second person to give a longer term; also after the closing, before any opening.

    Raises:
        Refused: the outage or the new closing is wrong, an offer was opened, or a request already waits.
    """
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    stored = procedure.submission_deadline_at
    if stored is None or queries.asked_outage(procedure) is not None:
        raise Refused([Objection("Er wacht al een aanvraag op een tweede persoon.")])
    now = clock.now()
    found = objections_to_outage(outage_from=outage_from, outage_until=outage_until, deadline=stored, now=now)
    refuse_if(found)
    made = new_change(
        procedure, ChangeKind.OUTAGE, by,
        reason=reason.strip(), is_substantial=False, outage_from=outage_from, outage_until=outage_until,
    )  # fmt: skip
    set_dates(made, Planning(submission_deadline_at=deadline))
    refuse_if(objections_to_change(queries.change_facts(made), now=now, today=clock.today()))
    audit.record("tender:outage:ask", procedure, by=by, number=made.number)
    notify(
        [one for one in queries.publishers_of(procedure) if one.id != by.user_id], "outage_asked",
        about=procedure, path=f"/aanbestedingen/{procedure.number}/storing", procedure=procedure, asker=by.name,
    )  # fmt: skip
    return made


def confirm_outage(procedure: Procedure, *, by: Viewer) -> Rectification:
    """Give the longer term as the second person; everyone is told, also who submitted, and may change his offer.

    Raises:
        NotYours: the viewer is not among those who publish this tender.
        Refused: the viewer asked it himself, an offer was opened meanwhile, or the new closing has passed.
    """
    lock(procedure)
    queries.refuse_unless_second(by, procedure)
    asked = queries.asked_outage(procedure)
    if asked is None:
        raise Refused([Objection("Er is geen aanvraag om te bevestigen.")])
    if not queries.may_confirm(by, procedure, asked.made_by_id):
        raise Refused([Objection("U vroeg dit zelf aan. Een tweede persoon geeft de langere termijn.")])
    refuse_if(objections_to_change(queries.change_facts(asked), now=clock.now(), today=clock.today()))
    return make_it_hold(asked, by=by)


def refuse_outage(procedure: Procedure, *, by: Viewer) -> None:
    """Take the request for a longer term away, by who asked it or by the second person."""
    lock(procedure)
    queries.refuse_unless_second(by, procedure)
    asked = queries.asked_outage(procedure)
    if asked is None:
        raise Refused([Objection("Er is geen aanvraag.")])
    number = asked.number
    db.session.delete(asked)
    db.session.flush()
    audit.record("tender:outage:refuse", procedure, by=by, number=number)


def record_hash(
    procedure: Procedure,
    *,
    organisation_id: uuid.UUID | None,
    digest: str,
    method: str,
    received_at: datetime | None,
    by: Viewer,
) -> OfferHash:
    """Record the hash that a bidder sent before the closing: hash, method and time of receipt.

    Raises:
        Refused: the hash or its time is wrong, it is there already, or the offers were opened.
    """
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    deadline = procedure.submission_deadline_at
    if by.user_id is None or organisation_id is None:
        raise NotYours("inkoop van een gemeente")
    if deadline is None or procedure.published_at is None or procedure.opened_at is not None:
        raise Refused([Objection("Op deze aanbesteding kan geen inschrijving meer volgen.")])
    bare = "".join(digest.split()).lower()
    refuse_if(
        objections_to_hash(digest=bare, method=method, received_at=received_at, deadline=deadline, now=clock.now())
    )
    if any(one.digest == bare and one.organisation_id == organisation_id for one in queries.hashes_of(procedure)):
        raise Refused([Objection("Deze code is al vastgelegd.", "digest")])
    days = queries.rule_values(procedure.kind_code, clock.today())("hash_days") or 0
    made = OfferHash(
        procedure_id=procedure.id,
        organisation_id=organisation_id,
        digest=bare,
        method=method.strip(),
        received_at=received_at,
        until=hash_until(deadline, days),
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    db.session.add(made)
    db.session.flush()
    audit.record("tender:outage:hash", procedure, by=by)
    return made
