"""Pages of prestatieafspraken, articles and prices of a contract."""

import uuid
from decimal import Decimal

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from contracts.agreements import forms, price_queries, promise_queries, promise_services, queries, services
from contracts.agreements.models import Contract
from contracts.agreements.origin_queries import Origin, origins_of
from contracts.agreements.price_models import PriceLine
from contracts.agreements.promise_models import PerformanceAgreementVersion
from contracts.agreements.promise_services import Agreed
from contracts.agreements.rules import shown_norm, stored_norm, typed_norm
from contracts.agreements.states import SourceKind
from contracts.agreements.trail import agreement_link, clause_links, source_links, source_url
from contracts.agreements.views import bp
from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.catalogue.queries import measure_by_code, measures
from portal.catalogue.states import MeasureUnit
from portal.chain import Station
from portal.errors import NotFound
from portal.features import Link
from portal.forms import page


@bp.get("/contracten/<number>/prestatieafspraken")
@requires(Permission.CONTRACT_READ)
def agreements(number: str) -> ResponseReturnValue:
    """List the prestatieafspraken of a contract with norm and source."""
    contract = queries.contract_for(current_viewer(), number)
    versions = promise_queries.newest_versions(contract)
    return page(
        "contracts/agreements/agreements.html",
        contract=contract,
        versions=versions,
        origins=origins_of(current_viewer(), versions),
        source_url=source_url,
        shown_norm=shown_norm,
        may_manage=queries.may_manage(contract, current_viewer()),
    )


@bp.get("/contracten/<number>/prestatieafspraken/<code>")
@requires(Permission.CONTRACT_READ)
def agreement(number: str, code: str) -> ResponseReturnValue:
    """Show one prestatieafspraak: what is measured, its versions, and both ways along the chain."""
    contract = queries.contract_for(current_viewer(), number)
    found = promise_queries.agreement_for(contract, code)
    versions = promise_queries.versions_of(found)
    origins = origins_of(current_viewer(), versions)
    source = next(
        (one for one in reversed(versions) if one.source_kind is not SourceKind.WRITTEN), versions[-1]
    )
    return page(
        "contracts/agreements/agreement.html",
        contract=contract,
        agreement=found,
        versions=versions,
        newest=versions[0],
        origins=origins,
        source_url=source_url,
        origin=origins[source.id],
        stops=_stops_of_agreement(contract, versions[0], origins[source.id]),
        claims=promise_queries.claims_of(found),
        shown_norm=shown_norm,
        may_manage=queries.may_manage(contract, current_viewer()),
    )


def _stops_of_agreement(
    contract: Contract, newest: PerformanceAgreementVersion, origin: Origin
) -> list[Link]:
    own = clause_links(contract, newest.clause, origin) if newest.clause else []
    here = url_for(".agreement", number=contract.number, code=newest.performance_agreement.code)
    promise = [Link(origin.promise.organisation, f"{here}#belofte", "", Station.PROMISE)] if origin.promise else []
    without = [one for one in own if one.station != Station.PROMISE]
    return [*source_links(origin), *promise, *without]


