"""Turn what lies sealed into rows, when an envelope opens; damage becomes a line of the record.

Two steps: `prepare` decrypts before the write transaction (slow, reads only), `apply` makes the rows
inside it and checks that nothing changed in between.
"""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO

import pyrage
from pyrage import x25519
from sqlalchemy import select

from portal import audit, clock
from portal.access import Viewer
from portal.accounts.models import Organisation
from portal.config import current_settings
from portal.db import db, lock
from portal.documents import store
from portal.errors import Changed
from tenders.offers import content, queries, strongroom
from tenders.offers.models import (
    Offer,
    OfferAnswer,
    OfferDocument,
    OfferLot,
    OfferParty,
    OfferPrice,
    SealedPart,
    Submission,
)
from tenders.offers.rules import Asked, same_party_twice
from tenders.offers.states import OFFER, OfferAction, PartKind, PartState, PartyRole, Stance
from tenders.offers.submitting import binding_of
from tenders.procedures.models import Procedure
from tenders.vault.hooks import RecordLine
from tenders.vault.models import Opening
from tenders.vault.sealing import CannotOpen, unseal
from tenders.vault.states import Envelope

OK = "geopend"
MISSING = "het verzegelde bestand is er niet meer"
CHANGED = "het verzegelde bestand is gewijzigd na het indienen"
BROKEN = "het bestand is beschadigd en kan niet worden geopend"


@dataclass
class OpenedFile:
    """A decrypted file of an offer, in an unnamed temporary file, or what went wrong."""

    part: SealedPart
    note: content.FileNote | None
    data: IO[bytes] | None = None
    damage: str = ""


@dataclass
class OpenedOffer:
    """One offer after decrypting."""

    offer: Offer
    submission: Submission
    text_part: SealedPart | None
    damage: str = ""
    manifest: content.Draft | None = None
    prices: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    files: list[OpenedFile] = field(default_factory=list)


@dataclass
class OpenedEnvelope:
    """Everything in one envelope of a tender; implements `tenders.vault.hooks.Contents`."""

    procedure: Procedure
    envelope: Envelope
    offers: list[OpenedOffer]

    def apply(self, opening: Opening, by: Viewer) -> list[RecordLine]:
        """Make the readable rows and give the lines of the record.

        Raises:
            Changed: other offers lie in the vault than were unsealed.
        """
        now_there = [
            (offer.id, queries.last_version(offer)) for offer in queries.submitted_offers(self.procedure)
        ]
        if now_there != [(one.offer.id, queries.last_version(one.offer)) for one in self.offers]:
            raise Changed("In de kluis ligt intussen iets anders. Vraag het openen opnieuw aan.")
        asked = queries.asked_of(self.procedure)
        lines: list[RecordLine] = []
        for one in self.offers:
            lock(one.offer)
            if self.envelope is Envelope.QUALITY:
                _apply_quality(one, asked, by)
            else:
                _apply_prices(one, asked)
            lines += _lines(one, opening)
            audit.record("offer:open", one.offer, by=by, envelope=self.envelope.label)
        if self.envelope is Envelope.QUALITY:
            lines += _related_offers(self.offers, asked)
        db.session.flush()
        return lines

    def close(self) -> None:
        """Close the unnamed temporary files, which removes them."""
        for one in self.offers:
            for opened in one.files:
                if opened.data is not None:
                    opened.data.close()


def prepare(procedure: Procedure, envelope: Envelope, private_key: str) -> OpenedEnvelope:
    """Decrypt one envelope of every submitted offer of a tender; registered with the vault."""
    opened = []
    for offer in queries.submitted_offers(procedure):
        submission = queries.standing_submission(offer)
        if submission is None:
            continue
        parts = [part for part in queries.parts_in(submission) if part.envelope is envelope]
        opened.append(_open_offer(offer, submission, parts, envelope, private_key))
    return OpenedEnvelope(procedure, envelope, opened)


