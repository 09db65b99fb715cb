"""Pages of aanmeldingen: list, refer, one trajectory and what happens in it."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from contracts.agreements import queries as agreements
from contracts.trajectories import events_services, exports, forms, queries, services, succession_queries
from contracts.trajectories.counts_queries import count_table
from contracts.trajectories.models import Trajectory
from contracts.trajectories.services import Referral
from contracts.trajectories.states import (
    EventKind,
    RefusalReason,
    StopReason,
    TrajectoryAction,
    TrajectoryState,
)
from portal import audit, clock, filters, tables
from portal.access import Permission, Viewer, current_viewer, requires
from portal.catalogue.queries import municipality_of, products
from portal.catalogue.states import TargetGroup
from portal.errors import NotYours
from portal.forms import act, act_or_flash, page
from portal.ui import paginate

bp = Blueprint("contracts_trajectories", __name__)

STEPS: dict[TrajectoryAction, Callable[..., None]] = {
    TrajectoryAction.ACCEPT: services.accept,
    TrajectoryAction.REFUSE: services.refuse,
    TrajectoryAction.WAIT: services.put_on_waiting_list,
    TrajectoryAction.START: services.start,
    TrajectoryAction.NOT_SHOW: services.not_shown_up,
    TrajectoryAction.INTERRUPT: services.interrupt,
    TrajectoryAction.RESUME: services.resume,
    TrajectoryAction.STOP: services.stop,
    TrajectoryAction.FINISH: services.finish,
}


def _filters() -> queries.Filters:
    return queries.Filters(
        words=request.args.get("zoek", "").strip(),
        contract=filters.chosen("contract", [one.number for one in agreements.contracts_for(current_viewer())]),
        state=filters.chosen("toestand", TrajectoryState),
        product=filters.chosen("product", [one.code for one in products()]),
        sort=request.args.get("sorteer", "-aangemeld"),
    )


@bp.get("/aanmeldingen")
@requires(Permission.TRAJECTORY_READ)
def index() -> ResponseReturnValue:
    """List the viewer's own aanmeldingen."""
    viewer, wanted = current_viewer(), _filters()
    found = paginate(queries.trajectory_list(viewer, wanted))
    return page(
        "contracts/trajectories/list.html",
        page=found,
        filters=wanted,
        living=queries.residences_on([one.id for one in found.items], clock.today()),
        contract_options=[(one.number, one.number) for one in agreements.contracts_for(viewer)],
        product_options=[(one.code, one.short_name) for one in products() if one.has_trajectories],
        state_options=[(one.value, one.label) for one in TrajectoryState],
        look_of=look_of,
    )


@bp.get("/aanmeldingen/download")
@requires(Permission.TRAJECTORY_READ, records_read=True)
def download() -> ResponseReturnValue:
    """Give the filtered list as a workbook, and leave a trace of it."""
    found = queries.all_of(queries.trajectory_list(current_viewer(), _filters()))
    data = exports.trajectories_workbook(found)
    act(exports.record_download, len(found), by=current_viewer())
    return tables.download(data, "aanmeldingen.xlsx", tables.XLSX)


@bp.route("/aanmeldingen/nieuw", methods=["GET", "POST"])
@requires(Permission.TRAJECTORY_REFER)
def refer() -> ResponseReturnValue:
    """Refer one or more participants to the provider of a contract."""
    viewer = current_viewer()
    municipality = municipality_of(viewer.organisation_id)
    if municipality is None:
        raise NotYours("een aanmelder van een gemeente")
    choices = queries.referable_products(viewer, clock.today())
    form = forms.ReferForm(on=clock.today())
    form.contract_product.choices = [
        (str(one.id), f"{one.product.name}, {one.contract.title} ({one.contract.number})") for one in choices
    ]
    if request.method == "GET" and request.args.get("contract"):
        wanted = [one for one in choices if one.contract.number == request.args["contract"]]
        form.contract_product.data = str(wanted[0].id) if wanted else None
    if form.validate_on_submit():
        chosen = next(one for one in choices if str(one.id) == form.contract_product.data)
        referral = Referral(
            contract_product=chosen,
            municipality=municipality,
            target_group=TargetGroup(form.target_group.data),
            pip_on=forms.value_of(form.pip_on),
            on=forms.value_of(form.on),
            number=form.number.data or 0,
            brought_hours=form.brought_hours.data or Decimal(0),
            brought_participation_hours=form.brought_participation_hours.data or Decimal(0),
            brought_exam_parts=form.brought_exam_parts.data or "",
            brought_source=form.brought_source.data or "",
            remark=form.remark.data or "",
        )
        if form.accepts(services.refer, referral, by=viewer):
            numbers = ", ".join(one.number for one in form.result)
            flash(f"Aangemeld: {numbers}. Meld de aanbieder langs uw eigen beveiligde weg om wie het gaat.")
            return redirect(url_for(".index", contract=chosen.contract.number))
    return page("contracts/trajectories/refer.html", form=form, choices=choices, municipality=municipality)


