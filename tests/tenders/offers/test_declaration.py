"""The UEA: answered once, reused in each offer, sealed with it, and read after the opening by inkoop alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.errors import Refused
from tenders.offers import content, declaring, queries, rules, services, strongroom, uea
from tenders.offers.content import Binding, Claim, Draft
from tenders.offers.demo import plain_declaration
from tenders.vault import ceremony
from tenders.vault.states import Envelope
from tests.factories.offers import DELTA, TAALHUIS, make_draft, make_submitted
from tests.factories.vault import BUYER, ZOETERMEER, GuardedTender, make_guarded_tender
from tests.pages import PageClient

NOON = datetime(2027, 2, 10, 11, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def tender(frozen: Callable[[datetime], None], session: Any) -> GuardedTender:
    frozen(NOON - timedelta(days=30))
    return make_guarded_tender(deadline=NOON)


def test_every_question_has_to_be_answered_and_explained_where_it_matters() -> None:
    answers = plain_declaration()

    assert uea.missing_in(answers) == []
    assert len(uea.missing_in({})) == len(uea.ITEMS)
    assert uea.missing_in(answers | {"III_a": Claim("yes", "")}) == [
        "licht ‘Strafrechtelijke veroordelingen’ toe in ten minste 20 tekens."
    ]
    assert uea.missing_in(answers | {"IV_register": Claim("no", "Wij zijn een stichting in oprichting.")}) == []
    assert uea.missing_in(answers | {"IV_keurmerk": Claim("yes", "")}), "the number and validity of the keurmerk"


def test_the_three_parts_are_there() -> None:
    assert {item.part for item in uea.ITEMS} == set(uea.PARTS) == {"II", "III", "IV"}
    assert len({item.code for item in uea.ITEMS}) == len(uea.ITEMS)


def test_the_declaration_travels_in_the_quality_envelope_only() -> None:
    draft = Draft(uea=plain_declaration())
    binding = Binding("AB-1", "IN-1", 1, "Taalhuis", "1", "quality")

    assert content.read_quality(content.quality_text(binding, draft), binding).uea == draft.uea
    assert b"keurmerk" not in content.price_text(replace(binding, envelope="price"), draft)
    assert content.load(content.dump(draft)) == draft


def test_a_draft_of_before_the_declaration_can_still_be_read() -> None:
    draft = Draft(uea=plain_declaration())
    old = content.dump(draft).replace(b'"uea":', b'"was":')

    assert content.load(old).uea == {}


def test_an_offer_without_its_declaration_is_not_complete(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    draft = strongroom.read_draft(offer)
    asked = queries.asked_of(tender.procedure)

    assert asked.declares
    assert rules.objections_to_content(asked, draft) == []
    found = rules.objections_to_content(asked, replace(draft, uea={}))
    assert [one.message for one in found] == ["Eigen verklaring (UEA): beantwoord ‘Omvang’."]


def test_the_profile_is_reused_and_belongs_to_one_provider(
    tender: GuardedTender, client_as: Callable[..., PageClient]
) -> None:
    declaring.save_profile(plain_declaration(), by=viewer_by_email(TAALHUIS))
    offer = services.start_offer(tender.procedure, by=viewer_by_email(TAALHUIS))
    other = services.start_offer(tender.procedure, by=viewer_by_email(DELTA))

    page = client_as(TAALHUIS).get(f"/inschrijvingen/{offer.number}/uea")
    assert "Certificaat van de eigen organisatie" in page.text
    assert "Certificaat van de eigen organisatie" not in client_as(DELTA).get(f"/inschrijvingen/{other.number}/uea").text
    assert client_as(DELTA).get(f"/inschrijvingen/{offer.number}/uea").status_code == 404


def test_an_answer_that_needs_an_explanation_is_refused_and_kept_on_screen(
    client_as: Callable[..., PageClient],
) -> None:
    page = client_as(TAALHUIS).get("/inschrijvingen/uea").submit(stance_III_b="yes", text_III_b="Te kort.")

    assert page.status_code == 422
    assert "Licht ‘Belastingen en sociale premies’ toe in ten minste 20 tekens." in page.errors
    assert "Te kort." in page.text


def test_inkoop_reads_it_after_the_opening_and_not_before(
    tender: GuardedTender, client_as: Callable[..., PageClient]
) -> None:
    offer = make_submitted(tender.procedure)
    address = f"/aanbestedingen/{tender.procedure.number}/eigen-verklaringen"
    assert client_as(BUYER).get(address).status_code == 404
    assert offer.uea == ""
    with pytest.raises(Refused):
        declaring.save_uea(offer, plain_declaration(), by=viewer_by_email(TAALHUIS))
    with clock.at(NOON + timedelta(hours=1)):
        first, second = viewer_by_email(BUYER), viewer_by_email(ZOETERMEER)
        opening = ceremony.ask_opening(tender.key(Envelope.QUALITY), answer=tender.codes[BUYER], by=first)
        unsealed = ceremony.unseal_with(opening, answer=tender.codes[ZOETERMEER], by=second)
        ceremony.confirm_opening(opening, unsealed, by=second)
        page = client_as(BUYER).get(address)
        assert "Taalhuis de Waterlinie" in page.body
        assert "Certificaat van de eigen organisatie" in page.body
        assert client_as(ZOETERMEER).get(address).status_code == 403
