"""Rules of signing in: throttling, the second factor, and where a person may be sent afterwards."""

import re
from datetime import datetime, timedelta

FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=15)


def wait_after(failures: int) -> timedelta:
    """Return how long an account waits after so many wrong passwords in a row: 0, then 1, 2, 4 … 15 minutes."""
    if failures < FREE_TRIES:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(failures - FREE_TRIES, 10)), LONGEST_WAIT)


def may_try(failures: int, failed_at: datetime | None, now: datetime) -> bool:
    """Say whether a password may be tried now; the account is never locked for good."""
    return failed_at is None or now >= failed_at + wait_after(failures)


def totp_step(code: str, valid_at: "dict[int, str]", last_step: int) -> int | None:
    """Return the time step a six-digit code belongs to, or None when it fits none or was used before.

    `valid_at` maps each acceptable step (half minutes since 1970) to its code (RFC 6238, one step of drift).
    """
    bare = re.sub(r"\s", "", code)
    for step, expected in sorted(valid_at.items()):
        if expected == bare and step > last_step:
            return step
    return None


def local_path(target: str | None) -> str | None:
    """Return a path inside this portal, or None for anything that could lead outside it."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(sign) < 33 for sign in target) or "\\" in target:
        return None
    return target
