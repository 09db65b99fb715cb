"""The grounds of chapter 2.5 of the Aanbestedingswet 2012 as dated rows; the pages cite only what stands here."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

SOURCE = "Aanbestedingswet 2012, hoofdstuk 2.5, tekst 1-9-2025"
SINCE = date(2016, 7, 1)


@dataclass(frozen=True)
class GroundRow:
    """One ground; `limit_share` is the part of the reference value that a change may come to."""

    code: str
    article: str
    name: str
    explanation: str
    limit_share: Decimal | None = None
    is_cumulative: bool = False
    needs_notice: bool = False
    needs_clause: bool = False


GROUNDS = (
    GroundRow(
        "c",
        "art. 2.163c Aw",
        "herzieningsclausule of optie uit het contract",
        "Het contract zegt vooraf duidelijk, precies en ondubbelzinnig wat er kan veranderen.",
        needs_clause=True,
    ),
    GroundRow(
        "d",
        "art. 2.163d Aw",
        "noodzakelijke aanvullende diensten",
        "Een andere opdrachtnemer kan niet, om economische of technische redenen, en zou veel extra kosten geven.",
        limit_share=Decimal("0.5"),
        needs_notice=True,
    ),
    GroundRow(
        "e",
        "art. 2.163e Aw",
        "onvoorziene omstandigheden",
        "Een zorgvuldige opdrachtgever kon dit niet voorzien, en de aard van de opdracht blijft gelijk.",
        limit_share=Decimal("0.5"),
        needs_notice=True,
    ),
    GroundRow(
        "f",
        "art. 2.163f Aw",
        "andere opdrachtnemer",
        "Een clausule voorziet erin, of de opvolger komt uit een fusie, overname of insolventie en voldoet aan de eisen.",
    ),
    GroundRow(
        "b",
        "art. 2.163b Aw",
        "kleine wijziging",
        "Alle kleine wijzigingen samen blijven onder de drempel en onder 10% van de oorspronkelijke waarde.",
        limit_share=Decimal("0.1"),
        is_cumulative=True,
    ),
    GroundRow(
        "g",
        "art. 2.163g Aw",
        "niet-wezenlijke wijziging",
        "Andere inschrijvers, het evenwicht en de omvang van de opdracht zouden er niet anders door zijn geweest.",
    ),
)
