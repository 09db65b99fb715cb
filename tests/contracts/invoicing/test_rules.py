"""The business match, the split and the specification as pure rules."""

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from contracts.agreements.states import PhaseTrigger
from contracts.invoicing.rules import (
    Expected,
    InvoiceFacts,
    LineFacts,
    findings_on,
    normalised,
    objections_to_approving,
    objections_to_declaring,
    objections_to_return,
    pay_by,
)
from contracts.invoicing.specification_rules import (
    Performance,
    PhasePrice,
    Price,
    RowFacts,
    proposed_lines,
    vat_of,
)
from contracts.invoicing.split_rules import (
    CreditLine,
    GroupPlan,
    KeyWeights,
    LineToSplit,
    StoredCell,
    plan_credit,
    plan_split,
)
from contracts.invoicing.states import InvoiceKind, ShareBasis
from portal.catalogue.states import TargetGroup, Unit, VatCategory
from portal.money import from_cents

D = Decimal
LANS, PIJN, ZOET = ((uuid.uuid4(), name) for name in ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer"))
PRODUCT = uuid.uuid4()
KEY = KeyWeights(
    uuid.uuid4(), ShareBasis.FINAL, "Naar deelnemers.", ((*LANS, D(20)), (*PIJN, D(34)), (*ZOET, D(61)))
)
EXPECTED = Expected("Lesuren", D("40"), D("12.50"), D("500.00"), "E", D(0))
LINE = LineFacts(
    1, "Lesuren", D("40"), D("12.50"), D("500.00"), "E", D(0), expected=EXPECTED, rows_accepted=D("40")
)
FACTS = InvoiceFacts(
    InvoiceKind.INVOICE, "Gemeente Lansingerland", "Lansingerland", True, "Taalhuis", "Taalhuis", True,
    date(2026, 10, 1), date(2025, 1, 1), date(2027, 12, 31), D("500.00"), D("500.00"), [LINE], D("10000.00"),
    D("0.00"), D("500.00"),
)  # fmt: skip


def rules(**changes: object) -> list[str]:
    return [one.rule for one in findings_on(replace(FACTS, **changes))]  # type: ignore[arg-type]


def line_rules(**changes: object) -> list[str]:
    return rules(lines=[replace(LINE, **changes)])  # type: ignore[arg-type]


def test_an_invoice_as_specified_has_no_objection() -> None:
    assert rules() == []


def test_the_wrong_name_is_told_with_the_right_name() -> None:
    found = findings_on(replace(FACTS, buyer_matches=False, buyer_on_invoice="Gemeente Zoetermeer"))
    assert found[0].message == (
        "Deze factuur staat op naam van Gemeente Zoetermeer; zet haar op naam van Lansingerland."
    )


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"seller_matches": False}, "VERKOPER"),
        ({"month_first": date(2028, 1, 1)}, "TERMIJN"),
        ({"month_first": date(2024, 12, 1)}, "TERMIJN"),
        ({"specification_invoiced": True}, "AL-GEFACTUREERD"),
        ({"total": D("0.00")}, "BEDRAG"),
        ({"total": D("-5.00")}, "BEDRAG"),
        ({"booked_before": D("9500.01")}, "PLAFOND"),
        ({"specification_amount": D("499.99")}, "SPECIFICATIE"),
    ],
)
def test_each_thing_that_is_wrong_with_the_whole_is_named(change: dict[str, object], rule: str) -> None:
    assert rules(**change) == [rule]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"expected": None}, "REGEL"),
        ({"rate": D("12.51"), "net": D("500.40")}, "PRIJS"),
        ({"quantity": D("41"), "net": D("512.50")}, "AANTAL"),
        ({"rows_accepted": D("39")}, "AANTAL"),
        ({"category": "S", "percent": D(21)}, "BTW"),
        ({"net": D("500.02")}, "REGELSOM"),
        ({"has_share": False}, "SLEUTEL"),
    ],
)
def test_each_thing_that_is_wrong_with_a_line_is_named(change: dict[str, object], rule: str) -> None:
    assert rule in line_rules(**change)


def test_less_than_accepted_is_a_remark_that_blocks_nothing() -> None:
    found = findings_on(replace(FACTS, lines=[replace(LINE, quantity=D("39"), net=D("487.50"))]))
    assert [(one.rule, one.blocks) for one in found] == [("AANTAL-LAGER", False)]


def test_a_credit_note_is_not_measured_against_prices_and_ceiling() -> None:
    assert (
        rules(kind=InvoiceKind.CREDIT, lines=[replace(LINE, expected=None)], booked_before=D("99999.00"))
        == []
    )


