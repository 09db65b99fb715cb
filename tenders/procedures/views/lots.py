"""Pages for lots, their volumes and their prices."""

import uuid
from decimal import Decimal

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.catalogue.queries import municipalities, products
from portal.catalogue.states import Unit, VatCategory
from portal.forms import act_or_flash, page
from tenders.procedures import forms, queries, services
from tenders.procedures.models import Lot, LotPriceLine, Procedure
from tenders.procedures.states import (
    DistributionRule,
    LotState,
    OutsideBounds,
    Participation,
    PriceFormula,
    PriceModel,
    ProcedureState,
)
from tenders.procedures.views.blueprint import bp, loaded, loaded_for_change, lot_numbered, open_to_change


@bp.get("/aanbestedingen/<number>/percelen")
@requires(Permission.TENDER_READ)
def lots(number: str) -> ResponseReturnValue:
    """List the lots of a tender."""
    procedure = loaded(number)
    return page(
        "tenders/procedures/lots.html",
        procedure=procedure,
        lots=queries.lots_of(procedure),
        may_change=open_to_change(procedure),
    )


def _lot_form(lot: Lot | None = None) -> forms.LotForm:
    chosen = {link.municipality_id: link.participation for link in lot.municipalities} if lot else {}
    form = forms.LotForm(
        obj=lot,
        stored={
            "products": [link.product_id for link in lot.products],
            "participants": [one for one, how in chosen.items() if how is Participation.PARTICIPANT],
            "optional": [one for one, how in chosen.items() if how is Participation.OPTIONAL],
        }
        if lot
        else None,
    )
    places = [(one.id, one.name) for one in municipalities()]
    form.products.choices = [(one.id, one.name) for one in products()]
    form.participants.choices, form.optional.choices = places, places
    if not form.is_submitted():
        form.distribution_rule.data = (lot.distribution_rule if lot is not None else None) or ""
    return form


def _content(form: forms.LotForm) -> services.LotContent:
    return services.LotContent(
        title=form.title.data or "",
        description=form.description.data or "",
        products=form.products.data or [],
        participants=form.participants.data or [],
        optional=form.optional.data or [],
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        extension_count=form.extension_count.data or 0,
        extension_months=form.extension_months.data or 0,
        run_off_months=form.run_off_months.data or 0,
        ceiling_amount=form.ceiling_amount.data,
        ceiling_quantity=form.ceiling_quantity.data,
        estimated_amount=form.estimated_amount.data,
        winners=form.winners.data if form.winners.data is not None else 1,
        waiting_list=form.waiting_list.data or 0,
        distribution_rule=DistributionRule(form.distribution_rule.data) if form.distribution_rule.data else None,
        distribution_text=form.distribution_text.data or "",
    )


