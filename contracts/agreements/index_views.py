"""Pages of indexation: the series of finance, and the prices of one contract worked out."""

from decimal import Decimal

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from contracts.agreements import change_forms as forms, index_queries, index_services, queries
from contracts.agreements.index_letter import letter_of
from contracts.agreements.models import Contract
from contracts.agreements.views import bp
from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.documents.services import attachment
from portal.forms import page
from portal.periods import Month


@bp.route("/indexcijfers", methods=["GET", "POST"])
@requires(Permission.INDEX_MANAGE)
def index_series() -> ResponseReturnValue:
    """List the price indexes, and add one."""
    form = forms.SeriesForm()
    if form.validate_on_submit() and form.accepts(
        index_services.add_series,
        code=form.code.data or "",
        name=form.name.data or "",
        source=form.source.data or "",
        by=current_viewer(),
    ):
        flash(f"{form.result.name} is toegevoegd.")
        return redirect(url_for(".index_figures", code=form.result.code))
    return page("contracts/agreements/index_series.html", form=form, series=index_queries.all_series())


@bp.route("/indexcijfers/<code>", methods=["GET", "POST"])
@requires(Permission.INDEX_MANAGE)
def index_figures(code: str) -> ResponseReturnValue:
    """Show the figures of one price index, and record one with its source."""
    series = index_queries.series_for(code)
    form = forms.FigureForm()
    if form.validate_on_submit():
        month: Month = forms.value_of(form.month)
        if form.accepts(
            index_services.record_figure,
            series,
            month=month.first,
            value=forms.value_of(form.value),
            source=form.source.data or "",
            by=current_viewer(),
        ):
            flash(f"Het indexcijfer van {month.code} is vastgelegd.")
            return redirect(url_for(".index_figures", code=code))
    return page(
        "contracts/agreements/index_figures.html",
        form=form,
        series=series,
        figures=index_queries.figures_of(series),
    )


@bp.route("/contracten/<number>/indexering", methods=["GET", "POST"])
@requires(Permission.CONTRACT_READ)
def indexation(number: str) -> ResponseReturnValue:
    """Work the next indexation out on screen; who manages the contract applies it here."""
    viewer = current_viewer()
    contract = queries.contract_for(viewer, number)
    may_manage = queries.may_manage(contract, viewer)
    form = forms.IndexRunForm(obj=contract)
    proposal = index_services.proposal_for(contract)
    if request.method == "POST":
        queries.require_manager(contract, viewer)
    elif proposal is not None:
        asked = _month(request.args.get("maand"))
        proposal = index_services.proposal_for(contract, asked.first if asked else None) or proposal
        form.to_month.data = Month.of(proposal.to_month)
    if form.validate_on_submit():
        month: Month = forms.value_of(form.to_month)
        proposal = index_services.proposal_for(contract, month.first)
        if form.accepts(
            index_services.index_prices,
            contract,
            to_month=month.first,
            effective_on=forms.value_of(form.effective_on),
            remark=form.remark.data or "",
            by=viewer,
        ):
            flash("De nieuwe prijzen zijn vastgelegd. Eerdere facturen blijven zoals ze zijn.")
            return redirect(url_for(".indexation", number=number))
    return page(
        "contracts/agreements/indexation.html",
        form=form,
        contract=contract,
        clause=index_queries.clause_of(contract),
        proposal=proposal,
        runs=index_queries.runs_of(contract),
        may_manage=may_manage and contract.signed_on is not None,
        today=clock.today(),
    )


@bp.route("/contracten/<number>/indexering/regel", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def index_clause(number: str) -> ResponseReturnValue:
    """Fix how the prices of a contract follow an index."""
    contract = _managed(number)
    known = index_queries.all_series()
    clause = index_queries.clause_of(contract)
    stored = (
        {
            "series": str(clause.series_id),
            "base_month": Month.of(clause.base_month),
            "cap": clause.cap * 100 if clause.cap is not None else None,
            "percent_places": clause.percent_places,
            "rate_places": clause.rate_places,
            "source": clause.source,
        }
        if clause
        else None
    )
    form = forms.IndexClauseForm(obj=contract, stored=stored)
    form.series.choices = [(str(one.id), one.name) for one in known]
    if form.validate_on_submit():
        cap: Decimal | None = form.cap.data
        if form.accepts(
            index_services.set_clause,
            contract,
            series=next(one for one in known if str(one.id) == form.series.data),
            base_month=forms.value_of(form.base_month).first,
            cap=cap / 100 if cap is not None else None,
            percent_places=forms.value_of(form.percent_places),
            rate_places=forms.value_of(form.rate_places),
            source=form.source.data or "",
            by=current_viewer(),
        ):
            flash("De regel voor de indexering is vastgelegd.")
            return redirect(url_for(".indexation", number=number))
    return page("contracts/agreements/index_clause.html", form=form, contract=contract, known=known)


@bp.get("/contracten/<number>/indexering/<int:position>/brief")
@requires(Permission.CONTRACT_READ)
def index_letter(number: str, position: int) -> Response:
    """Give the letter of one indexation as a PDF."""
    contract = queries.contract_for(current_viewer(), number)
    run = index_queries.run_for(contract, position)
    return attachment(
        letter_of(contract, run), name=f"indexering-{number}-{position}.pdf", media_type="application/pdf"
    )


def _month(text: str | None) -> Month | None:
    try:
        return Month.parse(text) if text else None
    except ValueError:
        return None


def _managed(number: str) -> Contract:
    contract = queries.contract_for(current_viewer(), number)
    queries.require_manager(contract, current_viewer())
    return contract