@pytest.mark.parametrize(
    ("number", "key"),
    [(" f-2026/0114 ", "F20260114"), ("F 2026 0114", "F20260114"), ("007", "007"), ("ｆ１", "F1")],
)
def test_numbers_that_look_alike_are_one_number(number: str, key: str) -> None:
    assert normalised(number) == key


def test_the_clock_runs_from_receipt_or_from_later_acceptance() -> None:
    assert pay_by(received_on=date(2026, 11, 2), accepted_on=None) == date(2026, 12, 2)
    assert pay_by(received_on=date(2026, 11, 2), accepted_on=date(2026, 11, 12)) == date(2026, 12, 12)


def test_what_is_missing_is_said() -> None:
    assert objections_to_return(reason="kort")
    assert not objections_to_return(reason="De urenstaat ontbreekt.")
    assert objections_to_declaring(blocking=["x"], open_disputes=1)
    assert objections_to_approving(declared_by_same_person=True, open_disputes=0)
    assert not objections_to_approving(declared_by_same_person=False, open_disputes=0)


def adds_up(plans: list[GroupPlan], lines: list[LineToSplit]) -> None:
    for plan in plans:
        assert sum(share.net for share in plan.shares) == plan.net
        assert sum(share.vat_back + share.vat_cost for share in plan.shares) == plan.vat
        for place, share in enumerate(plan.shares):
            own = [cell for cell in plan.cells if cell.share == place]
            assert sum(cell.net for cell in own) == share.net
            assert sum(cell.vat_back for cell in own) == share.vat_back
            assert sum(cell.vat_cost for cell in own) == share.vat_cost
    for line in lines:
        own = [cell for plan in plans for cell in plan.cells if cell.line_id == line.id]
        assert sum(cell.net for cell in own) == line.net
        assert sum(cell.vat_back + cell.vat_cost for cell in own) == line.vat


@given(
    st.lists(
        st.tuples(st.integers(-(10**6), 10**6), st.integers(0, 10**5), st.sampled_from([None, LANS, ZOET])),
        min_size=1,
        max_size=15,
    )
)
@settings(max_examples=150, deadline=None)
def test_lines_groups_and_municipalities_add_up_and_a_credit_mirrors_them(
    given_lines: list[tuple[int, int, tuple[uuid.UUID, str] | None]],
) -> None:
    lines = [
        LineToSplit(
            uuid.uuid4(), from_cents(net), from_cents(vat), PRODUCT, VatCategory.STANDARD, D(21), place,
            TargetGroup.ASYLUM, None if place else KEY,
        )
        for net, vat, place in given_lines
    ]  # fmt: skip
    plans = plan_split(lines, lambda _: lambda municipality, _group: municipality != ZOET[0])
    adds_up(plans, lines)
    credit = [
        CreditLine(
            line.id, line.net, line.vat, PRODUCT, line.category, line.percent, uuid.uuid5(PRODUCT, str(plan.municipality_id)),
            plan.basis, plan.key_version_id, plan.municipality_id, plan.target_group,
            tuple(
                StoredCell(plan.shares[cell.share].municipality_id, plan.shares[cell.share].weight, cell.net,
                           cell.vat_back, cell.vat_cost)
                for cell in plan.cells if cell.line_id == line.id
            ),
        )
        for plan in plans for line in lines
        if any(cell.line_id == line.id for cell in plan.cells) and line.net > 0
    ]  # fmt: skip
    mirrored = plan_credit(credit)
    stored = {(c.line_id, plan.shares[c.share].municipality_id): c.net for plan in plans for c in plan.cells}
    for plan in mirrored:
        for cell in plan.cells:
            assert cell.net == -stored[(cell.line_id, plan.shares[cell.share].municipality_id)]


def test_a_line_of_a_participant_is_not_split() -> None:
    line = LineToSplit(
        uuid.uuid4(), D("100.01"), D(0), PRODUCT, VatCategory.EXEMPT, D(0), ZOET, TargetGroup.ASYLUM
    )
    plan = plan_split([line], lambda _: lambda *_a: True)[0]

    assert (plan.basis, plan.municipality_id, len(plan.shares)) == (ShareBasis.DIRECT, ZOET[0], 1)
    assert "Zoetermeer draagt het geheel" in plan.explanation


def test_a_line_that_nobody_bears_is_refused() -> None:
    with pytest.raises(ValueError, match="verdeelsleutel"):
        plan_split(
            [LineToSplit(uuid.uuid4(), D("1.00"), D(0), PRODUCT, VatCategory.EXEMPT, D(0))],
            lambda _: lambda *_a: True,
        )


