"""The geometry of the charts: figures in, percentages and coordinates out; the templates draw them as SVG.

Nothing here decides anything: every figure that is drawn also stands beside the drawing in text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Number = int | float | Decimal

BULLET_GREYS = ("#b9c5d2", "#ced7e1", "#e1e7ee", "#f0f3f6")


@dataclass(frozen=True)
class Bar:
    """A part of a bar: where it begins and how long it is, in the unit of its chart."""

    x: str
    width: str
    fill: str = ""


@dataclass(frozen=True)
class Bullet:
    """A value against a norm: grey bands, one bar, one tick."""

    bands: tuple[Bar, ...]
    value: str
    norm: str


def _n(value: Number) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _percent(value: Number) -> str:
    return _n(max(0.0, min(100.0, float(value)))) + "%"


def bullet(value: Number, norm: Number, *, lower_is_better: bool = False, width: int = 150) -> Bullet:
    """Lay out a bullet graph; value and norm as percentages (83.3, not 0.833).

    Scale 0–105, or 0–2 × norm with the greys reversed where lower is better. Dark is worse.
    """
    top = float(norm) * 2 if lower_is_better and norm else 105.0
    scale = width / top
    edges = [
        0.0,
        *(float(norm) * part for part in ((1.0, 1.25, 1.5) if lower_is_better else (0.75, 0.9, 1.0))),
        top,
    ]
    greys = tuple(reversed(BULLET_GREYS)) if lower_is_better else BULLET_GREYS
    bands = tuple(
        Bar(_n(left * scale), _n(max(0.0, min(right, top) - left) * scale), grey)
        for left, right, grey in zip(edges, edges[1:], greys, strict=False)
    )
    return Bullet(bands, _n(min(float(value), top) * scale), _n(min(float(norm), top) * scale))


@dataclass(frozen=True)
class Trend:
    """A line over months with gaps, a dashed norm, and the last dot."""

    lines: tuple[str, ...]
    norm: str
    gaps: tuple[str, ...]
    dot: tuple[str, str] | None


def trend(
    points: Sequence[Number | None],
    norm: Number,
    *,
    width: int = 132,
    height: int = 26,
    least_span: float = 12.0,
) -> Trend:
    """Lay out a sparkline; None is a month without data and becomes a gap with a cross.

    The scale is the data and the norm, at least `least_span` points high.
    """
    known = [float(p) for p in points if p is not None] + [float(norm)]
    middle = (max(known) + min(known)) / 2
    span = max(max(known) - min(known), least_span)
    low, pad = middle - span / 2, 4.0

    def y(value: float) -> float:
        return height - pad - (value - low) / span * (height - 2 * pad)

    step = (width - 2 * pad) / max(1, len(points) - 1)
    lines: list[list[str]] = [[]]
    gaps: list[str] = []
    dot: tuple[str, str] | None = None
    for index, point in enumerate(points):
        x = pad + index * step
        if point is None:
            gaps.append(_n(x))
            lines.append([])
            continue
        dot = (_n(x), _n(y(float(point))))
        lines[-1].append(f"{dot[0]},{dot[1]}")
    return Trend(tuple(" ".join(line) for line in lines if line), _n(y(float(norm))), tuple(gaps), dot)


FILLS = ("solid", "hatch", "dots", "plan")


def stacked(amounts: Sequence[Number], gap: float = 0.3) -> list[Bar]:
    """Lay out parts of a whole in one bar, as percentages with a little white between; negatives take no room."""
    positive = [max(0.0, float(value)) for value in amounts]
    total = sum(positive)
    bars: list[Bar] = []
    left = 0.0
    for index, value in enumerate(positive):
        width = value / total * 100 if total else 0.0
        bars.append(
            Bar(
                _percent(left),
                _percent(max(0.0, width - (gap if left + width < 99.99 else 0))),
                FILLS[index % 4],
            )
        )
        left += width
    return bars


@dataclass(frozen=True)
class Meter:
    """How full something is: what is spent, and what is expected on top of it."""

    spent: str
    expected: str


def meter(spent: Number, expected: Number, maximum: Number) -> Meter:
    """Lay out a meter; `expected` is the total that is expected, what is already spent included."""
    if not maximum:
        return Meter("0%", "0%")
    part = max(0.0, min(100.0, float(spent) / float(maximum) * 100))
    whole = max(part, min(100.0, float(expected) / float(maximum) * 100))
    return Meter(_percent(part), _percent(whole - part))


@dataclass(frozen=True)
class TermBar:
    """A stretch of a term line."""

    label: str
    x: str
    width: str
    option: bool
    passed: str


@dataclass(frozen=True)
class TermMark:
    """A flag or a year on a term line."""

    label: str
    x: str
    anchor: str


@dataclass(frozen=True)
class TermLine:
    """The life of a contract on one line of 1152 units."""

    bars: tuple[TermBar, ...]
    flags: tuple[TermMark, ...]
    years: tuple[TermMark, ...]
    now: str | None


def term_line(
    parts: Sequence[tuple[str, date, date, bool]],
    flags: Sequence[tuple[str, date]],
    on: date,
    width: int = 1152,
) -> TermLine:
    """Lay out a term: parts are (label, first day, last day, is an option); flags are dates to decide on."""
    first, last = min(part[1] for part in parts), max(part[2] for part in parts)
    days = max(1, (last - first).days + 1)

    def x(day: date, extra: int = 0) -> float:
        return ((day - first).days + extra) / days * width

    def mark(label: str, day: date) -> TermMark:
        at = x(day)
        return TermMark(label, _n(at), "start" if at < 90 else "end" if at > width - 90 else "middle")

    bars = tuple(
        TermBar(
            label, _n(x(start)), _n(x(end, 1) - x(start)), option,
            _n(max(0.0, min(x(on), x(end, 1)) - x(start))) if not option else "0",
        )
        for label, start, end, option in parts
    )  # fmt: skip
    years = [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    ticks = tuple(
        TermMark(f"1 jan {day.year}", _n(x(day)), "start" if x(day) < 40 else "middle")
        for day in years
        if day >= first
    )
    now = _n(x(on)) if first <= on <= last else None
    return TermLine(bars, tuple(mark(label, day) for label, day in flags if first <= day <= last), ticks, now)


@dataclass(frozen=True)
class LinePoint:
    """One month of a line chart."""

    x: str
    y: str | None
    label: str


@dataclass(frozen=True)
class LineChart:
    """Months with dots, a dashed norm, and bands where data are missing."""

    points: tuple[LinePoint, ...]
    lines: tuple[str, ...]
    norm: str
    ticks: tuple[tuple[str, str], ...]
    bands: tuple[tuple[str, str, str], ...]


def line_chart(
    points: Sequence[tuple[str, Number | None, str]], norm: Number, *, width: int = 1152, height: int = 300
) -> LineChart:
    """Lay out a line chart; points are (label, percentage or None, reason when None)."""
    left, right, top, bottom = 56.0, 92.0, 16.0, 36.0
    known = [float(value) for _, value, _ in points if value is not None] + [float(norm)]
    low = max(0.0, (min(known) - 8) // 10 * 10)
    high = max(low + 20, -(-(max(known) + 4) // 10) * 10)
    step = (width - left - right) / max(1, len(points) - 1)

    def y(value: float) -> float:
        return top + (high - value) / (high - low) * (height - top - bottom)

    drawn: list[LinePoint] = []
    lines: list[list[str]] = [[]]
    bands: list[tuple[str, str, str]] = []
    for index, (label, value, reason) in enumerate(points):
        x = left + index * step
        if value is None:
            bands.append((_n(x - step / 2), _n(step), reason))
            lines.append([])
            drawn.append(LinePoint(_n(x), None, label))
            continue
        drawn.append(LinePoint(_n(x), _n(y(float(value))), label))
        lines[-1].append(f"{_n(x)},{_n(y(float(value)))}")
    steps = range(int(low), int(high) + 1, 10 if high - low <= 60 else 20)
    ticks = tuple((_n(y(tick)), str(tick)) for tick in steps)
    return LineChart(
        tuple(drawn), tuple(" ".join(line) for line in lines if line), _n(y(float(norm))), ticks, tuple(bands)
    )
