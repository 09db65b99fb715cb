"""Bonus and malus: the sums by hand, what holds them back, and from a sample to a claim over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest

from contracts.agreements import adjustment_services
from contracts.agreements.adjustment_services import RuleTerms, objections_to_rule
from contracts.agreements.models import Contract
from contracts.agreements.states import ClaimKind
from kpis.scorecards import claim_queries, claim_services, hearing_services, services
from kpis.scorecards.claim_rules import (
    Worked,
    draw,
    is_sound,
    objections_to_claim,
    objections_to_finding,
    work_out,
)
from kpis.scorecards.rules import DecidedFigure, Norm
from kpis.scorecards.states import LineState, Quality, Verdict
from kpis.scorecards.views import shown_card
from portal import audit
from portal.catalogue.states import Direction, MeasureUnit
from portal.errors import NotYours, Refused
from portal.notifications import recipients_of
from tests.factories.results import MANAGER, manager, provider_of
from tests.factories.scorecards import after_response_term, card_case, judged_contract, make_card
from tests.pages import PageClient

Freeze = Callable[[datetime], None]
HIGHER = Norm(Decimal("0.85"), Decimal("0.05"), Decimal("0.2"), Direction.HIGHER, MeasureUnit.PERCENTAGE)
LOWER = Norm(Decimal("0.10"), Decimal("0.02"), Decimal("0.05"), Direction.LOWER, MeasureUnit.PERCENTAGE)
DAYS = Norm(Decimal(28), Decimal(3), Decimal(10), Direction.LOWER, MeasureUnit.DAYS)
MALUS, BONUS = ClaimKind.MALUS, ClaimKind.BONUS


@pytest.mark.parametrize(
    ("result", "norm", "kind", "state", "amount", "capped"),
    [
        # ten points under, half a percent each: 5% of 12.345,67
        ("0.75", HIGHER, MALUS, LineState.UNDER, "617.28", False),
        ("0.65", HIGHER, MALUS, LineState.FAR, "617.28", True),  # twenty points, at most 5%
        ("0.82", HIGHER, MALUS, LineState.NEAR, "0.00", False),  # near the norm costs nothing
        ("0.88", HIGHER, MALUS, LineState.ON, "0.00", False),
        ("0.88", HIGHER, BONUS, LineState.ON, "185.19", False),  # 1,5%
        ("0.14", LOWER, MALUS, LineState.UNDER, "246.91", False),  # four points over the maximum: 2%
        ("34", DAYS, MALUS, LineState.UNDER, "370.37", False),  # six days, half a percent each
    ],
)
def test_the_amount_is_points_times_share_of_the_base(
    result: str, norm: Norm, kind: ClaimKind, state: LineState, amount: str, capped: bool
) -> None:
    worked = work_out(
        Fraction(result),
        norm,
        kind=kind,
        per_point=Decimal("0.005"),
        most=Decimal("0.05"),
        base=Decimal("12345.67"),
        state=state,
    )

    assert (worked.amount, worked.is_capped) == (Decimal(amount), capped)


def test_a_later_version_claims_the_difference_and_a_negative_base_nothing() -> None:
    given = {"kind": MALUS, "per_point": Decimal("0.005"), "most": Decimal("0.05"), "state": LineState.UNDER}
    later = work_out(Fraction("0.75"), HIGHER, base=Decimal(1000), before=Decimal("60"), **given)  # type: ignore[arg-type]
    none = work_out(Fraction("0.75"), HIGHER, base=Decimal(-10), **given)  # type: ignore[arg-type]

    assert later.difference == Decimal("-10.00")
    assert none.amount == 0


@pytest.mark.parametrize(
    ("is_fixed", "quality", "counted", "is_disputed"),
    list(product((True, False), Quality, (0, 9, 10, 29, 30, 31), (True, False))),
)
def test_no_money_without_a_fixed_verified_figure_over_thirty(
    is_fixed: bool, quality: Quality, counted: int, is_disputed: bool
) -> None:
    found = objections_to_claim(
        is_fixed=is_fixed, quality=quality, counted=counted, is_disputed=is_disputed, difference=Decimal(1)
    )

    allowed = is_fixed and quality is Quality.VERIFIED and counted >= 30 and not is_disputed
    assert (not found) is allowed


def test_nothing_to_settle_is_said() -> None:
    found = objections_to_claim(
        is_fixed=True, quality=Quality.VERIFIED, counted=30, is_disputed=False, difference=Decimal(0)
    )

    assert [one.message for one in found] == ["Er is niets te verrekenen."]


def test_a_draw_can_be_repeated_and_depends_on_nothing_but_seed_and_rows() -> None:
    ids = [f"rij {number}" for number in range(200)]

    assert draw(ids, 7) == draw(list(reversed(ids)), 7)
    assert draw(ids, 7) != draw(ids, 8)
    assert len(set(draw(ids, 7))) == 10
    assert draw(ids[:4], 7) == sorted(ids[:4])


def test_a_sample_is_sound_only_when_all_is_found() -> None:
    assert is_sound([True, True])
    assert not is_sound([True, False])
    assert not is_sound([True, None])
    assert not is_sound([])
    assert objections_to_finding([True, None], ["", ""])
    assert objections_to_finding([True, False], ["", " "])
    assert not objections_to_finding([True, False], ["", "drie uur minder"])


@pytest.mark.parametrize(
    ("per_point", "most", "source", "fields"),
    [
        ("0.005", "0.05", "artikel 9.3", []),
        ("0", "0.05", "artikel 9.3", ["per_point"]),
        ("0.05", "0.01", "artikel 9.3", ["most"]),
        ("0.05", "1.01", "artikel 9.3", ["most"]),
        ("0.005", "0.05", " ", ["source"]),
    ],
)
def test_a_rule_is_bounded_and_has_a_source(per_point: str, most: str, source: str, fields: list[str]) -> None:
    terms = RuleTerms(MALUS, Decimal(per_point), Decimal(most), date(2026, 7, 1), source)

    assert [one.field for one in objections_to_rule(terms)] == fields


@pytest.fixture
def contract(session: None, frozen: Freeze) -> Contract:
    frozen(datetime(2026, 10, 22, 9, tzinfo=UTC))
    made = judged_contract(people=30)
    make_card(made)
    agreement = card_case(made).lines[0].performance_agreement
    terms = RuleTerms(MALUS, Decimal("0.005"), Decimal("0.05"), date(2026, 5, 1), "artikel 9.3")
    adjustment_services.record_rule(agreement, terms, by=manager())
    day = after_response_term(card_case(made).card)
    frozen(datetime.combine(day, time(9), UTC))
    return made


def verified(contract: Contract) -> None:
    sample = claim_services.draw_sample(card_case(contract), by=manager(), seed=5)
    case = card_case(contract)
    claim_services.finish_sample(
        case, found=[True] * sample.size, differences=[""] * sample.size, by=manager()
    )


def malus(contract: Contract, base: Decimal = Decimal(1000)) -> Worked:
    case = card_case(contract)
    line = shown_card(case).lines[0]
    due = claim_queries.dues_of(case, line)[0]
    numerator = line.decision.numerator if line.decision and line.decision.numerator else line.line.numerator
    assert numerator is not None
    assert line.line.denominator is not None
    return work_out(
        Fraction(numerator) / Fraction(line.line.denominator), HIGHER, kind=MALUS, per_point=due.rule.per_point,
        most=due.rule.most, base=base, state=line.state, before=due.worked.before,
    )  # fmt: skip


def test_a_claim_waits_for_the_sample_and_the_fixing(contract: Contract) -> None:
    with pytest.raises(Refused, match="nog niet vastgesteld"):
        claim_services.claim(card_case(contract), shown_card(card_case(contract)).lines[0], malus(contract), by=manager())
    services.fix_scorecard(card_case(contract), by=manager())
    with pytest.raises(Refused, match="niet geverifieerd"):
        claim_services.claim(card_case(contract), shown_card(card_case(contract)).lines[0], malus(contract), by=manager())
    verified(contract)
    case = card_case(contract)
    made = claim_services.claim(case, shown_card(case).lines[0], malus(contract), by=manager())

    assert (made.kind, made.amount, made.period_code) == (MALUS, Decimal("50.00"), "2026-k3")
    assert case.lines[0].adjustment_claim_id == made.id
    assert recipients_of("scorecard_claim") == {"info@taalhuis-de-waterlinie.example"}
    with pytest.raises(Refused, match="niets te verrekenen"):
        claim_services.claim(card_case(contract), shown_card(card_case(contract)).lines[0], malus(contract), by=manager())


def test_a_figure_as_decided_is_what_is_paid_on(contract: Contract) -> None:
    case = card_case(contract)
    line = case.lines[0]
    assert line.denominator is not None
    figure = DecidedFigure(line.denominator * Decimal("0.76"), line.denominator)
    reason = "Een fout in de presentielijst van juli is hersteld."
    hearing_services.decide(
        case, line, verdict=Verdict.DEVIATES, state=LineState.UNDER, reason=reason, by=manager(), figure=figure
    )

    assert malus(contract).amount == Decimal("45.00")  # nine points of half a percent


def test_only_the_manager_draws_and_once(contract: Contract) -> None:
    with pytest.raises(NotYours):
        claim_services.draw_sample(card_case(contract, provider_of(contract)), by=provider_of(contract))
    claim_services.draw_sample(card_case(contract), by=manager())
    with pytest.raises(Refused, match="al getrokken"):
        claim_services.draw_sample(card_case(contract), by=manager())


def test_from_sample_to_calculation_on_screen(contract: Contract, client_as: Callable[..., PageClient]) -> None:
    manager_page = client_as(MANAGER).get(f"/scorecards/{contract.number}/2026-k3").click("Steekproef van het kwartaal")
    drawn = manager_page.submit("Steekproef trekken")
    assert drawn.text.count("Gevonden, rij") == 10
    wrong = drawn.submit("Steekproef afronden", **{"found-0": "nee"})
    assert wrong.status_code == 422
    answers = {f"found-{n}": "ja" for n in range(10)}
    done = drawn.submit("Steekproef afronden", **answers)

    assert "Alle 10 rijen zijn gevonden" in done.body
    assert audit.last().action == "scorecard:sample:finish"
    assert "Geverifieerd" in client_as(MANAGER).get(f"/scorecards/{contract.number}/2026-k3").row("Aanwezigheid")
    code = card_case(contract).lines[0].performance_agreement.code
    page = client_as("info@taalhuis-de-waterlinie.example").get(f"/scorecards/{contract.number}/2026-k3/{code}/bonus-malus")
    assert "10,00" in page.text
    assert "De scorecard is nog niet vastgesteld." in page.text


def test_a_rule_is_recorded_on_the_page(contract: Contract, client_as: Callable[..., PageClient]) -> None:
    code = card_case(contract).lines[1].performance_agreement.code
    path = f"/contracten/{contract.number}/prestatieafspraken/{code}/bonus-malus"
    page = client_as(MANAGER).get(path)
    wrong = page.submit("Vastleggen", kind="malus", per_point="2", most="1", source="artikel 9.3")
    assert wrong.status_code == 422
    assert "artikel 9.3" in wrong.text
    done = wrong.submit("Vastleggen", kind="malus", per_point="0,5", most="5", source="artikel 9.3")

    assert done.flash == "De afspraak over bonus of malus is vastgelegd."
    assert client_as("info@route-delta.example").get(path).status_code in (403, 404)


def test_a_claim_without_a_known_kind_is_not_found(contract: Contract, client_as: Callable[..., PageClient]) -> None:
    code = card_case(contract).lines[0].performance_agreement.code
    client = client_as(MANAGER)
    path = f"/scorecards/{contract.number}/2026-k3/{code}/bonus-malus"

    assert client.post(f"{path}/vastleggen", data={"csrf_token": client.token(path), "kind": "boete"}).status_code == 404
