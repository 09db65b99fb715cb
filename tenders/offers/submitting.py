"""Submit, take back and withdraw: small requests that decide, each with a signed receipt."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from portal import audit, clock
from portal.access import Viewer
from portal.config import current_settings
from portal.db import db, lock
from portal.errors import Objection, Refused, refuse_if
from portal.notifications import notify
from tenders.offers import content, intake, queries, receipts, rules, strongroom
from tenders.offers.models import Offer, SealedPart, Submission
from tenders.offers.states import OFFER, OfferAction, OfferState, PartKind, SubmissionKind
from tenders.procedures.models import OfferHash, Procedure
from tenders.procedures.states import ProcedureState
from tenders.vault import cards, sealing
from tenders.vault.models import EnvelopeKey
from tenders.vault.queries import envelope_keys
from tenders.vault.states import Envelope

KINDS = {
    SubmissionKind.SUBMITTED: "bewijs van ontvangst",
    SubmissionKind.WITHDRAWN: "bewijs van terugtrekking",
    SubmissionKind.REFUSED: "bewijs van weigering: te laat",
}
WRONG_CODE = "De wijzigingscode hoort niet bij deze inschrijving. Kijk de code na op uw bewijs van ontvangst."


class TooLate(Refused):
    """The request came at or after the closing time; carries the instant that decided."""

    def __init__(self, at: datetime, deadline: datetime) -> None:
        self.at, self.deadline = at, deadline
        super().__init__(
            [
                Objection(
                    f"De sluitingstijd was {clock.local(deadline):%H:%M:%S} uur. Uw verzoek kwam binnen om"
                    f" {clock.local(at):%H:%M:%S} uur. Uw concept is bewaard; er is niet ingediend."
                )
            ]
        )


def submit(offer: Offer, *, code: str, by: Viewer) -> Submission:
    """Submit an offer: seal its texts to the envelopes, its editable copy to the wijzigingscode.

    `code` is made on the check page and never kept: only its hash, so that the same request sent twice
    gives the same receipt. The time is read while the tender's row is held: accepted when t < deadline.

    Raises:
        TooLate: at or after the closing time.
        Refused: something is not filled in, or the tender does not take offers.
        TransitionRefused: the offer is no draft.
    """
    procedure = offer.procedure
    lock(procedure)
    now = clock.now()
    lock(offer)
    key = idempotency_key(code)
    again = _receipt_with(offer, key)
    if again is not None:
        return again
    handed_in = _hash_instead_of_time(offer, now)
    state = OFFER.next(offer.state, OfferAction.SUBMIT)
    draft = strongroom.read_draft(offer)
    refuse_if(rules.objections_to_content(queries.asked_of(procedure), draft))
    if handed_in is not None:
        _refuse_unless_equal(offer, draft, handed_in)
        handed_in.used_at = now
    version = queries.last_version(offer) + 1
    keys = envelope_keys(procedure)
    files = queries.draft_parts(offer)
    parts = [*_seal_texts(offer, draft, version, keys, now), *files]
    offer.state, offer.submitted_at = state, now
    strongroom.forget_draft(offer)
    db.session.flush()
    copy = sealing.seal(content.dump(draft), cards.public_key_of(identity_of(code)))
    submission = _receive(offer, SubmissionKind.SUBMITTED, now, key, parts, keys, by, copy)
    for part in parts:
        part.submission_id = submission.id
    db.session.flush()
    return submission


def idempotency_key(code: str) -> str:
    """Give the hash that stands for a wijzigingscode.

    Raises:
        Refused: it is not such a code.
    """
    return hashlib.sha256(identity_of(code).encode()).hexdigest()


def identity_of(code: str) -> str:
    """Read a wijzigingscode as an age identity.

    Raises:
        Refused: it is not such a code; the objection belongs to the field `code`.
    """
    try:
        return cards.card_of(cards.secret_of(code)).identity
    except cards.WrongCard as error:
        raise Refused([Objection(str(error), "code")]) from None


def binding_of(offer: Offer, version: int, envelope: Envelope) -> content.Binding:
    """Say what a sealed text of an offer is bound to."""
    return content.Binding(
        procedure=offer.procedure.number,
        offer=offer.number,
        version=version,
        organisation=offer.lead_organisation.name,
        kvk=offer.lead_organisation.kvk or "",
        envelope=envelope.value,
    )


def read_back(offer: Offer, *, code: str) -> content.Draft:
    """Open the editable copy of a submitted offer with the wijzigingscode.

    Raises:
        Refused: nothing is submitted, or the code is not that of the submission that stands.
    """
    submission = queries.standing_submission(offer)
    if submission is None or submission.editable_copy is None:
        raise Refused([Objection("Er is geen ingediende inschrijving om terug te lezen.", "code")])
    try:
        return content.load(sealing.unseal(submission.editable_copy, identity_of(code)))
    except sealing.CannotOpen:
        raise Refused([Objection(WRONG_CODE, "code")]) from None


def take_back(offer: Offer, *, code: str, by: Viewer) -> Submission:
    """Withdraw with the wijzigingscode: the data is a draft again.

    Raises:
        TooLate: after the closing time nothing can be withdrawn here.
        Refused: the code is wrong.
    """
    now = _hold_in_time(offer)
    state = OFFER.next(offer.state, OfferAction.TAKE_BACK)
    draft = read_back(offer, code=code)
    standing = queries.standing_submission(offer)
    parts = queries.parts_in(standing) if standing else []
    for part in parts:
        part.submission_id = None
    db.session.flush()
    _drop([part for part in parts if part.kind is not PartKind.FILE])
    offer.state, offer.submitted_at = state, None
    strongroom.keep_draft(offer, draft)
    db.session.flush()
    return _withdrawal(offer, standing, now, by)


def withdraw(offer: Offer, *, by: Viewer) -> Submission:
    """Withdraw without the code: what was submitted is destroyed, for nobody here can read it.

    Raises:
        TooLate: after the closing time nothing can be withdrawn here.
    """
    now = _hold_in_time(offer)
    state = OFFER.next(offer.state, OfferAction.WITHDRAW)
    standing = queries.standing_submission(offer)
    _drop(queries.parts_in(standing) if standing else [])
    offer.state, offer.submitted_at, offer.withdrawn_at = state, None, now
    db.session.flush()
    return _withdrawal(offer, standing, now, by)


def refuse_late(offer: Offer, late: TooLate, *, code: str, by: Viewer) -> Submission:
    """Sign a refusal with both times, in a transaction of its own; the draft stays."""
    lock(offer)
    key = hashlib.sha256(f"refused {code} {late.at.isoformat()}".encode()).hexdigest()
    return _receive(offer, SubmissionKind.REFUSED, late.at, key, [], envelope_keys(offer.procedure), by, None)


def _hold_in_time(offer: Offer) -> datetime:
    lock(offer.procedure)
    now = clock.now()
    lock(offer)
    _refuse_when_late(offer.procedure, now)
    return now


def _refuse_when_late(procedure: Procedure, now: datetime) -> None:
    deadline = procedure.submission_deadline_at
    if deadline is None or procedure.state not in (ProcedureState.PUBLISHED, ProcedureState.OPENED):
        raise Refused([Objection("Op deze aanbesteding kunt u niet inschrijven.")])
    if not rules.in_time(now, deadline) or procedure.state is ProcedureState.OPENED:
        raise TooLate(now, deadline)


def _hash_instead_of_time(offer: Offer, now: datetime) -> OfferHash | None:
    """Refuse what is late, unless its hash came before the closing and may still be followed (practice T2)."""
    deadline = offer.procedure.submission_deadline_at
    late = deadline is not None and not rules.in_time(now, deadline)
    handed_in = queries.hash_that_counts(offer, now) if late else None
    if handed_in is None:
        _refuse_when_late(offer.procedure, now)
    return handed_in


def _refuse_unless_equal(offer: Offer, draft: content.Draft, handed_in: OfferHash) -> None:
    if content.digest(offer.procedure.number, offer.lead_organisation.name, draft) != handed_in.digest:
        raise Refused(
            [
                Objection(
                    "De code van deze inschrijving is niet gelijk aan de code die u voor de sluiting stuurde. "
                    "Alleen precies dezelfde inschrijving mag nog volgen."
                )
            ]
        )


def confirm_again(offer: Offer, *, by: Viewer) -> None:
    """Confirm that the offer or draft still stands after the tender was changed.

    Raises:
        Refused: there is no offer to confirm, or the tender is closed.
    """
    _hold_in_time(offer)
    if offer.state not in (OfferState.DRAFT, OfferState.SUBMITTED):
        raise Refused([Objection("Er is geen inschrijving om te bevestigen.")])
    offer.changes_seen_at = clock.now()
    audit.record("offer:confirm", offer, by=by)


def _receipt_with(offer: Offer, key: str) -> Submission | None:
    return db.session.scalars(
        select(Submission).where(Submission.offer_id == offer.id, Submission.idempotency_key == key)
    ).first()


def _seal_texts(
    offer: Offer, draft: content.Draft, version: int, keys: dict[Envelope, EnvelopeKey], now: datetime
) -> list[SealedPart]:
    texts = {
        Envelope.QUALITY: (PartKind.MANIFEST, content.quality_text),
        Envelope.PRICE: (PartKind.PRICES, content.price_text),
    }
    parts = []
    for envelope, (kind, write) in texts.items():
        sealed = sealing.seal(write(binding_of(offer, version, envelope), draft), keys[envelope].public_key)
        storage_key, digest = intake.put_sealed(sealed, strongroom.vault_folder())
        parts.append(
            SealedPart(
                offer_id=offer.id,
                envelope=envelope,
                kind=kind,
                storage_key=storage_key,
                sha256=digest,
                sealed_at=now,
            )
        )
    db.session.add_all(parts)
    db.session.flush()
    return parts


def _receive(
    offer: Offer,
    kind: SubmissionKind,
    at: datetime,
    key: str,
    parts: Sequence[SealedPart],
    keys: dict[Envelope, EnvelopeKey],
    by: Viewer,
    copy: bytes | None,
) -> Submission:
    version = queries.last_version(offer) + 1
    audit.record(f"offer:{kind.value}", offer, by=by, version=version)
    signer = receipts.signing_key(current_settings().server_key)
    text = _receipt_text(offer, kind, at, version, parts, keys, receipts.public_pem(signer))
    submission = Submission(
        offer_id=offer.id,
        version=version,
        kind=kind,
        at=at,
        deadline_at=offer.procedure.submission_deadline_at,
        by_id=by.user_id,
        idempotency_key=key,
        receipt=text.decode(),
        signature=receipts.sign(text, signer),
        editable_copy=copy,
    )
    db.session.add(submission)
    db.session.flush()
    notify(
        [offer.lead_organisation],
        f"offer_{kind.value}",
        about=offer,
        path=f"/inschrijvingen/{offer.number}/bewijs/{version}",
        number=offer.procedure.number,
        title=offer.procedure.title,
        offer=offer.number,
        at=clock.local(at),
        deadline=clock.local(submission.deadline_at),
    )
    return submission


def _receipt_text(
    offer: Offer,
    kind: SubmissionKind,
    at: datetime,
    version: int,
    parts: Sequence[SealedPart],
    keys: dict[Envelope, EnvelopeKey],
    pem: str,
) -> bytes:
    number, head = audit.head()
    deadline = offer.procedure.submission_deadline_at
    return content.canonical(
        {
            "soort": KINDS[kind],
            "aanbesteding": offer.procedure.number,
            "inschrijving": offer.number,
            "versie": version,
            "inschrijver": {"naam": offer.lead_organisation.name, "kvk": offer.lead_organisation.kvk or ""},
            "ontvangen_op": at.isoformat(timespec="microseconds"),
            "sluitingstijd": deadline.isoformat(timespec="microseconds") if deadline else "",
            "enveloppen": {
                envelope.label: {"sleutel": key.public_key, "zegel": cards.fingerprint(key.public_key)}
                for envelope, key in keys.items()
            },
            "verzegelde_bestanden": sorted([part.envelope.label, part.sha256] for part in parts),
            "spoor": {"nummer": number, "sha256": head},
            "ondertekend_met": receipts.key_print(pem),
        }
    )


def _withdrawal(offer: Offer, standing: Submission | None, now: datetime, by: Viewer) -> Submission:
    if standing is not None:
        standing.editable_copy = None
    key = hashlib.sha256(f"withdrawn {offer.id} {standing.version if standing else 0}".encode()).hexdigest()
    return _receive(offer, SubmissionKind.WITHDRAWN, now, key, [], envelope_keys(offer.procedure), by, None)


def _drop(parts: Sequence[SealedPart]) -> None:
    strongroom.drop_sealed([part.storage_key for part in parts])
    for part in parts:
        db.session.delete(part)
    db.session.flush()


def signature_bytes(submission: Submission) -> bytes:
    """Return the raw signature of a receipt."""
    return base64.b64decode(submission.signature)
