"""How numbers, sizes, dates and times are written for a Dutch reader; every template filter stands here."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

from markupsafe import Markup, escape

from portal import clock

NBSP = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
SHORT_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
Number: TypeAlias = int | Decimal


# Numbers ------------------------------------------------------------------------------------------


def grouped(value: Number, decimals: int = 0) -> str:
    """Write a number the Dutch way: points between thousands, a decimal comma, a real minus sign."""
    exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(exact):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    return f"{MINUS}{text}" if exact < 0 else text


def amount(value: Number | None, decimals: int = 2) -> str:
    """Write an amount for a column that says euro: 1.234,56; a dash when there is none."""
    return DASH if value is None else grouped(value, decimals)


def euro(value: Number | None) -> str:
    """Write an amount in a sentence, with a space that does not break: € 1.234,56."""
    return DASH if value is None else f"€{NBSP}{grouped(value, 2)}"


def rate(value: Number | None) -> str:
    """Write a price per unit with two to four decimals: € 12,3456 stays, € 12,5000 becomes € 12,50."""
    if value is None:
        return DASH
    return f"€{NBSP}{_trimmed(Decimal(value), least=2, most=4)}"


def quantity(value: Number | None) -> str:
    """Write a quantity with as many decimals as it needs, at most three: 12, 7,5 or 1.250."""
    return DASH if value is None else _trimmed(Decimal(value), least=0, most=3)


def _trimmed(value: Decimal, *, least: int, most: int) -> str:
    exact = value.quantize(Decimal(1).scaleb(-most), rounding=ROUND_HALF_UP)
    decimals = most
    while decimals > least and exact == exact.quantize(Decimal(1).scaleb(1 - decimals)):
        decimals -= 1
    return grouped(exact, decimals)


def percent(numerator: Number | None, denominator: Number | None, decimals: int = 1) -> str:
    """Write a part of a whole as 83,3%; a dash when there is nothing to divide by (never 0 or 100)."""
    if numerator is None or not denominator:
        return DASH
    return f"{grouped(Decimal(numerator) * 100 / Decimal(denominator), decimals)}%"


def share(value: Number | None, decimals: int = 1) -> str:
    """Write a fraction (0.833) as a percentage (83,3%)."""
    return DASH if value is None else f"{grouped(Decimal(value) * 100, decimals)}%"


def count(number: int, one: str, many: str) -> str:
    """Write a number with its noun: 1 deelnemer, 1.204 deelnemers."""
    return f"{grouped(number)}{NBSP}{one if number == 1 else many}"


def in_words(items: Iterable[object], last: str = "en") -> str:
    """Write a list as people say it: 1; 1 en 3; 1, 3 en 4. ``last`` is the word before the last one."""
    texts = [str(one) for one in items]
    return f" {last} ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))


def filesize(size: int | None) -> str:
    """Write a number of bytes as people know it from their file manager: 84 kB, 6,8 MB."""
    if size is None:
        return DASH
    if size < 1000:
        return f"{size}{NBSP}bytes"
    if size < 999_500:
        return f"{grouped(Decimal(size) / 1000)}{NBSP}kB"
    return f"{grouped(Decimal(size) / 1_000_000, 1)}{NBSP}MB"


# Dates --------------------------------------------------------------------------------------------


def _day(value: date | datetime) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value


def long_date(value: date | datetime | None) -> str:
    """Write a day in a sentence: 12 december 2026."""
    if value is None:
        return DASH
    day = _day(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday(value: date | datetime | None) -> str:
    """Write a day with its name: donderdag 26 november 2026."""
    return DASH if value is None else f"{DAYS[_day(value).weekday()]} {long_date(value)}"


def short_date(value: date | datetime | None) -> str:
    """Write a day in a list of terms: 26 nov."""
    if value is None:
        return DASH
    day = _day(value)
    return f"{day.day} {SHORT_MONTHS[day.month - 1]}"


def dmy(value: date | datetime | None) -> str:
    """Write a day in a table or a field: 12-12-2026."""
    return DASH if value is None else _day(value).strftime("%d-%m-%Y")


def moment(value: datetime | None) -> str:
    """Write an instant as evidence, to the second: 12 december 2026 om 11:42:07 uur."""
    return DASH if value is None else f"{long_date(value)} om {clock.local(value):%H:%M:%S} uur"


def stamp(value: datetime | None) -> str:
    """Write an instant in a list of what happened: 12 december 2026, 11:42:07."""
    return DASH if value is None else f"{long_date(value)}, {clock.local(value):%H:%M:%S}"


def deadline(value: datetime | None) -> str:
    """Write a closing time: donderdag 26 november 2026 om 14:00 uur."""
    return DASH if value is None else f"{weekday(value)} om {clock.local(value):%H:%M} uur"


def time_of_day(value: datetime | None) -> str:
    """Write the time of an instant: 12:00 uur."""
    return DASH if value is None else f"{clock.local(value):%H:%M} uur"


def month_name(value: Any) -> str:
    """Write a month, given as its first day or as a `portal.periods.Month`: november 2026."""
    if value is None:
        return DASH
    first: date = getattr(value, "first", value)
    return f"{MONTHS[first.month - 1]} {first.year}"


def until(value: datetime) -> str:
    """Say in words how long it takes until an instant: 3 dagen en 4 uur, 47 minuten."""
    seconds = int((value - clock.now()).total_seconds())
    minutes, hours, days = max(seconds, 0) // 60, max(seconds, 0) // 3600, max(seconds, 0) // 86400
    if minutes < 1:
        return "minder dan een minuut"
    if hours < 1:
        return count(minutes, "minuut", "minuten")
    if days < 1:
        rest = minutes % 60
        return f"{hours}{NBSP}uur" + (f" en {count(rest, 'minuut', 'minuten')}" if rest else "")
    rest = hours % 24
    return count(days, "dag", "dagen") + (f" en {rest}{NBSP}uur" if rest and days < 14 else "")


def weekday_short(value: date | datetime) -> str:
    """Write a day near today: maandag 23 november; with the year when it is another one."""
    day = _day(value)
    text = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return text if day.year == clock.today().year else f"{text} {day.year}"


def before_today(value: date | datetime) -> bool:
    """Say whether a day has passed."""
    return _day(value) < clock.today()


def clock_time(value: datetime) -> str:
    """Write the time of an instant to the second: 10:00:12."""
    return f"{clock.local(value):%H:%M:%S}"


def upper_first(text: str) -> str:
    """Write the first letter as a capital and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def paragraphs(text: str) -> Markup:
    """Turn typed text into paragraphs: a blank line ends one, a single line break is kept."""
    blocks = [block for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()) if block.strip()]
    line_break = Markup("<br>")
    return Markup("").join(
        Markup('<p class="utrecht-paragraph">{}</p>').format(line_break.join(escape(b).split("\n")))
        for b in blocks
    )


FILTERS: dict[str, Callable[..., object]] = {
    "amount": amount, "count": count, "date": long_date, "deadline": deadline, "dmy": dmy, "euro": euro,
    "filesize": filesize, "grouped": grouped, "in_words": in_words, "moment": moment, "month": month_name,
    "paragraphs": paragraphs, "percent": percent, "qty": quantity, "rate": rate, "share": share,
    "short_date": short_date, "stamp": stamp, "before_today": before_today,
    "clock_time": clock_time, "time": time_of_day, "until": until,
    "upper_first": upper_first, "weekday": weekday, "weekday_short": weekday_short,
}  # fmt: skip
