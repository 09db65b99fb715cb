"""What can be done with a market consultation; each act locks, asks the rules, changes and leaves a trail."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from portal import audit, clock
from portal.access import Viewer
from portal.catalogue.models import Municipality, Product
from portal.db import db, lock, next_number
from portal.errors import NotYours, Objection, Refused, TransitionRefused, refuse_if
from tenders.consultations import queries, rules
from tenders.consultations.models import (
    Consultation,
    ConsultationAnswer,
    ConsultationInvite,
    ConsultationMunicipality,
    ConsultationProduct,
    ConsultationQuestion,
    ConsultationResponse,
    Finding,
    FindingAnswer,
)
from tenders.consultations.states import (
    CONSULTATION,
    RESPONSE,
    ConsultationAction,
    ConsultationState,
    ResponseAction,
    ResponseState,
)


def create_consultation(
    *,
    title: str,
    introduction: str,
    products: Sequence[uuid.UUID],
    municipalities: Sequence[uuid.UUID],
    is_public: bool,
    closes_at: datetime | None,
    by: Viewer,
) -> Consultation:
    """Make a draft consultation of the viewer's municipality and return it.

    Raises:
        Refused: title, products or municipalities are missing.
    """
    refuse_if(rules.objections_to_content(title=title, products=len(products), municipalities=len(municipalities)))
    if by.organisation_id is None:
        raise NotYours("inkoop van een gemeente")
    year = clock.today().year
    consultation = Consultation(
        number=f"MC-{year}-{next_number('MC', year):03d}",
        lead_id=by.organisation_id,
        title=title.strip(),
        introduction=introduction.strip(),
        is_public=is_public,
        closes_at=closes_at,
        created_at=clock.now(),
    )
    db.session.add(consultation)
    db.session.flush()
    _set_links(consultation, products, municipalities)
    audit.record("tender:consultation:create", consultation, by=by, number=consultation.number)
    return consultation


def change_consultation(
    consultation: Consultation,
    *,
    title: str,
    introduction: str,
    products: Sequence[uuid.UUID],
    municipalities: Sequence[uuid.UUID],
    is_public: bool,
    closes_at: datetime | None,
    by: Viewer,
) -> None:
    """Change what a draft consultation is about.

    Raises:
        TransitionRefused: it is no longer a draft.
        Refused: title, products or municipalities are missing.
    """
    _lock_draft(consultation, by)
    refuse_if(rules.objections_to_content(title=title, products=len(products), municipalities=len(municipalities)))
    consultation.title, consultation.introduction = title.strip(), introduction.strip()
    consultation.is_public, consultation.closes_at = is_public, closes_at
    _set_links(consultation, products, municipalities)
    audit.record("tender:consultation:change", consultation, by=by)


def _set_links(
    consultation: Consultation, products: Iterable[uuid.UUID], municipalities: Iterable[uuid.UUID]
) -> None:
    known_products = set(db.session.scalars(select(Product.id)))
    known_places = set(db.session.scalars(select(Municipality.id)))
    db.session.execute(delete(ConsultationProduct).where(ConsultationProduct.consultation_id == consultation.id))
    db.session.execute(
        delete(ConsultationMunicipality).where(ConsultationMunicipality.consultation_id == consultation.id)
    )
    for one in dict.fromkeys(products):
        if one in known_products:
            db.session.add(ConsultationProduct(consultation_id=consultation.id, product_id=one))
    for one in dict.fromkeys(municipalities):
        if one in known_places:
            db.session.add(ConsultationMunicipality(consultation_id=consultation.id, municipality_id=one))
    db.session.flush()
    db.session.expire(consultation, ["product_links", "municipality_links"])


def _lock_lead(consultation: Consultation, by: Viewer) -> None:
    lock(consultation)
    if not queries.may_change(by, consultation):
        raise NotYours(f"inkoop van {consultation.lead.name}")


def _lock_draft(consultation: Consultation, by: Viewer) -> None:
    _lock_lead(consultation, by)
    if consultation.state is not ConsultationState.DRAFT:
        raise TransitionRefused("change", consultation.state)


def invite(consultation: Consultation, *, organisations: Sequence[uuid.UUID], by: Viewer) -> None:
    """Set which providers are invited by name, while it is a draft."""
    _lock_draft(consultation, by)
    known = {one.id for one in queries.providers()}
    db.session.execute(delete(ConsultationInvite).where(ConsultationInvite.consultation_id == consultation.id))
    for one in dict.fromkeys(organisations):
        if one in known:
            db.session.add(
                ConsultationInvite(consultation_id=consultation.id, organisation_id=one, invited_at=clock.now())
            )
    audit.record("tender:consultation:invite", consultation, by=by, count=len(organisations))


def add_question(consultation: Consultation, *, text: str, by: Viewer) -> ConsultationQuestion:
    """Add a question at the end.

    Raises:
        Refused: the text is empty.
        TransitionRefused: the consultation is no longer a draft.
    """
    _lock_draft(consultation, by)
    if len(text.strip()) < 10:
        raise Refused([Objection("Schrijf de vraag in ten minste 10 tekens.", "text")])
    last = db.session.scalar(
        select(func.max(ConsultationQuestion.position)).where(
            ConsultationQuestion.consultation_id == consultation.id
        )
    )
    question = ConsultationQuestion(consultation_id=consultation.id, position=(last or 0) + 1, text=text.strip())
    db.session.add(question)
    audit.record("tender:consultation:question", consultation, by=by, position=question.position)
    db.session.expire(consultation, ["questions"])
    return question


def remove_question(consultation: Consultation, question: ConsultationQuestion, *, by: Viewer) -> None:
    """Take a question out of a draft."""
    _lock_draft(consultation, by)
    db.session.delete(question)
    db.session.flush()
    db.session.expire(consultation, ["questions"])
    audit.record("tender:consultation:question_removed", consultation, by=by)


def open_consultation(consultation: Consultation, *, by: Viewer) -> None:
    """Open a consultation to the market.

    Raises:
        TransitionRefused: it is not a draft.
        Refused: there is no question, no term in the future, or no audience.
    """
    _lock_lead(consultation, by)
    state = CONSULTATION.next(consultation.state, ConsultationAction.OPEN)
    refuse_if(
        rules.objections_to_opening(
            questions=len(consultation.questions),
            closes_at=consultation.closes_at,
            now=clock.now(),
            is_public=consultation.is_public,
            invited=len(queries.invited_ids(consultation)),
        )
    )
    consultation.state, consultation.opened_at, consultation.opened_by_id = state, clock.now(), by.user_id
    audit.record("tender:consultation:open", consultation, by=by)


def save_response(
    consultation: Consultation, *, answers: Mapping[uuid.UUID, str], confidential: bool, by: Viewer
) -> ConsultationResponse:
    """Keep the answers of a provider as a draft; nobody else sees them yet.

    Raises:
        Refused: the consultation has closed, or the response was submitted already.
    """
    if by.organisation_id is None:
        raise NotYours("een aanbieder")
    lock(consultation)
    _refuse_when_closed(consultation)
    response = queries.response_of(consultation, by.organisation_id)
    if response is None:
        response = ConsultationResponse(
            consultation_id=consultation.id, organisation_id=by.organisation_id, saved_at=clock.now()
        )
        db.session.add(response)
        db.session.flush()
    else:
        lock(response)
    if response.state is not ResponseState.DRAFT:
        raise Refused([Objection("U hebt al gereageerd. Kies eerst ‘Reactie wijzigen’.")])
    response.saved_at = clock.now()
    stored = {answer.question_id: answer for answer in response.answers}
    for question in consultation.questions:
        text = answers.get(question.id, "").strip()
        if question.id in stored:
            stored[question.id].text, stored[question.id].may_share = text, not confidential
        else:
            db.session.add(
                ConsultationAnswer(
                    response_id=response.id, question_id=question.id, text=text, may_share=not confidential
                )
            )
    db.session.flush()
    db.session.expire(response, ["answers"])
    audit.record("tender:response:save", response, by=by)
    return response


def submit_response(
    consultation: Consultation, *, answers: Mapping[uuid.UUID, str], confidential: bool, by: Viewer
) -> ConsultationResponse:
    """Save and submit a response; the buyers of the lead municipality can read it from then on.

    Raises:
        Refused: no answer was given, or the consultation has closed (decided while its row is held).
    """
    response = save_response(consultation, answers=answers, confidential=confidential, by=by)
    refuse_if(rules.objections_to_submission([answer.text for answer in response.answers]))
    response.state = RESPONSE.next(response.state, ResponseAction.SUBMIT)
    response.submitted_at, response.submitted_by_id = clock.now(), by.user_id
    audit.record("tender:response:submit", response, by=by)
    return response


def reopen_response(consultation: Consultation, *, by: Viewer) -> None:
    """Take a submitted response back to change it, as long as the consultation is open.

    Raises:
        Refused: the consultation has closed.
        TransitionRefused: nothing was submitted.
    """
    lock(consultation)
    _refuse_when_closed(consultation)
    response = queries.response_of(consultation, by.organisation_id)
    if response is None:
        raise TransitionRefused("reopen", "none")
    lock(response)
    response.state = RESPONSE.next(response.state, ResponseAction.REOPEN)
    response.submitted_at, response.submitted_by_id = None, None
    audit.record("tender:response:reopen", response, by=by)


def _refuse_when_closed(consultation: Consultation) -> None:
    is_open = consultation.state is ConsultationState.OPEN and consultation.closes_at is not None
    if not is_open or not rules.accepts(clock.now(), consultation.closes_at or clock.now()):
        raise Refused([Objection("De marktconsultatie is gesloten. U kunt niet meer reageren.")])


def add_finding(
    consultation: Consultation, *, title: str, text: str, answers: Sequence[uuid.UUID], by: Viewer
) -> Finding:
    """Record a finding with the answers it rests on.

    Raises:
        Refused: title or text is missing.
        TransitionRefused: the report is already out.
    """
    _lock_lead(consultation, by)
    if consultation.state is not ConsultationState.OPEN:
        raise TransitionRefused("finding", consultation.state)
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
    allowed = {row.answer_id for question in queries.answers_side_by_side(consultation) for row in question.answers}
    for one in dict.fromkeys(answers):
        if one in allowed:
            db.session.add(FindingAnswer(finding_id=finding.id, answer_id=one))
    audit.record("tender:finding:add", finding, by=by, title=finding.title)
    db.session.expire(consultation, ["findings"])
    return finding


def _refuse_empty_finding(title: str, text: str) -> None:
    found = []
    if not title.strip():
        found.append(Objection("Vul de bevinding in één zin in.", "title"))
    if len(text.strip()) < 10:
        found.append(Objection("Licht de bevinding toe in ten minste 10 tekens.", "text"))
    refuse_if(found)


def save_report(consultation: Consultation, *, report: str, by: Viewer) -> None:
    """Keep the text of the report as a draft, from the opening until it is published."""
    _lock_lead(consultation, by)
    if consultation.state is not ConsultationState.OPEN:
        raise TransitionRefused("report", consultation.state)
    consultation.report = report.strip()
    audit.record("tender:consultation:report_saved", consultation, by=by)


def publish_report(consultation: Consultation, *, by: Viewer) -> None:
    """Publish the report with its findings, to everyone at the same moment and without names.

    Raises:
        TransitionRefused: it is not open, or already published.
        Refused: it has not closed yet, or text or findings are missing.
    """
    _lock_lead(consultation, by)
    state = CONSULTATION.next(consultation.state, ConsultationAction.PUBLISH_REPORT)
    phase = rules.phase_at(consultation.state, consultation.closes_at, clock.now())
    refuse_if(
        rules.objections_to_report(report=consultation.report, findings=len(consultation.findings), phase=phase)
    )
    consultation.state, consultation.reported_at, consultation.reported_by_id = state, clock.now(), by.user_id
    audit.record("tender:consultation:report_published", consultation, by=by, findings=len(consultation.findings))


def withdraw_consultation(consultation: Consultation, *, by: Viewer) -> None:
    """Withdraw a consultation; what was answered stays stored but is used for nothing."""
    _lock_lead(consultation, by)
    consultation.state = CONSULTATION.next(consultation.state, ConsultationAction.WITHDRAW)
    consultation.withdrawn_at = clock.now()
    audit.record("tender:consultation:withdraw", consultation, by=by)
