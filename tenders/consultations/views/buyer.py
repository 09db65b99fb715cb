"""Pages on which inkoop makes a market consultation and invites to it."""

import uuid
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import audit
from portal.access import Permission, current_viewer, requires
from portal.catalogue.queries import municipalities, products
from portal.db import db
from portal.forms import act_or_flash, page
from portal.ui import paginate
from tenders.consultations import exports, forms, queries, services
from tenders.consultations.models import Consultation, Stakeholder
from tenders.consultations.rules import options_in, quadrant
from tenders.consultations.states import AnswerKind, ConsultationPhase, Quadrant
from tenders.consultations.views.blueprint import bp, for_lead, phase_of


def _arguments() -> dict[str, Any]:
    return request.args.to_dict()


def _chosen_phase() -> ConsultationPhase | None:
    asked = request.args.get("toestand", "")
    return ConsultationPhase(asked) if asked in set(ConsultationPhase) else None


def _chosen_product() -> uuid.UUID | None:
    code = request.args.get("product", "")
    return next((one.id for one in products() if one.code == code), None)


@bp.get("/marktconsultaties")
@requires(Permission.TENDER_READ)
def index() -> ResponseReturnValue:
    """List the consultations of the viewer's municipality."""
    statement = queries.consultations_for(
        current_viewer(),
        words=request.args.get("q", "").strip()[:100],
        phase=_chosen_phase(),
        product_id=_chosen_product(),
        sort=request.args.get("sorteer", "-nummer"),
    )
    shown = paginate(statement)
    return page(
        "tenders/consultations/index.html",
        shown=shown,
        counts=queries.counts_for(shown.items),
        download_url=url_for(".download", **_arguments()),
        phase_of=phase_of,
        names_of=queries.names_of,
        phases=[(one.value, one.label) for one in ConsultationPhase],
        products=[(one.code, one.short_name) for one in products()],
        sort=request.args.get("sorteer", "-nummer"),
    )


@bp.get("/marktconsultaties/download")
@requires(Permission.TENDER_READ)
def download() -> Response:
    """Download the list with the same filters as a workbook."""
    statement = queries.consultations_for(
        current_viewer(),
        words=request.args.get("q", "").strip()[:100],
        phase=_chosen_phase(),
        product_id=_chosen_product(),
        sort=request.args.get("sorteer", "-nummer"),
    )
    return exports.consultations_workbook(list(db.session.scalars(statement.limit(5000))))


def _content_form(consultation: Consultation | None = None) -> forms.ConsultationForm:
    form = forms.ConsultationForm(obj=consultation)
    form.products.choices = [(one.id, one.name) for one in products()]
    form.municipalities.choices = [(one.id, one.name) for one in municipalities()]
    if consultation is not None and not form.is_submitted():
        form.products.data = [link.product_id for link in consultation.product_links]
        form.municipalities.data = [link.municipality_id for link in consultation.municipality_links]
    return form


