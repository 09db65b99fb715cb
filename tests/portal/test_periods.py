from datetime import date

import pytest

from portal.periods import Month, Quarter, Year, rolling


def test_a_month_knows_its_days_names_and_neighbours() -> None:
    month = Month.parse("2024-02")

    assert (month.first, month.last) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (month.label, month.code, str(month)) == ("februari 2024", "2024-02", "2024-02")
    assert (Month(2026, 12).next(), Month(2026, 1).previous()) == (Month(2027, 1), Month(2025, 12))
    assert date(2024, 2, 29) in month
    assert date(2024, 3, 1) not in month


@pytest.mark.parametrize(
    "text", ["", "1999-12", "9999-12", "2026-13", "2026-00", "11-2026", "2026-1", "november 2026", "2026-11-01"]
)
def test_a_month_that_cannot_be_read_is_refused_in_dutch(text: str) -> None:
    with pytest.raises(ValueError, match="jaar-maand"):
        Month.parse(text)


def test_a_quarter_knows_its_months_and_neighbours() -> None:
    quarter = Quarter.parse("2026-K3")

    assert [month.code for month in quarter.months] == ["2026-07", "2026-08", "2026-09"]
    assert (quarter.first, quarter.last) == (date(2026, 7, 1), date(2026, 9, 30))
    assert (quarter.label, quarter.code) == ("derde kwartaal 2026", "2026-k3")
    assert (Quarter(2026, 4).next(), Quarter(2026, 1).previous()) == (Quarter(2027, 1), Quarter(2025, 4))
    assert Quarter.of(date(2026, 12, 31)) == Quarter(2026, 4)


@pytest.mark.parametrize("text", ["2026-k5", "0000-k1", "9999-k4", "2026-3", "k3-2026", ""])
def test_a_quarter_that_cannot_be_read_is_refused_in_dutch(text: str) -> None:
    with pytest.raises(ValueError, match="kwartaal"):
        Quarter.parse(text)


def test_twelve_rolling_months_end_with_the_month_itself() -> None:
    months = rolling(Month(2026, 9))

    assert (len(months), months[0], months[-1]) == (12, Month(2025, 10), Month(2026, 9))
    assert list(Month(2025, 10).until(Month(2026, 9))) == list(months)


def test_a_year_has_twelve_months() -> None:
    assert Year(2026).months[-1] == Month(2026, 12)
    assert (Year(2026).first, Year(2026).last) == (date(2026, 1, 1), date(2026, 12, 31))
    assert Year(2026).next().previous() == Year(2026)
