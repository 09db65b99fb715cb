"""The award model is tried before publication, under every formula and with each offer left out (practice T9)."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest

from portal.db import db
from portal.errors import NotYours, Refused
from tenders.awards import queries, rules, services
from tenders.awards.rules import Bid, CriterionScore, PriceRule
from tenders.awards.states import Formula, TrialKind
from tenders.offers.models import OfferPrice
from tenders.procedures.rules import objections_to_formula
from tenders.procedures.states import ProcedureState
from tests.factories import awards as made
from tests.factories.awards import LEADER, SECOND, Case, viewer
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]
A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
RULE = PriceRule(Decimal("0.6"), Decimal(60), Decimal(140), quality_value=Decimal(80), log_base=Decimal(2))
REASON = "De accountant vraagt hoe stevig de uitkomst is; consensus en prijzen staan vast."


def bid(key: UUID, price: int, quality: str) -> Bid:
    """One criterion of 40 points, scored from 0 to 1."""
    return Bid(key, (CriterionScore("Kwaliteit", Decimal("0.4"), Decimal(quality)),), Decimal(price))


BIDS = [bid(A, 100, "0.50"), bid(B, 120, "0.74"), bid(C, 70, "0")]


@pytest.mark.parametrize(
    ("formula", "keys", "totals"),
    [
        (Formula.LOW_BID, (A, B, C), {A: "62.00", B: "64.60", C: "60.00"}),
        (Formula.LOW_BID, (A, B), {A: "80.00", B: "79.60"}),
        (Formula.WEIGHTED_FACTOR, (A, B, C), {A: "50.00", B: "44.60", C: "52.50"}),
        (Formula.WEIGHTED_FACTOR, (A, B), {A: "50.00", B: "44.60"}),
        (Formula.LOG, (A, B, C), {A: "49.13", B: "42.94", C: "60.00"}),
        (Formula.LOG, (A, B), {A: "80.00", B: "73.82"}),
        (Formula.ON_VALUE, (A, B, C), {A: "60.00", B: "60.80", C: "70.00"}),
        (Formula.ON_VALUE, (A, B), {A: "60.00", B: "60.80"}),
    ],
)
def test_every_formula_ranks_with_the_worked_out_numbers(
    formula: Formula, keys: tuple[UUID, ...], totals: dict[UUID, str]
) -> None:
    found = rules.rank(
        [one for one in BIDS if one.key in keys], rules.rule_under(RULE, formula), score_max=Decimal(1)
    )
    assert {one.key: one.total for one in found} == {key: Decimal(total) for key, total in totals.items()}
    best = min if formula is Formula.ON_VALUE else max
    assert found[0].key == best(totals, key=lambda key: Decimal(totals[key]))
    assert all(one.steps[-1][3] for one in found)


def test_the_published_example_of_awarding_on_value_is_ranked_with_its_fictive_price() -> None:
    rule = PriceRule(Decimal("0.5"), None, None, formula=Formula.ON_VALUE, quality_value=Decimal(2_500))
    found = rules.rank(
        [Bid(A, (CriterionScore("Criterium", Decimal("0.5"), Decimal(6)),), Decimal(80_000))],
        rule,
        score_max=Decimal(10),
    )
    assert found[0].total == 78_500
    assert found[0].steps[1] == ("Fictieve prijs", "80.000,00 − 1.500,00", "", "78.500,00")


def test_only_the_low_bid_turns_the_order_of_two_when_a_third_leaves() -> None:
    tried = {one.formula: one for one in rules.try_model(BIDS, RULE, score_max=Decimal(1))}
    assert tried[Formula.WEIGHTED_FACTOR].is_chosen
    turned = {formula: [(left.key, was.key, now.key) for left, was, now in one.turned] for formula, one in tried.items()}
    assert turned == {
        Formula.WEIGHTED_FACTOR: [], Formula.ON_VALUE: [], Formula.LOG: [], Formula.LOW_BID: [(C, B, A)],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("prices", "flagged"),
    [
        ({A: 74, B: 100, C: 100}, {A}),
        ({A: 75, B: 100, C: 100}, set()),
        ({A: 100}, set()),
        ({A: 50, B: 51, C: 52}, set()),
    ],
)
def test_a_price_far_under_the_others_is_flagged(prices: dict[UUID, int], flagged: set[UUID]) -> None:
    found = rules.low_prices({key: Decimal(price) for key, price in prices.items()}, Decimal("0.25"))
    assert set(found) == flagged
    if flagged:
        assert found[A] == (
            "De prijs ligt 26,0% onder het gemiddelde van de andere prijzen (€ 100,00). "
            "Meer dan 25% vraagt om uitleg."
        )


@pytest.mark.usefixtures("session")
class TestInTheTender:
    @pytest.fixture
    def case(self, session: None) -> Case:
        return made.make_opened_case()

    def _in_preparation(self, case: Case) -> None:
        procedure = case.procedure
        procedure.state, procedure.opened_at = ProcedureState.PREPARATION, None
        procedure.published_at = procedure.published_by_id = None

    def test_inkoop_tries_the_model_on_made_up_offers_before_publication(
        self, case: Case, client_as: ClientAs
    ) -> None:
        self._in_preparation(case)
        url = case.url(f"/percelen/{case.lot.id}/proef")
        page = client_as(LEADER).get(url)
        fields = {
            "price_0": "10.000,00", "score_0_0": "6", "score_0_1": "6",
            "price_1": "12.000,00", "score_1_0": "10", "score_1_1": "8",
        }  # fmt: skip
        assert "ten minste 3 verzonnen inschrijvingen" in page.submit(**fields).errors[0]
        page = page.submit(**fields, price_2="9.000,00", score_2_0="2", score_2_1="4")
        assert page.h1 == "Uitkomst van de proef"
        for one in Formula:
            assert one.label in page.body
        trial = queries.trials_of(case.lot)[0]
        assert (trial.kind, len(trial.offers), len(trial.outcome)) == (TrialKind.FICTIONAL, 3, 4)

    def test_after_publication_the_model_stands(self, case: Case) -> None:
        with pytest.raises(Refused, match="Na publicatie"):
            services.try_on_fictional(case.lot, [(str(one.key), one) for one in BIDS], by=viewer(LEADER))

    def test_on_real_offers_only_after_consensus_by_who_leads_and_with_a_reason(self, case: Case) -> None:
        with pytest.raises(NotYours, match="procesleider"):
            services.try_on_real(case.lot, reason=REASON, by=viewer(SECOND))
        with pytest.raises(Refused, match="als de kwaliteit is vastgesteld"):
            services.try_on_real(case.lot, reason=REASON, by=viewer(LEADER))
        made.fix(case)
        with pytest.raises(Refused, match="als de prijzen zijn geopend"):
            services.try_on_real(case.lot, reason=REASON, by=viewer(LEADER))
        made.open_prices(case)
        with pytest.raises(Refused, match="ten minste 40 tekens"):
            services.try_on_real(case.lot, reason="Zomaar.", by=viewer(LEADER))
        trial = services.try_on_real(case.lot, reason=REASON, by=viewer(LEADER))
        assert trial.reason == REASON
        assert {one["name"] for one in trial.offers} == {"Inschrijver A", "Inschrijver B", "Inschrijver C"}

    def test_the_page_for_real_offers_is_for_who_leads(self, case: Case, client_as: ClientAs) -> None:
        made.fix(case)
        made.open_prices(case)
        page = client_as(LEADER).get(case.award_url("/beproeven")).submit(reason=REASON)
        assert "met 3 echte inschrijvingen" in page.body
        assert client_as(SECOND).get(case.award_url("/beproeven")).status_code == 404


@pytest.mark.usefixtures("session")
class TestFormulaOfTheLot:
    @pytest.mark.parametrize(
        ("formula", "numbers", "first", "words"),
        [
            (Formula.LOW_BID, {}, "samen-vooruit", "40 × 10.640,00 ÷ 12.100,00"),
            (Formula.LOG, {"log_base": Decimal(2)}, "samen-vooruit", "÷ log 2"),
            (Formula.ON_VALUE, {"quality_value": Decimal(6_000)}, "route-delta", "10.640,00 − 4.200,00"),
        ],
    )
    def test_real_offers_are_ranked_by_the_formula_that_was_fixed(
        self, formula: Formula, numbers: dict[str, Decimal], first: str, words: str, client_as: ClientAs
    ) -> None:
        case = made.make_opened_case(f"AB-2026-91{list(Formula).index(formula)}")
        case.lot.price_formula = formula
        for name, value in numbers.items():
            setattr(case.lot, name, value)
        made.fix(case)
        made.open_prices(case)
        ranking = services.make_ranking(case.lot, by=viewer(LEADER))
        assert ranking.formula == formula
        assert ranking.rows[0].offer_lot_id == case.offers[first].id
        page = client_as(LEADER).get(case.award_url())
        assert words in page.body

    @pytest.mark.parametrize(
        ("formula", "numbers", "field"),
        [
            (Formula.ON_VALUE, {}, "quality_value"),
            (Formula.LOG, {"log_base": Decimal(1), "rationale": REASON}, "log_base"),
            (Formula.LOG, {"log_base": Decimal(2)}, "price_rationale"),
            (Formula.LOW_BID, {}, "price_rationale"),
            (Formula.LOW_BID, {"rationale": REASON}, None),
            (Formula.ON_VALUE, {"quality_value": Decimal(100)}, None),
        ],
    )
    def test_a_formula_needs_its_numbers_and_a_relative_one_its_motivation(
        self, formula: Formula, numbers: dict[str, Decimal | str], field: str | None
    ) -> None:
        whole = {"weight": Decimal("0.4"), "quality_value": None, "log_base": None, "rationale": ""}
        found = objections_to_formula(formula, **{**whole, **numbers})  # type: ignore[arg-type]
        assert [one.field for one in found] == ([field] if field else [])

    def test_an_abnormally_low_price_is_flagged_on_the_page_and_asked_about(self, client_as: ClientAs) -> None:
        case = made.make_opened_case("AB-2026-919")
        for price in db.session.query(OfferPrice).where(OfferPrice.offer_lot_id == case.offers["route-delta"].id):
            price.rate = Decimal(7_000)
        made.fix(case)
        made.open_prices(case)
        services.make_ranking(case.lot, by=viewer(LEADER))
        page = client_as(LEADER).get(case.award_url())
        assert "Abnormaal laag?" in page.row("Route Delta")
        page = page.click("Vraag stellen aan Route Delta")
        page = page.submit(
            kind="low_price", due_on="15-12-2026",
            question="Uw prijs ligt ver onder de andere. Leg uit waaruit die is opgebouwd, per onderdeel.",
        )  # fmt: skip
        assert page.flash == "De vraag is verstuurd aan Route Delta."
        assert "Uitleg over een lage prijs" in page.body
