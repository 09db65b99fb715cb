"""Pages on which questions are asked, answered together and published, per audience."""

import io
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from werkzeug.datastructures import FileStorage

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.db import db
from tenders.procedures import queries, services
from tenders.procedures.models import Procedure
from tests.factories.consultations import buyer, make_reported_consultation, provider
from tests.factories.procedures import deadline_in, make_published_procedure, make_question
from tests.pages import Page, PageClient

pytestmark = pytest.mark.usefixtures("session")
BUYER = "inkoop@lansingerland.example"
COLLEAGUE = "regio@pijnacker-nootdorp.example"
ASSESSOR = "beoordelaar@pijnacker-nootdorp.example"
PROVIDER = "info@taalhuis-de-waterlinie.example"
OTHER = "info@route-delta.example"
ClientAs = Callable[..., PageClient]
REASON = "De vraag laat zien hoe onze eigen lesmethode werkt."
DECISION = "Het antwoord is voor alle inschrijvers van belang."


def staff(procedure: Procedure, tail: str) -> str:
    return f"/aanbestedingen/{procedure.number}{tail}"


def market(procedure: Procedure, tail: str) -> str:
    return f"/opdrachten/{procedure.number}{tail}"


def test_a_colleague_is_asked_drafts_and_inkoop_takes_it_over(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    make_question(procedure)
    db.session.flush()
    colleague = client_as(COLLEAGUE)
    assert colleague.get(staff(procedure, "/vragen/1")).status_code == 403

    page = client_as(BUYER).get(staff(procedure, "/vragen/1")).click("Collega vragen")
    member = viewer_by_email(COLLEAGUE).membership_id
    page = page.submit("Vraag toewijzen", membership_id=str(member))
    assert page.flash == "De vraag is toegewezen."

    assert "Conceptantwoord schrijven" in colleague.get("/mijn-werk").body
    page = colleague.get(staff(procedure, "/vragen/1"))
    assert "Taalhuis de Waterlinie" not in page.body
    page = page.submit("Concept opslaan", answer="Ja, ook in de avond.")
    assert page.flash == "Het concept is opgeslagen."

    page = client_as(BUYER).get(staff(procedure, "/vragen/1"))
    assert "Ja, ook in de avond." in page.text
    page = page.submit("Antwoord klaarzetten")
    assert page.flash == "Het antwoord staat klaar voor de nota van inlichtingen."
    page = client_as(BUYER).get(staff(procedure, "/vragen/nota")).submit("Nota van inlichtingen publiceren")
    assert page.flash == "Nota van inlichtingen 1 is gepubliceerd. De volgers hebben bericht gekregen."


def test_a_colleague_reads_an_answer_as_the_second_person(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    services.answer_question(make_question(procedure), answer="Ja, dat mag.", by=buyer())
    db.session.flush()
    page = client_as(ASSESSOR).get(staff(procedure, "/vragen/1"))
    page = page.submit("Antwoord is goed, ik heb het nagelezen")

    assert page.flash == "U hebt het antwoord nagelezen. Het kan in de nota."
    assert "Nagelezen door" in page.body
    refused = client_as(BUYER).raw("POST", staff(procedure, "/vragen/1/nakijken"))
    assert refused.status_code == 400


def test_confidence_is_asked_refused_and_the_asker_chooses(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    page = client_as(PROVIDER).get(market(procedure, "/vragen/nieuw"))
    page = page.submit(text="Mag onze eigen methode ook voor de Z-leerroute?", confidential_reason="Geheim")
    assert page.errors == ["Leg in ten minste 20 tekens uit waarom de vraag vertrouwelijk moet blijven."]
    page = page.submit(confidential_reason=REASON)
    assert page.flash == "Uw vraag is verstuurd. Zij heeft nummer 1."

    assert "Beslissen over een vertrouwelijke vraag" in client_as(BUYER).get("/mijn-werk").body
    page = client_as(BUYER).get(staff(procedure, "/vragen/1")).click("Beslissen")
    assert page.submit(decision=DECISION).status_code == 422
    page = page.submit(outcome="refuse", decision=DECISION)
    assert page.flash == "Uw besluit is vastgelegd. De vrager heeft bericht gekregen."
    assert "Wacht op de vrager" in page.body

    assert "Kiezen: vraag intrekken of laten publiceren" in client_as(PROVIDER).get("/mijn-werk").body
    page = client_as(PROVIDER).get(market(procedure, "/vragen/1"))
    assert DECISION in page.body
    assert client_as(OTHER).get(market(procedure, "/vragen/1")).status_code == 404
    page = page.submit("Vraag laten publiceren")
    assert page.flash == "De vraag wordt beantwoord in de nota van inlichtingen, zonder uw naam."


def test_a_question_in_confidence_is_answered_to_its_asker(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    question = services.ask_question(
        procedure, text="Mag onze eigen methode ook?", confidential_reason=REASON, by=provider()
    )
    services.decide_confidentiality(question, grant=True, decision=DECISION, by=buyer())
    services.answer_question(question, answer="Ja, dat mag alleen u weten.", by=buyer())
    db.session.flush()

    assert "Ja, dat mag alleen u weten." not in client_as(PROVIDER).get(market(procedure, "/vragen/1")).body
    page = client_as(BUYER).get(staff(procedure, "/vragen/1")).submit("Alleen aan de vrager versturen")
    assert page.flash == "Het antwoord is verstuurd. Alleen de vrager kan het lezen."
    assert "Ja, dat mag alleen u weten." in client_as(PROVIDER).get(market(procedure, "/vragen/1")).body
    assert "Ja, dat mag alleen u weten." not in client_as(OTHER).get(market(procedure, "")).body


def test_a_refused_question_can_be_taken_back(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    question = services.ask_question(
        procedure, text="Mag onze eigen methode ook?", confidential_reason=REASON, by=provider()
    )
    services.decide_confidentiality(question, grant=False, decision=DECISION, by=buyer())
    db.session.flush()
    page = client_as(PROVIDER).get(market(procedure, "/vragen/1")).submit("Vraag intrekken")

    assert page.flash == "De vraag is teruggetrokken. Zij wordt niet beantwoord en niet gepubliceerd."


def test_a_name_in_a_question_is_warned_about_and_can_be_meant(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    page = client_as(PROVIDER).get(market(procedure, "/vragen/nieuw"))
    page = page.submit(text="Mag Taalhuis de Waterlinie ook op zaterdag les geven?")

    assert page.status_code == 422
    assert "In de tekst staat ‘Taalhuis de Waterlinie’." in page.errors[0]
    page = page.submit(as_typed="y")
    assert page.flash == "Uw vraag is verstuurd. Zij heeft nummer 1."


def filled(template: bytes, *questions: tuple[str, ...]) -> FileStorage:
    """The template with these rows typed into it: question, lot, document, paragraph, reason."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book["Vragen"]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Vraag")
    for at, texts in enumerate(questions, start=head + 1):
        for column, text in enumerate(texts, start=1):
            sheet.cell(at, column, text or None)
    out = io.BytesIO()
    book.save(out)
    return FileStorage(io.BytesIO(out.getvalue()), "vragen.xlsx")


def upload(client: PageClient, procedure: Procedure, *questions: tuple[str, ...]) -> Page:
    template = client.get(market(procedure, "/vragen/sjabloon")).data
    return client.get(market(procedure, "/vragen/bestand")).submit(
        "Bestand controleren", file=filled(template, *questions)
    )


def test_many_questions_come_by_our_template_with_a_look_first(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    client = client_as(PROVIDER)
    lot = queries.lots_of(procedure)[0]
    page = upload(
        client,
        procedure,
        ("Mag een les ook in de avond zijn?", f"Perceel 1: {lot.title}", "", "3.2", ""),
        ("Mag onze eigen methode ook?", "", "", "", REASON),
    )
    assert "2\u00a0vragen gelezen" in page.text
    assert queries.questions_of(procedure) == []

    page = page.submit("Vragen versturen")
    assert page.flash == "Er zijn 2 vragen verstuurd."
    first, second = queries.questions_of(procedure)
    assert (first.lot_id, first.paragraph) == (lot.id, "3.2")
    assert second.confidential_reason == REASON


def test_a_wrong_workbook_names_the_cell_and_sends_nothing(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    client = client_as(PROVIDER)
    page = upload(client, procedure, ("Kort", "Perceel 9: Niets", "", "", ""), ("Is dit een goede vraag?", "", "", "", ""))

    assert "schrijf de vraag in ten minste 10 tekens." in page.text
    assert "kies ‘perceel’ uit de lijst, of maak de cel leeg." in page.text
    assert "Is dit een goede vraag?" in page.body
    assert "versturen" not in " ".join(page.tree.xpath("//main//button/text()"))
    other = client.get(market(procedure, "/vragen/bestand"))
    nonsense = other.submit("Bestand controleren", file=FileStorage(io.BytesIO(b"geen werkboek"), "vragen.xlsx"))
    assert nonsense.errors
    forged = client.post(
        market(procedure, "/vragen/bestand/versturen"), data={"rows": "[{}]", "csrf_token": "x"}
    )
    assert forged.status_code in (200, 400)
    assert queries.questions_of(procedure) == []


def test_earlier_questions_that_ask_the_same_stand_beside_it(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    make_question(procedure, text="Mogen lessen ook in de avond?")
    make_question(procedure, text="Mag een les ook in de avond zijn?")
    db.session.flush()
    page = client_as(BUYER).get(staff(procedure, "/vragen/2"))

    assert "Vraag 1 in deze aanbesteding" in page.body


def test_the_list_of_questions_filters_and_downloads(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    make_question(procedure, text="Mogen lessen ook in de avond?")
    services.ask_question(procedure, text="Mag onze eigen methode?", confidential_reason=REASON, by=provider())
    db.session.flush()
    client = client_as(BUYER)

    shown = client.get(staff(procedure, "/vragen?vertrouwelijk=ja"))
    assert "eigen methode" in shown.body
    assert "in de avond" not in shown.body
    assert "in de avond" in client.get(staff(procedure, "/vragen?perceel=1&toestand=asked")).body
    assert client.get(staff(procedure, "/vragen?wie=ik")).body.count("in de avond") == 0
    assert client.get(staff(procedure, "/vragen?perceel=x&document=x&toestand=x&pagina=9")).status_code == 200
    assert client.get(staff(procedure, "/vragen/download?vertrouwelijk=ja")).data[:2] == b"PK"


def test_a_late_nota_asks_for_a_later_closing(client_as: ClientAs) -> None:
    procedure = make_published_procedure(deadline=deadline_in(30))
    services.answer_question(make_question(procedure), answer="Ja, dat mag.", by=buyer())
    services.check_answer(queries.question_of(procedure, 1), by=viewer_by_email(ASSESSOR))
    db.session.flush()
    before = procedure.submission_deadline_at
    assert before is not None
    with clock.at(before - timedelta(days=8)):
        page = client_as(BUYER).get(staff(procedure, "/vragen/nota"))
        assert "De nota komt te laat" in page.body
        page = page.submit("Nota van inlichtingen publiceren", keep="keep")
        assert page.errors == ["Leg in ten minste 20 tekens uit waarom de sluiting blijft staan."]
        page = page.submit("Nota van inlichtingen publiceren", keep="move")
        assert page.flash == "Nota van inlichtingen 1 is gepubliceerd. De volgers hebben bericht gekregen."
        assert "sluiting verlengd tot" in page.body


def test_a_follower_opens_a_nota_and_inkoop_can_prove_it(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    services.answer_question(make_question(procedure), answer="Ja, dat mag.", by=buyer())
    services.publish_nota(procedure, numbers=[1], unchecked_reason="Alleen vandaag.", by=buyer())
    db.session.flush()
    log = client_as(BUYER).get(staff(procedure, "/volgers"))
    assert "Nog niet geopend" in log.body

    assert client_as(PROVIDER).get(market(procedure, "/nota/1/lezen")).data.startswith(b"%PDF")
    log = client_as(BUYER).get(staff(procedure, "/volgers"))
    assert "Nog niet geopend" not in log.body
    assert client_as("inkoop@zoetermeer.example").get(staff(procedure, "/volgers")).status_code == 403


def test_findings_are_tied_from_the_page_of_the_tender(client_as: ClientAs) -> None:
    consultation = make_reported_consultation()
    procedure = make_published_procedure(consultation_id=consultation.id)
    make_question(procedure)
    db.session.flush()
    page = client_as(BUYER).get(staff(procedure, "/bevindingen"))
    assert consultation.findings[0].title in page.body
    assert "Vraag 1" not in page.body
    criterion = queries.criteria_of(queries.lots_of(procedure)[0])[0]
    question = queries.question_of(procedure, 1)
    page = page.click("Koppelingen wijzigen").submit(
        "Koppelingen opslaan", criteria=[str(criterion.id)], questions=[str(question.id)]
    )
    assert page.flash == "De koppelingen zijn opgeslagen."
    assert criterion.title in page.body
    assert "Vraag 1" in page.body
    plain = make_published_procedure()
    assert client_as(BUYER).get(staff(plain, "/bevindingen")).status_code == 404


def test_a_question_in_confidence_is_kept_from_the_team_and_the_other_municipalities(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    services.ask_question(procedure, text="Mag onze geheime methode?", confidential_reason=REASON, by=provider())
    db.session.flush()
    assert "geheime methode" in client_as(BUYER).get(staff(procedure, "/vragen")).body
    for email in (ASSESSOR, COLLEAGUE, "inkoop@zoetermeer.example"):
        client = client_as(email)
        assert "geheime methode" not in client.get(staff(procedure, "/vragen")).body
        assert "Vraag 1 bij" not in client.get("/zoeken?q=geheime").body
        assert client.get(staff(procedure, "/vragen/1")).status_code == 403
        book = openpyxl.load_workbook(io.BytesIO(client.get(staff(procedure, "/vragen/download")).data))
        assert "geheime" not in str([row for sheet in book for row in sheet.iter_rows(values_only=True)])


def test_questions_are_found_by_their_words(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    make_question(procedure, text="Mogen lessen ook in de avond?")
    db.session.flush()

    assert "Mogen lessen ook in de avond?" in client_as(BUYER).get("/zoeken?q=avond").body
    assert "Vraag 1 bij" in client_as(PROVIDER).get("/zoeken?q=avond").body
    assert "Vraag 1 bij" not in client_as(OTHER).get("/zoeken?q=avond").body
