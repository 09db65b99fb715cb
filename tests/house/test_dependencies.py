"""What we lean on: every dependency is used, every locked file is known by its hash, none by an address."""

import ast
import re
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.house.sources import PACKAGES, ROOT, python_files, tree

LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-node.lock"]
# Used without an import: a driver by its address, a server as a command, a reader by its name.
WITHOUT_IMPORT = {"psycopg", "gunicorn", "tzdata", "python-calamine", "lxml-stubs"}
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==\S+( ; .+?)?( \\)?$")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name)[0]).lower()


def project() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return loaded


def imported() -> set[str]:
    """Give the distributions whose packages our code imports."""
    names = set()
    for path in python_files(*PACKAGES):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    owners = packages_distributions()
    return {canonical(owner) for name in names for owner in owners.get(name, [])}


def test_every_dependency_is_imported() -> None:
    declared = {canonical(name) for name in project()["dependencies"]}
    assert not declared - imported() - WITHOUT_IMPORT


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert blocks
    for block in blocks:
        first, *rest = block.splitlines()
        assert PINNED.match(first), first
        assert any("--hash=sha256:" in line for line in rest), first
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--index|--extra-index|--find-links)", text, re.MULTILINE)


def test_the_run_lock_holds_every_dependency_and_no_test_tool() -> None:
    locked = {canonical(line) for line in (ROOT / LOCKS[0]).read_text().splitlines() if "==" in line}
    assert {canonical(name) for name in project()["dependencies"]} <= locked
    assert not {"pytest", "playwright", "mypy", "ruff"} & locked


def test_test_and_run_use_the_same_versions() -> None:
    run, tests = (
        {line.split()[0] for line in (ROOT / name).read_text().splitlines() if "==" in line}
        for name in LOCKS[:2]
    )
    assert run <= tests


def test_nobody_else_owns_the_names_of_our_packages() -> None:
    owners = packages_distributions()
    ours = {"inkoopportaal-inburgering"}
    assert not {name: owners[name] for name in PACKAGES if set(owners.get(name, [])) - ours}
