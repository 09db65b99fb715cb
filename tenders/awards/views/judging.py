"""Judging: where everybody is, one criterion at a time, what the team agreed, requirements."""

import uuid

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import audit
from portal.access import Permission, current_viewer, requires
from portal.documents import attachment, open_document
from portal.errors import NotFound
from portal.forms import act, act_or_flash, page
from tenders.awards import queries, services
from tenders.awards.forms import InterestForm, RequirementForm, scores_form
from tenders.awards.queries import overview
from tenders.awards.states import RequirementVerdict
from tenders.awards.views.blueprint import bp
from tenders.offers.models import OfferDocument
from tenders.procedures import queries as tender
from tenders.procedures.models import AwardCriterion, Lot, Procedure


@bp.route("/aanbestedingen/<number>/beoordeling")
@requires(Permission.TENDER_READ)
def index(number: str) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = queries.opened_procedure(viewer, number)
    member = queries.assessor_for(viewer, procedure)
    declaration = queries.declaration_of(member) if member else None
    may_score = declaration is not None and not declaration.has_interest
    return page(
        "tenders/awards/index.html",
        procedure=procedure,
        lots=overview.progress_of(procedure),
        member=member,
        declaration=declaration,
        leads=queries.leads(viewer, procedure),
        chaired={lot.id for lot in queries.judged_lots(procedure) if queries.chairs(viewer, lot)},
        mine={lot.id for lot in queries.lots_to_judge(procedure, member)} if member else set(),
        next_criterion=overview.next_criterion(procedure, member) if member and may_score else None,
        history=audit.history_of(procedure, *queries.judged_lots(procedure)),
    )


@bp.route("/aanbestedingen/<number>/beoordeling/belangen", methods=["GET", "POST"])
@requires(Permission.AWARD_ASSESS)
def interests(number: str) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = queries.opened_procedure(viewer, number)
    member = queries.refuse_unless_assessor(viewer, procedure)
    form = InterestForm()
    if form.validate_on_submit() and form.accepts(
        services.declare_interests,
        procedure,
        has_interest=form.answer.data == "yes",
        explanation=form.explanation.data or "",
        by=viewer,
    ):
        flash("Uw belangenverklaring is vastgelegd.")
        return redirect(url_for(".index", number=number))
    return page(
        "tenders/awards/interests.html",
        form=form,
        procedure=procedure,
        declaration=queries.declaration_of(member),
        names=overview.opened_names(procedure),
    )


@bp.route("/aanbestedingen/<number>/beoordeling/<uuid:criterion_id>", methods=["GET", "POST"])
@requires(Permission.AWARD_ASSESS)
def score(number: str, criterion_id: uuid.UUID) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = queries.opened_procedure(viewer, number)
    criterion = tender.criterion_of(procedure, criterion_id)
    member = queries.refuse_unless_in_team(viewer, criterion.lot)
    if queries.declaration_of(member) is None:
        flash("Geef eerst uw belangenverklaring. Daarna leest u de inschrijvingen.", "info")
        return redirect(url_for(".interests", number=number))
    queries.refuse_unless_reads(viewer, criterion.lot)
    bidders = queries.bidders_of(criterion.lot)
    own = queries.own_scores(member, criterion)
    form = scores_form(bidders, queries.scale_of(procedure), own)
    draft = "concept" in request.form
    if form.validate_on_submit() and form.accepts(
        services.save_scores, criterion, form.entries(), submit=not draft, by=viewer
    ):
        if draft:
            flash("Uw scores zijn als concept opgeslagen. Ze zijn nog niet ingediend.")
            return redirect(url_for(".score", number=number, criterion_id=criterion_id))
        flash(f"Uw scores op ‘{criterion.title}’ zijn ingediend.")
        following = overview.next_criterion(procedure, member)
        if following is None:
            return redirect(url_for(".index", number=number))
        return redirect(url_for(".score", number=number, criterion_id=following.id))
    return page(
        "tenders/awards/score.html",
        form=form,
        own=own,
        submitted=any(one.submitted_at for one in own.values()),
        **_criterion_context(procedure, criterion),
    )


def _criterion_context(procedure: Procedure, criterion: AwardCriterion) -> dict[str, object]:
    return {
        "procedure": procedure,
        "criterion": criterion,
        "lot": criterion.lot,
        "criteria": queries.criteria_to_score(criterion.lot),
        "answers": queries.answers_to(criterion),
        "documents": queries.documents_on(criterion.lot),
    }


