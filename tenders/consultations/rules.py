"""When a market consultation may open, when a response counts, and what a report needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median

from portal.dutch import count, quantity
from portal.errors import Objection
from tenders.consultations.anonymity import traces
from tenders.consultations.states import AnswerKind, ConsultationPhase, ConsultationState, Level, Quadrant

MAX_ANSWER = 4000
MAX_OPTIONS = 20
FEWEST_COUNTED = 3


@dataclass(frozen=True)
class Given:
    """What one provider gave to one question, as plain values; the text may explain the other ones."""

    text: str = ""
    option: str = ""
    number: Decimal | None = None
    yes: bool | None = None
    has_file: bool = False

    @property
    def is_answer(self) -> bool:
        """Say whether anything was given at all."""
        return bool(self.text.strip() or self.option or self.has_file) or self.number is not None or self.yes is not None

    def main(self, kind: AnswerKind, unit: str = "") -> str:
        """Return the answer proper in words; empty when only an explanation was given."""
        if kind is AnswerKind.CHOICE:
            return self.option
        if kind is AnswerKind.YES_NO:
            return "" if self.yes is None else "Ja" if self.yes else "Nee"
        if kind is AnswerKind.NUMBER and self.number is not None:
            return f"{quantity(self.number)} {unit}".strip()
        return ""


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


def objections_to_question(*, text: str, kind: AnswerKind, options: Sequence[str]) -> list[Objection]:
    """Say what is wrong with a question; a choice needs at least two answers that differ."""
    found = []
    if len(text.strip()) < 10:
        found.append(Objection("Schrijf de vraag in ten minste 10 tekens.", "text"))
    if kind is not AnswerKind.CHOICE:
        return found
    if not 2 <= len(options) <= MAX_OPTIONS:
        found.append(Objection(f"Geef 2 tot en met {MAX_OPTIONS} antwoorden, elk op een eigen regel.", "options"))
    if len({one.lower() for one in options}) < len(options):
        found.append(Objection("Een antwoord staat er twee keer. Haal er een weg.", "options"))
    if any(len(one) > 200 for one in options):
        found.append(Objection("Maak elk antwoord korter. U mag 200 tekens per antwoord gebruiken.", "options"))
    return found


def options_in(lines: str) -> list[str]:
    """Read the answers of a choice question, one a line; empty lines do not count."""
    return [" ".join(line.split()) for line in lines.splitlines() if line.strip()]


def objections_to_invitations(*, is_public: bool, without_account: Sequence[str]) -> list[Objection]:
    """Say who cannot be invited: by invitation only works for who has an account, for only they can answer."""
    if is_public or not without_account:
        return []
    names = ", ".join(without_account)
    return [
        Objection(
            f"Deze belanghebbenden hebben geen account als aanbieder: {names}. Maak de consultatie openbaar, "
            "of koppel eerst hun organisatie."
        )
    ]


def quadrant(influence: Level, interest: Level) -> Quadrant:
    """Return where a stakeholder stands (matrix of Mendelow, policy document of Lansingerland §2.3)."""
    if influence is Level.HIGH:
        return Quadrant.KEY if interest is Level.HIGH else Quadrant.INFLUENCER
    return Quadrant.INTERESTED if interest is Level.HIGH else Quadrant.ONLOOKER


def summary(kind: AnswerKind, given: Sequence[Given], options: Sequence[str], unit: str = "") -> list[tuple[str, str]]:
    """Count what can be counted of the answers to one question, as label and figure in words.

    Choices and yes/no: how often each was given, also those nobody gave. Numbers: the lowest, the middle and the
    highest. Open questions and files: nothing.
    """
    if kind is AnswerKind.CHOICE:
        return [(one, count(sum(g.option == one for g in given), "keer", "keer")) for one in options]
    if kind is AnswerKind.YES_NO:
        yes, no = sum(g.yes is True for g in given), sum(g.yes is False for g in given)
        return [("Ja", count(yes, "keer", "keer")), ("Nee", count(no, "keer", "keer"))] if yes + no else []
    numbers = sorted(g.number for g in given if g.number is not None)
    if kind is not AnswerKind.NUMBER or not numbers:
        return []
    shown = (("Laagste", numbers[0]), ("Middelste", Decimal(median(numbers))), ("Hoogste", numbers[-1]))
    return [(label, f"{quantity(value)} {unit}".strip()) for label, value in shown]


def public_summary(
    kind: AnswerKind, given: Sequence[Given], options: Sequence[str]
) -> list[tuple[str, str]]:
    """Return of a summary what may be published.

    Only counts, and only from three answers on: of fewer, or of a number, one can tell who said what. Answers are
    confidential unless the provider said otherwise (reference: domain.md §1.3).
    """
    answered = [one for one in given if one.main(kind)]
    if kind is AnswerKind.NUMBER or len(answered) < FEWEST_COUNTED:
        return []
    return summary(kind, answered, options)


def proposed_report(*, responses: int, findings: Sequence[tuple[str, str]]) -> str:
    """Return a first text of the report, made of the findings, for the buyer to write on."""
    if not findings:
        return ""
    reacted = count(responses, "aanbieder heeft", "aanbieders hebben")
    body = "\n\n".join(f"{title.rstrip('.')}. {text}" for title, text in findings)
    return (
        f"{reacted} gereageerd op deze marktconsultatie.\n\n{body}\n\n"
        "De antwoorden zijn vertrouwelijk. Dit verslag noemt geen namen."
    )


def objections_to_submission(answers: Sequence[Given]) -> list[Objection]:
    """Say what stands in the way of submitting a response: at least one answer, none too long."""
    found = []
    if not any(one.is_answer for one in answers):
        found.append(Objection("Beantwoord ten minste één vraag.", "answers"))
    for number, one in enumerate(answers, start=1):
        if len(one.text) > MAX_ANSWER:
            found.append(
                Objection(
                    f"Maak uw antwoord op vraag {number} korter. U mag 4.000 tekens gebruiken; "
                    f"dit zijn er {len(one.text):,}.".replace(",", "."),
                    "answers",
                )
            )
    return found


def objections_to_report(
    *,
    report: str,
    findings: int,
    phase: ConsultationPhase,
    texts: Mapping[str, str] | None = None,
    names: Sequence[str] = (),
) -> list[Objection]:
    """Say what stands in the way of publishing the report: closed, a text, at least one finding, no names.

    `texts` is everything that is published, by the words for where it stands; `names` are those who answered.
    """
    found = [
        Objection(f"In {place} staat ‘{trace.words}’. Haal dat weg; het verslag noemt geen namen.")
        for place, text in (texts or {}).items()
        for trace in traces(text, names=names)
        if trace.why == "de naam van een aanbieder"
    ]
    if phase is ConsultationPhase.OPEN:
        found.append(Objection("De consultatie is nog open. Publiceer het verslag na de sluiting."))
    if len(report.strip()) < 40:
        found.append(Objection("Schrijf het verslag in ten minste 40 tekens.", "report"))
    if findings == 0:
        found.append(Objection("Leg ten minste één bevinding vast.", "findings"))
    return found
