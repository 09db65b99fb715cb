"""Templates: they parse, import nothing in vain, style nothing themselves, and say one thing in one way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from jinja2.visitor import NodeVisitor

from portal import assets
from portal.app import create_app
from portal.config import Settings
from tests.house.sources import ROOT

FOLDER = ROOT / "templates"
PAGES = sorted(path for path in FOLDER.rglob("*.html"))
# The word that is not used on a screen → what is said instead (screens.md §3).
SYNONYMS = {
    r"ongeldige invoer": "say what to fill in",
    r"dit veld is verplicht": "Vul … in.",
    r"leverancier\w*": "aanbieder",
    r"scorekaart\w*": "scorecard",
    r"plaatsing(en)?": "aanmelding",
    r"regiopartner\w*": "deelnemende gemeente",
    r"bewerken": "wijzigen",
    r"aanpassen": "wijzigen",
    r"excl\.|incl\.": "zonder btw, met btw",
    r"opslaan\.\.\.": "Opslaan als concept",
    r"klik hier": "say where the link goes",
    r"oeps|helaas": "say what happened",
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The portal's own template environment, with its filters and tests."""
    folder = tmp_path_factory.mktemp("templates")
    app = create_app(Settings(folder, f"sqlite:///{folder / 'x.sqlite'}", "een-sleutel", "5f" * 32))
    return app.jinja_env


def named(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


class Names(NodeVisitor):
    """Collects every name a template reads."""

    def __init__(self) -> None:
        self.read: set[str] = set()

    def visit_Name(self, node: nodes.Name) -> None:  # noqa: N802 - the name jinja2 calls
        if node.ctx == "load":
            self.read.add(node.name)


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_template_compiles_and_uses_every_macro_it_imports(path: Path, environment: Environment) -> None:
    source = path.read_text("utf-8")
    environment.compile(source, name=named(path))
    tree = environment.parse(source)
    names = Names()
    names.visit(tree)
    for included in tree.find_all(nodes.Include):
        if isinstance(included.template, nodes.Const):
            names.visit(environment.parse((FOLDER / included.template.value).read_text("utf-8")))
    imported = {
        name if isinstance(name, str) else name[1]
        for statement in tree.find_all(nodes.FromImport)
        for name in statement.names
    }
    assert imported - names.read == set()


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_template_brings_no_style_and_no_script_of_its_own(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=\"", source)


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_template_says_one_thing_in_one_way(path: Path) -> None:
    text = re.sub(r"\{[#%{].*?[#%}]\}|<[^>]+>", " ", path.read_text("utf-8"), flags=re.DOTALL)
    wrong = [
        f"{found[0]}: {better}"
        for word, better in SYNONYMS.items()
        if (found := re.search(rf"(?i)\b(?:{word})", text))
    ]
    assert not wrong


def test_every_class_of_ours_in_a_template_has_a_rule() -> None:
    css = (assets.SOURCE / "portal.css").read_text("utf-8") + (assets.SOURCE / "tokens.css").read_text(
        "utf-8"
    )
    ruled = set(re.findall(r"\.(portal-[\w-]+)", css))
    hooks = {"portal-files", "portal-scroller--chart", "portal-state__title", "portal-brand__mark"}
    used = {
        (named(path), name)
        for path in PAGES
        for found in re.findall(r'class="([^"]*)"', path.read_text("utf-8"))
        for name in re.sub(r"\{[%{].*?[%}]\}", " ", found).split()
        if re.fullmatch(r"portal-[a-z0-9]+(?:(?:__|--|-)[a-z0-9]+)*", name)
    }
    assert sorted(f"{page}: {name}" for page, name in used if name not in ruled | hooks) == []


def test_no_template_takes_the_capitals_out_of_a_word() -> None:
    """The filters of Jinja make "Eindgesprek map" of "eindgesprek MAP"; ours is called upper_first."""
    wrong = [path.name for path in PAGES if re.search(r"\|\s*(capitalize|title)\b", path.read_text("utf-8"))]

    assert not wrong


def test_what_is_needed_in_some_cases_is_not_called_optional() -> None:
    wrong = [
        f"{path.name}: {call[:60]}"
        for path in PAGES
        for call in re.findall(r"field\(form[^}]*", path.read_text("utf-8"))
        if "optional=true" in call and re.search(r'hint="(Nodig|Alleen nodig|Vul dit in) ', call)
    ]

    assert not wrong