@bp.route("/aanbestedingen/<number>/consensus/<uuid:criterion_id>", methods=["GET", "POST"])
@requires(Permission.AWARD_ASSESS)
def consensus(number: str, criterion_id: uuid.UUID) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = queries.opened_procedure(viewer, number)
    criterion = tender.criterion_of(procedure, criterion_id)
    queries.refuse_unless_chairs(viewer, criterion.lot)
    bidders = queries.bidders_of(criterion.lot)
    agreed = {
        offer_lot: row
        for (offer_lot, what), row in queries.consensus_of(criterion.lot).items()
        if what == criterion.id
    }
    form = scores_form(
        bidders, queries.scale_of(procedure), agreed, reason_label="Motivering voor de brief aan"
    )
    if form.validate_on_submit() and form.accepts(
        services.record_consensus, criterion, form.entries(), by=viewer
    ):
        flash(f"De consensus op ‘{criterion.title}’ is vastgelegd.")
        return redirect(url_for(".index", number=number))
    member = queries.assessor_for(viewer, procedure)
    shown = [one for one in queries.visible_scores(member, criterion) if one.submitted_at is not None]
    wanted = len(bidders) * len(queries.active_assessors(criterion.lot))
    return page(
        "tenders/awards/consensus.html",
        form=form,
        scores=shown,
        complete=bool(shown) and len(shown) >= wanted,
        names=overview.names_of_members(procedure),
        fixed=queries.is_fixed(criterion.lot),
        **_criterion_context(procedure, criterion),
    )


@bp.route("/aanbestedingen/<number>/beoordeling/percelen/<uuid:lot_id>/eisen")
@requires(Permission.AWARD_ASSESS)
def requirements(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = queries.opened_procedure(viewer, number)
    lot = tender.lot_of(procedure, lot_id)
    queries.refuse_unless_leads(viewer, procedure)
    return page(
        "tenders/awards/requirements.html",
        procedure=procedure,
        lot=lot,
        rows=overview.requirement_rows(lot),
    )


@bp.route(
    "/aanbestedingen/<number>/beoordeling/percelen/<uuid:lot_id>/eisen/<uuid:requirement_id>/<uuid:offer_lot_id>",
    methods=["GET", "POST"],
)
@requires(Permission.AWARD_ASSESS)
def requirement(
    number: str, lot_id: uuid.UUID, requirement_id: uuid.UUID, offer_lot_id: uuid.UUID
) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = queries.opened_procedure(viewer, number)
    lot = tender.lot_of(procedure, lot_id)
    queries.refuse_unless_leads(viewer, procedure)
    asked = tender.requirement_of(procedure, requirement_id)
    bidder = next((one for one in queries.bidders_of(lot) if one.offer_lot.id == offer_lot_id), None)
    if bidder is None:
        raise NotFound
    decided = queries.decisions_on(lot).get((offer_lot_id, requirement_id))
    form = RequirementForm(obj=decided)
    if form.validate_on_submit() and form.accepts(
        services.decide_requirement,
        bidder,
        asked,
        verdict=RequirementVerdict(form.verdict.data),
        reason=form.reason.data,
        by=viewer,
    ):
        flash(f"Het besluit over {bidder.name} is vastgelegd.")
        return redirect(url_for(".requirements", number=number, lot_id=lot_id))
    return page(
        "tenders/awards/requirement.html",
        form=form,
        procedure=procedure,
        lot=lot,
        requirement=asked,
        bidder=bidder,
        answer=queries.stances_on(lot).get((offer_lot_id, requirement_id)),
        documents=queries.documents_on(lot).get(offer_lot_id, []),
        decided=decided,
    )


@bp.route("/aanbestedingen/<number>/beoordeling/percelen/<uuid:lot_id>/vaststellen", methods=["POST"])
@requires(Permission.AWARD_ASSESS)
def fix(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = queries.opened_procedure(viewer, number)
    lot = tender.lot_of(procedure, lot_id)
    if act_or_flash(services.fix_quality, lot, by=viewer):
        flash(f"De kwaliteit van ‘{lot.title}’ is vastgesteld. De prijzen kunnen nu open.")
    return redirect(url_for(".index", number=number))


@bp.route("/aanbestedingen/<number>/beoordeling/stukken/<uuid:document_id>")
@requires(Permission.AWARD_ASSESS, records_read=True)
def document(number: str, document_id: uuid.UUID) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = queries.opened_procedure(viewer, number)
    found = queries.document_of(procedure, document_id)
    queries.refuse_unless_reads(viewer, found.offer_lot.lot)
    content = open_document(found.document)
    act(_note_reading, procedure, found)
    return _without_a_name(found, content, found.offer_lot.lot)


def _note_reading(procedure: Procedure, found: OfferDocument) -> None:
    audit.record("award:document:read", procedure, by=current_viewer(), document=found.id)


def _without_a_name(found: OfferDocument, content: bytes, lot: Lot) -> Response:
    letter = next(one.letter for one in queries.bidders_of(lot) if one.offer_lot.id == found.offer_lot_id)
    extension = found.document.name.rpartition(".")[2].lower() or "bin"
    return attachment(content, name=f"{letter} stuk.{extension}", media_type=found.document.media_type)
