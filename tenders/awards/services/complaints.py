"""The register of complaints about tenders, with their terms."""

from __future__ import annotations

from sqlalchemy import func, select

from portal import audit, clock
from portal.access import Role, Viewer
from portal.db import db, lock
from portal.errors import Objection, refuse_if
from portal.notifications import members_of, notify
from tenders.awards import rules
from tenders.awards.models import Complaint
from tenders.awards.services.common import person
from tenders.awards.states import COMPLAINT, ComplaintAction
from tenders.procedures import queries as tender
from tenders.procedures.models import Procedure


def complain(
    procedure: Procedure, *, subject: str, text: str, wish: str, by: Viewer, complainant: str = ""
) -> Complaint:
    """Put a complaint in the register; complainant and inkoop get a confirmation at once.

    A provider complains for his own organisation; inkoop records one that came by letter or mail, with the
    name of the organisation in `complainant`.

    Raises:
        Refused: subject, text or complainant is missing.
    """
    lock(procedure)
    own = by.is_provider and not by.municipality_id
    if not own:
        tender.refuse_unless_lead(by, procedure)
    refuse_if(
        rules.objections_to_complaint(subject=subject, text=text, organisation=own, complainant=complainant)
    )
    rule = tender.rules_of(procedure.kind_code, clock.today()).get("complaint_days")
    days = int(rule.value) if rule is not None and rule.value is not None else 5
    last = db.session.scalar(select(func.max(Complaint.number)).where(Complaint.procedure_id == procedure.id))
    complaint = Complaint(
        procedure_id=procedure.id,
        number=(last or 0) + 1,
        organisation_id=by.organisation_id if own else None,
        complainant=by.organisation_name if own else complainant.strip(),
        subject=subject.strip(),
        text=text.strip(),
        wish=wish.strip(),
        received_at=clock.now(),
        due_on=rules.complaint_due(clock.today(), days),
        rule=f"{rule.text} ({rule.citation})" if rule is not None else "",
    )
    db.session.add(complaint)
    db.session.flush()
    audit.record("award:complaint:receive", procedure, by=by, complaint=complaint.number)
    _tell(complaint, procedure, "complaint_received")
    notify(
        members_of(procedure.lead_id, Role.BUYER),
        "complaint_to_handle",
        about=complaint,
        path=f"/aanbestedingen/{procedure.number}/klachten/{complaint.number}",
        number=procedure.number,
        due=complaint.due_on,
    )
    return complaint


def take_complaint(complaint: Complaint, *, by: Viewer) -> None:
    """Take a complaint in hand, as somebody who is not in the team of the tender.

    Raises:
        Refused: the viewer works on this tender.
        TransitionRefused: it is in hand or decided.
    """
    procedure = db.session.get_one(Procedure, complaint.procedure_id)
    lock(complaint)
    state = COMPLAINT.next(complaint.state, ComplaintAction.TAKE)
    if tender.is_member(by, procedure):
        refuse_if([Objection("U zit in het team van deze aanbesteding. Iemand daarbuiten behandelt de klacht.")])
    complaint.state, complaint.handler_id, complaint.taken_at = state, person(by), clock.now()
    audit.record("award:complaint:take", procedure, by=by, complaint=complaint.number)


def decide_complaint(complaint: Complaint, *, action: ComplaintAction, outcome: str, by: Viewer) -> None:
    """Decide on a complaint, with the reason the complainant reads.

    Raises:
        Refused: another handles it, or no reason.
        TransitionRefused: it is not in hand.
    """
    procedure = db.session.get_one(Procedure, complaint.procedure_id)
    lock(complaint)
    state = COMPLAINT.next(complaint.state, action)
    objections = []
    if complaint.handler_id != by.user_id:
        objections.append(Objection("Een ander behandelt deze klacht."))
    if len(outcome.strip()) < rules.SHORTEST_WITHDRAWAL:
        objections.append(Objection("Motiveer het oordeel in ten minste 40 tekens.", "outcome"))
    refuse_if(objections)
    complaint.state, complaint.outcome, complaint.decided_at = state, outcome.strip(), clock.now()
    audit.record("award:complaint:decide", procedure, by=by, complaint=complaint.number, outcome=state.label.lower())
    _tell(complaint, procedure, "complaint_decided")


def withdraw_complaint(complaint: Complaint, *, by: Viewer) -> None:
    """Let the complainant take a complaint back.

    Raises:
        TransitionRefused: it was decided or withdrawn.
    """
    procedure = db.session.get_one(Procedure, complaint.procedure_id)
    lock(complaint)
    complaint.state = COMPLAINT.next(complaint.state, ComplaintAction.WITHDRAW)
    complaint.withdrawn_at = clock.now()
    audit.record("award:complaint:withdraw", procedure, by=by, complaint=complaint.number)


def _tell(complaint: Complaint, procedure: Procedure, kind: str) -> None:
    if complaint.organisation_id is None:
        return
    notify(
        members_of(complaint.organisation_id),
        kind,
        about=complaint,
        path=f"/opdrachten/{procedure.number}/klachten",
        number=procedure.number,
        due=complaint.due_on,
    )
