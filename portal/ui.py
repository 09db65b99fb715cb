"""What every template may use besides `portal.dutch`: fields, the shell around a page, and pages of a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, g, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy import Select, func, select
from werkzeug.local import LocalProxy
from werkzeug.routing import BuildError
from whitenoise import WhiteNoise

from portal import access, assets, chain, charts, clock, dutch, features, filters
from portal.db import db

if TYPE_CHECKING:
    from wtforms import Field

PAGE_SIZE = 50

T = TypeVar("T")


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
    return filters.whole_number("pagina") or 1


def paginate_wide(statement: Select[Any], key: Any, *, options: Sequence[Any] = (), size: int = PAGE_SIZE) -> Page[Any]:
    """Run a select of a wide table for one page: count and sort on the key alone, then read the rows of the page.

    Three statements whatever the number of rows; an index that holds the filtered and sorted columns keeps
    the texts of the other rows unread.
    """
    narrow = statement.with_only_columns(key, maintain_column_froms=True)
    total = db.session.scalar(select(func.count()).select_from(narrow.order_by(None).subquery())) or 0
    wanted = min(page_number(), max(1, ceil(total / size)))
    ids = db.session.scalars(narrow.limit(size).offset((wanted - 1) * size)).all()
    found = {getattr(one, key.key): one for one in db.session.scalars(select(key.class_).where(key.in_(ids)).options(*options))}
    return Page(items=[found[one] for one in ids], number=wanted, size=size, total=total)


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
    arguments: dict[str, list[object]] = {name: list(request.args.getlist(name)) for name in request.args}
    arguments.update({name: [value] for name, value in changes.items()})
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
NUMERIC_FIELDS = {
    "IntegerField": "numeric",
    "EuroField": "decimal",
    "RateField": "decimal",
    "QuantityField": "decimal",
}
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
    if (field.flags.required or field.flags.aria_required) and field_kind(field) not in {
        "radio",
        "checks",
        "file",
    }:
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
SIGN_OF_TONE = {
    "good": "check",
    "near": "clock",
    "under": "alert",
    "bad": "alert",
    "info": "clock",
    "none": "dash",
}


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
    return next(
        (theme for name, theme in THEMES.items() if viewer.organisation_name.endswith(name)), "neutraal"
    )


def navigation() -> list[NavLink]:
    """Return the items the viewer may open; the one whose address this page lies under is current."""
    items = [
        (item.label, url_for(item.endpoint)) for item in features.navigation_for(access.current_viewer())
    ]
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
    app.jinja_env.filters.update(dutch.FILTERS)
    app.jinja_env.globals.update(
        Permission=access.Permission,
        SIGN_OF_TONE=SIGN_OF_TONE,
        asset=lambda name: f"/static/{assets.hashed_name(name, place)}",
        chain_stops=chain.stops,
        charts=charts,
        csrf_field=csrf_field,
        field_attributes=field_attributes,
        field_kind=field_kind,
        filter_not_applied=filters.not_applied,
        filter_notes=filters.notes,
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
