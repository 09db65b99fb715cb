"""What holds for aanmeldingen, as plain functions on plain values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from contracts.agreements.rules import plus_months
from contracts.agreements.states import ContractPhase
from contracts.trajectories.states import Certainty, EventOwner
from portal.errors import Objection

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
FIRST_PIP = date(2022, 1, 1)
MOST_AT_ONCE = 25


@dataclass(frozen=True)
class ReferralFacts:
    """What must be known to judge an aanmelding."""

    on: date
    today: date
    phase: ContractPhase
    last_referral_on: date
    municipality: str
    takes_part: bool
    mark_needed: bool
    mark_blocks: str
    mark_known: bool
    ceiling_reached: bool
    stops: bool
    number: int
    pip_on: date
    brought_hours: Decimal
    brought_participation_hours: Decimal
    brought_exam_parts: str
    brought_source: str


def make_number(pick: Callable[[str], str]) -> str:
    """Make a trajectnummer such as T-4KQ7-2MXP: a letter first, seven random signs and a check sign.

    In: a function that picks one sign of a string. It never looks like a BSN, and the check sign finds
    every single typing error and every pair of signs that changed places (weights modulo 29, a prime).
    """
    body = "".join(pick(ALPHABET) for _ in range(7))
    whole = body + check_sign(body)
    return f"T-{whole[:4]}-{whole[4:]}"


def check_sign(body: str) -> str:
    """Return the check sign for the seven signs of a trajectnummer."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(body, 1))
    return ALPHABET[total % len(ALPHABET)]


def is_number(text: str) -> bool:
    """Say whether a text is a well-formed trajectnummer with a fitting check sign."""
    bare = text.strip().upper().replace("-", "")
    if len(bare) != 9 or bare[0] != "T" or any(sign not in ALPHABET for sign in bare[1:]):
        return False
    return check_sign(bare[1:8]) == bare[8]


def normal_number(text: str) -> str:
    """Write a typed trajectnummer the way it is stored: upper case with hyphens."""
    bare = text.strip().upper().replace("-", "").replace(" ", "")
    return f"{bare[:1]}-{bare[1:5]}-{bare[5:]}"


def term_of(pip_on: date, years: int) -> tuple[date, date]:
    """Return the inburgeringstermijn: it begins the day after the PIP's date (Wi2021 art. 11 lid 2)."""
    starts_on = pip_on + timedelta(days=1)
    return starts_on, plus_months(starts_on, 12 * years) - timedelta(days=1)


def objections_to_referral(facts: ReferralFacts) -> list[Objection]:
    """Say what stands in the way of an aanmelding."""
    return [*_objections_to_contract(facts), *_objections_to_input(facts)]


def _objections_to_contract(facts: ReferralFacts) -> list[Objection]:
    open_now = facts.phase is ContractPhase.RUNNING
    checks = (
        (
            not open_now and facts.phase in {ContractPhase.DRAFT, ContractPhase.UPCOMING},
            "Dit contract loopt nog niet. Aanmelden kan vanaf de ingangsdatum.",
        ),
        (
            not open_now and facts.phase not in {ContractPhase.DRAFT, ContractPhase.UPCOMING},
            f"Aanmelden kon tot en met {facts.last_referral_on:%d-%m-%Y}, de laatste dag voor aanmeldingen.",
        ),
        (not facts.takes_part, f"{facts.municipality} neemt niet deel aan dit contract."),
        (
            facts.mark_needed and not facts.mark_known,
            "Van deze aanbieder is geen geldig keurmerk vastgelegd. Vraag het de contractmanager.",
        ),
        (
            facts.mark_needed and bool(facts.mark_blocks),
            f"Het keurmerk van deze aanbieder is {facts.mark_blocks}. Nieuwe aanmeldingen kunnen nu niet.",
        ),
        (
            facts.ceiling_reached,
            "De maximale waarde van dit contract is bereikt. Voor een nieuwe aanmelding is eerst een wijziging nodig.",
        ),
        (facts.stops, "Deze aanbieder stopt. Nieuwe aanmeldingen bij dit contract kunnen niet meer."),
    )
    return [Objection(sentence, "contract_product") for wrong, sentence in checks if wrong]


def _objections_to_input(facts: ReferralFacts) -> list[Objection]:
    brought = facts.brought_hours or facts.brought_participation_hours or facts.brought_exam_parts.strip()
    checks = (
        (facts.on > facts.today, "on", "De aanmelddatum mag niet in de toekomst liggen."),
        (
            not FIRST_PIP <= facts.pip_on <= facts.today,
            "pip_on",
            "De datum van het PIP moet tussen 1-1-2022 en vandaag liggen.",
        ),
        (
            not 1 <= facts.number <= MOST_AT_ONCE,
            "number",
            f"Meld 1 tot en met {MOST_AT_ONCE} deelnemers tegelijk aan.",
        ),
        (facts.brought_hours < 0, "brought_hours", "De ingebrachte lesuren moeten 0 of meer zijn."),
        (
            facts.brought_participation_hours < 0,
            "brought_participation_hours",
            "De ingebrachte uren participatie moeten 0 of meer zijn.",
        ),
        (
            bool(brought) and not facts.brought_source.strip(),
            "brought_source",
            "Geef aan waar de ingebrachte uren of examens vandaan komen, zoals een eerdere leerroute.",
        ),
    )
    return [Objection(sentence, name) for wrong, name, sentence in checks if wrong]


def objections_to_day(on: date, *, not_before: date, today: date, name: str = "on") -> list[Objection]:
    """Say what is wrong with the day on which something is said to have happened."""
    if on > today:
        return [Objection("De datum mag niet in de toekomst liggen.", name)]
    if on < not_before:
        return [Objection(f"De datum moet op of na {not_before:%d-%m-%Y} liggen.", name)]
    return []


def objections_to_return(expected: date | None, *, interrupted_on: date) -> list[Objection]:
    """Say what is wrong with the expected return after an interruption; no reason is asked (practice.md §6)."""
    if expected is None:
        return [Objection("Vul in wanneer de deelnemer naar verwachting terugkomt.", "return_expected_on")]
    if expected <= interrupted_on:
        return [Objection("De verwachte terugkeer moet na de onderbreking liggen.", "return_expected_on")]
    return []


def objections_to_move(
    on: date, *, last_from: date, today: date, same: bool, started_over: bool
) -> list[Objection]:
    """Say what stands in the way of recording a move to another municipality."""
    found = objections_to_day(on, not_before=last_from + timedelta(days=1), today=today)
    if same:
        found.append(Objection("De deelnemer woont al in deze gemeente.", "municipality"))
    if started_over:
        found.append(Objection("Dit traject is afgelopen. Een verhuizing verandert hier niets meer."))
    return found


def certainty_of(owner: EventOwner, *, by_provider: bool) -> Certainty:
    """Say whether an event is certain at once: only when its owner reports it (practice.md D5).

    The municipality also enters what DUO decided.
    """
    if by_provider:
        return Certainty.CONFIRMED if owner is EventOwner.PROVIDER else Certainty.PROVISIONAL
    return Certainty.PROVISIONAL if owner is EventOwner.PROVIDER else Certainty.CONFIRMED


def residence_at(rows: Sequence[tuple[date, str]], day: date) -> str | None:
    """Return the newest residence that began on or before a day; None before the first."""
    fitting = [(since, place) for since, place in rows if since <= day]
    return max(fitting)[1] if fitting else None
