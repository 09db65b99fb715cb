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
from tenders.awards.services import objections_to_price, seed_award_rules
from tenders.awards.states import ApprovalState, AssessmentState, AwardState
from tenders.awards.views import bp
from tenders.offers.models import Offer, OfferLot
from tenders.procedures import queries as staff
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
            if procedure.lead_id == viewer.organisation_id and not queries.judges_anew(viewer, lot):
                yield from _award_tasks(award, lot, procedure)
        yield from _notice_tasks(viewer)
        for complaint, procedure in queries.open_complaints(viewer):
            url = url_for("tenders_awards.complaint", number=procedure.number, complaint_number=complaint.number)
            yield Task("Klacht behandelen", url, complaint.due_on, second=f"{procedure.number}, {complaint.subject}")


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
        return
    facts = queries.final_facts(award) if award.state is AwardState.SENT else None
    if facts is None or facts.judging_again:
        return
    if facts.evidence_open or facts.evidence_failed:
        where = url_for("tenders_awards.evidence", number=procedure.number, lot_id=lot.id)
        yield Task("Winnaar controleren", where, award.last_day, second=second)
    elif facts.newer_ranking or facts.winner_excluded:
        yield Task("Nieuw besluit nemen", url, second=second)
    elif award.standstill_until is not None and award.standstill_until <= clock.now():
        yield Task("Definitief gunnen", url, award.last_day, second=second, state="Kan nu")


def _notice_tasks(viewer: Viewer) -> Iterator[Task]:
    """Return the notice to send, and our own publication once TenderNed allows it (practice T14)."""
    for notice, lot, procedure in queries.notices_to_send(viewer):
        url = url_for("tenders_awards.notice", number=procedure.number, lot_id=lot.id)
        second = f"{procedure.number}, {lot.title}: {notice.outcome.label}"
        from_moment = queries.own_publication_from(notice)
        if notice.sent_at is None:
            yield Task("Gunning aankondigen op TenderNed", url, notice.due_on, second=second)
        elif from_moment is not None and from_moment <= clock.now():
            yield Task("Uitslag op het portaal zetten", url, second=second, state="Kan nu")


def _provider_tasks(viewer: Viewer) -> Iterator[Task]:
    for award, offer, lot in queries.letters_unread_by(viewer):
        yield Task(
            "Besluit over uw inschrijving lezen",
            url_for("tenders_awards.decision", number=offer.number),
            award.last_day,
            second=f"{offer.number}, {lot.title}",
            state="Nieuw",
        )


    for offer, what, due in queries.waiting_for_bidder(viewer):
        url = url_for("tenders_awards.asked", number=offer.number)
        yield Task("Antwoorden op een vraag van de gemeente", url, due, second=f"{offer.number}, {what}")


def terms(viewer: Viewer) -> Iterator[Term]:
    """Return the ends of standstill terms and the last days of notices that concern a viewer."""
    if viewer.is_provider and not viewer.municipality_id:
        for award, offer, lot in waiting.running_terms_of_bidder(viewer):
            if award.last_day is not None:
                url = url_for("tenders_awards.decision", number=offer.number)
                yield Term(award.last_day, f"Opschortende termijn eindigt: {lot.title}", url)
        return
    if viewer.may(Permission.TENDER_READ):
        yield from _staff_terms(viewer)


