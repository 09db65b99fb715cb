"""Who may import whom: the contracts in pyproject.toml, and the layers inside every feature."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from tests.house.sources import PACKAGES, ROOT, named, python_files, tree

# A file of a feature may import files of the same feature that stand before it in this list.
LAYERS = (
    "states", "rules", "models", "queries", "exports", "services", "forms", "views", "demo", "feature",
)  # fmt: skip
CLOCK_READERS = {"now", "today", "utcnow"}


def layer_of(module: str) -> int | None:
    """Give the layer of `services`, `services_opening` or `price_models`; None for a helper."""
    words = set(module.split("_"))
    return next((number for number, name in enumerate(LAYERS) if name in words), None)


def test_the_storeys_and_features_import_downward_only() -> None:
    script = Path(sys.executable).with_name("lint-imports")
    env = os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    done = subprocess.run([script], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_inside_a_feature_the_layers_import_downward_only() -> None:
    wrong = []
    for path in python_files(*PACKAGES):
        *folders, name = path.relative_to(ROOT).with_suffix("").parts
        feature, layer = ".".join(folders[:2]), layer_of(folders[2] if len(folders) > 2 else name)
        if len(folders) < 2 or layer is None:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(feature):
                rest = node.module.removeprefix(feature).strip(".").split(".")[0]
                used = [layer_of(rest)] if rest else [layer_of(alias.name) for alias in node.names]
                if any(other is not None and other > layer for other in used):
                    wrong.append(f"{named(path)}:{node.lineno} imports {node.module}")
    assert not wrong


def test_only_the_clock_module_reads_the_clock() -> None:
    wrong = [
        f"{named(path)}:{node.lineno}"
        for path in python_files(*PACKAGES)
        if named(path) != "portal/clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_READERS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    ]
    assert not wrong


def test_features_never_commit() -> None:
    wrong = [
        f"{named(path)}:{node.lineno}"
        for path in python_files("tenders", "contracts", "kpis")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert not wrong


def test_no_relation_is_made_from_the_other_side() -> None:
    wrong = [
        f"{named(path)}:{node.lineno}"
        for path in python_files(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword) and node.arg == "backref"
    ]
    assert not wrong
