"""Prepare an offer: start it, choose lots, fill in its parts, add and remove sealed files."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import select

from portal import audit, clock
from portal.access import Viewer
from portal.bsn import REFUSAL, find_bsn
from portal.db import db, lock
from portal.errors import NotFound, Objection, Refused, refuse_if
from tenders.offers import queries, rules, strongroom
from tenders.offers.content import Answer, Claim, Draft, FileNote, LotDraft, Partner
from tenders.offers.intake import Sealed
from tenders.offers.models import Offer, SealedPart
from tenders.offers.states import OFFER, OfferAction, OfferState, PartKind
from tenders.procedures.models import Procedure
from tenders.procedures.states import ProcedureState
from tenders.vault.cards import CODE_ALPHABET
from tenders.vault.queries import envelope_key
from tenders.vault.states import Envelope


def start_offer(procedure: Procedure, *, by: Viewer) -> Offer:
    """Begin an offer on a tender, or give the one the organisation already has.

    The number is random: a running number would tell a bidder how many others there are.

    Raises:
        Refused: the tender is not open.
    """
    lock(procedure)
    existing = queries.own_offer(by, procedure)
    if existing is not None:
        return existing
    refuse_unless_open(procedure)
    offer = Offer(
        number=_fresh_number(),
        procedure_id=procedure.id,
        lead_organisation_id=by.organisation_id,
        started_at=clock.now(),
        started_by_id=by.user_id,
        id=uuid.uuid4(),
    )
    lots = queries.asked_of(procedure).lots
    first = {lots[0].id: LotDraft()} if len(lots) == 1 else {}
    strongroom.keep_draft(offer, Draft(lots=first, contact_name=by.name, contact_email=by.email))
    db.session.add(offer)
    db.session.flush()
    audit.record("offer:start", offer, by=by)
    return offer


def _fresh_number() -> str:
    while True:
        tail = "".join(secrets.choice(CODE_ALPHABET) for _ in range(6))
        number = f"IN-{clock.today().year}-{tail}"
        if db.session.scalar(select(Offer.id).where(Offer.number == number)) is None:
            return number


def choose_lots(offer: Offer, lots: Iterable[str], *, by: Viewer) -> None:
    """Set the lots the offer is for; what was filled in for a lot that goes is dropped with its files.

    Raises:
        Refused: no lot, or not a lot of this tender.
    """
    draft = editable(offer)
    asked = queries.asked_of(offer.procedure)
    chosen = [lot.id for lot in asked.lots if lot.id in set(lots)]
    refuse_if([] if chosen else [Objection("Kies ten minste één perceel.", "lots")])
    gone = [note for key, lot in draft.lots.items() if key not in chosen for note in lot.files]
    _drop_files(offer, gone)
    save_draft(offer, replace(draft, lots={key: draft.lots.get(key, LotDraft()) for key in chosen}))
    audit.record("offer:change", offer, by=by, part="percelen")


def save_organisation(
    offer: Offer,
    *,
    contact_name: str,
    contact_email: str,
    contact_phone: str,
    alone: bool,
    partners: Iterable[Partner],
    by: Viewer,
) -> None:
    """Keep who the contact is and with whom the provider offers."""
    draft = editable(offer)
    named = tuple(partner for partner in partners if partner.name.strip())
    if not alone and not named:
        raise Refused([Objection("Noem de ondernemers met wie u samenwerkt.", "partner_name_0")])
    save_draft(
        offer,
        replace(
            draft,
            contact_name=contact_name.strip(),
            contact_email=contact_email.strip(),
            contact_phone=contact_phone.strip(),
            alone=alone,
            partners=() if alone else named,
        ),
    )
    audit.record("offer:change", offer, by=by, part="organisatie")


def save_claims(offer: Offer, claims: Mapping[str, Claim], *, by: Viewer) -> None:
    """Keep the answers to the requirements; half of them is fine."""
    draft = editable(offer)
    known = {one.id for one in queries.asked_of(offer.procedure).requirements}
    _no_personal_numbers((key, claim.text) for key, claim in claims.items())
    kept = {key: claim for key, claim in claims.items() if key in known}
    save_draft(offer, replace(draft, claims={**draft.claims, **kept}))
    audit.record("offer:change", offer, by=by, part="eisen")


def save_answers(offer: Offer, lot_id: str, answers: Mapping[str, Answer], *, by: Viewer) -> None:
    """Keep the answers to the quality criteria of a lot; half of them is fine."""
    draft = editable(offer)
    lot = _lot(draft, lot_id)
    _no_personal_numbers((key, answer.text) for key, answer in answers.items())
    save_draft(offer, _with(draft, lot_id, replace(lot, answers={**lot.answers, **answers})))
    audit.record("offer:change", offer, by=by, part="kwaliteit")


def save_prices(offer: Offer, lot_id: str, prices: Mapping[str, str], *, by: Viewer) -> None:
    """Keep the rates of a lot; what is filled in has to fit the price model.

    Raises:
        Refused: a rate outside its bounds, at the field `price_<line id>`.
    """
    draft = editable(offer)
    lot = _lot(draft, lot_id)
    asked = queries.asked_of(offer.procedure).lot(lot_id)
    lines = asked.prices if asked else ()
    refuse_if(
        Objection(objection.message, f"price_{line.id}")
        for line in lines
        for objection in rules.objections_to_rate(prices.get(line.id, ""), line)
    )
    known = {line.id: prices[line.id] for line in lines if prices.get(line.id)}
    save_draft(offer, _with(draft, lot_id, replace(lot, prices=known)))
    audit.record("offer:change", offer, by=by, part="prijs")


def add_file(offer: Offer, lot_id: str, sealed: Sealed, *, by: Viewer) -> SealedPart:
    """Add a file that was sealed while it came in; its name and size go into the encrypted draft.

    Raises:
        Refused: the tender closed meanwhile, the lot is not in the offer, or there are too many files.
    """
    draft = editable(offer)
    lot = _lot(draft, lot_id)
    if len(lot.files) >= rules.MAX_FILES:
        raise Refused([Objection(f"U kunt per perceel ten hoogste {rules.MAX_FILES} bestanden toevoegen.")])
    part = SealedPart(
        offer_id=offer.id,
        envelope=Envelope.QUALITY,
        kind=PartKind.FILE,
        storage_key=sealed.storage_key,
        sha256=sealed.sealed_sha256,
        sealed_at=clock.now(),
    )
    db.session.add(part)
    db.session.flush()
    note = FileNote(str(part.id), sealed.name, sealed.size, sealed.sha256, sealed.media_type)
    save_draft(offer, _with(draft, lot_id, replace(lot, files=(*lot.files, note))))
    audit.record("offer:change", offer, by=by, part="bijlagen")
    return part


def remove_file(offer: Offer, lot_id: str, part: SealedPart, *, by: Viewer) -> None:
    """Remove a sealed file from the draft and from the store."""
    draft = editable(offer)
    lot = _lot(draft, lot_id)
    gone = [note for note in lot.files if note.part_id == str(part.id)]
    if not gone:
        raise NotFound
    _drop_files(offer, gone)
    save_draft(offer, _with(draft, lot_id, replace(lot, files=tuple(n for n in lot.files if n not in gone))))
    audit.record("offer:change", offer, by=by, part="bijlagen")


def restart(offer: Offer, *, by: Viewer) -> None:
    """Begin anew after a withdrawal without the wijzigingscode.

    Raises:
        TransitionRefused: the offer was not withdrawn.
        Refused: the tender is closed.
    """
    lock(offer.procedure)
    lock(offer)
    state = OFFER.next(offer.state, OfferAction.RESTART)
    refuse_unless_open(offer.procedure)
    strongroom.keep_draft(offer, Draft(contact_name=by.name, contact_email=by.email))
    offer.state, offer.withdrawn_at = state, None
    audit.record("offer:restart", offer, by=by)


def refuse_unless_open(procedure: Procedure) -> None:
    """Refuse when the tender takes no offers at this moment.

    Raises:
        Refused: not published, withdrawn, closed, or without keys.
    """
    deadline = procedure.submission_deadline_at
    if procedure.state is not ProcedureState.PUBLISHED or deadline is None:
        raise Refused([Objection("Op deze aanbesteding kunt u niet inschrijven.")])
    if not rules.in_time(clock.now(), deadline):
        raise Refused([Objection("De aanbesteding is gesloten. U kunt niets meer wijzigen.")])
    if envelope_key(procedure, Envelope.QUALITY) is None:
        raise Refused(
            [Objection("De kluis van deze aanbesteding is niet klaar. Neem contact op met inkoop.")]
        )


def editable(offer: Offer) -> Draft:
    """Hold an offer and give its draft.

    Raises:
        Refused: it is submitted, withdrawn or opened, or the tender is closed.
    """
    lock(offer)
    if offer.state is not OfferState.DRAFT:
        raise Refused([Objection("Deze inschrijving is geen concept meer. U kunt haar zo niet wijzigen.")])
    refuse_unless_open(offer.procedure)
    return strongroom.read_draft(offer)


def save_draft(offer: Offer, draft: Draft) -> None:
    """Keep a draft, encrypted with the server key."""
    strongroom.keep_draft(offer, draft)
    db.session.flush()


def _lot(draft: Draft, lot_id: str) -> LotDraft:
    if lot_id not in draft.lots:
        raise NotFound
    return draft.lots[lot_id]


def _with(draft: Draft, lot_id: str, lot: LotDraft) -> Draft:
    return replace(draft, lots={**draft.lots, lot_id: lot})


def _drop_files(offer: Offer, notes: Iterable[FileNote]) -> None:
    for note in notes:
        part = queries.part_for(offer, uuid.UUID(note.part_id))
        strongroom.drop_sealed([part.storage_key])
        db.session.delete(part)
    db.session.flush()


def _no_personal_numbers(texts: Iterable[tuple[str, str]]) -> None:
    refuse_if(Objection(REFUSAL, f"text_{key}") for key, text in texts if find_bsn(text))
