"""What holds for contracts, as plain functions on plain values."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from contracts.agreements.states import ContractPhase, ContractState, PhaseTrigger
from portal.catalogue.states import Direction, MeasureUnit
from portal.errors import Objection
from portal.periods import MONTH_NAMES

NEAR = Decimal("0.10")
UNDER = Decimal("0.25")
MOST_KEY_AGREEMENTS = 7
DECIDE_MONTHS_BEFORE = 6
NEARLY_FULL = Decimal("0.95")

DEFAULT_PHASES: tuple[tuple[str, Decimal, PhaseTrigger], ...] = (
    ("Start van de lessen", Decimal("0.40"), PhaseTrigger.STARTED),
    ("Halverwege", Decimal("0.30"), PhaseTrigger.HALFWAY),
    ("Traject afgerond", Decimal("0.30"), PhaseTrigger.FINISHED),
)


@dataclass(frozen=True)
class Term:
    """The four days that bound a contract."""

    starts_on: date
    last_referral_on: date
    ends_on: date
    run_off_until: date


@dataclass(frozen=True)
class OptionTerm:
    """One option to extend, with the last day to decide."""

    position: int
    starts_on: date
    ends_on: date
    decide_by: date


@dataclass(frozen=True)
class SigningFacts:
    """What must be known to judge whether a contract can be signed."""

    parties_that_report: int
    parties_that_invoice: int
    municipalities: int
    products: int
    price_lines: int
    price_lines_without_price: int
    phase_sums: tuple[Decimal, ...]
    ceiling: Decimal | None
    needs_ceiling: bool
    key_agreements: int


def phase_on(state: ContractState, term: Term, day: date) -> ContractPhase:
    """Say where a contract is in its life on a day; only draft, signed and terminated are stored.

    In the uitloop running trajectories finish, new aanmeldingen stopped at the last day (practice.md C1).
    """
    if state is ContractState.DRAFT:
        return ContractPhase.DRAFT
    if state is ContractState.TERMINATED:
        return ContractPhase.TERMINATED
    if day < term.starts_on:
        return ContractPhase.UPCOMING
    if day <= term.last_referral_on:
        return ContractPhase.RUNNING
    if day <= term.ends_on:
        return ContractPhase.NO_NEW_REFERRALS
    return ContractPhase.RUN_OFF if day <= term.run_off_until else ContractPhase.ENDED


def plus_months(day: date, months: int) -> date:
    """Return the same day of the month that many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def end_after(first: date, months: int) -> date:
    """Return the last day of a period of whole months that begins on `first`."""
    return plus_months(first, months) - timedelta(days=1)


def options_after(ends_on: date, count: int, months: int) -> list[OptionTerm]:
    """Return the options to extend that follow the fixed term, each decided half a year before it begins."""
    found = []
    starts_on = ends_on + timedelta(days=1)
    for position in range(1, count + 1):
        last = end_after(starts_on, months)
        found.append(
            OptionTerm(
                position, starts_on, last, plus_months(starts_on, -DECIDE_MONTHS_BEFORE) - timedelta(days=1)
            )
        )
        starts_on = last + timedelta(days=1)
    return found


def months_left(day: date, ends_on: date) -> int:
    """Return the whole months from a day to the end of a term; 0 when it has passed."""
    if ends_on < day:
        return 0
    after = ends_on + timedelta(days=1)
    months = (after.year - day.year) * 12 + after.month - day.month
    return months - (1 if after.day < day.day else 0)


def default_margins(norm: Decimal) -> tuple[Decimal, Decimal]:
    """Return the margins for 'bijna op norm' and 'onder norm' in the unit of the norm: 10% and 25% of it."""
    return tuple(  # type: ignore[return-value]
        (abs(norm) * part).quantize(Decimal("0.000001")) for part in (NEAR, UNDER)
    )


