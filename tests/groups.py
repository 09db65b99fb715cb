"""Pytest plugin: long files begin first, and a group that PORTAAL_REQUIRE names must not be skipped (.ci/run)."""

import os
from collections import Counter

import pytest

REQUIRED = frozenset(os.environ.get("PORTAAL_REQUIRE", "").split())
skipped: Counter[str] = Counter()


LONG_FILES = ("tests/browser/", "tests/journeys/", "tests/house/test_isolation.py", "tests/house/test_migrations.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the files that take minutes begin first, so that the other worker does the rest meanwhile."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG_FILES))


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
