"""What tells who wrote a text, without a database."""

import pytest

from tenders.consultations.anonymity import SOMEBODY, anonymised, traces

NAMES = ("Taalhuis de Waterlinie", "Route Delta", "Stichting Samen Vooruit", "Coöperatie Taalbrug B.V.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wij van Taalhuis de Waterlinie vragen ons af of dit mag.", "Taalhuis de Waterlinie"),
        ("TAALHUIS DE WATERLINIE heeft een vraag.", "TAALHUIS DE WATERLINIE"),
        ("Bij route-delta werken wij zo.", "route-delta"),
        ("RouteDelta doet dit al.", "RouteDelta"),
        ("Samen Vooruit heeft tien docenten.", "Samen Vooruit"),
        ("Bij Taalbrug beginnen wij op maandag.", "Taalbrug"),
        ("Mail naar info@route-delta.example.", "info@route-delta.example"),
        ("Zie www.waterlinie.example/groepen voor meer.", "www.waterlinie.example/groepen"),
        ("Ons KvK-nummer is 9000 1338.", "90001338"),
    ],
)
def test_a_text_that_tells_who_wrote_it_is_noticed(text: str, words: str) -> None:
    assert words in {one.words for one in traces(text, names=NAMES, numbers=("90001338",))}


@pytest.mark.parametrize(
    "text",
    [
        "Kunnen wij samen een stap vooruit zetten?",
        "Is de route door de delta ook goed?",
        "Mag de groep in de Z-leerroute uit tien deelnemers bestaan?",
        "Het taalhuis in de bibliotheek helpt ook.",
        "Telt nummer 190001338 mee?",
        "",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert traces(text, names=NAMES, numbers=("90001338",)) == []


def test_the_writer_is_told_what_stands_there_and_why_it_tells() -> None:
    assert [one.sentence for one in traces("Route Delta vraagt dit.", names=NAMES)] == [
        "In de tekst staat ‘Route Delta’. Dat is de naam van een aanbieder."
    ]


def test_a_quote_loses_its_names() -> None:
    quote = anonymised("Stichting Samen Vooruit (info@samen-vooruit.example) begint op maandag.", names=NAMES)

    assert quote == f"Stichting {SOMEBODY} ({SOMEBODY}) begint op maandag."
