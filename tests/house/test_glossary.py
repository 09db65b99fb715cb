"""One spelling per idea, in code and on the screens."""

import ast
import re

from tests.house.sources import PACKAGES, ROOT, committed, named, python_files, tree

# The word that is not used → the word that is.
IN_CODE = {
    "supplier": "provider", "tenderer": "provider", "bidding": "offer",
    "tariff": "rate", "placement": "trajectory", "scorekaart": "scorecard",
}  # fmt: skip
ON_SCREEN = {
    "scorekaart": "scorecard", "scorekaarten": "scorecards", "plaatsing": "aanmelding",
    "plaatsingen": "aanmeldingen", "leverancier": "aanbieder", "leveranciers": "aanbieders",
}  # fmt: skip


def words_of(name: str) -> set[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return set(spaced.lower().split("_"))


def names_in(module: ast.Module) -> list[tuple[int, str]]:
    """Give the names this file defines: functions, classes, arguments, variables."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append((node.lineno, node.name))
        elif isinstance(node, ast.arg):
            found.append((node.lineno, node.arg))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append((node.lineno, node.id))
    return found


def test_code_uses_one_word_per_idea() -> None:
    wrong = [
        f"{named(path)}:{line} {name}: say {IN_CODE[word]}"
        for path in python_files(*PACKAGES)
        for line, name in names_in(tree(path))
        for word in words_of(name) & IN_CODE.keys()
    ]
    assert not wrong


def test_screens_use_one_word_per_idea() -> None:
    pattern = re.compile(r"\b(" + "|".join(ON_SCREEN) + r")\b", re.IGNORECASE)
    wrong = [
        f"{named(path)}:{number} {found.group()}: say {ON_SCREEN[found.group().lower()]}"
        for path in committed()
        if path.relative_to(ROOT).parts[0] == "templates"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := pattern.search(line))
    ]
    assert not wrong


def test_no_variable_is_called_map_and_no_module_types() -> None:
    wrong = [
        f"{named(path)}:{line} {name}"
        for path in python_files(*PACKAGES)
        for line, name in names_in(tree(path))
        if name == "map"
    ]
    wrong += [named(path) for path in python_files(*PACKAGES) if path.name == "types.py"]
    assert not wrong
