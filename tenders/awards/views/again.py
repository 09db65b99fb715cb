"""Herbeoordeling: begin it, and see both sets beside each other once it is fixed."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.errors import TransitionRefused
from portal.forms import page
from tenders.awards import queries, services
from tenders.awards.forms import JudgeAgainForm
from tenders.awards.queries.overview import LotAward
from tenders.awards.states import AssessmentAction, AssessmentCause
from tenders.awards.views.blueprint import bp
from tenders.awards.views.common import LOT, led_award, loaded_lot


@bp.route(f"{LOT}/herbeoordeling", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def judge_again(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded, award = led_award(number, lot_id)
    if loaded.judging_again:
        raise TransitionRefused(AssessmentAction.FIX, "scoring")
    form = JudgeAgainForm()
    _offer_choices(form, loaded)
    if form.validate_on_submit() and _accepts(form, loaded):
        flash("De herbeoordeling is begonnen. Het nieuwe team heeft bericht gekregen.")
        return redirect(url_for(".index", number=number))
    return page("tenders/awards/again.html", form=form, loaded=loaded, award=award)


def _offer_choices(form: JudgeAgainForm, loaded: LotAward) -> None:
    people = [
        (str(membership.id), f"{user.name}, {organisation.name}")
        for membership, user, organisation in queries.candidates_for_new_team(loaded.lot)
    ]
    form.members.choices = people
    form.chair.choices = [("", "Kies de voorzitter"), *people]
    form.criterion.choices = [("", "Alle criteria"), *((str(one.id), one.title) for one in loaded.criteria)]


def _accepts(form: JudgeAgainForm, loaded: LotAward) -> bool:
    known = {value: uuid.UUID(value) for value, _, *_ in form.members.iter_choices()}
    return form.accepts(
        services.judge_again,
        loaded.lot,
        cause=AssessmentCause.COURT if form.cause.data == "court" else AssessmentCause.OWN,
        reason=form.reason.data or "",
        criterion=next((one for one in loaded.criteria if str(one.id) == form.criterion.data), None),
        members=[known[one] for one in form.members.data or [] if one in known],
        chair=known.get(form.chair.data or ""),
        by=current_viewer(),
    )


@bp.route(f"{LOT}/beoordelingen")
@requires(Permission.TENDER_READ)
def judgings(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = loaded_lot(number, lot_id)
    sets = [
        (one, queries.consensus_in(one.id), queries.names_in(one)) for one in queries.assessments_of(loaded.lot)
    ]
    return page(
        "tenders/awards/judgings.html", loaded=loaded, sets=sets, rankings=queries.rankings_of(loaded.lot)
    )
