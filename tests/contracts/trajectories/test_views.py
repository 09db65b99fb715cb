"""The pages of aanmeldingen, per audience."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from contracts.agreements.models import Contract
from portal import audit, clock
from portal.db import db
from tests.factories.contracts import make_contract, make_quality_mark, product_of
from tests.factories.trajectories import make_trajectory
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("session")
ClientAs = Callable[..., PageClient]

REFERRER = "contract@lansingerland.example"
TAALHUIS = "info@taalhuis-de-waterlinie.example"


@pytest.fixture
def contract(session: None) -> Contract:
    """A running B1 contract."""
    make_quality_mark()
    return make_contract()


def dmy(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def test_a_referrer_refers_two_people_and_gets_their_numbers(contract: Contract, client_as: ClientAs) -> None:
    product, number = product_of(contract).id, contract.number
    form = client_as(REFERRER).get(f"/aanmeldingen/nieuw?contract={number}")
    done = form.submit(
        contract_product=str(product),
        number="2",
        target_group="asylum",
        pip_on=dmy(clock.today() - timedelta(days=12)),
        on=dmy(clock.today()),
    )
    assert done.flash.count("T-") == 2
    assert "eigen beveiligde weg" in done.flash
    assert done.body.count("Aangemeld") >= 2


def test_wrong_input_gets_a_sentence_at_the_field_and_is_kept(
    contract: Contract, client_as: ClientAs
) -> None:
    form = client_as(REFERRER).get("/aanmeldingen/nieuw")
    wrong = form.submit(
        number="twee", target_group=None, pip_on="gisteren", remark="bel 111222333", brought_hours="12,5"
    )
    assert wrong.status_code == 422
    assert "Kies de doelgroep." in wrong.errors
    assert any("dag-maand-jaar" in sentence for sentence in wrong.errors)
    assert "gisteren" in wrong.text
    bsn = form.submit(
        target_group="asylum", pip_on=dmy(clock.today()), number="1", remark="het gaat om 111222333"
    )
    assert bsn.status_code == 422
    assert any("burgerservicenummer" in sentence for sentence in bsn.errors)


def test_the_provider_answers_from_mijn_werk(contract: Contract, client_as: ClientAs) -> None:
    number = make_trajectory(contract).number
    client = client_as(TAALHUIS)
    form = client.get("/mijn-werk").click(f"Aanmelding beantwoorden: {number}")
    assert form.submit(on=dmy(clock.today())).errors == ["Kies wat er is gebeurd."]
    no_reason = form.submit(action="refuse", on=dmy(clock.today()))
    assert no_reason.errors == ["Kies de reden van het weigeren."]
    done = form.submit(action="accept", on=dmy(clock.today()))
    assert "Geaccepteerd" in done.body
    started = done.click("Stand wijzigen").submit(action="start", on=dmy(clock.today()))
    assert "Gestart" in started.body
    future = started.click("Stand wijzigen").submit(
        action="finish", on=dmy(clock.today() + timedelta(days=1))
    )
    assert "De datum mag niet in de toekomst liggen." in future.errors


def test_stopping_and_interrupting_ask_what_they_need(contract: Contract, client_as: ClientAs) -> None:
    one = make_trajectory(contract, started_on=clock.today() - timedelta(days=9)).number
    form = client_as(TAALHUIS).get(f"/aanmeldingen/{one}/stand")
    assert form.submit(action="stop", on=dmy(clock.today())).errors == ["Kies de reden van het stoppen."]
    interrupted = form.submit(
        action="interrupt", on=dmy(clock.today()), return_expected_on=dmy(clock.today() + timedelta(days=30))
    )
    assert "terug verwacht op" in interrupted.body


def test_the_municipality_moves_confirms_and_extends(contract: Contract, client_as: ClientAs) -> None:
    one = make_trajectory(contract, started_on=clock.today() - timedelta(days=60))
    number, old_end = one.number, one.term_ends_on
    provider, client = client_as(TAALHUIS), client_as(REFERRER)
    talk = provider.get(f"/aanmeldingen/{number}/gebeurtenis").submit(kind="map_talk", on=dmy(clock.today()))
    assert "voorlopig" in talk.flash
    assert "Bevestigen: eindgesprek MAP" in client.get("/mijn-werk").body
    confirmed = client.get(f"/aanmeldingen/{number}").submit(button="Bevestigen")
    assert "Bevestigd" in confirmed.flash
    longer = client.get(f"/aanmeldingen/{number}/termijn").submit(
        ends_on=dmy(old_end + timedelta(days=90)), decided_on=dmy(clock.today()), source="brief DUO 12"
    )
    assert "brief DUO 12" in longer.body
    form = client.get(f"/aanmeldingen/{number}/verhuizing")
    moved = form.submit(municipality="buiten", on=dmy(clock.today()))
    assert "einde zonder oordeel" in moved.body


@pytest.mark.parametrize("email", ["info@route-delta.example", "inkoop@zoetermeer.example"])
@pytest.mark.parametrize("tail", ["", "/gebeurtenis", "/stand", "/verhuizing"])
def test_somebody_elses_trajectory_is_not_there(
    contract: Contract, client_as: ClientAs, email: str, tail: str
) -> None:
    number = make_trajectory(contract).number
    page = client_as(email).get(f"/aanmeldingen/{number}{tail}")
    assert page.status_code in {403, 404}
    assert number not in page.body


def test_counts_per_municipality_are_for_all_who_take_part(contract: Contract, client_as: ClientAs) -> None:
    make_trajectory(contract)
    make_trajectory(contract, municipality="Zoetermeer")
    page = client_as("regio@pijnacker-nootdorp.example").get(f"/contracten/{contract.number}/aanmeldingen")
    assert page.row("Zoetermeer").startswith("Zoetermeer1")
    assert "T-" not in page.body


def test_a_download_leaves_a_trace(contract: Contract, client_as: ClientAs) -> None:
    make_trajectory(contract)
    found = client_as(REFERRER).get("/aanmeldingen/download")
    assert found.data.startswith(b"PK")
    assert audit.last().action == "trajectory:list:download"


def test_the_list_filters(contract: Contract, client_as: ClientAs) -> None:
    one = make_trajectory(contract).number
    two = make_trajectory(contract, started_on=clock.today() - timedelta(days=3)).number
    client = client_as(REFERRER)
    started = client.get("/aanmeldingen?toestand=started&sorteer=start").body
    assert two in started
    assert one not in started
    assert one in client.get(f"/aanmeldingen?zoek={one[2:6]}&contract={contract.number}").body
    assert two not in client.get("/aanmeldingen?product=Z").body


def test_without_a_contract_the_form_says_when_one_can_refer(session: None, client_as: ClientAs) -> None:
    assert "Er is nu geen contract" in client_as(REFERRER).get("/aanmeldingen/nieuw").body


def statements(page: Callable[[], object]) -> int:
    """Count the statements that one page needs."""
    seen: list[str] = []

    def count(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", count)
    page()
    event.remove(bind, "before_cursor_execute", count)
    return len(seen)


def test_the_number_of_statements_does_not_grow_with_the_rows(
    contract: Contract, client_as: ClientAs
) -> None:
    client = client_as(REFERRER)
    make_trajectory(contract)
    few = statements(lambda: client.get("/aanmeldingen"))
    for _ in range(8):
        make_trajectory(contract)
    assert statements(lambda: client.get("/aanmeldingen")) == few
