"""Steps 2 and 3: consult the market, make and publish the tender, answer a question."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from portal import clock
from tests.journeys.scene import (
    ASSESSOR,
    BUYER,
    OTHER,
    PDF,
    SECOND_BUYER,
    WINNER,
    Scene,
    card_code,
    dmy,
    number_in,
)
from tests.pages import Label

PLACES = [Label("Lansingerland"), Label("Pijnacker-Nootdorp"), Label("Zoetermeer")]
STARTS_ON, ENDS_ON = date(2031, 9, 1), date(2033, 8, 31)


def consult_the_market(scene: Scene) -> None:
    """One question, one answer, a published report with one finding."""
    buyer = scene.as_(BUYER)
    page = buyer.get("/marktconsultaties/nieuw").submit(
        title="Taalonderwijs in de avond",
        introduction="Wij denken na over lessen in de avond.",
        products=[Label("B1"), Label("Z-leerroute")],
        municipalities=PLACES,
        closes_at=f"{clock.local(scene.time.now + timedelta(days=14)):%d-%m-%Y} 12:00",
    )
    number = scene.know["consultation"] = number_in(page.path, "MC")
    page = buyer.get(f"/marktconsultaties/{number}").submit(
        text="Hoeveel weken na aanmelding kunt u starten?"
    )
    page.submit("Openstellen")
    page = scene.as_(WINNER).get(f"/marktconsultaties/{number}/reactie")
    page.submit("Reactie indienen", **{page.names("antwoord_")[0]: "Binnen vier weken."})
    scene.wait(days=15)
    buyer = scene.as_(BUYER)
    assert "Binnen vier weken" in buyer.get(f"/marktconsultaties/{number}/antwoorden").body
    buyer.get(f"/marktconsultaties/{number}/verslag").submit(
        report="Aanbieders kunnen binnen vier weken starten. Snel starten vraagt een vaste groep."
    )
    buyer.get(f"/marktconsultaties/{number}/bevindingen/nieuw").submit(
        title="Starten binnen vier weken is haalbaar", text="Alle aanbieders noemen vier weken of minder."
    )
    buyer.get(f"/marktconsultaties/{number}/verslag").submit("Verslag publiceren")
    market = scene.as_(None).get(f"/opdrachten/marktconsultaties/{number}")
    assert "Starten binnen vier weken is haalbaar" in market.body


def make_the_tender(scene: Scene) -> None:
    """Two lots from the catalogue, everything that must be stored before publication."""
    buyer = scene.as_(BUYER)
    page = buyer.get("/aanbestedingen/nieuw").submit(
        title="Leerroutes B1 en Z 2031",
        kind_code=Label("sociale en andere specifieke diensten"),
        summary="Taalonderwijs voor inburgeraars in de regio.",
        consultation_id=Label(scene.know["consultation"]),
    )
    number = scene.know["tender"] = number_in(page.path, "AB")
    base = f"/aanbestedingen/{number}"
    _add_lot(buyer, base, 1, "B1-leerroute", PLACES, "4.000.000,00")
    _add_lot(buyer, base, 2, "Z-leerroute", PLACES[:2], "1.000.000,00")
    _add_requirements_and_document(buyer, base)
    _motivate(buyer, base, scene)
    _plan(buyer, base, scene)
    for person, role in (
        ("Inkoper Zoetermeer", "Beoordelaar"),
        ("Inkoper Zoetermeer", "Tweede persoon"),
        ("Beoordelaar Pijnacker-Nootdorp", "Beoordelaar"),
        ("Inkoper Lansingerland", "Sleutelhouder"),
        ("Inkoper Zoetermeer", "Sleutelhouder"),
        ("Beoordelaar Pijnacker-Nootdorp", "Sleutelhouder"),
    ):
        buyer.get(f"{base}/team").submit(membership_id=Label(person), case_role=Label(role.lower()))


def _add_lot(buyer: Any, base: str, lot: int, product: str, places: list[Label], ceiling: str) -> None:
    buyer.get(f"{base}/percelen/nieuw").submit(
        title=product, products=[Label(product)], participants=places, starts_on=dmy(STARTS_ON),
        ends_on=dmy(ENDS_ON), extension_count="2", extension_months="12", run_off_months="12",
        ceiling_amount=ceiling, ceiling_quantity="400",
    )  # fmt: skip
    page = buyer.get(f"{base}/percelen/{lot}/aantallen")
    page.submit("Aantallen opslaan", **dict.fromkeys(page.names("aantal_"), "20"))
    buyer.get(f"{base}/percelen/{lot}/prijsregels/nieuw").submit(
        lot_product_id=Label(product), title=f"Traject {product}", unit=Label("traject"),
        vat_category=Label("vrijgesteld"), quantity="100", price_model=Label("open"),
    )  # fmt: skip
    buyer.get(f"{base}/percelen/{lot}/prijs").submit(
        "Prijsformule opslaan", price_weight="40", price_floor="600.000,00", price_cap="1.200.000,00",
        outside_bounds=Label("stoppen bij de grens"), price_rationale="De grenzen volgen uit de raming.",
    )  # fmt: skip
    page = buyer.get(f"{base}/percelen/{lot}/criteria/nieuw")
    findings = {"findings": [Label("haalbaar")]} if page.names("findings") else {}
    page.submit(
        title="Snel starten", description="Hoe start u snel na de aanmelding?", weight="60",
        measure_id=Label("Start op tijd"), promise_text="Welk deel van de deelnemers start op tijd?", **findings,
    )  # fmt: skip


def _add_requirements_and_document(buyer: Any, base: str) -> None:
    buyer.get(f"{base}/eisen/nieuw").submit(
        kind=Label("Geschiktheidseis"), title="Keurmerk Blik op Werk of gelijkwaardig",
        text="U hebt het keurmerk of toont aan dat uw kwaliteit gelijkwaardig is.", is_keurmerk="y",
    )  # fmt: skip
    buyer.get(f"{base}/eisen/nieuw").submit(
        kind=Label("Programma van eisen"), title="Lessen op ten minste twee dagdelen",
        text="U geeft les op ten minste twee dagdelen per week.",
    )  # fmt: skip
    buyer.get(f"{base}/documenten").submit(
        kind=Label("eidraad"), title="Aanbestedingsleidraad", file=(PDF, "leidraad.pdf")
    )


def _motivate(buyer: Any, base: str, scene: Scene) -> None:
    yesterday, today = scene.time.now - timedelta(days=1), scene.time.now
    page = buyer.get(f"{base}/motivering").submit(
        "Raming en motivering opslaan", estimated_value="4.500.000,00", estimated_on=dmy(yesterday),
        estimate_basis="Aantal maal prijs maal jaren.", kind_motivation="Sociale dienst boven de drempel.",
        lots_motivation="Twee percelen, zodat ook kleine scholen kunnen inschrijven.", motivated_on=dmy(today),
        term_motivation="Trajecten duren drie jaar.",
    )  # fmt: skip
    for place in PLACES[1:]:
        page = buyer.get(f"{base}/motivering").submit(
            "Volmacht of mandaat vastleggen", municipality_id=place, reference="Collegebesluit 2031-12",
            given_on=dmy(yesterday),
        )  # fmt: skip
    assert "Collegebesluit 2031-12" in page.body
    buyer.get(f"{base}/aankondiging").submit(
        tenderned_number="TN-443322", sent_at=f"{clock.local(today):%d-%m-%Y} 08:00",
        receipt_confirmed_at=f"{clock.local(today):%d-%m-%Y} 08:30", made_public_at=f"{clock.local(today):%d-%m-%Y} 09:00",
    )  # fmt: skip


def _plan(buyer: Any, base: str, scene: Scene) -> None:
    closes = clock.local(scene.time.now + timedelta(days=42))
    while closes.weekday() != 1:
        closes += timedelta(days=1)
    scene.know["deadline"] = clock.to_utc(
        closes.replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None)
    )
    page = buyer.get(f"{base}/planning").submit(
        "Planning voorstellen", submission_deadline_at=f"{closes:%d-%m-%Y} 12:00"
    )
    page.submit("Planning opslaan")


def prepare_the_vault(scene: Scene) -> None:
    """Three holders and a reserve card; each proves that the card works."""
    scene.know["cards"] = {}
    for email in (BUYER, SECOND_BUYER, ASSESSOR):
        person = scene.as_(email)
        page = person.get("/kluiskaarten/nieuw").submit(kind=Label("Voor mijzelf"))
        scene.know["cards"][email] = card_code(page.body)
        page = person.get("/kluiskaarten")
        person.get(page.link("/proefopening")).submit(answer=scene.know["cards"][email])
    buyer = scene.as_(BUYER)
    page = buyer.get("/kluiskaarten/nieuw").submit(kind=Label("reservekaart"), label="Kluis gemeentehuis")
    code = card_code(page.body)
    buyer.get(buyer.get("/kluiskaarten").link("/proefopening", -1)).submit(answer=code)
    page = buyer.get(f"/aanbestedingen/{scene.know['tender']}/kluis/voorbereiden")
    page.submit(
        "Sleutels maken",
        cards=[
            Label("Inkoper Lansingerland"),
            Label("Inkoper Zoetermeer"),
            Label("Beoordelaar"),
            Label("gemeentehuis"),
        ],
    )


def publish(scene: Scene) -> None:
    """The check page lets it through, a second person publishes; everybody can read it, a provider follows and asks."""
    number = scene.know["tender"]
    scene.as_(BUYER).get(f"/aanbestedingen/{number}/controleren").submit("Publicatie aanvragen")
    scene.as_(SECOND_BUYER).get(f"/aanbestedingen/{number}/controleren").submit("Publiceren")
    public = scene.as_(None).get(f"/opdrachten/{number}")
    assert "Leerroutes B1 en Z 2031" in public.h1
    page = scene.as_(WINNER).get(f"/opdrachten/{number}").submit("Volgen")
    scene.as_(OTHER).get(f"/opdrachten/{number}").submit("Volgen")
    page = scene.as_(WINNER).get(f"/opdrachten/{number}/vragen/nieuw")
    page.submit(paragraph="Paragraaf 3", text="Mogen wij ook op zaterdag les geven?")
    scene.wait(days=1)
    buyer = scene.as_(BUYER)
    buyer.get(f"/aanbestedingen/{number}/vragen/1").submit(answer="Ja, dat mag.")
    page = buyer.get(f"/aanbestedingen/{number}/vragen/nota")
    page.submit(
        "Nota van inlichtingen publiceren", numbers=[Label("zaterdag")], unchecked_reason="Er is geen tweede lezer."
    )
    assert "Ja, dat mag." in scene.as_(None).get(f"/opdrachten/{number}").body
