"""Pages of room: places, waiting list, expected inflow and the size of a group."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from contracts.agreements import queries as agreements
from contracts.agreements.models import Contract, ContractProduct
from contracts.trajectories import capacity_queries, capacity_services
from contracts.trajectories.succession_rules import quarter_name, quarters_from
from contracts.trajectories.succession_states import BelowMinimum
from contracts.trajectories.views import bp
from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.choices import SelectField
from portal.errors import NotFound, NotYours
from portal.fields import LineField
from portal.forms import AtMost, BaseForm, DutchDateField, Filled, page

BASE = "/contracten/<number>/instroom"


class PlacesForm(BaseForm):
    """How many participants a provider can teach."""

    contract_product = SelectField("Product", choices=[])
    places = IntegerField("Plaatsen", [InputRequired("Vul het aantal plaatsen in.")])
    valid_from = DutchDateField("Vanaf", [Filled("Vul de dag in.")])


class GroupForm(BaseForm):
    """What was agreed about the size of a group."""

    contract_product = SelectField("Product", choices=[])
    minimum = IntegerField("Kleinste groep", [InputRequired("Vul de kleinste groep in.")])
    maximum = IntegerField("Grootste groep", [InputRequired("Vul de grootste groep in.")])
    below = SelectField("Wat gebeurt er bij een kleinere groep?", choices=[(one.value, one.label) for one in BelowMinimum])
    source = LineField("Waar is dit afgesproken?", [Filled("Vul in waar dit is afgesproken."), AtMost(200)])
    valid_from = DutchDateField("Geldig vanaf", [Filled("Vul de ingangsdatum in.")])


@bp.get(BASE)
@requires(Permission.CONTRACT_READ)
def room(number: str) -> ResponseReturnValue:
    """Show places, waiting list and expected inflow of a contract; numbers only, one by one who may see them."""
    viewer = current_viewer()
    contract = agreements.contract_for(viewer, number)
    party = agreements.party_for(contract, viewer.organisation_id, clock.today())
    return page(
        "contracts/trajectories/room.html",
        contract=contract,
        rooms=capacity_queries.rooms_of(contract),
        waiting=capacity_queries.waiting_of(contract, viewer) if viewer.may(Permission.TRAJECTORY_READ) else [],
        inflow=capacity_queries.inflow_of(contract),
        today=clock.today(),
        may_set_places=party is not None and viewer.may(Permission.TRAJECTORY_RESPOND),
        may_expect=viewer.may(Permission.TRAJECTORY_REFER)
        and capacity_queries.places_taking_part(contract, viewer) is not None,
        may_manage=agreements.may_manage(contract, viewer),
    )


@bp.route(f"{BASE}/plaatsen", methods=["GET", "POST"])
@requires(Permission.TRAJECTORY_RESPOND)
def set_places(number: str) -> ResponseReturnValue:
    """Let the provider say how many places there are."""
    viewer = current_viewer()
    contract = agreements.contract_for(viewer, number)
    if agreements.party_for(contract, viewer.organisation_id, clock.today()) is None:
        raise NotYours("de aanbieder van dit contract")
    form, products = PlacesForm(obj=contract, valid_from=clock.today()), capacity_queries.products_with_trajectories(contract)
    form.contract_product.choices = [(str(one.id), one.product.name) for one in products]
    if form.validate_on_submit() and form.accepts(
        capacity_services.set_places,
        _chosen(products, form),
        places=form.places.data,
        valid_from=form.valid_from.data,
        by=viewer,
    ):
        flash("Het aantal plaatsen is vastgelegd.")
        return redirect(url_for(".room", number=number))
    return page("contracts/trajectories/places.html", form=form, contract=contract)


@bp.route(f"{BASE}/verwachting", methods=["GET", "POST"])
@requires(Permission.TRAJECTORY_REFER)
def expect_inflow(number: str) -> ResponseReturnValue:
    """Let a municipality say how many aanmeldingen it expects per quarter."""
    viewer = current_viewer()
    contract = agreements.contract_for(viewer, number)
    municipality = capacity_queries.places_taking_part(contract, viewer)
    if municipality is None:
        raise NotYours("een gemeente die aan dit contract deelneemt")
    products = capacity_queries.products_with_trajectories(contract)
    product = next((one for one in products if str(one.id) == request.args.get("product")), None) or next(iter(products), None)
    if product is None:
        raise NotFound
    quarters = quarters_from(clock.today(), capacity_queries.QUARTERS)
    known = capacity_queries.expected_of(product.id, quarters)
    names = {quarter: f"kwartaal_{quarter:%Y_%m}" for quarter in quarters}
    stored = {names[one]: known.get((municipality.id, one)) for one in quarters}
    form = _inflow_form(names)(stored=stored)
    if form.validate_on_submit() and form.accepts(
        capacity_services.expect_inflow,
        product,
        municipality,
        {quarter: form[name].data for quarter, name in names.items()},
        by=viewer,
    ):
        flash("Uw verwachting is vastgelegd. De aanbieder ziet haar ook.")
        return redirect(url_for(".room", number=number))
    return page(
        "contracts/trajectories/expect.html",
        form=form,
        contract=contract,
        product=product,
        municipality=municipality,
        quarter_fields=[form[name] for name in names.values()],
        others=[one for one in products if one.id != product.id],
    )


@bp.route(f"{BASE}/groep", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def group_rule(number: str) -> ResponseReturnValue:
    """Write down what was agreed about the size of a group."""
    viewer = current_viewer()
    contract: Contract = agreements.contract_for(viewer, number)
    agreements.require_manager(contract, viewer)
    form, products = GroupForm(obj=contract, valid_from=contract.starts_on), capacity_queries.products_with_trajectories(contract)
    form.contract_product.choices = [(str(one.id), one.product.name) for one in products]
    if form.validate_on_submit() and form.accepts(
        capacity_services.set_group_rule,
        _chosen(products, form),
        minimum=form.minimum.data,
        maximum=form.maximum.data,
        below=BelowMinimum(form.below.data),
        source=form.source.data or "",
        valid_from=form.valid_from.data,
        by=viewer,
    ):
        flash("De afspraak over de groepsgrootte is vastgelegd.")
        return redirect(url_for(".room", number=number))
    return page("contracts/trajectories/group.html", form=form, contract=contract)


def _chosen(products: list[ContractProduct], form: PlacesForm | GroupForm) -> ContractProduct:
    return next(one for one in products if str(one.id) == form.contract_product.data)


def _inflow_form(names: dict[Any, str]) -> type[BaseForm]:
    fields = {
        name: IntegerField(
            quarter_name(quarter), [InputRequired("Vul een aantal in; 0 mag ook."), NumberRange(0, capacity_services.MOST)]
        )
        for quarter, name in names.items()
    }
    return type("InflowForm", (BaseForm,), fields)