@bp.route("/aanbestedingen/<number>/percelen/nieuw", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def add_lot(number: str) -> ResponseReturnValue:
    """Make a lot."""
    procedure = loaded_for_change(number)
    form = _lot_form()
    if form.validate_on_submit() and form.accepts(
        services.add_lot, procedure, content=_content(form), by=current_viewer()
    ):
        flash(f"Perceel ‘{form.result.title}’ is gemaakt.")
        return redirect(url_for(".lot", number=number, lot=form.result.number))
    return page("tenders/procedures/lot_edit.html", form=form, procedure=procedure, lot=None)


@bp.route("/aanbestedingen/<number>/percelen/<int:lot>/wijzigen", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def edit_lot(number: str, lot: int) -> ResponseReturnValue:
    """Change a lot."""
    procedure = loaded_for_change(number)
    one = lot_numbered(procedure, lot)
    form = _lot_form(one)
    if form.validate_on_submit() and form.accepts(
        services.change_lot, one, content=_content(form), by=current_viewer()
    ):
        flash("Het perceel is bewaard.")
        return redirect(url_for(".lot", number=number, lot=lot))
    return page("tenders/procedures/lot_edit.html", form=form, procedure=procedure, lot=one)


@bp.post("/aanbestedingen/<number>/percelen/<int:lot>/verwijderen")
@requires(Permission.TENDER_MANAGE)
def remove_lot(number: str, lot: int) -> ResponseReturnValue:
    """Take a lot out of a tender in preparation."""
    procedure = loaded_for_change(number)
    one = lot_numbered(procedure, lot)
    title = one.title
    if act_or_flash(services.remove_lot, one, by=current_viewer()):
        flash(f"Perceel ‘{title}’ is verwijderd.")
    return redirect(url_for(".lots", number=number))


@bp.get("/aanbestedingen/<number>/percelen/<int:lot>")
@requires(Permission.TENDER_READ)
def lot(number: str, lot: int) -> ResponseReturnValue:
    """Show a lot with its volumes, prices, criteria and requirements."""
    procedure = loaded(number)
    one = lot_numbered(procedure, lot)
    return page(
        "tenders/procedures/lot.html",
        procedure=procedure,
        lot=one,
        years=queries.years_of(one),
        year_columns=[(str(year), "num") for year in queries.years_of(one)],
        volumes=queries.volumes_of(one),
        lines=queries.price_lines_of(one),
        requirements=queries.requirements_of(one),
        may_change=open_to_change(procedure),
        may_withdraw=queries.may_change(current_viewer(), procedure)
        and one.state is LotState.OPEN
        and procedure.state in (ProcedureState.PUBLISHED, ProcedureState.OPENED),
    )


@bp.route("/aanbestedingen/<number>/percelen/<int:lot>/intrekken", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def withdraw_lot(number: str, lot: int) -> ResponseReturnValue:
    """Withdraw a lot of a published tender."""
    procedure = loaded_for_change(number)
    one = lot_numbered(procedure, lot)
    form = forms.WithdrawForm()
    if form.validate_on_submit() and form.accepts(
        services.withdraw_lot, one, reason=form.reason.data or "", by=current_viewer()
    ):
        flash(f"Perceel ‘{one.title}’ is ingetrokken. De volgers hebben bericht gekregen.")
        return redirect(url_for(".show", number=number))
    return page("tenders/procedures/withdraw.html", form=form, procedure=procedure, lot=one)


@bp.route("/aanbestedingen/<number>/percelen/<int:lot>/aantallen", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def volumes(number: str, lot: int) -> ResponseReturnValue:
    """Fill in the expected numbers per municipality and year."""
    procedure = loaded_for_change(number)
    one = lot_numbered(procedure, lot)
    stored, years = queries.volumes_of(one), queries.years_of(one)
    keys = [(place.id, product.id, year) for product in one.products for place in one.municipalities for year in years]
    form = forms.volumes_form({key: stored.get(key) for key in keys})
    if form.validate_on_submit() and form.accepts(
        services.set_volumes,
        one,
        volumes={key: form[forms.volume_name(*key)].data for key in keys},
        by=current_viewer(),
    ):
        flash("De verwachte aantallen zijn bewaard.")
        return redirect(url_for(".lot", number=number, lot=lot))
    return page(
        "tenders/procedures/volumes.html",
        form=form,
        procedure=procedure,
        lot=one,
        years=years,
        year_columns=[(str(year), "num") for year in years],
        cell=lambda place, product, year: form[forms.volume_name(place.id, product.id, year)],
    )


@bp.route("/aanbestedingen/<number>/percelen/<int:lot>/prijs", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def prices(number: str, lot: int) -> ResponseReturnValue:
    """Fix the price formula; the price lines have pages of their own."""
    procedure = loaded_for_change(number)
    one = lot_numbered(procedure, lot)
    form = forms.FormulaForm(obj=one)
    if form.validate_on_submit() and form.accepts(
        services.set_price_formula,
        one,
        weight=form.price_weight.data,
        floor=form.price_floor.data,
        cap=form.price_cap.data,
        outside=OutsideBounds(form.outside_bounds.data) if form.outside_bounds.data else None,
        rationale=form.price_rationale.data or "",
        formula=PriceFormula(form.price_formula.data),
        quality_value=form.quality_value.data,
        log_base=form.log_base.data,
        by=current_viewer(),
    ):
        flash("De prijsformule is bewaard.")
        return redirect(url_for(".prices", number=number, lot=lot))
    return page(
        "tenders/procedures/prices.html",
        form=form,
        procedure=procedure,
        lot=one,
        lines=queries.price_lines_of(one),
        quality=sum((criterion.weight for criterion in one.criteria), Decimal(0)),
    )


@bp.route("/aanbestedingen/<number>/percelen/<int:lot>/prijsregels/nieuw", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def add_price_line(number: str, lot: int) -> ResponseReturnValue:
    """Add a price line to a lot."""
    procedure = loaded_for_change(number)
    return _price_line_page(procedure, lot_numbered(procedure, lot), None)


@bp.route(
    "/aanbestedingen/<number>/percelen/<int:lot>/prijsregels/<uuid:line_id>/wijzigen", methods=["GET", "POST"]
)
@requires(Permission.TENDER_MANAGE)
def edit_price_line(number: str, lot: int, line_id: uuid.UUID) -> ResponseReturnValue:
    """Change a price line of a lot."""
    procedure = loaded_for_change(number)
    one = lot_numbered(procedure, lot)
    return _price_line_page(procedure, one, queries.price_line_of(one, line_id))


def _price_line_page(procedure: Procedure, lot: Lot, line: LotPriceLine | None) -> ResponseReturnValue:
    form = forms.PriceLineForm(obj=line)
    form.lot_product_id.choices = [(one.id, one.product.name) for one in lot.products]
    if form.validate_on_submit() and form.accepts(
        services.save_price_line,
        lot,
        line,
        lot_product_id=form.lot_product_id.data,
        title=form.title.data or "",
        unit=Unit(form.unit.data),
        vat_category=VatCategory(form.vat_category.data),
        quantity=form.quantity.data,
        price_model=PriceModel(form.price_model.data),
        rate_floor=form.rate_floor.data,
        rate_cap=form.rate_cap.data,
        by=current_viewer(),
    ):
        flash("De prijsregel is bewaard.")
        return redirect(url_for(".prices", number=procedure.number, lot=lot.number))
    return page("tenders/procedures/price_line.html", form=form, procedure=procedure, lot=lot, line=line)


@bp.post("/aanbestedingen/<number>/percelen/<int:lot>/prijsregels/<uuid:line_id>/verwijderen")
@requires(Permission.TENDER_MANAGE)
def remove_price_line(number: str, lot: int, line_id: uuid.UUID) -> ResponseReturnValue:
    """Take a price line out of a lot."""
    procedure = loaded_for_change(number)
    one = lot_numbered(procedure, lot)
    line = queries.price_line_of(one, line_id)
    if act_or_flash(services.remove_price_line, one, line, by=current_viewer()):
        flash("De prijsregel is verwijderd.")
    return redirect(url_for(".prices", number=number, lot=lot))
