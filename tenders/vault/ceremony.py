"""Open an envelope in two acts, by two persons of different groups, on one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import delete, select

from portal import audit, clock
from portal.access import SYSTEM, Viewer
from portal.config import current_settings
from portal.db import db, lock
from portal.errors import NotFound, Objection, Refused, refuse_if
from portal.notifications import notify
from tenders.procedures.services import mark_opened
from tenders.vault import cards, hooks, queries, record, rules, sealing
from tenders.vault.models import EnvelopeHolder, EnvelopeKey, EnvelopeWrap, Opening, OpeningLine, OpeningPeel
from tenders.vault.services import identity_of, locked_for
from tenders.vault.states import OPENING, Envelope, OpeningAction, OpeningState


@dataclass(frozen=True)
class Unsealed:
    """What the second card opened, in memory only, between reading and the write transaction."""

    holder: EnvelopeHolder
    private_key: str = field(repr=False)
    contents: tuple[hooks.Contents, ...] = ()

    def close(self) -> None:
        """Let go of what was unsealed."""
        for content in self.contents:
            content.close()


def ask_opening(key: EnvelopeKey, *, answer: str, by: Viewer) -> Opening:
    """First act: one card peels the outer layer; what is left is sealed to the other holders.

    Raises:
        Refused: too early, the wrong card, or the scores are not locked (price).
    """
    _hold(key)
    refuse_if(_objections(key))
    identity = identity_of(answer)
    holder = _holder_with(key, cards.public_key_of(identity), by)
    peeled = {}
    for wrap in queries.wraps_of(key):
        if wrap.holder.group_name != holder.group_name:
            peeled[wrap.holder] = _peeled(_outer(wrap), identity)
    return _ask(key, holder, peeled, by)


def ask_with_files(key: EnvelopeKey, *, files: Mapping[EnvelopeHolder, bytes], by: Viewer) -> Opening:
    """First act without showing the card: the holder peeled at home and brings the peeled files.

    Raises:
        Refused: as `ask_opening`, or no file is an age file.
    """
    _hold(key)
    refuse_if(_objections(key))
    own = queries.usable_holders(key, by)
    if not own:
        raise Refused([Objection("U bent geen sleutelhouder van deze kluis.")])
    peeled = {holder: data for holder, data in files.items() if holder.group_name != own[0].group_name}
    if not peeled or not all(
        data.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----") for data in peeled.values()
    ):
        raise Refused([Objection("Kies ten minste één bestand dat u met uw kaart hebt gepeld.")])
    return _ask(key, own[0], peeled, by)


def _ask(
    key: EnvelopeKey, holder: EnvelopeHolder, peeled: Mapping[EnvelopeHolder, bytes], by: Viewer
) -> Opening:
    now = clock.now()
    if queries.asked_opening(key) is not None:
        raise Refused(
            [Objection("Het openen is vandaag al aangevraagd. Een andere sleutelhouder bevestigt.")]
        )
    expire_openings()
    opening = Opening(
        envelope_key_id=key.id,
        asked_by_id=by.user_id,
        asked_card_id=holder.key_card_id,
        asked_at=now,
        expires_at=rules.expiry_of(now),
    )
    db.session.add(opening)
    db.session.flush()
    for other, inner in peeled.items():
        db.session.add(
            OpeningPeel(
                opening_id=opening.id, envelope_holder_id=other.id, blob=locked_for(other, inner, "peel")
            )
        )
    audit.record("vault:open:ask", key.procedure, by=by, envelope=key.envelope.label)
    notify(
        queries.holders_to_tell(key, but=by.user_id),
        "vault_confirm_asked",
        about=key.procedure,
        path=f"/aanbestedingen/{key.procedure.number}/kluis",
        procedure=key.procedure,
        envelope=key.envelope.label,
        asked_by=by.name,
    )
    return opening


def unseal_with(opening: Opening, *, answer: str, by: Viewer) -> Unsealed:
    """Second act, before the write transaction: the other card opens the key, the key the parts.

    `answer` is a card's code or file, or the private key the holder unwrapped at home.

    Raises:
        Refused: the rules object, or the card does not open what was peeled.
    """
    key = opening.envelope_key
    refuse_if([*_confirm_objections(key, by), *_price_objections(key)])
    holder, private_key = _second_card(opening, answer, by)
    contents = tuple(opener(key.procedure, key.envelope, private_key) for opener in hooks.openers)
    return Unsealed(holder=holder, private_key=private_key, contents=contents)


def _second_card(opening: Opening, answer: str, by: Viewer) -> tuple[EnvelopeHolder, str]:
    key = opening.envelope_key
    identity = identity_of(answer)
    if cards.public_key_of(identity) == key.public_key:
        own = [row for row in queries.usable_holders(key, by) if queries.peel_for(opening, row)]
        if not own:
            raise Refused([Objection(_SAME_GROUP, "answer")])
        return own[0], identity
    holder = _holder_with(key, cards.public_key_of(identity), by)
    peel = queries.peel_for(opening, holder)
    if peel is None:
        raise Refused([Objection(_SAME_GROUP, "answer")])
    try:
        private_key = sealing.unwrap(_unlocked(peel.blob, holder, "peel"), identity)
    except sealing.CannotOpen:
        raise Refused(
            [Objection("Wat de eerste sleutelhouder aanleverde, past niet bij uw kaart.")]
        ) from None
    if not private_key.startswith("AGE-SECRET-KEY-") or cards.public_key_of(private_key) != key.public_key:
        raise Refused([Objection("De sleutel die vrijkomt, hoort niet bij deze envelop.")])
    return holder, private_key


def confirm_opening(opening: Opening, unsealed: Unsealed, *, by: Viewer) -> Opening:
    """Second act, inside the write transaction: record the opening and make the offers readable.

    Raises:
        Refused: the rules object at this very moment.
        TransitionRefused: the request was refused, expired, or confirmed by another meanwhile.
        Changed: the vault holds other parts than were unsealed.
    """
    key = opening.envelope_key
    _hold(key)
    lock(opening)
    state = OPENING.next(opening.state, OpeningAction.CONFIRM)
    refuse_if([*_confirm_objections(key, by), *_price_objections(key)])
    opening.state, opening.confirmed_at = state, clock.now()
    opening.confirmed_by_id, opening.confirmed_card_id = by.user_id, unsealed.holder.key_card_id
    db.session.flush()
    lines = [line for content in unsealed.contents for line in content.apply(opening, by)]
    for position, line in enumerate(lines, 1):
        db.session.add(_line(opening, position, line))
    _forget_peels(opening)
    if key.envelope is Envelope.QUALITY:
        mark_opened(key.procedure, by=by)
    db.session.refresh(opening)
    audit.record(
        "vault:open:confirm",
        key.procedure,
        by=by,
        envelope=key.envelope.label,
        parts=len(lines),
        damaged=sum(line.damaged for line in lines),
    )
    opening.record_document_id = record.make(opening, lines, by=by).id
    notify(
        queries.team_of(key.procedure),
        "vault_opened",
        about=key.procedure,
        path=f"/aanbestedingen/{key.procedure.number}/kluis",
        procedure=key.procedure,
        envelope=key.envelope.label,
    )
    return opening


def refuse_opening(opening: Opening, *, reason: str, by: Viewer) -> None:
    """Say no to a request, with a reason; what was peeled is thrown away.

    Raises:
        Refused: no reason was given.
    """
    _hold(opening.envelope_key)
    lock(opening)
    state = OPENING.next(opening.state, OpeningAction.REFUSE)
    if len(reason.strip()) < 10:
        raise Refused([Objection("Geef de reden in ten minste 10 tekens.", "reason")])
    opening.state, opening.ended_at, opening.reason = state, clock.now(), reason.strip()
    _forget_peels(opening)
    audit.record("vault:open:refuse", opening.envelope_key.procedure, by=by)
    procedure = opening.envelope_key.procedure
    notify(
        [opening.asked_by],
        "vault_refused",
        about=procedure,
        path=f"/aanbestedingen/{procedure.number}/kluis",
        procedure=procedure,
    )


def expire_openings() -> int:
    """End the requests of past days and throw away what was peeled; returns how many."""
    late = db.session.scalars(
        select(Opening)
        .where(Opening.state == OpeningState.ASKED, Opening.expires_at <= clock.now())
        .with_for_update()
    ).all()
    for opening in late:
        opening.state = OPENING.next(opening.state, OpeningAction.EXPIRE)
        opening.ended_at = clock.now()
        _forget_peels(opening)
        procedure = opening.envelope_key.procedure
        audit.record("vault:open:expire", procedure, by=SYSTEM, envelope=opening.envelope_key.envelope.label)
        notify(
            [opening.asked_by],
            "vault_expired",
            about=procedure,
            path=f"/aanbestedingen/{procedure.number}/kluis",
            procedure=procedure,
        )
    db.session.flush()
    return len(late)


def note_refusal(key: EnvelopeKey, *, sentence: str, by: Viewer) -> None:
    """Leave a trail of an attempt that was turned down (in its own transaction)."""
    audit.record("vault:open:denied", key.procedure, by=by, envelope=key.envelope.label, why=sentence)


def files_for_emergency(key: EnvelopeKey) -> dict[EnvelopeHolder, bytes]:
    """Return the outer file of every holder without the server's lock, for an opening without the portal.

    The time still holds; that prices wait for the scores is then up to the two holders.

    Raises:
        Refused: the closing time has not passed, or the tender is not published.
    """
    facts = replace(queries.facts_of(key.procedure, Envelope.QUALITY), opened=False)
    refuse_if(rules.objections_to_opening(facts, now=clock.now()))
    return {wrap.holder: _outer(wrap) for wrap in queries.wraps_of(key)}


def note_download(key: EnvelopeKey, *, by: Viewer) -> None:
    """Leave a trail of a file taken home to peel."""
    audit.record("vault:open:download", key.procedure, by=by, envelope=key.envelope.label)


def note_record_read(key: EnvelopeKey, *, by: Viewer) -> None:
    """Leave a trail of who read the record of opening."""
    audit.record("vault:record:read", key.procedure, by=by, envelope=key.envelope.label)


def peeled_for(key: EnvelopeKey, viewer: Viewer) -> bytes:
    """Return what the first card peeled for this viewer.

    Raises:
        NotFound: there is no request, or nothing was peeled for him.
        Refused: the envelope may not open.
    """
    refuse_if(_objections(key))
    opening = queries.asked_opening(key)
    for holder in queries.usable_holders(key, viewer) if opening is not None else ():
        peel = queries.peel_for(opening, holder) if opening is not None else None
        if peel is not None:
            return _unlocked(peel.blob, holder, "peel")
    raise NotFound


def outer_files(key: EnvelopeKey, holder: EnvelopeHolder) -> dict[EnvelopeHolder, bytes]:
    """Return the files a holder can peel at home, per colleague of another group.

    Raises:
        Refused: the envelope may not open yet; the server's lock stays on.
    """
    refuse_if(_objections(key))
    return {
        wrap.holder: _outer(wrap)
        for wrap in queries.wraps_of(key)
        if wrap.holder.group_name != holder.group_name
    }


_SAME_GROUP = "Deze kaart is van dezelfde groep als de eerste kaart. Iemand van een andere gemeente of afdeling bevestigt."


def _hold(key: EnvelopeKey) -> None:
    lock(key.procedure)


def _objections(key: EnvelopeKey) -> list[Objection]:
    facts = queries.facts_of(key.procedure, key.envelope)
    return [*rules.objections_to_opening(facts, now=clock.now()), *_price_objections(key)]


def _confirm_objections(key: EnvelopeKey, by: Viewer) -> list[Objection]:
    facts = queries.facts_of(key.procedure, key.envelope)
    return rules.objections_to_confirming(facts, by=by.user_id, now=clock.now())


def _price_objections(key: EnvelopeKey) -> list[Objection]:
    return hooks.objections_to_price(key.procedure) if key.envelope is Envelope.PRICE else []


def _holder_with(key: EnvelopeKey, public_key: str, by: Viewer) -> EnvelopeHolder:
    for holder in queries.usable_holders(key, by):
        if holder.card.public_key == public_key:
            return holder
    raise Refused(
        [
            Objection(
                "Deze kaart hoort niet bij u en deze kluis. Gebruik uw eigen kaart, of uw reservekaart.",
                "answer",
            )
        ]
    )


def _peeled(outer: bytes, identity: str) -> bytes:
    try:
        return sealing.peel(outer, identity)
    except sealing.CannotOpen:
        raise Refused([Objection("Deze kaart opent de kluis niet.", "answer")]) from None


def _unlocked(blob: bytes, holder: EnvelopeHolder, purpose: str) -> bytes:
    return sealing.server_unlock(
        blob,
        server_key=current_settings().server_key,
        bound_to=f"{purpose}:{holder.envelope_key_id}:{holder.id}",
    )


def _outer(wrap: EnvelopeWrap) -> bytes:
    try:
        return _unlocked(wrap.blob, wrap.holder, "wrap")
    except sealing.CannotOpen:
        raise Refused(
            [Objection("De sleutel van de server past niet. Vraag de beheerder van het portaal.")]
        ) from None


def _forget_peels(opening: Opening) -> None:
    db.session.execute(delete(OpeningPeel).where(OpeningPeel.opening_id == opening.id))


def _line(opening: Opening, position: int, line: hooks.RecordLine) -> OpeningLine:
    return OpeningLine(
        opening_id=opening.id,
        position=position,
        offer_number=line.offer_number,
        organisation_name=line.organisation_name,
        submitted_at=line.submitted_at,
        sealed_sha256=line.sealed_sha256,
        outcome=line.outcome,
        damaged=line.damaged,
    )