def test_the_explanation_says_who_got_the_cent_and_why() -> None:
    line = LineToSplit(uuid.uuid4(), D("35343.90"), D(0), PRODUCT, VatCategory.EXEMPT, D(0), key=KEY)
    plan = plan_split([line], lambda _: lambda *_a: False)[0]

    assert plan.explanation == (
        "Naar deelnemers. Na afronden bleef 1 cent over. Die gaat naar Lansingerland (daar viel 0,52 cent weg); "
        "bij Pijnacker-Nootdorp 0,09; bij Zoetermeer 0,39."
    )


def test_more_credit_than_was_booked_is_refused() -> None:
    line = CreditLine(
        uuid.uuid4(), D("10.01"), D(0), PRODUCT, VatCategory.EXEMPT, D(0), uuid.uuid4(), ShareBasis.DIRECT, None,
        ZOET[0], None, (StoredCell(ZOET[0], D(1), D("10.00"), D(0), D(0)),),
    )  # fmt: skip
    with pytest.raises(ValueError, match="meer gecrediteerd"):
        plan_credit([line])


def row(**changes: object) -> RowFacts:
    made = RowFacts(
        uuid.uuid4(),
        uuid.uuid4(),
        "T-4KQ7-2MXP",
        PRODUCT,
        ZOET[0],
        TargetGroup.ASYLUM,
        "2026-10",
        D("38.5"),
        True,
        frozenset(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def price(unit: Unit, *phases: PhasePrice, rate: str = "12.3456") -> Price:
    return Price(
        uuid.uuid4(), uuid.uuid4(), PRODUCT, "Prijs", unit, D(rate), VatCategory.EXEMPT, D(0), phases
    )


def test_hours_are_paid_as_offered_and_rounded_once() -> None:
    line = proposed_lines([row()], [price(Unit.HOUR)], {})[0]
    assert (line.quantity, line.rate, line.amount) == (D("38.5"), D("12.3456"), D("475.31"))


def test_a_phase_is_paid_by_its_event_and_only_once() -> None:
    start = PhasePrice(uuid.uuid4(), "Start", D("0.4"), PhaseTrigger.STARTED)
    end = PhasePrice(uuid.uuid4(), "Afgerond", D("0.6"), PhaseTrigger.FINISHED)
    one = price(Unit.TRAJECTORY, start, end, rate="9480")
    started = row(happened=frozenset({PhaseTrigger.STARTED}))
    lines = proposed_lines([started], [one], {})

    assert [(line.phase, line.amount) for line in lines] == [(start, D("3792.00"))]
    claimed = {Performance(started.trajectory_id, one.line_id, start.id.hex, ""): D(1)}
    assert proposed_lines([started], [one], claimed) == []
    assert proposed_lines([replace(started, id=uuid.uuid4(), period="2026-11")], [one], claimed) == []


@pytest.mark.parametrize(("claimed", "left"), [("30", "8.5"), ("38.5", None), ("40", None)])
def test_a_corrected_row_pays_only_what_is_more_than_was_claimed(claimed: str, left: str | None) -> None:
    hours, corrected = price(Unit.HOUR), row()
    performance = Performance(corrected.trajectory_id, hours.line_id, "", "2026-10")
    lines = proposed_lines([corrected], [hours], {performance: D(claimed)})
    assert [line.quantity for line in lines] == ([D(left)] if left else [])


@pytest.mark.parametrize(
    ("unit", "changes", "quantity"),
    [
        (Unit.MONTH, {}, D(1)), (Unit.MONTH, {"is_running": False}, None), (Unit.WORKSHOP, {}, D(1)),
        (Unit.WORKSHOP, {"hours": D(0)}, None), (Unit.GROUP_HOUR, {}, None), (Unit.HOUR, {"hours": D(0)}, None),
        (Unit.TRAJECTORY, {"happened": frozenset({PhaseTrigger.STARTED})}, D(1)), (Unit.TRAJECTORY, {}, None),
    ],
)  # fmt: skip
def test_each_unit_counts_what_it_says(
    unit: Unit, changes: dict[str, object], quantity: Decimal | None
) -> None:
    lines = proposed_lines([row(**changes)], [price(unit)], {})
    assert [line.quantity for line in lines] == ([quantity] if quantity else [])


def test_a_fixed_amount_needs_no_row() -> None:
    lines = proposed_lines([], [price(Unit.FIXED, rate="250")], {})
    assert [(line.row, line.amount) for line in lines] == [(None, D("250.00"))]


def test_btw_is_rounded_once_per_category() -> None:
    assert vat_of(D("0.05"), D(21)) == D("0.01")
    assert vat_of(D("248.00"), D(21)) == D("52.08")
