"""A tender begins with a copy of an earlier one or of a template; the field sheet for TenderNed."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal.db import db
from portal.errors import NotFound, Refused
from tenders.procedures import field_sheet, queries, services
from tenders.procedures.models import Procedure
from tenders.procedures.states import ProcedureState
from tests.factories.consultations import buyer
from tests.factories.procedures import make_complete_procedure, make_procedure, make_published_procedure
from tests.pages import Label, PageClient

pytestmark = pytest.mark.usefixtures("session")


def shape(procedure: Procedure) -> list[object]:
    """What is bought and asked, without ids and dates."""
    found: list[object] = [procedure.kind_code, procedure.summary, procedure.score_max]
    for lot in queries.lots_of(procedure):
        found += [lot.title, lot.ceiling_amount, lot.price_weight, lot.price_cap, lot.outside_bounds, lot.winners]
        found += [one.municipality.name for one in lot.municipalities] + [one.product.code for one in lot.products]
        found += [(one.title, one.quantity, one.rate_cap) for one in queries.price_lines_of(lot)]
        found += [(one.full_title, one.weight, one.measure_id, one.promise_text) for one in lot.criteria]
    found += [(one.kind, one.number, one.title, one.text, one.is_keurmerk) for one in queries.requirements_in(procedure)]
    return found


def test_a_copy_asks_the_same_and_has_no_dates_of_the_old_one() -> None:
    source = make_published_procedure()
    made = services.copy_procedure(source, title="Taallessen 2029", by=buyer())

    assert shape(made) == shape(source)
    assert made.state is ProcedureState.PREPARATION
    assert made.copied_from_id == source.id
    assert (made.submission_deadline_at, made.estimated_value, made.motivated_on) == (None, None, None)
    assert queries.notice_of(made) is None
    assert queries.mandates_of(made) == {}
    assert all(lot.starts_on is None for lot in queries.lots_of(made))
    assert "Leg de raming vast, met de datum." in [one.message for one in queries.check_items(made)]


def test_a_copy_has_its_own_rows_and_the_same_documents() -> None:
    source = make_complete_procedure()
    made = services.copy_procedure(source, title="Taallessen 2029", by=buyer())
    before = shape(source)
    lot = queries.lots_of(made)[0]
    services.remove_criterion(lot, lot.criteria[0], by=buyer())

    assert shape(source) == before
    assert [one.document_id for one in queries.current_documents(made)] == [
        one.document_id for one in queries.current_documents(source)
    ]
    assert {one.number for one in queries.current_documents(made)} == {1}


def test_a_template_is_never_published_and_stands_apart() -> None:
    template = services.copy_procedure(make_complete_procedure(), title="Sjabloon taallessen", as_template=True, by=buyer())

    with pytest.raises(Refused, match="sjabloon"):
        services.ask_publication(template, by=buyer())
    listed = db.session.scalars(queries.procedures_for(buyer())).all()
    templates = db.session.scalars(queries.procedures_for(buyer(), templates=True)).all()
    assert template not in listed
    assert templates == [template]
    assert queries.to_copy(buyer())[0] is template
    services.drop_template(template, by=buyer())
    assert template in db.session.scalars(queries.procedures_for(buyer())).all()


def test_inkoop_begins_with_a_copy_on_screen(client_as: Callable[..., PageClient]) -> None:
    source = make_complete_procedure()
    inkoop = client_as("inkoop@lansingerland.example")
    page = inkoop.get(f"/aanbestedingen/{source.number}").click("Kopie maken")
    page = page.submit(source=Label(source.number), title="Taallessen 2029")

    assert page.h1 == "Taallessen 2029"
    assert "maakte een kopie van" in page.body


def test_what_is_not_ones_own_cannot_be_copied(client_as: Callable[..., PageClient]) -> None:
    source = make_procedure()
    with pytest.raises(NotFound):
        from portal.accounts.queries import viewer_by_email

        queries.staff_procedure(viewer_by_email("inkoop@zoetermeer.example"), source.number)
    page = client_as("inkoop@zoetermeer.example").get("/aanbestedingen/kopie")
    assert source.number not in page.body


# Field sheet --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind_code", "subtype"), [("sas", "20"), ("open", "16")])
def test_the_field_sheet_names_the_form_of_the_kind(
    kind_code: str, subtype: str, client_as: Callable[..., PageClient]
) -> None:
    procedure = make_complete_procedure()
    procedure.kind_code = kind_code
    db.session.flush()
    answer = client_as("inkoop@lansingerland.example").get(
        f"/aanbestedingen/{procedure.number}/aankondiging/veldenblad.xlsx"
    )
    cells = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.data))["Veldenblad"].iter_rows()]
    found = {(row[0], row[1], row[2]): row[3] for row in cells if len(row) > 3}

    assert found[("Aankondiging", "OPP-070", "Formulier (notice subtype)")] == subtype
    assert found[("Procedure", "BT-21", "Titel")] == procedure.title
    assert found[("Procedure", "BT-262", "Hoofd-CPV-code")] == "80400000"


def test_the_field_sheet_is_a_pdf_too_and_hangs_on_the_notice(client_as: Callable[..., PageClient]) -> None:
    procedure = make_complete_procedure()
    client = client_as("inkoop@lansingerland.example")
    answer = client.get(f"/aanbestedingen/{procedure.number}/aankondiging/veldenblad.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert "Veldenblad" in client.get(f"/aanbestedingen/{procedure.number}/aankondiging").body


def test_a_weight_is_written_without_needless_zeros() -> None:
    assert field_sheet.percent(Decimal("0.400000")) == "40%"
    assert field_sheet.percent(Decimal("0.375")) == "37,5%"
