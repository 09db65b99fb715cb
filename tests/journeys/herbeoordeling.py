"""From a provisional award by way of a summons to the final award of a second decision, on screen only."""

from __future__ import annotations

from datetime import timedelta

from tests.factories import awards as made
from tests.factories.awards import Case
from tests.journeys.scene import ASSESSOR, BUYER, OTHER, PARTNER, PDF, SECOND_BUYER, WINNER, Scene, dmy
from tests.pages import Label

FRESH = "beoordelaar2@zoetermeer.example"
SUMMONED_BY = "Een inschrijver vindt de motivering van zijn score te kort."
EVIDENCE = ("GVA", "KvK", "Belastingdienst", "Keurmerk")


def walk(scene: Scene, case: Case) -> None:
    """Provisional award → summons → judgment → reassessment by a new team → new decision → new term → final."""
    lot = case.award_url()
    send(scene, lot, "Route Delta")
    summons(scene, lot)
    judgment(scene, lot)
    judge_again(scene, case, lot)
    decide_again(scene, case, lot)
    make_final(scene, case, lot)


def send(scene: Scene, lot: str, winner: str) -> None:
    """Write the advice, let both municipalities agree, send the letters."""
    page = scene.as_(BUYER).get(f"{lot}/advies")
    page.submit(
        "Advies bewaren en gemeenten vragen", advice=f"Gun aan {winner}: de meeste punten.", advantages=made.ADVANTAGES
    )
    for email in (PARTNER, SECOND_BUYER):
        scene.as_(email).get(f"{lot}/akkoord").submit(
            "Antwoord vastleggen", answer=Label("Akkoord"), mandate="B2031-9", mandate_on=dmy(scene.time.now)
        )
    page = scene.as_(BUYER).get(lot).submit("Voorlopige gunning versturen")
    assert f"Voorlopig gegund aan {winner}" in page.body


def summons(scene: Scene, lot: str) -> None:
    """A summons within the term stops the final award, also when the term is over."""
    scene.wait(days=12)
    page = scene.as_(BUYER).get(f"{lot}/kort-geding")
    page.submit("Kort geding vastleggen", since=dmy(scene.time.now), reference="C/10/9")
    scene.wait(days=20)
    page = scene.as_(BUYER).get(lot)
    assert "Er loopt een kort geding" in page.body
    assert "U kunt definitief gunnen" not in page.body


def judgment(scene: Scene, lot: str) -> None:
    """The judge orders that the offers are judged again."""
    page = scene.as_(BUYER).get(f"{lot}/uitspraak")
    page.submit(
        "Uitspraak vastleggen", ended=dmy(scene.time.now), outcome="De gemeente moet de kwaliteit opnieuw beoordelen."
    )


def judge_again(scene: Scene, case: Case, lot: str) -> None:
    """A new team scores without seeing anything of the first judging."""
    page = scene.as_(BUYER).get(f"{lot}/herbeoordeling")
    page.submit(
        "Herbeoordeling beginnen",
        cause=Label("Opdracht van de rechter"),
        reason="De rechter vond de motivering onvoldoende en beval een herbeoordeling door een nieuw team.",
        members=[Label("Zoetermeer"), Label("Pijnacker-Nootdorp")],
        chair=Label("Pijnacker-Nootdorp"),
    )
    base = case.url("/beoordeling")
    for email in (ASSESSOR, FRESH):
        person = scene.as_(email)
        person.get(f"{base}/belangen").submit("Verklaring vastleggen", answer=Label("Nee, ik heb geen belang"))
        assert "U beoordeelt dit perceel opnieuw" in person.get(case.url("/gunning")).body
        for criterion in case.criteria:
            page = person.get(f"{base}/{criterion.id}")
            assert "Volledig en concreet" not in page.body
            page.submit("Scores indienen", **answers(page, case, criterion_scores(case, case.criteria.index(criterion))))
    for criterion in case.criteria:
        page = scene.as_(ASSESSOR).get(case.url(f"/consensus/{criterion.id}"))
        page.submit(
            "Consensus vastleggen", **answers(page, case, criterion_scores(case, case.criteria.index(criterion)))
        )
    page = scene.as_(BUYER).get(base).submit("Kwaliteit van B1-leerroute vaststellen")
    assert "Kwaliteit vastgesteld" in page.body


def criterion_scores(case: Case, place: int) -> list[str]:
    """Return what the new team gives, in the order of the letters: now Taalhuis de Waterlinie is the best."""
    given = {"taalhuis-de-waterlinie": ("10", "10"), "route-delta": ("4", "6"), "samen-vooruit": ("6", "6")}
    by_id = {offer.id: given[slug][place] for slug, offer in case.offers.items()}
    return [by_id[one] for one in sorted(by_id, key=lambda key: key.hex)]


def answers(page: object, case: Case, scores: list[str]) -> dict[str, str]:
    """Return the fields of the form: a score and a reason for each letter."""
    fields = dict(zip(page.names("score_"), scores, strict=True))  # type: ignore[attr-defined]
    return fields | dict.fromkeys(page.names("reason_"), "Opnieuw gelezen: een concreet plan met een vaste docent.")  # type: ignore[attr-defined]


def decide_again(scene: Scene, case: Case, lot: str) -> None:
    """A new order, a new decision to all, a new term; both judgings stay to be seen."""
    page = scene.as_(BUYER).get(lot).submit("Rangorde maken")
    assert "Taalhuis de Waterlinie" in page.body
    send(scene, lot, "Taalhuis de Waterlinie")
    page = scene.as_(BUYER).get(f"{lot}/beoordelingen")
    assert "Opnieuw gelezen" in page.body
    assert "Volledig en concreet" in page.body
    loser = scene.as_(OTHER).get(f"/inschrijvingen/{case.offers['route-delta'].offer.number}/besluit")
    assert "Voorlopig niet aan u gegund" in loser.body
    assert "Dit besluit is vervangen" in loser.body
    assert "Kort geding" not in scene.as_(BUYER).get(f"{lot}/bewijsstukken").body


def make_final(scene: Scene, case: Case, lot: str) -> None:
    """The new winner shows his evidence; after the new term the award is final."""
    page = scene.as_(BUYER).get(f"{lot}/bewijsstukken")
    page.submit("Bewijsstukken vragen", items=[Label(one) for one in EVIDENCE])
    asked = f"/inschrijvingen/{case.offers['taalhuis-de-waterlinie'].offer.number}/gevraagd"
    for number in range(len(EVIDENCE)):
        page = scene.as_(WINNER).get(scene.as_(WINNER).get(asked).link("/gevraagd/bewijsstukken/", number))
        page.submit("Antwoord versturen", answer="Zie het bestand.", file=(PDF, "bewijs.pdf"))
    scene.wait(days=2)
    for number in range(len(EVIDENCE)):
        page = scene.as_(BUYER).get(scene.as_(BUYER).get(f"{lot}/bewijsstukken").link("/bewijsstukken/", number))
        page.submit("Oordeel vastleggen", action=Label("In orde"), finding="Gezien en geldig op deze dag.")
    assert "De opschortende termijn loopt" in scene.as_(BUYER).get(lot).body
    scene.until(scene.time.now + timedelta(days=23))
    page = scene.as_(BUYER).get(lot).submit("Definitief gunnen")
    assert "Definitief gegund aan Taalhuis de Waterlinie" in page.body
    assert scene.as_(BUYER).download(f"{lot}/proces-verbaal").startswith(b"%PDF")
    assert "Vervangen op" in page.body
