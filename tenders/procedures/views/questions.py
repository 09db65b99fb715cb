"""Pages on which inkoop answers questions and publishes the nota van inlichtingen."""

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import audit, clock
from portal.access import Permission, current_viewer, requires
from portal.accounts.models import Organisation
from portal.db import db
from portal.documents import response
from portal.forms import page
from tenders.procedures import forms, queries, services
from tenders.procedures.services import subject_of
from tenders.procedures.states import QuestionState
from tenders.procedures.views.blueprint import bp, loaded, loaded_for_change, phase_of


@bp.get("/aanbestedingen/<number>/vragen")
@requires(Permission.TENDER_READ)
def questions(number: str) -> ResponseReturnValue:
    """List the questions of a tender, those without an answer first."""
    procedure = loaded(number)
    asked = request.args.get("toestand", "")
    state = QuestionState(asked) if asked in set(QuestionState) else None
    found = sorted(queries.questions_of(procedure, state=state), key=lambda one: one.state is QuestionState.PUBLISHED)
    return page(
        "tenders/procedures/questions.html",
        procedure=procedure,
        questions=found,
        subject_of=subject_of,
        states=[(one.value, one.label) for one in QuestionState],
        notas=queries.notas_of(procedure),
        ready=sum(one.state is QuestionState.ANSWERED for one in found),
        may_change=queries.may_change(current_viewer(), procedure),
    )


@bp.route("/aanbestedingen/<number>/vragen/<int:question>", methods=["GET", "POST"])
@requires(Permission.QUESTION_ANSWER)
def question(number: str, question: int) -> ResponseReturnValue:
    """Show a question with who asked it, and write the answer."""
    procedure = loaded_for_change(number)
    one = queries.question_of(procedure, question)
    form = forms.AnswerForm(obj=one)
    if form.validate_on_submit() and form.accepts(
        services.answer_question, one, answer=form.answer.data or "", by=current_viewer()
    ):
        flash("Het antwoord staat klaar voor de nota van inlichtingen.")
        return redirect(url_for(".questions", number=number))
    asker = db.session.get(Organisation, one.asker_id)
    return page(
        "tenders/procedures/question.html",
        form=form,
        procedure=procedure,
        question=one,
        subject=subject_of(one),
        asker=asker.name if asker else "",
        published=one.state is QuestionState.PUBLISHED,
        lines=audit.history_of(one),
    )


@bp.route("/aanbestedingen/<number>/vragen/nota", methods=["GET", "POST"])
@requires(Permission.QUESTION_ANSWER)
def nota(number: str) -> ResponseReturnValue:
    """Choose the answered questions, see the nota, and publish it to everyone at once."""
    procedure = loaded_for_change(number)
    ready = queries.questions_of(procedure, state=QuestionState.ANSWERED)
    form = forms.NotaForm()
    form.numbers.choices = [(one.id, f"Vraag {one.number}: {one.text[:120]}") for one in ready]
    if not form.is_submitted():
        form.numbers.data = [one.id for one in ready]
    chosen = [one.number for one in ready if one.id in (form.numbers.data or [])]
    if form.validate_on_submit() and form.accepts(
        services.publish_nota, procedure, numbers=chosen, by=current_viewer()
    ):
        flash(f"Nota van inlichtingen {form.result.number} is gepubliceerd. De volgers hebben bericht gekregen.")
        return redirect(url_for(".questions", number=number))
    return page(
        "tenders/procedures/nota.html",
        form=form,
        procedure=procedure,
        ready=ready,
        subject_of=subject_of,
        late=procedure.nota_due_on is not None and clock.today() > procedure.nota_due_on,
        followers=len(queries.followers_of(procedure)),
        phase=phase_of(procedure),
        next_number=1 + len(queries.notas_of(procedure)),
    )


@bp.get("/aanbestedingen/<number>/nota/<int:nota>")
@requires(Permission.TENDER_READ)
def nota_document(number: str, nota: int) -> Response:
    """Download a published nota van inlichtingen as staff, also of a procedure that is not public."""
    return response(queries.nota_of(loaded(number), nota).document)
