"""Questions and the nota: who may see an answer, when an answer is late, and what a workbook of questions must hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portal import clock
from portal.errors import Objection
from tenders.consultations.anonymity import Trace
from tenders.procedures.rules.planning import next_working_day
from tenders.procedures.states import Confidentiality, QuestionState

REASON_LENGTH = 20
MOST_ROWS = 200


def objections_to_confidentiality(reason: str) -> list[Objection]:
    """Check the reason to keep a question and its answer between the asker and inkoop (art. 2.57 Aw)."""
    if len(reason.strip()) < REASON_LENGTH:
        message = f"Leg in ten minste {REASON_LENGTH} tekens uit waarom de vraag vertrouwelijk moet blijven."
        return [Objection(message, "confidential_reason")]
    return []


def objections_to_decision(decision: str) -> list[Objection]:
    """Check the reason of inkoop's decision about confidentiality."""
    if len(decision.strip()) < REASON_LENGTH:
        return [Objection(f"Leg uw besluit uit in ten minste {REASON_LENGTH} tekens.", "decision")]
    return []


def objections_to_traces(found: Sequence[Trace]) -> list[Objection]:
    """Say what in a question tells who asks it; the asker may send it all the same."""
    return [
        Objection(f"{trace.sentence} Haal het weg, of zet een vinkje om de vraag zo te versturen.", "text")
        for trace in found
    ]


def may_stand_in_nota(state: QuestionState, confidentiality: Confidentiality) -> bool:
    """Say whether a question can stand in the next nota: answered, and for everybody to read."""
    ready = state is QuestionState.ANSWERED
    return ready and confidentiality in (Confidentiality.NONE, Confidentiality.ACCEPTED)


def latest_answer_day(closing: datetime, days: int) -> date:
    """Return the last day a nota may appear without moving the closing: so many days before it (art. 2.54 Aw)."""
    return clock.local(closing).date() - timedelta(days=days)


def is_late(on: date, closing: datetime, days: int) -> bool:
    """Say whether a nota on that day leaves bidders fewer than the days the rules give them."""
    return on > latest_answer_day(closing, days)


def proposed_closing(on: date, closing: datetime, days: int) -> datetime:
    """Return the closing to propose when a nota is late: the same hour, so many days later, on a working day.

    Never earlier than the closing as it is. An hour the clocks skip that night moves to noon.
    """
    first = next_working_day(max(on + timedelta(days=days), clock.local(closing).date()))
    hour = clock.local(closing).time()
    try:
        proposed = clock.to_utc(datetime.combine(first, hour))
    except (clock.AmbiguousTime, clock.NonexistentTime):
        proposed = clock.to_utc(datetime.combine(first, time(12)))
    return max(proposed, closing)


def objections_to_late_nota(
    *, on: date, closing: datetime, days: int, new_closing: datetime | None, keep: bool, reason: str
) -> list[Objection]:
    """Check what comes with a late nota: a later closing that leaves enough days, or a reason to keep it.

    Source: artikel 2.54 Aanbestedingswet 2012; for kinds without that duty the leidraad.
    """
    if not is_late(on, closing, days):
        return []
    if keep:
        if len(reason.strip()) >= REASON_LENGTH:
            return []
        return [
            Objection(
                f"Leg in ten minste {REASON_LENGTH} tekens uit waarom de sluiting blijft staan.", "no_extension_reason"
            )
        ]
    if new_closing is None or new_closing <= closing:
        message = "De nota komt te laat. Verleng de sluiting, of leg uit waarom de sluiting blijft staan."
        return [Objection(message, "new_closing")]
    if is_late(on, new_closing, days):
        first = next_working_day(on + timedelta(days=days))
        return [Objection(f"Geef ten minste {days} dagen. Kies een sluiting op {first:%d-%m-%Y} of later.", "new_closing")]
    return []


def objections_to_unchecked(unchecked: Sequence[int], reason: str) -> list[Objection]:
    """Check a nota with answers that only its publisher has seen: a second person, or a reason to do without."""
    if not unchecked or len(reason.strip()) >= 10:
        return []
    which = ", ".join(str(number) for number in unchecked)
    noun = "Vraag" if len(unchecked) == 1 else "Vragen"
    return [
        Objection(
            f"{noun} {which}: alleen u hebt het antwoord gelezen. Laat een collega meelezen, of geef in ten minste "
            "10 tekens de reden waarom dat niet kan.",
            "unchecked_reason",
        )
    ]


@dataclass(frozen=True)
class ImportRow:
    """One question from a workbook: where it stood, what it is about, and whether it must stay confidential."""

    place: str
    text: str
    lot: str = ""
    document: str = ""
    paragraph: str = ""
    confidential_reason: str = ""


@dataclass(frozen=True)
class KnownParts:
    """What a question can be about, by the words of the workbook: lots and documents with their ids as text."""

    lots: Mapping[str, str]
    documents: Mapping[str, str]


COLUMNS = ("Vraag", "Perceel", "Document", "Paragraaf", "Vertrouwelijk, omdat")


def read_row(cells: Mapping[str, tuple[str, str]], known: KnownParts) -> tuple[ImportRow | None, list[str]]:
    """Read one row of the template: its cells by title, each as (address, text).

    Out: the question, or nothing for an empty row; and what is wrong, each with its cell.
    """
    filled = {title: text.strip() for title, (_, text) in cells.items()}
    if not any(filled.values()):
        return None, []
    at = {title: address for title, (address, _) in cells.items()}
    wrong = []
    if len(filled.get("Vraag", "")) < 10:
        wrong.append(f"Cel {at.get('Vraag', 'A')}: schrijf de vraag in ten minste 10 tekens.")
    if len(filled.get("Vraag", "")) > 4000:
        wrong.append(f"Cel {at['Vraag']}: maak de vraag korter. U mag 4.000 tekens gebruiken.")
    for title, choices in (("Perceel", known.lots), ("Document", known.documents)):
        if filled.get(title) and filled[title] not in choices:
            wrong.append(f"Cel {at[title]}: kies ‘{title.lower()}’ uit de lijst, of maak de cel leeg.")
    if len(filled.get("Paragraaf", "")) > 200:
        wrong.append(f"Cel {at['Paragraaf']}: maak de paragraaf korter. U mag 200 tekens gebruiken.")
    reason = filled.get("Vertrouwelijk, omdat", "")
    if reason and objections_to_confidentiality(reason):
        wrong.append(f"Cel {at['Vertrouwelijk, omdat']}: geef de reden in ten minste {REASON_LENGTH} tekens.")
    row = ImportRow(
        place=at.get("Vraag", ""),
        text=filled.get("Vraag", ""),
        lot=known.lots.get(filled.get("Perceel", ""), ""),
        document=known.documents.get(filled.get("Document", ""), ""),
        paragraph=filled.get("Paragraaf", ""),
        confidential_reason=reason,
    )
    return row, wrong
