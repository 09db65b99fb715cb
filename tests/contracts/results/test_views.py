"""Monthly reports over HTTP: the workbook and back, the preview, the receipt, the judgement per row."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from contracts.agreements.models import Contract
from contracts.results.expected import expected_rows
from contracts.results.models import ReportVersion
from contracts.results.reading import STAMP
from contracts.results.states import ReportState
from portal.db import db
from portal.periods import Month
from tests.factories.contracts import make_agreement, make_contract, make_quality_mark
from tests.factories.results import MANAGER, make_case, submit
from tests.factories.trajectories import make_trajectory
from tests.pages import Page, PageClient

OCTOBER = Month(2026, 10)
PROVIDER = "info@taalhuis-de-waterlinie.example"
ClientAs = Callable[..., PageClient]


@pytest.fixture
def contract(session: None, frozen: Callable[[datetime], None]) -> Contract:
    frozen(datetime(2026, 11, 5, 9, tzinfo=UTC))
    make_quality_mark()
    made = make_contract(starts_on=date(2026, 1, 1))
    make_agreement(made, measure="qualified_teachers", norm=Decimal("0.8"))
    make_trajectory(made, referred_on=date(2026, 8, 3), started_on=date(2026, 8, 24))
    make_trajectory(
        made, municipality="Zoetermeer", referred_on=date(2026, 9, 28), started_on=date(2026, 10, 12)
    )
    return made


def url(contract: Contract, tail: str = "") -> str:
    return f"/maandrapportages/{contract.number}/2026-10{tail}"


def template(client: PageClient, contract: Contract) -> openpyxl.Workbook:
    response = client.raw("GET", url(contract, "/sjabloon"))
    return openpyxl.load_workbook(io.BytesIO(response.data))


def fill(book: openpyxl.Workbook, **hours: object) -> bytes:
    page = book["Deelnemers"]
    head = next(row for row in page.iter_rows() if row[0].value == "Trajectnummer")
    columns = {str(cell.value): index for index, cell in enumerate(head, start=1)}
    first = int(head[0].coordinate[1:]) + 1
    given = {
        "Uren aangeboden": 36,
        "Uren gevolgd": 30,
        "Verzuim met verlof": 4,
        "Verzuim zonder verlof": 2,
        **hours,
    }
    for row in range(first, first + 2):
        for title, value in given.items():
            page.cell(row, columns[title]).value = value  # type: ignore[assignment]
    if "Gemeld" in book.sheetnames:
        told = book["Gemeld"]
        line = next(row for row in told.iter_rows() if str(row[0].value).startswith("PA-"))
        line[4].value, line[5].value = 45, 50
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client: PageClient, contract: Contract, data: bytes, name: str = "oktober.xlsx") -> Page:
    page = client.get(url(contract))
    return page.submit("Bestand controleren", file=FileStorage(io.BytesIO(data), name))


def test_the_template_is_prefilled_protected_and_recognisable(
    contract: Contract, client_as: ClientAs
) -> None:
    book = template(client_as(PROVIDER), contract)
    page = book["Deelnemers"]
    texts = {str(cell.value) for row in page.iter_rows() for cell in row if cell.value}
    numbers = set(expected_rows(contract, make_case(contract, OCTOBER).party, OCTOBER))

    assert numbers <= texts
    assert "Gestart" in texts
    assert book.defined_names[STAMP].value == f'"{contract.number}|2026-10|1"'
    assert book["Keuzelijsten"].sheet_state == "veryHidden"
    assert page.protection.sheet
    assert page.data_validations.count >= 8


def test_a_good_workbook_goes_from_template_to_receipt_and_is_accepted(
    contract: Contract, client_as: ClientAs
) -> None:
    provider = client_as(PROVIDER)
    preview = upload(provider, contract, fill(template(provider, contract)))

    assert preview.h1 == "Maandrapportage oktober 2026, versie 1"
    assert "Klaar om in te dienen" in preview.text
    receipt = preview.submit("Maandrapportage indienen")
    assert receipt.h1 == "Maandrapportage oktober 2026 is ontvangen"
    assert "Ingediend op 5 november 2026 om 10:00:00 uur" in receipt.text

    manager = client_as(MANAGER)
    report = manager.get(url(contract))
    assert "Ingediend, wacht op uw oordeel" in report.text
    done = report.submit("Alle open regels goedkeuren")
    assert done.flash == "De open regels zijn goedgekeurd."
    assert "Goedgekeurd" in done.text


def test_a_wrong_cell_is_named_and_mended_on_the_page(contract: Contract, client_as: ClientAs) -> None:
    provider = client_as(PROVIDER)
    preview = upload(provider, contract, fill(template(provider, contract), **{"Uren gevolgd": 61}))

    assert "uw gegevens hebben 2 fouten" in preview.text
    assert "Meer uren gevolgd dan aangeboden" in preview.text
    assert "Deelnemers, cel H6: gevolgde uren van traject" in preview.text
    better = preview.submit("Opnieuw controleren", **{"r0-followed": "30", "r1-followed": "30"})
    assert "Klaar om in te dienen" in better.text


def test_the_own_workbook_comes_back_with_comments(contract: Contract, client_as: ClientAs) -> None:
    provider = client_as(PROVIDER)
    upload(provider, contract, fill(template(provider, contract), **{"Uren gevolgd": 61}))
    response = provider.raw("GET", url(contract, "/controle/bestand"))
    book = openpyxl.load_workbook(io.BytesIO(response.data))

    comment = book["Deelnemers"]["H6"].comment
    assert comment is not None
    assert "Gevolgd (61) is meer dan aangeboden (36)" in comment.text
    assert book["Fouten"]["C2"].value == "H6"
    assert "attachment" in response.headers["Content-Disposition"]


def test_a_workbook_of_another_month_is_refused_and_nothing_is_kept(
    contract: Contract, client_as: ClientAs
) -> None:
    provider = client_as(PROVIDER)
    book = template(provider, contract)
    book.defined_names[STAMP].value = f'"{contract.number}|2026-09|1"'
    page = upload(provider, contract, fill(book))

    assert page.status_code == 422
    assert "Dit is het bestand van september 2026" in page.text
    assert make_case(contract, OCTOBER).report is None


def test_a_workbook_of_another_contract_is_refused(contract: Contract, client_as: ClientAs) -> None:
    provider = client_as(PROVIDER)
    book = template(provider, contract)
    book.defined_names[STAMP].value = '"IB-2020-009|2026-10|1"'

    assert "contract IB-2020-009" in upload(provider, contract, fill(book)).text


def test_a_number_like_a_bsn_is_refused_with_its_cell_and_without_the_number(
    contract: Contract, client_as: ClientAs
) -> None:
    provider = client_as(PROVIDER)
    book = template(provider, contract)
    book["Deelnemers"]["N7"].value = "bel 111222333"
    page = upload(provider, contract, fill(book))

    assert page.status_code == 422
    assert "Deelnemers, cel N7" in page.text
    assert "111222333" not in page.text
    assert make_case(contract, OCTOBER).report is None


def test_a_csv_in_another_column_order_is_read(contract: Contract, client_as: ClientAs) -> None:
    provider = client_as(PROVIDER)
    known = expected_rows(contract, make_case(contract, OCTOBER).party, OCTOBER)
    lines = ["Uren gevolgd;Trajectnummer;Uren aangeboden;Verzuim zonder verlof;Gebeurtenis;Datum gebeurtenis"]
    for number, one in known.items():
        start = ";Gestart;12-10-2026" if one.known_events else ";;"
        lines.append(f"30,5;{number};36,5;6{start}")
    page = upload(provider, contract, "\r\n".join(lines).encode(), "oktober.csv")

    assert "Gemeld cijfer" in page.text
    assert "Meer uren" not in page.text
    ready = page.submit("Opnieuw controleren", **{"m0-numerator": "45", "m0-denominator": "50"})
    assert "Klaar om in te dienen" in ready.text


@pytest.mark.parametrize(
    ("data", "name", "part"),
    [
        (b"", "a.xlsx", "leeg"),
        (b"Traject;Uren", "a.xlsx", "lijkt op een tekstbestand"),
        (b"%PDF", "a.pdf", "xlsx, ods of csv"),
        (b"a;b\n1;2\n", "a.csv", "ontbreekt de kolom ‘Trajectnummer’"),
        (b"Trajectnummer;b\n1;2\n", "a.csv", "ontbreken de kolommen ‘Uren aangeboden’ en ‘Uren gevolgd’."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_the_field(
    contract: Contract, client_as: ClientAs, data: bytes, name: str, part: str
) -> None:
    page = upload(client_as(PROVIDER), contract, data, name)

    assert page.status_code == 422
    assert part in page.text


def test_the_screen_is_a_second_way(contract: Contract, client_as: ClientAs) -> None:
    provider = client_as(PROVIDER)
    screen = provider.get(url(contract)).submit("Op het scherm invullen")
    assert screen.h1 == "Op het scherm invullen, oktober 2026"
    typed = {f"r{n}-{name}": value for n in (0, 1) for name, value in
             (("offered", "36"), ("followed", "32,5"), ("leave", "3,5"), ("unexcused", "0"))}  # fmt: skip
    told = {"m0-numerator": "45", "m0-denominator": "50"}
    preview = screen.submit("Opslaan en controleren", **typed, **told)

    assert "Klaar om in te dienen" in preview.text


def test_a_bsn_typed_on_screen_is_refused_with_its_cell_and_not_kept(
    contract: Contract, client_as: ClientAs
) -> None:
    screen = client_as(PROVIDER).get(url(contract)).submit("Op het scherm invullen")
    page = screen.submit("Opslaan en controleren", **{"r0-offered": "36", "r0-remark": "dit is 123456782"})

    assert page.status_code == 422
    [said] = page.errors
    assert said.startswith("Bij ‘Opmerking van T-")
    assert "staat een getal dat een burgerservicenummer kan zijn" in said
    assert 'name="r0-remark" value="dit is 123456782"' in page.text
    assert "123456782" not in str(db.session.scalars(select(ReportVersion.draft)).all())


def test_a_bsn_in_an_answer_to_a_question_is_refused(contract: Contract, client_as: ClientAs) -> None:
    preview = client_as(PROVIDER).get(url(contract)).submit("Geen wijzigingen deze maand")
    page = preview.submit("Opnieuw controleren", **{"vraag-all-none": "Klopt, zie 123456782."})

    assert page.status_code == 422
    assert "Bij ‘Uw antwoord op een vraag’ staat een getal" in page.errors[0]
    assert "123456782" not in str(db.session.scalars(select(ReportVersion.draft)).all())


def test_no_changes_is_a_third_way_and_asks_about_a_month_without_lessons(
    contract: Contract, client_as: ClientAs
) -> None:
    preview = client_as(PROVIDER).get(url(contract)).submit("Geen wijzigingen deze maand")

    assert "Er staan geen lesuren in oktober 2026" in preview.text
    ready = preview.submit("Opnieuw controleren", **{"vraag-all-none": "Klopt, de docent was ziek."})
    assert "Klaar om in te dienen" in ready.text


def test_the_overview_shows_who_did_not_deliver(contract: Contract, client_as: ClientAs) -> None:
    submit(contract, OCTOBER, measures={"PA-01": (45, 50)}, accept=False)
    page = client_as(MANAGER).get("/maandrapportages")

    assert "Ingediend" in page.row("oktober 2026")
    assert "Te laat" in page.row("september 2026")


def test_a_correction_asks_for_a_reason_and_reaches_the_provider(
    contract: Contract, client_as: ClientAs
) -> None:
    submit(contract, OCTOBER, measures={"PA-01": (45, 50)}, accept=False)
    manager = client_as(MANAGER)
    number = next(iter(expected_rows(contract, make_case(contract, OCTOBER).party, OCTOBER)))
    form = manager.get(url(contract)).click(number).click("Correctie vragen")
    assert form.submit("Correctie vragen", reason="kort").status_code == 422
    personal = form.submit("Correctie vragen", reason="Deelnemer 123456782 staat niet op de lijst.")
    assert personal.status_code == 422
    assert "staat een getal dat een burgerservicenummer kan zijn" in personal.errors[0]
    done = form.submit("Correctie vragen", reason="De uren kloppen niet met de presentielijst.")

    assert done.flash.startswith(f"De correctie van traject {number} is gevraagd.")
    page = client_as(PROVIDER).get(url(contract))
    assert "Correctie gevraagd" in page.text
    assert "De uren kloppen niet met de presentielijst." in page.text


def test_a_participating_municipality_sees_its_own_rows_only(contract: Contract, client_as: ClientAs) -> None:
    submit(contract, OCTOBER, measures={"PA-01": (45, 50)})
    page = client_as("financien@zoetermeer.example").get(url(contract))

    assert "Zoetermeer" in page.text
    assert "U ziet de regels van uw eigen gemeente" in page.text
    assert "1\u00a0traject" in page.text


@pytest.mark.parametrize("tail", ["", "/sjabloon", "/controle", "/download", "/ontvangst", "/scherm"])
def test_another_provider_finds_nothing(contract: Contract, client_as: ClientAs, tail: str) -> None:
    submit(contract, OCTOBER, measures={"PA-01": (45, 50)})

    assert client_as("info@route-delta.example").raw("GET", url(contract, tail)).status_code == 404


def test_a_month_that_does_not_exist_is_not_found(contract: Contract, client_as: ClientAs) -> None:
    for month in ("2026-13", "2020-01", "november", "2027-05"):
        path = f"/maandrapportages/{contract.number}/{month}"
        assert client_as(PROVIDER).raw("GET", path).status_code == 404


def test_the_check_command_prints_the_verdict_and_writes_nothing(
    contract: Contract, app: Flask, client_as: ClientAs, tmp_path: Path
) -> None:
    provider = client_as(PROVIDER)
    file = tmp_path / "oktober.xlsx"
    file.write_bytes(fill(template(provider, contract), **{"Uren gevolgd": 61}))
    arguments = ["results", "check", str(file), "--contract", contract.number, "--month", "2026-10", "--json"]
    db.session.flush()
    result = app.test_cli_runner().invoke(args=arguments)
    outcome = json.loads(result.output)

    assert (result.exit_code, outcome["verdict"]) == (1, "ongeldig")
    assert {(error["sheet"], error["cell"]) for error in outcome["errors"]} == {
        ("Deelnemers", "H6"),
        ("Deelnemers", "H7"),
    }
    assert make_case(contract, OCTOBER).report is None


def test_the_check_command_counts_in_dutch_and_names_a_missing_file(
    contract: Contract, app: Flask, client_as: ClientAs, tmp_path: Path
) -> None:
    file = tmp_path / "oktober.xlsx"
    arguments = ["results", "check", str(file), "--contract", contract.number, "--month", "2026-10"]
    missing = app.test_cli_runner().invoke(args=arguments)
    assert "oktober.xlsx is er niet of kan niet worden gelezen" in missing.output
    assert "ongeldig: 0 regels, 1 fout\n" in missing.output


def test_a_page_of_many_rows_asks_no_more_statements(
    contract: Contract, client_as: ClientAs, count_statements: Callable[[], object]
) -> None:
    for _ in range(8):
        make_trajectory(contract, referred_on=date(2026, 8, 3), started_on=date(2026, 8, 24))
    report = submit(contract, OCTOBER, measures={"PA-01": (45, 50)}, accept=False)
    assert report.state is ReportState.SUBMITTED
    client = client_as(MANAGER)
    client.get(url(contract))
    with count_statements() as counted:  # type: ignore[attr-defined]
        client.get(url(contract))

    assert counted.number <= 40
