"""Pages on which a provider asks: one question, many by workbook, and what became of his own."""

import json

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.errors import PortalError
from portal.forms import act_or_flash, page
from portal.tables import XLSX, download
from tenders.procedures import forms, queries, question_forms, question_sheets, services
from tenders.procedures.models import Procedure
from tenders.procedures.queries import questions as question_queries
from tenders.procedures.rules import question_round_open
from tenders.procedures.services import subject_of
from tenders.procedures.states import Confidentiality
from tenders.procedures.views.blueprint import bp


def round_open(procedure: Procedure) -> bool:
    """Say whether providers can ask at this instant."""
    return question_round_open(procedure.state, procedure.questions_close_at, clock.now())


@bp.route("/opdrachten/<number>/vragen/nieuw", methods=["GET", "POST"])
@requires(Permission.QUESTION_ASK)
def ask(number: str) -> ResponseReturnValue:
    """Ask a question about a tender; what tells who asks is warned about first."""
    procedure = queries.market_procedure(current_viewer(), number)
    form = question_forms.QuestionForm()
    form.lot_id.choices = forms.with_none(
        [(one.id, f"Perceel {one.number}: {one.title}") for one in queries.lots_of(procedure)], "de hele opdracht"
    )
    form.document_version_id.choices = forms.with_none(
        [(one.id, f"{one.tender_document.title} (versie {one.number})") for one in queries.current_documents(procedure)],
        "geen document",
    )
    if form.validate_on_submit() and form.accepts(
        services.ask_question,
        procedure,
        text=form.text.data or "",
        lot_id=form.lot_id.data,
        document_version_id=form.document_version_id.data,
        paragraph=form.paragraph.data or "",
        confidential_reason=form.confidential_reason.data or "",
        as_typed=form.as_typed.data,
        by=current_viewer(),
    ):
        flash(f"Uw vraag is verstuurd. Zij heeft nummer {form.result.number}.")
        return redirect(url_for(".assignment", number=number))
    return page(
        "tenders/procedures/ask.html",
        form=form,
        procedure=procedure,
        round_open=round_open(procedure),
        alike=question_queries.answered_alike(procedure, form.text.data or "") if form.errors else [],
        warned=any("vinkje" in one for one in form.text.errors),
    )


@bp.get("/opdrachten/<number>/vragen/sjabloon")
@requires(Permission.QUESTION_ASK)
def question_template(number: str) -> Response:
    """Download the workbook in which many questions are typed."""
    procedure = queries.market_procedure(current_viewer(), number)
    return download(question_sheets.template(procedure), f"{procedure.number} vragen.xlsx", XLSX)


@bp.route("/opdrachten/<number>/vragen/bestand", methods=["GET", "POST"])
@requires(Permission.QUESTION_ASK)
def import_questions(number: str) -> ResponseReturnValue:
    """Read the questions of a workbook and show them; nothing is sent yet."""
    procedure = queries.market_procedure(current_viewer(), number)
    form = question_forms.ImportForm()
    read = question_sheets.Read([], [])
    if form.validate_on_submit():
        try:
            read = question_sheets.read(procedure, form.file.data.read(), form.file.data.filename or "")
        except PortalError as refusal:
            form.file.errors = [*form.file.errors, refusal.message]
    sending = question_forms.ImportedForm(formdata=None)
    sending.rows.data = json.dumps(question_sheets.as_data(read.rows), ensure_ascii=False)
    return page(
        "tenders/procedures/import.html",
        form=form,
        sending=sending,
        procedure=procedure,
        read=read,
        round_open=round_open(procedure),
    )


@bp.post("/opdrachten/<number>/vragen/bestand/versturen")
@requires(Permission.QUESTION_ASK)
def send_imported(number: str) -> ResponseReturnValue:
    """Send the questions that were shown, all of them or none."""
    procedure = queries.market_procedure(current_viewer(), number)
    form = question_forms.ImportedForm()
    try:
        rows = question_sheets.from_data(json.loads(form.rows.data or "[]"))
    except ValueError:
        flash("Wij konden de vragen niet meer lezen. Lever het bestand opnieuw aan.", "error")
        return redirect(url_for(".import_questions", number=number))
    if form.validate_on_submit() and form.accepts(
        services.ask_many, procedure, rows=rows, as_typed=form.as_typed.data, by=current_viewer()
    ):
        flash(f"Er zijn {len(form.result)} vragen verstuurd.")
        return redirect(url_for(".assignment", number=number))
    return page(
        "tenders/procedures/import.html",
        form=form,
        sending=form,
        procedure=procedure,
        read=question_sheets.Read(rows, []),
        round_open=round_open(procedure),
    )


@bp.get("/opdrachten/<number>/vragen/<int:question>")
@requires(Permission.QUESTION_ASK)
def own_question(number: str, question: int) -> ResponseReturnValue:
    """Show a provider its own question: what became of it, and what it can choose."""
    viewer = current_viewer()
    procedure = queries.market_procedure(viewer, number)
    one = question_queries.own_question(procedure, viewer, question)
    return page(
        "tenders/procedures/own_question.html",
        procedure=procedure,
        question=one,
        subject=subject_of(one),
        may_choose=one.confidentiality is Confidentiality.REFUSED and one.state in question_queries.OPEN_STATES,
    )


@bp.post("/opdrachten/<number>/vragen/<int:question>/intrekken")
@requires(Permission.QUESTION_ASK)
def withdraw_question(number: str, question: int) -> ResponseReturnValue:
    """Take a question back whose confidentiality was refused."""
    viewer = current_viewer()
    one = question_queries.own_question(queries.market_procedure(viewer, number), viewer, question)
    if act_or_flash(services.withdraw_question, one, by=viewer):
        flash("De vraag is teruggetrokken. Zij wordt niet beantwoord en niet gepubliceerd.")
    return redirect(url_for(".own_question", number=number, question=question))


@bp.post("/opdrachten/<number>/vragen/<int:question>/publiceren")
@requires(Permission.QUESTION_ASK)
def accept_publication(number: str, question: int) -> ResponseReturnValue:
    """Let a question whose confidentiality was refused be answered to everybody."""
    viewer = current_viewer()
    one = question_queries.own_question(queries.market_procedure(viewer, number), viewer, question)
    if act_or_flash(services.accept_publication, one, by=viewer):
        flash("De vraag wordt beantwoord in de nota van inlichtingen, zonder uw naam.")
    return redirect(url_for(".own_question", number=number, question=question))
