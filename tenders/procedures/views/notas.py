"""Pages of the nota van inlichtingen: make it, hand it out, and see who got it."""

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.documents import response
from portal.forms import act, page
from tenders.procedures import queries, question_forms, services
from tenders.procedures.models import Procedure
from tenders.procedures.queries import questions as question_queries
from tenders.procedures.rules.questions import is_late, proposed_closing
from tenders.procedures.services import subject_of
from tenders.procedures.views.blueprint import bp, loaded, loaded_for_change, phase_of


def _days(procedure: Procedure) -> int:
    return queries.rule_values(procedure.kind_code, clock.today())("nota_days") or 0


@bp.route("/aanbestedingen/<number>/vragen/nota", methods=["GET", "POST"])
@requires(Permission.QUESTION_ANSWER)
def nota(number: str) -> ResponseReturnValue:
    """Choose the answered questions, see the nota, and publish it to everyone at once."""
    procedure, viewer = loaded_for_change(number), current_viewer()
    ready = question_queries.ready_for_nota(procedure)
    closing, days, today = procedure.submission_deadline_at, _days(procedure), clock.today()
    late = closing is not None and is_late(today, closing, days)
    form = question_forms.NotaForm()
    form.numbers.choices = [(one.id, f"Vraag {one.number}: {one.text[:120]}") for one in ready]
    if not form.is_submitted():
        form.numbers.data = [one.id for one in ready]
        form.new_closing.data = proposed_closing(today, closing, days) if closing is not None and late else None
    chosen = [one.number for one in ready if one.id in (form.numbers.data or [])]
    if form.validate_on_submit() and form.accepts(
        services.publish_nota,
        procedure,
        numbers=chosen,
        new_closing=form.new_closing.data,
        keep_closing=form.keep.data == "keep",
        no_extension_reason=form.no_extension_reason.data or "",
        unchecked_reason=form.unchecked_reason.data or "",
        by=viewer,
    ):
        flash(f"Nota van inlichtingen {form.result.number} is gepubliceerd. De volgers hebben bericht gekregen.")
        return redirect(url_for(".questions", number=number))
    return page(
        "tenders/procedures/nota.html",
        form=form,
        procedure=procedure,
        ready=ready,
        subject_of=subject_of,
        late=late,
        days=days,
        unchecked=[one for one in ready if one.checked_at is None and one.answered_by_id == viewer.user_id],
        followers=len(queries.followers_of(procedure)),
        phase=phase_of(procedure),
        next_number=1 + len(queries.notas_of(procedure)),
    )


@bp.get("/aanbestedingen/<number>/nota/<int:nota>")
@requires(Permission.TENDER_READ)
def nota_document(number: str, nota: int) -> Response:
    """Download a published nota van inlichtingen as staff, also of a procedure that is not public."""
    return response(queries.nota_of(loaded(number), nota).document)


@bp.get("/opdrachten/<number>/nota/<int:nota>/lezen")
@requires(Permission.TENDER_FOLLOW, records_read=True)
def read_nota(number: str, nota: int) -> Response:
    """Download a nota as a follower; the first time is kept as proof that it was opened."""
    procedure = queries.market_procedure(current_viewer(), number)
    found = queries.nota_of(procedure, nota)
    act(services.record_opening, found, by=current_viewer())
    return response(found.document)


@bp.get("/aanbestedingen/<number>/volgers")
@requires(Permission.QUESTION_ANSWER)
def followers(number: str) -> ResponseReturnValue:
    """Show per follower which nota was sent, delivered and opened."""
    procedure = loaded_for_change(number)
    notas = sorted(queries.notas_of(procedure), key=lambda one: one.number)
    return page(
        "tenders/procedures/followers.html",
        procedure=procedure,
        rows=question_queries.delivery_log(procedure),
        notas=notas,
        columns=[("Aanbieder", "text"), ("Volgt sinds", "text"), *((f"Nota {one.number}", "text") for one in notas)],
    )