@bp.route("/contracten/<number>/prestatieafspraken/nieuw", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def add_agreement(number: str) -> ResponseReturnValue:
    """Add a prestatieafspraak that was agreed in writing."""
    contract = _managed(number)
    form = forms.AgreementForm(valid_from=max(clock.today(), contract.starts_on), is_key=True)
    form.measure.choices = [(one.code, f"{one.name} ({one.unit.label})") for one in measures()]
    if form.validate_on_submit():
        measure = measure_by_code(form.measure.data)
        agreed = _agreed(form, measure.unit)
        if form.accepts(
            promise_services.record_agreement,
            contract,
            measure,
            agreed,
            written=form.written_source.data,
            by=current_viewer(),
        ):
            flash(f"Prestatieafspraak {form.result.code} is vastgelegd.")
            return redirect(url_for(".agreements", number=number))
    return page("contracts/agreements/agreement_form.html", form=form, contract=contract, newest=None)


@bp.route("/contracten/<number>/prestatieafspraken/<code>/wijzigen", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def change_agreement(number: str, code: str) -> ResponseReturnValue:
    """Agree something else from a date on; the version before is kept."""
    contract = _managed(number)
    found = promise_queries.agreement_for(contract, code)
    newest = promise_queries.versions_of(found)[0]
    form = forms.AgreementForm(obj=found, stored=_typed(newest))
    del form.measure
    if form.validate_on_submit() and form.accepts(
        promise_services.change_agreement,
        found,
        _agreed(form, newest.measure.unit),
        written=form.written_source.data,
        by=current_viewer(),
    ):
        flash(f"Prestatieafspraak {code} is gewijzigd vanaf {form.valid_from.data:%d-%m-%Y}.")
        return redirect(url_for(".agreement", number=number, code=code))
    return page("contracts/agreements/agreement_form.html", form=form, contract=contract, newest=newest)


@bp.get("/contracten/<number>/artikelen")
@requires(Permission.CONTRACT_READ)
def clauses(number: str) -> ResponseReturnValue:
    """List the articles of a contract, each with where it comes from."""
    contract = queries.contract_for(current_viewer(), number)
    found = promise_queries.clauses_of(contract)
    return page(
        "contracts/agreements/clauses.html",
        contract=contract,
        clauses=found,
        origins=origins_of(current_viewer(), found),
        source_url=source_url,
    )


@bp.get("/contracten/<number>/artikelen/<uuid:clause_id>")
@requires(Permission.CONTRACT_READ)
def clause(number: str, clause_id: uuid.UUID) -> ResponseReturnValue:
    """Show one article with its source and the prestatieafspraken that rest on it."""
    contract = queries.contract_for(current_viewer(), number)
    found = promise_queries.clause_for(contract, clause_id)
    origin = origins_of(current_viewer(), [found])[found.id]
    versions = promise_queries.agreements_under(found)
    return page(
        "contracts/agreements/clause.html",
        contract=contract,
        clause=found,
        origin=origin,
        source_url=source_url,
        versions=versions,
        stops=[
            *source_links(origin),
            *clause_links(contract, found, origin),
            *(agreement_link(contract, one) for one in promise_queries.agreements_in(versions)),
        ],
        shown_norm=shown_norm,
    )


@bp.get("/contracten/<number>/prijzen")
@requires(Permission.CONTRACT_READ)
def prices(number: str) -> ResponseReturnValue:
    """Show the prices of a contract with their versions and phases."""
    contract = queries.contract_for(current_viewer(), number)
    day = min(max(clock.today(), contract.starts_on), contract.run_off_until)
    return page(
        "contracts/agreements/prices.html",
        contract=contract,
        lines=price_queries.price_lines_of(contract, day),
        may_manage=queries.may_manage(contract, current_viewer()),
    )


@bp.route("/contracten/<number>/prijzen/<uuid:line_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def change_price(number: str, line_id: uuid.UUID) -> ResponseReturnValue:
    """Give a price line a new price from a date."""
    contract = _managed(number)
    line = _line(contract, line_id)
    form = forms.PriceForm()
    if form.validate_on_submit() and form.accepts(
        services.change_price,
        line,
        contract,
        rate=form.rate.data,
        valid_from=form.valid_from.data,
        source=form.source.data,
        by=current_viewer(),
    ):
        flash(f"De prijs van ‘{line.name}’ is gewijzigd vanaf {form.valid_from.data:%d-%m-%Y}.")
        return redirect(url_for(".prices", number=number))
    return page(
        "contracts/agreements/price_form.html",
        form=form,
        contract=contract,
        line=line,
        last=price_queries.last_version_of(line),
    )


@bp.route("/contracten/<number>/prijzen/<uuid:line_id>/fasen", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def phases(number: str, line_id: uuid.UUID) -> ResponseReturnValue:
    """Divide a price into phases while the contract is a draft."""
    contract = _managed(number)
    line = _line(contract, line_id)
    by_trigger = {one.trigger: one.share * 100 for one in price_queries.phases_of(line)}
    form = forms.PhasesForm(data={name: by_trigger.get(trigger) for name, _, trigger, _ in forms.TRIGGERS})
    if form.validate_on_submit() and form.accepts(
        services.set_phases, line, contract, form.phases(), by=current_viewer()
    ):
        flash(f"De fasen van ‘{line.name}’ zijn vastgelegd.")
        return redirect(url_for(".prices", number=number))
    return page("contracts/agreements/phases.html", form=form, contract=contract, line=line)


def _managed(number: str) -> Contract:
    contract = queries.contract_for(current_viewer(), number)
    queries.require_manager(contract, current_viewer())
    return contract


def _line(contract: Contract, line_id: uuid.UUID) -> PriceLine:
    line = price_queries.price_line_for(contract, line_id)
    if line is None:
        raise NotFound
    return line


def _agreed(form: forms.AgreementForm, unit: MeasureUnit) -> Agreed:
    return Agreed(
        norm=stored_norm(unit, form.norm.data),
        valid_from=forms.value_of(form.valid_from),
        near_margin=stored_norm(unit, form.near_margin.data),
        under_margin=stored_norm(unit, form.under_margin.data),
        parameter=form.parameter.data,
        minimum_number=form.minimum_number.data,
        is_key=form.is_key.data,
    )


def _typed(version: PerformanceAgreementVersion) -> dict[str, Decimal | int | bool | None]:
    unit = version.measure.unit
    return {
        "norm": typed_norm(unit, version.norm),
        "near_margin": typed_norm(unit, version.near_margin),
        "under_margin": typed_norm(unit, version.under_margin),
        "parameter": version.parameter,
        "minimum_number": version.minimum_number,
        "is_key": version.is_key,
    }
