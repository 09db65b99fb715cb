"""The wheel carries everything the portal needs to run."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT, committed


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel and give the names of the files inside."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = Path(target).glob("inkoopportaal_inburgering-*.whl")
    with zipfile.ZipFile(made) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_source_template_and_migration(wheel: set[str]) -> None:
    expected = set()
    for path in committed():
        first, *rest = path.relative_to(ROOT).parts
        if first in PACKAGES:
            expected.add("/".join([first, *rest]))
        elif first in {"templates", "migrations"}:
            expected.add("/".join(["portal", first, *rest]))
    assert len(expected) > 100
    assert not expected - wheel


def test_the_wheel_holds_the_built_assets(wheel: set[str]) -> None:
    built = [path for path in (ROOT / "portal" / "static" / "build").rglob("*") if path.is_file()]
    if not built:
        pytest.skip("the assets are not built; portaal.py test builds them")
    assert {path.relative_to(ROOT).as_posix() for path in built} <= wheel


def test_the_wheel_has_no_tests_and_no_data(wheel: set[str]) -> None:
    assert not [name for name in wheel if name.split("/")[0] in {"tests", "var", "docs"}]
    assert not [name for name in wheel if name.endswith((".sqlite", ".lock", ".log"))]


def test_the_wheel_offers_the_portal_command(wheel: set[str]) -> None:
    assert [name for name in wheel if name.endswith(".dist-info/entry_points.txt")]
    assert [name for name in wheel if name.endswith("licenses/LICENSE")]
