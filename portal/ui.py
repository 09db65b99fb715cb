"""What every template may use: Dutch filters, a few globals, the shell around a page, and pages of a list."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, g, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape
from sqlalchemy import Select, func, select
from werkzeug.local import LocalProxy
from werkzeug.routing import BuildError
from whitenoise import WhiteNoise

from portal import access, assets, charts, clock, features
from portal.db import db

if TYPE_CHECKING:
    from wtforms import Field

NBSP = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
SHORT_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
PAGE_SIZE = 50

Number: TypeAlias = int | Decimal
T = TypeVar("T")


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
        Markup('<p class="utrecht-paragraph">{}</p>').format(line_break.join(escape(b).split("\n"))) for b in blocks
    )


# Pages of a list ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list, and what is needed to turn to another one."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """Return how many pages there are; at least one."""
        return max(1, ceil(self.total / self.size))

    @property
    def first(self) -> int:
        """Return the rank of the first item on this page, 0 for an empty list."""
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        """Return the rank of the last item on this page."""
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def shown(self) -> list[int | None]:
        """Return the page numbers to show; None stands for a gap."""
        near = {1, self.pages} | set(range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1))
        found: list[int | None] = []
        for number in sorted(near):
            if found and isinstance(found[-1], int) and number > found[-1] + 1:
                found.append(None)
            found.append(number)
        return found


def page_number() -> int:
    """Return the page asked for in the address (`?pagina=3`); 1 for anything that is no positive number."""
    asked = request.args.get("pagina", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked[:9]) == int(asked) else 1


def paginate(statement: Select[Any], number: int | None = None, size: int = PAGE_SIZE) -> Page[Any]:
    """Run a select for one page: scalars when it selects one thing, rows when it selects more.

    Two statements whatever the number of rows. A page beyond the last one shows the last one.
    """
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    wanted = min(number or page_number(), max(1, ceil(total / size)))
    result = db.session.execute(statement.limit(size).offset((wanted - 1) * size))
    items: Sequence[Any] = result.scalars().all() if len(statement.column_descriptions) == 1 else result.all()
    return Page(items=items, number=wanted, size=size, total=total)


def here(**changes: object) -> str:
    """Return the address of this page with other GET parameters; None takes one away."""
    arguments = {**request.args.to_dict(flat=False), **{name: [value] for name, value in changes.items()}}
    pairs = [(name, v) for name, values in arguments.items() for v in values if v is not None and v != ""]
    return request.path + ("?" + urlencode(pairs) if pairs else "")


# Forms --------------------------------------------------------------------------------------------

FieldKind: TypeAlias = Literal[
    "text", "short", "area", "select", "radio", "checks", "check", "file", "password", "hidden"
]  # fmt: skip
SHORT_FIELDS = (
    "EuroField", "RateField", "QuantityField", "ShareField", "DutchDateField", "DutchDateTimeField", "MonthField",
    "IntegerField", "DecimalField",
)  # fmt: skip
NUMERIC_FIELDS = {"IntegerField": "numeric", "EuroField": "decimal", "RateField": "decimal", "QuantityField": "decimal"}
KIND_OF_WIDGET: dict[str, FieldKind] = {
    "TextArea": "area",
    "Select": "select",
    "FileInput": "file",
    "CheckboxInput": "check",
    "PasswordInput": "password",
    "HiddenInput": "hidden",
}


def field_kind(field: "Field") -> FieldKind:
    """Say how a WTForms field is drawn; by its widget, so that subclasses work too."""
    widget = type(field.widget).__name__
    if widget in {"ListWidget", "TableWidget"}:
        return "radio" if type(getattr(field, "option_widget", None)).__name__ == "RadioInput" else "checks"
    if any(ancestor.__name__ in SHORT_FIELDS for ancestor in type(field).__mro__):
        return "short"
    return KIND_OF_WIDGET.get(widget, "text")


def field_attributes(field: "Field", *, hinted: bool) -> dict[str, Any]:
    """Return the attributes that tie an input to its hint and error, and keep browser bubbles away."""
    described = [f"{field.id}-hint"] * hinted + [f"{field.id}-fout"] * bool(field.errors)
    attributes: dict[str, Any] = {"required": False, "maxlength": False, "minlength": False}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    if (field.flags.required or field.flags.aria_required) and field_kind(field) not in {"radio", "checks", "file"}:
        attributes["aria-required"] = "true"
    for ancestor in type(field).__mro__:
        if ancestor.__name__ in NUMERIC_FIELDS:
            return {**attributes, "type": "text", "inputmode": NUMERIC_FIELDS[ancestor.__name__]}
    return attributes


def form_errors(form: Any) -> list[tuple[str, str | None]]:
    """Return every error of a form as (sentence, id of the field to jump to or None), in the order of the fields."""
    if form is None:
        return []
    found: list[tuple[str, str | None]] = [(str(error), None) for error in getattr(form, "form_errors", ())]
    for field in form._fields.values():
        kind = field_kind(field)
        target = None if kind == "hidden" else f"{field.id}-0" if kind in {"radio", "checks"} else field.id
        found += [(sentence, target) for sentence in _sentences(field.errors)]
    return found


def _sentences(errors: object) -> list[str]:
    if isinstance(errors, Mapping):
        return [sentence for value in errors.values() for sentence in _sentences(value)]
    if isinstance(errors, str):
        return [errors]
    if isinstance(errors, Iterable):
        return [sentence for value in errors for sentence in _sentences(value)]
    return []


def csrf_field() -> Markup:
    """Return the hidden input that every POST form needs."""
    name = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, generate_csrf())


# The page around the page -------------------------------------------------------------------------

THEMES = {
    "Lansingerland": "lansingerland",
    "Pijnacker-Nootdorp": "pijnacker-nootdorp",
    "Zoetermeer": "zoetermeer",
    "Rotterdam": "rotterdam",
}
SIGN_OF_TONE = {"good": "check", "near": "clock", "under": "alert", "bad": "alert", "info": "clock", "none": "dash"}


@dataclass(frozen=True)
class NavLink:
    """One item of the navigation bar."""

    label: str
    url: str
    current: bool


def theme(viewer: access.Viewer) -> str:
    """Return the theme class: the own municipality for its staff, neutral for providers and visitors."""
    if viewer.user_id is None or viewer.is_provider:
        return "neutraal"
    return next((theme for name, theme in THEMES.items() if viewer.organisation_name.endswith(name)), "neutraal")


def navigation() -> list[NavLink]:
    """Return the items the viewer may open; the one whose address this page lies under is current."""
    items = [(item.label, url_for(item.endpoint)) for item in features.navigation_for(access.current_viewer())]
    under = [url for _, url in items if request.path == url or request.path.startswith(url.rstrip("/") + "/")]
    current = max(under, key=len, default=None)
    return [NavLink(label, url, url == current) for label, url in items]


def link_to(endpoint: str, **values: Any) -> str | None:
    """Return the address of a page of the shell, or None when this portal does not have it."""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return None


def has_filters() -> bool:
    """Say whether the address carries a filter; paging and sorting are none."""
    return any(value for name, value in request.args.items() if name not in {"pagina", "sorteer"})


def next_id(prefix: str) -> str:
    """Return an id that occurs once on this page: tabel-1, tabel-2, …"""
    numbers: dict[str, int] = g.setdefault("portal_ids", {})
    numbers[prefix] = numbers.get(prefix, 0) + 1
    return f"{prefix}-{numbers[prefix]}"


def table_part(part: str = "") -> str:
    """Remember which part of a table is open (`tbody`, then maybe `tfoot`) and return the one that was."""
    was: str = g.get("portal_table_part", "")
    g.portal_table_part = part
    return was


def install(app: Flask) -> None:
    """Give the app its filters, globals and static files.

    The files have hashed names and may be kept for ever; they are served to this portal's pages only.
    """
    place = assets.folder(app.extensions["portal_settings"].data_dir)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(place),
        prefix="static/",
        allow_all_origins=False,
        immutable_file_test=r"^.+\.[0-9a-f]{12}\.\w+$",
    )
    filters: dict[str, Callable[..., object]] = {
        "amount": amount, "count": count, "date": long_date, "deadline": deadline, "dmy": dmy, "euro": euro,
        "filesize": filesize, "grouped": grouped, "moment": moment, "month": month_name, "paragraphs": paragraphs,
        "percent": percent, "qty": quantity, "rate": rate, "share": share, "short_date": short_date, "stamp": stamp,
        "before_today": before_today, "clock_time": clock_time, "time": time_of_day, "until": until,
        "upper_first": upper_first, "weekday": weekday, "weekday_short": weekday_short,
    }  # fmt: skip
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(
        Permission=access.Permission,
        SIGN_OF_TONE=SIGN_OF_TONE,
        asset=lambda name: f"/static/{assets.hashed_name(name, place)}",
        charts=charts,
        csrf_field=csrf_field,
        field_attributes=field_attributes,
        field_kind=field_kind,
        form_errors=form_errors,
        has_filters=has_filters,
        here=here,
        link_to=link_to,
        may=lambda permission: access.current_viewer().may(permission),
        navigation=navigation,
        next_id=next_id,
        now=clock.now,
        related=features.related_links,
        request_argument=lambda name: request.args.get(name, ""),
        request_path=lambda: request.path,
        table_part=table_part,
        theme=theme,
        today=LocalProxy(clock.today),
        viewer=LocalProxy(access.current_viewer),
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
