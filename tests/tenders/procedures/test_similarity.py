"""Dutch questions that ask the same, and that only sound alike; no database."""

import pytest

from tenders.procedures.rules.similarity import THRESHOLD, most_similar, similarity

SAME = [
    ("Mag een les ook in de avond zijn?", "Is het toegestaan om de lessen 's avonds te geven?"),
    ("Mag een les ook in de avond zijn?", "Mogen lessen ook in de avond of in het weekend plaatsvinden?"),
    (
        "Hoe groot mag een groep in de Z-leerroute ten hoogste zijn?",
        "Wat is de maximale groepsgrootte in de Z-leerroute?",
    ),
    (
        "Wanneer horen wij hoeveel deelnemers er in januari starten?",
        "Hoeveel deelnemers starten er naar verwachting in januari 2027?",
    ),
    (
        "Telt een les op afstand mee voor het aantal lesuren?",
        "Tellen online lessen (op afstand) mee in het aantal lesuren?",
    ),
    (
        "Moet een onderaannemer ook het keurmerk van Blik op Werk hebben?",
        "Geldt de keurmerkeis (Blik op Werk) ook voor onderaannemers?",
    ),
    (
        "Is de prijs per traject inclusief de kosten van het examen?",
        "Vallen de examenkosten binnen de prijs per traject?",
    ),
    ("Hoe wordt de indexatie van de tarieven berekend?", "Kunt u aangeven hoe de tarieven worden geïndexeerd?"),
    (
        "Mogen wij de referentie van een combinant gebruiken?",
        "Is het mogelijk om een referentie van de combinant te gebruiken?",
    ),
    ("Wie betaalt de reiskosten van de deelnemers?", "Worden reiskosten van deelnemers vergoed en door wie betaald?"),
    (
        "Kan de sluitingsdatum worden verplaatst vanwege de kerstvakantie?",
        "Wij verzoeken u de sluitingsdatum te verplaatsen in verband met de kerstvakantie.",
    ),
    (
        "Moeten docenten een VOG hebben die jonger is dan zes maanden?",
        "Hoe oud mag de VOG van de docenten zijn, is zes maanden de grens?",
    ),
]
OTHER = [
    ("Mag een les ook in de avond zijn?", "Mag een onderaannemer ook buiten Nederland gevestigd zijn?"),
    (
        "Telt een les op afstand mee voor het aantal lesuren?",
        "Hoe groot mag een groep in de Z-leerroute ten hoogste zijn?",
    ),
    ("Hoeveel deelnemers worden er per jaar verwacht?", "Hoe vaak wordt de voortgang van deelnemers gerapporteerd?"),
    ("Wie betaalt de reiskosten van de deelnemers?", "Wie bepaalt het niveau van de deelnemers bij de start?"),
    (
        "Is de prijs per traject inclusief de kosten van het examen?",
        "Wanneer vindt het examen plaats en wie meldt de deelnemer aan?",
    ),
    ("Moet een docent een certificaat NT2 hebben?", "Moet het lokaal op fietsafstand van de deelnemer liggen?"),
    ("Hoe wordt de indexatie van de tarieven berekend?", "Hoe worden de scores van de gunningscriteria berekend?"),
    ("Mogen wij de referentie van een combinant gebruiken?", "Mogen wij een eigen lesmethode gebruiken?"),
    ("Kan de sluitingsdatum worden verplaatst vanwege de kerstvakantie?", "Zijn er lessen in de kerstvakantie?"),
    (
        "Welke documenten moeten wij bij de inschrijving voegen?",
        "Hoe worden de documenten na afloop van het contract bewaard?",
    ),
    ("Welke software gebruikt u voor de maandrapportage?", "Wanneer moet de maandrapportage binnen zijn?"),
    ("Mag dat?", "Mag dit?"),
    ("", "Mag een les ook in de avond zijn?"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_questions_that_ask_the_same_lie_above_the_threshold(one: str, other: str) -> None:
    assert similarity(one, other) >= THRESHOLD
    assert similarity(one, other) == similarity(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_questions_that_only_sound_alike_lie_below_it(one: str, other: str) -> None:
    assert similarity(one, other) < THRESHOLD


def test_a_question_resembles_itself_wholly_whatever_its_accents_and_capitals() -> None:
    assert similarity("Zijn de tarieven geïndexeerd?", "ZIJN DE TARIEVEN GEINDEXEERD") == 1.0


def test_the_closest_come_first_and_at_most_five() -> None:
    others = [(number, f"Telt een les op afstand mee, deel {number}?") for number in range(9)]
    exact = [("exact", "Telt een les op afstand mee voor lesuren?")]
    found = most_similar("Telt een les op afstand mee voor lesuren?", [*others, *exact])

    assert len(found) == 5
    assert found[0] == ("exact", 1.0)
    assert [overlap for _, overlap in found] == sorted((overlap for _, overlap in found), reverse=True)
