"""Pages of contracts: list, one contract, making, signing, extending and ending."""

import uuid
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from contracts.agreements import duty_queries, exports, forms, promise_queries, queries, services
from contracts.agreements.award_services import hand_over_of, make_contract_from_award, objections_to
from contracts.agreements.consumption import consumption_of, is_known
from contracts.agreements.direct_services import DirectContract, record_direct_contract
from contracts.agreements.models import Contract
from contracts.agreements.origin_queries import origins_of
from contracts.agreements.rules import (
    ceiling_verdict,
    lesson_free_names,
    look_of,
    months_left,
    objections_to_signing,
    shown_norm,
)
from contracts.agreements.states import (
    ContractPhase,
    MemberRole,
    OptionAction,
    OptionState,
    QualityMarkKind,
    QualityMarkState,
)
from contracts.agreements.trail import source_url
from portal import audit, clock, filters, tables
from portal.access import Permission, current_viewer, requires
from portal.catalogue.queries import municipalities, products
from portal.errors import NotFound
from portal.forms import ActForm, page
from portal.ui import paginate

bp = Blueprint("contracts_agreements", __name__)


def _filters() -> queries.Filters:
    return queries.Filters(
        words=request.args.get("zoek", "").strip(),
        product=filters.chosen("product", [one.code for one in products()]),
        phase=filters.chosen("toestand", ContractPhase),
        sort=request.args.get("sorteer", "-begin"),
    )


@bp.get("/contracten")
@requires(Permission.CONTRACT_READ)
def index() -> ResponseReturnValue:
    """List the contracts the viewer may see."""
    viewer, wanted = current_viewer(), _filters()
    found = paginate(queries.contract_list(viewer, wanted))
    return page(
        "contracts/agreements/list.html",
        page=found,
        parties=queries.parties_by_contract(found.items),
        places=queries.municipalities_by_contract(found.items),
        phase_of=queries.phase_of,
        look_of=look_of,
        product_options=[(one.code, one.short_name) for one in products()],
        phase_options=[(one.value, one.label) for one in ContractPhase],
        filters=wanted,
        awards=queries.awards_without_contract(viewer) if viewer.may(Permission.CONTRACT_MANAGE) else [],
    )


@bp.get("/contracten/download")
@requires(Permission.CONTRACT_READ)
def download() -> ResponseReturnValue:
    """Give the filtered list as a workbook."""
    found = queries.all_of(queries.contract_list(current_viewer(), _filters()))
    return tables.download(exports.contracts_workbook(found), "contracten.xlsx", tables.XLSX)


@bp.get("/contracten/<number>")
@requires(Permission.CONTRACT_READ)
def show(number: str) -> ResponseReturnValue:
    """Show one contract: term, ceiling, prestatieafspraken, and what hangs on it."""
    viewer = current_viewer()
    contract = queries.contract_for(viewer, number)
    versions = promise_queries.agreements_in_force(contract, _reference_day(contract))
    options = queries.options_of(contract)
    parties = queries.parties_of(contract)
    return page(
        "contracts/agreements/show.html",
        contract=contract,
        phase=queries.phase_of(contract),
        look=look_of(queries.phase_of(contract)),
        months=months_left(clock.today(), contract.ends_on),
        parties=parties,
        members=[name for name, role in queries.member_names(contract) if role is MemberRole.MANAGER],
        places=queries.municipalities_of(contract),
        options=options,
        run_off_from=contract.ends_on + timedelta(days=1)
        if contract.run_off_until > contract.ends_on
        else None,
        lesson_free=lesson_free_names(contract.lesson_free_months),
        next_option=next((one for one in options if one.state is OptionState.OPEN), None),
        consumption=consumption_of(contract.id) if is_known() else None,
        ceiling_verdict=ceiling_verdict,
        versions=versions,
        origins=origins_of(viewer, versions),
        source_url=source_url,
        shown_norm=shown_norm,
        marks=queries.quality_marks_of([party.organisation_id for party in parties]),
        award=queries.award_reference(contract),
        missing=objections_to_signing(services.signing_facts(contract)) if contract.signed_on is None else [],
        may_manage=queries.may_manage(contract, viewer),
        history_lines=audit.history_of(contract),
    )


