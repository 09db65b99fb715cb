"""Pages of what follows on a trajectory: a switch of route, a provider that stops, and the hand-over."""

import uuid
from decimal import Decimal

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from contracts.agreements import queries as agreements
from contracts.agreements.models import Contract
from contracts.trajectories import queries, succession_queries, succession_services
from contracts.trajectories.succession_models import ProviderStop
from contracts.trajectories.succession_rules import is_late_switch
from contracts.trajectories.succession_services import NewHandOver, Switch
from contracts.trajectories.succession_states import StopKind, SwitchGround
from contracts.trajectories.views import bp
from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.choices import RadioField, SelectField, SelectMultipleField
from portal.errors import NotFound
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateField, Filled, QuantityField, page

STOP_PATH = "/contracten/<number>/aanbieder-stopt"


class SwitchForm(BaseForm):
    """A switch to another leerroute."""

    contract_product = SelectField("Nieuwe leerroute", choices=[])
    on = DutchDateField("Overgestapt op", [Filled("Vul de dag van de overstap in.")])
    ground = SelectField(
        "Grond", choices=[("", "Niet nodig, binnen de termijn"), *[(one.value, one.label) for one in SwitchGround]]
    )
    reason = TextField("Toelichting op de grond", [AtMost(1000)])
    hours = QuantityField("Lesuren die meegaan", [Filled("Vul het aantal lesuren in; 0 mag ook.")])
    participation_hours = QuantityField("Uren participatie die meegaan", [Filled("Vul het aantal uren in; 0 mag ook.")])
    exam_parts = LineField("Gehaalde examenonderdelen", [AtMost(200)])


class StopForm(BaseForm):
    """A provider that stops."""

    cause = RadioField(
        "Waarom stopt de aanbieder?",
        [InputRequired("Kies waarom de aanbieder stopt.")],
        choices=[(one.value, one.label) for one in StopKind],
    )
    on = DutchDateField("Vanaf welke dag?", [Filled("Vul de dag in.")])
    source = LineField("Waar blijkt dat uit?", [Filled("Vul in waar dit uit blijkt."), AtMost(200)])
    settlement = TextField("Verrekening en facturen", [AtMost(2000)])


