"""What is asked of bidders after the opening, as inkoop sees it."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.documents import response
from portal.errors import NotFound
from portal.forms import page
from tenders.awards import queries, services
from tenders.awards.forms import AskEvidenceForm, DecideInquiryForm, FindingForm, InquiryForm, SourceForm
from tenders.awards.models import EvidenceItem
from tenders.awards.queries import Bidder
from tenders.awards.queries.overview import LotAward
from tenders.awards.states import EVIDENCE, INQUIRY, EvidenceAction, EvidenceState, InquiryKind
from tenders.awards.views.blueprint import bp
from tenders.awards.views.common import LOT, led_award, led_lot, loaded_lot

ASKABLE = (EvidenceState.OPEN, EvidenceState.ASKED, EvidenceState.FAILED)


@bp.route(f"{LOT}/bewijsstukken", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def evidence(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded, award = led_award(number, lot_id)
    due = services.last_day_to_answer(loaded.procedure, "evidence_days")
    form = AskEvidenceForm()
    askable = {str(one.id): one for one in loaded.evidence if one.state in ASKABLE}
    form.items.choices = [(key, one.title) for key, one in askable.items()]
    if form.validate_on_submit() and form.accepts(
        services.ask_evidence,
        award,
        [askable[one] for one in form.items.data or [] if one in askable],
        due_on=form.due_on.data or due,
        by=current_viewer(),
    ):
        flash("De bewijsstukken zijn gevraagd. De winnaar heeft bericht gekregen.")
        return redirect(url_for(".evidence", number=number, lot_id=lot_id))
    kinds = {one.code: one for one in queries.evidence_kinds()}
    return page("tenders/awards/evidence.html", form=form, loaded=loaded, kinds=kinds, askable=bool(askable), due=due)


def _item(number: str, lot_id: uuid.UUID, item_id: uuid.UUID) -> tuple[LotAward, EvidenceItem]:
    loaded, award = led_award(number, lot_id)
    return loaded, queries.evidence_item(award, item_id)


@bp.route(f"{LOT}/bewijsstukken/<uuid:item_id>", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def evidence_item(number: str, lot_id: uuid.UUID, item_id: uuid.UUID) -> ResponseReturnValue:
    loaded, item = _item(number, lot_id, item_id)
    form, possible = FindingForm(), EVIDENCE.actions(item.state)
    form.action.choices = [(value, label) for value, label, *_ in form.action.iter_choices() if value in possible]
    if form.validate_on_submit() and form.accepts(
        services.find_evidence,
        item,
        action=EvidenceAction(form.action.data),
        finding=form.finding.data or "",
        by=current_viewer(),
    ):
        flash(f"Uw oordeel over ‘{item.title}’ is vastgelegd.")
        return redirect(url_for(".evidence", number=number, lot_id=lot_id))
    kinds = {one.code: one for one in queries.evidence_kinds()}
    return page(
        "tenders/awards/evidence_item.html",
        form=form,
        loaded=loaded,
        item=item,
        kind=kinds[item.kind_code],
        possible=possible,
    )


@bp.route(f"{LOT}/bewijsstukken/<uuid:item_id>/antwoord", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def evidence_answer(number: str, lot_id: uuid.UUID, item_id: uuid.UUID) -> ResponseReturnValue:
    loaded, item = _item(number, lot_id, item_id)
    form = SourceForm()
    if form.validate_on_submit() and form.accepts(
        services.record_answer,
        item,
        source=form.source.data or "",
        answer=form.answer.data or "",
        file=form.upload(),
        by=current_viewer(),
    ):
        flash("Het antwoord is vastgelegd. Geef nu uw oordeel.")
        return redirect(url_for(".evidence_item", number=number, lot_id=lot_id, item_id=item_id))
    return page("tenders/awards/evidence_answer.html", form=form, loaded=loaded, item=item)


@bp.route(f"{LOT}/bewijsstukken/<uuid:item_id>/bestand")
@requires(Permission.AWARD_DECIDE)
def evidence_file(number: str, lot_id: uuid.UUID, item_id: uuid.UUID) -> ResponseReturnValue:
    _, item = _item(number, lot_id, item_id)
    return response(queries.file_of(item.document_id))


# Questions to a bidder ----------------------------------------------------------------------------------


def _bidder(loaded: LotAward, offer_lot_id: uuid.UUID) -> Bidder:
    found = loaded.bidders.get(offer_lot_id)
    if found is None:
        raise NotFound
    return found


@bp.route(f"{LOT}/inschrijvers/<uuid:offer_lot_id>/vragen/nieuw", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def ask_bidder(number: str, lot_id: uuid.UUID, offer_lot_id: uuid.UUID) -> ResponseReturnValue:
    loaded = led_lot(number, lot_id)
    bidder = _bidder(loaded, offer_lot_id)
    failed = [one for one in loaded.evidence if one.state is EvidenceState.FAILED]
    about = failed[0] if failed and loaded.award and loaded.award.offer_lot_id == offer_lot_id else None
    kind = InquiryKind.HEARING if about else InquiryKind.REPAIR
    form = InquiryForm(kind=kind.value, due_on=services.term_of_inquiry(loaded.procedure, kind))
    if form.validate_on_submit() and form.accepts(
        services.ask_bidder,
        bidder,
        kind=InquiryKind(form.kind.data),
        question=form.question.data or "",
        due_on=form.due_on.data,
        item=about,
        by=current_viewer(),
    ):
        flash(f"De vraag is verstuurd aan {bidder.name}.")
        return redirect(url_for(".lot", number=number, lot_id=lot_id))
    return page("tenders/awards/ask_bidder.html", form=form, loaded=loaded, bidder=bidder, about=about)


@bp.route(f"{LOT}/vragen/<uuid:inquiry_id>", methods=["GET", "POST"])
@requires(Permission.AWARD_DECIDE)
def inquiry(number: str, lot_id: uuid.UUID, inquiry_id: uuid.UUID) -> ResponseReturnValue:
    loaded = led_lot(number, lot_id)
    found = queries.inquiry_on(loaded.lot, inquiry_id)
    form = DecideInquiryForm()
    if form.validate_on_submit() and form.accepts(
        services.decide_inquiry,
        found,
        exclude=form.outcome.data == "exclude",
        decision=form.decision.data or "",
        by=current_viewer(),
    ):
        flash("Uw besluit is vastgelegd. De inschrijver heeft bericht gekregen.")
        return redirect(url_for(".lot", number=number, lot_id=lot_id))
    return page(
        "tenders/awards/inquiry.html",
        form=form,
        loaded=loaded,
        inquiry=found,
        bidder=_bidder(loaded, found.offer_lot_id),
        open=bool(INQUIRY.actions(found.state)),
    )


@bp.route(f"{LOT}/vragen/<uuid:inquiry_id>/bestand")
@requires(Permission.AWARD_DECIDE)
def inquiry_file(number: str, lot_id: uuid.UUID, inquiry_id: uuid.UUID) -> ResponseReturnValue:
    loaded = loaded_lot(number, lot_id)
    return response(queries.file_of(queries.inquiry_on(loaded.lot, inquiry_id).document_id))
