"""Pages of obligations, and the monthly look in the register of keurmerken."""

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField
from wtforms.validators import InputRequired, Optional

from contracts.agreements import duty_queries, duty_services, queries
from contracts.agreements.duty_rules import look_of_duty
from contracts.agreements.duty_states import DutyKind, DutyOwner
from contracts.agreements.models import Contract
from contracts.agreements.views import bp
from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.choices import RadioField, SelectField
from portal.errors import NotFound
from portal.fields import LineField
from portal.forms import AtMost, BaseForm, DutchDateField, Filled, act_or_flash, page

BASE = "/contracten/<number>/verplichtingen"


class DutyForm(BaseForm):
    """A new obligation."""

    kind = SelectField("Soort", choices=[(one.value, one.label) for one in DutyKind])
    title = LineField("Wat moet er gebeuren?", [Filled("Vul in wat er moet gebeuren."), AtMost(200)])
    owner = RadioField(
        "Wie zorgt daarvoor?",
        [InputRequired("Kies wie daarvoor zorgt.")],
        choices=[(one.value, one.label) for one in DutyOwner],
    )
    due_on = DutchDateField("Uiterlijk op", [Filled("Vul de uiterste dag in.")])
    repeat_months = IntegerField("Herhalen na zoveel maanden", [Optional()])


class ProofForm(BaseForm):
    """The proof that an obligation was met."""

    on = DutchDateField("Voldaan op", [Filled("Vul de dag in.")])
    proof = LineField("Bewijs", [Filled("Vul in welk bewijs u hebt gezien."), AtMost(200)])


@bp.get(BASE)
@requires(Permission.CONTRACT_READ)
def duties(number: str) -> ResponseReturnValue:
    """List the obligations of a contract with owner, day and proof."""
    contract = queries.contract_for(current_viewer(), number)
    return page(
        "contracts/agreements/duties.html",
        contract=contract,
        duties=duty_queries.duties_of(contract),
        look=lambda one: look_of_duty(one.due_on, one.met_on, clock.today()),
        may_manage=queries.may_manage(contract, current_viewer()),
    )


@bp.route(f"{BASE}/nieuw", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def new_duty(number: str) -> ResponseReturnValue:
    """Add an obligation."""
    contract = _managed(number)
    form = DutyForm()
    if form.validate_on_submit() and form.accepts(
        duty_services.add_duty,
        contract,
        kind=DutyKind(form.kind.data),
        title=form.title.data or "",
        owner=DutyOwner(form.owner.data),
        due_on=form.due_on.data,
        repeat_months=form.repeat_months.data,
        by=current_viewer(),
    ):
        flash("De verplichting is toegevoegd.")
        return redirect(url_for(".duties", number=number))
    return page("contracts/agreements/duty_new.html", form=form, contract=contract)


@bp.route(f"{BASE}/<uuid:duty_id>/voldaan", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def meet_duty(number: str, duty_id: uuid.UUID) -> ResponseReturnValue:
    """Write down the proof of an obligation."""
    contract = _managed(number)
    duty = duty_queries.duty_for(contract, duty_id)
    form = ProofForm(obj=duty, on=clock.today())
    if form.validate_on_submit() and form.accepts(
        duty_services.meet_duty, duty, met_on=form.on.data, proof=form.proof.data or "", by=current_viewer()
    ):
        again = form.result
        flash(
            f"Vastgelegd. De volgende keer is uiterlijk op {again.due_on:%d-%m-%Y}." if again else "Vastgelegd als voldaan."
        )
        return redirect(url_for(".duties", number=number))
    return page("contracts/agreements/duty_met.html", form=form, contract=contract, duty=duty)


@bp.post("/keurmerken/controle")
@requires(Permission.CONTRACT_MANAGE)
def check_quality_mark() -> ResponseReturnValue:
    """Write down that the register says what the portal says."""
    organisations = [one.organisation for one in duty_queries.watched(current_viewer())]
    chosen = next((one for one in organisations if str(one.id) == request.form.get("aanbieder")), None)
    if chosen is None:
        raise NotFound
    if act_or_flash(duty_services.record_check, chosen, by=current_viewer()):
        flash(f"Vastgelegd: u zag het keurmerk van {chosen.name} vandaag in het register.")
    return redirect(url_for(".quality_marks"))


def _managed(number: str) -> Contract:
    contract = queries.contract_for(current_viewer(), number)
    queries.require_manager(contract, current_viewer())
    return contract
