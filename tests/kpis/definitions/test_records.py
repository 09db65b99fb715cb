"""Recording numbers beside the months: who may, what is refused, and that figures use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.agreements.models import Contract
from contracts.trajectories.events_services import register_event
from contracts.trajectories.models import Trajectory
from contracts.trajectories.states import Certainty, EventKind
from kpis.definitions import queries, services
from kpis.definitions.record_rules import objections_to_record
from kpis.definitions.states import RecordKind
from portal import audit, clock
from portal.accounts.queries import viewer_by_email
from portal.errors import NotFound, NotYours, Refused
from tests.factories.contracts import make_contract, make_quality_mark
from tests.factories.trajectories import make_trajectory
from tests.pages import PageClient

REFERRER = "contract@lansingerland.example"
PROVIDER = "info@taalhuis-de-waterlinie.example"
SOURCE = "urenstaat participatie"


@pytest.fixture
def contract(session: None) -> Contract:
    make_quality_mark()
    return make_contract()


@pytest.fixture
def trajectory(contract: Contract) -> Trajectory:
    return make_trajectory(contract, started_on=clock.today() - timedelta(days=40))


def add(trajectory: Trajectory, email: str = REFERRER, **more: object) -> object:
    values: dict[str, object] = {
        "kind": RecordKind.PARTICIPATION_HOURS,
        "on": clock.today() - timedelta(days=2),
        "value": Decimal(40),
        "source": SOURCE,
        "by": viewer_by_email(email),
    }
    return services.add_record(trajectory, **{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "on", "value", "source", "fields"),
    [
        (RecordKind.PARTICIPATION_HOURS, date(2026, 2, 1), 40, "staat", []),
        (RecordKind.PARTICIPATION_HOURS, date(2026, 2, 1), 251, "staat", ["value"]),
        (RecordKind.PARTICIPATION_HOURS, date(2025, 12, 31), 40, "staat", ["on"]),
        (RecordKind.WEEKLY_HOURS, date(2026, 3, 2), 12, "PIP", ["on"]),
        (RecordKind.COURSE_NORM, date(2026, 2, 1), 480, " ", ["source"]),
        (RecordKind.SCALED_DOWN, date(2026, 2, 1), 1, "besluit", ["value"]),
    ],
)
def test_a_record_has_a_day_a_size_and_a_source(
    kind: RecordKind, on: date, value: int, source: str, fields: list[str]
) -> None:
    found = objections_to_record(
        kind, on=on, value=Decimal(value), source=source, referred_on=date(2026, 1, 1), today=date(2026, 3, 1)
    )

    assert [one.field for one in found] == fields


def test_figures_use_what_was_recorded_until_it_is_withdrawn(contract: Contract, trajectory: Trajectory) -> None:
    add(trajectory)
    fact = queries.trajectory_facts([contract.id])[trajectory.number]
    assert fact.total(RecordKind.PARTICIPATION_HOURS, clock.today()) == Decimal(40)

    services.withdraw_record(queries.records_of(trajectory)[0], by=viewer_by_email(REFERRER))
    fact = queries.trajectory_facts([contract.id])[trajectory.number]

    assert fact.records == ()
    assert audit.last().action == "kpi:record:withdraw"


def test_only_the_municipality_of_residence_records(trajectory: Trajectory) -> None:
    with pytest.raises(NotYours):
        add(trajectory, PROVIDER)


def test_a_record_is_withdrawn_once(trajectory: Trajectory) -> None:
    add(trajectory)
    record = queries.records_of(trajectory)[0]
    services.withdraw_record(record, by=viewer_by_email(REFERRER))

    with pytest.raises(NotFound):
        services.withdraw_record(record, by=viewer_by_email(REFERRER))


def test_a_number_that_may_be_a_bsn_is_refused(trajectory: Trajectory) -> None:
    with pytest.raises(Refused):
        add(trajectory, source="besluit 111222333")


def test_a_diploma_and_a_home_come_along(contract: Contract, trajectory: Trajectory) -> None:
    day = clock.today() - timedelta(days=1)
    register_event(trajectory, kind=EventKind.DIPLOMA, on=day, by=viewer_by_email(PROVIDER))
    fact = queries.trajectory_facts([contract.id])[trajectory.number]

    assert [(one.on, one.certainty) for one in fact.diplomas] == [(day, Certainty.PROVISIONAL)]
    assert fact.home_on(day) == "Lansingerland"


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(
    trajectory: Trajectory, client_as: Callable[..., PageClient]
) -> None:
    client = client_as(REFERRER)
    number = trajectory.number
    page = client.get(f"/aanmeldingen/{number}/cijfers")
    wrong = page.submit("Vastleggen", kind="participation_hours", on="32-13-2026", value="40", source=SOURCE)

    assert wrong.status_code == 422
    assert "dag-maand-jaar" in wrong.text
    assert SOURCE in wrong.text

    done = wrong.submit(
        "Vastleggen", kind="participation_hours", on=f"{clock.today():%d-%m-%Y}", value="40", source=SOURCE
    )
    assert done.flash == "Vastgelegd. De cijfers van de volgende scorecard rekenen ermee."
    assert SOURCE in done.text
