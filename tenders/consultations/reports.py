"""The report of a consultation as it is published: without names, and only what may be told."""

from portal import clock
from portal.dutch import count, long_date, moment
from portal.pdf import pdf
from tenders.consultations import queries
from tenders.consultations.anonymity import anonymised
from tenders.consultations.models import Consultation
from tenders.consultations.rules import public_summary


def published_texts(consultation: Consultation) -> dict[str, str]:
    """Return everything a buyer wrote that is published, by the words for where it stands."""
    texts = {"de tekst van het verslag": consultation.report}
    for finding in consultation.findings:
        texts[f"bevinding {finding.position}"] = f"{finding.title}\n{finding.text}"
    return texts


def questions_in_report(consultation: Consultation) -> list[dict[str, object]]:
    """Return per question what the report tells: how many answered, counts, and the answers that may be shared.

    Quotes stand in the order of their words, so that their place says nothing about who wrote them; the names of
    those who answered are left out of them.
    """
    names = [one.name for one in queries.respondents(consultation)]
    shown: list[dict[str, object]] = []
    for row in queries.answers_side_by_side(consultation):
        options = [one.text for one in row.question.options]
        figures = public_summary(row.question.kind, [one.given for one in row.answers], options)
        shared = [one for one in row.answers if not one.confidential]
        quotes = [". ".join(part for part in (one.main, one.text) if part) for one in shared]
        shown.append(
            {
                "number": row.question.position,
                "text": row.question.text,
                "answered": count(len(row.answers), "aanbieder gaf antwoord", "aanbieders gaven antwoord"),
                "figures": [list(pair) for pair in figures],
                "quotes": sorted(anonymised(quote, names=names) for quote in quotes if quote),
            }
        )
    return shown


def report_pdf(consultation: Consultation) -> bytes:
    """Return the PDF/UA of the report; what people typed travels as data and stays text."""
    places, products = queries.names_of(consultation)
    published = consultation.reported_at
    return pdf(
        "consultation_report",
        {
            "title": f"Verslag van de marktconsultatie {consultation.title}",
            "from": f"Gemeente {consultation.lead.name}",
            "reference": f"{consultation.number} · {consultation.title}",
            "facts": [
                ["Nummer", consultation.number],
                ["Gemeenten", ", ".join(place.name for place in places)],
                ["Producten", ", ".join(products)],
                ["Open van", long_date(consultation.opened_at)],
                ["Gesloten op", moment(consultation.closes_at)],
                ["Reacties", str(len(queries.respondents(consultation)))],
                ["Gepubliceerd op", long_date(published) if published else f"concept van {long_date(clock.today())}"],
            ],
            "report": consultation.report,
            "findings": [
                {"number": one.position, "title": one.title, "text": one.text} for one in consultation.findings
            ],
            "questions": questions_in_report(consultation),
        },
    )