def _open_offer(
    offer: Offer, submission: Submission, parts: Sequence[SealedPart], envelope: Envelope, private_key: str
) -> OpenedOffer:
    text_part = next((part for part in parts if part.kind is not PartKind.FILE), None)
    one = OpenedOffer(offer=offer, submission=submission, text_part=text_part)
    binding = binding_of(offer, submission.version, envelope)
    try:
        if text_part is None:
            raise CannotOpen(MISSING)
        plain = unseal(_sealed_bytes(text_part), private_key)
        if envelope is Envelope.QUALITY:
            one.manifest = content.read_quality(plain, binding)
        else:
            one.prices = content.read_prices(plain, binding)
    except content.NotThisOffer as error:
        one.damage = str(error)
    except CannotOpen as error:
        one.damage = str(error) if str(error) in (MISSING, CHANGED) else BROKEN
    notes = {note.part_id: note for note in one.manifest.files()} if one.manifest else {}
    one.files = [
        _open_file(part, notes.get(str(part.id)), private_key) for part in parts if part.kind is PartKind.FILE
    ]
    return one


def _sealed_bytes(part: SealedPart) -> bytes:
    try:
        data = strongroom.sealed_path(part.storage_key).read_bytes()
    except OSError:
        raise CannotOpen(MISSING) from None
    if hashlib.sha256(data).hexdigest() != part.sha256:
        raise CannotOpen(CHANGED)
    return data


def _open_file(part: SealedPart, note: content.FileNote | None, private_key: str) -> OpenedFile:
    opened = OpenedFile(part, note)
    path = strongroom.sealed_path(part.storage_key)
    if note is None:
        opened.damage = "het bestand staat niet in de inschrijving"
        return opened
    if not path.is_file():
        opened.damage = MISSING
        return opened
    plain: IO[bytes] = tempfile.TemporaryFile(dir=current_settings().folder("tijdelijk"))
    try:
        with path.open("rb") as sealed:
            pyrage.decrypt_io(sealed, plain, [x25519.Identity.from_str(private_key)])
    except (pyrage.DecryptError, OSError, ValueError):
        plain.close()
        opened.damage = BROKEN
        return opened
    plain.truncate(note.size)
    plain.seek(0)
    digest = hashlib.file_digest(plain, "sha256").hexdigest()  # type: ignore[arg-type]
    if digest != note.sha256:
        plain.close()
        opened.damage = CHANGED
        return opened
    plain.seek(0)
    opened.data = plain
    return opened


def _apply_quality(one: OpenedOffer, asked: Asked, by: Viewer) -> None:
    offer, manifest = one.offer, one.manifest
    offer.uea = content.uea_text(manifest) if manifest is not None else ""
    offer.state, offer.opened_at = OFFER.next(offer.state, OfferAction.OPEN), clock.now()
    _add_parties(offer, manifest)
    if manifest is None:
        return
    rows = {}
    for lot in asked.lots:
        if lot.id in manifest.lots:
            rows[lot.id] = OfferLot(offer_id=offer.id, lot_id=uuid.UUID(lot.id))
    db.session.add_all(rows.values())
    db.session.flush()
    for lot_id, row in rows.items():
        _add_answers(row, lot_id, asked, manifest)
        own = {note.part_id for note in manifest.lots[lot_id].files}
        for opened in one.files:
            if opened.note is not None and opened.note.part_id in own:
                _add_document(row, opened, by)
    db.session.flush()


def _add_answers(row: OfferLot, lot_id: str, asked: Asked, manifest: content.Draft) -> None:
    lot = asked.lot(lot_id)
    answers = manifest.lots[lot_id].answers
    for criterion in lot.criteria if lot else ():
        answer = answers.get(criterion.id, content.Answer())
        db.session.add(
            OfferAnswer(
                offer_lot_id=row.id,
                criterion_id=uuid.UUID(criterion.id),
                text=answer.text,
                promised_value=Decimal(answer.promised) if answer.promised else None,
            )
        )
    for requirement in asked.requirements_for([lot_id]):
        claim = manifest.claims.get(requirement.id)
        if claim is not None and claim.stance:
            db.session.add(
                OfferAnswer(
                    offer_lot_id=row.id,
                    requirement_id=uuid.UUID(requirement.id),
                    stance=Stance(claim.stance),
                    text=claim.text,
                )
            )