def _staff_terms(viewer: Viewer) -> Iterator[Term]:
    for award, lot, procedure in waiting.open_awards(viewer):
        if award.last_day is None or award.state is not AwardState.SENT or queries.judges_anew(viewer, lot):
            continue
        url = url_for("tenders_awards.lot", number=procedure.number, lot_id=lot.id)
        yield Term(award.last_day, f"Opschortende termijn {procedure.number} eindigt: {lot.title}", url)
    for notice, lot, procedure in queries.notices_to_send(viewer) if viewer.may(Permission.AWARD_DECIDE) else []:
        if notice.sent_at is None:
            url = url_for("tenders_awards.notice", number=procedure.number, lot_id=lot.id)
            yield Term(notice.due_on, f"Gunning {procedure.number} aankondigen: {lot.title}", url)


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """Return the pages of judging and awarding that hang on a tender, a lot, a criterion or an offer.

    Only what the present viewer can open: market pages ask too.
    """
    if kind == "offer":
        return _of_offer(identity)
    if kind == "procedure":
        procedure = db.session.get(Procedure, identity)
        return _of_procedure(procedure) if procedure is not None else []
    lot = _lot(kind, identity)
    if lot is None or not _can_open(lot.procedure) or queries.judges_anew(current_viewer(), lot):
        return []
    return _of_lot(lot)


def _of_procedure(procedure: Procedure) -> list[Link]:
    viewer = current_viewer()
    if viewer.is_provider and not viewer.municipality_id:
        return [Link("Klachten", url_for("tenders_awards.own_complaints", number=procedure.number))]
    links = []
    if procedure.published_at is None and staff.may_change(viewer, procedure):
        for lot in staff.lots_of(procedure):
            url = url_for("tenders_awards.trial", number=procedure.number, lot_id=lot.id)
            links.append(Link(f"Gunningsmodel beproeven: {lot.title}", url))
    if _can_open(procedure):
        links += [
            Link("Beoordeling", url_for("tenders_awards.index", number=procedure.number)),
            Link("Gunning", url_for("tenders_awards.awards", number=procedure.number)),
        ]
    if procedure.published_at is not None and staff.staff_may_see(viewer, procedure):
        links.append(Link("Klachten", url_for("tenders_awards.complaints", number=procedure.number)))
    for _, lot in queries.earlier_lot_of(procedure):
        if _can_open(lot.procedure):
            url = url_for("tenders_awards.lot", number=lot.procedure.number, lot_id=lot.id)
            links.append(Link(f"Volgt op {lot.procedure.number}, {lot.title}", url, "niet gegund"))
    return links


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
    seed=seed_award_rules,
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
        "award:judge_again": "begon herbeoordeling {version} van {lot} ({cause})",
        "award:evidence:ask": "vroeg de winnaar van {lot} om {count} bewijsstukken, uiterlijk {due}",
        "award:evidence:answer": "legde een antwoord vast over ‘{title}’",
        "award:evidence:find": "beoordeelde ‘{title}’ van de winnaar van {lot}: {state}",
        "award:inquiry:ask": "stelde een vraag aan een inschrijver op {lot}: {kind}, uiterlijk {due}",
        "award:inquiry:answer": "antwoordde op een vraag van de gemeente: {kind}",
        "award:inquiry:decide": "besliste over een vraag aan een inschrijver ({kind}): {outcome}",
        "award:approval:settle": "besliste na een weigering over {lot}: {consequence}",
        "award:draw": "legde een loting vast over {lot}",
        "award:draw:confirm": "bevestigde de loting over {lot}",
        "award:model:try": "beproefde het gunningsmodel van {lot} op {kind} inschrijvingen",
        "award:lot:end": "besloot {lot} niet te gunnen: {reason}",
        "award:lot:again": "koppelde {number} als nieuwe aanbesteding van {lot}",
        "award:notice:bundle": "koos de termijn van de aankondiging van {lot}: {due}",
        "award:notice:record": "legde de aankondiging van {lot} vast, kenmerk {number}",
        "award:notice:publish": "zette de uitslag van {lot} op het portaal",
        "award:complaint:receive": "ontving klacht {complaint}",
        "award:complaint:take": "nam klacht {complaint} in behandeling",
        "award:complaint:decide": "besliste over klacht {complaint}: {outcome}",
        "award:complaint:withdraw": "trok klacht {complaint} in",
        "award:decision:final": "gunde {lot} definitief",
        "award:document:read": "opende een stuk van een inschrijving",
    },
)