@bp.route("/contracten/uit-gunning/<uuid:award_id>", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def from_award(award_id: uuid.UUID) -> ResponseReturnValue:
    """Show what a final award brings, and make the contract of it."""
    award = queries.award_for(current_viewer(), award_id)
    made = queries.contract_of_award(award.id)
    if made is not None and request.method == "GET":
        return redirect(url_for(".show", number=made.number))
    form = ActForm()
    if form.validate_on_submit() and form.accepts(make_contract_from_award, award, by=current_viewer()):
        contract: Contract = form.result
        flash(
            f"Contract {contract.number} is gemaakt uit de gunning. Controleer het en laat het ondertekenen."
        )
        return redirect(url_for(".show", number=contract.number))
    hand_over = hand_over_of(award)
    return page(
        "contracts/agreements/from_award.html",
        form=form,
        found=hand_over,
        missing=objections_to(hand_over),
        shown_norm=shown_norm,
    )


@bp.route("/contracten/nieuw", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def new() -> ResponseReturnValue:
    """Record a contract that does not come from an award in this portal."""
    viewer = current_viewer()
    form = forms.DirectContractForm()
    form.organisation.choices = [(str(one.id), one.name) for one in queries.organisations()]
    form.product.choices = [(one.code, one.name) for one in products()]
    form.municipalities.choices = [(str(one.id), one.name) for one in municipalities()]
    if form.validate_on_submit():
        direct = DirectContract(
            title=form.title.data,
            kind=form.kind.data,
            written_source=form.written_source.data,
            organisation_id=form.organisation.data,
            product_code=form.product.data,
            municipality_ids=form.municipalities.data,
            rate=forms.value_of(form.rate),
            ceiling=form.ceiling.data,
            starts_on=forms.value_of(form.starts_on),
            last_referral_on=forms.value_of(form.last_referral_on),
            ends_on=forms.value_of(form.ends_on),
            run_off_until=forms.value_of(form.run_off_until),
        )
        if form.accepts(record_direct_contract, direct, by=viewer):
            flash(f"Contract {form.result.number} is vastgelegd als concept.")
            return redirect(url_for(".show", number=form.result.number))
    return page("contracts/agreements/new.html", form=form)


@bp.route("/contracten/<number>/ondertekenen", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def sign(number: str) -> ResponseReturnValue:
    """Sign a draft contract after a last check."""
    contract = _managed(number)
    form = forms.SignForm(obj=contract, on=clock.today())
    if form.validate_on_submit() and form.accepts(
        services.sign_contract, contract, on=form.on.data, by=current_viewer()
    ):
        flash(f"Contract {contract.number} is getekend. De opdrachtnemer heeft bericht gekregen.")
        return redirect(url_for(".show", number=number))
    return page(
        "contracts/agreements/sign.html",
        form=form,
        contract=contract,
        missing=objections_to_signing(services.signing_facts(contract)),
    )


@bp.route("/contracten/<number>/beeindigen", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def terminate(number: str) -> ResponseReturnValue:
    """End a contract before its time."""
    contract = _managed(number)
    form = forms.TerminateForm(obj=contract)
    if form.validate_on_submit() and form.accepts(
        services.terminate_contract, contract, on=form.on.data, reason=form.reason.data, by=current_viewer()
    ):
        flash(f"Contract {contract.number} is beëindigd.")
        return redirect(url_for(".show", number=number))
    return page("contracts/agreements/terminate.html", form=form, contract=contract)


@bp.route("/contracten/<number>/opties/<int:position>", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def decide_option(number: str, position: int) -> ResponseReturnValue:
    """Extend a contract by an option, or decline it."""
    contract = _managed(number)
    option = next((one for one in queries.options_of(contract) if one.position == position), None)
    if option is None:
        raise NotFound
    form = forms.OptionForm(obj=option)
    if form.validate_on_submit() and form.accepts(
        services.decide_option, option, OptionAction(form.decision.data), by=current_viewer()
    ):
        extended = option.state is OptionState.EXERCISED
        flash(
            f"Contract {number} is {'verlengd' if extended else 'niet verlengd'}. De opdrachtnemer heeft bericht gekregen."
        )
        return redirect(url_for(".show", number=number))
    return page("contracts/agreements/option.html", form=form, contract=contract, option=option)


@bp.route("/contracten/<number>/instellingen", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def settings(number: str) -> ResponseReturnValue:
    """Change how residence, invoices and lesson-free months are dealt with."""
    contract = _managed(number)
    form = forms.SettingsForm(obj=contract)
    if form.validate_on_submit() and form.accepts(
        services.change_settings,
        contract,
        residence_basis=form.residence_basis.data,
        invoice_channel=form.invoice_channel.data,
        lesson_free_months=form.lesson_free_months.data or "",
        consent_from=form.consent_from.data,
        notice_months=forms.value_of(form.notice_months),
        move_rule=form.move_rule.data or "",
        by=current_viewer(),
    ):
        flash("De instellingen zijn gewijzigd.")
        return redirect(url_for(".show", number=number))
    return page("contracts/agreements/settings.html", form=form, contract=contract)


@bp.route("/keurmerken", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def quality_marks() -> ResponseReturnValue:
    """Show the dated recognitions of the providers, and record a new state."""
    providers = queries.providers()
    form = forms.QualityMarkForm()
    form.organisation.choices = [(str(one.id), one.name) for one in providers]
    if form.validate_on_submit():
        chosen = next(one for one in providers if str(one.id) == form.organisation.data)
        if form.accepts(
            services.record_quality_mark,
            chosen,
            kind=QualityMarkKind(form.kind.data),
            state=QualityMarkState(form.state.data),
            valid_from=form.valid_from.data,
            valid_until=form.valid_until.data,
            source=form.source.data,
            by=current_viewer(),
        ):
            flash(f"De erkenning van {chosen.name} is vastgelegd.")
            return redirect(url_for(".quality_marks"))
    return page(
        "contracts/agreements/quality_marks.html",
        form=form,
        marks=queries.quality_marks_of([one.id for one in providers]),
        watched=duty_queries.watched(current_viewer()),
    )


def _managed(number: str) -> Contract:
    contract = queries.contract_for(current_viewer(), number)
    queries.require_manager(contract, current_viewer())
    return contract


def _reference_day(contract: Contract) -> date:
    return min(max(clock.today(), contract.starts_on), contract.run_off_until)
