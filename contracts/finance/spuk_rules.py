"""The specifieke uitkering for the Wet inburgering: the formulas of art. 10.1 and 10.2 Besluit inburgering.

Art. 10.1 gives the provisional grant, on forecasts; art. 10.2 the definitive one, on real numbers. The
part for asielstatushouders is the municipality's share (its grondslag against that of all) in a national
budget. Without the two national figures the portal estimates it with the amounts per person, and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.finance.settling_states import SpukInput as In
from portal.money import ZERO, round_cents

NATIONAL = (In.NATIONAL_BASE, In.NATIONAL_BUDGET)
DEFINITIVE = (In.ASYLUM_T, In.ASYLUM_T1, In.ASYLUM_T2, In.FINISHED_T2, In.FAMILY_T)
PROVISIONAL = (In.FORECAST_T, In.QUOTA_T1, In.ASYLUM_T2, In.FINISHED_T2, In.FAMILY_T2)


@dataclass(frozen=True)
class Amounts:
    """The dated amounts of a year, in euro per person; ``asylum_share`` is a fraction."""

    a: Decimal
    b: Decimal
    c: Decimal
    family: Decimal
    weight_a: Decimal
    weight_b: Decimal
    weight_c: Decimal
    weight_d: Decimal
    asylum_share: Decimal


@dataclass(frozen=True)
class Part:
    """One step of a calculation: what it is, the sum filled in, and the outcome in euro."""

    name: str
    worked: str
    amount: Decimal


@dataclass(frozen=True)
class Grant:
    """A computed grant with its steps; ``missing`` names what the sum could not be made without."""

    parts: tuple[Part, ...]
    total: Decimal
    is_estimate: bool
    missing: tuple[In, ...]
    base: Decimal


def definitive(numbers: Mapping[In, Decimal], amounts: Amounts) -> Grant:
    """Compute the definitive grant (art. 10.2): BGO + BA + ABO on the real numbers of cohorts t, t-1, t-2."""
    people = [_of(numbers, one) for one in (In.ASYLUM_T, In.ASYLUM_T1, In.ASYLUM_T2)]
    family = _family(_of(numbers, In.FAMILY_T), amounts)
    school = _school(_of(numbers, In.EDUCATION_T), numbers)
    return _grant(numbers, amounts, people, family, school, DEFINITIVE)


def provisional(numbers: Mapping[In, Decimal], amounts: Amounts) -> Grant:
    """Compute the provisional grant (art. 10.1): forecast and taakstelling times the expected percentage."""
    share = amounts.asylum_share
    people = [
        _of(numbers, In.FORECAST_T) * share,
        _of(numbers, In.QUOTA_T1) * share,
        _of(numbers, In.ASYLUM_T2),
    ]
    family = _family(_of(numbers, In.FAMILY_T2), amounts)
    school = _school(people[0] * _of(numbers, In.EDUCATION_SHARE) / 100, numbers)
    return _grant(numbers, amounts, people, family, school, PROVISIONAL)


def _grant(
    numbers: Mapping[In, Decimal], amounts: Amounts, people: list[Decimal], family: Part, school: Part,
    needed: tuple[In, ...],
) -> Grant:  # fmt: skip
    finished = _of(numbers, In.FINISHED_T2)
    weights = (amounts.weight_a, amounts.weight_b, amounts.weight_c)
    base = sum((n * w for n, w in zip(people, weights, strict=True)), finished * amounts.weight_d)
    national = all(numbers.get(one) for one in NATIONAL)
    asylum = _by_share(base, numbers) if national else _by_amounts(people, amounts)
    parts = (_base(people, finished, amounts, base), asylum, family, school)
    total = asylum.amount + family.amount + school.amount
    missing = tuple(one for one in needed if one not in numbers)
    return Grant(parts, total, not national, missing, round_cents(base))


def _base(people: list[Decimal], finished: Decimal, amounts: Amounts, base: Decimal) -> Part:
    weights = (amounts.weight_a, amounts.weight_b, amounts.weight_c, amounts.weight_d)
    worked = " + ".join(
        f"{_number(n)} × {_euro(w)}" for n, w in zip([*people, finished], weights, strict=True)
    )
    return Part("Grondslag van de gemeente (telt alleen als verhouding)", worked, round_cents(base))


def _by_share(base: Decimal, numbers: Mapping[In, Decimal]) -> Part:
    whole, budget = numbers[In.NATIONAL_BASE], numbers[In.NATIONAL_BUDGET]
    worked = f"{_euro(base)} ÷ {_euro(whole)} × {_euro(budget)}"
    return Part("Asielstatushouders: aandeel in het landelijke budget", worked, round_cents(base / whole * budget))


def _by_amounts(people: list[Decimal], amounts: Amounts) -> Part:
    rates = (amounts.a, amounts.b, amounts.c)
    worked = " + ".join(f"{_number(n)} × {_euro(rate)}" for n, rate in zip(people, rates, strict=True))
    amount = sum((n * rate for n, rate in zip(people, rates, strict=True)), ZERO)
    return Part("Asielstatushouders: raming met de bedragen per persoon", worked, round_cents(amount))


def _family(people: Decimal, amounts: Amounts) -> Part:
    worked = f"{_number(people)} × {_euro(amounts.family)}"
    return Part("Gezins- en overige migranten", worked, round_cents(people * amounts.family))


def _school(people: Decimal, numbers: Mapping[In, Decimal]) -> Part:
    rate = _of(numbers, In.EDUCATION_AMOUNT)
    worked = f"{_number(people)} × {_euro(rate)}"
    return Part("Aanvullend bedrag Onderwijsroute", worked, round_cents(people * rate))


def _of(numbers: Mapping[In, Decimal], one: In) -> Decimal:
    return numbers.get(one, Decimal(0))


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def _euro(value: Decimal) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


@dataclass(frozen=True)
class Terms:
    """The dated terms of the grant as the table of reference values has them."""

    pay_day: int
    revision_months: int
    data_on: tuple[int, int]
    recovery_months: int
    sisa_due: tuple[int, int]


def calendar(year: int, terms: Terms) -> list[tuple[date, str]]:
    """Give the dates of a grant, in order: twelve payments, SiSa, revision, the data that count, recovery."""
    dates = [
        (date(year, month, terms.pay_day), f"SPUK {year}: betaling van een twaalfde, rond deze dag")
        for month in range(1, 13)
    ]
    after = year + 1
    dates += [
        (_end_of(year, terms.revision_months), f"SPUK {year}: herziening bekend, uiterlijk"),
        (date(after, *terms.sisa_due), f"SPUK {year}: verantwoording (SiSa) bij het CBS, uiterlijk"),
        (date(after, *terms.data_on), f"SPUK {year}: wat DUO nu weet, beslist over de definitieve uitkering"),
        (
            _end_of(year, terms.recovery_months),
            f"SPUK {year}: zonder verantwoording vordert het Rijk nu alles terug",
        ),
    ]
    return sorted(dates)


def _end_of(year: int, months: int) -> date:
    """Give the last day of the n-th month after a year."""
    month = months % 12
    first = date(year + 1 + months // 12, month + 1, 1)
    return date.fromordinal(first.toordinal() - 1)
