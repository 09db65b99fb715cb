"""How a mail is cut to size, and when a failed one is tried again."""

from datetime import timedelta

MAX_SUBJECT = 70
MOST_ATTEMPTS = 10
_WAITS = (1, 5, 15, 60, 120, 240, 480, 720, 1440)


def subject_and_body(rendered: str) -> tuple[str, str]:
    """Split a rendered template: the first line is the subject (≤ 70 characters), the rest the body.

    Raises:
        ValueError: there is no subject or no body.
    """
    first, _, rest = rendered.strip().partition("\n")
    subject = " ".join(first.split())
    if len(subject) > MAX_SUBJECT:
        subject = subject[: MAX_SUBJECT - 1].rstrip() + "…"
    body = rest.strip()
    if not subject or not body:
        raise ValueError("a mail template has a first line (the subject) and a body")
    return subject, body + "\n"


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after the given number of failed attempts (1 or more)."""
    return timedelta(minutes=_WAITS[min(attempts, len(_WAITS)) - 1])


def is_hopeless(code: int | None, attempts: int) -> bool:
    """Say whether trying again makes no sense: the address was refused for good, or ten attempts failed."""
    return attempts >= MOST_ATTEMPTS or (code is not None and 500 <= code < 600)
