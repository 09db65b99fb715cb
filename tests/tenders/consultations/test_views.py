"""Pages of market consultations per audience."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.catalogue.queries import municipality_by_name, product_by_code
from portal.db import db
from tests.factories.consultations import make_consultation, make_reported_consultation, make_response
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("session")
BUYER = "inkoop@lansingerland.example"
PROVIDER = "info@taalhuis-de-waterlinie.example"
ClientAs = Callable[..., PageClient]


def test_a_buyer_makes_opens_and_reports_a_consultation(client_as: ClientAs) -> None:
    buyer = client_as(BUYER)
    closes = clock.local(clock.now() + timedelta(days=14))
    page = buyer.get("/marktconsultaties/nieuw").submit(
        title="Taallessen vanaf 2027",
        introduction="Wij horen graag wat haalbaar is.",
        products=[str(product_by_code("B1").id)],
        municipalities=[str(municipality_by_name("Lansingerland").id)],
        closes_at=f"{closes:%d-%m-%Y} 17:00",
    )
    assert page.flash == "De marktconsultatie is bewaard als concept. Voeg nu uw vragen toe."
    number = page.path.rsplit("/", 1)[1]

    page = page.submit(text="Hoe snel kunt u beginnen met een groep?")
    assert page.flash == "De vraag is toegevoegd."
    page = page.submit("Openstellen")
    assert page.flash == "De marktconsultatie ‘Taallessen vanaf 2027’ staat open."

    provider = client_as(PROVIDER)
    reply = provider.get(f"/opdrachten/marktconsultaties/{number}").click("Reageren")
    field = next(name for name in reply.tree.xpath("//textarea/@name"))
    reply = reply.submit("Reactie indienen", **{field: "Binnen tien werkdagen."})
    assert reply.flash == "Uw reactie is ingediend."

    with clock.at(clock.now() + timedelta(days=15)):
        page = client_as(BUYER).get(f"/marktconsultaties/{number}/bevindingen/nieuw")
        page = page.submit(title="Tien werkdagen is haalbaar", text="Dat zeggen de aanbieders.")
        page = page.submit(report="De aanbieders kunnen binnen tien werkdagen beginnen, zeggen zij.")
        page = page.submit("Verslag publiceren")
        assert (
            page.flash == "Het verslag is gepubliceerd. Iedereen kan het lezen, zonder namen van aanbieders."
        )

        public = client_as(None).get(f"/opdrachten/marktconsultaties/{number}")
        assert "Tien werkdagen is haalbaar" in public.body
        assert "Taalhuis" not in public.body


def test_wrong_input_comes_back_with_a_sentence_and_what_was_typed(client_as: ClientAs) -> None:
    page = (
        client_as(BUYER)
        .get("/marktconsultaties/nieuw")
        .submit(title="Een titel", closes_at="31-02-2027 12:00")
    )

    assert page.status_code == 422
    assert "Kies ten minste één product." in page.errors
    assert any("dag-maand-jaar" in one and "31-12-2026 12:00" in one for one in page.errors)
    assert "31-02-2027 12:00" in page.text


def test_answers_are_for_the_lead_only(client_as: ClientAs) -> None:
    consultation = make_consultation()
    make_response(consultation, text="Dit is vertrouwelijk.")
    address = f"/marktconsultaties/{consultation.number}/antwoorden"
    db.session.flush()

    assert "Dit is vertrouwelijk." in client_as(BUYER).get(address).body
    assert client_as("inkoop@zoetermeer.example").get(address).status_code == 404
    assert client_as(PROVIDER).get(address).status_code == 403


def test_a_participating_municipality_reads_along_and_a_foreign_one_finds_nothing(
    client_as: ClientAs,
) -> None:
    consultation = make_consultation()
    address = f"/marktconsultaties/{consultation.number}"

    assert client_as("inkoop@zoetermeer.example").get(address).h1 == consultation.title
    assert client_as("regio@rotterdam.example").get(address).status_code == 404


def test_a_provider_keeps_a_draft_and_sees_that_it_is_not_submitted(client_as: ClientAs) -> None:
    consultation = make_consultation()
    page = client_as(PROVIDER).get(f"/marktconsultaties/{consultation.number}/reactie")
    field = next(name for name in page.tree.xpath("//textarea/@name"))
    page = page.submit("Opslaan als concept", **{field: "Nog niet af."})

    assert page.flash == "Uw reactie is bewaard als concept. Zij is nog niet ingediend."
    assert "Nog niet ingediend" in page.body
    assert "Nog niet af." in page.text


def test_the_finding_shows_its_answers_to_the_lead_and_not_to_others(client_as: ClientAs) -> None:
    consultation = make_reported_consultation()
    finding = consultation.findings[0]
    address = f"/marktconsultaties/{consultation.number}/bevindingen/{finding.id}"

    assert "Taalhuis de Waterlinie" in client_as(BUYER).get(address).body
    assert "Taalhuis de Waterlinie" not in client_as("inkoop@zoetermeer.example").get(address).body


def test_the_list_filters_and_downloads(client_as: ClientAs) -> None:
    make_consultation(title="Eerste")
    make_consultation(title="Tweede", opened=False)
    buyer = client_as(BUYER)

    shown = buyer.get("/marktconsultaties?toestand=open")
    assert "Eerste" in shown.body
    assert "Tweede" not in shown.body
    book = buyer.get("/marktconsultaties/download?toestand=open")
    assert book.data[:2] == b"PK"
    assert buyer.get("/marktconsultaties?toestand=onzin&sorteer=onzin&pagina=99").status_code == 200
