"""Pages with kinds of questions, the invitation list, the address list and the report."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.datastructures import FileStorage

from portal import clock
from portal.db import db
from tenders.consultations import queries, services
from tenders.consultations.models import Consultation
from tenders.consultations.states import AnswerKind, Level
from tests.factories.consultations import (
    buyer,
    make_consultation,
    make_finding,
    make_reported_consultation,
    make_response,
)
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("session")
BUYER = "inkoop@lansingerland.example"
PROVIDER = "info@taalhuis-de-waterlinie.example"
ClientAs = Callable[..., PageClient]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def of_every_kind() -> Consultation:
    made = make_consultation(questions=(), opened=False)
    for kind in AnswerKind:
        options = ("Groep", "Individueel") if kind is AnswerKind.CHOICE else ()
        services.add_question(
            made, text=f"Een vraag van de soort {kind.label}?", kind=kind, options=options, unit="uur", by=buyer()
        )
    services.open_consultation(made, by=buyer())
    db.session.flush()
    return made


def test_a_buyer_adds_a_choice_and_hears_what_it_needs(client_as: ClientAs) -> None:
    consultation = make_consultation(opened=False)
    page = client_as(BUYER).get(f"/marktconsultaties/{consultation.number}")
    page = page.submit("Vraag toevoegen", kind="choice", text="Welke vorm past het best?", options="Groep")

    assert page.status_code == 422
    assert "Geef 2 tot en met 20 antwoorden, elk op een eigen regel." in page.errors
    assert "Welke vorm past het best?" in page.text

    page = page.submit("Vraag toevoegen", options="Groep\nIndividueel")
    assert page.flash == "De vraag is toegevoegd."
    assert "Keuze uit antwoorden: Groep; Individueel" in page.body


def test_a_provider_answers_every_kind_and_reads_it_back(client_as: ClientAs) -> None:
    consultation = of_every_kind()
    text, choice, number, yes_no, file = (one.id.hex for one in consultation.questions)
    option = consultation.questions[1].options[1].id
    page = client_as(PROVIDER).get(f"/marktconsultaties/{consultation.number}/reactie")
    page = page.submit(
        "Reactie indienen",
        **{
            f"antwoord_{text}": "Binnen tien werkdagen.",
            f"keuze_{choice}": str(option),
            f"getal_{number}": "12,5",
            f"janee_{yes_no}": "nee",
            f"bestand_{file}": FileStorage(io.BytesIO(PDF), "indeling.pdf"),
            f"delen_{yes_no}": "y",
        },
    )

    assert page.flash == "Uw reactie is ingediend."
    for words in ("Binnen tien werkdagen.", "Individueel", "12,5 uur", "Nee", "indeling.pdf"):
        assert words in page.body
    shown = client_as(BUYER).get(f"/marktconsultaties/{consultation.number}/antwoorden")
    assert "12,5 uur" in shown.body
    assert "Mag in het verslag" in shown.body
    answer = queries.answers_side_by_side(consultation)[4].answers[0].answer_id
    address = f"/marktconsultaties/{consultation.number}/antwoorden/{answer}/bestand"
    assert client_as(BUYER).get(address).data == PDF
    assert client_as("inkoop@zoetermeer.example").get(address).status_code == 404
    assert client_as(BUYER).get(f"/marktconsultaties/{consultation.number}/antwoorden/download").data[:2] == b"PK"


def test_an_empty_response_is_kept_and_said_to_be_not_submitted(client_as: ClientAs) -> None:
    consultation = make_consultation()
    page = client_as(PROVIDER).get(f"/marktconsultaties/{consultation.number}/reactie").submit("Reactie indienen")

    assert page.flash is not None
    assert page.flash.startswith("Nog niet ingediend. Beantwoord ten minste één vraag.")
    assert "Concept opgeslagen" in page.body


def test_a_wrong_number_comes_back_as_it_was_typed(client_as: ClientAs) -> None:
    consultation = of_every_kind()
    number = consultation.questions[2].id.hex
    page = client_as(PROVIDER).get(f"/marktconsultaties/{consultation.number}/reactie")
    page = page.submit("Reactie indienen", **{f"getal_{number}": "twaalf"})

    assert page.status_code == 422
    assert any("getal" in one for one in page.errors)
    assert "twaalf" in page.text


def test_inviting_offers_the_address_list_by_influence_and_interest(client_as: ClientAs) -> None:
    consultation = make_consultation(opened=False)
    library = services.save_stakeholder(
        None, name="Bibliotheek", influence=Level.HIGH, interest=Level.HIGH, email="info@bieb.example", by=buyer()
    )
    services.save_stakeholder(None, name="DUO", influence=Level.LOW, interest=Level.LOW, by=buyer())
    db.session.flush()
    page = client_as(BUYER).get(f"/marktconsultaties/{consultation.number}/uitnodigen")

    assert "Sleutelfiguren: veel invloed, veel belang" in page.body
    assert "1\u00a0belanghebbende heeft geen e-mailadres en geen account" in page.text
    assert "DUO" not in page.body
    page = page.submit(key=[str(library.id)])
    assert page.flash == "De uitnodigingslijst is opgeslagen."
    assert "Bibliotheek" in page.body
    foreign = f"/marktconsultaties/{consultation.number}/uitnodigen"
    assert client_as("inkoop@zoetermeer.example").get(foreign).status_code == 404


def test_the_address_list_is_filled_from_the_policy_document_and_mended_by_hand(client_as: ClientAs) -> None:
    page = client_as(BUYER).get("/marktconsultaties/belanghebbenden").submit("Lijst uit het beleidsplan overnemen")
    assert page.flash is not None
    assert page.flash.startswith("28 belanghebbenden")

    page = page.click("Bibliotheek").submit("Belanghebbende opslaan", email="geen adres")
    assert "Vul het e-mailadres in als naam@organisatie.nl." in page.errors
    page = page.submit("Belanghebbende opslaan", email="info@bieb.example")
    assert page.flash == "‘Bibliotheek’ staat op de adreslijst."
    assert "info@bieb.example" in page.body
    page = page.click("Bibliotheek").submit("Van de adreslijst halen")
    assert page.flash == "De belanghebbende staat niet meer op de adreslijst."


def test_a_finding_is_mended_and_the_report_proposed_from_it(client_as: ClientAs) -> None:
    consultation = make_consultation()
    make_response(consultation)
    finding = make_finding(consultation)
    db.session.flush()
    number = consultation.number
    with clock.at(clock.now() + timedelta(days=15)):
        buyers = client_as(BUYER)
        page = buyers.get(f"/marktconsultaties/{number}/bevindingen/{finding.id}").click("Bevinding wijzigen")
        page = page.submit("Bevinding opslaan", title="Snel beginnen kan")
        assert page.flash == "De bevinding is gewijzigd."
        assert "Dit voorstel is gemaakt van uw bevindingen." in page.body
        assert "Snel beginnen kan. Dat zeggen alle aanbieders." in page.text
        assert buyers.get(f"/marktconsultaties/{number}/verslag/voorbeeld").data.startswith(b"%PDF")
        page = page.submit("Verslag opslaan als concept").submit("Verslag publiceren")
        assert page.flash == "Het verslag is gepubliceerd. Iedereen kan het lezen, zonder namen van aanbieders."
    assert client_as(None).get(f"/opdrachten/marktconsultaties/{number}/verslag").data.startswith(b"%PDF")
    assert buyers.get(f"/marktconsultaties/{number}/verslag/pdf").data.startswith(b"%PDF")


def test_a_report_that_is_not_out_cannot_be_fetched(client_as: ClientAs) -> None:
    consultation = make_consultation()

    assert client_as(None).get(f"/opdrachten/marktconsultaties/{consultation.number}/verslag").status_code == 404
    assert client_as(BUYER).get(f"/marktconsultaties/{consultation.number}/verslag/pdf").status_code == 404


def test_a_provider_finds_a_consultation_by_searching(client_as: ClientAs) -> None:
    consultation = make_reported_consultation()
    draft = make_consultation(title="Nog geheim plan", opened=False)

    found = client_as(PROVIDER).get("/zoeken?q=MC-")
    assert consultation.number in found.body
    assert draft.number not in found.body


def test_two_colleagues_in_one_response_are_told_apart(client_as: ClientAs) -> None:
    consultation = make_consultation()
    field = f"antwoord_{consultation.questions[0].id.hex}"
    address = f"/marktconsultaties/{consultation.number}/reactie"
    client_as(PROVIDER).get(address).submit("Opslaan als concept", **{field: "Eerste tekst."})
    late = client_as(PROVIDER).get(address)
    client_as(PROVIDER).get(address).submit("Opslaan als concept", **{field: "De eerste was sneller."})
    page = late.submit("Opslaan als concept", **{field: "Mijn tekst moet blijven."})

    assert page.status_code == 409
    assert "De eerste was sneller." in page.body
    assert "Mijn tekst moet blijven." in page.text
