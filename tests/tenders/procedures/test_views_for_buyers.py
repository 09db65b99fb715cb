"""Pages on which inkoop makes and publishes a tender, walked through as a person does."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.catalogue.queries import measure_by_code, municipality_by_name, product_by_code
from portal.db import db
from tenders.procedures import queries, services
from tenders.procedures.demo.building import guide_pdf
from tenders.procedures.models import Procedure
from tests.factories.consultations import make_reported_consultation
from tests.factories.procedures import (
    first_lot,
    make_complete_procedure,
    make_criterion,
    make_lot,
    make_procedure,
    make_published_procedure,
    make_question,
)
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("session")
BUYER = "inkoop@lansingerland.example"
SECOND = "contract@lansingerland.example"
ClientAs = Callable[..., PageClient]


def at(procedure: Procedure, tail: str = "") -> str:
    return f"/aanbestedingen/{procedure.number}{tail}"


def test_a_buyer_makes_a_whole_tender_by_hand(client_as: ClientAs) -> None:
    consultation = make_reported_consultation()
    finding = consultation.findings[0].id
    buyer = client_as(BUYER)
    page = buyer.get("/aanbestedingen/nieuw").submit(
        title="Taallessen B1", kind_code="sas", summary="Taallessen voor drie gemeenten in de regio.",
        consultation_id=str(consultation.id),
    )  # fmt: skip
    base = page.path
    assert "is gemaakt. Vul nu de onderdelen in." in page.flash
    assert "Klaar" in page.row("Gegevens")

    places = [
        str(municipality_by_name(name).id) for name in ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")
    ]
    fill_in_the_lot(buyer, base, places, str(finding))
    fill_in_the_reasons(buyer, base, places)
    fill_in_notice_documents_and_team(buyer, base)

    page = buyer.get(f"{base}/controleren")
    assert "U kunt nog niet publiceren" in page.body
    assert [text for text in page.links if "kluis" in text.lower()]


def fill_in_the_lot(buyer: PageClient, base: str, places: list[str], finding: str) -> None:
    page = buyer.get(f"{base}/percelen/nieuw").submit(
        title="B1-leerroute", products=[str(product_by_code("B1").id)], participants=places,
        starts_on="01-01-2027", ends_on="31-12-2028", ceiling_amount="3.400.000,00", ceiling_quantity="720",
    )  # fmt: skip
    assert page.h1 == "B1-leerroute"

    page = buyer.get(f"{base}/percelen/1/aantallen")
    names = [name for name in page.tree.xpath("//input/@name") if name.startswith("aantal_")]
    assert len(names) == 6
    page = page.submit(**dict.fromkeys(names, "20"))
    assert page.flash == "De verwachte aantallen zijn bewaard."

    page = buyer.get(f"{base}/percelen/1/prijsregels/nieuw").submit(
        title="Traject B1", unit="trajectory", vat_category="E", quantity="60", price_model="open"
    )
    assert page.flash == "De prijsregel is bewaard."
    page = page.submit(
        price_weight="40", price_floor="400.000,00", price_cap="600.000,00", outside_bounds="cap"
    )
    assert page.flash == "De prijsformule is bewaard."

    page = buyer.get(f"{base}/percelen/1/criteria/nieuw").submit(
        title="Aanwezigheid", description="Hoe houdt u de aanwezigheid hoog?", weight="60",
        measure_id=str(measure_by_code("attendance").id), findings=[finding],
    )  # fmt: skip
    assert page.flash == "Het gunningscriterium is bewaard."
    assert "100,0%" in page.row("Samen")
    page = page.click("Aanwezigheid")
    assert "Snel beginnen kan als gemeenten samen plannen" in page.body
    page = page.click("Snel beginnen kan")
    assert "Aanwezigheid" in page.row("Aanwezigheid")


def fill_in_the_reasons(buyer: PageClient, base: str, places: list[str]) -> None:
    page = buyer.get(f"{base}/eisen/nieuw?soort=suitability").submit(
        title="Keurmerk", text="Het keurmerk Blik op Werk of gelijkwaardig.", is_keurmerk="y"
    )
    assert page.flash == "De eis is bewaard."

    closes = clock.local(clock.now() + timedelta(days=45))
    page = buyer.get(f"{base}/planning").submit(submission_deadline_at=f"{closes:%d-%m-%Y} 12:00")
    assert page.flash == "De planning is voorgesteld en bewaard. Controleer de data."

    today = f"{clock.today():%d-%m-%Y}"
    page = buyer.get(f"{base}/motivering").submit(
        estimated_value="3.400.000,00", estimated_on=today, kind_motivation="Een sociale dienst.",
        lots_motivation="Een perceel per route.", motivated_on=today,
    )  # fmt: skip
    for place in places[1:]:
        page = page.submit(municipality_id=place, reference="Besluit 12", given_on=today)
        assert page.flash == "De volmacht of het mandaat is vastgelegd."


def fill_in_notice_documents_and_team(buyer: PageClient, base: str) -> None:
    hour_ago = f"{clock.local(clock.now() - timedelta(hours=1)):%d-%m-%Y %H:%M}"
    page = buyer.get(f"{base}/aankondiging").submit(
        tenderned_number="412345", sent_at=hour_ago, made_public_at=hour_ago
    )
    assert page.flash == "De aankondiging is vastgelegd."

    procedure = queries.staff_procedure(viewer_by_email(BUYER), base.rsplit("/", 1)[1])
    pdf = guide_pdf(procedure, "Leidraad")
    page = buyer.get(f"{base}/documenten").submit(
        kind="guide", title="Leidraad", file=(BytesIO(pdf), "leidraad.pdf")
    )
    assert page.flash == "Het document ‘Leidraad’ is toegevoegd."

    for email in (BUYER, "inkoop@zoetermeer.example"):
        member = viewer_by_email(email).membership_id
        page = buyer.get(f"{base}/team").submit(membership_id=str(member), case_role="beoordelaar")
        assert page.flash == "Het teamlid is toegevoegd."


@pytest.fixture
def no_vault() -> Iterator[None]:
    """Leave out what upper storeys ask before publication."""
    kept = list(queries.publication_checks)
    queries.publication_checks.clear()
    yield
    queries.publication_checks[:] = kept


@pytest.mark.usefixtures("no_vault")
def test_a_complete_tender_is_published_from_the_check_page(client_as: ClientAs) -> None:
    procedure = make_complete_procedure()
    page = client_as(BUYER).get(at(procedure, "/controleren"))
    assert "Klaar om te publiceren" in page.body

    page.submit("Publicatie aanvragen")
    page = client_as(SECOND).get(at(procedure, "/controleren")).submit("Publiceren")
    assert page.flash == f"De aanbesteding ‘{procedure.title}’ is gepubliceerd."
    assert "Open voor inschrijving" in page.body
    assert client_as(None).get(f"/opdrachten/{procedure.number}").h1 == procedure.title


def test_what_is_missing_stands_as_sentences_with_links(client_as: ClientAs) -> None:
    procedure = make_procedure()
    lot = make_lot(procedure)
    page = client_as(BUYER).get(at(procedure, "/controleren"))

    assert page.links["Leg de raming vast, met de datum."] == at(procedure, "/motivering")
    sentence = f"Perceel ‘{lot.title}’: maak ten minste één prijsregel."
    assert page.links[sentence] == at(procedure, "/percelen/1/prijs")


def test_publishing_too_early_brings_one_back_to_the_list(client_as: ClientAs) -> None:
    procedure = make_procedure()
    buyer = client_as(BUYER)
    token = buyer.token(at(procedure))
    page = buyer.post(at(procedure, "/publicatie-aanvragen"), data={"csrf_token": token})

    assert page.path == at(procedure, "/controleren")
    assert "Maak ten minste één perceel." in page.flash


def test_wrong_numbers_and_dates_come_back_with_what_was_typed(client_as: ClientAs) -> None:
    procedure = make_procedure()
    buyer = client_as(BUYER)
    page = buyer.get(at(procedure, "/percelen/nieuw")).submit(
        title="B1", starts_on="31-02-2027", ceiling_amount="1,234.50", extension_count="-1"
    )
    assert page.status_code == 422
    assert "Vul bij ‘Ingangsdatum’ een datum in als dag-maand-jaar, zoals 31-12-2026." in page.errors
    assert "Vul bij ‘Maximale waarde zonder btw’ een bedrag in met een komma, zoals 1.234,50." in page.errors
    assert "Kies ten minste één product." in page.errors
    assert "1,234.50" in page.text


def test_a_weight_is_typed_as_a_percentage(client_as: ClientAs) -> None:
    lot = make_lot()
    make_criterion(lot, weight=60)
    procedure = lot.procedure
    page = (
        client_as(BUYER)
        .get(at(procedure, "/percelen/1/criteria/nieuw"))
        .submit(title="Aanpak", description="Hoe pakt u het aan?", weight="40,5")
    )
    assert page.errors == ["De wegingen zijn samen meer dan 100%. Er is nog 40% over."]
    page = page.submit(weight="40")
    assert page.flash == "Het gunningscriterium is bewaard."


def test_a_file_that_is_no_pdf_is_refused_at_its_field(client_as: ClientAs) -> None:
    procedure = make_procedure()
    page = (
        client_as(BUYER)
        .get(at(procedure, "/documenten"))
        .submit(kind="guide", title="Leidraad", file=(BytesIO(b"geen pdf"), "leidraad.pdf"))
    )
    assert page.status_code == 422
    assert page.errors


def test_a_partner_reads_along_and_cannot_change(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    partner = client_as("regio@pijnacker-nootdorp.example")

    assert partner.get(at(procedure)).h1 == procedure.title
    assert partner.get(at(procedure, "/percelen/1")).status_code == 200
    assert partner.get(at(procedure, "/planning")).status_code == 403
    page = client_as("inkoop@zoetermeer.example").get(at(procedure, "/gegevens"))
    assert page.status_code == 403
    assert "inkoop van Lansingerland" in page.body


@pytest.mark.parametrize("tail", ["", "/percelen", "/percelen/1", "/eisen", "/documenten", "/vragen"])
def test_a_foreign_municipality_finds_nothing(client_as: ClientAs, tail: str) -> None:
    procedure = make_published_procedure()

    assert client_as("regio@rotterdam.example").get(at(procedure, tail)).status_code == 404


def test_things_of_another_tender_are_not_found(client_as: ClientAs) -> None:
    mine, other = make_procedure(), make_lot().procedure
    criterion = make_criterion(first_lot(other))
    buyer = client_as(BUYER)

    assert buyer.get(at(mine, f"/criteria/{criterion.id}")).status_code == 404
    assert buyer.get(at(mine, "/percelen/1")).status_code == 404
    assert buyer.get(at(mine, "/vragen/1")).status_code == 404


def test_a_question_is_answered_and_published_in_a_nota(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    make_question(procedure)
    buyer = client_as(BUYER)
    page = buyer.get(at(procedure, "/vragen/1"))
    assert "Taalhuis de Waterlinie" in page.body
    page = page.submit(answer="Ja, avondlessen mogen.")
    assert page.flash == "Het antwoord staat klaar voor de nota van inlichtingen."

    page = page.click("Nota van inlichtingen maken").submit("Nota van inlichtingen publiceren")
    assert page.errors[0].startswith("Vraag 1: alleen u hebt het antwoord gelezen. Laat een collega meelezen")
    page = page.submit("Nota van inlichtingen publiceren", unchecked_reason="Er is geen collega.")
    assert page.flash == "Nota van inlichtingen 1 is gepubliceerd. De volgers hebben bericht gekregen."
    public = client_as(None).get(f"/opdrachten/{procedure.number}")
    assert "Ja, avondlessen mogen." in public.body
    assert "Taalhuis" not in public.body


def test_two_buyers_in_one_answer_are_told_apart(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    make_question(procedure)
    first = client_as(BUYER).get(at(procedure, "/vragen/1"))
    client_as(BUYER).get(at(procedure, "/vragen/1")).submit(answer="De eerste was sneller.")
    late = first.submit(answer="Mijn tekst moet blijven.")

    assert late.status_code == 409
    assert "Dit is intussen gewijzigd" in late.body
    assert "Nu staat er: De eerste was sneller." in late.body
    assert "Mijn tekst moet blijven." in late.text


def test_the_list_filters_sorts_and_downloads(client_as: ClientAs) -> None:
    published, preparing = make_published_procedure(), make_procedure(title="Nog lang niet af")
    buyer = client_as(BUYER)
    page = buyer.get("/aanbestedingen?toestand=open&product=B1&sorteer=-titel")

    assert published.title in page.body
    assert preparing.title not in page.body
    assert buyer.get("/aanbestedingen/download?toestand=open").data[:2] == b"PK"
    assert buyer.get("/aanbestedingen?toestand=x&gemeente=x&sorteer=x&pagina=0").status_code == 200


def test_a_lot_is_withdrawn_with_a_reason(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    page = client_as(BUYER).get(at(procedure, "/percelen/2/intrekken"))
    refused = page.submit(reason="Kort")
    assert refused.errors == ["Geef de reden van het intrekken in ten minste 10 tekens."]
    page = page.submit(reason="Er is geen budget meer.")

    assert page.flash == "Perceel ‘Z-leerroute’ is ingetrokken. De volgers hebben bericht gekregen."
    assert "Ingetrokken." in client_as(None).get(f"/opdrachten/{procedure.number}").body


def test_statements_of_the_list_do_not_grow_with_its_rows(
    client_as: ClientAs, count_statements: Callable[[], Any]
) -> None:
    buyer = client_as(BUYER)
    make_procedure()
    with count_statements() as few:
        buyer.get("/aanbestedingen")
    for number in range(8):
        make_lot(make_procedure(title=f"Aanbesteding {number}"))
    with count_statements() as many:
        buyer.get("/aanbestedingen")

    assert many.number <= few.number + 1


def test_tasks_wait_for_the_buyer(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    make_question(procedure)
    db.session.flush()

    assert "Vraag beantwoorden" in client_as(BUYER).get("/mijn-werk").body


def test_a_lot_and_a_document_can_be_taken_out_while_preparing(client_as: ClientAs) -> None:
    consultation = make_reported_consultation()
    procedure = make_complete_procedure(consultation_id=consultation.id)
    buyer = client_as(BUYER)
    page = buyer.get(at(procedure, "/percelen/2")).submit("Perceel verwijderen")
    assert page.flash == "Perceel ‘Z-leerroute’ is verwijderd."
    assert buyer.get(at(procedure, "/percelen/2")).status_code == 404

    version = queries.current_documents(procedure)[0]
    page = buyer.get(at(procedure, f"/documenten/{version.id}/nieuwe-versie")).submit("Document verwijderen")
    assert page.flash == "Het document ‘Aanbestedingsleidraad’ is verwijderd."
    assert "Voeg de aanbestedingsleidraad toe." in buyer.get(at(procedure, "/controleren")).body


def test_a_published_lot_cannot_be_removed(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    buyer = client_as(BUYER)
    token = buyer.token("/mijn-werk")
    page = buyer.post(at(procedure, "/percelen/2/verwijderen"), data={"csrf_token": token})

    assert page.flash.startswith("Dit kan niet meer.")
    assert len(queries.lots_of(procedure)) == 2


@pytest.mark.parametrize(
    ("tail", "fields"),
    [
        ("/gegevens", {"title": "Met een \x00 erin", "kind_code": "sas"}),
        ("/gegevens", {"title": "Goed", "kind_code": "sas", "consultation_id": "geen-id"}),
        ("/team", {"membership_id": "00000000-0000-0000-0000-000000000000", "case_role": "beoordelaar"}),
        ("/planning/voorstel", {"submission_deadline_at": "29-03-2026 02:30"}),
        ("/mandaten", {"municipality_id": "x", "reference": "y", "given_on": "31-02-2026"}),
        ("/percelen/1/prijsregels/nieuw", {"lot_product_id": "x", "title": "y", "quantity": "1e9"}),
        ("/aankondiging", {"tenderned_number": "9" * 500, "sent_at": "25-10-2026 02:30"}),
    ],
)
def test_strange_input_is_answered_and_never_breaks(
    client_as: ClientAs, tail: str, fields: dict[str, str]
) -> None:
    procedure = make_lot(make_procedure()).procedure
    buyer = client_as(BUYER)
    page = buyer.post(at(procedure, tail), data={"csrf_token": buyer.token(), **fields})

    assert page.status_code in (200, 422)


def test_a_nul_in_the_address_is_a_bad_request(client_as: ClientAs) -> None:
    assert client_as(BUYER).get("/aanbestedingen?q=%00").status_code == 400


def test_staff_read_the_nota_of_their_own_tender_only(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    services.answer_question(make_question(procedure), answer="Ja, dat mag.", by=viewer_by_email(BUYER))
    services.publish_nota(
        procedure, numbers=[1], unchecked_reason="Er is geen tweede lezer.", by=viewer_by_email(BUYER)
    )

    page = client_as("regio@pijnacker-nootdorp.example").get(at(procedure, "/nota/1"))
    assert page.data.startswith(b"%PDF-")
    assert client_as("regio@rotterdam.example").get(at(procedure, "/nota/1")).status_code == 404
