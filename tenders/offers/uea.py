"""The Uniform Europees Aanbestedingsdocument: parts II, III and IV as questions, answered once and reused.

Source: Uitvoeringsverordening (EU) 2016/7, annex 2. Obligatory when exclusion grounds or suitability are asked
(artikel 2.39, derde lid, Aanbestedingswet 2012, a dated rule of the kind of procedure).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.errors import Objection
from tenders.offers.content import Claim

YES, NO = "yes", "no"
EXPLANATION = 20


@dataclass(frozen=True)
class UeaItem:
    """One question: its part, and the answer after which an explanation is needed (empty: none)."""

    code: str
    part: str
    title: str
    question: str
    explain_after: str = ""
    hint: str = ""


PARTS = {"II": "Over uw organisatie", "III": "Uitsluitingsgronden", "IV": "Geschiktheid"}
ITEMS = (
    UeaItem("II_mkb", "II", "Omvang", "Is uw organisatie een micro-, kleine of middelgrote onderneming?"),
    UeaItem(
        "II_draagkracht", "II", "Draagkracht van anderen",
        "Doet u een beroep op de draagkracht van een andere ondernemer?", YES, "Welke ondernemer, en waarvoor?",
    ),
    UeaItem(
        "II_onderaanneming", "II", "Onderaanneming", "Laat u een deel van de opdracht door een onderaannemer doen?",
        YES, "Welk deel, en door wie als u dat al weet?",
    ),
    UeaItem(
        "III_a", "III", "Strafrechtelijke veroordelingen",
        "Is uw organisatie, of iemand die haar bestuurt, in de laatste vijf jaar onherroepelijk veroordeeld voor een "
        "misdrijf dat tot uitsluiting leidt?", YES, "Leg uit wat er is gebeurd en wat u daarna hebt gedaan.",
    ),
    UeaItem(
        "III_b", "III", "Belastingen en sociale premies",
        "Hebt u belastingen of sociale premies niet betaald die u moest betalen?", YES, "Leg uit, met het bedrag en de regeling.",
    ),
    UeaItem(
        "III_c", "III", "Insolventie, belangen en fouten",
        "Is er sprake van faillissement, een belangenconflict, een ernstige beroepsfout, valse verklaringen of een eerder "
        "beëindigde opdracht?", YES, "Leg uit wat er is gebeurd en wat u daarna hebt gedaan.",
    ),
    UeaItem(
        "III_d", "III", "Andere gronden in de leidraad", "Geldt voor u een andere uitsluitingsgrond uit de leidraad?",
        YES, "Welke grond, en wat hebt u daarna gedaan?",
    ),
    UeaItem("IV_register", "IV", "Handelsregister", "Staat u in het handelsregister of een beroepsregister?", NO),
    UeaItem("IV_alpha", "IV", "Geschiktheidseisen", "Voldoet u aan alle geschiktheidseisen van de opdracht?", NO),
    UeaItem(
        "IV_keurmerk", "IV", "Keurmerk of gelijkwaardig bewijs",
        "Heeft ieder die lesgeeft, ook combinant of onderaannemer, een geldig keurmerk of gelijkwaardig bewijs?", "both",
        "Noem per organisatie die lesgeeft het nummer en tot wanneer het geldig is, of uw gelijkwaardige bewijs.",
    ),
)  # fmt: skip


def needs_explanation(item: UeaItem, stance: str) -> bool:
    """Say whether this answer needs an explanation."""
    return item.explain_after == "both" or (bool(stance) and item.explain_after == stance)


def missing_in(answers: Mapping[str, Claim]) -> list[str]:
    """Return what still lacks, as parts of a sentence; empty when every question is answered and explained."""
    found = []
    for item in ITEMS:
        claim = answers.get(item.code, Claim())
        if claim.stance not in (YES, NO):
            found.append(f"beantwoord ‘{item.title}’.")
        elif needs_explanation(item, claim.stance) and len(claim.text.strip()) < EXPLANATION:
            found.append(f"licht ‘{item.title}’ toe in ten minste {EXPLANATION} tekens.")
    return found


def objections_to_answers(answers: Mapping[str, Claim]) -> list[Objection]:
    """Check what was typed; what is still empty may be filled in later."""
    return [
        Objection(f"Licht ‘{item.title}’ toe in ten minste {EXPLANATION} tekens.", f"text_{item.code}")
        for item in ITEMS
        if (claim := answers.get(item.code, Claim())).stance
        and needs_explanation(item, claim.stance)
        and len(claim.text.strip()) < EXPLANATION
    ]
