"""Confidence, late notas, second readers and workbook rows, without a database."""

from datetime import date, datetime, timedelta

import pytest

from portal import clock
from tenders.procedures.rules.questions import (
    COLUMNS,
    ImportRow,
    KnownParts,
    is_late,
    latest_answer_day,
    may_stand_in_nota,
    objections_to_confidentiality,
    objections_to_late_nota,
    objections_to_unchecked,
    proposed_closing,
    read_row,
)
from tenders.procedures.states import CONFIDENTIALITY, QUESTION, Confidentiality, QuestionState

CLOSING = clock.to_utc(datetime(2027, 2, 15, 12, 0))
REASON = "De antwoorden veranderen niets aan de inschrijvingen."


@pytest.mark.parametrize(
    ("on", "late"), [(date(2027, 2, 5), False), (date(2027, 2, 6), True), (date(2027, 2, 14), True)]
)
def test_a_nota_is_late_from_the_day_fewer_than_ten_days_remain(on: date, late: bool) -> None:
    assert latest_answer_day(CLOSING, 10) == date(2027, 2, 5)
    assert is_late(on, CLOSING, 10) is late


@pytest.mark.parametrize(
    ("on", "closing"),
    [
        (date(2027, 2, 8), datetime(2027, 2, 18, 12, 0)),
        (date(2027, 2, 10), datetime(2027, 2, 22, 12, 0)),  # the 20th is a Saturday
        (date(2027, 3, 18), datetime(2027, 3, 30, 12, 0)),  # the 28th and 29th are Easter
    ],
)
def test_the_proposed_closing_leaves_the_days_and_falls_on_a_working_day(on: date, closing: datetime) -> None:
    proposed = proposed_closing(on, CLOSING, 10)

    assert clock.local(proposed).replace(tzinfo=None) == closing
    assert not is_late(on, proposed, 10)


def test_the_proposal_is_never_earlier_than_the_closing() -> None:
    assert proposed_closing(date(2027, 1, 4), CLOSING, 10) == CLOSING


def test_a_late_nota_needs_a_later_closing_or_a_reason_to_keep_it() -> None:
    def fields(new: datetime | None, *, keep: bool = False, reason: str = "") -> list[str | None]:
        found = objections_to_late_nota(
            on=date(2027, 2, 10), closing=CLOSING, days=10, new_closing=new, keep=keep, reason=reason
        )
        return [one.field for one in found]

    assert fields(None) == ["new_closing"]
    assert fields(CLOSING) == ["new_closing"]
    assert fields(CLOSING + timedelta(days=4)) == ["new_closing"]
    assert fields(clock.to_utc(datetime(2027, 2, 22, 12, 0))) == []
    assert fields(None, keep=True, reason="Kort") == ["no_extension_reason"]
    assert fields(None, keep=True, reason=REASON) == []


def test_a_nota_in_time_asks_nothing_about_the_closing() -> None:
    found = objections_to_late_nota(
        on=date(2027, 2, 5), closing=CLOSING, days=10, new_closing=None, keep=False, reason=""
    )
    assert found == []


@pytest.mark.parametrize(
    ("state", "confidentiality", "stands"),
    [
        (QuestionState.ANSWERED, Confidentiality.NONE, True),
        (QuestionState.ANSWERED, Confidentiality.ACCEPTED, True),
        (QuestionState.ANSWERED, Confidentiality.ASKED, False),
        (QuestionState.ANSWERED, Confidentiality.GRANTED, False),
        (QuestionState.ANSWERED, Confidentiality.REFUSED, False),
        (QuestionState.DRAFTED, Confidentiality.NONE, False),
        (QuestionState.WITHDRAWN, Confidentiality.REFUSED, False),
    ],
)
def test_only_what_is_answered_and_for_everybody_stands_in_a_nota(
    state: QuestionState, confidentiality: Confidentiality, stands: bool
) -> None:
    assert may_stand_in_nota(state, confidentiality) is stands


def test_confidence_needs_a_reason_and_one_reader_a_reason_too() -> None:
    assert objections_to_confidentiality("Daarom")[0].field == "confidential_reason"
    assert objections_to_confidentiality("Dit raakt onze eigen lesmethode.") == []
    assert "Vragen 3, 5:" in objections_to_unchecked([3, 5], "")[0].message
    assert objections_to_unchecked([3], "Mijn collega is ziek.") == []
    assert objections_to_unchecked([], "") == []


KNOWN = KnownParts({"Perceel 1: B1-leerroute": "lot-1"}, {"Leidraad (versie 1)": "doc-1"})


def cells(**given: str) -> dict[str, tuple[str, str]]:
    names = {"vraag": "Vraag", "perceel": "Perceel", "document": "Document", "paragraaf": "Paragraaf"}
    texts = {names.get(key, "Vertrouwelijk, omdat"): value for key, value in given.items()}
    return {title: (f"{'ABCDE'[at]}7", texts.get(title, "")) for at, title in enumerate(COLUMNS)}


def test_a_row_of_the_template_becomes_a_question() -> None:
    row, wrong = read_row(
        cells(vraag="Mag een les in de avond?", perceel="Perceel 1: B1-leerroute", document="Leidraad (versie 1)"),
        KNOWN,
    )
    assert wrong == []
    assert row == ImportRow("A7", "Mag een les in de avond?", "lot-1", "doc-1")


@pytest.mark.parametrize(
    ("given", "cell"),
    [
        ({"vraag": "Kort"}, "Cel A7:"),
        ({"vraag": "x" * 4001}, "Cel A7:"),
        ({"vraag": "Mag een les in de avond?", "perceel": "Perceel 9"}, "Cel B7:"),
        ({"vraag": "Mag een les in de avond?", "document": "Iets anders"}, "Cel C7:"),
        ({"vraag": "Mag een les in de avond?", "paragraaf": "x" * 201}, "Cel D7:"),
        ({"vraag": "Mag een les in de avond?", "geheim": "Omdat"}, "Cel E7:"),
        ({"perceel": "Perceel 1: B1-leerroute"}, "Cel A7:"),
    ],
)
def test_what_is_wrong_in_a_row_names_its_cell(given: dict[str, str], cell: str) -> None:
    _, wrong = read_row(cells(**given), KNOWN)

    assert [one for one in wrong if one.startswith(cell)]


def test_an_empty_row_is_no_question() -> None:
    assert read_row(cells(), KNOWN) == (None, [])


def test_every_state_of_a_question_can_be_reached() -> None:
    assert QUESTION.unreachable() == set()
    assert CONFIDENTIALITY.unreachable() == set()