def _add_document(row: OfferLot, opened: OpenedFile, by: Viewer) -> None:
    part = opened.part
    part.offer_lot_id = row.id
    if opened.data is None or opened.note is None:
        return
    with opened.data as plain:
        document = store(
            plain,  # type: ignore[arg-type]
            name=opened.note.name,
            kind="offer_document",
            by=by,
            media_type=opened.note.media_type,
        )
    db.session.add(OfferDocument(offer_lot_id=row.id, document_id=document.id, sealed_part_id=part.id))


def _add_parties(offer: Offer, manifest: content.Draft | None) -> None:
    lead = offer.lead_organisation
    db.session.add(
        OfferParty(
            offer_id=offer.id,
            organisation_id=lead.id,
            role=PartyRole.LEAD,
            name=lead.name,
            kvk=lead.kvk or "",
        )
    )
    for partner in manifest.partners if manifest else ():
        known = db.session.scalars(
            select(Organisation).where(Organisation.kvk == partner.kvk, Organisation.kvk != "")
        ).first()
        db.session.add(
            OfferParty(
                offer_id=offer.id,
                organisation_id=known.id if known else None,
                role=PartyRole(partner.role),
                name=partner.name,
                kvk=partner.kvk,
            )
        )


def _apply_prices(one: OpenedOffer, asked: Asked) -> None:
    rows = db.session.scalars(select(OfferLot).where(OfferLot.offer_id == one.offer.id)).all()
    for row in rows:
        lot = asked.lot(str(row.lot_id))
        rates = one.prices.get(str(row.lot_id), {})
        for line in lot.prices if lot else ():
            if line.id in rates:
                db.session.add(
                    OfferPrice(offer_lot_id=row.id, lot_price_line_id=uuid.UUID(line.id), rate=rates[line.id])
                )
    db.session.flush()


def _lines(one: OpenedOffer, opening: Opening) -> list[RecordLine]:
    lines = []
    if one.text_part is not None:
        what = "antwoorden" if one.text_part.kind is PartKind.MANIFEST else "prijzen"
        lines.append(_line(one, one.text_part, opening, what, one.damage))
    elif one.damage:
        lines.append(_record(one, "", one.damage, damaged=True))
    for opened in one.files:
        name = opened.note.name if opened.note else "bijlage"
        lines.append(_line(one, opened.part, opening, name, opened.damage))
    return lines


def _line(one: OpenedOffer, part: SealedPart, opening: Opening, what: str, damage: str) -> RecordLine:
    part.state = PartState.DAMAGED if damage else PartState.OPENED
    part.opened_at, part.damage, part.opening_id = clock.now(), damage, opening.id
    return _record(one, part.sha256, f"{what}: {damage or OK}", damaged=bool(damage))


def _related_offers(offers: Sequence[OpenedOffer], asked: Asked) -> list[RecordLine]:
    """Name who takes part in two offers on one lot: a question to both, no exclusion (practice T13)."""
    lines = []
    for lot in asked.lots:
        on_lot = [one for one in offers if one.manifest and lot.id in one.manifest.lots]
        parties = [party for one in on_lot for party in _parties(one)]
        for key, name in same_party_twice(parties):
            for one in on_lot:
                if any(other == key for _, other, _ in _parties(one)):
                    outcome = (
                        f"let op: {name} doet mee in meer dan één inschrijving op perceel {lot.number}. "
                        "Vraag de inschrijvers of zij onafhankelijk zijn; niemand is hierdoor uitgesloten"
                    )
                    lines.append(_record(one, "", outcome, damaged=False))
    return lines


def _parties(one: OpenedOffer) -> list[tuple[str, str, str]]:
    lead = one.offer.lead_organisation
    partners = one.manifest.partners if one.manifest else ()
    everyone = [(lead.kvk or "", lead.name), *((partner.kvk, partner.name) for partner in partners)]
    return [(one.offer.number, kvk or name.strip().lower(), name) for kvk, name in everyone]


def _record(one: OpenedOffer, seal: str, outcome: str, *, damaged: bool) -> RecordLine:
    return RecordLine(
        offer_number=one.offer.number,
        organisation_name=one.offer.lead_organisation.name,
        submitted_at=one.submission.at,
        sealed_sha256=seal,
        outcome=outcome,
        damaged=damaged,
    )