def objections_to_norm(unit: MeasureUnit, direction: Direction, norm: Decimal | None) -> list[Objection]:
    """Say what is wrong with a norm given in the unit of its measure (90% is 0.9)."""
    if direction is Direction.SIGNAL:
        return []
    if norm is None:
        return [Objection("Vul de norm in. Zonder norm kan deze afspraak niet beoordeeld worden.", "norm")]
    if norm < 0:
        return [Objection("De norm moet 0 of meer zijn.", "norm")]
    if unit is MeasureUnit.PERCENTAGE and norm > 1:
        return [Objection("De norm mag niet hoger zijn dan 100%.", "norm")]
    if unit is MeasureUnit.GRADE and norm > 10:
        return [Objection("De norm is een rapportcijfer en mag niet hoger zijn dan 10.", "norm")]
    return []


def objections_to_version(
    *, valid_from: date, previous_from: date, term: Term, near: Decimal, under: Decimal, source: str
) -> list[Objection]:
    """Say what stands in the way of a new version of a prestatieafspraak; the old one is kept."""
    found = []
    if valid_from <= previous_from:
        found.append(
            Objection(
                f"De nieuwe afspraak moet na {previous_from:%d-%m-%Y} ingaan, de datum van de vorige.",
                "valid_from",
            )
        )
    if not term.starts_on <= valid_from <= term.run_off_until:
        found.append(
            Objection("De ingangsdatum moet binnen de looptijd van het contract liggen.", "valid_from")
        )
    if near < 0 or under < near:
        found.append(
            Objection(
                "De marge voor ‘onder norm’ moet ten minste die voor ‘bijna op norm’ zijn.", "under_margin"
            )
        )
    if len(source.strip()) < 10:
        found.append(
            Objection("Geef in ten minste 10 tekens aan waar deze afspraak is vastgelegd.", "written_source")
        )
    return found


def objections_to_signing(facts: SigningFacts) -> list[Objection]:
    """Say what is missing before a contract can be signed; each sentence names the part to complete."""
    sums = [total for total in facts.phase_sums if total != 1]
    checks = (
        (not facts.parties_that_report, "Er is geen partij die mag rapporteren."),
        (not facts.parties_that_invoice, "Er is geen partij die mag factureren."),
        (not facts.municipalities, "Er neemt geen gemeente deel aan dit contract."),
        (not facts.products, "Er staat geen product in dit contract."),
        (not facts.price_lines, "Er staat geen prijs in dit contract."),
        (facts.price_lines_without_price > 0, "Niet elke prijsregel heeft een prijs."),
        (bool(sums), "De delen van een prijs in fasen tellen niet op tot 100%."),
        (
            facts.needs_ceiling and facts.ceiling is None,
            "Een raamovereenkomst heeft een maximale waarde nodig. Vul de maximale waarde in.",
        ),
        (
            facts.key_agreements > MOST_KEY_AGREEMENTS,
            f"Er zijn {facts.key_agreements} kernafspraken. Kies er ten hoogste {MOST_KEY_AGREEMENTS}.",
        ),
    )
    return [Objection(sentence) for wrong, sentence in checks if wrong]


def objections_to_phases(shares: Sequence[Decimal | None]) -> list[Objection]:
    """Say what is wrong with the parts of a price in phases; fractions that must make 1 together."""
    given = [share for share in shares if share is not None]
    if not given or any(share <= 0 for share in given):
        return [Objection("Vul voor elke fase een percentage boven 0 in.")]
    if sum(given) != 1:
        total = f"{sum(given) * 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")
        return [Objection(f"De fasen moeten samen 100% zijn. Dit is samen {total}%.")]
    return []


def objections_to_termination(*, starts_on: date, on: date, reason: str) -> list[Objection]:
    """Say what stands in the way of ending a contract early."""
    found = []
    if on < starts_on:
        found.append(Objection("De einddatum moet op of na de ingangsdatum liggen.", "on"))
    if len(reason.strip()) < 20:
        found.append(Objection("Geef de reden van het beëindigen in ten minste 20 tekens.", "reason"))
    return found


def objections_to_deciding_option(
    *, position: int, first_open: int, decide_by: date, day: date
) -> list[Objection]:
    """Say why an option to extend cannot be decided on now; options are decided in order and in time."""
    if position != first_open:
        return [Objection(f"Beslis eerst over optie {first_open}.")]
    if day > decide_by:
        return [
            Objection(f"De uiterste beslisdatum {decide_by:%d-%m-%Y} is voorbij. Verlengen kan niet meer.")
        ]
    return []


