"""The checks of a monthly report, without a database."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from contracts.results.checks import check
from contracts.results.draft import FOLLOWED, NUMERATOR, OFFERED, Draft, Entry, Line
from contracts.results.findings import (
    Checked,
    Expected,
    ExpectedMeasure,
    Figures,
    Happening,
    parse_day,
    parse_number,
    state_after,
)
from contracts.results.states import EventKind, RowState, StopReason
from portal.periods import Month
from tests.factories.results import line

NOVEMBER = Month(2026, 11)


def expected(
    number: str = "T-1", before: RowState = RowState.RUNNING, previous: Figures | None = None
) -> Expected:
    return Expected(
        number=number,
        trajectory_id=uuid.uuid4(),
        contract_product_id=uuid.uuid4(),
        product="B1-route",
        municipality_id=uuid.uuid4(),
        municipality="Lansingerland",
        before=before,
        previous=previous,
    )


def checked(*lines: Line, known: Expected | None = None, lesson_free: bool = False) -> Checked:
    known = known or expected()
    return check(Draft(tuple(lines)), {known.number: known}, {}, NOVEMBER, lesson_free=lesson_free)


def groups(outcome: Checked) -> list[str]:
    return [finding.group for finding in outcome.errors]


def test_a_good_line_becomes_a_row_with_its_place() -> None:
    outcome = checked(line("T-1", offered="36,5", followed="30", leave="4", unexcused="2,5"))

    assert not outcome.findings
    assert outcome.rows[0].figures == Figures(Decimal("36.5"), Decimal(30), Decimal(4), Decimal("2.5"))
    assert outcome.rows[0].source == "Deelnemers, rij 14"


@pytest.mark.parametrize(
    ("cells", "group", "part"),
    [
        ({"followed": "61"}, "Meer uren gevolgd dan aangeboden", "Gevolgd (61) is meer dan aangeboden (36)"),
        ({"unexcused": "9"}, "Gevolgd en verzuim zijn samen te veel", "samen 43 uur"),
        ({"offered": ""}, "Er is niets ingevuld", "Vul dan 0 in"),
        ({"offered": "veel"}, "Geen goed getal", "Vul een getal in"),
        ({"offered": "36.5"}, "Geen goed getal", "komma"),
        ({"offered": "-4"}, "Geen goed getal", "0 of meer"),
        ({"offered": "800"}, "Geen goed getal", "past niet in een maand"),
        ({"event": "Feest", "on": "02-11-2026"}, "Gebeurtenis onbekend", "staat niet in de lijst"),
        ({"event": "Lezen gehaald"}, "Gebeurtenis niet compleet", "datum"),
        ({"event": "Lezen gehaald", "on": "31-11-2026"}, "Geen goede datum", "dag-maand-jaar"),
        (
            {"event": "Lezen gehaald", "on": "02-12-2026"},
            "De datum ligt buiten de maand",
            "1 en 30 november 2026",
        ),
        ({"event": "Gestopt", "on": "02-11-2026"}, "Gebeurtenis niet compleet", "reden van stoppen"),
        ({"event": "Gestart", "on": "02-11-2026"}, "Dit kan niet samen", "was al gestart"),
        ({"on": "02-11-2026"}, "Gebeurtenis niet compleet", "ook de gebeurtenis"),
        ({"remark": "bel 111222333"}, "Opmerking", "burgerservicenummer"),
    ],
)
def test_a_wrong_cell_is_named_with_its_repair(cells: dict[str, str], group: str, part: str) -> None:
    outcome = checked(line("T-1", **cells))  # type: ignore[arg-type]

    assert groups(outcome) == [group]
    assert part in outcome.errors[0].message
    assert not outcome.rows


def test_the_heading_says_sheet_cell_and_trajectory() -> None:
    finding = checked(line("T-1", followed="61")).errors[0]

    assert finding.heading == "Deelnemers, cel H14: gevolgde uren van traject T-1"
    assert finding.name == "r0-followed"


def test_a_cell_that_could_not_be_read_is_an_error_and_never_zero() -> None:
    one = line("T-1")
    cells = {**one.cells, OFFERED: Entry("", "Deelnemers", "G14", "hier staat de fout #N/A.")}

    assert "#N/A" in checked(replace(one, cells=cells)).errors[0].message


def test_an_unknown_and_a_double_trajectory_are_refused() -> None:
    assert groups(checked(line("T-9"))) == ["Traject onbekend"]
    outcome = checked(line("T-1"), line("T-1", row=15))
    assert groups(outcome) == ["Uren staan op twee regels"] * 4
    assert [finding.entry.address for finding in outcome.errors] == ["G15", "H15", "I15", "J15"]
    assert "heeft al uren op rij 14" in outcome.errors[0].message
    none = {f"r1-{name}": "" for name in ("offered", "followed", "leave", "unexcused")}
    mended = Draft((line("T-1"), line("T-1", row=15))).mended(none, {})
    assert not check(mended, {"T-1": expected()}, {}, NOVEMBER).findings


def test_a_second_line_with_only_an_event_adds_that_event() -> None:
    more = line(
        "T-1", offered="", followed="", leave="", unexcused="", event="KNM gehaald", on="20-11-2026", row=40
    )
    outcome = checked(line("T-1", event="Lezen gehaald", on="19-11-2026"), more)

    assert not outcome.errors
    assert [event.kind for event in outcome.rows[0].events] == [
        EventKind.READING_PASSED,
        EventKind.KNM_PASSED,
    ]


def test_hours_on_a_line_for_an_extra_event_are_named_with_the_row_they_belong_to() -> None:
    more = line("T-1", offered="4", followed="", leave="", unexcused="", event="KNM gehaald", on="20-11-2026", row=40)
    outcome = checked(line("T-1"), more)

    assert [finding.heading for finding in outcome.errors] == ["Deelnemers, cel G40: aangeboden uren van traject T-1"]
    assert "De uren van dit traject horen bij elkaar op rij 14" in outcome.errors[0].message
    assert "twee keer" not in outcome.errors[0].message


def test_hours_on_the_line_of_the_second_event_alone_are_read_with_the_events_of_both() -> None:
    first = line("T-1", offered="", followed="", leave="", unexcused="", event="Lezen gehaald", on="19-11-2026")
    outcome = checked(first, line("T-1", event="KNM gehaald", on="20-11-2026", row=40, remark="Allebei gehaald."))

    assert not outcome.findings
    assert len(outcome.rows[0].events) == 2
    assert outcome.rows[0].source == "Deelnemers, rij 40"
    assert outcome.rows[0].remark == "Allebei gehaald."


def test_a_remark_on_a_line_with_only_an_event_is_kept() -> None:
    more = line("T-1", offered="", followed="", leave="", unexcused="", event="KNM gehaald", on="20-11-2026",
                remark="In een keer.", row=40)  # fmt: skip

    assert checked(line("T-1", remark="Ging goed."), more).rows[0].remark == "Ging goed. In een keer."


def test_a_trajectory_number_that_is_mended_on_the_page_takes_the_place_of_the_missing_line() -> None:
    missing = Line("T-1", Entry(sheet="Niet in uw bestand"), {OFFERED: Entry(sheet="Niet in uw bestand")}, missing=True)
    draft = Draft((line("T-1X"), missing))
    assert groups(check(draft, {"T-1": expected()}, {}, NOVEMBER))[0] == "Traject onbekend"
    mended = check(draft.mended({"r0-key": "t-1"}, {}), {"T-1": expected()}, {}, NOVEMBER)

    assert not mended.findings
    assert [row.line for row in mended.rows] == ["r0"]


def test_a_line_of_no_trajectory_is_left_out_when_its_number_is_emptied() -> None:
    draft = Draft((line("T-1"), line("TOTAAL", row=15))).mended({"r1-key": ""}, {})
    outcome = check(draft, {"T-1": expected()}, {}, NOVEMBER)

    assert not outcome.findings
    assert len(outcome.rows) == 1


@pytest.mark.parametrize(
    ("cells", "before", "part", "cell"),
    [
        ([("Gestart", "12-11-2026"), ("Lezen gehaald", "05-11-2026")], RowState.WAITING, "voor de start", "L15"),
        ([("Niet verschenen bij de start", "12-11-2026")], RowState.RUNNING, "Dit traject is gestart", "K14"),
        ([("Onderbroken", "12-11-2026")], RowState.WAITING, "niet zijn onderbroken", "K14"),
        ([("KNM gehaald", "12-11-2026"), ("KNM gehaald", "13-11-2026")], RowState.RUNNING, "staat ook op rij 14", "K15"),
    ],
)
def test_what_cannot_go_together_is_said_at_the_event_itself(
    cells: list[tuple[str, str]], before: RowState, part: str, cell: str
) -> None:
    hours = "" if before is RowState.WAITING and len(cells) == 1 else "36"
    nothing = {"followed": "", "leave": "", "unexcused": ""}
    lines = [
        line("T-1", offered=hours if n == 0 else "", event=event, on=on, row=14 + n,
             **(nothing if not hours or n else {"followed": "30", "leave": "4", "unexcused": "2"}))
        for n, (event, on) in enumerate(cells)
    ]  # fmt: skip
    [error] = checked(*lines, known=expected(before=before)).errors

    assert part in error.message
    assert error.entry.address == cell


def test_more_hours_than_working_days_hold_are_asked_about() -> None:
    outcome = checked(line("T-1", offered="365", followed="363", leave="0", unexcused="2"))

    assert [question.group for question in outcome.questions] == ["Erg veel uren"]
    assert "365 uur is meer dan 8 uur per werkdag (168 uur in november)" in outcome.questions[0].message


def test_who_stopped_is_read_with_the_reason() -> None:
    outcome = checked(line("T-1", event="Gestopt", on="20-11-2026", reason="overleden"))

    assert outcome.rows[0].events == (Happening(EventKind.STOPPED, date(2026, 11, 20), StopReason.DECEASED),)
    assert outcome.rows[0].state is RowState.STOPPED


def test_hours_before_the_start_ask_for_the_start() -> None:
    outcome = checked(line("T-1"), known=expected(before=RowState.WAITING))

    assert "Kies ‘Gestart’" in outcome.errors[0].message


def test_who_waits_needs_no_hours() -> None:
    empty = line("T-1", offered="", followed="", leave="", unexcused="")
    outcome = checked(empty, known=expected(before=RowState.WAITING))

    assert not outcome.findings
    assert outcome.rows[0].state is RowState.WAITING


def test_a_jump_in_absence_is_a_question_with_the_usual_number() -> None:
    known = expected(previous=Figures(Decimal(36), Decimal(30), Decimal(1), Decimal(5)))
    outcome = checked(line("T-1", followed="12", leave="0", unexcused="24"), known=known)

    assert [question.group for question in outcome.questions] == ["Veel meer verzuim dan vorige maand"]
    assert "(5 uur)" in outcome.questions[0].message
    assert outcome.rows


def test_a_question_wants_an_answer_of_ten_characters() -> None:
    outcome = checked(line("T-1", followed="10", leave="0", unexcused="0"))
    name = outcome.questions[0].name

    assert outcome.unanswered({name: "kort"})
    assert not outcome.unanswered({name: "De docent was twee weken ziek."})


def test_the_same_question_about_many_rows_is_asked_once() -> None:
    known = {f"T-{n}": expected(f"T-{n}") for n in range(4)}
    lines = tuple(line(number, followed=str(20 + n), leave="0") for n, number in enumerate(known))
    outcome = check(Draft(lines), known, {}, NOVEMBER)

    assert [question.name for question in outcome.questions] == ["all-rest"]
    assert "Bij 4 trajecten" in outcome.questions[0].message


def test_a_month_without_lessons_is_asked_about_unless_it_is_in_the_calendar() -> None:
    none = line("T-1", offered="0", followed="0", leave="0", unexcused="0")

    assert [q.group for q in checked(none).questions] == ["Geen lessen"]
    assert not checked(none, lesson_free=True).findings


def test_a_copy_of_last_month_is_asked_about() -> None:
    figures = Figures(Decimal(36), Decimal(30), Decimal(4), Decimal(2))
    known = {f"T-{n}": expected(f"T-{n}", previous=figures) for n in range(5)}
    outcome = check(Draft(tuple(line(number) for number in known)), known, {}, NOVEMBER)

    assert [question.group for question in outcome.questions] == ["Gelijk aan vorige maand"]


def test_a_reported_measure_needs_both_numbers_and_a_numerator_within_its_denominator() -> None:
    known = ExpectedMeasure("PA-07", uuid.uuid4(), "complaints", "Klachten", "klachten", "deelnemers", True)

    def outcome(numerator: str, denominator: str, code: str = "PA-07") -> Checked:
        cells = {NUMERATOR: Entry(numerator), "denominator": Entry(denominator)}
        return check(Draft((), (Line(code, Entry(), cells),)), {}, {"PA-07": known}, NOVEMBER)

    assert outcome("2", "30").measures[0].denominator == Decimal(30)
    assert "hoger dan de noemer" in outcome("31", "30").errors[0].message
    assert "Vul de noemer in" in outcome("2", "").errors[0].message
    assert groups(outcome("2", "30", "PA-99")) == ["Afspraak onbekend"]


@pytest.mark.parametrize(("text", "value"), [("36", "36"), ("36,5", "36.5"), ("1.234", "1234"), ("0", "0")])
def test_numbers_are_read_the_dutch_way(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["36.5", "1,234,5", "zes", "3 uur", "1e3", "36,1234"])
def test_a_number_that_is_not_dutch_is_never_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"getal|komma"):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("36.5", "36,5 in plaats van 36.5"),
        ("3 uur", "Vul alleen het getal in: 3 in plaats van ‘3 uur’"),
        ("36:30", "36 uur en 30 minuten"),
        ("36,333333333", "ten hoogste 3 cijfers achter de komma"),
    ],
)
def test_a_number_written_otherwise_is_answered_with_how_to_write_it(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=re.escape(part)):
        parse_number(text)


def test_days_are_read_as_day_month_year() -> None:
    assert parse_day("2-11-2026") == date(2026, 11, 2)
    with pytest.raises(ValueError, match="dag-maand-jaar"):
        parse_day("2026-11-02")


def test_the_state_follows_the_events_in_order_of_their_day() -> None:
    events = [
        Happening(EventKind.STOPPED, date(2026, 11, 20), StopReason.DROPPED_OUT),
        Happening(EventKind.STARTED, date(2026, 11, 2)),
    ]

    assert state_after(RowState.WAITING, events) is RowState.STOPPED
    assert state_after(RowState.RUNNING, []) is RowState.RUNNING


def test_a_draft_survives_its_way_through_the_database_and_one_mended_cell() -> None:
    draft = Draft((line("T-1", followed="61"),), (), {"all-same": "Klopt, dezelfde groep."})
    again = Draft.from_json(draft.as_json())
    mended = again.mended({"r0-followed": "31"}, {"all-same": ""})

    assert again == draft
    assert mended.rows[0].text(FOLLOWED) == "31"
    assert mended.rows[0].entry(FOLLOWED).where == "Deelnemers, cel H14"
    assert mended.answers == {}
