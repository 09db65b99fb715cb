"""No free text of the portal keeps a number that can be a burgerservicenummer."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, HiddenField, PasswordField, StringField

from portal.fields import IdentifierField, LineField, TextField
from portal.forms import BaseForm, _Parsed
from tests.house.sources import PACKAGES, ROOT, named, python_files

MADE_FOR_A_NUMBER = {
    "Code",
    "Code van de inschrijving",
    "Code van uw kluiskaart",
    "E-mailadres",
    "KvK-nummer",
    "Telefoonnummer",
    "Uw factuurnummer",
    "Wijzigingscode",
}
DRAWN_BY_HAND = {
    "components/filter.html",
    "contracts/results/preview.html",
    "contracts/results/screen.html",
    "errors/error.html",
    "kpis/scorecards/sample.html",
    "layouts/header.html",
}
"""Search boxes, which keep nothing, and cells of a monthly report or a sample, which their service looks at."""
ALLOWED = (LineField, TextField, IdentifierField, HiddenField, PasswordField, _Parsed)


def _forms() -> Iterator[type[BaseForm]]:
    for path in python_files(*PACKAGES):
        if path.name == "forms.py":
            importlib.import_module(named(path).removesuffix(".py").replace("/", "."))
    waiting = [BaseForm]
    while waiting:
        waiting += (form := waiting.pop()).__subclasses__()
        yield form


def _fields(kind: type[Field]) -> list[tuple[str, str, type[Field]]]:
    found = []
    for form in _forms():
        for name in dir(form):
            made = getattr(form, name)
            if hasattr(made, "field_class") and issubclass(made.field_class, kind):
                label = made.args[0] if made.args else made.kwargs.get("label", "")
                found.append((f"{form.__module__}.{form.__name__}.{name}", label, made.field_class))
    return found


def test_every_text_field_of_every_form_looks_for_a_bsn() -> None:
    fields = _fields(StringField)
    wrong = [where for where, _, kind in fields if not issubclass(kind, ALLOWED)]

    assert len(fields) > 100
    assert not wrong, f"use portal.fields.LineField or TextField: {wrong}"


def test_only_fields_made_for_a_number_are_not_looked_at() -> None:
    labels = {label for _, label, _ in _fields(IdentifierField)}

    assert labels <= MADE_FOR_A_NUMBER, labels - MADE_FOR_A_NUMBER


def test_no_form_takes_a_text_field_of_wtforms_itself() -> None:
    """Forms whose fields follow from a tender are made in functions, so the sources are read as well."""
    plain = {"StringField", "TextAreaField", "SearchField", "EmailField", "TelField", "URLField"}
    wrong = [
        f"{named(path)}:{node.lineno}"
        for path in python_files(*PACKAGES)
        if named(path) not in {"portal/fields.py", "portal/forms.py"}
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wtforms")
        if plain & {one.name for one in node.names}
    ]

    assert not wrong


def test_no_template_draws_a_text_box_of_its_own() -> None:
    templates = ROOT / "templates"
    found = set()
    for path in templates.rglob("*.html"):
        for piece in path.read_text().split("<")[1:]:
            tag = piece.partition(">")[0]
            typed = 'type="' not in tag or 'type="text"' in tag or 'type="search"' in tag
            if tag.startswith("textarea ") or (tag.startswith("input ") and typed):
                found.add(path.relative_to(templates).as_posix())

    assert found == DRAWN_BY_HAND


class Sample(Form):
    line = LineField("Kenmerk")
    text = TextField("Wat klopt er niet?")
    phone = IdentifierField("Telefoonnummer")


@pytest.mark.parametrize(("name", "label"), [("line", "Kenmerk"), ("text", "Wat klopt er niet?")])
def test_a_bsn_is_refused_with_the_field_named_and_the_number_not(name: str, label: str) -> None:
    form = Sample(MultiDict({name: "deelnemer 123456782 kwam niet"}))

    assert not form.validate()
    [said] = form[name].errors
    assert said.startswith(f"Bij ‘{label}’ staat een getal dat een burgerservicenummer kan zijn. Haal het weg;")
    assert "123456782" not in said
    assert form[name].data == "deelnemer 123456782 kwam niet"


def test_a_telephone_number_and_a_trajectnummer_pass() -> None:
    form = Sample(MultiDict({"line": "T-4KQ7-2MXP", "text": "bel 010 1234567", "phone": "123456782"}))

    assert form.validate()
