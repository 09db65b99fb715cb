"""Filters, pages of a list, fields and charts: what a template may count on."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup
from sqlalchemy import select

from portal import assets, charts, clock, dutch, ui
from portal.accounts.models import Organisation
from portal.forms import BaseForm
from portal.shell.forms import ExampleForm

NBSP = "\u00a0"
FORM = '{% from "components/form.html" import field, error_summary %}'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1234.56"), f"€{NBSP}1.234,56"),
        (Decimal("-272.4"), f"€{NBSP}−272,40"),
        (Decimal("0"), f"€{NBSP}0,00"),
        (None, "–"),
    ],
)
def test_an_amount_in_a_sentence_has_a_space_that_does_not_break(value: Decimal | None, written: str) -> None:
    assert dutch.euro(value) == written


def test_a_long_word_breaks_at_its_seams_and_keeps_its_letters() -> None:
    assert dutch.soft("Participatieverklaringstraject (PVT)") == "Participatie\u00adverklarings\u00adtraject (PVT)"
    assert dutch.soft("Kosten van november") == "Kosten van november"
    assert not isinstance(dutch.soft("<b>gezondheidsmodule"), Markup)
    assert dutch.soft(Markup("<b>gezondheidsmodule</b>")) == Markup("<b>gezondheids\u00admodule</b>")


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        (("21.06", "36.47", "42.47"), ["21,0%", "36,5%", "42,5%"]),
        (("1", "1", "1"), ["33,4%", "33,3%", "33,3%"]),
        (("0", "5"), ["0,0%", "100,0%"]),
        (("-5", "105"), ["−5,0%", "105,0%"]),
        (("0", "0"), ["–", "–"]),
    ],
)
def test_shares_beside_each_other_add_up_to_a_hundred(parts: tuple[str, ...], written: list[str]) -> None:
    values = [Decimal(part) for part in parts]

    assert dutch.percents(values, sum(values)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(Decimal("12.3456"), "12,3456"), (Decimal("12.5"), "12,50"), (Decimal("12.345"), "12,345")],
)
def test_a_rate_keeps_the_decimals_it_needs(value: Decimal, written: str) -> None:
    assert dutch.rate(value) == f"€{NBSP}{written}"


def test_a_quantity_shows_no_decimals_it_does_not_have() -> None:
    assert [dutch.quantity(Decimal(q)) for q in ("12.000", "7.5", "1250")] == ["12", "7,5", "1.250"]


def test_no_data_is_a_dash_and_never_zero_or_a_hundred() -> None:
    assert dutch.percent(0, 0) == dutch.percent(None, 12) == "–"
    assert dutch.percent(25, 30) == "83,3%"
    assert dutch.share(Decimal("0.45")) == "45,0%"


@pytest.mark.parametrize(
    ("size", "written"), [(0, "0 bytes"), (84_000, "84 kB"), (999_600, "1,0 MB"), (6_800_000, "6,8 MB")]
)
def test_a_file_size_reads_as_in_a_file_manager(size: int, written: str) -> None:
    assert dutch.filesize(size).replace(NBSP, " ") == written


def test_dates_are_those_of_amsterdam() -> None:
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert dutch.long_date(late) == "1 juli 2026"
    assert dutch.dmy(date(2026, 12, 5)) == "05-12-2026"
    assert dutch.moment(late) == "1 juli 2026 om 00:30:00 uur"
    assert dutch.weekday(date(2026, 11, 26)) == "donderdag 26 november 2026"
    assert dutch.month_name(date(2026, 11, 1)) == "november 2026"


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(days=3, hours=4, minutes=5), "3 dagen en 4 uur"),
        (timedelta(hours=1), "1 uur"),
        (timedelta(minutes=47, seconds=12), "47 minuten"),
        (timedelta(seconds=20), "minder dan een minuut"),
        (timedelta(days=200, hours=3), "200 dagen"),
    ],
)
def test_the_time_until_a_deadline_is_said_in_words(ahead: timedelta, words: str) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    with clock.at(now):
        assert dutch.until(now + ahead).replace(NBSP, " ") == words


def test_typed_text_becomes_paragraphs_and_stays_text() -> None:
    html = dutch.paragraphs("Eerste <b>regel</b>\r\ntweede\n\nNieuwe alinea")
    assert html.count("<p") == 2
    assert "&lt;b&gt;" in html
    assert "<br>tweede" in html


@pytest.mark.parametrize(("asked", "number"), [("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("", 1)])
def test_a_page_number_that_is_none_is_the_first_page(app: Flask, asked: str, number: int) -> None:
    with app.test_request_context(f"/?pagina={asked}"):
        assert ui.page_number() == number


def test_a_list_is_cut_in_pages_and_the_last_one_stays_in_reach(app: Flask, session: Any) -> None:
    with app.test_request_context("/?pagina=999"):
        page = ui.paginate(select(Organisation).order_by(Organisation.name), size=2)
    assert page.number == page.pages > 1
    assert page.last == page.total


def test_the_pager_leaves_gaps() -> None:
    page = ui.Page(items=[1], number=7, size=1, total=20)
    assert page.shown == [1, None, 5, 6, 7, 8, 9, None, 20]


def test_turning_a_page_keeps_the_filters(app: Flask) -> None:
    with app.test_request_context("/facturen?status=open&pagina=2"):
        assert ui.here(pagina=3) == "/facturen?status=open&pagina=3"
        assert ui.here(pagina=None, status=None) == "/facturen"


def _example(app: Flask, template: str, **errors: str) -> str:
    with app.test_request_context("/"):
        form = ExampleForm(formdata=None)
        for name, error in errors.items():
            form[name].errors = [error]
        return render_template_string(FORM + template, form=form)


def test_every_kind_of_field_has_one_label_and_no_browser_bubble(app: Flask) -> None:
    html = _example(app, "{% for f in form %}{{ field(f) }}{% endfor %}")
    for name in ("title", "amount", "closes_on", "document", "question", "agreed", "upload"):
        assert html.count(f'for="{name}"') == 1
    assert " required" not in html
    assert html.count("<legend") == 2
    assert html.count('type="radio"') == 2
    assert html.count('type="checkbox"') == 3


def test_an_error_stands_at_its_field_and_in_the_summary(app: Flask) -> None:
    html = _example(
        app, "{{ error_summary(form) }}{{ field(form.closes_on) }}", closes_on="November heeft 30 dagen."
    )
    assert 'href="#closes_on"' in html
    assert "Er is 1 ding dat u nog moet doen" in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="closes_on-hint closes_on-fout"' in html


def test_a_choice_with_an_error_is_reached_through_its_first_option(app: Flask) -> None:
    html = _example(
        app,
        "{{ error_summary(form) }}{{ field(form.secrecy) }}",
        secrecy="Kies of uw vraag vertrouwelijk is.",
    )
    assert 'href="#secrecy-0"' in html
    assert 'id="secrecy-0"' in html


def test_an_objection_to_the_whole_form_has_no_link(app: Flask) -> None:
    with app.test_request_context("/"):
        form = BaseForm(formdata=None)
        form.form_errors.append("De aanbesteding is al gepubliceerd.")
        assert ui.form_errors(form) == [("De aanbesteding is al gepubliceerd.", None)]
        assert "Dit lukt nog niet" in render_template_string(FORM + "{{ error_summary(form) }}", form=form)


def test_a_bullet_graph_fits_a_norm_of_a_hundred() -> None:
    bullet = charts.bullet(100, 100)
    assert float(bullet.norm) < 150
    assert sum(float(band.width) for band in bullet.bands) == pytest.approx(150, abs=0.1)


def test_lower_is_better_turns_the_greys_round() -> None:
    assert charts.bullet(9, 10, lower_is_better=True).bands[0].fill == charts.bullet(9, 10).bands[-1].fill


def test_a_month_without_data_is_a_gap_in_the_trend() -> None:
    drawn = charts.trend([80, None, 82], 85)
    assert len(drawn.lines) == 2
    assert len(drawn.gaps) == 1


def test_parts_of_a_whole_fill_the_bar_and_a_credit_takes_no_room() -> None:
    bars = charts.stacked([60, 40, -5])
    assert [bar.width for bar in bars] == ["59.7%", "40%", "0%"]


def test_a_meter_never_runs_over() -> None:
    assert charts.meter(120, 150, 100) == charts.Meter("100%", "0%")
    assert charts.meter(40, 70, 100) == charts.Meter("40%", "30%")
    assert charts.meter(1, 2, 0) == charts.Meter("0%", "0%")


def test_the_style_sheet_keeps_only_rules_of_classes_that_are_used() -> None:
    css = ".utrecht-a{x:1}.utrecht-b:hover,.utrecht-a:hover{y:2}@media print{.utrecht-b{z:3}}@keyframes k{from{a:b}}"
    assert assets.kept_rules(css, frozenset({"utrecht-a"})) == ".utrecht-a{x:1}.utrecht-a:hover{y:2}"


def test_tokens_are_followed_to_the_tokens_they_use() -> None:
    tokens = {"--a": "var(--b)", "--b": "1px", "--c": "2px"}
    assert assets.reach(tokens, "x:var(--a, 3px)") == {"--a", "--b"}


def test_our_own_rules_stay_small() -> None:
    own = assets.squeezed((assets.SOURCE / "portal.css").read_text("utf-8"))
    assert len(own) <= 15_500
