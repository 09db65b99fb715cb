"""What may be scored, and when the quality of a lot can be fixed."""

from dataclasses import dataclass
from decimal import Decimal

from portal.errors import Objection

SHORTEST_REASON = 15


@dataclass(frozen=True)
class Scale:
    """How scores are given in a tender: 0 to `highest`, in steps of `step`."""

    highest: Decimal
    step: Decimal

    def choices(self) -> list[Decimal]:
        """Return every score that can be given, low to high."""
        count = int(self.highest / self.step)
        return [self.step * number for number in range(count + 1)]


def objections_to_score(
    scale: Scale, score: Decimal | None, reason: str, *, whose: str, number: int = 0
) -> list[Objection]:
    """Say what is wrong with one score and its reason; `whose` is the name the screen shows, `number` its column."""
    found = []
    if score is None:
        found.append(Objection(f"Kies een score voor {whose}.", f"score_{number}"))
    elif score not in scale.choices():
        found.append(Objection(f"Kies voor {whose} een score van de schaal.", f"score_{number}"))
    if len(reason.strip()) < SHORTEST_REASON:
        at = f" bij score {shown(score)}" if score is not None else ""
        message = f"Geef een motivering{at} voor {whose} in ten minste {SHORTEST_REASON} tekens."
        found.append(Objection(message, f"reason_{number}"))
    return found


@dataclass(frozen=True)
class AssessmentFacts:
    """How far the judging of a lot is; counts of pairs offer × criterion and offer × requirement."""

    offers: int
    scores_wanted: int
    scores_submitted: int
    consensus_wanted: int
    consensus_recorded: int
    requirements_wanted: int
    requirements_decided: int
    assessors: int
    declared: int


def objections_to_fixing(facts: AssessmentFacts) -> list[Objection]:
    """Say what is missing before the quality of a lot is fixed and the prices may open."""
    found = []
    if facts.offers == 0:
        found.append(Objection("Er zijn geen inschrijvingen op dit perceel."))
    if facts.assessors == 0:
        found.append(Objection("Er zijn geen beoordelaars. Voeg ze toe aan het team."))
    if facts.declared < facts.assessors:
        found.append(
            Objection(
                f"{facts.declared} van {facts.assessors} beoordelaars hebben de belangenverklaring gedaan."
            )
        )
    pairs = (
        (facts.scores_submitted, facts.scores_wanted, "scores zijn ingediend"),
        (facts.requirements_decided, facts.requirements_wanted, "besluiten over eisen zijn vastgelegd"),
        (facts.consensus_recorded, facts.consensus_wanted, "consensusscores zijn vastgelegd"),
    )
    for done, wanted, words in pairs:
        if done < wanted:
            found.append(Objection(f"{done} van {wanted} {words}."))
    return found


def objections_to_new_team(
    *, size: int, known: int, chair_is_in: bool, reason: str, by_letter: bool
) -> list[Objection]:
    """Say what is wrong with a new team and the reason to judge again.

    `known` counts members who saw the first judging. Two judge apart, as the first time; who saw the first
    scores cannot judge as if he had not (Rb. Rotterdam 2017:7504).
    """
    found = []
    if not by_letter:
        found.append(Objection("Opnieuw beoordelen kan als er een besluit is verstuurd."))
    if size < 2:
        found.append(Objection("Kies ten minste twee nieuwe beoordelaars.", "members"))
    if known:
        found.append(Objection("Kies alleen mensen die niet bij de eerste beoordeling waren.", "members"))
    if size >= 2 and not chair_is_in:
        found.append(Objection("Kies een voorzitter uit het nieuwe team.", "chair"))
    if len(reason.strip()) < 40:
        found.append(Objection("Geef de reden van de herbeoordeling in ten minste 40 tekens.", "reason"))
    return found


def letter_name(position: int) -> str:
    """Return the name an offer has while it is judged: Inschrijver A, B … Z, AA."""
    name = ""
    while position >= 0:
        position, rest = divmod(position, 26)
        name = chr(65 + rest) + name
        position -= 1
    return f"Inschrijver {name}"


def shown(value: Decimal, decimals: int | None = None) -> str:
    """Write a number the Dutch way; without `decimals` only as many as it needs."""
    if decimals is None:
        bare = value.normalize()
        decimals = max(0, -int(bare.as_tuple().exponent))
    text = f"{value:,.{decimals}f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".").replace("-", "−")
