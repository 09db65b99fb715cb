"""Compute, hear, decide, fix: with a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from decimal import Decimal

import pytest
from sqlalchemy import select

from contracts.agreements.models import Contract
from contracts.results import queries as results, review_services
from kpis.scorecards import hearing_services as hearing, queries, services
from kpis.scorecards.models import ScorecardRow
from kpis.scorecards.states import (
    DisputeGround,
    LineState,
    NoJudgement,
    Quality,
    ResponseKind,
    ScorecardState,
    Verdict,
)
from portal import audit
from portal.db import db
from portal.errors import NotFound, NotYours, Refused
from portal.notifications import recipients_of
from portal.periods import Month
from tests.factories.results import make_case, manager, provider_of
from tests.factories.scorecards import (
    after_response_term,
    card_case,
    judged_contract,
    make_card,
    provider_case,
    report_month,
)

Freeze = Callable[[datetime], None]
TEXT = "De avondgroep verhuisde in augustus naar een ander gebouw."


@pytest.fixture
def contract(session: None, frozen: Freeze) -> Contract:
    frozen(datetime(2026, 10, 22, 9, tzinfo=UTC))
    return judged_contract()


def later(frozen: Freeze, contract: Contract) -> None:
    day = after_response_term(card_case(contract).card)
    frozen(datetime.combine(day, time(9), UTC))


def test_the_concept_counts_hours_of_twelve_months_and_asks_the_provider(contract: Contract) -> None:
    card = make_card(contract)
    attendance, in_time = card_case(contract).lines

    assert (attendance.numerator, attendance.denominator) == (Decimal(12 * 5 * 27), Decimal(12 * 5 * 36))
    assert (attendance.counted, attendance.state) == (12, LineState.UNDER)
    assert attendance.note == "kleine aantallen: 12 deelnemers"
    assert attendance.quality is Quality.CHECKED
    assert (in_time.numerator, in_time.denominator) == (Decimal(0), Decimal(5))
    assert in_time.no_judgement is NoJudgement.TOO_FEW
    assert card.respond_until.isoformat() == "2026-11-05"
    assert recipients_of("scorecard_concept") == {"info@taalhuis-de-waterlinie.example"}


def test_the_joint_figure_is_judged_and_municipalities_are_shown_as_counts(contract: Contract) -> None:
    make_card(contract)
    attendance = card_case(contract).lines[0]

    assert [item["municipality"] for item in attendance.municipalities] == [
        "Lansingerland",
        "Pijnacker-Nootdorp",
        "Zoetermeer",
    ]
    assert sum(Decimal(item["numerator"]) for item in attendance.municipalities) == attendance.numerator
    assert [item["month"] for item in attendance.months][-1] == "2026-09"
    assert len(attendance.trend) == len(attendance.months) == 5


def test_a_quarter_that_is_not_over_has_no_scorecard(contract: Contract) -> None:
    from portal.periods import Quarter

    with pytest.raises(Refused, match="verwacht op 10 januari 2027"):
        make_card(contract, Quarter(2026, 4))


def test_few_people_get_counts_and_no_state(session: None, frozen: Freeze) -> None:
    frozen(datetime(2026, 10, 22, 9, tzinfo=UTC))
    few = judged_contract(people=3)
    make_card(few)
    line = card_case(few).lines[0]

    assert (line.state, line.no_judgement) == (LineState.NONE, NoJudgement.TOO_FEW)
    assert line.numerator == Decimal(3 * 5 * 27)


def test_missing_months_are_gaps_and_too_many_of_them_silence_the_figure(
    session: None, frozen: Freeze
) -> None:
    frozen(datetime(2026, 10, 22, 9, tzinfo=UTC))
    gaps = judged_contract(months=2)
    make_card(gaps)
    line = card_case(gaps).lines[0]

    assert line.no_judgement is NoJudgement.MONTHS_MISSING
    assert [item["why"] for item in line.months[-3:]] == ["niet aangeleverd"] * 3
    assert line.trend[-1]["numerator"] is None


def test_the_provider_explains_and_the_manager_fixes_with_the_rows_behind_it(
    contract: Contract, frozen: Freeze
) -> None:
    make_card(contract)
    case = provider_case(contract)
    hearing.respond(
        case, case.lines[0], kind=ResponseKind.EXPLAIN, ground=None, text=TEXT, by=provider_of(contract)
    )
    with pytest.raises(Refused, match="kan nog"):
        services.fix_scorecard(card_case(contract), by=manager())
    later(frozen, contract)
    services.fix_scorecard(card_case(contract), by=manager(), document=b"werkmap")
    case = card_case(contract)

    assert case.card.state is ScorecardState.FIXED
    assert case.version.document_id is not None
    rows = db.session.scalars(select(ScorecardRow).where(ScorecardRow.line_id == case.lines[0].id)).all()
    assert len(rows) == 12 * 5
    assert sum((row.numerator or Decimal(0)) for row in rows) == case.lines[0].numerator
    assert recipients_of("scorecard_response") == {"contract@lansingerland.example"}
    assert audit.last().action == "scorecard:card:fix"


def test_from_a_row_one_finds_the_figures_it_stands_in(contract: Contract, frozen: Freeze) -> None:
    make_card(contract)
    later(frozen, contract)
    services.fix_scorecard(card_case(contract), by=manager())
    report = make_case(contract, Month(2026, 9)).report
    assert report is not None
    row = results.current_rows(report)[0]

    lines = queries.lines_with_row(row.id)
    assert [line.measure for line, _, _ in lines] == ["attendance"]


def test_an_open_dispute_holds_the_fixing_until_it_is_decided_with_a_reason(
    contract: Contract, frozen: Freeze
) -> None:
    make_card(contract)
    case = provider_case(contract)
    line = case.lines[0]
    given = {"kind": ResponseKind.DISPUTE, "ground": DisputeGround.COUNT, "text": TEXT}
    hearing.respond(case, line, by=provider_of(contract), **given)  # type: ignore[arg-type]
    later(frozen, contract)
    with pytest.raises(Refused, match="1 betwisting"):
        services.fix_scorecard(card_case(contract), by=manager())
    with pytest.raises(Refused, match="Motiveer"):
        hearing.decide(
            card_case(contract), line, verdict=Verdict.AS_COMPUTED, state=line.state, reason="", by=manager()
        )
    reason = "De telling klopt met de presentielijsten van de maanden."
    hearing.decide(
        card_case(contract), line, verdict=Verdict.AS_COMPUTED, state=line.state, reason=reason, by=manager()
    )
    services.fix_scorecard(card_case(contract), by=manager())

    assert card_case(contract).card.state is ScorecardState.FIXED


def test_responses_come_before_the_term_and_from_the_provider(contract: Contract, frozen: Freeze) -> None:
    make_card(contract)
    case = provider_case(contract)
    with pytest.raises(NotYours):
        hearing.respond(
            card_case(contract),
            case.lines[0],
            kind=ResponseKind.EXPLAIN,
            ground=None,
            text=TEXT,
            by=manager(),
        )
    later(frozen, contract)
    with pytest.raises(Refused, match="voorbij"):
        hearing.respond(
            case, case.lines[0], kind=ResponseKind.EXPLAIN, ground=None, text=TEXT, by=provider_of(contract)
        )


def test_late_data_make_a_second_version_and_leave_the_first_as_it_was(
    contract: Contract, frozen: Freeze
) -> None:
    make_card(contract)
    later(frozen, contract)
    services.fix_scorecard(card_case(contract), by=manager())
    first = card_case(contract)
    assert services.recompute(card_case(contract), by=manager()) is None

    september = Month(2026, 9)
    report = make_case(contract, september).report
    assert report is not None
    row = results.current_rows(report)[0]
    case = make_case(contract, september, manager())
    review_services.ask_correction(case, row, reason="Dit lijkt mij te weinig uren.", by=manager())
    report_month(contract, september, better={row.trajectory.number: "36"})
    version = services.recompute(card_case(contract), by=manager())

    assert version is not None
    assert version.number == 2
    assert "Aanwezigheid" in version.reason
    assert card_case(contract).card.state is ScorecardState.CONCEPT
    old = queries.case_for(manager(), contract.number, "2026-k3", 1)
    assert old.lines[0].numerator == first.lines[0].numerator
    assert card_case(contract).lines[0].numerator == first.lines[0].numerator + 9  # type: ignore[operator]


def test_another_provider_and_another_municipality_find_nothing(contract: Contract) -> None:
    from portal.accounts.queries import viewer_by_email

    make_card(contract)
    for email in ("info@route-delta.example", "regio@rotterdam.example"):
        with pytest.raises(NotFound):
            card_case(contract, viewer_by_email(email))


def test_the_worker_makes_the_concept_once_the_last_report_was_due(contract: Contract) -> None:
    from portal.db import set_mode

    db.session.commit()
    set_mode(writing=False)
    services.make_concepts()
    services.make_concepts()
    set_mode(writing=True)

    assert card_case(contract).version.number == 1
