"""The vault with a database: cards, preparation, and the two acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyrage
import pytest
from sqlalchemy import select

from portal import audit
from portal.accounts.queries import viewer_by_email
from portal.db import db
from portal.errors import Objection, Refused, TransitionRefused
from tenders.procedures.models import Procedure
from tenders.procedures.queries import check_items
from tenders.procedures.states import ProcedureState
from tenders.vault import cards, ceremony, hooks, queries, services
from tenders.vault.models import EnvelopeHolder, EnvelopeWrap, KeyCard, Opening, OpeningPeel
from tenders.vault.states import Envelope, OpeningState
from tests.factories.vault import (
    BUYER,
    MANAGER,
    PIJNACKER,
    RESERVE,
    ZOETERMEER,
    GuardedTender,
    card_row,
    make_card,
    make_cards,
    make_guarded_tender,
    make_tender,
)

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def tender(frozen: Callable[[datetime], None], session: Any) -> GuardedTender:
    frozen(NOON - timedelta(days=8))
    found = make_guarded_tender(deadline=NOON)
    frozen(NOON)
    return found


def ask(tender: GuardedTender, email: str = BUYER, envelope: Envelope = Envelope.QUALITY) -> Opening:
    return ceremony.ask_opening(tender.key(envelope), answer=tender.codes[email], by=viewer_by_email(email))


def confirm(tender: GuardedTender, opening: Opening, email: str = ZOETERMEER, code: str = "") -> Opening:
    by = viewer_by_email(email)
    unsealed = ceremony.unseal_with(opening, answer=code or tender.codes[email], by=by)
    return ceremony.confirm_opening(opening, unsealed, by=by)


def test_only_the_public_half_of_a_card_is_kept() -> None:
    card = services.make_card(department="Inkoop", by=viewer_by_email(BUYER))
    row = card_row(card.code)
    kept = " ".join(str(getattr(row, column.key)) for column in KeyCard.__table__.columns)
    assert card.public_key in kept
    assert card.code not in kept
    assert card.identity not in kept
    assert card.code not in repr(card)


def test_a_new_card_replaces_the_old_one_of_the_same_person() -> None:
    first = make_card(BUYER)
    second = make_card(BUYER)
    assert card_row(first).replaced_by_id == card_row(second).id
    assert [card.public_key for card in queries.cards_of(viewer_by_email(BUYER))] == [
        card_row(second).public_key
    ]


def test_the_trial_opening_takes_the_card_or_what_age_made_of_the_test_file() -> None:
    by = viewer_by_email(BUYER)
    card = services.make_card(department="", by=by)
    row = card_row(card.code)
    with pytest.raises(Refused, match="past niet"):
        services.pass_trial(row, answer=cards.new_card().code, by=by)
    assert row.tried_at is None
    services.pass_trial(row, answer=card.file, by=by)
    assert row.tried_at is not None
    row.tried_at = None
    at_home = pyrage.decrypt(row.trial_file, [pyrage.x25519.Identity.from_str(card.identity)]).decode()
    services.pass_trial(row, answer=at_home, by=by)
    with pytest.raises(Refused):
        services.pass_trial(row, answer="proefopening 00", by=by)


def test_publication_waits_for_the_vault(frozen: Callable[[datetime], None]) -> None:
    frozen(NOON)
    procedure = make_tender()

    def said() -> list[str]:
        return [item.message for item in check_items(procedure) if item.section == "vault"]

    assert said() == ["De kluis is nog niet klaargemaakt. Kies de sleutelhouders."]
    codes = make_cards(tried=False)
    chosen = [card_row(code) for code in codes.values()]
    services.prepare(procedure, chosen, by=viewer_by_email(BUYER))
    assert "proefopening" in said()[0]
    for code, email in zip(codes.values(), (BUYER, MANAGER, ZOETERMEER, ZOETERMEER), strict=True):
        services.pass_trial(card_row(code), answer=code, by=viewer_by_email(email))
    assert said() == []


def test_preparing_again_makes_other_keys_until_publication(tender: GuardedTender) -> None:
    procedure = make_tender()
    chosen = [card_row(code) for code in tender.codes.values()]
    services.prepare(procedure, chosen, by=viewer_by_email(BUYER))
    first = {key.public_key for key in queries.envelope_keys(procedure).values()}
    services.prepare(procedure, chosen, by=viewer_by_email(BUYER))
    assert first.isdisjoint({key.public_key for key in queries.envelope_keys(procedure).values()})
    with pytest.raises(Refused, match="gepubliceerd"):
        services.prepare(tender.procedure, chosen, by=viewer_by_email(BUYER))


def test_the_private_key_of_an_envelope_is_nowhere_in_the_clear(tender: GuardedTender) -> None:
    for wrap in db.session.scalars(select(EnvelopeWrap)):
        assert b"AGE" not in wrap.blob
    assert "AGE-SECRET-KEY" not in audit.last().payload
    event = next(line for line in audit.history_of(tender.procedure) if "zegel" in line.sentence)
    assert cards.fingerprint(tender.key().public_key) in event.sentence


@pytest.mark.parametrize(
    ("first", "second"),
    [(BUYER, ZOETERMEER), (ZOETERMEER, BUYER), (ZOETERMEER, MANAGER)],
)
def test_two_cards_of_different_municipalities_open(tender: GuardedTender, first: str, second: str) -> None:
    opening = confirm(tender, ask(tender, first), second)
    assert opening.state is OpeningState.CONFIRMED
    assert opening.record_document is not None
    assert tender.procedure.state is ProcedureState.OPENED
    assert db.session.scalars(select(OpeningPeel)).all() == []


def test_two_holders_of_one_municipality_do_not_open(tender: GuardedTender) -> None:
    opening = ask(tender, BUYER)
    with pytest.raises(Refused, match="dezelfde groep"):
        confirm(tender, opening, MANAGER)
    assert opening.state is OpeningState.ASKED


def test_nobody_confirms_his_own_request(tender: GuardedTender) -> None:
    opening = ask(tender, BUYER)
    with pytest.raises(Refused, match="eigen aanvraag"):
        confirm(tender, opening, BUYER)


@pytest.mark.parametrize("answer", ["", "0000", "x" * 30])
def test_a_wrong_code_opens_nothing(tender: GuardedTender, answer: str) -> None:
    with pytest.raises(Refused):
        ceremony.ask_opening(tender.key(), answer=answer, by=viewer_by_email(BUYER))
    assert db.session.scalars(select(Opening)).all() == []


def test_the_card_of_another_is_refused(tender: GuardedTender) -> None:
    with pytest.raises(Refused, match="hoort niet bij u"):
        ceremony.ask_opening(tender.key(), answer=tender.codes[ZOETERMEER], by=viewer_by_email(BUYER))


def test_a_reserve_card_works_for_a_holder_of_its_municipality(tender: GuardedTender) -> None:
    opening = confirm(tender, ask(tender, BUYER), ZOETERMEER, tender.codes[RESERVE])
    assert opening.confirmed_card is not None
    assert opening.confirmed_card.label == RESERVE
    assert not queries.usable_holders(tender.key(), viewer_by_email(PIJNACKER))


@pytest.mark.parametrize(("shift", "may"), [(-1, False), (0, True)])
def test_nothing_opens_before_the_deadline(
    tender: GuardedTender, frozen: Callable[[datetime], None], shift: int, may: bool
) -> None:
    frozen(NOON + timedelta(microseconds=shift))
    if may:
        assert ask(tender).state is OpeningState.ASKED
    else:
        with pytest.raises(Refused, match="na de sluitingstijd"):
            ask(tender)


def test_what_the_first_card_peeled_is_gone_at_midnight(
    tender: GuardedTender, frozen: Callable[[datetime], None]
) -> None:
    opening = ask(tender)
    assert db.session.scalars(select(OpeningPeel)).all() != []
    midnight = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    frozen(midnight - timedelta(microseconds=1))
    assert ceremony.expire_openings() == 0
    assert queries.asked_opening(tender.key()) is not None
    frozen(midnight)
    with pytest.raises(Refused):
        confirm(tender, opening)
    assert ceremony.expire_openings() == 1
    assert audit.last().action == "vault:open:expire"
    assert opening.state is OpeningState.EXPIRED
    assert db.session.scalars(select(OpeningPeel)).all() == []
    assert confirm(tender, ask(tender)).state is OpeningState.CONFIRMED


def test_one_request_stands_at_a_time(tender: GuardedTender) -> None:
    ask(tender)
    with pytest.raises(Refused, match="al aangevraagd"):
        ask(tender, ZOETERMEER)


def test_a_request_can_be_refused_with_a_reason(tender: GuardedTender) -> None:
    opening = ask(tender)
    with pytest.raises(Refused, match="reden"):
        ceremony.refuse_opening(opening, reason="nee", by=viewer_by_email(ZOETERMEER))
    ceremony.refuse_opening(opening, reason="Wij wachten op de procesleider.", by=viewer_by_email(ZOETERMEER))
    assert opening.state is OpeningState.REFUSED
    with pytest.raises(Refused):
        confirm(tender, opening)
    with pytest.raises(TransitionRefused):
        ceremony.refuse_opening(opening, reason="Nog een keer, voor de zekerheid.", by=viewer_by_email(BUYER))


def test_a_holder_can_peel_at_home_so_that_the_portal_never_sees_the_card(tender: GuardedTender) -> None:
    buyer, other = viewer_by_email(BUYER), viewer_by_email(ZOETERMEER)
    key = tender.key()
    own = queries.usable_holders(key, buyer)[0]
    identity = pyrage.x25519.Identity.from_str(cards.identity_from(tender.codes[BUYER]))
    peeled = {row: pyrage.decrypt(data, [identity]) for row, data in ceremony.outer_files(key, own).items()}
    opening = ceremony.ask_with_files(key, files=peeled, by=buyer)
    inner = ceremony.peeled_for(key, other)
    second = pyrage.x25519.Identity.from_str(cards.identity_from(tender.codes[ZOETERMEER]))
    private_key = pyrage.decrypt(inner, [second]).decode()
    unsealed = ceremony.unseal_with(opening, answer=private_key, by=other)
    assert ceremony.confirm_opening(opening, unsealed, by=other).state is OpeningState.CONFIRMED


def test_rubbish_in_place_of_a_peeled_file_is_refused(tender: GuardedTender) -> None:
    buyer = viewer_by_email(BUYER)
    rows = [row for row in queries.holders_of(tender.key()) if row.group_name == "Zoetermeer"]
    with pytest.raises(Refused):
        ceremony.ask_with_files(tender.key(), files={rows[0]: b"rubbish"}, by=buyer)
    fake = b"-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n"
    opening = ceremony.ask_with_files(tender.key(), files=dict.fromkeys(rows, fake), by=buyer)
    with pytest.raises(Refused, match="past niet bij uw kaart"):
        confirm(tender, opening)


def test_the_server_gives_no_file_to_peel_before_the_deadline(
    tender: GuardedTender, frozen: Callable[[datetime], None]
) -> None:
    own = queries.usable_holders(tender.key(), viewer_by_email(BUYER))[0]
    assert ceremony.outer_files(tender.key(), own)
    frozen(NOON - timedelta(microseconds=1))
    with pytest.raises(Refused):
        ceremony.outer_files(tender.key(), own)


def test_prices_open_after_quality_and_when_nothing_objects(
    tender: GuardedTender, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="eerst de envelop kwaliteit"):
        ask(tender, envelope=Envelope.PRICE)
    confirm(tender, ask(tender))

    def locked(_procedure: Procedure) -> list[Objection]:
        return [Objection("De scores staan nog niet vast.")]

    monkeypatch.setattr(hooks, "price_checks", [locked])
    with pytest.raises(Refused, match="scores"):
        ask(tender, envelope=Envelope.PRICE)
    monkeypatch.setattr(hooks, "price_checks", [])
    assert confirm(tender, ask(tender, envelope=Envelope.PRICE)).state is OpeningState.CONFIRMED


def test_a_changed_server_key_stops_the_opening_with_a_sentence(tender: GuardedTender) -> None:
    wrap = db.session.scalars(
        select(EnvelopeWrap)
        .join(EnvelopeHolder, EnvelopeHolder.id == EnvelopeWrap.envelope_holder_id)
        .where(EnvelopeHolder.group_name == "Zoetermeer", EnvelopeHolder.envelope_key_id == tender.key().id)
    ).first()
    assert wrap is not None
    wrap.blob = wrap.blob[:-1] + bytes([wrap.blob[-1] ^ 1])
    db.session.flush()
    with pytest.raises(Refused, match="sleutel van de server"):
        ask(tender)
