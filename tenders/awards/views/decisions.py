"""The decision about a lot: ranking, advice, approvals, letters, the term and its end."""

import uuid
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue

from portal import audit, clock
from portal.access import Permission, current_viewer, requires
from portal.documents import attachment, response
from portal.errors import NotFound, TransitionRefused
from portal.forms import act_or_flash, page
from tenders.awards import queries, rules, services
from tenders.awards.forms import AdviceForm, ApprovalForm, CourtForm, JudgmentForm, LetterForm, WithdrawForm
from tenders.awards.models import Award
from tenders.awards.queries.overview import LotAward
from tenders.awards.states import AWARD, AwardAction, AwardState
from tenders.awards.views.blueprint import bp
from tenders.awards.views.common import LOT, back_to, led_award, led_standing, loaded_lot
from tenders.procedures import queries as tender


@bp.route("/aanbestedingen/<number>/gunning")
@requires(Permission.TENDER_READ)
def awards(number: str) -> ResponseReturnValue:
    procedure = queries.opened_procedure(current_viewer(), number)
    viewer = current_viewer()
    lots = [
        (lot, queries.award_of(lot), queries.is_fixed(lot), queries.ending_of(lot), queries.judges_anew(viewer, lot))
        for lot in tender.lots_of(procedure)
    ]
    return page("tenders/awards/awards.html", procedure=procedure, lots=lots)


