"""Pages of amendments: the list with the meter, one amendment, and what can be done with it."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from contracts.agreements import change_forms, change_queries, change_services, promise_queries, queries
from contracts.agreements.change_models import Amendment
from contracts.agreements.change_services import NewAmendment
from contracts.agreements.change_states import AmendmentState
from contracts.agreements.models import Contract
from contracts.agreements.views import bp
from portal import audit, clock
from portal.access import Permission, current_viewer, requires
from portal.catalogue.models import Municipality
from portal.catalogue.queries import municipalities
from portal.db import db
from portal.forms import act_or_flash, page

BASE = "/contracten/<number>/wijzigingen"
LOOKS = {
    AmendmentState.DRAFT: ("under", "pencil"),
    AmendmentState.ASKED: ("info", "clock"),
    AmendmentState.IN_FORCE: ("good", "check"),
    AmendmentState.WITHDRAWN: ("none", "dash"),
}


@bp.get(BASE)
@requires(Permission.CONTRACT_READ)
def amendments(number: str) -> ResponseReturnValue:
    """List the amendments of a contract, with the meter of the small ones."""
    viewer = current_viewer()
    contract = queries.contract_for(viewer, number)
    plans = change_queries.sees_plans(contract, viewer)
    found = change_queries.amendments_of(contract)
    return page(
        "contracts/agreements/amendments.html",
        contract=contract,
        amendments=[one for one in found if plans or one.state is AmendmentState.IN_FORCE],
        looks=LOOKS,
        meter=change_queries.meter_of(contract, clock.today()) if plans else None,
        waiting=change_queries.waiting_effect(contract) if plans else None,
        may_manage=queries.may_manage(contract, viewer) and contract.signed_on is not None,
    )


@bp.route(f"{BASE}/nieuw", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def new_amendment(number: str) -> ResponseReturnValue:
    """Write down an amendment."""
    contract = _managed(number)
    form = change_forms.AmendmentForm(effective_on=clock.today())
    grounds = change_queries.grounds_on(clock.today())
    clauses = promise_queries.clauses_of(contract)
    places = municipalities()
    form.ground.choices = [(str(one.id), f"{one.article}: {one.name}") for one in grounds]
    form.clause.choices = [("", "Geen"), *[(str(one.id), f"{one.number} {one.title}") for one in clauses]]
    form.joins.choices = form.leaves.choices = [("", "Geen"), *[(str(one.id), one.name) for one in places]]
    if form.validate_on_submit():
        new = NewAmendment(
            title=form.title.data or "",
            ground=next(one for one in grounds if str(one.id) == form.ground.data),
            reason=form.reason.data or "",
            effective_on=change_forms.value_of(form.effective_on),
            value_effect=change_forms.value_of(form.value_effect),
            clause=next((one for one in clauses if str(one.id) == form.clause.data), None),
            ceiling=form.ceiling.data,
            last_referral_on=form.last_referral_on.data,
            ends_on=form.ends_on.data,
            run_off_until=form.run_off_until.data,
            joins=_place(form.joins.data),
            leaves=_place(form.leaves.data),
            text_part=form.text_part.data or "",
            text_before=form.text_before.data or "",
            text_after=form.text_after.data or "",
        )
        if form.accepts(change_services.make_amendment, contract, new, by=current_viewer()):
            flash("De wijziging is vastgelegd als concept. Het contract is nog niet veranderd.")
            return redirect(url_for(".amendment", number=number, position=form.result.number))
    return page(
        "contracts/agreements/amendment_new.html",
        form=form,
        contract=contract,
        grounds=grounds,
        meter=change_queries.meter_of(contract, clock.today()),
    )


@bp.get(f"{BASE}/<int:position>")
@requires(Permission.CONTRACT_READ)
def amendment(number: str, position: int) -> ResponseReturnValue:
    """Show one amendment: ground, before and after, consents, notice."""
    return _shown(_amendment(number, position))


@bp.post(f"{BASE}/<int:position>/vragen")
@requires(Permission.CONTRACT_MANAGE)
def ask_amendment(number: str, position: int) -> ResponseReturnValue:
    """Ask the other municipalities for their consent."""
    found = _amendment(number, position)
    if act_or_flash(change_services.ask_consent, found, by=current_viewer()):
        flash("De gemeenten zijn om akkoord gevraagd." if found.needs_consent else "De wijziging is klaar om vast te stellen.")
    return redirect(url_for(".amendment", number=number, position=position))


@bp.post(f"{BASE}/<int:position>/antwoord")
@requires(Permission.AMENDMENT_APPROVE)
def answer_amendment(number: str, position: int) -> ResponseReturnValue:
    """Record what the viewer's municipality says."""
    found, viewer = _amendment(number, position), current_viewer()
    form = change_forms.ConsentForm()
    if form.validate_on_submit() and form.accepts(
        change_services.answer_amendment,
        found,
        municipality_id=viewer.municipality_id,
        agrees=form.agrees.data == "ja",
        decision=form.decision.data or "",
        reason=form.reason.data or "",
        by=viewer,
    ):
        flash("Het antwoord van uw gemeente is vastgelegd.")
        return redirect(url_for(".amendment", number=number, position=position))
    return _shown(found, consent=form)


