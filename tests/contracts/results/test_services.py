"""Deliver, submit and judge with a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from contracts.agreements.models import Contract
from contracts.results import fact_queries, queries, review_services, services
from contracts.results.draft import Draft
from contracts.results.expected import expected_rows
from contracts.results.models import MonthlyRow
from contracts.results.reading import unchanged_draft
from contracts.results.states import Acceptance, EventKind, ReportState, RowState, VersionState, Way
from contracts.trajectories.models import Trajectory
from contracts.trajectories.states import TrajectoryState
from portal import audit
from portal.db import db
from portal.errors import NotFound, NotYours, Refused, TransitionRefused
from portal.notifications import recipients_of
from portal.periods import Month
from tests.factories.contracts import make_contract, make_quality_mark
from tests.factories.results import line, make_case, manager, provider_of, submit
from tests.factories.trajectories import make_trajectory

OCTOBER = Month(2026, 10)
Freeze = Callable[[datetime], None]


@pytest.fixture
def contract(session: None, frozen: Freeze) -> Contract:
    frozen(datetime(2026, 11, 5, 9, tzinfo=UTC))
    make_quality_mark()
    made = make_contract(starts_on=date(2026, 1, 1))
    make_trajectory(made, referred_on=date(2026, 8, 3), started_on=date(2026, 8, 24))
    make_trajectory(
        made, municipality="Zoetermeer", referred_on=date(2026, 9, 28), started_on=date(2026, 10, 12)
    )
    return made


def rows_of(contract: Contract) -> list[MonthlyRow]:
    report = make_case(contract, OCTOBER).report
    assert report is not None
    return list(queries.current_rows(report))


def test_the_report_expects_who_runs_and_freezes_the_municipality(contract: Contract) -> None:
    case = make_case(contract, OCTOBER)
    known = sorted(expected_rows(contract, case.party, OCTOBER).values(), key=lambda one: one.municipality)

    assert [one.municipality for one in known] == ["Lansingerland", "Zoetermeer"]
    assert [one.before for one in known] == [RowState.RUNNING, RowState.WAITING]
    assert [event.kind for event in known[1].known_events] == [EventKind.STARTED]


def test_submitting_stores_rows_tells_the_municipality_and_leaves_a_trail(contract: Contract) -> None:
    report = submit(contract, OCTOBER, accept=False)

    assert report.state is ReportState.SUBMITTED
    assert report.due_on == date(2026, 11, 10)
    assert [row.acceptance for row in rows_of(contract)] == [Acceptance.OPEN, Acceptance.OPEN]
    assert recipients_of("report_submitted") == {"contract@lansingerland.example"}
    assert audit.last().action == "results:report:submit"


def test_nothing_is_stored_as_final_before_submitting(contract: Contract) -> None:
    case = make_case(contract, OCTOBER)
    draft = unchanged_draft(expected_rows(contract, case.party, OCTOBER), {})
    services.keep_draft(case, draft, Way.UNCHANGED, by=provider_of(contract))

    assert db.session.scalars(select(MonthlyRow)).all() == []


def test_accepting_all_rows_accepts_the_report_and_tells_the_provider(contract: Contract) -> None:
    report = submit(contract, OCTOBER)

    assert report.state is ReportState.ACCEPTED
    assert {row.acceptance for row in rows_of(contract)} == {Acceptance.ACCEPTED}
    assert recipients_of("report_accepted") == {"info@taalhuis-de-waterlinie.example"}
    assert len(fact_queries.accepted_rows(contract, OCTOBER)) == 2


def test_one_questioned_row_does_not_hold_the_others(contract: Contract) -> None:
    submit(contract, OCTOBER, accept=False)
    first, second = rows_of(contract)
    reason = "De uren kloppen niet met de presentielijst."
    review_services.ask_correction(
        make_case(contract, OCTOBER, manager()), first, reason=reason, by=manager()
    )
    case = make_case(contract, OCTOBER, manager())
    review_services.accept_rows(case, [second.id], by=manager())

    report = make_case(contract, OCTOBER).report
    assert report is not None
    assert report.state is ReportState.CORRECTION
    assert [row.id for row in fact_queries.accepted_rows(contract, OCTOBER)] == [second.id]
    assert recipients_of("report_correction") == {"info@taalhuis-de-waterlinie.example"}


def test_a_new_version_replaces_only_the_changed_row_and_answers_the_request(contract: Contract) -> None:
    submit(contract, OCTOBER, accept=False)
    first, second = rows_of(contract)
    case = make_case(contract, OCTOBER, manager())
    review_services.ask_correction(case, first, reason="Dit lijkt mij te weinig.", by=manager())
    review_services.accept_rows(make_case(contract, OCTOBER, manager()), [second.id], by=manager())
    event = first.events[0] if first.events else None
    better = line(
        first.trajectory.number,
        followed="31",
        leave="3",
        event=event.kind.label if event else "",
        on=f"{event.on:%d-%m-%Y}" if event else "",
    )
    report = submit(contract, OCTOBER, [better], accept=False)

    now = {row.trajectory_id: row for row in rows_of(contract)}
    db.session.refresh(first)
    assert now[second.trajectory_id].id == second.id
    assert now[second.trajectory_id].acceptance is Acceptance.ACCEPTED
    assert now[first.trajectory_id].replaces_id == first.id
    assert first.superseded_at is not None
    assert not queries.open_requests(report)
    assert [v.state for v in queries.versions_of(report)] == [VersionState.SUBMITTED, VersionState.REPLACED]


def test_a_report_with_errors_cannot_be_submitted(contract: Contract) -> None:
    number = next(iter(expected_rows(contract, make_case(contract, OCTOBER).party, OCTOBER)))

    with pytest.raises(Refused, match="1 fout"):
        submit(contract, OCTOBER, [line(number, followed="61", event="", on="")])


def test_the_same_file_twice_is_recognised(contract: Contract) -> None:
    provider = provider_of(contract)
    case = make_case(contract, OCTOBER)
    draft = unchanged_draft(expected_rows(contract, case.party, OCTOBER), {})
    answered = Draft(draft.rows, (), {"all-none": "Klopt, de docent was ziek."})
    services.keep_draft(case, answered, Way.WORKBOOK, by=provider, data=b"inhoud", file_name="okt.csv")
    services.submit_report(make_case(contract, OCTOBER), by=provider)
    first = rows_of(contract)[0]
    case = make_case(contract, OCTOBER, manager())
    review_services.ask_correction(case, first, reason="Waren er echt geen lessen?", by=manager())

    with pytest.raises(Refused, match="al ingediend als versie 1"):
        services.keep_draft(
            make_case(contract, OCTOBER),
            answered,
            Way.WORKBOOK,
            by=provider,
            data=b"inhoud",
            file_name="okt.csv",
        )


def test_taking_back_is_possible_until_the_check_begins(contract: Contract) -> None:
    submit(contract, OCTOBER, accept=False)
    services.withdraw_report(make_case(contract, OCTOBER), by=provider_of(contract))

    case = make_case(contract, OCTOBER)
    assert case.report is not None
    assert case.report.state is ReportState.DRAFT
    assert rows_of(contract) == []
    assert queries.draft_of(case.report) is not None
    services.submit_report(case, by=provider_of(contract))
    review_services.accept_rows(
        make_case(contract, OCTOBER, manager()), [rows_of(contract)[0].id], by=manager()
    )
    with pytest.raises(Refused, match="met de controle begonnen"):
        services.withdraw_report(make_case(contract, OCTOBER), by=provider_of(contract))


def test_a_submitted_report_cannot_be_submitted_again_while_it_waits(contract: Contract) -> None:
    submit(contract, OCTOBER, accept=False)

    with pytest.raises((Refused, TransitionRefused)):
        submit(contract, OCTOBER, accept=False)


def test_silence_accepts_after_ten_working_days_and_is_marked(contract: Contract) -> None:
    submit(contract, OCTOBER, accept=False)

    assert review_services.accept_silently(date(2026, 11, 19)) == 0
    assert review_services.accept_silently(date(2026, 11, 20)) == 2
    assert {row.acceptance for row in rows_of(contract)} == {Acceptance.TACIT}
    assert len(fact_queries.accepted_rows(contract, OCTOBER)) == 2


def test_an_exam_is_provisional_until_the_municipality_confirms(contract: Contract) -> None:
    case = make_case(contract, OCTOBER)
    running = next(
        one for one in expected_rows(contract, case.party, OCTOBER).values() if one.before is RowState.RUNNING
    )
    submit(contract, OCTOBER, [line(running.number, event="Lezen gehaald", on="14-10-2026")])
    event = next(row for row in rows_of(contract) if row.trajectory.number == running.number).events[0]

    assert event.certainty.label == "voorlopig"
    review_services.confirm_events(make_case(contract, OCTOBER, manager()), by=manager())
    db.session.refresh(event)
    assert event.certainty.label == "bevestigd"


def test_accepted_events_reach_the_trajectory(contract: Contract) -> None:
    case = make_case(contract, OCTOBER)
    running = next(
        one for one in expected_rows(contract, case.party, OCTOBER).values() if one.before is RowState.RUNNING
    )
    stopped = line(running.number, event="Gestopt", on="20-10-2026", reason="gestopt zonder geldige reden")
    submit(contract, OCTOBER, [stopped])

    trajectory = db.session.get(Trajectory, running.trajectory_id)
    assert trajectory is not None
    db.session.refresh(trajectory)
    assert trajectory.state is TrajectoryState.STOPPED
    november = make_case(contract, Month(2026, 11))
    assert running.number not in expected_rows(contract, november.party, Month(2026, 11))


def test_only_the_party_delivers_and_only_the_manager_accepts(contract: Contract) -> None:
    submit(contract, OCTOBER, accept=False)
    own = make_case(contract, OCTOBER)

    with pytest.raises(NotYours):
        services.submit_report(make_case(contract, OCTOBER, manager()), by=manager())
    with pytest.raises(NotYours):
        review_services.accept_rows(own, None, by=provider_of(contract))


def test_another_provider_does_not_find_the_report(contract: Contract) -> None:
    from portal.accounts.queries import viewer_by_email

    with pytest.raises(NotFound):
        make_case(contract, OCTOBER, viewer_by_email("info@route-delta.example"))


def test_rows_as_columns_do_not_cost_more_statements_with_more_rows(
    contract: Contract, count_statements: Callable[[], object]
) -> None:
    submit(contract, OCTOBER)
    with count_statements() as counted:  # type: ignore[attr-defined]
        few = fact_queries.rows_between(contract, OCTOBER, OCTOBER)

    assert len(few) == 2
    assert counted.number <= 4
