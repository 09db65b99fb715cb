"""Ask bidders, record what they answer and what was found: evidence of the winner, and questions before exclusion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from portal import audit, clock
from portal.access import Role, Viewer
from portal.db import db, lock
from portal.documents import store_upload
from portal.dutch import long_date
from portal.errors import NotYours, Objection, refuse_if
from portal.notifications import members_of, notify
from tenders.awards import queries, rules, terms
from tenders.awards.models import Award, EvidenceItem, EvidenceKind, Inquiry
from tenders.awards.queries import Bidder
from tenders.awards.services.common import hold, person
from tenders.awards.states import (
    EVIDENCE,
    INQUIRY,
    AwardState,
    EvidenceAction,
    EvidenceFor,
    EvidenceState,
    InquiryAction,
    InquiryKind,
    InquiryState,
)
from tenders.offers.models import Offer, OfferLot
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot, Procedure, Requirement
from tenders.procedures.states import RequirementAspect

FILES = ("pdf", "docx", "xlsx", "jpg", "png")
_RULES = {
    InquiryKind.REPAIR: "repair_days",
    InquiryKind.LOW_PRICE: "hearing_days",
    InquiryKind.RELATED: "hearing_days",
    InquiryKind.HEARING: "hearing_days",
}


@dataclass(frozen=True)
class Upload:
    """A file as somebody sent it."""

    content: bytes
    name: str


def last_day_to_answer(procedure: Procedure, code: str) -> date:
    """Return the last day of a term from today by the rule of this kind of procedure; a week without a rule."""
    rule = tender.rules_of(procedure.kind_code, clock.today()).get(code)
    days = int(rule.value) if rule is not None and rule.value is not None else 7
    return terms.last_day(clock.today(), days)


def list_evidence(award: Award, lot: Lot) -> list[EvidenceItem]:
    """Make the list of what the winner shows before the final award; called when the letters go out (T3)."""
    made = []
    for kind in queries.evidence_kinds():
        if kind.valid_from > clock.today() or (kind.valid_until is not None and kind.valid_until <= clock.today()):
            continue
        for requirement in _occasions(kind, lot):
            title = kind.title if requirement is None else f"{kind.title}: {requirement.competence or requirement.title}"
            made.append(
                EvidenceItem(
                    award_id=award.id,
                    kind_code=kind.code,
                    requirement_id=requirement.id if requirement is not None else None,
                    position=kind.position,
                    title=title[:200],
                )
            )
    db.session.add_all(made)
    db.session.flush()
    return made


def _occasions(kind: EvidenceKind, lot: Lot) -> list[Requirement | None]:
    if kind.asked_for is EvidenceFor.ALWAYS:
        return [None]
    wanted = {
        EvidenceFor.DIPLOMA: RequirementAspect.DIPLOMA,
        EvidenceFor.REFERENCE: RequirementAspect.REFERENCE,
    }.get(kind.asked_for)
    return [
        one
        for one in tender.requirements_of(lot)
        if (one.aspect is wanted if wanted is not None else one.is_keurmerk and kind.asked_for is EvidenceFor.KEURMERK)
    ]


def ask_evidence(award: Award, items: list[EvidenceItem], *, due_on: date, by: Viewer) -> None:
    """Ask the winner for pieces of evidence, in one message with one last day.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: nothing was chosen, the day has passed, or the decision does not stand.
        TransitionRefused: one of them was found to be in order.
    """
    lot = _standing(award, by)
    objections = []
    if not items:
        objections.append(Objection("Kies welke bewijsstukken u vraagt.", "items"))
    if due_on <= clock.today():
        objections.append(Objection("De laatste dag moet na vandaag liggen.", "due_on"))
    refuse_if(objections)
    for item in items:
        lock(item)
        item.state = EVIDENCE.next(item.state, EvidenceAction.ASK)
        item.asked_at, item.asked_by_id, item.due_on = clock.now(), person(by), due_on
        item.decided_at, item.decided_by_id, item.finding = None, None, ""
    offer = db.session.get_one(OfferLot, award.offer_lot_id).offer
    _write(offer, lot, award, "award_evidence_asked", due=due_on)
    audit.record("award:evidence:ask", award, by=by, lot=lot.title, count=len(items), due=long_date(due_on))


def answer_evidence(item: EvidenceItem, *, answer: str, file: Upload | None, by: Viewer) -> None:
    """Let the winner answer: a text, a file or both.

    Raises:
        Refused: neither, or the decision does not stand.
        TransitionRefused: it was not asked, or it was decided.
    """
    lock(item)
    award = db.session.get_one(Award, item.award_id)
    offer = db.session.get_one(OfferLot, award.offer_lot_id).offer
    if by.organisation_id != offer.lead_organisation_id:
        raise NotYours("de inschrijver zelf")
    if item.asked_at is None or award.state not in (AwardState.SENT, AwardState.COURT):
        refuse_if([Objection("Dit bewijsstuk wordt nu niet gevraagd.")])
    _take_answer(item, answer, file, by.organisation_name, by)
    _tell_buyers(award, offer, item.title)


def record_answer(item: EvidenceItem, *, source: str, answer: str, file: Upload | None, by: Viewer) -> None:
    """Record what another source answered: a register, or the opdrachtgever of a reference.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: no source, or no text and no file.
        TransitionRefused: it was decided.
    """
    award = db.session.get_one(Award, item.award_id)
    _standing(award, by)
    lock(item)
    refuse_if([] if source.strip() else [Objection("Vul in wie antwoordde, bijvoorbeeld het handelsregister.", "source")])
    if item.asked_at is None:
        item.asked_at, item.asked_by_id, item.due_on = clock.now(), person(by), clock.today()
    _take_answer(item, answer, file, source.strip(), by)


def _take_answer(item: EvidenceItem, answer: str, file: Upload | None, source: str, by: Viewer) -> None:
    state = EVIDENCE.next(item.state, EvidenceAction.ANSWER)
    if file is None and len(answer.strip()) < 3:
        refuse_if([Objection("Kies een bestand of schrijf een antwoord.", "answer")])
    if file is not None:
        item.document_id = store_upload(file.content, name=file.name, kind="award_evidence", by=by, kinds=FILES).id
    item.state, item.answer, item.answered_by, item.answered_at = state, answer.strip(), source[:200], clock.now()
    audit.record("award:evidence:answer", item, by=by, title=item.title)


def find_evidence(item: EvidenceItem, *, action: EvidenceAction, finding: str, by: Viewer) -> None:
    """Record what was found: in order, not in order, or not needed; always with what was seen or why.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: no finding.
        TransitionRefused: there is no answer yet, or it was decided.
    """
    award = db.session.get_one(Award, item.award_id)
    lot = _standing(award, by)
    lock(item)
    state = EVIDENCE.next(item.state, action)
    if len(finding.strip()) < rules.SHORTEST_REASON:
        refuse_if([Objection(f"Schrijf in ten minste {rules.SHORTEST_REASON} tekens wat u zag.", "finding")])
    item.state, item.finding = state, finding.strip()
    item.decided_at, item.decided_by_id = clock.now(), person(by)
    audit.record("award:evidence:find", award, by=by, title=item.title, state=state.label.lower(), lot=lot.title)


# Questions that can end in exclusion --------------------------------------------------------------------


def ask_bidder(
    bidder: Bidder,
    *,
    kind: InquiryKind,
    question: str,
    due_on: date,
    by: Viewer,
    item: EvidenceItem | None = None,
) -> Inquiry:
    """Ask one bidder to repair, to explain, or to react to the intention to exclude his offer.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: no text, a day that has passed, or a question that still waits.
    """
    lot = bidder.offer_lot.lot
    lock(lot)
    tender.refuse_unless_lead(by, lot.procedure)
    earlier = [one for one in queries.inquiries_on(lot) if one.offer_lot_id == bidder.offer_lot.id]
    objections = []
    if len(question.strip()) < rules.SHORTEST_WITHDRAWAL:
        objections.append(Objection("Schrijf wat u vraagt en waarom, in ten minste 40 tekens.", "question"))
    if due_on <= clock.today():
        objections.append(Objection("De laatste dag moet na vandaag liggen.", "due_on"))
    if any(one.state is InquiryState.EXCLUDED for one in earlier):
        objections.append(Objection(f"{bidder.name} is al uitgesloten."))
    if any(one.kind is kind and one.state in (InquiryState.ASKED, InquiryState.ANSWERED) for one in earlier):
        objections.append(Objection(f"Aan {bidder.name} is dit al gevraagd. Beslis daar eerst over."))
    refuse_if(objections)
    number = db.session.scalar(select(func.max(Inquiry.number)).where(Inquiry.offer_lot_id == bidder.offer_lot.id))
    inquiry = Inquiry(
        offer_lot_id=bidder.offer_lot.id,
        number=(number or 0) + 1,
        kind=kind,
        evidence_item_id=item.id if item is not None else None,
        question=question.strip(),
        asked_at=clock.now(),
        asked_by_id=person(by),
        due_on=due_on,
    )
    db.session.add(inquiry)
    db.session.flush()
    _write(bidder.offer_lot.offer, lot, inquiry, "award_inquiry_asked", due=due_on, topic=kind.label)
    audit.record("award:inquiry:ask", lot, by=by, kind=kind.label, lot=lot.title, due=long_date(due_on))
    return inquiry


def term_of_inquiry(procedure: Procedure, kind: InquiryKind) -> date:
    """Return the last day a bidder gets for such a question when it is asked today."""
    return last_day_to_answer(procedure, _RULES[kind])


def answer_inquiry(inquiry: Inquiry, *, answer: str, file: Upload | None, by: Viewer) -> None:
    """Let the bidder answer, until a decision is made; also after the last day, for then it is weighed as late.

    Raises:
        Refused: no text and no file.
        TransitionRefused: it was decided.
    """
    lock(inquiry)
    offer = db.session.get_one(OfferLot, inquiry.offer_lot_id).offer
    if by.organisation_id != offer.lead_organisation_id:
        raise NotYours("de inschrijver zelf")
    state = INQUIRY.next(inquiry.state, InquiryAction.ANSWER)
    if file is None and len(answer.strip()) < 3:
        refuse_if([Objection("Schrijf een antwoord of kies een bestand.", "answer")])
    if file is not None:
        inquiry.document_id = store_upload(file.content, name=file.name, kind="award_answer", by=by, kinds=FILES).id
    inquiry.state, inquiry.answer, inquiry.answered_at = state, answer.strip(), clock.now()
    audit.record("award:inquiry:answer", inquiry, by=by, kind=inquiry.kind.label)
    _tell_buyers(inquiry, offer, inquiry.kind.label)


def decide_inquiry(inquiry: Inquiry, *, exclude: bool, decision: str, by: Viewer) -> None:
    """Decide after hearing the bidder: the offer stays, or it is excluded with the reason for the letter.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: no reason, or the bidder can still answer.
        TransitionRefused: it was decided before.
    """
    offer_lot = db.session.get_one(OfferLot, inquiry.offer_lot_id)
    lot = offer_lot.lot
    tender.refuse_unless_lead(by, lot.procedure)
    lock(inquiry)
    state = INQUIRY.next(inquiry.state, InquiryAction.EXCLUDE if exclude else InquiryAction.KEEP)
    objections = []
    if len(decision.strip()) < rules.SHORTEST_WITHDRAWAL:
        objections.append(Objection("Motiveer uw besluit in ten minste 40 tekens.", "decision"))
    if exclude and inquiry.state is InquiryState.ASKED and clock.today() <= inquiry.due_on:
        day = f"{inquiry.due_on:%d-%m-%Y}"
        objections.append(Objection(f"De inschrijver kan nog antwoorden tot en met {day}. Sluit pas daarna uit."))
    refuse_if(objections)
    inquiry.state, inquiry.decision = state, decision.strip()
    inquiry.decided_at, inquiry.decided_by_id = clock.now(), person(by)
    audit.record("award:inquiry:decide", lot, by=by, kind=inquiry.kind.label, outcome=state.label.lower())
    if inquiry.evidence_item_id is not None and not exclude:
        _accept_after_all(inquiry, by)
    _write(offer_lot.offer, lot, inquiry, "award_inquiry_decided", topic=inquiry.kind.label)


def _accept_after_all(inquiry: Inquiry, by: Viewer) -> None:
    """A hearing that ends well ends the doubt about the evidence it was about."""
    item = db.session.get_one(EvidenceItem, inquiry.evidence_item_id)
    if item.state is EvidenceState.FAILED:
        item.state = EVIDENCE.next(item.state, EvidenceAction.ACCEPT)
        item.finding = f"{item.finding}\nNa het horen: {inquiry.decision}"
        item.decided_at, item.decided_by_id = clock.now(), person(by)


def _standing(award: Award, by: Viewer) -> Lot:
    """Hold a decision that was sent and stands, and return its lot."""
    lot = hold(award, by)
    if award.state not in (AwardState.SENT, AwardState.COURT):
        refuse_if([Objection("Dit besluit geldt niet meer, of is nog niet verstuurd.")])
    return lot


def _write(offer: Offer, lot: Lot, about: Award | Inquiry, kind_of_mail: str, **context: object) -> None:
    notify(
        members_of(offer.lead_organisation_id),
        kind_of_mail,
        about=about,
        path=f"/inschrijvingen/{offer.number}/gevraagd",
        number=lot.procedure.number,
        offer=offer.number,
        lot=lot.title,
        **context,
    )


def _tell_buyers(about: Award | Inquiry, offer: Offer, what: str) -> None:
    notify(
        members_of(offer.procedure.lead_id, Role.BUYER),
        "award_answer_given",
        about=about,
        path=f"/aanbestedingen/{offer.procedure.number}/gunning",
        number=offer.procedure.number,
        what=what,
    )