@bp.route(f"{BASE}/<int:position>/aankondiging", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def amendment_notice(number: str, position: int) -> ResponseReturnValue:
    """Record that the change was announced."""
    found = _amendment(number, position)
    queries.require_manager(found.contract, current_viewer())
    form = change_forms.NoticeForm(stored={"number": found.notice_number, "on": found.notice_on})
    if form.validate_on_submit() and form.accepts(
        change_services.record_notice, found, number=form.number.data or "", on=form.on.data, by=current_viewer()
    ):
        flash("De aankondiging van de wijziging is vastgelegd.")
        return redirect(url_for(".amendment", number=number, position=position))
    return page("contracts/agreements/amendment_notice.html", form=form, contract=found.contract, amendment=found)


@bp.post(f"{BASE}/<int:position>/vaststellen")
@requires(Permission.CONTRACT_MANAGE)
def settle_amendment(number: str, position: int) -> ResponseReturnValue:
    """Let an amendment take effect."""
    found = _amendment(number, position)
    if act_or_flash(change_services.settle, found, by=current_viewer()):
        flash(f"Wijziging {found.number} is van kracht. Het contract is aangepast en iedereen heeft bericht gekregen.")
    return redirect(url_for(".amendment", number=number, position=position))


@bp.route(f"{BASE}/<int:position>/intrekken", methods=["GET", "POST"])
@requires(Permission.CONTRACT_MANAGE)
def withdraw_amendment(number: str, position: int) -> ResponseReturnValue:
    """Take an amendment back before it has effect."""
    found = _amendment(number, position)
    queries.require_manager(found.contract, current_viewer())
    form = change_forms.WithdrawForm(obj=found)
    if form.validate_on_submit() and form.accepts(
        change_services.withdraw, found, reason=form.withdrawal_reason.data or "", by=current_viewer()
    ):
        flash(f"Wijziging {found.number} is ingetrokken.")
        return redirect(url_for(".amendment", number=number, position=position))
    return page("contracts/agreements/amendment_withdraw.html", form=form, contract=found.contract, amendment=found)


def _shown(found: Amendment, consent: change_forms.ConsentForm | None = None) -> ResponseReturnValue:
    viewer = current_viewer()
    return page(
        "contracts/agreements/amendment.html",
        form=consent or change_forms.ConsentForm(),
        contract=found.contract,
        amendment=found,
        look=LOOKS[found.state],
        lines=change_queries.lines_of(found),
        consents=change_queries.consents_of(found),
        waits=[one.message for one in change_queries.waits_for(found)],
        may_answer=change_queries.may_answer(found, viewer),
        may_manage=queries.may_manage(found.contract, viewer),
        plans=change_queries.sees_plans(found.contract, viewer),
        history_lines=audit.history_of(found),
    )


def _amendment(number: str, position: int) -> Amendment:
    contract = queries.contract_for(current_viewer(), number)
    return change_queries.amendment_for(current_viewer(), contract, position)


def _managed(number: str) -> Contract:
    contract = queries.contract_for(current_viewer(), number)
    queries.require_manager(contract, current_viewer())
    return contract


def _place(chosen: str | None) -> tuple[Municipality, ...]:
    return (db.session.get_one(Municipality, uuid.UUID(chosen)),) if chosen else ()
