"""The first line of a template is the subject; a failed mail is tried again, ever more slowly."""

import pytest

from portal.notifications.rules import is_hopeless, subject_and_body, wait_after
from portal.notifications.states import MESSAGE


def test_the_first_line_is_the_subject() -> None:
    assert subject_and_body("Ontvangen: uw vraag\n\nWij antwoorden.\n") == (
        "Ontvangen: uw vraag",
        "Wij antwoorden.\n",
    )


def test_a_long_subject_is_cut_at_seventy_characters() -> None:
    subject, _ = subject_and_body("x" * 100 + "\nTekst")
    assert len(subject) == 70
    assert subject.endswith("…")


@pytest.mark.parametrize("rendered", ["", "Alleen een onderwerp", "\n\n"])
def test_a_mail_without_subject_or_body_is_an_error(rendered: str) -> None:
    with pytest.raises(ValueError, match="first line"):
        subject_and_body(rendered)


def test_the_waits_grow() -> None:
    waits = [wait_after(attempt) for attempt in range(1, 12)]
    assert waits == sorted(waits)


@pytest.mark.parametrize(
    ("code", "attempts", "hopeless"), [(550, 1, True), (450, 1, False), (None, 9, False), (None, 10, True)]
)
def test_a_refused_address_is_given_up_at_once_and_others_after_ten(
    code: int | None, attempts: int, hopeless: bool
) -> None:
    assert is_hopeless(code, attempts) is hopeless


def test_every_state_of_a_message_can_be_reached() -> None:
    assert MESSAGE.unreachable() == set()
