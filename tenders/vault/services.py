"""Make cards, do the trial opening, and prepare the vault of a tender before publication."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence

import pyrage
from pyrage import x25519
from sqlalchemy import delete, select

from portal import audit, clock
from portal.access import Viewer
from portal.config import current_settings
from portal.db import db, lock
from portal.errors import Objection, Refused, refuse_if
from tenders.procedures.models import Procedure
from tenders.procedures.rules.completeness import Missing
from tenders.procedures.states import ProcedureState
from tenders.vault import cards, queries, rules, sealing
from tenders.vault.models import EnvelopeHolder, EnvelopeKey, EnvelopeWrap, KeyCard
from tenders.vault.states import Envelope


def make_card(*, department: str, by: Viewer, reserve_label: str = "") -> cards.Card:
    """Make a card for the viewer himself, or a reserve card of his organisation.

    The answer is the only place where the secret exists; only the public key is kept. An older card
    of the same person (or with the same label) is marked as replaced; it stays necessary for the
    tenders that were sealed to it.
    """
    card = cards.new_card()
    phrase = f"proefopening {secrets.token_hex(16)}"
    row = KeyCard(
        holder_id=None if reserve_label else by.user_id,
        organisation_id=by.organisation_id,
        department=department.strip(),
        label=reserve_label.strip(),
        public_key=card.public_key,
        made_at=clock.now(),
        made_by_id=by.user_id,
        trial_file=pyrage.encrypt(
            f"{phrase}\n".encode(), [x25519.Recipient.from_str(card.public_key)], armored=True
        ),
        trial_digest=hashlib.sha256(phrase.encode()).hexdigest(),
    )
    db.session.add(row)
    db.session.flush()
    for old in _in_use(row, by):
        old.replaced_by_id, old.replaced_at = row.id, clock.now()
    audit.record("vault:card:make", row, by=by, fingerprint=cards.fingerprint(card.public_key))
    return card


def _in_use(row: KeyCard, by: Viewer) -> Sequence[KeyCard]:
    same = KeyCard.label == row.label if row.holder_id is None else KeyCard.holder_id == row.holder_id
    return db.session.scalars(
        select(KeyCard).where(
            same,
            KeyCard.organisation_id == by.organisation_id,
            KeyCard.holder_id.is_(None) if row.holder_id is None else KeyCard.holder_id.is_not(None),
            KeyCard.replaced_at.is_(None),
            KeyCard.id != row.id,
        )
    ).all()


def pass_trial(card: KeyCard, *, answer: str, by: Viewer) -> None:
    """Do the trial opening: with the card's code or file, or with what `age` made of the test file.

    Raises:
        Refused: the card does not open the test file, or the text is not what stands in it.
    """
    lock(card)
    phrase = answer.strip()
    if not phrase.startswith("proefopening "):
        identity = identity_of(answer)
        try:
            phrase = sealing.unseal(card.trial_file, identity).decode().strip()
        except sealing.CannotOpen:
            raise Refused([Objection("Deze kaart past niet bij uw testbestand.", "answer")]) from None
    if hashlib.sha256(phrase.encode()).hexdigest() != card.trial_digest:
        raise Refused([Objection("Dit is niet de tekst die in het testbestand staat.", "answer")])
    card.tried_at = clock.now()
    audit.record("vault:card:try", card, by=by)


def prepare(procedure: Procedure, chosen: Sequence[KeyCard], *, by: Viewer) -> None:
    """Make the key pairs of both envelopes and seal their private halves to the chosen holders.

    Until publication this may be done again; then the keys are fixed.

    Raises:
        Refused: too few persons, groups or reserve cards, or the tender is already published.
    """
    lock(procedure)
    if procedure.state is not ProcedureState.PREPARATION:
        raise Refused([Objection("De aanbesteding is gepubliceerd. De sleutels liggen nu vast.")])
    several = len(queries.participants(procedure)) > 1
    facts = [queries.card_facts(card) for card in chosen]
    refuse_if(rules.objections_to_holders(facts, several_municipalities=several))
    _forget_keys(procedure)
    groups = {
        card.id: rules.group_of(fact, several_municipalities=several)
        for card, fact in zip(chosen, facts, strict=True)
    }
    prints = {
        envelope.value: _make_envelope(procedure, envelope, chosen, groups, by) for envelope in Envelope
    }
    audit.record(
        "vault:prepare",
        procedure,
        by=by,
        count=len(chosen),
        quality=prints["quality"],
        price=prints["price"],
        holders=[cards.fingerprint(card.public_key) for card in chosen],
    )


def _make_envelope(
    procedure: Procedure,
    envelope: Envelope,
    chosen: Sequence[KeyCard],
    groups: Mapping[uuid.UUID, str],
    by: Viewer,
) -> str:
    pair = sealing.new_key_pair()
    key = EnvelopeKey(
        procedure_id=procedure.id,
        envelope=envelope,
        public_key=pair.public_key,
        made_at=clock.now(),
        made_by_id=by.user_id,
    )
    db.session.add(key)
    db.session.flush()
    rows = {
        str(card.id): EnvelopeHolder(envelope_key_id=key.id, key_card_id=card.id, group_name=groups[card.id])
        for card in chosen
    }
    db.session.add_all(rows.values())
    db.session.flush()
    wraps = sealing.wrap(
        pair.private_key,
        [sealing.Holder(str(card.id), groups[card.id], card.public_key) for card in chosen],
    )
    for card_id, outer in wraps.items():
        db.session.add(
            EnvelopeWrap(envelope_holder_id=rows[card_id].id, blob=locked_for(rows[card_id], outer))
        )
    db.session.flush()
    return cards.fingerprint(pair.public_key)


def _forget_keys(procedure: Procedure) -> None:
    keys = select(EnvelopeKey.id).where(EnvelopeKey.procedure_id == procedure.id)
    holders = select(EnvelopeHolder.id).where(EnvelopeHolder.envelope_key_id.in_(keys))
    db.session.execute(delete(EnvelopeWrap).where(EnvelopeWrap.envelope_holder_id.in_(holders)))
    db.session.execute(delete(EnvelopeHolder).where(EnvelopeHolder.envelope_key_id.in_(keys)))
    db.session.execute(delete(EnvelopeKey).where(EnvelopeKey.procedure_id == procedure.id))


def missing_before_publication(procedure: Procedure) -> list[Missing]:
    """Say what the vault still needs before publication; `tenders.procedures` asks this."""
    found = rules.objections_to_publication(
        [queries.card_facts(card) for card in queries.chosen_cards(procedure)],
        several_municipalities=len(queries.participants(procedure)) > 1,
        now=clock.now(),
    )
    return [Missing(objection.message, "vault", rule="key_holders") for objection in found]


def identity_of(answer: str) -> str:
    """Read a card's code or file as an age identity.

    Raises:
        Refused: it is neither; the objection belongs to the field `answer`.
    """
    try:
        return cards.identity_from(answer)
    except cards.WrongCard as error:
        raise Refused([Objection(str(error), "answer")]) from None


def locked_for(holder: EnvelopeHolder, data: bytes, purpose: str = "wrap") -> bytes:
    """Put the server's lock around what belongs to one holder of one envelope."""
    return sealing.server_lock(
        data,
        server_key=current_settings().server_key,
        bound_to=f"{purpose}:{holder.envelope_key_id}:{holder.id}",
    )