@bp.route("/marktconsultaties/nieuw", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def create() -> ResponseReturnValue:
    """Make a draft consultation."""
    form = _content_form()
    if form.validate_on_submit() and form.accepts(
        services.create_consultation, **_content(form), by=current_viewer()
    ):
        flash("De marktconsultatie is bewaard als concept. Voeg nu uw vragen toe.")
        return redirect(url_for(".show", number=form.result.number))
    return page("tenders/consultations/edit.html", form=form, consultation=None)


def _content(form: forms.ConsultationForm) -> dict[str, Any]:
    names = ("title", "introduction", "products", "municipalities", "is_public", "closes_at")
    return {name: form[name].data if name != "introduction" else form[name].data or "" for name in names}


@bp.route("/marktconsultaties/<number>/gegevens", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def edit(number: str) -> ResponseReturnValue:
    """Change a draft consultation."""
    consultation = queries.consultation_for(current_viewer(), number)
    form = _content_form(consultation)
    if form.validate_on_submit() and form.accepts(
        services.change_consultation, consultation, **_content(form), by=current_viewer()
    ):
        flash("De gegevens zijn gewijzigd.")
        return redirect(url_for(".show", number=number))
    return page("tenders/consultations/edit.html", form=form, consultation=consultation)


@bp.route("/marktconsultaties/<number>", methods=["GET", "POST"])
@requires(Permission.TENDER_READ)
def show(number: str) -> ResponseReturnValue:
    """Show a consultation to staff; a buyer of the lead adds questions to a draft here."""
    consultation = queries.consultation_for(current_viewer(), number)
    form = forms.QuestionForm()
    if form.validate_on_submit() and form.accepts(
        services.add_question,
        consultation,
        text=form.text.data or "",
        kind=AnswerKind(form.kind.data),
        options=options_in(form.options.data or ""),
        unit=form.unit.data or "",
        by=current_viewer(),
    ):
        flash("De vraag is toegevoegd.")
        return redirect(url_for(".show", number=number))
    changes = queries.may_change(current_viewer(), consultation)
    return page(
        "tenders/consultations/show.html",
        form=form,
        consultation=consultation,
        phase=phase_of(consultation),
        names=queries.names_of(consultation),
        may_change=changes,
        responses=queries.counts_for([consultation]).get(consultation.id, 0),
        drafts=queries.drafts_count(consultation) if changes else 0,
        invited=[*queries.invited_organisations(consultation), *queries.invited_contacts(consultation)] if changes else [],
        lines=audit.history_of(consultation, *consultation.findings) if changes else [],
    )


@bp.post("/marktconsultaties/<number>/vragen/<uuid:question_id>/verwijderen")
@requires(Permission.CONSULTATION_MANAGE)
def remove_question(number: str, question_id: uuid.UUID) -> ResponseReturnValue:
    """Take a question out of a draft."""
    consultation = queries.consultation_for(current_viewer(), number)
    question = queries.question_of(consultation, question_id)
    if act_or_flash(services.remove_question, consultation, question, by=current_viewer()):
        flash("De vraag is verwijderd.")
    return redirect(url_for(".show", number=number))


@bp.post("/marktconsultaties/<number>/openstellen")
@requires(Permission.CONSULTATION_MANAGE)
def open_up(number: str) -> ResponseReturnValue:
    """Open a consultation to the market."""
    consultation = queries.consultation_for(current_viewer(), number)
    if act_or_flash(services.open_consultation, consultation, by=current_viewer()):
        flash(f"De marktconsultatie ‘{consultation.title}’ staat open.")
    return redirect(url_for(".show", number=number))


@bp.post("/marktconsultaties/<number>/intrekken")
@requires(Permission.CONSULTATION_MANAGE)
def withdraw(number: str) -> ResponseReturnValue:
    """Withdraw a consultation."""
    consultation = queries.consultation_for(current_viewer(), number)
    if act_or_flash(services.withdraw_consultation, consultation, by=current_viewer()):
        flash("De marktconsultatie is ingetrokken.")
    return redirect(url_for(".show", number=number))


@bp.route("/marktconsultaties/<number>/uitnodigen", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def invite(number: str) -> ResponseReturnValue:
    """Choose who is invited, from the address list by influence and interest and from the providers."""
    consultation = for_lead(number)
    people = queries.stakeholders(current_viewer())
    linked = {one.provider_id for one in people}
    form = forms.InviteForm()
    form.offer(
        {one: _reachable(people, one) for one in Quadrant},
        [(one.id, one.name) for one in queries.providers() if one.id not in linked],
    )
    if not form.is_submitted():
        form.choose([*queries.contact_ids(consultation), *queries.invited_ids(consultation)], people)
    if form.validate_on_submit() and form.accepts(
        services.invite,
        consultation,
        organisations=form.providers.data or [],
        stakeholders=form.stakeholders(),
        by=current_viewer(),
    ):
        flash("De uitnodigingslijst is opgeslagen.")
        return redirect(url_for(".show", number=number))
    return page(
        "tenders/consultations/invite.html",
        form=form,
        consultation=consultation,
        phase=phase_of(consultation),
        quadrants=list(Quadrant),
        unreachable=[one for one in people if not one.email and one.provider_id is None],
    )


def _reachable(people: Any, place: Quadrant) -> list[tuple[uuid.UUID, str]]:
    return [
        (one.id, _shown(one))
        for one in people
        if quadrant(one.influence, one.interest) is place and (one.email or one.provider_id is not None)
    ]


def _shown(one: Stakeholder) -> str:
    account = " – heeft een account" if one.provider_id is not None else ""
    return f"{one.name} ({one.part}){account}" if one.part else f"{one.name}{account}"
