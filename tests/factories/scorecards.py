"""Scorecards as a test needs them, made by the real services from real reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from contracts.agreements.models import Contract
from kpis.scorecards import queries, services
from kpis.scorecards.models import Scorecard
from kpis.scorecards.queries import Case
from portal.access import Viewer
from portal.periods import Month, Quarter
from tests.factories.contracts import make_agreement, make_contract, make_quality_mark
from tests.factories.results import line, make_case, manager, provider_of, submit
from tests.factories.trajectories import make_trajectory

QUARTER = Quarter(2026, 3)


def judged_contract(*, people: int = 12, followed: str = "27", months: int = 5) -> Contract:
    """Return a contract that began in May 2026 with accepted reports: attendance 75% of 36 hours a month.

    The clock must stand after 10 October 2026.
    """
    make_quality_mark()
    contract = make_contract(starts_on=date(2026, 5, 1))
    make_agreement(contract, measure="attendance", norm=Decimal("0.85"))
    make_agreement(contract, measure="report_on_time", norm=Decimal(1), parameter=10)
    for number in range(people):
        place = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")[number % 3]
        make_trajectory(
            contract, municipality=place, referred_on=date(2026, 5, 1), started_on=date(2026, 5, 6)
        )
    first = Month(2026, 5)
    for month in first.until(first.plus(months - 1)):
        report_month(contract, month, followed=followed)
    return contract


def report_month(
    contract: Contract, month: Month, *, followed: str = "27", better: Mapping[str, str] | None = None
) -> None:
    """Deliver and accept a month in which everybody followed so many of 36 hours, some otherwise."""
    from contracts.results.expected import expected_rows

    case = make_case(contract, month)
    lines = []
    for number, known in expected_rows(contract, case.party, month).items():
        hours = (better or {}).get(number, followed)
        event = known.known_events[0] if known.known_events else None
        lines.append(
            line(
                number,
                followed=hours,
                leave="0",
                unexcused=str(36 - int(hours)),
                event=event.kind.label if event else "",
                on=f"{event.on:%d-%m-%Y}" if event else "",
                remark="Gewone maand." if event else "Groep A.",
            )
        )
    submit(contract, month, lines)


def make_card(contract: Contract, quarter: Quarter = QUARTER) -> Scorecard:
    """Return the concept of a quarter."""
    return services.make_scorecard(contract, quarter, by=manager())


def card_case(contract: Contract, viewer: Viewer | None = None, quarter: Quarter = QUARTER) -> Case:
    """Return the newest version as the contract manager (or another viewer) sees it."""
    return queries.case_for(viewer or manager(), contract.number, quarter.code)


def provider_case(contract: Contract) -> Case:
    """Return the newest version as the provider sees it."""
    return card_case(contract, provider_of(contract))


def after_response_term(card: Scorecard) -> date:
    """Return the first day on which a scorecard can be fixed."""
    return card.respond_until + timedelta(days=1)
