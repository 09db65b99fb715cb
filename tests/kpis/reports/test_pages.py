"""The council report, the overview and the quarterly sheet over HTTP."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import openpyxl
import pytest

from contracts.agreements.models import Contract
from portal import audit
from tests.factories.results import MANAGER
from tests.factories.scorecards import judged_contract, make_card
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]
Freeze = Callable[[datetime], None]
PROVIDER = "info@taalhuis-de-waterlinie.example"


@pytest.fixture
def contract(session: None, frozen: Freeze) -> Contract:
    frozen(datetime(2026, 10, 22, 9, tzinfo=UTC))
    made = judged_contract(people=14)  # five, five and four per municipality
    make_card(made)
    return made


def test_the_council_sees_no_small_number_and_none_that_tells_one(contract: Contract, client_as: ClientAs) -> None:
    page = client_as(MANAGER).get("/raadsrapportage/2026")

    row = page.row("Zoetermeer")
    assert "< 5" in row
    assert "4" not in row.replace("< 5", "")
    assert page.text.count("niet getoond") > 1


def test_an_edition_is_kept_as_excel_and_pdf_without_the_hidden_numbers(
    contract: Contract, client_as: ClientAs
) -> None:
    done = client_as(MANAGER).get("/raadsrapportage/2026").submit("Editie bewaren")
    assert done.flash == "De editie is bewaard, als Excel en als pdf."
    assert audit.last().action == "report:council:publish"
    book = openpyxl.load_workbook(io.BytesIO(client_as(MANAGER).get("/raadsrapportage/2026/1/excel").data))
    cells = {row[0]: row[1] for row in book["Instroom per leerroute"].iter_rows(values_only=True) if row[0]}

    assert cells["Zoetermeer"] == "< 5"
    assert client_as(MANAGER).get("/raadsrapportage/2026/1/pdf").data.startswith(b"%PDF")
    assert client_as("financien@zoetermeer.example").get("/raadsrapportage/2026/1/pdf").status_code == 404


@pytest.mark.parametrize("path", ["/raadsrapportage/2019", "/raadsrapportage/2030", "/raadsrapportage/2026/7/pdf"])
def test_a_year_or_edition_that_is_not_there_is_not_found(
    contract: Contract, client_as: ClientAs, path: str
) -> None:
    assert client_as(MANAGER).get(path).status_code == 404


def test_a_provider_sees_no_council_report(contract: Contract, client_as: ClientAs) -> None:
    assert client_as(PROVIDER).get("/raadsrapportage/2026").status_code == 403


def test_the_overview_compares_nothing_below_thirty(contract: Contract, client_as: ClientAs) -> None:
    page = client_as(MANAGER).get("/scorecards/overzicht")

    row = page.row(contract.number)
    assert "1.890 van 2.520" in row
    assert "75,0%" not in row
    assert "dan zegt een verschil niets" in page.text
    assert "geen ranglijst" in page.text


def test_the_quarterly_sheet_speaks_the_words_of_the_statistics_and_leaves_a_trace(
    contract: Contract, client_as: ClientAs
) -> None:
    path = f"/contracten/{contract.number}/kwartaallevering/2026-k3"
    sheet = openpyxl.load_workbook(io.BytesIO(client_as(PROVIDER).get(path).data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    head = next(index for index, row in enumerate(rows) if row[0] == "Trajectnummer")

    assert "Start inburgeringstermijn" in rows[head]
    first = dict(zip(rows[head], rows[head + 1], strict=True))
    assert (first["Aangeboden uren in het kwartaal"], first["Gevolgde uren in het kwartaal"]) == (108, 81)
    assert len(str(first["Gemeentecode (CBS)"])) == 4
    assert len([row for row in rows[head + 1 :] if row[0]]) == 14
    assert audit.last().action == "report:sheet:download"
    assert client_as("info@route-delta.example").get(path).status_code == 404
    assert client_as(PROVIDER).get(path.replace("2026-k3", "2027-k3")).status_code == 404
    assert client_as(PROVIDER).get(path.replace("2026-k3", "kwartaal")).status_code == 404
