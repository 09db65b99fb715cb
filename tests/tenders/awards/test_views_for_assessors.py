"""Judging as an assessor and as the procesleider see it."""

from collections.abc import Callable

import pytest

from portal.db import db
from tenders.awards import queries
from tests.factories import awards as made
from tests.factories.awards import LEADER, PARTNER, REASON, SECOND, Case
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def case(session: None) -> Case:
    return made.make_opened_case()


def criterion_url(case: Case, place: int = 0, kind: str = "beoordeling") -> str:
    return case.url(f"/{kind}/{case.criteria[place].id}")


def filled_in(scores: tuple[int, int, int] = (6, 8, 10)) -> dict[str, str]:
    fields = {f"score_{number}": str(score) for number, score in enumerate(scores)}
    return fields | {f"reason_{number}": f"{REASON} {number}" for number in range(3)}


def test_an_assessor_declares_scores_as_draft_and_submits(case: Case, client_as: ClientAs) -> None:
    client = client_as(SECOND)
    page = client.get(case.url("/beoordeling")).click("Belangenverklaring doen")
    page = page.submit(answer="no")
    assert page.flash == "Uw belangenverklaring is vastgelegd."

    page = page.click("Volgende criterium beoordelen")
    assert page.h1 == "Aanpak en maatwerk"
    page = page.submit("Opslaan als concept", score_0="6", reason_0="Nog niet af")
    assert page.flash == "Uw scores zijn als concept opgeslagen. Ze zijn nog niet ingediend."
    page = page.submit("Scores indienen", **filled_in())
    assert page.flash == "Uw scores op ‘Aanpak en maatwerk’ zijn ingediend."
    assert page.h1 == "Begeleiding bij verzuim"
    assert "Uw scores zijn ingediend" in client.get(criterion_url(case)).body


def test_offers_stand_side_by_side_without_a_name(case: Case, client_as: ClientAs) -> None:
    made.declare(case, SECOND)
    page = client_as(SECOND).get(criterion_url(case))
    assert all(f"Inschrijver {letter}" in page.body for letter in "ABC")
    assert not any(name in page.body for name in ("Route Delta", "Waterlinie", "Samen Vooruit"))
    assert "10.640" not in page.body


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"score_1": None}, "Kies een score voor Inschrijver B."),
        ({"score_1": "7"}, "Kies voor Inschrijver B een score van de schaal."),
        ({"score_1": "honderd"}, "Kies voor Inschrijver B een score van de schaal."),
        ({"reason_2": ""}, "Geef een motivering bij score 10 voor Inschrijver C in ten minste 15 tekens."),
        (
            {"reason_0": "x" * 4001},
            "Maak de tekst bij ‘Motivering Inschrijver A’ korter. U mag 4.000 tekens gebruiken; dit zijn er 4.001.",
        ),
    ],
)  # fmt: skip
def test_a_wrong_score_gets_a_sentence_and_keeps_what_was_typed(
    case: Case, client_as: ClientAs, change: dict[str, str | None], sentence: str
) -> None:
    made.declare(case, SECOND)
    page = client_as(SECOND).get(criterion_url(case)).submit("Scores indienen", **{**filled_in(), **change})
    assert page.status_code == 422
    assert sentence in page.errors
    assert f"{REASON} 1" in page.text


def test_the_overview_shows_counts_and_no_scores(case: Case, client_as: ClientAs) -> None:
    made.declare(case, LEADER, SECOND)
    made.score_all(case, LEADER)
    page = client_as(PARTNER).get(case.url("/beoordeling"))
    assert "Inkoper Lansingerland: 3 van 3" in page.body
    assert "Inkoper Zoetermeer: 0 van 3" in page.body
    assert REASON not in page.text


def test_the_leader_does_not_see_scores_before_all_have_submitted(case: Case, client_as: ClientAs) -> None:
    made.declare(case, LEADER, SECOND)
    made.score_all(case, SECOND)
    page = client_as(LEADER).get(criterion_url(case, kind="consensus"))
    assert "Wacht op scores" in page.body
    assert REASON not in page.text


def test_the_leader_records_consensus_and_fixes_the_quality(case: Case, client_as: ClientAs) -> None:
    made.declare(case, LEADER, SECOND)
    made.score_all(case, LEADER, SECOND)
    made.decide_requirements(case)
    client = client_as(LEADER)
    for place in range(2):
        page = client.get(criterion_url(case, place, "consensus"))
        assert page.body.count("Inkoper Zoetermeer:") == 3
        page = page.submit("Consensus vastleggen", **filled_in())
        assert page.flash.startswith("De consensus op")
    page = page.submit("Kwaliteit van B1-leerroute vaststellen")
    assert "is vastgesteld. De prijzen kunnen nu open." in page.flash
    db.session.expire_all()
    assert queries.is_fixed(case.lot)


def test_a_requirement_is_decided_by_a_person_with_a_reason(case: Case, client_as: ClientAs) -> None:
    client = client_as(LEADER)
    page = client.get(case.url(f"/beoordeling/percelen/{case.lot.id}/eisen"))
    page = page.click("Route Delta: Keurmerk Inburgeren")
    refused = page.submit(verdict="equivalent", reason="")
    assert refused.errors == ["Motiveer uw besluit."]
    page = page.submit(verdict="equivalent", reason="Diploma-erkenning van een gelijkwaardig stelsel.")
    assert page.flash == "Het besluit over Route Delta is vastgelegd."
    assert "Gelijkwaardig" in page.row("Route Delta")


@pytest.mark.parametrize("email", ["info@route-delta.example", "regio@rotterdam.example"])
def test_judging_cannot_be_found_by_others(case: Case, client_as: ClientAs, email: str) -> None:
    client = client_as(email)
    for tail in ("/beoordeling", "/gunning", f"/gunning/{case.lot.id}"):
        assert client.get(case.url(tail)).status_code in (403, 404)


def test_a_sealed_tender_has_no_judging_page(case: Case, client_as: ClientAs) -> None:
    from tenders.procedures.states import ProcedureState

    case.procedure.state, case.procedure.opened_at = ProcedureState.PUBLISHED, None
    assert client_as(LEADER).get(case.url("/beoordeling")).status_code == 404


def test_the_number_of_statements_does_not_grow_with_the_offers(
    session: None, client_as: ClientAs, count_statements: Callable[[], object]
) -> None:
    few = made.make_opened_case("AB-2026-903", providers=("route-delta",))
    many = made.make_opened_case("AB-2026-904")
    made.declare(few, SECOND)
    made.declare(many, SECOND)
    client = client_as(SECOND)
    numbers = []
    for case in (few, many):
        client.get(criterion_url(case))
        with count_statements() as counted:  # type: ignore[attr-defined]
            client.get(criterion_url(case))
        numbers.append(counted.number)
    assert numbers[0] == numbers[1]
