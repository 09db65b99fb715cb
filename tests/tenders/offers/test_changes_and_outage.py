"""What a change of the tender does to drafts and offers, and an offer that follows its hash (practice T2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.db import db
from portal.errors import Refused
from portal.notifications.models import OutboxMessage
from tenders.offers import content, queries, services, strongroom, submitting
from tenders.offers.models import Offer
from tenders.offers.states import OfferState
from tenders.offers.submitting import TooLate
from tenders.procedures import queries as tenders, services as tender_services
from tenders.procedures.rules import Planning
from tenders.procedures.states import LineKind
from tests.factories.offers import DELTA, SAMEN, TAALHUIS, make_draft, make_submitted, submit
from tests.factories.vault import BUYER, GuardedTender, make_guarded_tender
from tests.pages import PageClient

NOON = datetime(2027, 2, 10, 11, 0, tzinfo=UTC)
REASON = "De groep mag groter zijn dan wij in de leidraad schreven."
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def tender(frozen: Callable[[datetime], None], session: Any) -> GuardedTender:
    frozen(NOON - timedelta(days=30))
    made = make_guarded_tender(deadline=NOON)
    made.procedure.award_planned_on = NOON.date() + timedelta(days=30)
    made.procedure.standstill_ends_on = NOON.date() + timedelta(days=60)
    return made


def change(tender: GuardedTender) -> None:
    by = viewer_by_email(BUYER)
    tender_services.change_text(
        tender.procedure, kind=LineKind.SUMMARY, target=None, new_text="De opdracht is nu ruimer beschreven.", by=by
    )
    tender_services.set_change(tender.procedure, reason=REASON, is_substantial=True, planning=Planning(), by=by)
    with clock.at(clock.now() + timedelta(hours=1)):
        tender_services.publish_change(tender.procedure, by=by)


def test_drafts_and_offers_have_to_be_confirmed_again(tender: GuardedTender) -> None:
    draft = make_draft(tender.procedure, email=DELTA)
    offer = make_submitted(tender.procedure)
    assert not queries.changed_since(draft)
    change(tender)

    assert queries.changed_since(draft)
    assert queries.changed_since(offer)
    with clock.at(clock.now() + timedelta(hours=2)):
        submitting.confirm_again(offer, by=viewer_by_email(TAALHUIS))
        submit(draft, email=DELTA)
    assert not queries.changed_since(offer)
    assert not queries.changed_since(draft), "submitting confirms"
    assert offer.state is OfferState.SUBMITTED


def test_who_has_a_draft_or_an_offer_is_told_without_following(tender: GuardedTender) -> None:
    make_draft(tender.procedure, email=DELTA)
    make_submitted(tender.procedure)
    tender_services.follow(tender.procedure, by=viewer_by_email(SAMEN))
    change(tender)

    told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "tender_changed")).all()
    assert sorted(one.address for one in told) == sorted([DELTA, TAALHUIS, SAMEN])
    assert len({one.body.split("Meldingen")[0][:400] for one in told}) == 1, "the mail does not say who offers"


def test_a_change_cannot_be_confirmed_after_the_closing(tender: GuardedTender) -> None:
    offer = make_submitted(tender.procedure)
    change(tender)

    with clock.at(NOON), pytest.raises(TooLate):
        submitting.confirm_again(offer, by=viewer_by_email(TAALHUIS))


def test_the_provider_sees_it_and_confirms_with_one_button(
    tender: GuardedTender, client_as: Callable[..., PageClient]
) -> None:
    offer = make_submitted(tender.procedure)
    change(tender)
    with clock.at(clock.now() + timedelta(hours=2)):
        provider = client_as(TAALHUIS)
        assert "Opnieuw te bevestigen" in provider.get("/mijn-werk").body
        page = provider.get(f"/inschrijvingen/{offer.number}")
        assert "Opnieuw te bevestigen" in page.body
        page = page.submit("Zo laten en bevestigen")
        assert "Opnieuw te bevestigen" not in page.body


# The hash before the closing ----------------------------------------------------------------------


def digest_of(offer: Offer) -> str:
    return content.digest(offer.procedure.number, offer.lead_organisation.name, strongroom.read_draft(offer))


def hand_in(tender: GuardedTender, offer: Offer, digest: str = "") -> datetime:
    """Inkoop records the hash an hour after the closing; gives until when the offer may follow."""
    with clock.at(NOON + timedelta(hours=1)):
        made = tender_services.record_hash(
            tender.procedure, organisation_id=offer.lead_organisation_id, digest=digest or digest_of(offer),
            method="mail aan inkoop, sha-256 van de controlepagina", received_at=NOON - timedelta(minutes=2),
            by=viewer_by_email(BUYER),
        )  # fmt: skip
    return made.until


def test_an_offer_may_follow_its_hash_within_one_working_day(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    until = hand_in(tender, offer)
    with clock.at(until - timedelta(microseconds=1)):
        submission, _ = submit(offer)

    assert offer.state is OfferState.SUBMITTED
    assert submission.at > submission.deadline_at
    assert tenders.hashes_of(tender.procedure)[0].used_at == submission.at


def test_at_the_end_of_the_working_day_it_is_too_late(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    until = hand_in(tender, offer)

    with clock.at(until), pytest.raises(TooLate):
        submit(offer)
    assert offer.state is OfferState.DRAFT


def test_another_hash_than_that_of_the_offer_is_refused(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    hand_in(tender, offer, "ab" * 32)

    with clock.at(NOON + timedelta(hours=2)), pytest.raises(Refused, match="niet gelijk aan de code"):
        submit(offer)


def test_the_hash_of_one_bidder_helps_no_other(tender: GuardedTender) -> None:
    mine, other = make_draft(tender.procedure), make_draft(tender.procedure, email=DELTA)
    hand_in(tender, mine)

    with clock.at(NOON + timedelta(hours=2)), pytest.raises(TooLate):
        submit(other, email=DELTA)


def test_a_draft_cannot_be_changed_while_its_hash_waits(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    hand_in(tender, offer)

    with clock.at(NOON + timedelta(hours=2)), pytest.raises(Refused, match="gesloten"):
        services.choose_lots(offer, [], by=viewer_by_email(TAALHUIS))


def test_the_vault_stays_shut_until_the_offer_could_follow(tender: GuardedTender) -> None:
    from tenders.vault import rules
    from tenders.vault.queries import facts_of
    from tenders.vault.states import Envelope

    offer = make_draft(tender.procedure)
    until = hand_in(tender, offer)
    facts = facts_of(tender.procedure, Envelope.QUALITY)
    assert rules.objections_to_opening(facts, now=until - timedelta(microseconds=1))
    assert not rules.objections_to_opening(facts, now=until)


def test_the_check_page_shows_the_hash_and_the_way_out(
    tender: GuardedTender, client_as: Callable[..., PageClient]
) -> None:
    offer = make_draft(tender.procedure)
    page = client_as(TAALHUIS).get(f"/inschrijvingen/{offer.number}/controleren")

    digest = digest_of(offer)
    assert "Lukt indienen niet door een storing?" in page.body
    assert digest[:32] in page.body
    assert digest[32:] in page.body


def test_who_handed_in_his_hash_submits_from_the_page_after_the_closing(
    tender: GuardedTender, client_as: Callable[..., PageClient]
) -> None:
    offer = make_draft(tender.procedure)
    hand_in(tender, offer)
    with clock.at(NOON + timedelta(hours=2)):
        page = client_as(TAALHUIS).get(f"/inschrijvingen/{offer.number}")
        assert "U kunt nog indienen" in page.body
        page = page.click("Controleren en indienen")
        assert "U stuurde uw code voor de sluiting" in page.body
        page = page.submit("Inschrijving indienen")
        assert "Ingediend op" in page.body


def test_after_an_outage_who_submitted_may_change_his_offer(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    _, code = submit(offer)
    later = NOON + timedelta(hours=1)
    by = viewer_by_email(BUYER)
    with clock.at(later):
        tender_services.ask_outage(
            tender.procedure, outage_from=NOON - timedelta(minutes=30), outage_until=later,
            deadline=later + timedelta(days=2), reason=REASON, by=by,
        )  # fmt: skip
        asked = tenders.asked_outage(tender.procedure)
        assert asked is not None
        tender_services.changes.make_it_hold(asked, by=viewer_by_email("contract@lansingerland.example"))
        submitting.take_back(offer, code=code, by=viewer_by_email(TAALHUIS))
        assert offer.state.value == "draft"
        submit(offer)
    assert offer.state is OfferState.SUBMITTED