def is_lesson_free(lesson_free_months: str, month: int) -> bool:
    """Say whether a calendar month (1-12) is planned without lessons; the text is like "7,8" (practice.md C7)."""
    return str(month) in {part.strip() for part in lesson_free_months.split(",") if part.strip()}


def lesson_free_names(lesson_free_months: str) -> str:
    """Write the months without lessons as people read them: "7,8" is "juli, augustus"."""
    numbers = [int(part) for part in lesson_free_months.split(",") if part.strip()]
    return ", ".join(MONTH_NAMES[number - 1] for number in numbers)


def objections_to_lesson_free_months(text: str) -> list[Objection]:
    """Say what is wrong with a list of month numbers such as "7, 8"."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if all(part.isdigit() and 1 <= int(part) <= 12 for part in parts):
        return []
    return [
        Objection(
            "Vul lesvrije maanden in als maandnummers met een komma ertussen, zoals 7, 8.",
            "lesson_free_months",
        )
    ]


def shown_norm(unit: MeasureUnit, norm: Decimal | None) -> str:
    """Write a norm as people read it: 0.9 with a percentage unit is "90%"."""
    if norm is None:
        return "geen norm"
    value = norm * 100 if unit is MeasureUnit.PERCENTAGE else norm
    text = f"{value.normalize():f}".replace(".", ",")
    return {
        MeasureUnit.PERCENTAGE: f"{text}%",
        MeasureUnit.DAYS: f"{text} dagen",
        MeasureUnit.GRADE: text,
        MeasureUnit.PER_HUNDRED: f"{text} per 100",
        MeasureUnit.NUMBER: text,
    }[unit]


def stored_norm(unit: MeasureUnit, typed: Decimal | None) -> Decimal | None:
    """Turn a norm as people type it (90 for 90%) into the unit of the measure (0.9)."""
    if typed is None or unit is not MeasureUnit.PERCENTAGE:
        return typed
    return typed / 100


def typed_norm(unit: MeasureUnit, norm: Decimal | None) -> Decimal | None:
    """Turn a stored norm back into what people type (0.9 becomes 90)."""
    if norm is None or unit is not MeasureUnit.PERCENTAGE:
        return norm
    return norm * 100


def objections_to_handover(
    *,
    already: str,
    starts_on: date | None,
    ends_on: date | None,
    prices: int,
    parties: int,
    municipalities: int,
) -> list[Objection]:
    """Say why no contract can be made from an award yet; each sentence names what is missing."""
    checks = (
        (bool(already), f"Van deze gunning is al een contract gemaakt: {already}."),
        (starts_on is None or ends_on is None, "Het perceel heeft geen ingangsdatum en einddatum."),
        (not prices, "De inschrijving heeft geen geopende prijzen."),
        (not parties, "De inschrijving heeft geen partij die in het portaal bekend is."),
        (not municipalities, "Aan het perceel neemt geen gemeente deel."),
    )
    return [Objection(sentence) for wrong, sentence in checks if wrong]


def look_of(phase: ContractPhase) -> tuple[str, str]:
    """Return the tone and the sign with which a phase is shown."""
    return {
        ContractPhase.DRAFT: ("under", "pencil"),
        ContractPhase.UPCOMING: ("info", "clock"),
        ContractPhase.RUNNING: ("good", "check"),
        ContractPhase.NO_NEW_REFERRALS: ("near", "clock"),
        ContractPhase.RUN_OFF: ("near", "clock"),
        ContractPhase.ENDED: ("none", "dash"),
        ContractPhase.TERMINATED: ("none", "cross"),
    }[phase]


def ceiling_verdict(expected: Decimal, ceiling: Decimal) -> tuple[str, str, str]:
    """Return tone, sign and words for what is expected (invoiced plus still to come) against a ceiling, in euros."""
    if expected > ceiling:
        return "bad", "cross", "Past niet"
    if expected >= ceiling * NEARLY_FULL:
        return "near", "half", "Let op: bijna vol"
    return "good", "full", "Past"
