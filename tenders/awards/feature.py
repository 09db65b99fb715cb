"""Judging and awarding as the shell sees them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from flask import url_for

from portal import clock
from portal.access import Permission, Viewer, current_viewer
from portal.db import db
from portal.errors import NotFound
from portal.features import Feature, Link, Task, Term
from tenders.awards import demo, queries
from tenders.awards.models import Award
from tenders.awards.queries import overview, waiting
from tenders.awards.services import objections_to_price
from tenders.awards.states import ApprovalState, AssessmentState, AwardState
from tenders.awards.views import bp
from tenders.offers.models import Offer, OfferLot
from tenders.procedures.models import Lot, Procedure
from tenders.vault.hooks import add_price_check


def tasks(viewer: Viewer) -> Iterator[Task]:
    """Return what waits for a viewer: interests, scores, consensus, approvals, sending, the final award."""
    if viewer.is_provider and not viewer.municipality_id:
        yield from _provider_tasks(viewer)
        return
    if viewer.may(Permission.AWARD_ASSESS):
        for procedure in waiting.in_assessment(viewer):
            yield from _judging_tasks(viewer, procedure)
    if viewer.may(Permission.AWARD_APPROVE):
        for _, lot, procedure in queries.approvals_waiting_for(viewer):
            yield Task(
                "Akkoord geven op gunningsadvies",
                url_for("tenders_awards.approval", number=procedure.number, lot_id=lot.id),
                second=f"{procedure.number}, {lot.title}",
                state="Gevraagd",
            )
    if viewer.may(Permission.AWARD_DECIDE):
        for award, lot, procedure in waiting.open_awards(viewer):
            if procedure.lead_id == viewer.organisation_id:
                yield from _award_tasks(award, lot, procedure)


def _judging_tasks(viewer: Viewer, procedure: Procedure) -> Iterator[Task]:
    member = queries.assessor_for(viewer, procedure)
    second = f"{procedure.number}, {procedure.title}"
    if member is not None:
        declaration = queries.declaration_of(member)
        if declaration is None:
            url = url_for("tenders_awards.interests", number=procedure.number)
            yield Task("Belangenverklaring doen", url, second=second)
        elif not declaration.has_interest:
            following = overview.next_criterion(procedure, member)
            if following is not None:
                url = url_for("tenders_awards.score", number=procedure.number, criterion_id=following.id)
                yield Task("Inschrijvingen beoordelen", url, procedure.award_planned_on, second=second)
    if queries.leads(viewer, procedure):
        yield from _leading_tasks(procedure)


def _leading_tasks(procedure: Procedure) -> Iterator[Task]:
    for progress in overview.progress_of(procedure):
        if not progress.offers or (
            progress.assessment and progress.assessment.state is AssessmentState.FIXED
        ):
            continue
        second = f"{procedure.number}, {progress.lot.title}"
        if progress.decided < progress.to_decide:
            url = url_for("tenders_awards.requirements", number=procedure.number, lot_id=progress.lot.id)
            yield Task("Eisen controleren", url, second=second)
        ready = all(done >= progress.offers for row in progress.rows for done in row.done)
        if ready and any(row.agreed < progress.offers for row in progress.rows):
            row = next(row for row in progress.rows if row.agreed < progress.offers)
            url = url_for("tenders_awards.consensus", number=procedure.number, criterion_id=row.criterion.id)
            yield Task("Consensus vastleggen", url, second=second)
        if not progress.missing:
            url = url_for("tenders_awards.index", number=procedure.number)
            yield Task("Kwaliteit vaststellen", url, second=second)


def _award_tasks(award: Award, lot: Lot, procedure: Procedure) -> Iterator[Task]:
    url = url_for("tenders_awards.lot", number=procedure.number, lot_id=lot.id)
    second = f"{procedure.number}, {lot.title}"
    if award.state is AwardState.DRAFT:
        waits = any(one.state is not ApprovalState.AGREED for one, _ in queries.approvals_of(award))
        state, tone = ("Wacht op akkoord", "none") if waits else ("Klaar", "info")
        yield Task("Voorlopige gunning versturen", url, second=second, tone=tone, state=state)
    elif award.state is AwardState.COURT:
        yield Task("Uitspraak kort geding vastleggen", url, second=second, tone="near", state="Kort geding")
    elif award.standstill_until is not None and award.standstill_until <= clock.now():
        yield Task("Definitief gunnen", url, award.last_day, second=second, state="Kan nu")


def _provider_tasks(viewer: Viewer) -> Iterator[Task]:
    for award, offer, lot in queries.letters_unread_by(viewer):
        yield Task(
            "Besluit over uw inschrijving lezen",
            url_for("tenders_awards.decision", number=offer.number),
            award.last_day,
            second=f"{offer.number}, {lot.title}",
            state="Nieuw",
        )


def terms(viewer: Viewer) -> Iterator[Term]:
    """Return the ends of standstill terms that concern a viewer."""
    if viewer.is_provider and not viewer.municipality_id:
        for award, offer, lot in waiting.running_terms_of_bidder(viewer):
            if award.last_day is not None:
                url = url_for("tenders_awards.decision", number=offer.number)
                yield Term(award.last_day, f"Opschortende termijn eindigt: {lot.title}", url)
        return
    if not viewer.may(Permission.TENDER_READ):
        return
    for award, lot, procedure in waiting.open_awards(viewer):
        if award.last_day is not None and award.state is AwardState.SENT:
            url = url_for("tenders_awards.lot", number=procedure.number, lot_id=lot.id)
            yield Term(award.last_day, f"Opschortende termijn {procedure.number} eindigt: {lot.title}", url)


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """Return the pages of judging and awarding that hang on a tender, a lot, a criterion or an offer.

    Only what the present viewer can open: market pages ask too.
    """
    if kind == "offer":
        return _of_offer(identity)
    if kind == "procedure":
        procedure = db.session.get(Procedure, identity)
        if procedure is None or not _can_open(procedure):
            return []
        return [
            Link("Beoordeling", url_for("tenders_awards.index", number=procedure.number)),
            Link("Gunning", url_for("tenders_awards.awards", number=procedure.number)),
        ]
    lot = _lot(kind, identity)
    return _of_lot(lot) if lot is not None and _can_open(lot.procedure) else []


def _can_open(procedure: Procedure) -> bool:
    try:
        queries.opened_procedure(current_viewer(), procedure.number)
    except NotFound:
        return False
    return True


def _lot(kind: str, identity: uuid.UUID) -> Lot | None:
    if kind == "offer_lot":
        offer_lot = db.session.get(OfferLot, identity)
        return offer_lot.lot if offer_lot is not None else None
    if kind == "award_criterion":
        return waiting.lot_of_criterion(identity)
    return db.session.get(Lot, identity) if kind == "lot" else None


def _of_lot(lot: Lot) -> list[Link]:
    award = queries.award_of(lot)
    second = f"besluit {award.version}" if award else "nog geen besluit"
    url = url_for("tenders_awards.lot", number=lot.procedure.number, lot_id=lot.id)
    return [Link(f"Gunning {lot.title}", url, second)]


def _of_offer(identity: uuid.UUID) -> list[Link]:
    offer = db.session.get(Offer, identity)
    if offer is None or not queries.own_decisions(current_viewer(), offer):
        return []
    url = url_for("tenders_awards.decision", number=offer.number)
    return [Link("Besluit over uw inschrijving", url)]


def start() -> None:
    """Let the vault ask whether the quality is fixed before the prices open."""
    add_price_check(objections_to_price, waiting.with_open_quality)


FEATURE = Feature(
    name="tenders.awards",
    blueprints=(bp,),
    tasks=tasks,
    terms=terms,
    related=related,
    demo=demo.steps,
    on_start=start,
    audit_sentences={
        "award:interest:declare": "deed de belangenverklaring: {answer}",
        "award:scores:submit": "diende de scores op ‘{criterion}’ in voor {lot}",
        "award:consensus:record": "legde de consensus op ‘{criterion}’ vast voor {lot}",
        "award:requirement:decide": "besliste over de eis ‘{requirement}’ voor {lot}",
        "award:quality:fix": "stelde de kwaliteit van {lot} vast",
        "award:ranking:make": "maakte de rangorde van {lot}, versie {version}",
        "award:decision:draw_up": "maakte het gunningsadvies voor {lot}, versie {version}",
        "award:decision:change": "wijzigde het gunningsadvies voor {lot}",
        "award:letter:change": "wijzigde een brief over {lot}",
        "award:letter:open": "opende de brief",
        "award:approval:agree": "gaf namens {municipality} akkoord op het advies over {lot}",
        "award:approval:refuse": "gaf namens {municipality} geen akkoord op het advies over {lot}",
        "award:decision:send": "verstuurde de voorlopige gunning van {lot} aan {letters} inschrijvers",
        "award:court:begin": "legde een kort geding over {lot} vast, sinds {since}",
        "award:court:end": "legde de uitspraak over {lot} vast",
        "award:decision:withdraw": "trok besluit {version} over {lot} in",
        "award:decision:final": "gunde {lot} definitief",
        "award:document:read": "opende een stuk van een inschrijving",
    },
)