@bp.route(LOT)
@requires(Permission.TENDER_READ)
def lot(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = loaded_lot(number, lot_id)
    award = loaded.award
    return page(
        "tenders/awards/lot.html",
        loaded=loaded,
        checks=_checks(loaded) if award is not None else [],
        objections=_objections(award),
        standstill=services.standstill_for(loaded.procedure, clock.today()),
        final_objections=_final_objections(award),
        again=queries.procedure_again(loaded.ending) if loaded.ending else None,
        history=audit.history_of(loaded.lot, award, *loaded.earlier),
    )


def _checks(loaded: LotAward) -> list[tuple[bool, str, str]]:
    if loaded.award is None:
        return []
    facts = services.sending_facts(loaded.award)
    agreed = len(loaded.scores)
    wanted = len(loaded.bidders) * len(loaded.criteria)
    given = facts.approvals_given
    return [
        (facts.consensus_without_reason == 0, "Alle scores hebben een motivering", f"{agreed} van {wanted}"),
        (
            not facts.refused_by and given == facts.approvals_asked,
            "Akkoord van de deelnemende gemeenten",
            f"{given} van {facts.approvals_asked}",
        ),
        (
            facts.letters_with_grounds == facts.bidders,
            "Brief per inschrijver met eigen scores en redenen",
            f"{facts.letters_with_grounds} van {facts.bidders}",
        ),
        (
            len(facts.advantages) >= rules.SHORTEST_WITHDRAWAL,
            "Kenmerken en voordelen van de gekozen inschrijving beschreven",
            "",
        ),
    ]


def _objections(award: Award | None) -> list[str]:
    if award is None or award.state is not AwardState.DRAFT:
        return []
    return [one.message for one in rules.objections_to_sending(services.sending_facts(award))]


def _final_objections(award: Award | None) -> list[str]:
    if award is None or award.state not in (AwardState.SENT, AwardState.COURT):
        return []
    found = rules.objections_to_final(queries.final_facts(award), now=clock.now())
    return [one.message for one in found]


@bp.route(f"{LOT}/rangorde", methods=["POST"])
@requires(Permission.AWARD_DECIDE)
def rank(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = loaded_lot(number, lot_id)
    if act_or_flash(services.make_ranking, loaded.lot, by=current_viewer()):
        flash("De rangorde is gemaakt en bewaard.")
    return back_to(loaded.lot)


@bp.route(f"{LOT}/advies", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def advice(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = loaded_lot(number, lot_id)
    tender.refuse_unless_lead(current_viewer(), loaded.procedure)
    if loaded.ranking is None:
        raise NotFound
    draft = loaded.award if loaded.award and loaded.award.state is AwardState.DRAFT else None
    form = AdviceForm(obj=draft)
    if form.validate_on_submit() and _accepts_advice(form, loaded, draft):
        flash("Het gunningsadvies is bewaard. De deelnemende gemeenten hebben bericht gekregen.")
        return back_to(loaded.lot)
    return page("tenders/awards/advice.html", form=form, loaded=loaded, draft=draft)


def _accepts_advice(form: AdviceForm, loaded: LotAward, draft: Award | None) -> bool:
    texts: dict[str, Any] = {"advice": form.advice.data or "", "advantages": form.advantages.data or ""}
    if draft is not None:
        return form.accepts(services.change_award, draft, by=current_viewer(), **texts)
    return form.accepts(services.draw_up_award, loaded.lot, by=current_viewer(), **texts)


@bp.route(f"{LOT}/brieven/<uuid:letter_id>", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def letter(number: str, lot_id: uuid.UUID, letter_id: uuid.UUID) -> ResponseReturnValue:
    loaded, award = led_award(number, lot_id)
    found = queries.letter_of(award, letter_id)
    form = LetterForm(obj=found)
    if form.validate_on_submit() and form.accepts(
        services.change_letter, found, award, grounds=form.grounds.data or "", by=current_viewer()
    ):
        flash("De brief is bewaard.")
        return back_to(loaded.lot)
    return page(
        "tenders/awards/letter.html", form=form, loaded=loaded, letter=found,
        bidder=loaded.bidders[found.offer_lot_id],
    )  # fmt: skip


@bp.route(f"{LOT}/brieven/<uuid:letter_id>/pdf")
@requires(Permission.AWARD_DECIDE)
def letter_pdf(number: str, lot_id: uuid.UUID, letter_id: uuid.UUID) -> ResponseReturnValue:
    loaded, award = led_award(number, lot_id)
    found = queries.letter_of(award, letter_id)
    if found.document_id is not None:
        return response(queries.document_in(found))
    name = f"Voorbeeld {loaded.bidders[found.offer_lot_id].offer_lot.offer.number}.pdf"
    return attachment(services.preview(found, award), name=name, media_type="application/pdf")


@bp.route(f"{LOT}/proces-verbaal")
@requires(Permission.TENDER_READ)
def record(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = loaded_lot(number, lot_id)
    if loaded.ending is not None:
        return response(queries.file_of(loaded.ending.record_document_id))
    if loaded.award is None:
        raise NotFound
    return response(queries.record_of(loaded.award))


@bp.route(f"{LOT}/akkoord", methods=["GET", "POST"])
@requires(Permission.AWARD_APPROVE)
def approval(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = loaded_lot(number, lot_id)
    if loaded.award is None or loaded.own_approval is None:
        raise NotFound
    form = ApprovalForm()
    if form.validate_on_submit() and form.accepts(
        services.decide_approval,
        loaded.award,
        agrees=form.answer.data == "yes",
        reason=form.reason.data or "",
        mandate=form.mandate.data or "",
        mandate_on=form.mandate_on.data,
        by=current_viewer(),
    ):
        flash("Uw antwoord op het gunningsadvies is vastgelegd.")
        return back_to(loaded.lot)
    return page("tenders/awards/approval.html", form=form, loaded=loaded)


@bp.route(f"{LOT}/versturen", methods=["POST"])
@requires(Permission.AWARD_DECIDE)
def send(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded, award = led_award(number, lot_id)
    if act_or_flash(services.send_award, award, by=current_viewer()):
        flash("De voorlopige gunning is verstuurd aan alle inschrijvers, op hetzelfde moment.")
    return back_to(loaded.lot)


@bp.route(f"{LOT}/kort-geding", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def court(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded, award = led_standing(number, lot_id)
    _only_when(award, AwardAction.GO_TO_COURT)
    form = CourtForm()
    if form.validate_on_submit() and form.accepts(
        services.register_court,
        award,
        since=form.since.data,
        reference=form.reference.data or "",
        by=current_viewer(),
    ):
        flash("Het kort geding is vastgelegd. Definitief gunnen kan pas na de uitspraak.")
        return back_to(loaded.lot)
    return page("tenders/awards/court.html", form=form, loaded=loaded)


@bp.route(f"{LOT}/uitspraak", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def judgment(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded, award = led_standing(number, lot_id)
    _only_when(award, AwardAction.END_COURT)
    form = JudgmentForm()
    if form.validate_on_submit() and form.accepts(
        services.end_court, award, ended=form.ended.data, outcome=form.outcome.data or "", by=current_viewer()
    ):
        flash("De uitspraak is vastgelegd.")
        return back_to(loaded.lot)
    return page("tenders/awards/judgment.html", form=form, loaded=loaded)


@bp.route(f"{LOT}/intrekken", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def withdraw(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded, award = led_award(number, lot_id)
    _only_when(award, AwardAction.WITHDRAW)
    form = WithdrawForm()
    if form.validate_on_submit() and form.accepts(
        services.withdraw_award, award, reason=form.reason.data or "", by=current_viewer()
    ):
        flash("Het besluit is ingetrokken.")
        return back_to(loaded.lot)
    return page("tenders/awards/withdraw.html", form=form, loaded=loaded)


@bp.route(f"{LOT}/definitief", methods=["POST"])
@requires(Permission.AWARD_DECIDE)
def final(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded, award = led_award(number, lot_id)
    if act_or_flash(services.make_final, award, by=current_viewer()):
        flash(f"‘{loaded.lot.title}’ is definitief gegund. U kunt nu het contract maken.")
    return back_to(loaded.lot)


def _only_when(award: Award, action: AwardAction) -> None:
    if action not in AWARD.actions(award.state):
        raise TransitionRefused(action, award.state)
