"""What the catalogue does with printed figures."""

from decimal import Decimal

from portal.catalogue.rules import slug_of, unspecified_difference
from portal.catalogue.states import Unit


def test_a_printed_total_keeps_its_unspecified_difference() -> None:
    lines = [Decimal("202057"), Decimal("317138"), Decimal("100000")]
    assert unspecified_difference(lines, Decimal("712995")) == Decimal("93800")


def test_a_total_that_adds_up_differs_nothing() -> None:
    assert unspecified_difference([Decimal(1), Decimal(2)], Decimal(3)) == 0


def test_a_slug_has_letters_digits_and_hyphens_only() -> None:
    assert slug_of("Stichting Één & twee") == "stichting-een-twee"


def test_a_unit_stands_in_the_plural_after_a_quantity() -> None:
    assert [Unit.TRAJECTORY.of(Decimal(number)) for number in (1, 90)] == ["traject", "trajecten"]
    assert [Unit.HOUR.of(Decimal(2)), Unit.MONTH.of(Decimal(36))] == ["uur", "maanden"]
    assert all(unit.of(Decimal(2)) for unit in Unit)
