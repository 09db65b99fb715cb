"""Rules of signing in, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.accounts import rules

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https:evil",
        "/\\evil",
        "\t//evil",
        "http://evil.example/",
        "evil",
        "",
        None,
        "/a\nb",
    ],
)
def test_a_person_is_never_sent_outside_the_portal(target: str | None) -> None:
    assert rules.local_path(target) is None


def test_a_page_of_the_portal_is_remembered_with_its_filter() -> None:
    assert rules.local_path("/facturen?status=open") == "/facturen?status=open"


def test_guessing_gets_slower_but_an_account_is_never_locked_for_good() -> None:
    waits = [rules.wait_after(failures) for failures in (0, 4, 5, 6, 7, 50)]

    assert waits == [timedelta(minutes=m) for m in (0, 0, 1, 2, 4, 15)]
    assert rules.may_try(50, NOW - timedelta(minutes=16), NOW)
    assert not rules.may_try(6, NOW - timedelta(minutes=1), NOW)


def test_a_code_fits_once() -> None:
    valid = {99: "111111", 100: "222222", 101: "333333"}

    assert rules.totp_step("222 222", valid, last_step=0) == 100
    assert rules.totp_step("222222", valid, last_step=100) is None
    assert rules.totp_step("000000", valid, last_step=0) is None
