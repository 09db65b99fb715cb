"""Steps 4 to 6: offers in sealed envelopes, two people open them, assessors score, the award is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.journeys.scene import (
    ASSESSOR,
    BUYER,
    OTHER,
    PARTNER,
    PDF,
    SECOND_BUYER,
    WINNER,
    Scene,
    dmy,
    number_in,
)
from tests.pages import Label

ANSWERS = {WINNER: "Wij plannen elke twee weken een startmoment.", OTHER: "Wij starten als een groep vol is."}

EVIDENCE = ("GVA", "KvK", "Belastingdienst", "Keurmerk")


def offer(scene: Scene, email: str, rate: str, promise: str) -> None:
    """Fill in every part for the B1 lot, submit, and keep the receipt."""
    person, tender = scene.as_(email), scene.know["tender"]
    page = person.get(f"/inschrijvingen/starten/{tender}").submit("Inschrijving beginnen")
    number = number_in(page.path, "IN")
    base = f"/inschrijvingen/{number}"
    page = person.get(f"{base}/percelen")
    page.submit("Percelen opslaan", lots=[Label("B1-leerroute")])
    person.get(f"{base}/organisatie").submit(
        contact_name="Directie", contact_email=email, alone=Label("Ja, alleen")
    )
    page = person.get(f"{base}/eisen")
    page.submit(
        "Opslaan",
        **{name: Label("Ja") for name in page.names("stance_")},
        **dict.fromkeys(page.names("text_"), "Ons keurmerk is geldig tot en met 2035."),
    )
    page = person.get(f"{base}/uea")
    page.submit(
        "Opslaan",
        **{name: Label("Nee") for name in page.names("stance_III")},
        **{name: Label("Ja") for name in page.names("stance_IV")},
        stance_II_mkb=Label("Ja"),
        stance_II_draagkracht=Label("Nee"),
        stance_II_onderaanneming=Label("Nee"),
        text_IV_keurmerk="Ons keurmerk is geldig tot en met 2035.",
    )
    page = person.get(person.get(base).link("/kwaliteit"))
    page.submit(
        "Opslaan",
        **dict.fromkeys(page.names("text_"), ANSWERS[email]),
        **dict.fromkeys(page.names("promise_"), promise),
    )
    page = person.get(person.get(base).link("/prijs"))
    page.submit("Opslaan", **dict.fromkeys(page.names("price_"), rate))
    page = person.get(person.get(base).link("/bijlagen"))
    page.submit("Bestand verzegelen en toevoegen", file=(PDF, "plan-van-aanpak.pdf"))
    assert "Nog niet ingediend" in person.get(base).body
    page = person.get(f"{base}/controleren").submit("Inschrijving indienen")
    assert "Ingediend" in page.body
    scene.know.setdefault("offers", {})[email] = number


def offers(scene: Scene) -> None:
    """Two providers offer; the winner withdraws once and submits again."""
    offer(scene, WINNER, "9.480,00", "90")
    person, number = scene.as_(WINNER), scene.know["offers"][WINNER]
    page = person.get(f"/inschrijvingen/{number}/terugtrekken")
    page.submit("Inschrijving terugtrekken", keep=Label("Bewaren als concept"))
    person.get(f"/inschrijvingen/{number}/controleren").submit("Inschrijving indienen")
    offer(scene, OTHER, "9.120,00", "80")


def open_the_vault(scene: Scene, envelope: str) -> None:
    """Two key holders of different municipalities open an envelope, each with the own card."""
    base = f"/aanbestedingen/{scene.know['tender']}/kluis"
    cards = scene.know["cards"]
    scene.as_(BUYER).get(f"{base}/{envelope}/aanvragen").submit("Openen aanvragen", answer=cards[BUYER])
    page = scene.as_(SECOND_BUYER).get(f"{base}/{envelope}/bevestigen")
    page.submit("Openen bevestigen", answer=cards[SECOND_BUYER])
    assert scene.as_(BUYER).download(f"{base}/{envelope}/proces-verbaal").startswith(b"%PDF")


def _in_order(body: str, winner: str, other: str) -> tuple[str, str]:
    """Put scores in the order of the page: bidders are letters, so the assessor goes by what they wrote."""
    return (winner, other) if body.index(ANSWERS[WINNER]) < body.index(ANSWERS[OTHER]) else (other, winner)


def _score(person: Any, tender: str, scores: tuple[str, str]) -> None:
    page = person.get(f"/aanbestedingen/{tender}/beoordeling/belangen")
    page.submit("Verklaring vastleggen", answer=Label("Nee, ik heb geen belang"))
    page = person.get(f"/aanbestedingen/{tender}/beoordeling")
    page = person.get(
        page.link("/beoordeling/", -1) if "Volgende" not in page.body else page.link("/beoordeling/", 0)
    )
    page.submit(
        "Scores indienen",
        **dict(zip(page.names("score_"), _in_order(page.body, *scores), strict=True)),
        **dict.fromkeys(page.names("reason_"), "Helder plan met een vaste groep."),
    )


def assess(scene: Scene) -> None:
    """Each assessor scores alone; the suitability is decided; consensus is fixed with reasons."""
    tender = scene.know["tender"]
    base = f"/aanbestedingen/{tender}/beoordeling"
    _score(scene.as_(SECOND_BUYER), tender, ("8", "6"))
    _score(scene.as_(ASSESSOR), tender, ("9", "7"))
    buyer = scene.as_(BUYER)
    page = buyer.get(buyer.get(base).link("/consensus/"))
    page.submit(
        "Consensus vastleggen",
        **dict(zip(page.names("score_"), _in_order(page.body, "9", "6"), strict=True)),
        **dict.fromkeys(page.names("reason_"), "Het plan noemt vaste startmomenten en een vaste docent."),
    )
    asked = buyer.get(base).link("/eisen")
    for number in range(2):
        page = buyer.get(buyer.get(asked).link(f"{asked}/", number))
        page.submit(
            "Besluit vastleggen", verdict=Label("Voldoet"), reason="Het keurmerk staat in het register."
        )
    page = buyer.get(base).submit("Kwaliteit van B1-leerroute vaststellen")
    assert "Kwaliteit vastgesteld" in page.body


def verify(scene: Scene, lot: str) -> None:
    """The winner is asked for evidence and hands it in; inkoop finds it in order."""
    page = scene.as_(BUYER).get(f"{lot}/bewijsstukken")
    page.submit("Bewijsstukken vragen", items=[Label(one) for one in EVIDENCE])
    base = f"/inschrijvingen/{scene.know['offers'][WINNER]}/gevraagd"
    for number in range(len(EVIDENCE)):
        winner = scene.as_(WINNER)
        page = winner.get(winner.get(base).link("/gevraagd/bewijsstukken/", number))
        page.submit("Antwoord versturen", answer="Zie het bestand.", file=(PDF, "bewijs.pdf"))
    for number in range(len(EVIDENCE)):
        buyer = scene.as_(BUYER)
        page = buyer.get(buyer.get(f"{lot}/bewijsstukken").link("/bewijsstukken/", number))
        page.submit("Oordeel vastleggen", action=Label("In orde"), finding="Gezien en geldig op de dag van vandaag.")


def award(scene: Scene) -> None:
    """Ranking, advice, approval by the municipalities, letters at one moment, standstill, final award."""
    tender = scene.know["tender"]
    buyer = scene.as_(BUYER)
    page = buyer.get(f"/aanbestedingen/{tender}/gunning")
    lot = scene.know["award_page"] = page.link("/gunning/")
    page = buyer.get(lot).submit("Rangorde maken")
    assert "Taalhuis de Waterlinie" in page.body
    buyer.get(f"{lot}/advies").submit(
        "Advies bewaren en gemeenten vragen",
        advice="Gunnen aan Taalhuis de Waterlinie: hoogste totaal.",
        advantages="Vaste startmomenten elke twee weken, met een vaste docent per groep.",
    )
    for email in (PARTNER, SECOND_BUYER):
        scene.as_(email).get(f"{lot}/akkoord").submit(
            "Antwoord vastleggen", answer=Label("Akkoord"), mandate="Mandaat 2031-7", mandate_on=dmy(scene.time.now)
        )
    buyer = scene.as_(BUYER)
    for number in range(2):
        page = buyer.get(buyer.get(lot).link("/brieven/", number))
        if page.names("grounds"):
            page.submit("Brief bewaren", grounds="Uw plan noemt geen vaste startmomenten.")
    buyer.get(lot).submit("Voorlopige gunning versturen")
    decision = scene.as_(OTHER).get(f"/inschrijvingen/{scene.know['offers'][OTHER]}/besluit")
    assert "Voorlopig niet aan u gegund" in decision.body, decision.body[:500]
    assert scene.as_(OTHER).download(decision.link("/besluit/")).startswith(b"%PDF")
    scene.wait(days=19)
    body = scene.as_(BUYER).get(lot).body
    assert "De opschortende termijn loopt" in body, body[:600]
    verify(scene, lot)
    scene.until(scene.time.now + timedelta(days=4))
    page = scene.as_(BUYER).get(lot).submit("Definitief gunnen")
    assert "Definitief gegund aan Taalhuis de Waterlinie" in page.body