class HandOverForm(BaseForm):
    """Places with another provider."""

    contract_product = SelectField("Naar welk contract?", choices=[])
    municipalities = SelectMultipleField(
        "Deelnemers van", choices=[], option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    on = DutchDateField("Eerste dag bij de nieuwe aanbieder", [Filled("Vul de eerste dag in.")])
    suitability = TextField(
        "Hoe is de geschiktheid van de opvolger getoetst?", [Filled("Beschrijf de toets op geschiktheid."), AtMost(2000)]
    )
    consent = LineField("Toestemming van Blik op Werk", [AtMost(200)])


@bp.route("/aanmeldingen/<number>/overstap", methods=["GET", "POST"])
@requires(Permission.TRAJECTORY_REFER)
def switch(number: str) -> ResponseReturnValue:
    """Let a participant go on in another leerroute, in one screen."""
    viewer = current_viewer()
    trajectory = queries.trajectory_for(viewer, number)
    queries.require_municipality(trajectory, viewer)
    targets = succession_queries.switch_targets(trajectory, viewer)
    hours, parts = succession_services.brought_along([trajectory])[trajectory.id]
    form = SwitchForm(
        on=clock.today(),
        stored={
            "hours": hours,
            "participation_hours": trajectory.brought_participation_hours,
            "exam_parts": parts,
        },
    )
    form.contract_product.choices = [
        (str(one.id), f"{one.product.name}, {one.contract.title} ({one.contract.number})") for one in targets
    ]
    if form.validate_on_submit():
        wanted = Switch(
            to=next(one for one in targets if str(one.id) == form.contract_product.data),
            on=form.on.data,  # type: ignore[arg-type]
            hours=form.hours.data or Decimal(0),
            participation_hours=form.participation_hours.data or Decimal(0),
            exam_parts=form.exam_parts.data or "",
            ground=SwitchGround(form.ground.data) if form.ground.data else None,
            reason=form.reason.data or "",
        )
        if form.accepts(succession_services.switch_route, trajectory, wanted, by=viewer):
            flash(f"De overstap is vastgelegd. De deelnemer gaat verder onder {form.result.number}.")
            return redirect(url_for(".show", number=form.result.number))
    months = succession_services.switch_months(clock.today())
    return page(
        "contracts/trajectories/switch.html",
        form=form,
        trajectory=trajectory,
        targets=targets,
        outcomes=succession_queries.phase_outcomes(trajectory),
        months=months,
        is_late=is_late_switch(trajectory.term_starts_on, clock.today(), months),
    )


@bp.route(STOP_PATH, methods=["GET", "POST"])
@requires(Permission.CONTRACT_READ)
def provider_stop(number: str) -> ResponseReturnValue:
    """Show that a provider stops and who still has no place; who manages the contract records it here."""
    viewer = current_viewer()
    contract = agreements.contract_for(viewer, number)
    stop = succession_queries.stop_of(contract.id)
    form = StopForm(obj=contract, on=clock.today())
    if stop is None:
        agreements.require_manager(contract, viewer)
        if form.validate_on_submit() and form.accepts(
            succession_services.record_stop,
            contract,
            kind=StopKind(form.cause.data),
            on=form.on.data,
            source=form.source.data or "",
            settlement=form.settlement.data or "",
            by=viewer,
        ):
            flash("Vastgelegd. Nieuwe aanmeldingen kunnen niet meer; de gemeenten hebben bericht gekregen.")
            return redirect(url_for(".provider_stop", number=number))
        return page("contracts/trajectories/stop.html", form=form, contract=contract)
    return page(
        "contracts/trajectories/stopped.html",
        contract=contract,
        stop=stop,
        unplaced=succession_queries.unplaced(contract),
        placed=succession_queries.placed(stop),
        may_manage=agreements.may_manage(contract, viewer),
    )


@bp.route(f"{STOP_PATH}/overdragen", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def hand_over(number: str) -> ResponseReturnValue:
    """Give people a place with another provider."""
    viewer = current_viewer()
    contract, stop = _stopped(number)
    waiting = succession_queries.unplaced(contract)
    targets = succession_queries.possible_targets(contract)
    form = HandOverForm()
    form.contract_product.choices = [
        (str(one.id), f"{one.product.name}, {one.contract.title} ({one.contract.number})") for one in targets
    ]
    form.municipalities.choices = [
        (str(one.municipality.id), f"{one.municipality.name}: {one.number}") for one in waiting
    ]
    if form.validate_on_submit():
        new = NewHandOver(
            to=next(one for one in targets if str(one.id) == form.contract_product.data),
            municipalities={uuid.UUID(one) for one in form.municipalities.data or []},
            on=form.on.data,  # type: ignore[arg-type]
            suitability=form.suitability.data or "",
            consent=form.consent.data or "",
        )
        if form.accepts(succession_services.hand_over, stop, new, by=viewer):
            made = len(form.result)
            flash(f"{made} {'deelnemer heeft' if made == 1 else 'deelnemers hebben'} een plaats vanaf {new.on:%d-%m-%Y}.")
            return redirect(url_for(".provider_stop", number=number))
    return page(
        "contracts/trajectories/hand_over.html",
        form=form,
        contract=contract,
        stop=stop,
        targets=targets,
        waiting=waiting,
    )


def _stopped(number: str) -> tuple[Contract, ProviderStop]:
    contract = agreements.contract_for(current_viewer(), number)
    agreements.require_manager(contract, current_viewer())
    stop = succession_queries.stop_of(contract.id)
    if stop is None:
        raise NotFound
    return contract, stop
