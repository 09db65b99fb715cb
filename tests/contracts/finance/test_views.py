"""Pages of the books: the cost of a month, closing, exports, ledger lines, accounts, budget."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from contracts.finance.models import BudgetLine, Posting
from contracts.finance.services import make_payable
from contracts.invoicing.models import Invoice
from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.db import db
from tests.factories import catalogue
from tests.factories.finance import make_mappings
from tests.factories.invoices import FINANCE, declared, hour_contract, last_month, make_invoice
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]
ZOETERMEER = "financien@zoetermeer.example"
PARTNER = "regio@pijnacker-nootdorp.example"


def booked() -> Invoice:
    make_mappings()
    invoice = declared(make_invoice())
    make_payable(invoice, by=viewer_by_email(FINANCE))
    return invoice


def test_the_cost_page_shows_table_invoices_and_checks(session: None, client_as: ClientAs) -> None:
    invoice = booked()
    page = client_as(FINANCE).get(f"/kosten/{last_month().code}")

    assert page.h1 == f"Kosten {last_month().label}"
    assert "Alle 8 controles zijn goed." in page.body
    assert "3.000,00" in page.row("Ten laste")
    assert "1.500,00" in page.row(invoice.number)
    assert "8 van 8 goed" in page.body


def test_another_municipality_sees_its_own_column(session: None, client_as: ClientAs) -> None:
    booked()
    for email, own, other in ((ZOETERMEER, "1.500,00", "1.000,00"), (PARTNER, "500,00", "1.000,00")):
        page = client_as(email).get(f"/kosten/{last_month().code}")
        assert own in page.body
        assert other not in page.body
        assert "gezamenlijke totaal" in page.body
        assert client_as(email).get(f"/kosten/{last_month().code}/kostenverdeling.xlsx").status_code == 403


def test_a_month_is_closed_exported_twice_the_same_and_reopened(session: None, client_as: ClientAs) -> None:
    booked()
    code, client = last_month().code, client_as(FINANCE)
    page = client.get(f"/kosten/{code}").click("Periode afsluiten").submit("Periode afsluiten")
    assert "is afgesloten voor Lansingerland, Pijnacker-Nootdorp, Zoetermeer" in page.flash
    first, second = (client.get(f"/kosten/{code}/kostenverdeling.xlsx") for _ in range(2))
    assert first.data == second.data
    assert first.data[:2] == b"PK"
    kept = client.get("/exports")
    assert f"kostenverdeling-{code}-v1.xlsx" in kept.body
    assert kept.click("kostenverdeling").data == first.data
    page = client.get(f"/kosten/{code}/heropenen")
    page = page.submit(
        municipality=str(catalogue.municipality("Zoetermeer").id), reason="Verkeerde gemeente."
    )
    assert "is heropend voor Zoetermeer" in page.flash
    assert "Deels afgesloten" in page.body


def test_csv_of_a_municipality_is_for_that_municipality(session: None, client_as: ClientAs) -> None:
    booked()
    code = last_month().code
    own = client_as(ZOETERMEER).get(f"/kosten/{code}/regels-0637.csv")
    lines = own.data.decode("utf-8-sig").strip().split("\r\n")

    assert own.data.startswith(b"\xef\xbb\xbf")
    assert lines[0].startswith("Regel;Boekjaar;Periode;")
    assert len(lines) == 4
    assert ";500,00;" in lines[1]
    assert client_as(ZOETERMEER).get(f"/kosten/{code}/regels-1621.csv").status_code == 404


def test_a_ledger_line_leads_back_to_the_row_and_the_contract(session: None, client_as: ClientAs) -> None:
    invoice = booked()
    number = db.session.scalars(select(Posting.number).order_by(Posting.number)).first()
    client = client_as(FINANCE)
    page = client.get(f"/kosten/regels/{number}")

    assert page.h1 == f"Grootboekregel {number}"
    assert page.click(f"Factuur {invoice.number}").h1 == f"Factuur {invoice.number}"
    assert page.click("T-").status_code == 200
    assert page.click(f"Contract {invoice.contract.number}").status_code == 200
    back = client.get(f"/facturen/{invoice.number}")
    assert back.click("Grootboekregels").click(str(number)).h1 == page.h1


def test_ledger_lines_of_others_are_not_found(session: None, client_as: ClientAs) -> None:
    booked()
    lansingerland = catalogue.municipality("Lansingerland").id
    number = db.session.scalars(
        select(Posting.number).where(Posting.municipality_id == lansingerland)
    ).first()

    assert client_as(ZOETERMEER).get(f"/kosten/regels/{number}").status_code == 404
    assert client_as(FINANCE).get("/kosten/regels/1").status_code == 404
    assert client_as("info@route-delta.example").get(f"/kosten/{last_month().code}").status_code == 403


def test_ledger_lines_are_filtered(session: None, client_as: ClientAs) -> None:
    booked()
    place = catalogue.municipality("Zoetermeer").id
    page = client_as(FINANCE).get(f"/kosten/{last_month().code}/regels?gemeente={place}&product=onzin")
    assert "van 3 regels" in page.body


def test_a_missing_account_stands_first_and_is_filled_in(session: None, client_as: ClientAs) -> None:
    hour_contract()
    client = client_as(FINANCE)
    page = client.get("/grootboek")
    assert "Onvolledig" in page.body
    path = f"/grootboek/{clock.today().year}/0637/B1/asylum"
    page = client.get(path).submit(ledger_account="", cost_centre="6301")
    assert page.errors == ["Vul de grootboekrekening in."]
    page = page.submit(
        ledger_account="438200", cost_centre="6301", task_field="6.1", spuk="yes", recovery="no"
    )
    assert "is vastgelegd" in page.flash
    assert client_as(ZOETERMEER).get("/grootboek").body.count("438200") == 1
    assert client.get("/grootboek/download").data[:2] == b"PK"
    assert client_as(ZOETERMEER).get(path.replace("0637", "1621")).status_code == 403


@pytest.mark.parametrize(
    "path", ["/kosten/onzin", "/begroting/1999", "/grootboek/2026/9999/B1/asylum", "/exports/EX-1"]
)
def test_what_is_not_there_is_not_found(session: None, client_as: ClientAs, path: str) -> None:
    assert client_as(FINANCE).get(path).status_code == 404


def test_an_empty_month_says_so(session: None, client_as: ClientAs) -> None:
    hour_contract()
    page = client_as(FINANCE).get("/kosten/2020-01")
    assert "Er zijn in januari 2020 geen facturen goedgekeurd." in page.body


def test_the_policy_budget_is_history_with_what_it_leaves_unexplained(
    session: None, client_as: ClientAs
) -> None:
    hour_contract()
    page = client_as(FINANCE).get("/begroting/2022")
    assert "712.995,00" in page.row("Totaal zoals afgedrukt")
    assert "93.800,00" in page.row("Niet nader genoemd verschil")


def test_a_running_year_shows_budget_costs_and_room(session: None, client_as: ClientAs) -> None:
    booked()
    year = last_month().year
    db.session.add(
        BudgetLine(
            year=year, municipality_id=catalogue.municipality("Zoetermeer").id, product_id=catalogue.product("B1").id,
            amount=Decimal("10000.00"), is_demo=True, source="voorbeeld",
        )
    )  # fmt: skip
    db.session.flush()
    page = client_as(ZOETERMEER).get(f"/begroting/{year}")

    assert "8.500,00" in page.row("B1-leerroute")
    assert "voorbeeld voor de demo" in page.body
    assert client_as(ZOETERMEER).get(f"/begroting/{year}/download").data[:2] == b"PK"


def test_an_export_is_kept_with_its_number(session: None, client_as: ClientAs) -> None:
    booked()
    code = last_month().code
    page = client_as(FINANCE).get(f"/kosten/{code}").submit("Export bewaren")
    assert page.flash.startswith("Export EX-")
    page = client_as(ZOETERMEER).get(f"/kosten/{code}").submit("Export bewaren")
    assert "regels-zoetermeer" in page.body
    assert "kostenverdeling-" not in page.body


def test_the_number_of_statements_does_not_grow_with_lines(
    session: None, client_as: ClientAs, count_statements: Callable[[], AbstractContextManager[Any]]
) -> None:
    make_mappings()
    contract, client, counts = hour_contract(), client_as(FINANCE), []
    for number, people in enumerate((1, 4)):
        invoice = declared(
            make_invoice(contract, last_month(), number=f"TW-{number}", places={"Zoetermeer": people})
        )
        make_payable(invoice, by=viewer_by_email(FINANCE))
        with count_statements() as counted:
            client.get(f"/kosten/{last_month().code}")
            client.get(f"/kosten/{last_month().code}/regels")
            client.get("/exports")
        counts.append(counted.number)
    assert counts[0] == counts[1]


def test_a_large_export_is_made_by_a_job(
    session: None, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked()
    monkeypatch.setattr("contracts.finance.views.MANY_ROWS", 2)
    client = client_as(FINANCE)
    page = client.get(f"/kosten/{last_month().code}").submit("Export bewaren")

    assert page.path.startswith("/taken/")
    assert f"kostenverdeling-{last_month().code}-v1.xlsx" in client.get("/exports").body


def test_a_municipality_outside_the_books_gets_no_links_to_them(session: None, client_as: ClientAs) -> None:
    booked()
    outside, inside = client_as("regio@rotterdam.example").get("/kosten"), client_as(ZOETERMEER).get("/kosten")

    assert {"SPUK", "Jaarafsluiting", "Doorbelasting", "Afrekeningen"} <= set(inside.links)
    assert not {"SPUK", "Jaarafsluiting", "Doorbelasting", "Afrekeningen"} & set(outside.links)
