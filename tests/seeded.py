"""The whole demo, made once per test run and copied for whoever needs it; workers share the first."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def demo_env(folder: Path, **more: str) -> dict[str, str]:
    """Give the environment of a portal with demo data in a folder; cheap passwords, no mail server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PORTAL_DATA_DIR": str(folder),
        "PORTAL_DEMO": "1",
        "PORTAL_SECOND_FACTOR": "0",
        "PORTAL_SECURE_COOKIES": "0",
        "PORTAL_PASSWORD_COST": "1",
        "PORTAL_SMTP_HOST": "",
        **more,
    }


def portal(folder: Path, *words: str) -> str:
    """Run a `portal` command on the data in a folder and give what it printed."""
    command = [sys.executable, "-m", "portal.cli", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=demo_env(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"portal {' '.join(words)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def keys_of(folder: Path) -> Path:
    """Give the folder with the keys, which the portal keeps beside its data."""
    return folder.with_name(f"{folder.name}-sleutels")


def demo_in(folder: Path, shared: Path) -> Path:
    """Put a copy of the demo in a folder that does not exist yet; made in `shared` by whoever comes first."""
    made = shared / "demo-voor-allen"
    with (shared / "demo-voor-allen.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (shared / "demo-voor-allen.klaar").exists():
            shutil.rmtree(made, ignore_errors=True)
            portal(made, "db", "upgrade")
            portal(made, "seed-demo")
            (shared / "demo-voor-allen.klaar").touch()
    shutil.copytree(made, folder)
    shutil.copytree(keys_of(made), keys_of(folder))
    return folder


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Give the folder that all workers of this run see."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the whole demo, for the tests of this worker."""
    return demo_in(tmp_path_factory.mktemp("demo") / "gegevens", shared_folder(tmp_path_factory))
