"""Who is next with a verbeteractie, what may be said, and what an agenda holds; plain values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kpis.improvements.states import ActionState, ActionStep, NoticeState, Side
from kpis.scorecards.states import LineState
from portal.dutch import long_date
from portal.errors import Objection

SHORTEST_TEXT = 20
SHORTEST_REMEDY_DAYS = 10
_NEEDS_TEXT = frozenset(
    {ActionStep.COUNTER, ActionStep.REPORT, ActionStep.MISS, ActionStep.REOPEN, ActionStep.WITHDRAW}
)
_WRONG = frozenset({LineState.UNDER, LineState.FAR})


def steps_for(state: ActionState, side: Side, owner: Side) -> list[ActionStep]:
    """Return what one side may do now: the provider answers, the owner reports, the municipality decides."""
    provider = {ActionState.PROPOSED: [ActionStep.ACCEPT, ActionStep.COUNTER]}
    municipality = {
        ActionState.PROPOSED: [ActionStep.WITHDRAW],
        ActionState.COUNTERED: [ActionStep.WITHDRAW],
        ActionState.RUNNING: [ActionStep.MISS, ActionStep.WITHDRAW],
        ActionState.REPORTED: [ActionStep.ACHIEVE, ActionStep.MISS, ActionStep.REOPEN],
    }
    found = list((provider if side is Side.PROVIDER else municipality).get(state, []))
    if state is ActionState.RUNNING and side is owner:
        found.insert(0, ActionStep.REPORT)
    return found


def next_side(state: ActionState, owner: Side) -> Side | None:
    """Return who is next; nobody when it is over."""
    return {
        ActionState.PROPOSED: Side.PROVIDER,
        ActionState.COUNTERED: Side.MUNICIPALITY,
        ActionState.RUNNING: owner,
        ActionState.REPORTED: Side.MUNICIPALITY,
    }.get(state)


def next_words(state: ActionState) -> str:
    """Say what the side that is next has to do."""
    return {
        ActionState.PROPOSED: "akkoord gaan of een tegenvoorstel doen",
        ActionState.COUNTERED: "het voorstel aanpassen of intrekken",
        ActionState.RUNNING: "de actie uitvoeren en klaar melden",
        ActionState.REPORTED: "beoordelen of het doel is gehaald",
    }.get(state, "")


def objections_to_action(
    *, measure: str, proof: str, due_on: date, today: date, target: Decimal | None, has_norm: bool
) -> list[Objection]:
    """A verbeteractie says what is done, by when, to which result, and what shows it."""
    found = []
    if len(measure.strip()) < SHORTEST_TEXT:
        found.append(
            Objection(f"Schrijf in ten minste {SHORTEST_TEXT} tekens wat er gaat veranderen.", "measure")
        )
    if not proof.strip():
        found.append(Objection("Schrijf waaraan u ziet dat het gelukt is.", "proof"))
    if due_on <= today:
        found.append(Objection(f"Kies een dag na {long_date(today)}.", "due_on"))
    if has_norm and target is None:
        found.append(Objection("Vul in welk resultaat u wilt bereiken.", "target"))
    if target is not None and target < 0:
        found.append(Objection("Vul een doel van 0 of meer in.", "target"))
    return found


def objections_to_step(step: ActionStep | None, text: str, allowed: Sequence[ActionStep]) -> list[Objection]:
    """A step must be open to this side; all but yes say why."""
    if step is None or step not in allowed:
        return [Objection("Kies wat u wilt doen.", "step")]
    if step in _NEEDS_TEXT and len(text.strip()) < SHORTEST_TEXT:
        return [Objection(f"Licht dit toe in ten minste {SHORTEST_TEXT} tekens.", "text")]
    return []


def objections_to_notice(
    *,
    is_fixed: bool,
    state: LineState,
    shortcoming: str,
    demand: str,
    basis: str,
    remedy_until: date,
    today: date,
) -> list[Objection]:
    """A notice of default rests on a fixed figure under the norm and gives a reasonable last day.

    At least ten days is our own choice; the law asks a reasonable term (art. 6:82 lid 1 BW).
    """
    found = []
    if not is_fixed:
        found.append(Objection("Stel eerst de scorecard vast. Een ingebrekestelling rust op een vastgesteld cijfer."))
    if state not in _WRONG:
        found.append(Objection("Deze prestatieafspraak staat niet onder de norm."))
    for text, field, what in (
        (shortcoming, "shortcoming", "waarin de aanbieder tekortschiet"),
        (demand, "demand", "wat de aanbieder moet doen"),
    ):
        if len(text.strip()) < SHORTEST_TEXT:
            found.append(Objection(f"Schrijf in ten minste {SHORTEST_TEXT} tekens {what}.", field))
    if not basis.strip():
        found.append(Objection("Noem het artikel of de afspraak waarop dit rust.", "basis"))
    first = today + timedelta(days=SHORTEST_REMEDY_DAYS)
    if remedy_until < first:
        found.append(
            Objection(
                f"Geef ten minste {SHORTEST_REMEDY_DAYS} dagen: kies {long_date(first)} of later.", "remedy_until"
            )
        )
    return found


def objections_to_settling(state: NoticeState, outcome: str, *, expired: bool, until: date, today: date) -> list[Objection]:
    """In default only after the last day; the outcome is written down."""
    found = []
    if state is not NoticeState.SENT:
        found.append(Objection("Deze ingebrekestelling is al afgehandeld."))
    if expired and today <= until:
        found.append(Objection(f"De aanbieder heeft tot en met {long_date(until)}. Wacht die dag af."))
    if len(outcome.strip()) < SHORTEST_TEXT:
        found.append(Objection(f"Schrijf in ten minste {SHORTEST_TEXT} tekens hoe het afliep.", "outcome"))
    return found


@dataclass(frozen=True)
class Subject:
    """A figure as an agenda names it."""

    code: str
    name: str
    sentence: str
    said: str = ""
    is_disputed: bool = False


def agenda_points(
    *, subjects: Sequence[Subject], actions: Sequence[str], notices: Sequence[str], waits: Sequence[str]
) -> list[dict[str, str]]:
    """Make the agenda of a contract talk from what the scorecard, the actions and the calendar say."""
    points = [{"title": "Opening en verslag van het vorige gesprek", "text": ""}]
    for one in subjects:
        words = [one.sentence]
        if one.is_disputed:
            words.append("De aanbieder betwist dit cijfer.")
        if one.said:
            words.append(f"De aanbieder schreef: ‘{one.said}’")
        points.append({"title": f"{one.code} {one.name}", "text": "\n".join(words)})
    if not subjects:
        text = "Geen prestatieafspraak staat onder de norm en geen cijfer is betwist."
        points.append({"title": "Prestatieafspraken", "text": text})
    points.append({"title": "Verbeteracties", "text": "\n".join(actions) or "Er loopt geen verbeteractie."})
    if notices:
        points.append({"title": "Ingebrekestellingen", "text": "\n".join(notices)})
    if waits:
        points.append({"title": "Gegevens die nog komen", "text": "\n".join(waits)})
    points += [
        {"title": "Instroom, wachtlijst en verwachting", "text": ""},
        {"title": "Rondvraag en volgend gesprek", "text": ""},
    ]
    return [{**point, "said": ""} for point in points]
