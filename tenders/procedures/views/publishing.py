"""The check page before publication, the question to publish, and publication by a second person."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.accounts.models import User
from portal.db import db
from portal.forms import act_or_flash, page
from tenders.procedures import queries, services
from tenders.procedures.models import Procedure, ProcedureRule
from tenders.procedures.rules import Missing
from tenders.procedures.states import ProcedureState
from tenders.procedures.views.blueprint import bp, loaded, loaded_for_change, page_to_mend, parts_of


def cited(rules: dict[str, ProcedureRule], item: Missing) -> str:
    """Return where a missing thing stands written: the article or the paragraph, with its legal status."""
    rule = rules.get(item.rule)
    return f"{rule.legal_status.label.capitalize()}: {rule.citation}" if rule is not None else ""


@bp.get("/aanbestedingen/<number>/controleren")
@requires(Permission.TENDER_READ)
def check(number: str) -> ResponseReturnValue:
    """Show everything before publication, with what is missing, its article or paragraph, and the page to mend it."""
    procedure = loaded(number)
    viewer = current_viewer()
    queries.refuse_unless_second(viewer, procedure)
    lots = queries.lots_of(procedure)
    numbers = {lot.id: lot.number for lot in lots}
    preparing = procedure.state is ProcedureState.PREPARATION
    rules = queries.rules_of(procedure.kind_code, clock.today())
    missing = queries.check_items(procedure) if preparing else []
    return page(
        "tenders/procedures/check.html",
        procedure=procedure,
        lots=lots,
        missing=[(one.message, page_to_mend(procedure, one, numbers), cited(rules, one)) for one in missing],
        warnings=[note.message for note in queries.planning_notes(procedure) if not note.blocks],
        documents=queries.current_documents(procedure),
        requirements=queries.requirements_in(procedure),
        parts={key: url for key, _, url in parts_of(procedure)},
        rules=rules,
        may_change=queries.may_change(viewer, procedure),
        may_confirm=queries.may_confirm(viewer, procedure, procedure.publication_asked_by_id),
        asker=_asker(procedure),
        publishers=queries.publishers_of(procedure),
    )


def _asker(procedure: Procedure) -> str:
    asked_by = procedure.publication_asked_by_id
    person = db.session.get(User, asked_by) if asked_by is not None else None
    return person.name if person is not None else ""


@bp.post("/aanbestedingen/<number>/publicatie-aanvragen")
@requires(Permission.TENDER_MANAGE)
def ask_publication(number: str) -> ResponseReturnValue:
    """Ask a second person to publish a tender that is complete."""
    procedure = loaded_for_change(number)
    if act_or_flash(services.ask_publication, procedure, by=current_viewer()):
        flash("De publicatie is aangevraagd. Een tweede persoon controleert en publiceert.")
    return redirect(url_for(".check", number=number))


@bp.post("/aanbestedingen/<number>/publicatie-terugnemen")
@requires(Permission.TENDER_MANAGE)
def take_back_publication(number: str) -> ResponseReturnValue:
    """Take the question to publish back."""
    procedure = loaded_for_change(number)
    if act_or_flash(services.take_back_publication, procedure, by=current_viewer()):
        flash("De aanvraag is teruggenomen. U kunt de aanbesteding weer wijzigen.")
    return redirect(url_for(".check", number=number))


@bp.post("/aanbestedingen/<number>/publiceren")
@requires(Permission.TENDER_READ)
def publish(number: str) -> ResponseReturnValue:
    """Publish a tender as the second person."""
    procedure = loaded(number)
    queries.refuse_unless_second(current_viewer(), procedure)
    if act_or_flash(services.publish, procedure, by=current_viewer()):
        flash(f"De aanbesteding ‘{procedure.title}’ is gepubliceerd.")
        return redirect(url_for(".show", number=number))
    return redirect(url_for(".check", number=number))
