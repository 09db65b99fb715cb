"""No sentence of WTForms or Flask-WTF ever reaches a screen: each message is ours and names its field."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_wtf.file
import pytest
import wtforms
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Form, SelectFieldBase, validators
from wtforms.i18n import get_translations

from portal.choices import SelectField, SelectMultipleField
from portal.forms import BaseForm
from portal.messages import SENTENCES, Sentences
from tests.house.sources import PACKAGES, named, python_files

GARBAGE = ("", "x" * 20_000, "12,5,6", "-99999999999999999999999", "31-02-2026", "<script>")
# Messages of validators and fields that a form of ours would not use: addresses of machines, read-only fields, …
UNUSED = {
    "Choices cannot be None.", "Invalid IP address.", "Invalid Mac address.", "Invalid UUID.", "Invalid field name '%s'.",
    "Invalid input.", "Not a valid week value.", "This field cannot be edited.",
    "This field is disabled and cannot have a value.",
}  # fmt: skip


def library_messages() -> set[str]:
    """Read from the sources of both libraries what their fields and validators can say."""
    places = [Path(inspect.getfile(flask_wtf.file)), Path(inspect.getfile(validators))]
    places += sorted((Path(wtforms.__file__).parent / "fields").glob("*.py"))
    calls = [
        node
        for path in places
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith("gettext")
    ]
    texts = [arg.value for call in calls for arg in call.args if isinstance(arg, ast.Constant)]
    return {text for text in texts if isinstance(text, str)}


def forms() -> Iterator[type[BaseForm]]:
    """Give every form of the portal whose fields are known beforehand."""
    for path in python_files(*PACKAGES):
        if path.name == "forms.py" or path.stem.endswith("_forms"):
            importlib.import_module(named(path).removesuffix(".py").replace("/", "."))
    waiting = list(BaseForm.__subclasses__())
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.split(".")[0] in PACKAGES:
            yield form


def refused(form_class: type[BaseForm], garbage: str) -> list[tuple[str, str]]:
    """Send a form with the same rubbish in every field; give the field and the sentence of each refusal."""
    form = form_class(formdata=None)
    sent: MultiDict[str, Any] = MultiDict()
    for field in form:
        is_file = field.widget.__class__.__name__ == "FileInput"
        sent.add(field.name, FileStorage(filename=f"{garbage[:40]}.exe") if is_file else garbage)
    form = form_class(formdata=sent)
    for field in form:
        if isinstance(field, SelectFieldBase) and getattr(field, "choices", ()) is None:
            field.choices = [("a", "A")]
    form.validate()
    return [(field.label.text, str(error)) for field in form for error in field.errors if field.name != "csrf_token"]


def translated(message: str) -> set[str]:
    dutch = get_translations(["nl"])
    return {message, dutch.gettext(message), dutch.ngettext(message, message, 2)}


def pattern(message: str) -> re.Pattern[str]:
    """Make a pattern of a message: what is filled in by the library may be anything."""
    return re.compile(re.sub(r"%\\\(\w+\\\)[sd]|\\\{\w+\\\}|%s", ".*", re.escape(message)), re.DOTALL)


def test_every_message_of_the_libraries_has_a_sentence_of_ours() -> None:
    missing = library_messages() - set(SENTENCES) - UNUSED
    assert len(library_messages()) > 30
    assert not missing, "write a sentence in portal/messages.py"


@pytest.mark.parametrize("message", sorted({*SENTENCES, *UNUSED, "Something new in a later version."}))
def test_a_message_becomes_a_dutch_sentence_with_the_name_of_the_field(message: str) -> None:
    made: Any = type("One", (Form,), {"share": wtforms.StringField("Aandeel (in 100% {van} het geheel)")})
    field = made().share
    sentence = Sentences(field).gettext(message)
    if "%(" in message:
        sentence = sentence % {"min": 1, "max": 2, "value": "x", "values": "x", "other_name": "x"}
    if "{extensions}" in message:
        sentence = sentence.format(extensions="pdf")

    assert "Aandeel (in 100% {van} het geheel)" in sentence
    assert not any(pattern(own).fullmatch(sentence) for own in translated(message))


@pytest.mark.parametrize("garbage", GARBAGE)
def test_no_form_shows_a_message_of_the_libraries(built_app: Flask, garbage: str) -> None:
    theirs = [pattern(text) for message in library_messages() for text in translated(message)]
    seen, wrong = 0, []
    for form_class in forms():
        with built_app.test_request_context("/", method="POST"):
            for label, sentence in refused(form_class, garbage):
                seen += 1
                if any(one.fullmatch(sentence) for one in theirs):
                    wrong.append(f"{form_class.__name__}, {label}: {sentence}")
    assert seen > 50
    assert not wrong


def test_a_choice_and_a_number_name_their_field(built_app: Flask) -> None:
    class Small(BaseForm):
        kind = SelectField("Procedure", choices=[("a", "A")])
        lots = SelectMultipleField("Percelen", choices=[("a", "A")])
        number = wtforms.IntegerField("Aantal deelnemers")

    with built_app.test_request_context("/", method="POST"):
        sentences = [sentence for _, sentence in refused(Small, "veel")]
        large = [sentence for _, sentence in refused(Small, "99999999999")]

    assert sentences == [
        "Kies bij ‘Procedure’ een mogelijkheid uit de lijst.",
        "Kies bij ‘Percelen’ een mogelijkheid uit de lijst.",
        "Vul bij ‘Aantal deelnemers’ een heel getal in, zoals 12.",
    ]
    assert large[-1] == "Het getal bij ‘Aantal deelnemers’ is te groot. Vul een kleiner getal in."
