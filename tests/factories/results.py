"""Monthly reports as a test needs them, delivered and judged by the real services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from contracts.agreements.models import Contract
from contracts.results import queries, review_services, services
from contracts.results.draft import (
    EVENT,
    EVENT_ON,
    FOLLOWED,
    LEAVE,
    OFFERED,
    REASON,
    REMARK,
    UNEXCUSED,
    Draft,
    Entry,
    Line,
)
from contracts.results.expected import expected_measures, expected_rows
from contracts.results.findings import Expected, Happening, in_dutch
from contracts.results.models import MonthlyReport
from contracts.results.queries import Case
from contracts.results.reading import unchanged_draft
from contracts.results.states import Way
from portal.access import Viewer
from portal.accounts.queries import viewer_by_email
from portal.periods import Month
from tests.factories.contracts import organisation, party_of

PROVIDERS = {
    "taalhuis-de-waterlinie": "info@taalhuis-de-waterlinie.example",
    "route-delta": "info@route-delta.example",
    "samen-vooruit": "info@samen-vooruit.example",
}
MANAGER = "contract@lansingerland.example"


def provider_of(contract: Contract) -> Viewer:
    """Return a person of the provider of a contract."""
    slug = party_of(contract).organisation.slug
    assert organisation(slug) is not None
    return viewer_by_email(PROVIDERS[slug])


def manager() -> Viewer:
    """Return the contract manager of Lansingerland."""
    return viewer_by_email(MANAGER)


def make_case(contract: Contract, month: Month, viewer: Viewer | None = None) -> Case:
    """Return a report as its provider (or another viewer) sees it."""
    return queries.case_for(viewer or provider_of(contract), contract.number, month.code)


def line(
    number: str,
    *,
    offered: str = "36",
    followed: str = "30",
    leave: str = "4",
    unexcused: str = "2",
    event: str = "",
    on: str = "",
    reason: str = "",
    remark: str = "",
    row: int = 14,
) -> Line:
    """Return a line of a draft as if it came from the sheet Deelnemers."""
    texts = {
        OFFERED: (offered, "G"),
        FOLLOWED: (followed, "H"),
        LEAVE: (leave, "I"),
        UNEXCUSED: (unexcused, "J"),
        EVENT: (event, "K"),
        EVENT_ON: (on, "L"),
        REASON: (reason, "M"),
        REMARK: (remark, "N"),
    }
    cells = {name: Entry(text, "Deelnemers", f"{column}{row}") for name, (text, column) in texts.items()}
    return Line(number, Entry(number, "Deelnemers", f"A{row}"), cells)


def submit(
    contract: Contract,
    month: Month,
    lines: Sequence[Line] | None = None,
    *,
    measures: Mapping[str, tuple[int, int]] | None = None,
    accept: bool = True,
) -> MonthlyReport:
    """Deliver and submit a month; without lines every running trajectory followed 30 of 36 hours.

    A trajectory that started in the month is reported as started. Accepted unless told otherwise.
    """
    case = make_case(contract, month)
    expected = expected_rows(contract, case.party, month)
    counted = expected_measures(contract, month)
    draft = unchanged_draft(expected, counted)
    given = {one.key: one for one in lines or ()}
    rows = [given.get(number) or usual_line(known) for number, known in expected.items()]
    told = [
        Line(one.key, one.place, {name: Entry(text) for name, text in _figures(measures, one.key).items()})
        for one in draft.measures
    ]
    draft = Draft(tuple(rows), tuple(told))
    asked = services.checked_draft(case, draft).questions
    answers = {question.name: "Zo was het deze maand." for question in asked}
    draft = Draft(draft.rows, draft.measures, answers)
    services.keep_draft(case, draft, Way.SCREEN, by=provider_of(contract))
    case = make_case(contract, month)
    version = services.submit_report(case, by=provider_of(contract))
    if accept:
        review_services.accept_rows(make_case(contract, month, manager()), None, by=manager())
    return version.report


def usual_line(known: Expected) -> Line:
    """Return an ordinary line for a trajectory, with what the portal knows already."""
    event: Happening | None = known.known_events[0] if known.known_events else None
    runs = known.before.value == "running" or (event is not None and event.kind.value == "started")
    return line(
        known.number,
        offered="36" if runs else "",
        followed="30" if runs else "",
        leave="4" if runs else "",
        unexcused="2" if runs else "",
        event=event.kind.label if event else "",
        on=f"{event.on:%d-%m-%Y}" if event else "",
        reason=event.reason.label if event and event.reason else "",
    )


def _figures(measures: Mapping[str, tuple[int, int]] | None, code: str) -> dict[str, str]:
    numerator, denominator = (measures or {}).get(code, (0, 0))
    return {"numerator": in_dutch(Decimal(numerator)), "denominator": in_dutch(Decimal(denominator))}
