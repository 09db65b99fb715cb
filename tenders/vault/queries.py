"""What the vault knows of a tender; never anything about the offers in it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.access import Viewer
from portal.accounts.models import Membership, Organisation, User
from portal.catalogue.models import Municipality
from portal.db import db
from portal.errors import NotFound
from tenders.procedures.models import Lot, LotMunicipality, Procedure, ProcedureMember
from tenders.procedures.queries import opens_from
from tenders.vault.models import (
    EnvelopeHolder,
    EnvelopeKey,
    EnvelopeWrap,
    KeyCard,
    Opening,
    OpeningLine,
    OpeningPeel,
)
from tenders.vault.rules import CardFacts, OpeningFacts
from tenders.vault.states import Envelope, OpeningState


def participants(procedure: Procedure) -> list[Organisation]:
    """Return the lead and the municipalities of its lots, the lead first."""
    joined = db.session.scalars(
        select(Organisation)
        .join(Municipality, Municipality.organisation_id == Organisation.id)
        .join(LotMunicipality, LotMunicipality.municipality_id == Municipality.id)
        .join(Lot, Lot.id == LotMunicipality.lot_id)
        .where(Lot.procedure_id == procedure.id, Organisation.id != procedure.lead_id)
        .order_by(Organisation.name)
        .distinct()
    )
    lead = db.session.get_one(Organisation, procedure.lead_id)
    return [lead, *joined]


def cards_to_choose(procedure: Procedure) -> list[KeyCard]:
    """Return the cards in use of everyone who could be a holder of this tender."""
    organisations = [organisation.id for organisation in participants(procedure)]
    return list(
        db.session.scalars(
            select(KeyCard)
            .options(joinedload(KeyCard.holder), joinedload(KeyCard.organisation))
            .join(Organisation, Organisation.id == KeyCard.organisation_id)
            .where(KeyCard.organisation_id.in_(organisations), KeyCard.replaced_at.is_(None))
            .order_by(Organisation.name, KeyCard.label, KeyCard.made_at)
        )
    )


def cards_of(viewer: Viewer) -> list[KeyCard]:
    """Return the viewer's own card in use and the reserve cards of his organisation."""
    return list(
        db.session.scalars(
            select(KeyCard)
            .options(joinedload(KeyCard.holder), joinedload(KeyCard.organisation))
            .where(
                KeyCard.organisation_id == viewer.organisation_id,
                KeyCard.replaced_at.is_(None),
                or_(KeyCard.holder_id == viewer.user_id, KeyCard.holder_id.is_(None)),
            )
            .order_by(KeyCard.holder_id.is_(None), KeyCard.label)
        )
    )


def card_for(viewer: Viewer, card_id: uuid.UUID) -> KeyCard:
    """Return one of the viewer's cards.

    Raises:
        NotFound: it is another person's or another organisation's.
    """
    found = next((card for card in cards_of(viewer) if card.id == card_id), None)
    if found is None:
        raise NotFound
    return found


def envelope_key(procedure: Procedure, envelope: Envelope) -> EnvelopeKey | None:
    """Return the key pair of an envelope, when it was made."""
    return db.session.scalars(
        select(EnvelopeKey).where(EnvelopeKey.procedure_id == procedure.id, EnvelopeKey.envelope == envelope)
    ).first()


def envelope_keys(procedure: Procedure) -> dict[Envelope, EnvelopeKey]:
    """Return the key pairs that were made."""
    found = {
        key.envelope: key
        for key in db.session.scalars(select(EnvelopeKey).where(EnvelopeKey.procedure_id == procedure.id))
    }
    return {envelope: found[envelope] for envelope in Envelope if envelope in found}


def holders_of(key: EnvelopeKey) -> list[EnvelopeHolder]:
    """Return the holders of an envelope, persons first, by group."""
    found = db.session.scalars(
        select(EnvelopeHolder)
        .options(
            joinedload(EnvelopeHolder.card).joinedload(KeyCard.holder),
            joinedload(EnvelopeHolder.card).joinedload(KeyCard.organisation),
        )
        .where(EnvelopeHolder.envelope_key_id == key.id)
    )
    return sorted(found, key=lambda row: (row.card.holder_id is None, row.group_name, name_of(row.card)))


def usable_holders(key: EnvelopeKey, viewer: Viewer) -> list[EnvelopeHolder]:
    """Return the holders a viewer may act as: his own card, and reserve cards of his organisation."""
    return [
        row
        for row in holders_of(key)
        if row.card.holder_id == viewer.user_id
        or (row.card.holder_id is None and row.card.organisation_id == viewer.organisation_id)
    ]


def wraps_of(key: EnvelopeKey) -> Sequence[EnvelopeWrap]:
    """Return the wrapped private key, one row per holder."""
    return list(
        db.session.scalars(
            select(EnvelopeWrap)
            .join(EnvelopeHolder, EnvelopeHolder.id == EnvelopeWrap.envelope_holder_id)
            .options(joinedload(EnvelopeWrap.holder).joinedload(EnvelopeHolder.card))
            .where(EnvelopeHolder.envelope_key_id == key.id)
        )
    )


def peel_for(opening: Opening, holder: EnvelopeHolder) -> OpeningPeel | None:
    """Return what the first card peeled for one holder."""
    return db.session.scalars(
        select(OpeningPeel).where(
            OpeningPeel.opening_id == opening.id, OpeningPeel.envelope_holder_id == holder.id
        )
    ).first()