@bp.get("/aanmeldingen/<number>")
@requires(Permission.TRAJECTORY_READ)
def show(number: str) -> ResponseReturnValue:
    """Show one trajectory: where it stands, what happened, residence and term by date."""
    viewer = current_viewer()
    trajectory = queries.trajectory_for(viewer, number)
    successions = succession_queries.successions_of(trajectory)
    return page(
        "contracts/trajectories/show.html",
        trajectory=trajectory,
        contract=trajectory.contract_product.contract,
        look=look_of(trajectory.state),
        events=queries.events_of(trajectory),
        residences=queries.residences_of(trajectory),
        term_history=queries.terms_of(trajectory),
        exam_parts=events_services.EXAM_PARTS,
        is_provider=queries.may_answer(trajectory, viewer),
        is_municipality=queries.may_refer(trajectory, viewer),
        steps_left=queries.provider_steps(trajectory),
        waiting_days=(clock.today() - trajectory.waiting_since).days if trajectory.waiting_since else 0,
        history_lines=audit.history_of(trajectory),
        is_route=succession_queries.is_route(trajectory.contract_product.product),
        successions=successions,
        open_trajectories=queries.visible_among(
            viewer, {trajectory_id for one in successions for trajectory_id in (one.before_id, one.after_id)}
        ),
    )


@bp.route("/aanmeldingen/<number>/stand", methods=["GET", "POST"])
@requires(Permission.TRAJECTORY_RESPOND)
def step(number: str) -> ResponseReturnValue:
    """Let the provider say what happened: accepted, refused, started, stopped, and so on."""
    viewer = current_viewer()
    trajectory = queries.trajectory_for(viewer, number)
    queries.require_provider(trajectory, viewer)
    form = forms.StepForm(obj=trajectory, on=clock.today())
    offered = queries.provider_steps(trajectory)
    form.action.choices = [(one.value, forms.ACTION_LABELS[one]) for one in offered]
    if form.validate_on_submit():
        action = TrajectoryAction(form.action.data)
        if form.accepts(STEPS[action], trajectory, **_details(action, form), by=viewer):
            flash(f"{number}: {trajectory.state.label.lower()}.")
            return redirect(url_for(".show", number=number))
    return page(
        "contracts/trajectories/step.html",
        form=form,
        trajectory=trajectory,
        offered=[one.value for one in offered],
    )


def _details(action: TrajectoryAction, form: forms.StepForm) -> dict[str, Any]:
    details: dict[str, Any] = {"on": form.on.data}
    if action is TrajectoryAction.REFUSE:
        details["reason"] = RefusalReason(form.refusal_reason.data)
    if action is TrajectoryAction.STOP:
        details["reason"] = StopReason(form.stop_reason.data)
    if action is TrajectoryAction.INTERRUPT:
        details["return_expected_on"] = form.return_expected_on.data
    return details


@bp.route("/aanmeldingen/<number>/gebeurtenis", methods=["GET", "POST"])
@requires(Permission.TRAJECTORY_READ)
def event(number: str) -> ResponseReturnValue:
    """Register a talk, a signature, an exam part or a diploma."""
    viewer, trajectory = _open(number)
    form = forms.EventForm()
    if form.validate_on_submit() and form.accepts(
        events_services.register_event,
        trajectory,
        kind=EventKind(form.kind.data),
        on=form.on.data,
        part=form.part.data or "",
        by=viewer,
    ):
        flash(f"Vastgelegd als {form.result.certainty.label}: {form.result.kind.label}.")
        return redirect(url_for(".show", number=number))
    return page("contracts/trajectories/event.html", form=form, trajectory=trajectory)


