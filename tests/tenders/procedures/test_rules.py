"""Phases, weights, prices, questions and what a publication needs, without a database."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tenders.procedures.rules import (
    LotFacts,
    Planning,
    ProcedureFacts,
    accepts,
    missing_before_publication,
    next_step,
    objections_to_bounds,
    objections_to_criterion,
    objections_to_question,
    objections_to_requirement,
    objections_to_withdrawal,
    phase_at,
    price_model_objections,
    propose_planning,
    question_round_open,
)
from tenders.procedures.rules.completeness import above_threshold, notice_opens_at
from tenders.procedures.states import (
    LOT,
    PROCEDURE,
    QUESTION,
    Phase,
    PriceModel,
    ProcedureState,
    RequirementAspect,
    RequirementKind,
)

DEADLINE = datetime(2026, 12, 18, 11, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 11, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
VALUES = {
    "offer_days": 30, "question_days": 20, "nota_days": 10, "award_days": 28, "standstill_days": 20,
    "framework_years": 4, "wait_hours": 48,
}  # fmt: skip


@pytest.mark.parametrize(
    ("at", "in_time"), [(DEADLINE - TICK, True), (DEADLINE, False), (DEADLINE + TICK, False)]
)
def test_an_offer_is_in_time_only_strictly_before_the_deadline(at: datetime, in_time: bool) -> None:
    assert accepts(at, DEADLINE) is in_time


@pytest.mark.parametrize(
    ("state", "at", "phase"),
    [
        (ProcedureState.PREPARATION, DEADLINE, Phase.PREPARATION),
        (ProcedureState.PUBLISHED, DEADLINE - TICK, Phase.OPEN),
        (ProcedureState.PUBLISHED, DEADLINE, Phase.CLOSED),
        (ProcedureState.OPENED, DEADLINE, Phase.ASSESSMENT),
        (ProcedureState.AWARDED, DEADLINE, Phase.AWARDED),
        (ProcedureState.WITHDRAWN, DEADLINE - TICK, Phase.WITHDRAWN),
    ],
)
def test_the_phase_follows_from_state_and_clock(state: ProcedureState, at: datetime, phase: Phase) -> None:
    assert phase_at(state, DEADLINE, at) is phase


def test_the_question_round_closes_by_itself_and_is_not_open_before_publication() -> None:
    assert question_round_open(ProcedureState.PUBLISHED, DEADLINE, DEADLINE - TICK)
    assert not question_round_open(ProcedureState.PUBLISHED, DEADLINE, DEADLINE)
    assert not question_round_open(ProcedureState.PREPARATION, DEADLINE, DEADLINE - TICK)
    assert not question_round_open(ProcedureState.WITHDRAWN, DEADLINE, DEADLINE - TICK)


@pytest.mark.parametrize(
    ("opened", "reason", "refused"),
    [(False, "Geen budget meer", False), (True, "Geen budget meer", True), (False, " ", True)],
)
def test_an_opened_lot_needs_a_longer_reason(opened: bool, reason: str, refused: bool) -> None:
    assert bool(objections_to_withdrawal(opened=opened, reason=reason)) is refused


def test_weights_over_a_hundred_percent_say_how_much_is_left() -> None:
    found = objections_to_criterion(title="Aanpak", weight=Decimal("0.5"), others=Decimal("0.625"))

    assert [one.message for one in found] == ["De wegingen zijn samen meer dan 100%. Er is nog 37,5% over."]
    assert objections_to_criterion(title="Aanpak", weight=Decimal("0.375"), others=Decimal("0.625")) == []


def test_a_price_formula_needs_bounds_in_order_and_a_rule_outside_them() -> None:
    found = objections_to_bounds(
        weight=Decimal("0.4"), floor=Decimal(100), cap=Decimal(100), outside_chosen=False
    )
    assert [one.field for one in found] == ["price_cap", "outside_bounds"]
    fine = objections_to_bounds(
        weight=Decimal("0.4"), floor=Decimal(60), cap=Decimal(140), outside_chosen=True
    )
    assert fine == []


def test_without_a_price_to_compare_no_bounds_are_needed() -> None:
    assert objections_to_bounds(weight=Decimal(0), floor=None, cap=None, outside_chosen=False) == []


@pytest.mark.parametrize(
    ("model", "floor", "cap", "fields"),
    [
        (PriceModel.OPEN, None, None, []),
        (PriceModel.FIXED, None, None, ["rate_cap"]),
        (PriceModel.CEILING, None, Decimal(10), []),
        (PriceModel.BAND, None, Decimal(10), ["rate_floor"]),
        (PriceModel.BAND, Decimal(10), Decimal(9), ["rate_cap"]),
        (PriceModel.BAND, Decimal(8), Decimal(9), []),
    ],
)
def test_each_price_model_asks_for_its_own_rates(
    model: PriceModel, floor: Decimal | None, cap: Decimal | None, fields: list[str]
) -> None:
    assert [one.field for one in price_model_objections(model, floor, cap, Decimal(1))] == fields


def test_a_question_must_be_in_time_long_enough_and_without_a_citizen_number() -> None:
    assert "gesloten" in objections_to_question(text="Een goede vraag?", round_open=False)[0].message
    assert objections_to_question(text="kort", round_open=True)[0].field == "text"
    assert "4.001" in objections_to_question(text="x" * 4001, round_open=True)[0].message
    found = objections_to_question(text="Mag deelnemer 111222333 ook?", round_open=True)
    assert "burgerservicenummer" in found[0].message
    assert "111222333" not in found[0].message
    assert objections_to_question(text="Mag een les ook in de avond?", round_open=True) == []


def test_an_unknown_estimate_or_threshold_counts_as_above() -> None:
    assert above_threshold(Decimal(750_000), 750_000)
    assert not above_threshold(Decimal("749999.99"), 750_000)
    assert above_threshold(None, 750_000)
    assert above_threshold(Decimal(1), None)


def test_the_portal_may_show_it_when_public_or_two_days_after_receipt() -> None:
    assert notice_opens_at(None, None, 48) is None
    assert notice_opens_at(None, NOW, 48) == NOW + timedelta(hours=48)
    assert notice_opens_at(NOW + timedelta(hours=5), NOW, 48) == NOW + timedelta(hours=5)


def complete_lot(**changes: object) -> LotFacts:
    values: dict[str, object] = {
        "id": uuid.UUID(int=1), "title": "B1", "products": 1, "municipalities": 3, "ceiling_amount": Decimal(10),
        "ceiling_quantity": Decimal(5), "starts_on": date(2027, 1, 1), "ends_on": date(2028, 12, 31),
        "longest_years": Decimal(4), "price_lines": 1, "price_weight": Decimal("0.4"), "price_floor": Decimal(1),
        "price_cap": Decimal(2), "outside_chosen": True, "criteria_weight": Decimal("0.6"), "criteria": 2,
        "needs_keurmerk": True, "has_keurmerk": True,
    }  # fmt: skip
    return LotFacts(**(values | changes))  # type: ignore[arg-type]


def complete(**changes: object) -> ProcedureFacts:
    values: dict[str, object] = {
        "title": "Taallessen", "summary": "Taallessen voor drie gemeenten.",
        "planning": propose_planning(DEADLINE, VALUES.get), "rule": VALUES.get, "is_public": True,
        "lots": [complete_lot()], "documents": 1, "has_guide": True, "requirements": 1, "leaders": 1, "assessors": 2,
        "estimated_value": Decimal(900_000), "estimated_on": date(2026, 10, 1), "kind_motivation": "SAS past.",
        "lots_motivation": "Per route.", "motivated_on": date(2026, 10, 5), "needs_notice": True,
        "tenderned_number": "400001", "sent_at": NOW - timedelta(days=3),
        "receipt_confirmed_at": NOW - timedelta(hours=48),
    }  # fmt: skip
    return ProcedureFacts(**(values | changes))  # type: ignore[arg-type]


def missing(facts: ProcedureFacts) -> list[str]:
    return [item.message for item in missing_before_publication(facts, now=NOW, today=NOW.date())]


def test_a_complete_tender_lacks_nothing() -> None:
    assert missing(complete()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lots": []}, "Maak ten minste één perceel."),
        ({"consultation_unreported": True}, "Publiceer eerst het verslag van de marktconsultatie."),
        ({"estimated_value": None}, "Leg de raming vast, met de datum."),
        ({"estimated_on": date(2026, 10, 6)}, "De raming moet zijn gemaakt voordat de procedure is gekozen."),
        ({"lots_motivation": " "}, "Motiveer het samenvoegen en de verdeling in percelen."),
        ({"mandates_missing": ["Zoetermeer"]}, "Leg de volmacht of het mandaat van Zoetermeer vast."),
        ({"tenderned_number": ""}, "Leg het TenderNed-nummer en de verzending van de aankondiging vast."),
        ({"has_guide": False}, "Voeg de aanbestedingsleidraad toe."),
        ({"assessors": 1}, "Wijs ten minste twee beoordelaars aan."),
        ({"is_public": False}, "Nodig ten minste één aanbieder uit."),
        ({"planning": Planning()}, "Vul de sluitingsdatum en -tijd in."),
    ],
)
def test_each_missing_thing_is_one_sentence(changes: dict[str, object], sentence: str) -> None:
    assert missing(complete(**changes)) == [sentence]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"volumes_missing": 2}, "verwachte aantallen"),
        ({"ceiling_amount": None}, "maximale waarde"),
        ({"ceiling_quantity": None}, "maximale aantal"),
        ({"price_lines": 0}, "prijsregel"),
        ({"bounded_prices": True}, "onderbouwing"),
        ({"price_cap": None}, "Pmin en Pmax"),
        ({"criteria_weight": Decimal("0.5")}, "samen 90%"),
        ({"has_keurmerk": False}, "Keurmerk Blik op Werk of gelijkwaardig"),
    ],
)
def test_each_missing_thing_of_a_lot_names_the_lot(changes: dict[str, object], words: str) -> None:
    found = missing(complete(lots=[complete_lot(**changes)]))

    assert len(found) == 1
    assert found[0].startswith("Perceel ‘B1’: ")
    assert words in found[0]


def test_the_notice_has_to_wait_two_days_after_receipt_unless_it_is_public() -> None:
    waiting = complete(receipt_confirmed_at=NOW - timedelta(hours=48) + TICK)
    assert "wacht 48 uur" in missing(waiting)[0]
    assert missing(complete(receipt_confirmed_at=None, made_public_at=NOW)) == []
    assert missing(complete(needs_notice=False, tenderned_number="")) == []


def test_a_framework_of_more_than_four_years_needs_its_motivation() -> None:
    long_lot = complete_lot(longest_years=Decimal("4.1"))

    assert missing(complete(lots=[long_lot])) == [
        "Motiveer waarom de raamovereenkomst langer dan 4 jaar duurt."
    ]
    assert missing(complete(lots=[long_lot], term_motivation="Trajecten duren drie jaar.")) == []
    assert missing(complete(lots=[long_lot], is_framework=False)) == []


def test_terms_run_from_the_sending_of_the_notice() -> None:
    closing = datetime(2026, 12, 10, 11, 0, tzinfo=UTC)
    late = complete(planning=propose_planning(closing, VALUES.get), sent_at=NOW, receipt_confirmed_at=None,
                    made_public_at=NOW)  # fmt: skip
    early = complete(planning=propose_planning(closing, VALUES.get), sent_at=NOW - timedelta(days=1))

    assert ["op zijn vroegst op 11-12-2026" in sentence for sentence in missing(late)] == [True]
    assert missing(early) == []


@pytest.mark.parametrize(
    ("phase", "waiting", "step"),
    [
        (Phase.PREPARATION, 0, ("Onderdelen invullen en publiceren", None)),
        (Phase.OPEN, 2, ("Vragen beantwoorden", date(2026, 12, 8))),
        (Phase.OPEN, 0, ("Sluiting", DEADLINE)),
        (Phase.CLOSED, 0, ("Kluis openen", None)),
        (Phase.ASSESSMENT, 0, ("Beoordelen en gunnen", None)),
        (Phase.AWARDED, 0, ("", None)),
    ],
)
def test_each_phase_has_its_next_step(phase: Phase, waiting: int, step: tuple[str, object]) -> None:
    assert next_step(phase, waiting=waiting, nota_due_on=date(2026, 12, 8), deadline=DEADLINE) == step


def test_every_state_can_be_reached() -> None:
    assert PROCEDURE.unreachable() == set()
    assert LOT.unreachable() == set()
    assert QUESTION.unreachable() == set()


# Requirements -------------------------------------------------------------------------------------


def asked(kind: RequirementKind = RequirementKind.SUITABILITY, **values: object) -> list[str | None]:
    plain = {"title": "Ervaring", "text": "Ervaring met taalles aan inburgeraars."}
    found = objections_to_requirement(kind=kind, **(plain | values))  # type: ignore[arg-type]
    return [one.field for one in found]


def test_one_reference_per_competence_and_it_has_to_be_named() -> None:
    reference = RequirementAspect.REFERENCE

    assert asked(aspect=reference, competence="Taalles geven") == []
    assert asked(aspect=reference) == ["competence"]
    assert asked(aspect=reference, competence=" taalles GEVEN ", competences=["Taalles geven"]) == ["competence"]


def test_a_demand_on_turnover_says_why() -> None:
    assert asked(aspect=RequirementAspect.TURNOVER, reason="Omdat.") == ["reason"]
    assert asked(aspect=RequirementAspect.TURNOVER, reason="De opdracht vraagt voorfinanciering van groepen.") == []


@pytest.mark.parametrize("aspect", [RequirementAspect.DIPLOMA, RequirementAspect.TURNOVER])
def test_what_a_person_has_to_judge_is_never_a_knock_out(aspect: RequirementAspect) -> None:
    why = "De opdracht vraagt voorfinanciering van groepen."
    assert asked(RequirementKind.KNOCK_OUT, aspect=aspect, reason=why) == ["aspect"]
    assert asked(RequirementKind.KNOCK_OUT, is_keurmerk=True) == ["is_keurmerk"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"winners": 2}, "over de winnaars worden verdeeld"),
        ({"needs_diploma": True}, "diploma-erkenning"),
    ],
)
def test_several_winners_and_the_onderwijsroute_ask_more(changes: dict[str, object], words: str) -> None:
    (sentence,) = missing(complete(lots=[complete_lot(**changes)]))
    assert words in sentence
    settled = {"winners": 2, "distribution_chosen": True, "needs_diploma": True, "has_diploma": True}
    assert missing(complete(lots=[complete_lot(**settled)])) == []


def test_the_open_procedure_needs_its_exclusion_grounds() -> None:
    rule = (VALUES | {"exclusion": 1}).get

    assert missing(complete(rule=rule)) == ["Leg de uitsluitingsgronden vast."]
    assert missing(complete(rule=rule, exclusions=1)) == []
