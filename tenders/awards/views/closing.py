"""Ties, endings without an award, a decision without a term, a refusal, and the notice of what became of a lot."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.documents import attachment, response
from portal.errors import NotFound
from portal.forms import act_or_flash, page
from portal.tables import XLSX, download
from tenders.awards import fieldsheet, queries, services
from tenders.awards.forms import AgainForm, DrawingForm, EndLotForm, NoStandstillForm, NoticeForm, SettleForm
from tenders.awards.models import AwardNotice
from tenders.awards.queries.overview import LotAward
from tenders.awards.services import NoticeTimes
from tenders.awards.states import AwardState, EndingKind, EndingSequel, RefusalConsequence
from tenders.awards.views.blueprint import bp
from tenders.awards.views.common import LOT, back_to, led_award, led_lot, loaded_lot
from tenders.procedures import queries as tender
from tenders.procedures.states import LotState


@bp.route(f"{LOT}/akkoord/<uuid:municipality_id>/gevolg", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def settle(number: str, lot_id: uuid.UUID, municipality_id: uuid.UUID) -> ResponseReturnValue:
    loaded, award = led_award(number, lot_id)
    found = next((one for one in loaded.approvals if one[1].id == municipality_id), None)
    if found is None or award.state is not AwardState.DRAFT or found[0].state != "refused":
        raise NotFound
    form = SettleForm()
    if form.validate_on_submit() and form.accepts(
        services.settle_refusal,
        award,
        found[0],
        consequence=RefusalConsequence(form.consequence.data),
        reason=form.reason.data or "",
        by=current_viewer(),
    ):
        flash("Uw keuze is vastgelegd.")
        if found[0].consequence is RefusalConsequence.OTHERS:
            return back_to(loaded.lot)
        return redirect(url_for(".end_lot", number=number, lot_id=lot_id))
    return page(
        "tenders/awards/settle.html", form=form, loaded=loaded, approval=found[0], municipality=found[1]
    )


@bp.route(f"{LOT}/loting", methods=["GET", "POST"])
@requires(Permission.AWARD_ASSESS)
def draw(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = loaded_lot(number, lot_id)
    if loaded.ranking is None or not loaded.tied:
        raise NotFound
    form = DrawingForm()
    form.winner.choices = [(str(one.offer_lot.id), one.name) for one in loaded.tied]
    known = {str(one.offer_lot.id): one.offer_lot.id for one in loaded.tied}
    if form.validate_on_submit() and form.accepts(
        services.draw_lots,
        loaded.ranking,
        winner_id=known.get(form.winner.data or "", lot_id),
        method=form.method.data or "",
        by=current_viewer(),
    ):
        flash("De loting is vastgelegd. Een tweede persoon moet haar bevestigen.")
        return redirect(url_for(".draw", number=number, lot_id=lot_id))
    drawing = loaded.drawing
    return page(
        "tenders/awards/draw.html",
        form=form,
        loaded=loaded,
        drawing=drawing,
        drawn_by=queries.name_of(drawing.drawn_by_id) if drawing else "",
        confirmed_by=queries.name_of(drawing.confirmed_by_id) if drawing and drawing.confirmed_by_id else "",
        may_draw=queries.leads(current_viewer(), loaded.procedure),
        may_confirm=drawing is not None and drawing.drawn_by_id != current_viewer().user_id,
    )


@bp.route(f"{LOT}/loting/bevestigen", methods=["POST"])
@requires(Permission.AWARD_ASSESS)
def confirm_drawing(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = loaded_lot(number, lot_id)
    if loaded.drawing is None:
        raise NotFound
    if act_or_flash(services.confirm_drawing, loaded.drawing, by=current_viewer()):
        flash("De loting is bevestigd. Het proces-verbaal staat klaar.")
    return redirect(url_for(".draw", number=number, lot_id=lot_id))


@bp.route(f"{LOT}/loting/proces-verbaal")
@requires(Permission.TENDER_READ)
def drawing_record(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    drawing = loaded_lot(number, lot_id).drawing
    return response(queries.file_of(drawing.document_id if drawing else None))


@bp.route(f"{LOT}/zonder-termijn", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def no_standstill(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded, award = led_award(number, lot_id)
    if len(loaded.bidders) != 1 or award.state is not AwardState.DRAFT:
        raise NotFound
    form = NoStandstillForm()
    if form.validate_on_submit() and form.accepts(
        services.send_award, award, no_standstill=form.reason.data or "", by=current_viewer()
    ):
        flash("De voorlopige gunning is verstuurd. Er loopt geen opschortende termijn.")
        return back_to(loaded.lot)
    return page("tenders/awards/no_standstill.html", form=form, loaded=loaded)


@bp.route(f"{LOT}/niet-gunnen", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def end_lot(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = led_lot(number, lot_id)
    if loaded.lot.state is not LotState.OPEN:
        raise NotFound
    kind = EndingKind.WITHDRAWN if loaded.bidders else EndingKind.NO_OFFERS
    form = EndLotForm(kind=kind.value)
    if form.validate_on_submit() and form.accepts(
        services.end_lot,
        loaded.lot,
        kind=EndingKind(form.kind.data),
        sequel=EndingSequel(form.sequel.data),
        reason=form.reason.data or "",
        unchanged=form.unchanged.data or "",
        by=current_viewer(),
    ):
        flash(f"‘{loaded.lot.title}’ wordt niet gegund. De inschrijvers hebben bericht gekregen.")
        return back_to(loaded.lot)
    return page("tenders/awards/end_lot.html", form=form, loaded=loaded, rule=_rule(loaded, "no_offers"))


def _rule(loaded: LotAward, code: str) -> object:
    return tender.rules_of(loaded.procedure.kind_code, clock.today()).get(code)


@bp.route(f"{LOT}/opnieuw", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def again(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = led_lot(number, lot_id)
    if loaded.ending is None:
        raise NotFound
    form = AgainForm()
    if form.validate_on_submit() and form.accepts(
        services.link_again, loaded.ending, number=form.number.data or "", by=current_viewer()
    ):
        flash("De nieuwe aanbesteding is gekoppeld.")
        return back_to(loaded.lot)
    return page("tenders/awards/link_again.html", form=form, loaded=loaded)


@bp.route(f"{LOT}/opnieuw/kopie", methods=["POST"])
@requires(Permission.AWARD_DECIDE)
def run_again(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = led_lot(number, lot_id)
    if loaded.ending is None:
        raise NotFound
    if act_or_flash(services.run_again, loaded.ending, by=current_viewer()):
        flash("De nieuwe aanbesteding is gemaakt als kopie. Vul de planning en de raming aan.")
    return back_to(loaded.lot)


# The notice ---------------------------------------------------------------------------------------------


def _notice(number: str, lot_id: uuid.UUID) -> tuple[LotAward, AwardNotice]:
    loaded = led_lot(number, lot_id)
    if loaded.notice is None:
        raise NotFound
    return loaded, loaded.notice


@bp.route(f"{LOT}/aankondiging", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def notice(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded, found = _notice(number, lot_id)
    form = NoticeForm(
        obj=found,
        stored={"number": found.tenderned_number},
    )
    if form.validate_on_submit() and form.accepts(
        services.record_award_notice,
        found,
        times=NoticeTimes(
            form.number.data or "",
            form.sent_at.data,
            form.receipt_confirmed_at.data,
            form.made_public_at.data,
        ),
        by=current_viewer(),
    ):
        flash("De aankondiging is vastgelegd.")
        return redirect(url_for(".notice", number=number, lot_id=lot_id))
    return page(
        "tenders/awards/notice.html",
        form=form,
        loaded=loaded,
        notice=found,
        may_bundle=_rule(loaded, "award_notice_quarter") is not None and found.sent_at is None,
        own_from=queries.own_publication_from(found),
    )


@bp.route(f"{LOT}/aankondiging/bundelen", methods=["POST"])
@requires(Permission.AWARD_DECIDE)
def bundle(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    _, found = _notice(number, lot_id)
    if act_or_flash(services.bundle_notice, found, bundled=not found.is_bundled, by=current_viewer()):
        flash("De aankondiging gaat mee met die van het kwartaal." if found.is_bundled else "De aankondiging gaat apart.")
    return redirect(url_for(".notice", number=number, lot_id=lot_id))


@bp.route(f"{LOT}/aankondiging/publiceren", methods=["POST"])
@requires(Permission.AWARD_DECIDE)
def publish_outcome(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    _, found = _notice(number, lot_id)
    if act_or_flash(services.publish_outcome, found, by=current_viewer()):
        flash("De uitslag staat nu op het portaal.")
    return redirect(url_for(".notice", number=number, lot_id=lot_id))


@bp.route(f"{LOT}/aankondiging/veldenblad.<kind>")
@requires(Permission.AWARD_DECIDE)
def field_sheet(number: str, lot_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    loaded, found = _notice(number, lot_id)
    sheet = fieldsheet.of_notice(loaded, found)
    name = f"Veldenblad gunning {number} perceel {loaded.lot.number}"
    if kind == "xlsx":
        return download(fieldsheet.as_workbook(sheet), f"{name}.xlsx", XLSX)
    if kind == "pdf":
        return attachment(fieldsheet.as_pdf(sheet), name=f"{name}.pdf", media_type="application/pdf")
    raise NotFound
