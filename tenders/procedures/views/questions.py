"""Pages on which inkoop and its colleagues answer questions."""

import uuid
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import audit, clock
from portal.access import Permission, current_viewer, requires
from portal.accounts.models import User
from portal.db import db
from portal.errors import NotYours
from portal.forms import act_or_flash, page
from portal.tables import XLSX, download
from portal.ui import paginate
from tenders.consultations.queries import findings_of
from tenders.procedures import forms, queries, question_forms, services
from tenders.procedures.models import Procedure, Question
from tenders.procedures.queries import questions as question_queries
from tenders.procedures.question_sheets import questions_workbook
from tenders.procedures.services import subject_of
from tenders.procedures.states import Confidentiality, QuestionState
from tenders.procedures.views.blueprint import bp, loaded, loaded_for_change, phase_of

_READY_FOR_NOTA = "Het antwoord staat klaar voor de nota van inlichtingen."
_READY = {
    Confidentiality.ASKED: "Het antwoord staat klaar. Beslis nog of de vraag vertrouwelijk blijft.",
    Confidentiality.GRANTED: "Het antwoord staat klaar. U kunt het nu aan de vrager versturen.",
    Confidentiality.REFUSED: "Het antwoord staat klaar. De vrager kiest nog of het in de nota mag.",
}


def _filters(procedure: Procedure) -> dict[str, Any]:
    """Read the filters of the list from the address; what does not fit is left out."""
    asked = request.args.get("toestand", "")
    lots = {str(one.number): one.id for one in queries.lots_of(procedure)}
    documents = {str(one.id): one.id for one in queries.current_documents(procedure)}
    mine = request.args.get("wie") == "ik"
    return {
        "state": QuestionState(asked) if asked in set(QuestionState) else None,
        "lot_id": lots.get(request.args.get("perceel", "")),
        "document_version_id": documents.get(request.args.get("document", "")),
        "assignee_id": current_viewer().membership_id if mine else None,
        "confidential": request.args.get("vertrouwelijk") == "ja",
    }


@bp.get("/aanbestedingen/<number>/vragen")
@requires(Permission.TENDER_READ)
def questions(number: str) -> ResponseReturnValue:
    """List the questions of a tender, those that wait first."""
    procedure, viewer = loaded(number), current_viewer()
    shown = paginate(question_queries.filtered(procedure, current_viewer(), **_filters(procedure)))
    return page(
        "tenders/procedures/questions.html",
        procedure=procedure,
        shown=shown,
        subject_of=subject_of,
        helpers=_helpers(shown.items),
        may_open=_openable(procedure, shown.items),
        states=[(one.value, one.label) for one in QuestionState],
        lots=[(str(one.number), f"Perceel {one.number}: {one.title}") for one in queries.lots_of(procedure)],
        documents=[(str(one.id), one.tender_document.title) for one in queries.current_documents(procedure)],
        notas=queries.notas_of(procedure),
        ready=len(question_queries.ready_for_nota(procedure)),
        phase=phase_of(procedure),
        may_change=queries.may_change(viewer, procedure),
    )


def _openable(procedure: Procedure, found: Any) -> set[uuid.UUID]:
    """Return which of the questions the viewer helps with: all of them as inkoop or team, otherwise his own."""
    viewer = current_viewer()
    helps = queries.may_change(viewer, procedure) or queries.is_member(viewer, procedure)
    return {one.id for one in found if helps or one.assignee_id == viewer.membership_id}


def _helpers(found: Any) -> dict[int, str]:
    """Return the names of the colleagues that were asked, by number of the question."""
    people = {one.assignee.user_id for one in found if one.assignee is not None}
    names = dict(db.session.query(User.id, User.name).filter(User.id.in_(people)).all()) if people else {}
    return {one.number: names[one.assignee.user_id] for one in found if one.assignee is not None}


@bp.get("/aanbestedingen/<number>/vragen/download")
@requires(Permission.TENDER_READ)
def questions_download(number: str) -> Response:
    """Download the questions with the same filters as a workbook, without who asked them."""
    procedure = loaded(number)
    found = list(db.session.scalars(question_queries.filtered(procedure, current_viewer(), **_filters(procedure))))
    subjects = {one.number: subject_of(one) for one in found}
    asked = {one.number: clock.local(one.asked_at).date() for one in found}
    return download(
        questions_workbook(found, subjects, _helpers(found), asked), f"{procedure.number} vragen.xlsx", XLSX
    )


def _loaded_question(number: str, question: int) -> Question:
    """Return a question for who may help to answer it.

    Raises:
        NotFound: there is none for the viewer.
        NotYours: the viewer may read the tender but does not help with this question.
    """
    one = queries.question_of(loaded(number), question)
    if not question_queries.may_draft(current_viewer(), one):
        raise NotYours(f"inkoop van {one.procedure.lead.name}, het team of wie om een antwoord is gevraagd")
    return one


