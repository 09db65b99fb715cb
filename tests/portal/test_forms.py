"""What a person types and what the portal makes of it; wrong input is answered with a sentence."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from portal.forms import (
    AtMost,
    DutchDateField,
    DutchDateTimeField,
    EuroField,
    Filled,
    MonthField,
    QuantityField,
    RateField,
    dutch_number,
)
from portal.periods import Month


class Sample(Form):
    amount = EuroField("Bedrag", [Filled("Vul het bedrag in.")])
    rate = RateField("Tarief")
    hours = QuantityField("Uren")
    day = DutchDateField("Sluitingsdatum")
    instant = DutchDateTimeField("Sluitingsdatum en -tijd")
    month = MonthField("Maand")


def filled(**typed: str) -> Sample:
    form = Sample(MultiDict({"amount": "1", **typed}))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.234,50", "1234.50"),
        ("1234,5", "1234.5"),
        ("1.000", "1000"),
        ("€ 12,00", "12.00"),
        ("−5,00", "-5.00"),
        ("0", "0"),
    ],
)
def test_dutch_amounts_are_read(typed: str, value: str) -> None:
    form = filled(amount=typed)

    assert not form.amount.errors
    assert form.amount.data == Decimal(value)


@pytest.mark.parametrize(
    "typed", ["12.34", "1.23,00", "1,234.56", "1e9", "NaN", "١٢٣", "1,234", "12,345", "abc"]
)
def test_an_amount_that_could_mean_two_things_is_refused(typed: str) -> None:
    form = filled(amount=typed)

    assert form.amount.errors
    assert form.amount._value() == typed


def test_an_empty_amount_says_what_to_do() -> None:
    assert filled(amount=" ").amount.errors == ["Vul het bedrag in."]


def test_a_price_per_unit_may_have_four_decimals_and_hours_three() -> None:
    form = filled(rate="12,3456", hours="7,5")

    assert (form.rate.data, form.hours.data) == (Decimal("12.3456"), Decimal("7.5"))


@pytest.mark.parametrize("typed", ["31-12-2026", "31 dec 2026", "31 december 2026", "31/12/2026"])
def test_a_date_may_be_typed_in_words_or_numbers(typed: str) -> None:
    assert filled(day=typed).day.data == date(2026, 12, 31)


@pytest.mark.parametrize("typed", ["31-02-2026", "31-12-9999", "1 jan 0001", "2026-12-31", "12-31-2026", "morgen", "3 m 2026"])
def test_a_date_that_does_not_exist_is_answered_with_an_example(typed: str) -> None:
    assert filled(day=typed).day.errors == ["Vul bij ‘Sluitingsdatum’ een datum in als dag-maand-jaar, zoals 31-12-2026."]


def test_a_time_is_local_and_becomes_an_instant() -> None:
    assert filled(instant="12-12-2026 12:00").instant.data == datetime(2026, 12, 12, 11, tzinfo=UTC)


def test_a_time_in_the_night_the_clock_goes_back_is_refused() -> None:
    assert filled(instant="25-10-2026 02:30").instant.errors == [
        "Deze tijd komt die nacht twee keer voor. Kies een andere tijd."
    ]


def test_a_month_is_typed_as_year_and_month() -> None:
    assert filled(month="2026-11").month.data == Month(2026, 11)
    assert filled(month="november").month.errors


def test_numbers_are_shown_as_they_may_be_typed() -> None:
    assert [dutch_number(Decimal(v), 4) for v in ("1234.5", "0.1234", "-7")] == [
        "1.234,50",
        "0,1234",
        "-7,00",
    ]


def test_a_long_text_says_by_how_much_it_is_too_long() -> None:
    form = filled()
    form.amount.data = "x" * 4212
    with pytest.raises(Exception, match=r"4\.000 tekens gebruiken; dit zijn er 4\.212"):
        AtMost(4000)(form, form.amount)
