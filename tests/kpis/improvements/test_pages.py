"""From a poor figure to an action, a talk and a notice of default, over HTTP and for both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest

from contracts.agreements.models import Contract
from kpis.improvements import queries
from kpis.improvements.feature import tasks, terms
from kpis.scorecards import services as cards
from portal import audit
from portal.accounts.queries import viewer_by_email
from portal.notifications import recipients_of
from tests.factories.results import MANAGER, manager
from tests.factories.scorecards import after_response_term, card_case, judged_contract, make_card
from tests.pages import PageClient

PROVIDER = "info@taalhuis-de-waterlinie.example"
STRANGER = "info@route-delta.example"
TEXT = "De docent belt binnen een dag wie zonder bericht wegblijft."
PLAN = {
    "measure": TEXT,
    "owner": "provider",
    "due_on": "08-01-2027",
    "target": "85",
    "proof": "De cijfers van het eerste kwartaal.",
    "follow_up": "2027-k1",
}
ClientAs = Callable[..., PageClient]
Freeze = Callable[[datetime], None]


@pytest.fixture
def contract(session: None, frozen: Freeze) -> Contract:
    frozen(datetime(2026, 10, 22, 9, tzinfo=UTC))
    made = judged_contract()
    make_card(made)
    day = after_response_term(card_case(made).card)
    frozen(datetime.combine(day, time(9), UTC))
    cards.fix_scorecard(card_case(made), by=manager())
    return made


def figure(contract: Contract, tail: str = "") -> str:
    code = card_case(contract).lines[0].performance_agreement.code
    return f"/scorecards/{contract.number}/2026-k3/{code}{tail}"


def proposed(contract: Contract, client_as: ClientAs) -> str:
    page = client_as(MANAGER).get(figure(contract)).click("Verbeteractie afspreken")
    done = page.submit("Voorstellen aan de aanbieder", **PLAN)
    assert done.flash == "De verbeteractie is voorgesteld. De aanbieder heeft bericht gekregen."
    return done.path


def test_an_action_goes_from_proposal_to_result(contract: Contract, client_as: ClientAs) -> None:
    path = proposed(contract, client_as)
    assert recipients_of("improvement_step") == {PROVIDER}

    theirs = client_as(PROVIDER).get(path)
    assert "Aan zet is de aanbieder: akkoord gaan of een tegenvoorstel doen" in theirs.body
    assert theirs.submit("Vastleggen", step="accept").flash.startswith("Vastgelegd: loopt.")
    short = client_as(PROVIDER).get(path).submit("Vastleggen", step="report", text="klaar")
    assert short.status_code == 422
    client_as(PROVIDER).get(path).submit("Vastleggen", step="report", text=TEXT)
    done = client_as(MANAGER).get(path).submit("Vastleggen", step="achieve")

    assert "Doel gehaald" in done.body
    assert "85,0%" in done.body
    assert audit.last().action == "improvement:action:step"


def test_a_counter_proposal_is_answered_with_a_new_one(contract: Contract, client_as: ClientAs) -> None:
    path = proposed(contract, client_as)
    client_as(PROVIDER).get(path).submit("Vastleggen", step="counter", text="Wij vragen tijd tot 1 februari.")
    page = client_as(MANAGER).get(path).click("Voorstel aanpassen")
    done = page.submit("Opnieuw voorstellen", due_on="01-02-2027")

    assert "1 februari 2027" in done.body
    assert "Voorgesteld" in done.body
    assert client_as(MANAGER).get(f"{path}/aanpassen").status_code == 404


def test_the_plan_keeps_what_was_typed(contract: Contract, client_as: ClientAs) -> None:
    page = client_as(MANAGER).get(figure(contract, "/verbeteractie"))
    wrong = page.submit("Voorstellen aan de aanbieder", **{**PLAN, "due_on": "01-01-2020"})

    assert wrong.status_code == 422
    assert TEXT in wrong.text
    assert any("Kies een dag na" in error for error in wrong.errors)


def test_strangers_find_nothing_and_readers_only_read(contract: Contract, client_as: ClientAs) -> None:
    path = proposed(contract, client_as)

    assert client_as(STRANGER).get(path).status_code == 404
    reader = client_as("regio@pijnacker-nootdorp.example").get(path)
    assert reader.status_code == 200
    assert "Bijwerken" not in reader.text
    assert client_as("regio@pijnacker-nootdorp.example").get(figure(contract, "/verbeteractie")).status_code == 403


def test_tasks_and_terms_go_to_who_is_next(contract: Contract, client_as: ClientAs) -> None:
    path = proposed(contract, client_as)
    seen = viewer_by_email(PROVIDER), viewer_by_email(MANAGER)
    with client_as(MANAGER).app.test_request_context():
        assert [task.title for task in tasks(seen[0])] == ["Verbeteractie 1 bijwerken"]
        assert [task.title for task in tasks(seen[1])] == []
    client_as(PROVIDER).get(path).submit("Vastleggen", step="accept")
    with client_as(MANAGER).app.test_request_context():
        assert [term.text for term in terms(seen[1])] == [f"Verbeteractie 1 klaar, {contract.number}"]


def test_a_talk_is_prepared_in_one_click_and_ends_in_minutes(contract: Contract, client_as: ClientAs) -> None:
    page = client_as(MANAGER).get(f"/scorecards/{contract.number}/2026-k3").submit("Agenda maken")
    assert page.h1 == "Contractgesprek 1, derde kwartaal 2026"
    assert "75,0% (1.620 van 2.160), norm 85%: onder norm." in page.body
    assert page.click("Agenda").data.startswith(b"%PDF")

    done = page.submit("Verslag maken", **{"on": "20-11-2026", "said-1": "De aanbieder stelt een tweede docent aan."})
    assert "De aanbieder stelt een tweede docent aan." in done.body
    assert done.click("Verslag").data.startswith(b"%PDF")
    assert recipients_of("contract_talk") == {PROVIDER}
    assert "Verslag maken" not in client_as(MANAGER).get(done.path).text
    assert client_as(STRANGER).get(f"{done.path}/verslag").status_code == 404


def test_a_notice_of_default_becomes_a_letter_and_ends(
    contract: Contract, client_as: ClientAs, frozen: Freeze
) -> None:
    page = client_as(MANAGER).get(figure(contract)).click("In gebreke stellen")
    assert "1.620 van 2.160" in page.text
    sent = page.submit("Ingebrekestelling versturen", demand=TEXT, remedy_until="27-11-2026")
    letter = sent.click("Brief")
    assert letter.data.startswith(b"%PDF")
    assert recipients_of("default_notice") == {PROVIDER}

    early = client_as(MANAGER).get(sent.path).submit("Afhandelen", ending="expired", outcome=TEXT)
    assert "Wacht die dag af" in early.text
    frozen(datetime(2026, 11, 28, 9, tzinfo=UTC))
    late = client_as(MANAGER).get(sent.path).submit("Afhandelen", ending="expired", outcome=TEXT)
    assert "In verzuim" in late.body
    assert client_as(STRANGER).get(sent.path).status_code == 404


def test_the_list_downloads_as_excel(contract: Contract, client_as: ClientAs) -> None:
    proposed(contract, client_as)
    page = client_as(PROVIDER).get("/verbeteracties?stand=open")

    assert "Voorgesteld" in page.row(f"{contract.number}, nr. 1")
    assert page.click("Download").data.startswith(b"PK")
    assert len(queries.actions_of(contract)) == 1
