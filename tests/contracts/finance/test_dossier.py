"""The rechtmatigheidsdossier: every point is there, missing with what to do, or not needed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from contracts.agreements.states import ContractKind
from contracts.finance.dossier_queries import dossier_of
from contracts.finance.dossier_rules import ContractFacts, Found, NoticeFacts, TenderFacts, points_of
from contracts.finance.services import make_payable
from portal.accounts.queries import viewer_by_email
from tests.factories.contracts import make_contract, make_quality_mark
from tests.factories.finance import make_mappings
from tests.factories.invoices import FINANCE, PROVIDER, declared, make_invoice
from tests.pages import PageClient

D = Decimal
ClientAs = Callable[..., PageClient]
CONTRACT = ContractFacts(date(2024, 11, 1), "", False, 0, D(1000), D(400), D(500))
TENDER = TenderFacts(
    number="AB-2024-001", kind="SAS-procedure", is_public=True, estimate=D(900_000), estimated_on=date(2024, 3, 1),
    estimate_basis="20 × 9.500 × 4 jaar", motivation="sociale dienst", motivated_on=date(2024, 3, 5),
    lots_motivation="regio", threshold=D(750_000), threshold_source="Richtlijn 2014/24/EU",
    mandates=[("Zoetermeer", "besluit 12, 01-02-2024")],
    notices=[
        NoticeFacts("Aankondiging", False, date(2024, 4, 1), date(2024, 4, 1), date(2024, 4, 3), "123"),
        NoticeFacts("Aankondiging gegunde opdracht", True, date(2024, 9, 1), date(2024, 9, 1), date(2024, 9, 3), "456"),
    ],
    opened_on=date(2024, 6, 1), final_on=date(2024, 8, 20), has_record=True,
    approvals=[("Zoetermeer", "mandaat 7, 01-08-2024")],
)  # fmt: skip


def missing(contract: ContractFacts, tender: TenderFacts | None) -> list[str]:
    return [one.what for one in points_of(contract, tender) if one.found is Found.MISSING]


def test_a_full_dossier_misses_nothing() -> None:
    assert missing(CONTRACT, TENDER) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"estimate": None}, "Raming"),
        ({"estimated_on": date(2024, 3, 6)}, "Raming"),
        ({"motivation": " "}, "Procedure en drempel"),
        ({"mandates": [("Zoetermeer", "")]}, "Volmacht of mandaat van Zoetermeer"),
        ({"notices": []}, "Aankondiging"),
        ({"has_record": False}, "Proces-verbaal van de gunning"),
        ({"approvals": [("Zoetermeer", "")]}, "Besluit van Zoetermeer"),
    ],
)
def test_what_the_tender_lacks_is_named(change: dict[str, object], what: str) -> None:
    assert what in missing(CONTRACT, replace(TENDER, **change))  # type: ignore[arg-type]


def test_more_than_the_maximum_needs_a_decision() -> None:
    over = replace(CONTRACT, expected=D("600.01"))
    point = next(one for one in points_of(over, TENDER) if one.what == "Maximum")

    assert point.found is Found.MISSING
    assert "€ 0,01 te veel" in point.text


def test_a_contract_from_elsewhere_says_where_its_tender_file_must_be(session: None) -> None:
    make_quality_mark()
    dossier = dossier_of(make_contract(product="B1"))
    lacking = [one for one in dossier.points if one.found is Found.MISSING]

    assert {one.what for one in lacking} >= {"Raming", "Proces-verbaal van de gunning"}
    assert "Niet in dit portaal aanbesteed" in lacking[0].text


def test_an_agreement_between_municipalities_needs_no_tender(session: None) -> None:
    contract = make_contract(product="PVT", kind=ContractKind.BETWEEN_MUNICIPALITIES)
    first = dossier_of(contract).points[0]

    assert (first.what, first.found) == ("Aanbesteding", Found.NOT_NEEDED)


def test_the_page_and_the_pdf(session: None, client_as: ClientAs) -> None:
    make_mappings()
    invoice = declared(make_invoice())
    make_payable(invoice, by=viewer_by_email(FINANCE))
    client = client_as(FINANCE)

    page = client.get(f"/contracten/{invoice.contract.number}").click("Rechtmatigheidsdossier")

    assert page.h1.replace("\u00ad", "") == "Rechtmatigheidsdossier"
    assert "1.500,00" in page.row("Zoetermeer")
    pdf = client.get(f"/contracten/{invoice.contract.number}/rechtmatigheid/pdf")
    assert pdf.data[:5] == b"%PDF-"
    other = client_as("financien@zoetermeer.example").get(f"/contracten/{invoice.contract.number}/rechtmatigheid")
    assert "1.500,00" in other.body
    assert "1.000,00" not in other.body
    assert client_as(PROVIDER).get(f"/contracten/{invoice.contract.number}/rechtmatigheid").status_code == 403
