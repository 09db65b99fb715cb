"""Pytest plugin: long files begin first, and a group that PORTAAL_REQUIRE names must not be skipped (.ci/run)."""

import os
from collections import Counter

import pytest

REQUIRED = frozenset(os.environ.get("PORTAAL_REQUIRE", "").split())
skipped: Counter[str] = Counter()


# The first needs the demo and makes it; the next go on meanwhile; what else needs the demo finds it ready.
LONG_FILES = (
    "tests/browser/",
    "tests/journeys/test_walk",
    "tests/journeys/test_her",
    "tests/house/test_migrations.py",
    "tests/tenders/offers/",
    "tests/house/test_isolation.py",
    "tests/journeys/test_chain.py",
)


def _rank(nodeid: str) -> int:
    """Give the place of a file in the order of the run; the rest comes last."""
    return next((place for place, start in enumerate(LONG_FILES) if nodeid.startswith(start)), len(LONG_FILES))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the files that take minutes begin first, so that the other worker does the rest meanwhile."""
    items.sort(key=lambda item: _rank(item.nodeid))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count the skipped tests of each required group; under xdist this runs in the controller."""
    if report.skipped:
        skipped.update(REQUIRED & set(report.keywords))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a green run in which a required group was skipped into a red one."""
    if skipped and exitstatus == 0 and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which required group was skipped."""
    for group, count in sorted(skipped.items()):
        terminalreporter.write_line(f"PORTAAL_REQUIRE: {count} skipped in group {group}", red=True)