@bp.post("/aanmeldingen/<number>/gebeurtenis/<uuid:event_id>/bevestigen")
@requires(Permission.TRAJECTORY_READ)
def confirm_event(number: str, event_id: uuid.UUID) -> ResponseReturnValue:
    """Confirm a provisional event as its owner."""
    viewer, trajectory = _open(number)
    found = queries.event_for(trajectory, event_id)
    if act_or_flash(events_services.confirm_event, found, by=viewer):
        flash(f"Bevestigd: {found.kind.label}.")
    return redirect(url_for(".show", number=number))


@bp.route("/aanmeldingen/<number>/verhuizing", methods=["GET", "POST"])
@requires(Permission.TRAJECTORY_REFER)
def move(number: str) -> ResponseReturnValue:
    """Record a move to another municipality, inside or outside the region."""
    viewer, trajectory = _open(number)
    queries.require_municipality(trajectory, viewer)
    places = queries.other_municipalities(trajectory, clock.today())
    form = forms.MoveForm(obj=trajectory)
    form.municipality.choices = [
        *[(str(one.id), one.name) for one in places],
        (forms.OUTSIDE, "Een gemeente buiten dit contract"),
    ]
    if form.validate_on_submit():
        to = next((one for one in places if str(one.id) == form.municipality.data), None)
        if form.accepts(services.move, trajectory, on=form.on.data, to=to, by=viewer):
            flash(f"De verhuizing naar {to.name if to else 'buiten de regio'} is vastgelegd.")
            return redirect(url_for(".show", number=number))
    return page(
        "contracts/trajectories/move.html",
        form=form,
        trajectory=trajectory,
        move_rule=trajectory.contract_product.contract.move_rule,
        outcomes=succession_queries.phase_outcomes(trajectory),
    )


@bp.route("/aanmeldingen/<number>/termijn", methods=["GET", "POST"])
@requires(Permission.TRAJECTORY_REFER)
def extend_term(number: str) -> ResponseReturnValue:
    """Record that DUO extended the inburgeringstermijn."""
    viewer, trajectory = _open(number)
    queries.require_municipality(trajectory, viewer)
    form = forms.TermForm(obj=trajectory)
    if form.validate_on_submit() and form.accepts(
        services.extend_term,
        trajectory,
        ends_on=forms.value_of(form.ends_on),
        decided_on=forms.value_of(form.decided_on),
        source=form.source.data or "",
        by=viewer,
    ):
        flash("De nieuwe einddatum van de termijn is vastgelegd.")
        return redirect(url_for(".show", number=number))
    return page("contracts/trajectories/term.html", form=form, trajectory=trajectory)


@bp.get("/contracten/<number>/aanmeldingen")
@requires(Permission.CONTRACT_READ)
def of_contract(number: str) -> ResponseReturnValue:
    """Show how many aanmeldingen a contract has per municipality; counts only."""
    contract = agreements.contract_for(current_viewer(), number)
    return page(
        "contracts/trajectories/of_contract.html",
        contract=contract,
        table=count_table(contract),
        look_of=look_of,
        open_now=agreements.phase_of(contract) == "running",
    )


def look_of(state: TrajectoryState) -> tuple[str, str]:
    """Return the tone and the sign with which a state is shown."""
    return {
        TrajectoryState.REFERRED: ("info", "clock"),
        TrajectoryState.ACCEPTED: ("info", "check"),
        TrajectoryState.REFUSED: ("under", "back"),
        TrajectoryState.WAITING: ("near", "clock"),
        TrajectoryState.STARTED: ("good", "check"),
        TrajectoryState.NO_SHOW: ("under", "cross"),
        TrajectoryState.INTERRUPTED: ("near", "clock"),
        TrajectoryState.STOPPED: ("none", "dash"),
        TrajectoryState.FINISHED: ("good", "check"),
    }[state]


def _open(number: str) -> tuple[Viewer, Trajectory]:
    viewer = current_viewer()
    return viewer, queries.trajectory_for(viewer, number)
