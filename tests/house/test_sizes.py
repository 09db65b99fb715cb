"""Files and functions stay small enough to be read in one go."""

import ast

from tests.house.sources import PACKAGES, ROOT, committed, named, python_files, tree

LINES = {"code": 400, "test": 800, "template": 120}
FUNCTION_LINES = 50


def lines(text: str) -> int:
    return len(text.splitlines())


def test_no_python_file_is_longer_than_its_budget() -> None:
    code = [*python_files(*PACKAGES), ROOT / "portaal.py"]
    too_long = [
        f"{named(path)}: {count} lines, at most {limit}"
        for limit, paths in ((LINES["code"], code), (LINES["test"], python_files("tests")))
        for path in paths
        if (count := lines(path.read_text(encoding="utf-8"))) > limit
    ]
    assert not too_long


def test_no_template_is_longer_than_its_budget() -> None:
    templates = [path for path in committed() if path.relative_to(ROOT).parts[0] == "templates"]
    too_long = [
        f"{named(path)}: {count} lines"
        for path in templates
        if path.suffix == ".html" and (count := lines(path.read_text(encoding="utf-8"))) > LINES["template"]
    ]
    assert not too_long


def test_no_function_is_longer_than_its_budget() -> None:
    too_long = [
        f"{named(path)}:{node.lineno} {node.name}: {count} lines"
        for path in [*python_files(*PACKAGES), ROOT / "portaal.py"]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (count := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not too_long
