"""The catalogue as it is seeded from the policy plan."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from portal.catalogue import queries
from portal.catalogue.models import Measure, Municipality, PolicyVolume, Product, ReferenceValue
from portal.catalogue.services import seed_catalogue
from portal.catalogue.states import FigureKind, TargetGroup, VatCategory
from portal.db import db
from portal.errors import NotFound
from tests.pages import PageClient


def test_seeding_twice_adds_nothing(session: None) -> None:
    tables = (Municipality, Product, Measure, ReferenceValue, PolicyVolume)
    before = [db.session.scalar(select(func.count()).select_from(table)) for table in tables]
    seed_catalogue()
    assert [db.session.scalar(select(func.count()).select_from(table)) for table in tables] == before


def test_a_cbs_code_keeps_its_leading_zero(session: None) -> None:
    assert queries.municipality_by_name("Zoetermeer").cbs_code == "0637"


def test_sixteen_family_migrants_come_each_year_and_not_169(session: None) -> None:
    inflow = [
        volume.number
        for volume in queries.policy_volumes()
        if volume.component == "Verwachte instroom" and volume.target_group is TargetGroup.FAMILY
    ]
    assert inflow == [16, 16, 16]


def test_the_printed_totals_stand_with_what_they_differ(session: None) -> None:
    budget = queries.policy_budget()
    assert [(year.year, year.printed_total, year.difference) for year in budget] == [
        (2022, Decimal("712995.00"), Decimal("93800.00")),
        (2023, Decimal("777876.00"), Decimal("70625.00")),
        (2024, Decimal("773589.00"), Decimal("74038.00")),
    ]


@pytest.mark.parametrize(
    ("code", "day", "value"),
    [
        ("spuk_amount_a", date(2025, 6, 1), Decimal("9154.91")),
        ("spuk_amount_a", date(2026, 6, 1), Decimal("6087.34")),
        ("spuk_weight_d", date(2026, 1, 1), Decimal("856.51")),
        ("spuk_amount_family", date(2026, 12, 31), Decimal("706.72")),
        ("term_years", date(2026, 1, 1), Decimal(3)),
    ],
)
def test_an_amount_of_the_state_is_the_one_of_its_year(
    session: None, code: str, day: date, value: Decimal
) -> None:
    found = queries.reference_value(code, day)
    assert found is not None
    assert found.value == value


def test_an_amount_that_is_not_in_the_table_is_not_guessed(session: None) -> None:
    assert queries.reference_value("spuk_amount_a", date(2027, 1, 1)) is None


def test_every_dated_value_has_a_source(session: None) -> None:
    assert all(value.source for value in queries.reference_values())


def test_keurmerk_is_asked_for_b1_and_z_and_not_for_the_onderwijsroute(session: None) -> None:
    asked = {product.code for product in queries.products() if product.needs_keurmerk}
    assert asked == {"B1", "Z"}
    assert queries.product_by_code("ONDERWIJS").needs_diploma_recognition


def test_language_lessons_are_exempt_with_the_reason(session: None) -> None:
    product = queries.product_by_code("B1")
    assert product.vat_category is VatCategory.EXEMPT
    assert "art. 11" in product.vat_exemption


def test_an_exam_measure_waits_ten_weeks(session: None) -> None:
    assert queries.measure_by_code("passed_b1").waiting_weeks == 10


def test_what_is_not_there_is_not_found(session: None) -> None:
    with pytest.raises(NotFound):
        queries.product_by_code("X")
    with pytest.raises(NotFound):
        queries.measure_by_code("X")
    with pytest.raises(NotFound):
        queries.municipality_by_name("Nergenshuizen")


def test_inhabitants_are_known_by_date(session: None) -> None:
    place = queries.municipality_by_name("Lansingerland")
    found = queries.figure_on(place.id, FigureKind.INHABITANTS, date(2026, 1, 1))
    assert found is not None
    assert (found.value, found.on) == (65600, date(2024, 1, 1))
    assert queries.figure_on(place.id, FigureKind.INHABITANTS, date(2020, 1, 1)) is None


def test_a_visitor_reads_the_catalogue(client_as: Callable[..., PageClient]) -> None:
    page = client_as().get("/catalogus")
    assert page.h1 == "Catalogus"
    assert "93.800,00" in page.row("Niet gespecificeerd verschil")
    assert "0637" in page.row("Zoetermeer")


def test_a_visitor_reads_the_dated_values_and_the_words(client_as: Callable[..., PageClient]) -> None:
    visitor = client_as()
    assert "9.154,91" in visitor.get("/catalogus/bedragen-en-termijnen").body
    assert "2021" in visitor.get("/woordenlijst").row("Brede intake")
