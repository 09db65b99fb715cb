"""The pages of contracts, per audience."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.agreements import price_queries, promise_queries
from contracts.agreements.models import Contract
from contracts.agreements.rules import OptionTerm
from portal import clock
from tests.factories.contracts import make_agreement, make_contract, make_quality_mark
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("session")
ClientAs = Callable[..., PageClient]

MANAGER = "contract@lansingerland.example"
TAALHUIS = "info@taalhuis-de-waterlinie.example"
PARTNER = "inkoop@zoetermeer.example"


@pytest.fixture
def contract(session: None) -> Contract:
    """A running contract with an option and a prestatieafspraak."""
    make_quality_mark()
    begin, end = clock.today() - timedelta(days=300), clock.today() + timedelta(days=330)
    option = OptionTerm(
        1, end + timedelta(days=1), end + timedelta(days=365), clock.today() + timedelta(days=100)
    )
    made = make_contract(
        starts_on=begin, ends_on=end, run_off_until=end + timedelta(days=90), options=[option]
    )
    make_agreement(made, norm=Decimal("0.85"))
    return made


def dmy(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def test_the_list_shows_sorts_filters_and_downloads(contract: Contract, client_as: ClientAs) -> None:
    client = client_as(MANAGER)
    page = client.get("/contracten?sorteer=titel")
    assert contract.number in page.row("Taalhuis de Waterlinie, B1-leerroute")
    assert contract.number not in client.get("/contracten?zoek=bestaat+niet").body
    assert contract.number not in client.get("/contracten?product=MAP&toestand=running").body
    assert contract.number in client.get("/contracten?product=B1&toestand=running").body
    assert client.get("/contracten/download").data.startswith(b"PK")


def test_the_page_says_until_when_and_what_to_decide(contract: Contract, client_as: ClientAs) -> None:
    page = client_as(MANAGER).get(f"/contracten/{contract.number}")
    assert page.h1 == contract.title
    assert "Beslis uiterlijk" in page.body
    assert "85%" in page.row("Aanwezigheid")
    assert "geldig, onbepaalde tijd" in page.row("Taalhuis de Waterlinie")


@pytest.mark.parametrize("email", [TAALHUIS, PARTNER, "financien@lansingerland.example"])
def test_who_takes_part_reads_and_sees_no_act(contract: Contract, client_as: ClientAs, email: str) -> None:
    page = client_as(email).get(f"/contracten/{contract.number}")
    assert page.status_code == 200
    assert "Instellingen wijzigen" not in page.body
    assert "Beslissen over verlenging" not in page.links


@pytest.mark.parametrize("email", ["info@route-delta.example", "regio@rotterdam.example"])
@pytest.mark.parametrize(
    "tail",
    ["", "/prestatieafspraken", "/prestatieafspraken/PA-01", "/artikelen", "/prijzen", "/aanmeldingen"],
)
def test_a_stranger_finds_nothing(contract: Contract, client_as: ClientAs, email: str, tail: str) -> None:
    assert client_as(email).get(f"/contracten/{contract.number}{tail}").status_code == 404


def test_a_partner_who_may_manage_elsewhere_reads_who_can(contract: Contract, client_as: ClientAs) -> None:
    page = client_as(PARTNER).get(f"/contracten/{contract.number}/instellingen")
    assert page.status_code == 403
    assert "contractmanager van Lansingerland" in page.body


def test_the_manager_extends(contract: Contract, client_as: ClientAs) -> None:
    client = client_as(MANAGER)
    form = client.get(f"/contracten/{contract.number}").click("Beslissen over verlenging")
    refused = form.submit()
    assert refused.status_code == 422
    assert refused.errors == ["Kies verlengen of niet verlengen."]
    done = form.submit(decision="exercise")
    assert "verlengd" in done.flash
    assert "Verlengd" in done.row("Optie tot verlenging 1")


def test_the_manager_changes_an_agreement_and_the_old_version_stays(
    contract: Contract, client_as: ClientAs
) -> None:
    client = client_as(MANAGER)
    form = client.get(f"/contracten/{contract.number}/prestatieafspraken/PA-01/wijzigen")
    wrong = form.submit(norm="185", valid_from="31-31-2026", written_source="")
    assert wrong.status_code == 422
    assert any("dag-maand-jaar" in sentence for sentence in wrong.errors)
    assert 'value="185"' in wrong.text
    too_high = form.submit(
        norm="185", valid_from=dmy(clock.today()), written_source="verslag gesprek, punt 3"
    )
    assert "De norm mag niet hoger zijn dan 100%." in too_high.errors
    done = form.submit(norm="88,5", valid_from=dmy(clock.today()), written_source="verslag gesprek, punt 3")
    assert "is gewijzigd" in done.flash
    assert "88,5%" in done.row("verslag gesprek, punt 3")
    assert "85%" in done.row("contract van de test")


def test_the_manager_adds_an_agreement(contract: Contract, client_as: ClientAs) -> None:
    form = client_as(MANAGER).get(f"/contracten/{contract.number}/prestatieafspraken/nieuw")
    done = form.submit(
        measure="dropout",
        norm="10",
        valid_from=dmy(clock.today()),
        written_source="verslag startgesprek, punt 4",
        parameter="",
    )
    assert "PA-02" in done.flash
    assert "lager is beter" in done.row("Voortijdige uitval")


def test_the_manager_changes_a_price(contract: Contract, client_as: ClientAs) -> None:
    line = price_queries.price_lines_of(contract, clock.today())[0].line
    form = client_as(MANAGER).get(f"/contracten/{contract.number}/prijzen/{line.id}/wijzigen")
    wrong = form.submit(rate="9.5.00", valid_from="", source="")
    assert wrong.status_code == 422
    assert len(wrong.errors) == 3
    later = clock.today() + timedelta(days=20)
    done = form.submit(rate="9.774,25", valid_from=dmy(later), source="indexering van 3,1%")
    assert "is gewijzigd" in done.flash
    assert "9.774,25" in done.row(dmy(later))


def test_a_draft_is_divided_into_phases_signed_and_ended(session: None, client_as: ClientAs) -> None:
    contract = make_contract(signed=False)
    number, line = contract.number, price_queries.price_lines_of(contract, contract.starts_on)[0].line
    client = client_as(MANAGER)
    phases = client.get(f"/contracten/{number}/prijzen/{line.id}/fasen")
    assert "samen 100%" in " ".join(phases.submit(start="50", halfway="30", finish="", diploma="").errors)
    assert "60%" in phases.submit(start="60", halfway="", finish="40", diploma="").row("Start van de lessen")
    signing = client.get(f"/contracten/{number}").click("Ondertekenen")
    assert signing.submit(on="morgen").status_code == 422
    assert "is getekend" in signing.submit(on=dmy(clock.today())).flash
    ending = client.get(f"/contracten/{number}/beeindigen")
    assert ending.submit(on=dmy(clock.today()), reason="kort").status_code == 422
    done = ending.submit(on=dmy(clock.today()), reason="De aanbieder stopt met de B1-leerroute.")
    assert "Beëindigd" in done.body


def test_settings_keep_what_was_typed_when_wrong(contract: Contract, client_as: ClientAs) -> None:
    form = client_as(MANAGER).get(f"/contracten/{contract.number}/instellingen")
    wrong = form.submit(lesson_free_months="augustus")
    assert wrong.status_code == 422
    assert "augustus" in wrong.text
    done = form.submit(lesson_free_months="7, 8")
    assert "juli, augustus" in done.body


def test_a_direct_contract_with_rotterdam(session: None, client_as: ClientAs) -> None:
    client = client_as(MANAGER)
    form = client.get("/contracten/nieuw")
    empty = form.submit()
    assert empty.status_code == 422
    assert "Vul de titel van het contract in." in empty.errors
    choices = {
        option.text_content(): option.get("value")
        for option in form.tree.xpath("//select[@name='organisation']/option")
    }
    boxes = {
        label.text_content(): box.get("value")
        for label, box in zip(
            form.tree.xpath("//fieldset[.//input[@name='municipalities']]//label"),
            form.tree.xpath("//input[@name='municipalities']"),
            strict=True,
        )
    }
    done = form.submit(
        title="Rotterdam, Onderwijsroute 2027",
        kind="between_municipalities",
        written_source="samenwerkingsovereenkomst van 1 oktober",
        organisation=choices["Rotterdam"],
        product="ONDERWIJS",
        municipalities=boxes["Lansingerland"],
        rate="17.000",
        ceiling="",
        starts_on="01-01-2027",
        last_referral_on="30-06-2028",
        ends_on="31-12-2028",
        run_off_until="31-12-2029",
    )
    assert "is vastgelegd als concept" in done.flash
    assert "doorbelasting" in done.body


def test_the_keurmerk_is_recorded(session: None, client_as: ClientAs) -> None:
    form = client_as(MANAGER).get("/keurmerken")
    assert form.submit(valid_from="1-1-2026", source="").status_code == 422
    done = form.submit(state="suspended", valid_from="1-1-2026", source="besluit 44 van Blik op Werk")
    assert "geschorst" in done.row("besluit 44")


def test_a_written_agreement_has_its_own_page(contract: Contract, client_as: ClientAs) -> None:
    page = client_as(TAALHUIS).get(f"/contracten/{contract.number}/prestatieafspraken/PA-01")
    assert page.h1 == "Aanwezigheid"
    assert "gevolgde lesuren" in page.body
    assert (
        client_as(TAALHUIS).get(f"/contracten/{contract.number}/prestatieafspraken/PA-99").status_code == 404
    )
    assert len(promise_queries.newest_versions(contract)) == 1


def test_mijn_werk_shows_the_draft_to_sign(session: None, client_as: ClientAs) -> None:
    contract = make_contract(signed=False)
    assert f"Contract ondertekenen: {contract.title}" in client_as(MANAGER).get("/mijn-werk").body