def holders_to_confirm(opening: Opening) -> list[EnvelopeHolder]:
    """Return who can confirm a request: the holders it was peeled for, without who asked."""
    peeled = select(OpeningPeel.envelope_holder_id).where(OpeningPeel.opening_id == opening.id)
    ids = set(db.session.scalars(peeled))
    return [
        row
        for row in holders_of(opening.envelope_key)
        if row.id in ids and row.card.holder_id != opening.asked_by_id
    ]


def may_confirm(opening: Opening, viewer: Viewer) -> bool:
    """Say whether a viewer holds a card that can confirm this request."""
    own = {row.id for row in usable_holders(opening.envelope_key, viewer)}
    return opening.asked_by_id != viewer.user_id and any(row.id in own for row in holders_to_confirm(opening))


def asked_opening(key: EnvelopeKey) -> Opening | None:
    """Return the request that still stands (asked today)."""
    return db.session.scalars(
        select(Opening).where(
            Opening.envelope_key_id == key.id,
            Opening.state == OpeningState.ASKED,
            Opening.expires_at > clock.now(),
        )
    ).first()


def confirmed_opening(procedure: Procedure, envelope: Envelope) -> Opening | None:
    """Return the opening of an envelope, when it was opened."""
    return db.session.scalars(
        select(Opening)
        .join(EnvelopeKey, EnvelopeKey.id == Opening.envelope_key_id)
        .where(
            EnvelopeKey.procedure_id == procedure.id,
            EnvelopeKey.envelope == envelope,
            Opening.state == OpeningState.CONFIRMED,
        )
    ).first()


def openings_of(key: EnvelopeKey) -> list[Opening]:
    """Return every attempt to open an envelope, newest first."""
    return list(
        db.session.scalars(
            select(Opening).where(Opening.envelope_key_id == key.id).order_by(Opening.asked_at.desc())
        )
    )


def lines_of(opening: Opening) -> list[OpeningLine]:
    """Return the lines of the record of opening."""
    return list(
        db.session.scalars(
            select(OpeningLine).where(OpeningLine.opening_id == opening.id).order_by(OpeningLine.position)
        )
    )


def is_opened(procedure: Procedure, envelope: Envelope) -> bool:
    """Say whether an envelope was opened."""
    return confirmed_opening(procedure, envelope) is not None


def facts_of(procedure: Procedure, envelope: Envelope) -> OpeningFacts:
    """Return what the rules need to know before an envelope opens."""
    key = envelope_key(procedure, envelope)
    asked = asked_opening(key) if key is not None else None
    return OpeningFacts(
        envelope=envelope,
        deadline_at=opens_from(procedure),
        published=procedure.published_at is not None and procedure.withdrawn_at is None and key is not None,
        opened=is_opened(procedure, envelope),
        quality_opened=is_opened(procedure, Envelope.QUALITY),
        asked_by=asked.asked_by_id if asked else None,
        expires_at=asked.expires_at if asked else None,
    )


def card_facts(card: KeyCard) -> CardFacts:
    """Return what the rules need to know of a card."""
    return CardFacts(
        name=name_of(card),
        person_id=card.holder_id,
        organisation=card.organisation.name,
        department=card.department,
        tried_at=card.tried_at,
    )


def chosen_cards(procedure: Procedure) -> list[KeyCard]:
    """Return the cards that guard this tender; empty before the vault was prepared."""
    key = envelope_key(procedure, Envelope.QUALITY)
    return [row.card for row in holders_of(key)] if key is not None else []


def name_of(card: KeyCard) -> str:
    """Return how a card is called on screens and in the record."""
    return card.holder.name if card.holder is not None else f"{card.label} ({card.organisation.name})"


def holders_to_tell(key: EnvelopeKey, *, but: uuid.UUID | None) -> list[User]:
    """Return the persons who hold a card of this envelope, without one of them."""
    return [row.card.holder for row in holders_of(key) if row.card.holder and row.card.holder_id != but]


def team_of(procedure: Procedure) -> list[User]:
    """Return the persons in the team of a tender."""
    return list(
        db.session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .join(ProcedureMember, ProcedureMember.membership_id == Membership.id)
            .where(ProcedureMember.procedure_id == procedure.id)
            .distinct()
        )
    )


def keys_to_open(viewer: Viewer) -> list[EnvelopeKey]:
    """Return the closed envelopes past their closing time for which the viewer holds a card in use."""
    opened = select(Opening.envelope_key_id).where(Opening.state == OpeningState.CONFIRMED)
    return list(
        db.session.scalars(
            select(EnvelopeKey)
            .join(EnvelopeHolder, EnvelopeHolder.envelope_key_id == EnvelopeKey.id)
            .join(KeyCard, KeyCard.id == EnvelopeHolder.key_card_id)
            .join(Procedure, Procedure.id == EnvelopeKey.procedure_id)
            .options(joinedload(EnvelopeKey.procedure))
            .where(
                KeyCard.holder_id == viewer.user_id,
                KeyCard.organisation_id == viewer.organisation_id,
                Procedure.published_at.is_not(None),
                Procedure.withdrawn_at.is_(None),
                Procedure.awarded_at.is_(None),
                Procedure.submission_deadline_at <= clock.now(),
                EnvelopeKey.id.not_in(opened),
            )
            .order_by(Procedure.number)
        )
    )


def asked_by_key(keys: Sequence[EnvelopeKey]) -> dict[uuid.UUID, Opening]:
    """Return the requests that stand, by envelope."""
    found = db.session.scalars(
        select(Opening).where(
            Opening.envelope_key_id.in_([key.id for key in keys]),
            Opening.state == OpeningState.ASKED,
            Opening.expires_at > clock.now(),
        )
    )
    return {opening.envelope_key_id: opening for opening in found}
