"""Try the award model: on made-up offers before publication, on the real ones only as the rules allow."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.errors import NotFound
from portal.forms import page
from tenders.awards import queries, services
from tenders.awards.forms import OFFERS, RealTrialForm, trial_form
from tenders.awards.states import Formula
from tenders.awards.views.blueprint import bp
from tenders.awards.views.common import LOT, loaded_lot
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot, Procedure

TRIAL = "/aanbestedingen/<number>/percelen/<uuid:lot_id>/proef"


def _led(number: str, lot_id: uuid.UUID) -> tuple[Procedure, Lot]:
    viewer = current_viewer()
    procedure = tender.staff_procedure(viewer, number)
    tender.refuse_unless_lead(viewer, procedure)
    return procedure, tender.lot_of(procedure, lot_id)


@bp.route(TRIAL, methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def trial(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    procedure, lot = _led(number, lot_id)
    criteria = tender.criteria_of(lot)
    ready = bool(criteria) and lot.price_weight is not None
    form = trial_form(criteria, queries.scale_of(procedure), asks_price=bool(lot.price_weight))
    if form.validate_on_submit() and form.accepts(
        services.try_on_fictional, lot, form.bids(), by=current_viewer()
    ):
        flash("Het model is beproefd. De uitkomst is bewaard.")
        return redirect(url_for(".trial_outcome", number=number, lot_id=lot_id, trial_id=form.result.id))
    return page(
        "tenders/awards/trial.html",
        form=form,
        procedure=procedure,
        lot=lot,
        criteria=criteria,
        names=OFFERS,
        ready=ready and procedure.published_at is None,
        trials=queries.trials_of(lot),
    )


@bp.route(f"{TRIAL}/<uuid:trial_id>")
@requires(Permission.TENDER_MANAGE)
def trial_outcome(number: str, lot_id: uuid.UUID, trial_id: uuid.UUID) -> ResponseReturnValue:
    procedure, lot = _led(number, lot_id)
    queries.refuse_while_judging(current_viewer(), lot)
    found = queries.trial_of(lot, trial_id)
    labels = {one.value: one for one in Formula}
    return page("tenders/awards/trial_outcome.html", procedure=procedure, lot=lot, trial=found, formulas=labels)


@bp.route(f"{LOT}/beproeven", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def real_trial(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = loaded_lot(number, lot_id)
    if not queries.leads(current_viewer(), loaded.procedure) or not loaded.bidders:
        raise NotFound
    form = RealTrialForm()
    if form.validate_on_submit() and form.accepts(
        services.try_on_real, loaded.lot, reason=form.reason.data or "", by=current_viewer()
    ):
        flash("De uitkomst is bewaard in het dossier.")
        return redirect(url_for(".trial_outcome", number=number, lot_id=lot_id, trial_id=form.result.id))
    return page(
        "tenders/awards/real_trial.html", form=form, loaded=loaded, trials=queries.trials_of(loaded.lot)
    )
