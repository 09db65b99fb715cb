"""Pages of invoices for the provider, the contract manager, finance and another municipality."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from contracts.invoicing import queries
from contracts.invoicing.draft_queries import draft_ubl
from portal import clock
from tests.contracts.invoicing.ubl_files import spoiled
from tests.factories.invoices import (
    FINANCE,
    MANAGER,
    PROVIDER,
    accepted_rows,
    hour_contract,
    last_month,
    make_invoice,
    make_key,
    make_specification,
)
from tests.pages import Page, PageClient

ClientAs = Callable[..., PageClient]
ZOETERMEER = "financien@zoetermeer.example"


def upload(client: PageClient, data: bytes) -> Page:
    return client.get("/facturen/nieuw").submit(file=(io.BytesIO(data), "factuur.xml"))


def test_a_provider_makes_confirms_and_invoices_a_specification_by_form(
    session: None, client_as: ClientAs
) -> None:
    contract = hour_contract()
    accepted_rows(contract, last_month(), {"Lansingerland": 1, "Zoetermeer": 2})
    client = client_as(PROVIDER)
    page = client.get("/specificaties/nieuw").submit(contract=contract.number, month=last_month().code)

    assert "gemaakt uit de goedgekeurde prestaties" in page.flash
    page = page.submit(agree="y")
    assert "akkoordnummer is AK-" in page.flash
    page = page.click("Factuur sturen").submit(issuer_number="2026-77")
    assert page.flash.startswith("Factuur 2026-77 is ontvangen als F-")
    assert page.h1.startswith("Factuur F-")
    assert "Ingediend" in page.body


def test_an_e_invoice_is_uploaded_and_a_wrong_one_names_its_rule(session: None, client_as: ClientAs) -> None:
    contract = hour_contract()
    accepted_rows(contract, last_month(), {"Lansingerland": 1})
    specification = make_specification(contract, last_month())
    data = draft_ubl(specification, number="TW-1", issued_on=clock.today())
    client = client_as(PROVIDER)
    wrong = upload(client, spoiled(('schemeID="0106"', 'schemeID="9999"'), source=data))

    assert wrong.status_code == 422
    assert wrong.errors == [
        "BR-NL-1: Noem het KvK-nummer (schema 0106) of OIN (schema 0190) van de verkoper."
    ]
    assert "is ontvangen als F-" in upload(client, data).flash


def test_bad_uploads_get_a_sentence_and_never_a_500(session: None, client_as: ClientAs) -> None:
    client = client_as(PROVIDER)
    for data in (b"", b"geen xml", b"<a/>", b"<!DOCTYPE a><a/>", b"\xff\xfe<\x00"):
        page = upload(client, data)
        assert page.status_code == 422
        assert page.errors
    assert client.get("/facturen/nieuw").submit("E-factuur controleren en sturen").errors == [
        "Kies een bestand."
    ]


def test_two_people_bring_an_invoice_to_its_split(session: None, client_as: ClientAs) -> None:
    contract = hour_contract()
    make_key(contract)
    number = make_invoice(contract, free="100").number
    page = client_as(MANAGER).get(f"/facturen/{number}").submit("Prestatie verklaren")
    assert "Financiën kan de factuur nu betaalbaar stellen" in page.flash
    page = client_as(FINANCE).get(f"/facturen/{number}").submit("Betaalbaar stellen")
    assert "verdeeld en geboekt" in page.flash
    page = page.click("Verdeling bekijken")

    assert "Verdeeld, verschil €\u00a00,00" in page.body
    assert "1.250,00 × 2 ÷ 6" in page.body
    assert "Die gaat naar Lansingerland" in page.body


def test_another_municipality_sees_only_its_own_row_and_the_total(session: None, client_as: ClientAs) -> None:
    invoice = make_invoice()
    client_as(MANAGER).get(f"/facturen/{invoice.number}").submit("Prestatie verklaren")
    client_as(FINANCE).get(f"/facturen/{invoice.number}").submit("Betaalbaar stellen")
    page = client_as(ZOETERMEER).get(f"/facturen/{invoice.number}/verdeling")

    assert "1.500,00" in page.row("Zoetermeer")
    assert "Samen (alle gemeenten)" in page.body
    assert "1.000,00" not in page.body


def test_finance_sends_back_and_the_provider_reads_why(session: None, client_as: ClientAs) -> None:
    number = make_invoice().number
    page = client_as(FINANCE).get(f"/facturen/{number}/terugsturen").submit(reason="kort")
    assert page.errors == ["Geef de reden van het terugsturen in ten minste 10 tekens."]
    assert "is teruggestuurd" in page.submit(reason="De urenstaat ontbreekt.").flash
    assert "De urenstaat ontbreekt." in client_as(PROVIDER).get(f"/facturen/{number}").body


def test_a_line_is_disputed_and_settled(session: None, client_as: ClientAs) -> None:
    number = make_invoice().number
    client = client_as(MANAGER)
    page = (
        client.get(f"/facturen/{number}")
        .click("Regel 1 betwisten")
        .submit(reason="Deze uren kennen wij niet.")
    )
    assert "is betwist" in page.flash
    page = page.click("Betwisting van regel 1 afhandelen").submit(outcome="De urenstaat is gekomen.")
    assert "afgehandeld" in page.flash


def test_a_provider_credits_a_line_and_records_stay_apart(session: None, client_as: ClientAs) -> None:
    invoice = make_invoice()
    client_as(MANAGER).get(f"/facturen/{invoice.number}").submit("Prestatie verklaren")
    client_as(FINANCE).get(f"/facturen/{invoice.number}").submit("Betaalbaar stellen")
    line = str(queries.lines_of(invoice)[0].id)
    page = client_as(PROVIDER).get(f"/facturen/{invoice.number}/crediteren")
    page = page.submit(issuer_number="C-1", issued_on=f"{clock.today():%d-%m-%Y}", lines=[line])

    assert page.flash.startswith("Creditfactuur C-1 is ontvangen")
    assert "Crediteert" in page.body


def test_foreign_records_are_not_found(session: None, client_as: ClientAs) -> None:
    invoice = make_invoice()
    assert invoice.specification is not None
    stranger = client_as("info@route-delta.example")
    for path in (
        f"/facturen/{invoice.number}", f"/facturen/{invoice.number}/verdeling", "/facturen/F-1999-001",
        f"/specificaties/{invoice.specification.number}", f"/facturen/{invoice.number}/crediteren",
        f"/specificaties/{invoice.specification.number}/download",
    ):  # fmt: skip
        assert stranger.get(path).status_code == 404, path


def test_lists_filter_sort_and_download(
    session: None, client_as: ClientAs, count_statements: Callable[[], AbstractContextManager[Any]]
) -> None:
    contract = hour_contract()
    for number, month in enumerate([last_month(), last_month().previous(), last_month().plus(-2)]):
        make_invoice(contract, month, number=f"TW-{number}", places={"Lansingerland": 1})
    client = client_as(FINANCE)

    assert client.get("/facturen?toestand=received&sorteer=-bedrag").body.count("TW-") == 3
    assert client.get(f"/facturen?maand={last_month().code}").body.count("TW-") == 1
    assert client.get("/facturen?zoek=TW-2").body.count("TW-") == 1
    assert client.get("/facturen?maand=onzin&toestand=onzin&sorteer=onzin").status_code == 200
    assert client.get("/facturen/download").data[:2] == b"PK"


def test_the_number_of_statements_does_not_grow_with_invoices(
    session: None, client_as: ClientAs, count_statements: Callable[[], AbstractContextManager[Any]]
) -> None:
    contract = hour_contract()
    client = client_as(FINANCE)
    counts = []
    for number, month in enumerate([last_month(), last_month().previous(), last_month().plus(-2)]):
        make_invoice(contract, month, number=f"TW-{number}", places={"Lansingerland": 1})
        if number != 1:
            with count_statements() as counted:
                client.get("/facturen")
            counts.append(counted.number)
    assert counts[0] == counts[1]


def test_the_day_after_the_last_day_says_what_it_costs(
    session: None, client_as: ClientAs, frozen: Callable[[datetime], None]
) -> None:
    invoice = make_invoice()
    client = client_as(FINANCE)
    assert "betaaltermijn is verstreken" not in client.get(f"/facturen/{invoice.number}").body
    frozen(clock.now() + timedelta(days=31))
    body = client_as(FINANCE).get(f"/facturen/{invoice.number}").body
    assert "De betaaltermijn is verstreken" in body
    assert "€\u00a040,00" in body
