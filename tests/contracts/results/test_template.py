"""The prefilled workbook of a second version: what was sent stands in it, with the question beside it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from werkzeug.datastructures import FileStorage

from contracts.agreements.models import Contract
from contracts.results import queries, review_services
from contracts.results.states import Acceptance
from portal.db import db
from portal.periods import Month
from tests.factories.contracts import make_agreement, make_contract, make_quality_mark
from tests.factories.results import line, make_case, manager, submit
from tests.factories.trajectories import make_trajectory
from tests.pages import Page, PageClient

OCTOBER = Month(2026, 10)
PROVIDER = "info@taalhuis-de-waterlinie.example"
QUESTION = "De uren kloppen niet met de presentielijst."
ClientAs = Callable[..., PageClient]


@pytest.fixture
def contract(session: None, frozen: Callable[[datetime], None]) -> Contract:
    """A month that was sent with an exam and a remark; the second row is asked about, the first accepted."""
    frozen(datetime(2026, 11, 5, 9, tzinfo=UTC))
    make_quality_mark()
    made = make_contract(starts_on=date(2026, 1, 1))
    make_agreement(made, measure="qualified_teachers", norm=Decimal("0.8"))
    for _ in range(2):
        make_trajectory(made, referred_on=date(2026, 8, 3), started_on=date(2026, 8, 24))
    second, first = numbers(made)
    sent = [
        line(first, followed="28,5", leave="5,5", event="Lezen gehaald", on="14-10-2026", remark="Was veel ziek."),
        line(second, followed="31", leave="3"),
    ]
    submit(made, OCTOBER, sent, measures={"PA-01": (45, 50)}, accept=False)
    other, one = queries.current_rows(make_case(made, OCTOBER).report)  # type: ignore[arg-type]
    review_services.ask_correction(make_case(made, OCTOBER, manager()), one, reason=QUESTION, by=manager())
    review_services.accept_rows(make_case(made, OCTOBER, manager()), [other.id], by=manager())
    return made


def numbers(contract: Contract) -> list[str]:
    from contracts.results.expected import expected_rows

    return list(expected_rows(contract, make_case(contract, OCTOBER).party, OCTOBER))


def url(contract: Contract, tail: str = "") -> str:
    return f"/maandrapportages/{contract.number}/2026-10{tail}"


def template(client: PageClient, contract: Contract) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(client.raw("GET", url(contract, "/sjabloon")).data))


def lines(book: openpyxl.Workbook, sheet: str = "Deelnemers", first: str = "Trajectnummer") -> dict[str, dict[str, Any]]:
    """Return the cells of each line by the number in its first column, by title."""
    rows = list(book[sheet].iter_rows())
    head = next(n for n, row in enumerate(rows) if row[0].value == first)
    titles = [str(cell.value) for cell in rows[head]]
    return {str(row[0].value): dict(zip(titles, row, strict=True)) for row in rows[head + 1 :] if row[0].value}


def upload(client: PageClient, contract: Contract, book: openpyxl.Workbook) -> Page:
    out = io.BytesIO()
    book.save(out)
    page = client.get(url(contract))
    return page.submit("Bestand controleren", file=FileStorage(io.BytesIO(out.getvalue()), "oktober.xlsx"))


def test_the_workbook_of_a_second_version_holds_all_that_was_sent(contract: Contract, client_as: ClientAs) -> None:
    second, first = numbers(contract)
    book = template(client_as(PROVIDER), contract)
    found = lines(book)
    hours = ("Uren aangeboden", "Uren gevolgd", "Verzuim met verlof", "Verzuim zonder verlof")

    assert [found[first][title].value for title in hours] == [36, 28.5, 5.5, 2]
    assert [found[second][title].value for title in hours] == [36, 31, 3, 2]
    assert found[first]["Gebeurtenis"].value == "Lezen gehaald"
    assert found[first]["Datum gebeurtenis"].value == datetime(2026, 10, 14)
    assert "Was veel ziek." in found[first]["Opmerking"].value
    told = lines(book, "Gemeld", "Code")["PA-01"]
    assert (told["Teller"].value, told["Noemer"].value) == (45, 50)


def test_the_row_in_question_stands_first_with_the_question_and_the_accepted_row_is_recognisable(
    contract: Contract, client_as: ClientAs
) -> None:
    second, first = numbers(contract)
    found = lines(template(client_as(PROVIDER), contract))
    hours = "Uren gevolgd"

    assert list(found) == [first, second]
    assert found[first]["Beoordeling"].value == "Correctie gevraagd"
    assert found[first]["Vraag van de contractmanager"].value == QUESTION
    assert found[second]["Beoordeling"].value == "Goedgekeurd"
    assert found[second]["Vraag van de contractmanager"].value is None
    assert found[first][hours].fill.fgColor.rgb != found[second][hours].fill.fgColor.rgb
    assert not found[second][hours].protection.locked


def test_what_is_sent_back_unchanged_changes_nothing(contract: Contract, client_as: ClientAs) -> None:
    provider = client_as(PROVIDER)
    preview = upload(provider, contract, template(provider, contract))

    assert "0 van 2 regels veranderen" in preview.text


def test_one_mended_cell_answers_the_question_and_leaves_the_accepted_row(
    contract: Contract, client_as: ClientAs
) -> None:
    provider = client_as(PROVIDER)
    second, first = numbers(contract)
    book = template(provider, contract)
    found = lines(book)
    found[first]["Uren gevolgd"].value, found[first]["Verzuim met verlof"].value = 30, 4
    preview = upload(provider, contract, book)
    assert "1 van 2 regels veranderen" in preview.text
    preview.submit("Maandrapportage indienen")

    db.session.expire_all()
    report = make_case(contract, OCTOBER).report
    assert report is not None
    now = {row.trajectory.number: row for row in queries.current_rows(report)}
    assert now[first].hours_followed == 30
    assert [event.kind.label for event in now[first].events] == ["Lezen gehaald"]
    assert now[second].acceptance is Acceptance.ACCEPTED
    assert not queries.open_requests(report)


def test_the_screen_shows_the_same_with_its_events_and_the_question(
    contract: Contract, client_as: ClientAs
) -> None:
    screen = client_as(PROVIDER).get(url(contract)).submit("Op het scherm invullen")

    assert 'name="r0-followed" value="28,5"' in screen.text
    assert 'name="r0-event" value="Lezen gehaald"' in screen.text
    assert 'name="m0-numerator" value="45"' in screen.text
    assert QUESTION in screen.text
    preview = screen.submit("Opslaan en controleren")
    assert "0 van 2 regels veranderen" in preview.text
