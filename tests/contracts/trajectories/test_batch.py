"""Many aanmeldingen at once: the template round, every wrong cell named, all or none."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from contracts.agreements.models import Contract
from contracts.trajectories import batch_services, queries
from contracts.trajectories.batch_reading import Row, from_json, read_rows, to_json
from contracts.trajectories.states import TrajectoryState
from portal import audit, clock
from portal.access import Viewer
from portal.accounts.queries import viewer_by_email
from portal.errors import NotFound, Refused
from portal.sheets import SheetRefused
from portal.tables import Column, Sheet, workbook
from tests.factories import catalogue
from tests.factories.contracts import make_contract, make_quality_mark
from tests.pages import PageClient

REFERRER = "contract@lansingerland.example"
ClientAs = Callable[..., PageClient]
HEADS = (
    "Contract", "Product", "Doelgroep", "Datum PIP", "Aanmelddatum", "Ingebrachte lesuren",
    "Waar komen die vandaan?", "Opmerking voor de aanbieder",
)  # fmt: skip
TODAY = date(2026, 11, 25)


def file_of(*rows: list[Any], heads: tuple[str, ...] = HEADS) -> bytes:
    cells = [[str(one) if one else "" for one in row] for row in rows]
    return workbook([Sheet("Aanmeldingen", [Column(title) for title in heads], cells)])


def line(contract: str = "IB-2026-001", **changed: Any) -> list[Any]:
    values = dict.fromkeys(HEADS, "") | {"Contract": contract, "Doelgroep": "asielstatushouder", "Datum PIP": "12-11-2026"}
    return [(values | changed)[title] for title in HEADS]


def test_a_row_is_read_with_its_line_and_cells() -> None:
    rows, errors = read_rows(file_of(line(), line(**{"Ingebrachte lesuren": "7,5"})), "lijst.xlsx", today=TODAY)
    assert not errors
    assert [(row.pip_on, row.on) for row in rows] == [("2026-11-12", "2026-11-25")] * 2
    assert [row.hours for row in rows] == ["0", "7.5"]
    assert from_json(to_json(rows)) == rows


@pytest.mark.parametrize(
    ("changed", "column", "words"),
    [
        ({"Contract": ""}, "A", "nummer van het contract"),
        ({"Doelgroep": "iedereen"}, "C", "Kies "),
        ({"Datum PIP": ""}, "D", "datum van het PIP"),
        ({"Datum PIP": "31-11-2026"}, "D", "dag-maand-jaar"),
        ({"Aanmelddatum": "morgen"}, "E", "dag-maand-jaar"),
        ({"Ingebrachte lesuren": "veel"}, "F", "aantal uren"),
        ({"Opmerking voor de aanbieder": "x" * 1001}, "H", "ten hoogste 1000"),
    ],
)
def test_what_is_wrong_is_named_by_its_cell(changed: dict[str, Any], column: str, words: str) -> None:
    rows, errors = read_rows(file_of(line(), line(**changed)), "lijst.xlsx", today=TODAY)
    assert [(one.cell, words in one.message) for one in errors] == [(f"{column}{rows[1].line}", True)]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "lijst.xlsx", "leeg"),
        (b"Contract;Doelgroep\nx;y\n", "lijst.csv", "Gebruik het sjabloon"),
        (file_of(), "lijst.xlsx", "geen enkele aanmelding"),
        (file_of(line(**{"Opmerking voor de aanbieder": "zie 111222333"})), "lijst.xlsx", "burgerservicenummer"),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(data: bytes, name: str, words: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        read_rows(data, name, today=TODAY)
    assert words in refused.value.message
    assert "111222333" not in refused.value.message


@pytest.fixture
def contract(session: None) -> Contract:
    """A running B1 contract."""
    make_quality_mark()
    return make_contract()


def referrer() -> Viewer:
    return viewer_by_email(REFERRER)


def pip() -> str:
    return f"{clock.today() - timedelta(days=20):%d-%m-%Y}"


def kept(contract: Contract, number: int = 3) -> Any:
    data = file_of(*[line(contract.number, **{"Datum PIP": pip()}) for _ in range(number)])
    rows, errors = read_rows(data, "lijst.xlsx", today=clock.today())
    place = catalogue.municipality("Lansingerland")
    assert not errors + batch_services.judged(rows, place, referrer())
    return batch_services.keep_batch(rows, place, data=data, file_name="lijst.xlsx", by=referrer())


def test_a_workbook_that_waits_stands_on_mijn_werk(contract: Contract, client_as: ClientAs) -> None:
    kept(contract)
    assert "Aanmeldingen uit een bestand bevestigen" in client_as(REFERRER).get("/mijn-werk").body
    assert "uit een bestand bevestigen" not in client_as("inkoop@zoetermeer.example").get("/mijn-werk").body


def test_saying_yes_refers_everyone_and_gives_each_row_its_number(contract: Contract) -> None:
    batch = kept(contract)
    rows = batch_services.confirm_batch(batch, by=referrer())
    numbers = [row.number for row in from_json(batch.rows)]
    assert len(set(numbers)) == 3
    assert [row.number for row in rows] == numbers
    assert {queries.trajectory_for(referrer(), one).state for one in numbers} == {TrajectoryState.REFERRED}
    assert audit.last().action == "trajectory:list:refer"
    with pytest.raises(Refused):
        batch_services.confirm_batch(batch, by=referrer())
    with pytest.raises(Refused) as refused:
        kept(contract)
    assert "al aangemeld" in refused.value.message


def test_a_row_that_the_contract_refuses_by_now_stops_all(contract: Contract) -> None:
    batch = kept(contract)
    contract.last_referral_on = clock.today() - timedelta(days=1)
    with pytest.raises(Refused) as refused:
        batch_services.confirm_batch(batch, by=referrer())
    assert "Cel A" in refused.value.message
    assert not queries.all_of(queries.contract_trajectories(contract))


def test_rules_are_told_at_the_cell_they_are_about(contract: Contract) -> None:
    late = f"{clock.today() + timedelta(days=2):%d-%m-%Y}"
    brought = {"Datum PIP": pip(), "Aanmelddatum": pip(), "Ingebrachte lesuren": "40"}
    data = file_of(line("IB-1999-001"), line(contract.number, **brought), line(contract.number, **{"Datum PIP": late}))
    rows, errors = read_rows(data, "lijst.xlsx", today=clock.today())
    assert not errors
    found = batch_services.judged(rows, catalogue.municipality("Lansingerland"), referrer())
    assert [one.cell[0] for one in found] == ["A", "G", "D"]


def test_a_workbook_of_another_municipality_is_not_found(contract: Contract) -> None:
    batch = kept(contract)
    with pytest.raises(NotFound):
        batch_services.batch_for(viewer_by_email("inkoop@zoetermeer.example"), batch.id)


def test_the_template_comes_back_filled_and_is_referred(contract: Contract, client_as: ClientAs) -> None:
    client = client_as(REFERRER)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/aanmeldingen/bestand/sjabloon").data))
    sheet = book["Aanmeldingen"]
    head = int(next(row for row in sheet.iter_rows() if row[0].value == "Contract")[0].row or 0)
    for step in (1, 2):
        sheet.cell(head + step, 1, contract.number)
        sheet.cell(head + step, 3, "asielstatushouder")
        sheet.cell(head + step, 4, clock.today() - timedelta(days=20))
    sheet.cell(head + 2, 3, "iets anders")
    bad, good = io.BytesIO(), io.BytesIO()
    book.save(bad)
    sheet.cell(head + 2, 3, "asielstatushouder")
    book.save(good)
    upload = client.get("/aanmeldingen/bestand")
    wrong = upload.submit(file=(io.BytesIO(bad.getvalue()), "lijst.xlsx"))
    assert wrong.status_code == 422
    assert "Kies " in wrong.row(f"C{head + 2}")
    preview = upload.submit(file=(io.BytesIO(good.getvalue()), "lijst.xlsx"))
    assert "2 deelnemers uit een bestand" in preview.h1.replace("\xa0", " ")
    done = preview.submit("Alle rijen aanmelden")
    assert "Iedereen is aangemeld" in done.flash
    assert "T-" in done.row(str(head + 1))


def test_the_plain_row_has_its_defaults() -> None:
    assert Row(3).hours == "0"
