"""Hearing the provider: proof, figures as decided, silence, turns, K2, and every state against every act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product

import pytest

from contracts.agreements.models import Contract
from contracts.results import queries as results, review_services
from kpis.scorecards import hearing_services as hearing, queries, services
from kpis.scorecards.rules import (
    DecidedFigure,
    Figure,
    Norm,
    decided_figure,
    judge,
    objections_to_figure,
    turn_of,
)
from kpis.scorecards.states import (
    SCORECARD,
    LineState,
    NoJudgement,
    ResponseKind,
    ScorecardAction,
    ScorecardState,
    Verdict,
)
from portal import audit, clock
from portal.catalogue.states import Direction, MeasureUnit
from portal.db import db, set_mode
from portal.documents import DocumentRefused
from portal.errors import Refused, TransitionRefused
from portal.notifications import recipients_of
from portal.periods import Month
from tests.factories.results import MANAGER, make_case, manager, provider_of
from tests.factories.scorecards import (
    after_response_term,
    card_case,
    judged_contract,
    make_card,
    provider_case,
    report_month,
)
from tests.pages import PageClient

Freeze = Callable[[datetime], None]
TEXT = "De avondgroep verhuisde in augustus naar een ander gebouw."
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PROVIDER = "info@taalhuis-de-waterlinie.example"


@pytest.fixture
def contract(session: None, frozen: Freeze) -> Contract:
    frozen(datetime(2026, 10, 22, 9, tzinfo=UTC))
    made = judged_contract()
    make_card(made)
    return made


def later(frozen: Freeze, contract: Contract, days: int = 0) -> None:
    day = after_response_term(card_case(contract).card) + timedelta(days=days)
    frozen(datetime.combine(day, time(9), UTC))


def explain(contract: Contract, proof: hearing.Proof | None = None) -> object:
    case = provider_case(contract)
    return hearing.respond(
        case,
        case.lines[0],
        kind=ResponseKind.EXPLAIN,
        ground=None,
        text=TEXT,
        proof=proof,
        by=provider_of(contract),
    )


def decide(contract: Contract, figure: DecidedFigure | None = None, **more: object) -> object:
    case = card_case(contract)
    values: dict[str, object] = {"verdict": Verdict.DEVIATES, "state": LineState.ON, "reason": TEXT}
    return hearing.decide(case, case.lines[0], figure=figure, by=manager(), **{**values, **more})  # type: ignore[arg-type]


def test_proof_comes_along_and_can_be_read_back(
    contract: Contract, client_as: Callable[..., PageClient]
) -> None:
    explain(contract, hearing.Proof("presentielijst.pdf", PDF))
    number = contract.number
    page = client_as(MANAGER).get(f"/scorecards/{number}/2026-k3/{card_case(contract).lines[0].performance_agreement.code}")
    document = page.click("Bewijs bekijken")

    assert document.data == PDF
    assert client_as("info@route-delta.example").get(document.path).status_code == 404


def test_proof_of_a_kind_that_cannot_be_is_refused(contract: Contract) -> None:
    with pytest.raises(DocumentRefused):
        explain(contract, hearing.Proof("lijst.pdf", b"geen pdf"))


def test_the_figure_as_decided_stands_beside_the_one_computed(
    contract: Contract, client_as: Callable[..., PageClient]
) -> None:
    computed = card_case(contract).lines[0].numerator
    decide(contract, DecidedFigure(Decimal(1836), Decimal(2160)))
    page = client_as(MANAGER).get(f"/scorecards/{contract.number}/2026-k3")

    assert card_case(contract).lines[0].numerator == computed
    for part in ("75,0%", "1.620 van 2.160", "besloten: 85,0% (1.836 van 2.160)", "Op norm"):
        assert part in page.row("Aanwezigheid")
    assert recipients_of("scorecard_decided") == {PROVIDER}


NORM = Norm(Decimal("0.9"), Decimal("0.05"), Decimal("0.1"), Direction.HIGHER, MeasureUnit.PERCENTAGE)


@pytest.mark.parametrize(
    ("figure", "verdict", "state", "field"),
    [
        (None, Verdict.AS_COMPUTED, LineState.ON, None),
        ((27, 30), Verdict.DEVIATES, LineState.ON, None),
        ((26, 30), Verdict.DEVIATES, LineState.ON, "state"),
        ((27, 30), Verdict.AS_COMPUTED, LineState.ON, "verdict"),
        ((1, 30), Verdict.DEVIATES, LineState.NONE, None),
    ],
)
def test_a_decided_figure_agrees_with_its_state(
    figure: tuple[int, int] | None, verdict: Verdict, state: LineState, field: str | None
) -> None:
    decided = DecidedFigure(Decimal(figure[0]), Decimal(figure[1])) if figure else None
    found = objections_to_figure(decided, verdict, state, NORM)

    assert [one.field for one in found] == ([field] if field else [])


@pytest.mark.parametrize(("numerator", "denominator"), [(1, None), (None, 2), (1, 0), (-1, 2)])
def test_half_a_figure_is_refused(numerator: int | None, denominator: int | None) -> None:
    with pytest.raises(Refused):
        decided_figure(*(None if one is None else Decimal(one) for one in (numerator, denominator)))


@pytest.mark.parametrize(
    ("today", "disputes", "fixed", "who", "until"),
    [
        (date(2026, 11, 5), 1, False, "Taalhuis", date(2026, 11, 5)),
        (date(2026, 11, 6), 1, False, "gemeente", None),
        (date(2026, 11, 6), 0, False, "gemeente", date(2026, 12, 9)),
        (date(2026, 12, 10), 0, False, "gemeente", None),
        (date(2026, 12, 10), 0, True, None, None),
    ],
)
def test_it_is_always_said_who_is_next(
    today: date, disputes: int, fixed: bool, who: str | None, until: date | None
) -> None:
    turn = turn_of(
        is_fixed=fixed,
        today=today,
        respond_until=date(2026, 11, 5),
        disputes=disputes,
        waits_until=date(2026, 12, 9),
        provider="Taalhuis",
        municipality="gemeente",
    )

    assert (turn.who if turn else None, turn.until if turn else None) == (who, until)


def test_a_silent_provider_is_reminded_once_and_then_the_manager(contract: Contract, frozen: Freeze) -> None:
    number = contract.number
    for days_before, expected in ((5, set()), (3, {PROVIDER}), (3, {PROVIDER})):
        frozen(datetime.combine(date(2026, 11, 5) - timedelta(days=days_before), time(9), UTC))
        _sweep()
        assert recipients_of("scorecard_reminder") == expected
    frozen(datetime(2026, 11, 6, 9, tzinfo=UTC))
    _sweep()
    _sweep()

    assert recipients_of("scorecard_to_fix") == {MANAGER}
    assert number


def _sweep() -> None:
    db.session.commit()
    set_mode(writing=False)
    hearing.remind()
    set_mode(writing=True)


def test_who_answered_is_not_reminded(contract: Contract, frozen: Freeze) -> None:
    explain(contract)
    frozen(datetime(2026, 11, 4, 9, tzinfo=UTC))
    _sweep()

    assert recipients_of("scorecard_reminder") == set()


def test_later_data_that_change_no_published_figure_are_one_line_in_the_history(
    contract: Contract, frozen: Freeze
) -> None:
    later(frozen, contract)
    services.fix_scorecard(card_case(contract), by=manager())
    report = make_case(contract, Month(2026, 9)).report
    assert report is not None
    row = results.current_rows(report)[0]
    september = make_case(contract, Month(2026, 9), manager())
    review_services.ask_correction(september, row, reason="Dit lijkt mij te weinig uren.", by=manager())
    report_month(contract, Month(2026, 9), better={row.trajectory.number: "28"})

    assert services.recompute(card_case(contract), by=manager()) is None
    case = card_case(contract)
    assert (case.version.number, case.card.state) == (1, ScorecardState.FIXED)
    assert audit.last().action == "scorecard:card:note"


@pytest.mark.parametrize(
    ("count", "delivered", "is_disputed"), list(product((0, 1, 9, 10, 29, 30, 300), range(13), (False, True)))
)
def test_no_state_below_the_least_number_or_without_months(
    count: int, delivered: int, is_disputed: bool
) -> None:
    figure = Figure(Decimal(count), Decimal(count), count, 12, delivered)
    found = judge(figure, NORM)

    if delivered < 9:
        assert found.reason is NoJudgement.MONTHS_MISSING
    elif count < 10:
        assert found.reason is NoJudgement.TOO_FEW
    else:
        assert found.state is LineState.ON
    assert (found.state is LineState.NONE) == (found.reason is not None)
    if is_disputed:
        turn = turn_of(
            is_fixed=False, today=date(2026, 11, 6), respond_until=date(2026, 11, 5), disputes=1,
            waits_until=None, provider="a", municipality="g",
        )  # fmt: skip
        assert turn is not None
        assert "beslissen" in turn.what


@pytest.mark.parametrize(("state", "action"), list(product(ScorecardState, ScorecardAction)))
def test_every_act_in_every_state(
    contract: Contract, frozen: Freeze, state: ScorecardState, action: ScorecardAction
) -> None:
    later(frozen, contract)
    if state is ScorecardState.FIXED:
        services.fix_scorecard(card_case(contract), by=manager())
    allowed = (state, action) in SCORECARD.table
    if action is ScorecardAction.FIX:
        if allowed:
            services.fix_scorecard(card_case(contract), by=manager())
        else:
            with pytest.raises(TransitionRefused):
                services.fix_scorecard(card_case(contract), by=manager())
    else:
        before = card_case(contract).card.state
        assert services.recompute(card_case(contract), by=manager()) is None  # nothing new came in
        assert card_case(contract).card.state is before


def test_after_fixing_nobody_explains_or_decides(contract: Contract, frozen: Freeze) -> None:
    later(frozen, contract)
    services.fix_scorecard(card_case(contract), by=manager())

    with pytest.raises(Refused, match="vastgesteld"):
        explain(contract)
    with pytest.raises(Refused, match="vastgesteld"):
        decide(contract)
    assert clock.today() > queries.card_of(contract, card_case(contract).quarter).respond_until  # type: ignore[union-attr]