@bp.route("/aanbestedingen/<number>/vragen/<int:question>", methods=["GET", "POST"])
@requires(Permission.QUESTION_DRAFT)
def question(number: str, question: int) -> ResponseReturnValue:
    """Show a question with what resembles it; write a draft, or as inkoop the answer."""
    one, viewer = _loaded_question(number, question), current_viewer()
    procedure = one.procedure
    may_change = queries.may_change(viewer, procedure)
    used = [use.finding_id for use in queries.finding_uses_of(one)]
    form = question_forms.AnswerForm(obj=one, stored={"answer": one.answer or one.draft, "findings": used})
    findings = findings_of(procedure.consultation_id) if procedure.consultation_id and may_change else []
    form.findings.choices = [(finding.id, f"{finding.position}. {finding.title}") for finding in findings]
    as_draft = not may_change or bool(request.form.get("concept"))
    if form.validate_on_submit() and _saved(form, one, as_draft=as_draft):
        flash("Het concept is opgeslagen." if as_draft else _READY.get(one.confidentiality, _READY_FOR_NOTA))
        back = url_for(".question", number=number, question=one.number)
        return redirect(back if as_draft else url_for(".questions", number=number))
    return page(
        "tenders/procedures/question.html",
        form=form,
        procedure=procedure,
        question=one,
        subject=subject_of(one),
        resembling=question_queries.resembling(one, viewer),
        uses=queries.finding_uses_of(one),
        people=_people_of(one),
        may_change=may_change,
        may_check=one.state is QuestionState.ANSWERED and one.answered_by_id != viewer.user_id and not one.checked_at,
        is_open=one.state in question_queries.OPEN_STATES,
        may_write=one.state in question_queries.OPEN_STATES and (may_change or one.state is not QuestionState.ANSWERED),
        lines=audit.history_of(one) if may_change else [],  # it tells who asked
    )


def _saved(form: question_forms.AnswerForm, question: Question, *, as_draft: bool) -> bool:
    text, viewer = form.answer.data or "", current_viewer()
    if as_draft:
        return form.accepts(services.draft_answer, question, draft=text, by=viewer)
    findings = form.findings.data if form.findings.choices else None
    return form.accepts(services.answer_question, question, answer=text, findings=findings, by=viewer)


def _people_of(question: Question) -> dict[str, str]:
    """Return the names of who does what with a question; empty where nobody does."""
    ids = {
        "assignee": question.assignee.user_id if question.assignee else None,
        "drafted": question.drafted_by_id,
        "answered": question.answered_by_id,
        "checked": question.checked_by_id,
        "decided": question.decided_by_id,
    }
    wanted = {one for one in ids.values() if one is not None}
    names = dict(db.session.query(User.id, User.name).filter(User.id.in_(wanted)).all()) if wanted else {}
    return {what: names[one] if one is not None else "" for what, one in ids.items()}


@bp.route("/aanbestedingen/<number>/vragen/<int:question>/toewijzen", methods=["GET", "POST"])
@requires(Permission.QUESTION_ANSWER)
def assign(number: str, question: int) -> ResponseReturnValue:
    """Ask a colleague for a draft answer."""
    procedure = loaded_for_change(number)
    one = queries.question_of(procedure, question)
    form = question_forms.AssignForm(stored={"membership_id": one.assignee_id})
    people = [
        (member.id, f"{user.name}, {organisation.name}")
        for member, user, organisation in question_queries.colleagues(procedure)
    ]
    form.membership_id.choices = forms.with_none(people, "niemand")
    if form.validate_on_submit() and form.accepts(
        services.assign_question, one, membership_id=form.membership_id.data, by=current_viewer()
    ):
        flash("De vraag is toegewezen." if form.membership_id.data else "De vraag is aan niemand toegewezen.")
        return redirect(url_for(".question", number=number, question=question))
    return page("tenders/procedures/question_assign.html", form=form, procedure=procedure, question=one)


@bp.route("/aanbestedingen/<number>/vragen/<int:question>/vertrouwelijkheid", methods=["GET", "POST"])
@requires(Permission.QUESTION_ANSWER)
def decide(number: str, question: int) -> ResponseReturnValue:
    """Decide whether a question and its answer stay confidential."""
    procedure = loaded_for_change(number)
    one = queries.question_of(procedure, question)
    form = question_forms.DecisionForm()
    if form.validate_on_submit() and form.accepts(
        services.decide_confidentiality,
        one,
        grant=form.outcome.data == "grant",
        decision=form.decision.data or "",
        by=current_viewer(),
    ):
        flash("Uw besluit is vastgelegd. De vrager heeft bericht gekregen.")
        return redirect(url_for(".question", number=number, question=question))
    return page("tenders/procedures/question_decide.html", form=form, procedure=procedure, question=one)


@bp.post("/aanbestedingen/<number>/vragen/<int:question>/nakijken")
@requires(Permission.QUESTION_DRAFT)
def check_answer(number: str, question: int) -> ResponseReturnValue:
    """Say as a second person that the answer is right."""
    if act_or_flash(services.check_answer, _loaded_question(number, question), by=current_viewer()):
        flash("U hebt het antwoord nagelezen. Het kan in de nota.")
    return redirect(url_for(".question", number=number, question=question))


@bp.post("/aanbestedingen/<number>/vragen/<int:question>/versturen")
@requires(Permission.QUESTION_ANSWER)
def reply(number: str, question: int) -> ResponseReturnValue:
    """Send the answer to a confidential question to its asker only."""
    one = queries.question_of(loaded_for_change(number), question)
    if act_or_flash(services.reply_in_confidence, one, by=current_viewer()):
        flash("Het antwoord is verstuurd. Alleen de vrager kan het lezen.")
    return redirect(url_for(".question", number=number, question=question))


def chosen_finding(procedure: Procedure, finding_id: uuid.UUID) -> Any:
    """Return a finding of the consultation this tender follows, or nothing."""
    found = findings_of(procedure.consultation_id) if procedure.consultation_id else []
    return next((one for one in found if one.id == finding_id), None)
