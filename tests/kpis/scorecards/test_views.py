"""Scorecards over HTTP, for the contract manager, the provider and a participating municipality."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, time

import openpyxl
import pytest

from contracts.agreements.models import Contract
from tests.factories.results import MANAGER
from tests.factories.scorecards import after_response_term, card_case, judged_contract, make_card
from tests.pages import PageClient

PROVIDER = "info@taalhuis-de-waterlinie.example"
TEXT = "De avondgroep verhuisde in augustus naar een ander gebouw."
ClientAs = Callable[..., PageClient]
Freeze = Callable[[datetime], None]


@pytest.fixture
def contract(session: None, frozen: Freeze) -> Contract:
    frozen(datetime(2026, 10, 22, 9, tzinfo=UTC))
    made = judged_contract()
    make_card(made)
    return made


def url(contract: Contract, tail: str = "") -> str:
    return f"/scorecards/{contract.number}/2026-k3{tail}"


def test_the_scorecard_shows_norm_counts_state_and_trend(contract: Contract, client_as: ClientAs) -> None:
    page = client_as(MANAGER).get(url(contract))
    row = page.row("Aanwezigheid")

    assert page.h1 == "Scorecard Taalhuis de Waterlinie, derde kwartaal 2026"
    for part in ("85%", "75,0%", "1.620 van 2.160", "10,0 punt onder norm", "Onder norm", "kleine aantallen"):
        assert part in row
    in_time = page.row("Maandrapportage op tijd")
    for part in ("–", "0 van 5", "Niet getoond: minder dan 10", "Geen oordeel", "minder dan 10 waarnemingen"):
        assert part in in_time
    assert "Mei 2026 tot en met september 2026" in page.text


def test_from_a_figure_to_its_rows_and_their_report_in_two_clicks(
    contract: Contract, client_as: ClientAs
) -> None:
    manager = client_as(MANAGER)
    detail = manager.get(url(contract)).click("Aanwezigheid")
    assert "1.620 ÷ 2.160" in detail.text
    assert "−10,00 punt" in detail.text
    rows = detail.click("Alle regels")
    assert "60\u00a0regels, geteld en niet geteld" in rows.text
    number = next(text for text in rows.links if text.startswith("T-"))
    row = rows.click(number)
    assert "Waar deze regel in meetelt" in row.text


def test_the_months_and_municipalities_stand_in_tables(contract: Contract, client_as: ClientAs) -> None:
    page = client_as(MANAGER).get(url(contract, "/PA-01"))

    assert "75,0%" in page.row("september 2026")
    assert "540" in page.row("Zoetermeer")
    assert "Bijna op norm loopt tot en met 76,50%" in page.text


def test_the_provider_explains_and_the_manager_reads_it(contract: Contract, client_as: ClientAs) -> None:
    form = client_as(PROVIDER).get(url(contract, "/PA-01")).click("Reageren")
    assert form.submit("Reactie versturen", text="kort").status_code == 422
    done = form.submit("Reactie versturen", text=TEXT)

    assert done.flash == "Uw reactie is verstuurd. De contractmanager heeft bericht gekregen."
    page = client_as(MANAGER).get(url(contract))
    assert TEXT in page.text
    assert "1 toelichting" in page.row("Aanwezigheid")


def test_a_disputed_figure_is_marked_and_decided(contract: Contract, client_as: ClientAs) -> None:
    form = client_as(PROVIDER).get(url(contract, "/PA-01/reageren"))
    assert (
        "Kies waarom u het cijfer betwist."
        in form.submit("Reactie versturen", kind="dispute", text=TEXT).text
    )
    form.submit("Reactie versturen", kind="dispute", ground="count", text=TEXT)
    manager = client_as(MANAGER)
    assert "Cijfer betwist" in manager.get(url(contract)).row("Aanwezigheid")
    judged = manager.get(url(contract, "/PA-01")).click("Beoordelen")
    done = judged.submit(
        "Oordeel vastleggen",
        verdict="deviates",
        state="near",
        reason="Een deel van de uren viel door brand uit.",
    )

    assert done.flash == "Uw oordeel over PA-01 is vastgelegd."
    row = manager.get(url(contract)).row("Aanwezigheid")
    assert "Bijna op norm" in row
    assert "afwijkend oordeel" in row


def test_mijn_werk_asks_to_fix_only_when_nothing_is_waited_for(
    contract: Contract, client_as: ClientAs, frozen: Freeze
) -> None:
    card_case(contract).lines[0].agreement_version.waiting_weeks = 10
    task, term = "Scorecard van het derde kwartaal 2026 vaststellen", "derde kwartaal 2026: vaststellen kan vanaf"

    frozen(datetime(2026, 12, 1, 9, tzinfo=UTC))
    waiting = client_as(MANAGER).get("/mijn-werk")
    assert task not in waiting.body
    assert term in waiting.body
    assert "10 dec" in waiting.body

    frozen(datetime(2026, 12, 10, 9, tzinfo=UTC))
    manager = client_as(MANAGER)
    ready = manager.get("/mijn-werk")
    assert task in ready.body
    assert term not in ready.body
    assert "Klaar om vast te stellen" in manager.get(url(contract)).text


def test_mijn_werk_asks_to_decide_a_dispute_first(contract: Contract, client_as: ClientAs, frozen: Freeze) -> None:
    form = client_as(PROVIDER).get(url(contract, "/PA-01/reageren"))
    form.submit("Reactie versturen", kind="dispute", ground="count", text=TEXT)
    frozen(datetime.combine(after_response_term(card_case(contract).card), time(9), UTC))
    manager = client_as(MANAGER)

    assert "Beslissen over een betwist cijfer" in manager.get("/mijn-werk").body
    assert "vaststellen" not in manager.get("/mijn-werk").body
    done = manager.get(url(contract, "/PA-01")).click("Beoordelen").submit(
        "Oordeel vastleggen", verdict="as_computed", state="under", reason="De telling klopt met de rijen."
    )
    assert done.flash == "Uw oordeel over PA-01 is vastgelegd.", done.errors
    assert "Scorecard van het derde kwartaal 2026 vaststellen" in manager.get("/mijn-werk").body


def test_fixing_freezes_the_scorecard(contract: Contract, client_as: ClientAs, frozen: Freeze) -> None:
    day = after_response_term(card_case(contract).card)
    frozen(datetime.combine(day, time(9), UTC))
    manager = client_as(MANAGER)
    page = manager.get(url(contract))
    assert "Klaar om vast te stellen" in page.text
    done = page.submit("Scorecard vaststellen")

    assert done.flash == "De scorecard van het derde kwartaal 2026 is vastgesteld."
    assert "Deze cijfers veranderen niet meer" in done.text
    again = done.submit("Opnieuw berekenen")
    assert again.flash == "De cijfers zijn niet veranderd."


def test_the_download_has_numbers_as_numbers(contract: Contract, client_as: ClientAs) -> None:
    response = client_as(MANAGER).raw("GET", url(contract, "/download"))
    page = openpyxl.load_workbook(io.BytesIO(response.data))["Scorecard"]
    values = [[cell.value for cell in row] for row in page.iter_rows()]
    line = next(row for row in values if row[0] == "PA-01")

    assert line[5:8] == [1620, 2160, 12]


def test_a_participating_municipality_reads_along_and_sees_its_own_rows(
    contract: Contract, client_as: ClientAs
) -> None:
    page = client_as("regio@pijnacker-nootdorp.example").get(url(contract, "/PA-01/regels"))

    assert "20\u00a0regels" in page.text
    assert client_as("regio@pijnacker-nootdorp.example").raw(
        "POST", url(contract, "/vaststellen")
    ).status_code in (400, 403)


@pytest.mark.parametrize("tail", ["", "/download", "/PA-01", "/PA-01/regels", "/PA-01/reageren"])
def test_another_provider_finds_nothing(contract: Contract, client_as: ClientAs, tail: str) -> None:
    assert client_as("info@route-delta.example").raw("GET", url(contract, tail)).status_code == 404


def test_what_does_not_exist_is_not_found(contract: Contract, client_as: ClientAs) -> None:
    manager = client_as(MANAGER)
    for tail in ("/PA-99", "?versie=9"):
        assert manager.raw("GET", url(contract, tail)).status_code == 404
    assert manager.raw("GET", f"/scorecards/{contract.number}/2026-k9").status_code == 404


def test_the_list_shows_each_scorecard_with_its_tally(contract: Contract, client_as: ClientAs) -> None:
    page = client_as(MANAGER).get("/scorecards")

    assert "1 onder norm" in page.row("Derde kwartaal 2026")


def test_the_scorecard_asks_a_fixed_number_of_statements(
    contract: Contract, client_as: ClientAs, count_statements: Callable[[], object]
) -> None:
    client = client_as(MANAGER)
    client.get(url(contract))
    with count_statements() as counted:  # type: ignore[attr-defined]
        client.get(url(contract))

    assert counted.number <= 40


def test_the_scorecard_prints_on_two_sheets_and_draws_in_excel(contract: Contract, client_as: ClientAs) -> None:
    page = client_as(MANAGER).get(url(contract))
    paper = page.click("Afdruk")

    assert paper.data.startswith(b"%PDF")
    assert paper.data.count(b"/Type /Page\n") + paper.data.count(b"/Type/Page/") in (0, 2)
    archive = zipfile.ZipFile(io.BytesIO(page.click("Download als Excel").data))
    charts = sorted(name for name in archive.namelist() if name.startswith("xl/charts/chart"))
    assert len(charts) == 2
    assert b"Aanwezigheid" in archive.read("xl/sharedStrings.xml")
    assert client_as("info@route-delta.example").get(url(contract, "/afdruk")).status_code == 404
