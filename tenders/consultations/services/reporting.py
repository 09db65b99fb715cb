"""Findings, and the report that is published with them."""

import uuid
from collections.abc import Callable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.documents import store
from portal.errors import Objection, Refused, TransitionRefused, refuse_if
from portal.notifications import notify
from tenders.consultations import queries, rules
from tenders.consultations.models import Consultation, Finding, FindingAnswer
from tenders.consultations.reports import published_texts, report_pdf
from tenders.consultations.services.editing import lock_lead
from tenders.consultations.states import CONSULTATION, ConsultationAction, ConsultationState

# What an upper storey does when a report is out: a tender that follows takes it into its documents.
after_report: list[Callable[[Consultation, Viewer], None]] = []


def add_finding(
    consultation: Consultation, *, title: str, text: str, answers: Sequence[uuid.UUID], by: Viewer
) -> Finding:
    """Record a finding with the answers it rests on.

    Raises:
        Refused: title or text is missing.
        TransitionRefused: the report is already out.
    """
    lock_lead(consultation, by)
    _refuse_after_report(consultation)
    _refuse_empty_finding(title, text)
    last = db.session.scalar(select(func.max(Finding.position)).where(Finding.consultation_id == consultation.id))
    finding = Finding(
        consultation_id=consultation.id,
        position=(last or 0) + 1,
        title=title.strip(),
        text=text.strip(),
        recorded_at=clock.now(),
    )
    db.session.add(finding)
    db.session.flush()
    _rest_on(consultation, finding, answers)
    audit.record("tender:finding:add", finding, by=by, title=finding.title)
    db.session.expire(consultation, ["findings"])
    return finding


def change_finding(
    consultation: Consultation,
    finding: Finding,
    *,
    title: str,
    text: str,
    answers: Sequence[uuid.UUID],
    by: Viewer,
) -> None:
    """Change a finding as long as the report is not out.

    Raises:
        Refused: title or text is missing.
        TransitionRefused: the report is already out.
    """
    lock_lead(consultation, by)
    _refuse_after_report(consultation)
    lock(finding)
    _refuse_empty_finding(title, text)
    finding.title, finding.text = title.strip(), text.strip()
    db.session.execute(delete(FindingAnswer).where(FindingAnswer.finding_id == finding.id))
    _rest_on(consultation, finding, answers)
    db.session.expire(finding, ["answer_links"])
    audit.record("tender:finding:change", finding, by=by, title=finding.title)


def remove_finding(consultation: Consultation, finding: Finding, *, by: Viewer) -> None:
    """Take a finding away; the ones after it move up.

    Raises:
        Refused: a tender already builds on it.
        TransitionRefused: the report is already out.
    """
    lock_lead(consultation, by)
    _refuse_after_report(consultation)
    title = finding.title
    db.session.delete(finding)
    try:
        db.session.flush()
    except IntegrityError:
        message = "Een aanbesteding gebruikt deze bevinding. Haal daar eerst de koppeling weg."
        raise Refused([Objection(message)]) from None
    db.session.expire(consultation, ["findings"])
    for number, one in enumerate(consultation.findings, start=1):
        one.position = number
        db.session.flush()
    audit.record("tender:finding:remove", consultation, by=by, title=title)


def _refuse_after_report(consultation: Consultation) -> None:
    if consultation.state is not ConsultationState.OPEN:
        raise TransitionRefused("finding", consultation.state)


def _rest_on(consultation: Consultation, finding: Finding, answers: Sequence[uuid.UUID]) -> None:
    allowed = {row.answer_id for question in queries.answers_side_by_side(consultation) for row in question.answers}
    for one in dict.fromkeys(answers):
        if one in allowed:
            db.session.add(FindingAnswer(finding_id=finding.id, answer_id=one))
    db.session.flush()


def _refuse_empty_finding(title: str, text: str) -> None:
    found = []
    if not title.strip():
        found.append(Objection("Vul de bevinding in één zin in.", "title"))
    if len(text.strip()) < 10:
        found.append(Objection("Licht de bevinding toe in ten minste 10 tekens.", "text"))
    refuse_if(found)


def save_report(consultation: Consultation, *, report: str, by: Viewer) -> None:
    """Keep the text of the report as a draft, from the opening until it is published."""
    lock_lead(consultation, by)
    if consultation.state is not ConsultationState.OPEN:
        raise TransitionRefused("report", consultation.state)
    consultation.report = report.strip()
    audit.record("tender:consultation:report_saved", consultation, by=by)


def publish_report(consultation: Consultation, *, by: Viewer) -> None:
    """Publish the report with its findings as PDF, to everyone at the same moment and without names.

    Who reacted or was invited gets a mail; a tender that follows gets the report among its documents.

    Raises:
        TransitionRefused: it is not open, or already published.
        Refused: it has not closed yet, text or findings are missing, or the name of who answered stands in it.
    """
    lock_lead(consultation, by)
    state = CONSULTATION.next(consultation.state, ConsultationAction.PUBLISH_REPORT)
    phase = rules.phase_at(consultation.state, consultation.closes_at, clock.now())
    refuse_if(
        rules.objections_to_report(
            report=consultation.report,
            findings=len(consultation.findings),
            phase=phase,
            texts=published_texts(consultation),
            names=[one.name for one in queries.respondents(consultation)],
        )
    )
    consultation.state, consultation.reported_at, consultation.reported_by_id = state, clock.now(), by.user_id
    document = store(
        report_pdf(consultation),
        name=f"{consultation.number} verslag marktconsultatie.pdf",
        kind="consultation_report",
        by=by,
    )
    consultation.report_document_id = document.id
    db.session.flush()
    audit.record("tender:consultation:report_published", consultation, by=by, findings=len(consultation.findings))
    notify(
        queries.told_of_report(consultation), "consultation_reported",
        about=consultation, path=f"/opdrachten/marktconsultaties/{consultation.number}", consultation=consultation,
    )  # fmt: skip
    for act in after_report:
        act(consultation, by)
