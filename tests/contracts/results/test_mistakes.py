"""What goes wrong in a workbook of a provider, by hand in Excel: the cell is named, the mend is said, nothing is lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, time

import openpyxl
import pytest
from lxml import html
from openpyxl.worksheet.worksheet import Worksheet
from werkzeug.datastructures import FileStorage

from contracts.agreements.models import Contract
from contracts.trajectories.events_services import add_event
from contracts.trajectories.models import Trajectory
from contracts.trajectories.states import EventKind
from portal.db import db
from tests.factories.contracts import make_contract, make_quality_mark
from tests.factories.results import provider_of
from tests.factories.trajectories import make_trajectory
from tests.pages import Page, PageClient

PROVIDER = "info@taalhuis-de-waterlinie.example"
ClientAs = Callable[..., PageClient]
Change = Callable[[Worksheet], None]


@pytest.fixture
def running(session: None, frozen: Callable[[datetime], None]) -> Trajectory:
    """A trajectory that runs, with a row of its own (row 6), and one that starts in the month (row 7)."""
    frozen(datetime(2026, 11, 5, 9, tzinfo=UTC))
    make_quality_mark()
    contract = make_contract(starts_on=date(2026, 1, 1))
    first = make_trajectory(contract, referred_on=date(2026, 8, 3), started_on=date(2026, 8, 24))
    second = make_trajectory(contract, referred_on=date(2026, 9, 28), started_on=date(2026, 10, 12))
    first.number, second.number = "T-AAAA-2222", "T-BBBB-3333"
    db.session.flush()
    return first


def url(one: Trajectory, tail: str = "") -> str:
    return f"/maandrapportages/{contract_of(one).number}/2026-10{tail}"


def contract_of(one: Trajectory) -> Contract:
    return one.contract_party.contract


def filled(client: PageClient, one: Trajectory) -> openpyxl.Workbook:
    """Return the template with good hours on both rows."""
    book = openpyxl.load_workbook(io.BytesIO(client.raw("GET", url(one, "/sjabloon")).data))
    for row in (6, 7):
        for column, value in zip("GHIJ", (36, 30, 4, 2), strict=True):
            book["Deelnemers"][f"{column}{row}"] = value
    return book


def sent(client: PageClient, one: Trajectory, change: Change) -> Page:
    book = filled(client, one)
    change(book["Deelnemers"])
    out = io.BytesIO()
    book.save(out)
    return client.get(url(one)).submit(
        "Bestand controleren", file=FileStorage(io.BytesIO(out.getvalue()), "oktober.xlsx")
    )


def said(page: Page) -> list[tuple[str, str]]:
    """Return the errors on the page: which cell, and what is said about it."""
    tree = html.fromstring(page.text)
    return [
        (one.findtext("label") or "", "".join(one.xpath("./div[contains(@class, 'error')]//text()")).strip())
        for one in tree.xpath("//div[contains(@class, 'form-field--invalid')][label]")
    ]


def put(**cells: object) -> Change:
    def change(sheet: Worksheet) -> None:
        for address, value in cells.items():
            sheet[address] = value  # type: ignore[assignment]

    return change


def copied_row(sheet: Worksheet) -> None:
    for column in "ABCDEFGHIJKLMN":
        sheet[f"{column}8"] = sheet[f"{column}6"].value


def deleted_row(sheet: Worksheet) -> None:
    sheet.delete_rows(6)


@pytest.mark.parametrize(
    ("change", "cell", "message"),
    [
        (put(G6="zesendertig"), "G6", "‘zesendertig’ is geen getal."),
        (put(I6="n.v.t."), "I6", "‘n.v.t.’ is geen getal."),
        (put(I6="-"), "I6", "Een streepje is geen getal. Was er niets? Vul dan 0 in."),
        (put(G6="36.5"), "G6", "Gebruik een komma voor de decimalen: 36,5 in plaats van 36.5."),
        (put(H6="30 uur"), "H6", "Vul alleen het getal in: 30 in plaats van ‘30 uur’."),
        (put(H6=30.3333333), "H6", "Rond af op ten hoogste 3 cijfers achter de komma."),
        (put(H6=datetime(2026, 5, 3)), "H6", "Hier staat de datum 03-05-2026."),
        (put(H6="=1/0"), "H6", "De formule is nog niet uitgerekend."),
        (put(G6=800), "G6", "800 uur past niet in een maand."),
        (put(L7="12 oktober"), "L7", "Vul de datum in als dag-maand-jaar"),
        (put(L7=datetime(2026, 9, 12)), "L7", "De datum moet tussen 1 en 31 oktober 2026 liggen."),
        (put(A8="T-BBBB-3333", K8="Lezen gehaald", L8=datetime(2026, 10, 5)), "L8", "ligt voor de start op 12-10-2026"),
        (put(A8="Totaal", G8=72, H8=60), "A8", "maak het vak leeg om deze regel weg te laten"),
        (put(G9=72), "A9", "Vul het trajectnummer in"),
        (put(K6="Gestopt", L6=datetime(2026, 10, 20)), "M6", "Kies de reden van stoppen uit de lijst."),
        (copied_row, "G8", "heeft al uren op rij 6"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_once_at_its_cell(
    running: Trajectory, client_as: ClientAs, change: Change, cell: str, message: str
) -> None:
    errors = said(sent(client_as(PROVIDER), running, change))

    assert errors[0][0].startswith(f"Deelnemers, cel {cell}: ")
    assert message in errors[0][1]
    assert len(errors) == (4 if change is copied_row else 1)


def test_a_deleted_row_comes_back_as_fields_with_the_number_of_its_trajectory(
    running: Trajectory, client_as: ClientAs
) -> None:
    page = sent(client_as(PROVIDER), running, deleted_row)

    assert said(page)[0] == (
        "Niet in uw bestand: aangeboden uren van traject T-AAAA-2222",
        "Vul hier de aangeboden uren in, of zet de regel van dit traject terug in uw bestand.",
    )


@pytest.mark.parametrize("number", [" t-aaaa-2222 ", "T - AAAA - 2222", "T–AAAA–2222", "TAAAA2222", "T-AAAA-2222\u00a0"])
def test_a_trajectory_number_with_other_spaces_or_dashes_is_still_that_trajectory(
    running: Trajectory, client_as: ClientAs, number: str
) -> None:
    page = sent(client_as(PROVIDER), running, put(A6=number))

    assert "Klaar om in te dienen" in page.text


def test_a_renamed_sheet_and_an_inserted_column_are_read(running: Trajectory, client_as: ClientAs) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.title = "Blad1"
        sheet.insert_cols(7)

    assert "Klaar om in te dienen" in sent(client_as(PROVIDER), running, change).text


def test_a_changed_title_is_named_with_sheet_and_row(running: Trajectory, client_as: ClientAs) -> None:
    page = sent(client_as(PROVIDER), running, put(H5="Gevolgde uren"))

    assert page.status_code == 422
    assert "ontbreekt de kolom ‘Uren gevolgd’. Zet die titel terug op blad ‘Deelnemers’, rij 5." in page.text


def test_hours_typed_as_a_time_are_hours_with_a_comma(running: Trajectory, client_as: ClientAs) -> None:
    page = sent(client_as(PROVIDER), running, put(G6=time(12, 30), H6=time(6, 30)))

    assert not said(page)
    assert "12,5" in page.text


def test_an_event_with_a_date_that_cannot_be_read_is_not_also_called_missing(
    running: Trajectory, client_as: ClientAs
) -> None:
    errors = said(sent(client_as(PROVIDER), running, put(L7="2026.10.12.")))

    assert [cell for cell, _ in errors] == ["Deelnemers, cel L7: datum van de gebeurtenis van traject T-BBBB-3333"]


def test_hours_on_the_line_the_template_made_for_a_second_event_are_mended_on_the_page(
    running: Trajectory, client_as: ClientAs
) -> None:
    by = provider_of(contract_of(running))
    for part, day in (("reading", 14), ("listening", 15)):
        add_event(running, EventKind.EXAM_PASSED, date(2026, 10, day), by=by, part=part)
    provider = client_as(PROVIDER)
    sheet = filled(provider, running)["Deelnemers"]
    assert (sheet["A8"].value, sheet["K8"].value) == ("T-AAAA-2222", "Luisteren gehaald")
    assert sheet["G8"].protection.locked
    assert not sheet["K8"].protection.locked

    page = sent(provider, running, put(G8=4))
    [(cell, message)] = said(page)
    assert cell == "Deelnemers, cel G8: aangeboden uren van traject T-AAAA-2222"
    assert "De uren van dit traject horen bij elkaar op rij 6." in message
    ready = page.submit("Opnieuw controleren", **{"r2-offered": ""})
    assert "Klaar om in te dienen" in ready.text
    assert "Luisteren gehaald" in ready.text
