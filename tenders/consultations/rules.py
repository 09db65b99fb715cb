"""When a market consultation may open, when a response counts, and what a report needs."""

from collections.abc import Sequence
from datetime import datetime

from portal.errors import Objection
from tenders.consultations.states import ConsultationPhase, ConsultationState

MAX_ANSWER = 4000


def accepts(t: datetime, closes_at: datetime) -> bool:
    """Say whether a response at instant `t` is in time: strictly before closing."""
    return t < closes_at


def phase_at(state: ConsultationState, closes_at: datetime | None, now: datetime) -> ConsultationPhase:
    """Return what a person sees at `now`: stored state and clock together."""
    if state is ConsultationState.OPEN:
        is_open = closes_at is not None and accepts(now, closes_at)
        return ConsultationPhase.OPEN if is_open else ConsultationPhase.CLOSED
    return ConsultationPhase(state.value)


def objections_to_content(*, title: str, products: int, municipalities: int) -> list[Objection]:
    """Say what is missing in the first form of a consultation."""
    found = []
    if not title.strip():
        found.append(Objection("Vul de titel van de marktconsultatie in.", "title"))
    if products == 0:
        found.append(Objection("Kies ten minste één product.", "products"))
    if municipalities == 0:
        found.append(Objection("Kies ten minste één gemeente.", "municipalities"))
    return found


def objections_to_opening(
    *, questions: int, closes_at: datetime | None, now: datetime, is_public: bool, invited: int
) -> list[Objection]:
    """Say what stands in the way of opening: a question, a term in the future, and an audience.

    Everyone gets the same questions and the same term, so that the consultation does not distort
    competition (reference: domain.md §1.3).
    """
    found = []
    if questions == 0:
        found.append(Objection("Stel ten minste één vraag."))
    if closes_at is None:
        found.append(Objection("Vul in tot wanneer aanbieders kunnen reageren.", "closes_at"))
    elif not accepts(now, closes_at):
        found.append(Objection("De sluitingsdatum moet in de toekomst liggen.", "closes_at"))
    if not is_public and invited == 0:
        found.append(Objection("Nodig ten minste één aanbieder uit, of maak de consultatie openbaar.", "invited"))
    return found


def objections_to_submission(answers: Sequence[str]) -> list[Objection]:
    """Say what stands in the way of submitting a response: at least one answer, none too long."""
    found = []
    if not any(text.strip() for text in answers):
        found.append(Objection("Beantwoord ten minste één vraag.", "answers"))
    for number, text in enumerate(answers, start=1):
        if len(text) > MAX_ANSWER:
            found.append(
                Objection(
                    f"Maak uw antwoord op vraag {number} korter. U mag 4.000 tekens gebruiken; "
                    f"dit zijn er {len(text):,}.".replace(",", "."),
                    "answers",
                )
            )
    return found


def objections_to_report(*, report: str, findings: int, phase: ConsultationPhase) -> list[Objection]:
    """Say what stands in the way of publishing the report: closed, a text, at least one finding."""
    found = []
    if phase is ConsultationPhase.OPEN:
        found.append(Objection("De consultatie is nog open. Publiceer het verslag na de sluiting."))
    if len(report.strip()) < 40:
        found.append(Objection("Schrijf het verslag in ten minste 40 tekens.", "report"))
    if findings == 0:
        found.append(Objection("Leg ten minste één bevinding vast.", "findings"))
    return found
