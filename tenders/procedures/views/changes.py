"""Rectification on one screen, a longer term, and the notice that belongs to each change."""

import uuid
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.errors import NotFound
from portal.forms import act_or_flash, page
from tenders.procedures import change_forms, forms, queries, services
from tenders.procedures.models import Procedure
from tenders.procedures.rules import Planning
from tenders.procedures.rules.changes import days_needed, moved, objections_to_change
from tenders.procedures.services.changes import DATE_NAMES, Target, shown_date
from tenders.procedures.states import LineKind
from tenders.procedures.views.blueprint import bp, loaded, loaded_for_change, phase_of

DATES = tuple(DATE_NAMES)


def _change_form(procedure: Procedure) -> change_forms.ChangeForm:
    draft = queries.draft_change(procedure)
    form = change_forms.ChangeForm(obj=draft)
    if draft is not None and not form.is_submitted():
        form.is_substantial.data = "ja" if draft.is_substantial else "nee"
    return form


def _typed(form: Any) -> Planning:
    return Planning(**{name: form[name].data for name in DATES})


@bp.route("/aanbestedingen/<number>/rectificatie", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def rectify(number: str) -> ResponseReturnValue:
    """Prepare a change of a published tender: everything old beside new, on one screen."""
    procedure = loaded_for_change(number)
    form = _change_form(procedure)
    if form.validate_on_submit() and form.accepts(
        services.set_change,
        procedure,
        reason=form.reason.data or "",
        is_substantial=form.is_substantial.data == "ja",
        planning=_typed(form),
        by=current_viewer(),
    ):
        flash("De wijziging is als concept bewaard. Niemand ziet haar voordat u publiceert.")
        return redirect(url_for(".rectify", number=number))
    return _screen(procedure, form, _document_form(procedure))


def _document_form(procedure: Procedure) -> change_forms.NewDocumentForm:
    form = change_forms.NewDocumentForm(prefix="doc")
    form.document_id.choices = [
        (one.tender_document.id, f"{one.tender_document.title} (nu versie {one.number})")
        for one in queries.current_documents(procedure)
    ]
    return form


def _screen(
    procedure: Procedure, form: change_forms.ChangeForm, document_form: change_forms.NewDocumentForm
) -> ResponseReturnValue:
    draft = queries.draft_change(procedure)
    facts = queries.change_facts(draft) if draft is not None else None
    rules = queries.rules_of(procedure.kind_code, clock.today())
    value = queries.rule_values(procedure.kind_code, clock.today())
    return page(
        "tenders/procedures/rectify.html",
        form=document_form if document_form.errors else form,
        change_form=form,
        document_form=document_form,
        procedure=procedure,
        draft=draft,
        lines=queries.lines_of(draft) if draft is not None else [],
        dates=_moving(facts.stored, facts.new) if facts is not None else [],
        stored={name: shown_date(getattr(procedure, name)) for name in DATES},
        objections=objections_to_change(facts, now=clock.now(), today=clock.today()) if facts is not None else [],
        needed=(days_needed(True, value), days_needed(False, value)),
        texts=_texts(procedure),
        phase=phase_of(procedure),
        rules=rules,
        followers=len(queries.followers_of(procedure)),
    )


def _moving(stored: Planning, new: Planning) -> list[tuple[str, str, str]]:
    return [
        (DATE_NAMES[name], shown_date(old), shown_date(then)) for name, (old, then) in moved(stored, new).items()
    ]


def _texts(procedure: Procedure) -> list[tuple[str, str]]:
    number = procedure.number
    found = [("Samenvatting", url_for(".rectify_summary", number=number))]
    for lot in queries.lots_of(procedure):
        found += [
            (f"Perceel {lot.number}, {one.title}", url_for(".rectify_criterion", number=number, criterion_id=one.id))
            for one in lot.criteria
        ]
    found += [
        (
            f"{one.kind.label} {one.number}: {one.title}",
            url_for(".rectify_requirement", number=number, requirement_id=one.id),
        )
        for one in queries.requirements_in(procedure)
    ]
    return found


@bp.post("/aanbestedingen/<number>/rectificatie/document")
@requires(Permission.TENDER_MANAGE)
def rectify_document(number: str) -> ResponseReturnValue:
    """Put a newer version of a document in the change."""
    procedure = loaded_for_change(number)
    form = _document_form(procedure)
    if form.validate_on_submit() and form.accepts(
        services.change_document,
        procedure,
        document=queries.document_of(procedure, form.document_id.data),
        data=form.file.data.read(),
        filename=form.file.data.filename or "",
        by=current_viewer(),
    ):
        flash("De nieuwe versie staat in de wijziging.")
        return redirect(url_for(".rectify", number=number))
    return _screen(procedure, _fresh(procedure), form)


def _fresh(procedure: Procedure) -> change_forms.ChangeForm:
    draft = queries.draft_change(procedure)
    form = change_forms.ChangeForm(formdata=None, obj=draft)
    form.is_substantial.data = "nee" if draft is not None and not draft.is_substantial else "ja"
    return form


@bp.route("/aanbestedingen/<number>/rectificatie/samenvatting", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def rectify_summary(number: str) -> ResponseReturnValue:
    """Change the summary of a published tender."""
    return _text_page(loaded_for_change(number), LineKind.SUMMARY, None)


@bp.route("/aanbestedingen/<number>/rectificatie/eisen/<uuid:requirement_id>", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def rectify_requirement(number: str, requirement_id: uuid.UUID) -> ResponseReturnValue:
    """Change the text of a requirement of a published tender."""
    procedure = loaded_for_change(number)
    return _text_page(procedure, LineKind.REQUIREMENT, queries.requirement_of(procedure, requirement_id))


@bp.route("/aanbestedingen/<number>/rectificatie/criteria/<uuid:criterion_id>", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def rectify_criterion(number: str, criterion_id: uuid.UUID) -> ResponseReturnValue:
    """Change the text of an award criterion of a published tender; its weight stays as it is."""
    procedure = loaded_for_change(number)
    return _text_page(procedure, LineKind.CRITERION, queries.criterion_of(procedure, criterion_id))


def _text_page(procedure: Procedure, kind: LineKind, target: Target) -> ResponseReturnValue:
    label, old = queries.text_to_change(procedure, kind, target)
    form = change_forms.NewTextForm()
    if not form.is_submitted():
        form.new_text.data = old
    if form.validate_on_submit() and form.accepts(
        services.change_text, procedure, kind=kind, target=target, new_text=form.new_text.data or "", by=current_viewer()
    ):
        flash("De nieuwe tekst staat in de wijziging.")
        return redirect(url_for(".rectify", number=procedure.number))
    return page("tenders/procedures/rectify_text.html", form=form, procedure=procedure, label=label, old=old)


@bp.post("/aanbestedingen/<number>/rectificatie/regels/<uuid:line_id>/verwijderen")
@requires(Permission.TENDER_MANAGE)
def drop_line(number: str, line_id: uuid.UUID) -> ResponseReturnValue:
    """Take a line out of the change."""
    if act_or_flash(services.drop_line, loaded_for_change(number), line_id, by=current_viewer()):
        flash("De regel is uit de wijziging gehaald.")
    return redirect(url_for(".rectify", number=number))


@bp.post("/aanbestedingen/<number>/rectificatie/weggooien")
@requires(Permission.TENDER_MANAGE)
def discard_change(number: str) -> ResponseReturnValue:
    """Throw the draft change away."""
    if act_or_flash(services.discard_change, loaded_for_change(number), by=current_viewer()):
        flash("De wijziging is weggegooid. Er is niets gepubliceerd.")
    return redirect(url_for(".show", number=number))


@bp.post("/aanbestedingen/<number>/rectificatie/publiceren")
@requires(Permission.TENDER_MANAGE)
def publish_change(number: str) -> ResponseReturnValue:
    """Publish the change: documents, texts, dates and message go out together."""
    procedure = loaded_for_change(number)
    if not act_or_flash(services.publish_change, procedure, by=current_viewer()):
        return redirect(url_for(".rectify", number=number))
    flash("De wijziging is gepubliceerd. Volgers en iedereen met een concept of inschrijving hebben bericht gekregen.")
    last = queries.changes_of(procedure)[0]
    return redirect(url_for(".change", number=number, change=last.number))


@bp.route("/aanbestedingen/<number>/verlengen", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def extend(number: str) -> ResponseReturnValue:
    """Give bidders more time; nothing else changes."""
    procedure = loaded_for_change(number)
    form = change_forms.ExtendForm()
    if form.validate_on_submit() and form.accepts(
        services.extend_deadline,
        procedure,
        deadline=form.submission_deadline_at.data,
        reason=form.reason.data or "",
        by=current_viewer(),
    ):
        flash("De sluiting is verplaatst. Iedereen heeft bericht gekregen.")
        return redirect(url_for(".show", number=number))
    return page(
        "tenders/procedures/extend.html",
        form=form,
        procedure=procedure,
        rules=queries.rules_of(procedure.kind_code, clock.today()),
    )


@bp.get("/aanbestedingen/<number>/rectificaties/<int:change>")
@requires(Permission.TENDER_READ)
def change(number: str, change: int) -> ResponseReturnValue:
    """Show a published change: old beside new, and its notice on TenderNed."""
    procedure = loaded(number)
    return page(
        "tenders/procedures/change.html",
        procedure=procedure,
        change=queries.change_of(procedure, change),
        may_change=queries.may_change(current_viewer(), procedure),
        needed=queries.needs_notice(procedure),
    )


@bp.route("/aanbestedingen/<number>/rectificaties/<int:change>/aankondiging", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def change_notice(number: str, change: int) -> ResponseReturnValue:
    """Record the notice of a change on TenderNed with its three times."""
    procedure = loaded_for_change(number)
    one = queries.change_of(procedure, change)
    if not queries.needs_notice(procedure):
        raise NotFound
    form = forms.NoticeForm(obj=one.notice)
    if form.validate_on_submit() and form.accepts(
        services.record_change_notice,
        procedure,
        one,
        tenderned_number=form.tenderned_number.data or "",
        sent_at=form.sent_at.data,
        receipt_confirmed_at=form.receipt_confirmed_at.data,
        made_public_at=form.made_public_at.data,
        by=current_viewer(),
    ):
        flash("De rectificatie op TenderNed is vastgelegd.")
        return redirect(url_for(".change", number=number, change=change))
    return page(
        "tenders/procedures/notice.html",
        form=form,
        procedure=procedure,
        needed=True,
        change=one,
        rules=queries.rules_of(procedure.kind_code, clock.today()),
    )
