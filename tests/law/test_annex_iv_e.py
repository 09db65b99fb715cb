"""Annex IV e: only authorised persons give access, acting together, and only after the date that was set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from portal import audit, clock
from portal.accounts.queries import viewer_by_email
from portal.errors import NotFound, PortalError, Refused
from tenders.offers import queries
from tenders.vault import ceremony
from tenders.vault.models import Opening
from tenders.vault.states import Envelope, OpeningState
from tests.factories.offers import make_submitted
from tests.factories.vault import (
    BUYER,
    MANAGER,
    PIJNACKER,
    RESERVE,
    ZOETERMEER,
    GuardedTender,
    make_guarded_tender,
)

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
Freeze = Callable[[datetime], None]


@pytest.fixture
def tender(session: None, frozen: Freeze) -> GuardedTender:
    """A tender with one offer in its vault, a day before it closes."""
    frozen(NOON - timedelta(days=1))
    made = make_guarded_tender(deadline=NOON)
    make_submitted(made.procedure)
    return made


def ask(tender: GuardedTender, email: str = BUYER, envelope: Envelope = Envelope.QUALITY) -> Opening:
    return ceremony.ask_opening(tender.key(envelope), answer=tender.codes[email], by=viewer_by_email(email))


def confirm(tender: GuardedTender, opening: Opening, email: str = ZOETERMEER) -> None:
    by = viewer_by_email(email)
    ceremony.confirm_opening(opening, ceremony.unseal_with(opening, answer=tender.codes[email], by=by), by=by)


def test_one_microsecond_before_closing_both_valid_cards_open_nothing(
    tender: GuardedTender, frozen: Freeze
) -> None:
    frozen(NOON - timedelta(microseconds=1))
    for email in (BUYER, MANAGER, ZOETERMEER):
        with pytest.raises(Refused, match="na de sluitingstijd"):
            ask(tender, email)
    assert queries.opened_lots(tender.procedure) == []
    frozen(NOON)
    confirm(tender, ask(tender))
    assert len(queries.opened_lots(tender.procedure)) == 1


def test_an_opening_asked_in_time_cannot_be_confirmed_when_the_closing_time_moved_back(
    tender: GuardedTender, frozen: Freeze
) -> None:
    frozen(NOON)
    opening = ask(tender)
    tender.procedure.submission_deadline_at = NOON + timedelta(days=1)
    with pytest.raises(PortalError):
        confirm(tender, opening)
    assert queries.opened_lots(tender.procedure) == []


@pytest.mark.parametrize("second", [BUYER, MANAGER])
def test_one_card_or_two_of_one_group_open_nothing(tender: GuardedTender, frozen: Freeze, second: str) -> None:
    frozen(NOON)
    opening = ask(tender)
    with pytest.raises(PortalError):
        confirm(tender, opening, second)
    assert opening.state is OpeningState.ASKED
    assert queries.opened_lots(tender.procedure) == []


def test_a_person_without_a_card_in_this_tender_opens_nothing_with_the_card_of_another(
    tender: GuardedTender, frozen: Freeze
) -> None:
    frozen(NOON)
    opening = ask(tender)
    by = viewer_by_email(PIJNACKER)
    with pytest.raises((Refused, NotFound)):
        ceremony.unseal_with(opening, answer=tender.codes[ZOETERMEER], by=by)
    with pytest.raises((Refused, NotFound)):
        ceremony.ask_opening(tender.key(Envelope.PRICE), answer=tender.codes[RESERVE], by=by)


def test_the_price_envelope_stays_shut_when_the_quality_envelope_opens(
    tender: GuardedTender, frozen: Freeze
) -> None:
    frozen(NOON)
    with pytest.raises(Refused):
        ask(tender, envelope=Envelope.PRICE)
    confirm(tender, ask(tender))
    lot = queries.opened_lots(tender.procedure)[0]

    assert queries.answers_of(lot) != []
    assert queries.prices_of(lot) == []


def test_every_opening_stands_in_the_trail_with_both_persons(tender: GuardedTender, frozen: Freeze) -> None:
    frozen(NOON)
    opening = ask(tender)
    asked = audit.last()
    confirm(tender, opening)
    done = audit.last()

    assert (asked.action, asked.user_id) == ("vault:open:ask", viewer_by_email(BUYER).user_id)
    assert (done.action, done.user_id) == ("vault:open:confirm", viewer_by_email(ZOETERMEER).user_id)
    assert asked.at == done.at == clock.now()
