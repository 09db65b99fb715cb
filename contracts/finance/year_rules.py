"""The rules of a year end: what is still to come, what was paid in advance, what is still committed.

Source: practice.md F3. What is accrued is a proposal; the financial system keeps the entry.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.agreements.states import PhaseTrigger
from portal.money import ZERO, round_cents

PREPAID_RULE = (
    "Een fase die bij de start is betaald, hoort bij de lessen tot de volgende fase. Is die volgende fase op "
    "31 december nog niet bereikt, dan is een deel vooruitbetaald: de dagen na 31 december, gedeeld door alle "
    "dagen van de start tot het moment waarop de volgende fase wordt verwacht. Dat moment is halverwege de "
    "inburgeringstermijn, of het einde daarvan als ‘halverwege’ geen fase is. Fasen die na een resultaat worden "
    "betaald, zijn niet vooruitbetaald."
)


@dataclass(frozen=True)
class PaidPhase:
    """A phase that was paid: its amount, its moment, and how the way went on until the end of the year."""

    trigger: PhaseTrigger
    next_trigger: PhaseTrigger | None
    amount: Decimal
    started_on: date
    term_ends_on: date
    reached: frozenset[PhaseTrigger]
    is_over: bool


def prepaid(phase: PaidPhase, *, on: date) -> Decimal:
    """Say how much of a paid phase is for lessons after a day; the rule is in ``PREPAID_RULE``.

    Only a phase paid at the start is paid in advance; what an event makes due was delivered.
    """
    if phase.trigger is not PhaseTrigger.STARTED or phase.next_trigger is None:
        return ZERO
    if phase.is_over or phase.next_trigger in phase.reached or phase.amount <= ZERO:
        return ZERO
    ends = expected_on(phase.next_trigger, phase.started_on, phase.term_ends_on)
    whole, left = (ends - phase.started_on).days, (ends - on).days
    if whole <= 0 or left <= 0:
        return ZERO
    return round_cents(phase.amount * min(left, whole) / whole)


def expected_on(trigger: PhaseTrigger, started_on: date, term_ends_on: date) -> date:
    """Say when a phase is expected: halfway between start and end of the term, or at its end."""
    if trigger is PhaseTrigger.HALFWAY:
        return started_on + (term_ends_on - started_on) / 2
    return term_ends_on


def was_running(
    *, referred_on: date, refused: bool, no_show: bool, stopped_on: date | None, finished_on: date | None, on: date
) -> bool:
    """Say whether an aanmelding was open or running at the end of a day."""
    over = [day for day in (stopped_on, finished_on) if day is not None]
    return referred_on <= on and not refused and not no_show and all(day > on for day in over)


def charged(net: Decimal, percent: Decimal, *, comes_back: bool) -> tuple[Decimal, Decimal]:
    """Give the btw over an amount and what is charged to the product: net, plus btw that is a cost."""
    vat = round_cents(net * percent / 100)
    return vat, net if comes_back else net + vat
