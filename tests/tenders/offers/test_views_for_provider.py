"""A provider walks from the task list to the receipt, without script."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from portal.db import db
from tenders.offers import queries
from tenders.offers.demo import plain_declaration
from tenders.offers.models import Offer
from tenders.offers.states import OfferState
from tests.factories.offers import DELTA, TAALHUIS, make_draft, make_submitted
from tests.factories.vault import GuardedTender, make_guarded_tender
from tests.pages import Page, PageClient

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
Clients = Callable[..., PageClient]
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def tender(frozen: Callable[[datetime], None], session: Any) -> GuardedTender:
    frozen(NOON - timedelta(days=2))
    return make_guarded_tender(deadline=NOON)


def upload(page: Page, name: str, data: bytes, token: str | None = None) -> Page:
    assert page.tree is not None
    sent = token if token is not None else page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    return page.client.post(
        page.path,
        data={"csrf_token": sent, "file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
    )


def declared() -> dict[str, str]:
    """What the form of the UEA sends for a provider to whom no ground applies."""
    found = {f"stance_{code}": one.stance for code, one in plain_declaration().items()}
    return found | {"text_IV_keurmerk": plain_declaration()["IV_keurmerk"].text}


def offer_of(tender: GuardedTender) -> Offer:
    return next(offer for offer in db.session.query(Offer) if offer.procedure_id == tender.procedure.id)


def test_the_whole_way_from_start_to_receipt(
    tender: GuardedTender, client_as: Clients, tmp_path: Path
) -> None:
    client = client_as(TAALHUIS)
    page = client.get(f"/inschrijvingen/starten/{tender.procedure.number}").submit("Inschrijving beginnen")
    assert "Nog niet ingediend" in page.body
    home = page.path

    page = page.click("Organisatie en contactpersoon").submit(
        contact_name="Inschrijvingen", contact_email="info@taalhuis.example", alone="ja"
    )
    assert "Opgeslagen in uw concept" in page.flash
    page = page.click("Eisen")
    stance = next(name for name in _fields(page) if name.startswith("stance_"))
    page = page.submit(**{stance: "equivalent", stance.replace("stance", "text"): "Vergelijkbaar keurmerk"})
    page = page.click("Eigen verklaring").submit(**declared())
    page = page.click("Kwaliteit")
    texts = {name: "Zo doen wij dat." for name in _fields(page) if name.startswith("text_")}
    promise = next(name for name in _fields(page) if name.startswith("promise_"))
    page = page.submit(**texts, **{promise: "86,5"})
    page = page.click("Prijs")
    price = next(name for name in _fields(page) if name.startswith("price_"))
    refused = page.submit(**{price: "9.000,01"})
    assert refused.status_code == 422
    assert "ten hoogste" in refused.errors[0]
    page = refused.submit(**{price: "8.123,45"})
    page = upload(page.click("Bijlagen"), "Plan van aanpak.pdf", b"%PDF-1.7 plan")
    assert "‘Plan van aanpak.pdf’ is verzegeld en toegevoegd" in page.flash

    page = client.get(home).click("Controleren en indienen")
    assert "Nog niet klaar" not in page.body
    assert "86,5 %" in page.body
    code = page.tree.xpath("//*[@id='wijzigingscode']")[0].text_content().strip()
    page = page.submit("Inschrijving indienen")
    assert page.h1 == "Bewijs van ontvangst"
    assert "Ingediend op 18 november 2026 om 12:00:00 uur" in page.body
    assert code in page.body

    pdf = client.raw("GET", page.path + "/pdf")
    assert pdf.data.startswith(b"%PDF-")
    bundle = client.raw("GET", page.path + "/zip")
    if which("openssl"):
        _check_with_openssl(bundle.data, tmp_path)
    copy = client.raw("GET", f"{home}/eigen-exemplaar")
    assert {"inschrijving.pdf", "inschrijving.json"} == set(zipfile.ZipFile(io.BytesIO(copy.data)).namelist())
    assert "Teruggelezen" not in client.get(home).body


def _fields(page: Page) -> list[str]:
    assert page.tree is not None
    return [str(name) for name in page.tree.xpath("//main//form//@name")]


def _check_with_openssl(bundle: bytes, folder: Path) -> None:
    zipfile.ZipFile(io.BytesIO(bundle)).extractall(folder)
    command = "openssl pkeyutl -verify -pubin -inkey sleutel.pem -rawin -in bewijs.json -sigfile bewijs.sig"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)


def test_withdrawing_with_the_code_of_this_browser_keeps_the_data(
    tender: GuardedTender, client_as: Clients
) -> None:
    offer = make_draft(tender.procedure)
    number = offer.number
    client = client_as(TAALHUIS)
    client.get(f"/inschrijvingen/{number}/controleren").submit("Inschrijving indienen")
    back = client.get(f"/inschrijvingen/{number}/teruglezen").submit("Teruglezen")
    assert "MARKER-ANTWOORD" in back.body
    page = client.get(f"/inschrijvingen/{number}/terugtrekken").submit("Inschrijving terugtrekken", keep="ja")
    assert "teruggetrokken" in page.flash
    assert "Nog niet ingediend" in page.body
    again = client.get(f"/inschrijvingen/{number}/controleren").submit("Inschrijving indienen")
    assert again.h1 == "Bewijs van ontvangst"


def test_another_browser_without_the_code_can_only_withdraw(
    tender: GuardedTender, client_as: Clients
) -> None:
    number = make_submitted(tender.procedure).number
    client = client_as(TAALHUIS)
    page = client.get(f"/inschrijvingen/{number}/teruglezen").submit(code="0000")
    assert page.status_code == 422
    page = client.get(f"/inschrijvingen/{number}/terugtrekken").submit(keep="ja", code="")
    assert page.status_code == 422
    page = client.get(f"/inschrijvingen/{number}/terugtrekken").submit(keep="nee", code="")
    assert "Teruggetrokken op" in page.body
    page = page.submit("Opnieuw beginnen")
    assert "Nog niet ingediend" in page.body


def test_too_late_gives_a_signed_refusal_with_both_times_and_keeps_the_draft(
    tender: GuardedTender, client_as: Clients, frozen: Callable[[datetime], None]
) -> None:
    number = make_draft(tender.procedure).number
    frozen(NOON - timedelta(seconds=30))
    client = client_as(TAALHUIS)
    page = client.get(f"/inschrijvingen/{number}/controleren")
    frozen(NOON + timedelta(seconds=41))
    page = page.submit("Inschrijving indienen")
    assert page.h1 == "Bewijs van weigering: te laat"
    assert "12:00:00" in page.body
    assert "12:00:41" in page.body
    offer = queries.offer_for(_viewer(), number)
    assert offer.state is OfferState.DRAFT
    assert [one.kind.value for one in queries.submissions_of(offer)] == ["refused"]
    assert "Niet ingediend" in client.get(f"/inschrijvingen/{number}").body


def _viewer() -> Any:
    from portal.accounts.queries import viewer_by_email

    return viewer_by_email(TAALHUIS)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("plan.exe", b"MZ", "moet een pdf"),
        ("plan.pdf", b"", "leeg"),
        ("plan.pdf", b"<html>", "iets anders"),
        ("../../plan.docx", b"PK\x03\x04rest", ""),
    ],
)
def test_an_upload_is_judged_with_a_sentence(
    tender: GuardedTender, client_as: Clients, name: str, data: bytes, words: str
) -> None:
    number = make_draft(tender.procedure).number
    page = client_as(TAALHUIS).get(f"/inschrijvingen/{number}").click("Bijlagen")
    answer = upload(page, name, data)
    if words:
        assert answer.status_code == 422
        assert words in answer.errors[0]
    else:
        assert "‘plan.docx’ is verzegeld" in answer.flash


def test_an_upload_without_the_token_is_refused(tender: GuardedTender, client_as: Clients) -> None:
    number = make_draft(tender.procedure).number
    page = client_as(TAALHUIS).get(f"/inschrijvingen/{number}").click("Bijlagen")
    assert upload(page, "plan.pdf", b"%PDF-1.7", token="nonsense").status_code == 422
    offer = queries.offer_for(_viewer(), number)
    assert len(queries.draft_parts(offer)) == 1


def test_the_offer_of_another_is_nowhere(tender: GuardedTender, client_as: Clients) -> None:
    offer = make_submitted(tender.procedure)
    other = client_as(DELTA)
    paths = ["", "/controleren", "/teruglezen", "/terugtrekken", "/bewijs/1", "/bewijs/1/zip", "/eisen"]
    for path in paths:
        assert other.get(f"/inschrijvingen/{offer.number}{path}").status_code == 404
    assert offer.number not in other.get("/inschrijvingen").text


def test_mijn_werk_shows_the_draft_with_its_closing_time(tender: GuardedTender, client_as: Clients) -> None:
    make_draft(tender.procedure)
    assert "Inschrijving indienen: Leerroutes 2027" in client_as(TAALHUIS).get("/mijn-werk").body
    assert "Leerroutes 2027" not in client_as(DELTA).get("/mijn-werk").body
