"""The sample of a quarter and the bonus or malus of a figure, on the blueprint of the scorecards."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from contracts.agreements import adjustment_services
from contracts.agreements.promise_queries import agreement_for
from contracts.agreements.queries import contract_for, require_manager
from contracts.agreements.states import ClaimKind
from kpis.scorecards import claim_queries, claim_services, queries
from kpis.scorecards.claim_rules import objections_to_claim
from kpis.scorecards.forms import RuleForm
from kpis.scorecards.hearing_views import bp
from kpis.scorecards.views import BASE, case_of, shown_line, url_of
from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.errors import NotFound
from portal.forms import ActForm, act_or_flash, page

__all__ = ["bp"]


@bp.route(f"{BASE}/steekproef", methods=["GET", "POST"])
@requires(Permission.SCORECARD_FIX)
def sample(number: str, period: str) -> ResponseReturnValue:
    """The drawn rows, and what was found on site."""
    case = case_of(number, period)
    queries.require_fixer(case)
    rows = claim_queries.rows_of(case.sample) if case.sample is not None else []
    form = ActForm()
    found = [{"ja": True, "nee": False}.get(request.form.get(f"found-{n}", "")) for n in range(len(rows))]
    differences = [request.form.get(f"difference-{n}", "") for n in range(len(rows))]
    if form.validate_on_submit() and form.accepts(
        claim_services.finish_sample, case, found=found, differences=differences, by=current_viewer()
    ):
        flash("De steekproef is afgerond.")
        return redirect(url_of("sample", case))
    return page(
        "kpis/scorecards/sample.html", form=form, case=case, rows=rows, found=found, differences=differences
    )


@bp.post(f"{BASE}/steekproef/trekken")
@requires(Permission.SCORECARD_FIX)
def draw_sample(number: str, period: str) -> ResponseReturnValue:
    """Draw the rows by chance."""
    case = case_of(number, period)
    if act_or_flash(claim_services.draw_sample, case, by=current_viewer()):
        flash("De steekproef is getrokken. Vergelijk deze rijen met de presentie en het lesplan.")
    return redirect(url_of("sample", case))


@bp.get(f"{BASE}/<code>/bonus-malus")
@requires(Permission.SCORECARD_READ)
def adjustment(number: str, period: str, code: str) -> ResponseReturnValue:
    """What the agreed bonus or malus comes to, worked out, with what stands in the way."""
    case = case_of(number, period)
    shown = shown_line(case, queries.line_for(case, code))
    dues = claim_queries.dues_of(case, shown)
    hindrances = [
        objections_to_claim(
            is_fixed=not case.is_concept,
            quality=shown.quality,
            counted=shown.line.counted,
            is_disputed=shown.is_disputed,
            difference=due.worked.difference,
        )
        for due in dues
    ]
    agreement_id = shown.line.performance_agreement_id
    return page(
        "kpis/scorecards/adjustment.html",
        case=case,
        shown=shown,
        dues=list(zip(dues, hindrances, strict=True)),
        claims=adjustment_services.claims_over(agreement_id, case.quarter.code),
    )


@bp.post(f"{BASE}/<code>/bonus-malus/vastleggen")
@requires(Permission.SCORECARD_FIX)
def claim(number: str, period: str, code: str) -> ResponseReturnValue:
    """Record the amount for invoicing."""
    kind = request.form.get("kind", "")
    case = queries.case_for(current_viewer(), number, period)
    shown = shown_line(case, queries.line_for(case, code))
    due = next((one for one in claim_queries.dues_of(case, shown) if one.rule.kind.value == kind), None)
    if due is None:
        raise NotFound
    if act_or_flash(claim_services.claim, case, shown, due.worked, by=current_viewer()):
        flash("Vastgelegd. Het bedrag kan in een volgende specificatie worden verrekend.")
    return redirect(url_of("adjustment", case, code=code))


@bp.route("/contracten/<number>/prestatieafspraken/<code>/bonus-malus", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def rule(number: str, code: str) -> ResponseReturnValue:
    """Record the bonus or malus that was agreed on a prestatieafspraak."""
    contract = contract_for(current_viewer(), number)
    require_manager(contract, current_viewer())
    agreement = agreement_for(contract, code)
    form = RuleForm(stored={"valid_from": clock.today()})
    if form.validate_on_submit():
        terms = adjustment_services.RuleTerms(
            kind=ClaimKind(form.kind.data),
            per_point=form.per_point.data / 100,  # type: ignore[operator, arg-type]
            most=form.most.data / 100,  # type: ignore[operator, arg-type]
            valid_from=form.valid_from.data,  # type: ignore[arg-type]
            source=form.source.data or "",
        )
        if form.accepts(adjustment_services.record_rule, agreement, terms, by=current_viewer()):
            flash("De afspraak over bonus of malus is vastgelegd.")
            return redirect(url_for("contracts_agreements.agreement", number=number, code=code))
    return page("kpis/scorecards/rule.html", form=form, contract=contract, agreement=agreement)
