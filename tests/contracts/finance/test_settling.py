"""Settling a year on realised numbers, and trying a key over last year before it is agreed."""

import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from contracts.agreements.models import Contract
from contracts.allocation.states import KeyBasis
from contracts.finance.models import Posting
from contracts.finance.services import make_payable
from contracts.finance.settling_models import Settlement
from contracts.finance.settling_queries import parts_of, settlements_asked_of, totals_of
from contracts.finance.settling_rules import Advance, settle
from contracts.finance.settling_services import answer_settlement, propose_settlement, withdraw_settlement
from contracts.finance.settling_states import SettlementBasis, SettlementState
from contracts.finance.simulation_queries import simulate
from contracts.invoicing.models import Invoice
from contracts.invoicing.receiving_services import receive_form
from contracts.invoicing.states import InvoiceKind, InvoiceState
from contracts.results.states import Acceptance
from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.catalogue.states import Unit, VatCategory
from portal.db import db
from portal.errors import NotYours, Refused
from portal.periods import Month
from tests.factories import catalogue
from tests.factories.contracts import make_contract, make_quality_mark, product_of
from tests.factories.finance import make_mappings
from tests.factories.invoices import (
    FINANCE,
    PROVIDER,
    accepted_rows,
    declared,
    make_key,
    make_row,
    make_specification,
)
from tests.factories.trajectories import make_trajectory
from tests.pages import PageClient

D = Decimal
ClientAs = Callable[..., PageClient]
PARTNER = "regio@pijnacker-nootdorp.example"
ZOETERMEER = "financien@zoetermeer.example"
EQUAL = {"Lansingerland": "1", "Pijnacker-Nootdorp": "1", "Zoetermeer": "1"}


def last_december() -> Month:
    return Month(clock.today().year - 1, 12)


def shared_year(*, vat: VatCategory = VatCategory.EXEMPT, product: str = "B1") -> Contract:
    """Last December: an invoice with € 100 under equal parts, while 1, 2 and 3 participants took part."""
    this = clock.today().year
    make_quality_mark(valid_from=date(this - 3, 1, 1))
    make_mappings((this - 1, this))
    contract = make_contract(
        product=product, unit=Unit.HOUR, rate=D("0.50"), vat_category=vat, phases=(),
        starts_on=date(this - 2, 1, 1), ends_on=date(this + 1, 12, 31),
    )  # fmt: skip
    make_key(contract, basis=KeyBasis.PERCENTAGE, weights={"Lansingerland": "34", "Pijnacker-Nootdorp": "33", "Zoetermeer": "33"})
    accepted_rows(contract, last_december(), {"Lansingerland": 1, "Pijnacker-Nootdorp": 2, "Zoetermeer": 3}, hours="8")
    pay(contract, "A1", free="200")
    return contract


def pay(contract: Contract, number: str, *, free: str) -> Invoice:
    specification = make_specification(contract, last_december(), free=free)
    invoice = receive_form(
        specification, issuer_number=number, issued_on=clock.today(), by=viewer_by_email(PROVIDER)
    )
    make_payable(declared(invoice), by=viewer_by_email(FINANCE))
    return invoice


def proposed(contract: Contract, basis: SettlementBasis = SettlementBasis.PARTICIPANTS) -> Settlement:
    return propose_settlement(product_of(contract), last_december().year, basis, by=viewer_by_email(FINANCE))


def everyone_agrees(settlement: Settlement) -> None:
    for email in (PARTNER, ZOETERMEER):
        answer_settlement(settlement, agrees=True, reason="", by=viewer_by_email(email))


def test_differences_add_up_to_nought_per_btw_category() -> None:
    a, b, c = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    high, none = (VatCategory.STANDARD, D(21)), (VatCategory.EXEMPT, D(0))
    advances = [Advance(a, high, D("33.34"), D("7.00")), Advance(b, high, D("33.33"), D("7.00")),
                Advance(c, high, D("33.33"), D("7.00")), Advance(a, none, D("-10.01"), D(0))]  # fmt: skip

    parts = settle(advances, [(a, "A", D(20)), (b, "B", D(34)), (c, "C", D(61))])

    for category in (high, none):
        own = [one for one in parts if one.category == category]
        assert sum(one.difference_net for one in own) == 0
        assert sum(one.difference_vat for one in own) == 0
    assert [one.realised_net for one in parts if one.category == high] == [D("17.39"), D("29.57"), D("53.04")]
    assert "Als voorschot droeg de gemeente 33,34; het verschil is −15,95." in next(
        one.explanation for one in parts if one.category == high
    )


def test_only_the_differences_are_booked_once_everyone_agrees(session: None) -> None:
    contract = shared_year()
    settlement = proposed(contract)
    before = db.session.scalar(select(func.count()).select_from(Posting))
    assert settlement.state.value == "asked"
    assert [one.number for one in settlements_asked_of(viewer_by_email(ZOETERMEER))] == [settlement.number]

    everyone_agrees(settlement)

    assert settlement.state is SettlementState.BOOKED
    document = settlement.invoice_id
    rows = db.session.scalars(select(Posting).where(Posting.invoice_id == document)).all()
    assert {row.municipality.name: row.net for row in rows} == {
        "Lansingerland": D("-17.33"), "Pijnacker-Nootdorp": D("0.33"), "Zoetermeer": D("17.00"),
    }  # fmt: skip
    assert sum(row.net for row in rows) == 0
    assert {row.performed_in.year for row in rows} == {last_december().year}
    assert db.session.scalar(select(func.count()).select_from(Posting)) == (before or 0) + 3
    invoice = db.session.get_one(Invoice, document)
    assert (invoice.kind, invoice.state, invoice.total) == (InvoiceKind.SETTLEMENT, InvoiceState.APPROVED, D(0))


def test_a_second_run_books_the_difference_to_the_first(session: None) -> None:
    contract = shared_year()
    everyone_agrees(proposed(contract))
    second = proposed(contract)
    assert {one.difference for one in totals_of(parts_of(second))} == {D(0)}
    withdraw_settlement(second, by=viewer_by_email(FINANCE))

    late = make_trajectory(contract, municipality="Lansingerland", started_on=last_december().first)
    make_row(late, last_december(), municipality="Lansingerland", hours="0.5")
    pay(contract, "A2", free="2")

    third = totals_of(parts_of(proposed(contract)))
    assert sum(one.difference for one in third) == 0
    assert {one.municipality.name: one.realised for one in third} == {
        "Lansingerland": D("28.86"), "Pijnacker-Nootdorp": D("28.86"), "Zoetermeer": D("43.28"),
    }  # fmt: skip


def test_hours_settle_by_hours_and_btw_goes_along(session: None) -> None:
    contract = shared_year(vat=VatCategory.STANDARD, product="MAP")
    settlement = proposed(contract, SettlementBasis.HOURS)
    everyone_agrees(settlement)

    parts = parts_of(settlement)
    assert [part.units for part in parts] == [D(8), D(16), D(24)]
    assert sum(part.realised_vat for part in parts) == sum(part.advance_vat for part in parts) == D("21.00")
    rows = db.session.scalars(select(Posting).where(Posting.invoice_id == settlement.invoice_id)).all()
    assert sum(row.vat_cost + row.vat_back for row in rows) == 0


def test_one_no_ends_it_and_nothing_is_booked(session: None) -> None:
    settlement = proposed(shared_year())
    with pytest.raises(Refused, match="10 tekens"):
        answer_settlement(settlement, agrees=False, reason="nee", by=viewer_by_email(ZOETERMEER))

    answer_settlement(settlement, agrees=False, reason="De aantallen kloppen niet.", by=viewer_by_email(ZOETERMEER))

    assert (settlement.state, settlement.invoice_id) == (SettlementState.REFUSED, None)


def test_a_booking_after_the_proposal_stops_it(session: None) -> None:
    contract = shared_year()
    settlement = proposed(contract)
    late = make_trajectory(contract, municipality="Lansingerland", started_on=last_december().first)
    make_row(late, last_december(), hours="1")
    pay(contract, "A2", free="2")
    answer_settlement(settlement, agrees=True, reason="", by=viewer_by_email(PARTNER))

    with pytest.raises(Refused, match="Sinds dit voorstel"):
        answer_settlement(settlement, agrees=True, reason="", by=viewer_by_email(ZOETERMEER))


def test_a_year_is_settled_when_it_is_over_and_all_rows_are_accepted(session: None) -> None:
    contract = shared_year()
    finance = viewer_by_email(FINANCE)
    with pytest.raises(Refused, match="nog niet om"):
        propose_settlement(product_of(contract), clock.today().year, SettlementBasis.HOURS, by=finance)
    open_row = make_trajectory(contract, started_on=last_december().first)
    make_row(open_row, last_december(), acceptance=Acceptance.OPEN)
    with pytest.raises(Refused, match="1 regel\\."):
        proposed(contract)
    with pytest.raises(NotYours):
        propose_settlement(
            product_of(contract), last_december().year, SettlementBasis.HOURS, by=viewer_by_email(ZOETERMEER)
        )


def test_a_key_is_tried_over_last_year_and_changes_nothing(session: None) -> None:
    contract = shared_year()
    from contracts.allocation.services import propose_key

    places = [catalogue.municipality(name) for name in EQUAL]
    version = propose_key(
        product_of(contract), valid_from=date(clock.today().year + 1, 1, 1), basis=KeyBasis.PARTICIPANTS,
        weights={one.id: D(1) for one in places}, source="voorstel regio-overleg", by=viewer_by_email(FINANCE),
    )  # fmt: skip
    before = db.session.scalar(select(func.count()).select_from(Posting))

    found = simulate(version, last_december().year)

    assert {one.municipality.name: (one.was, one.would_be) for one in found.places} == {
        "Lansingerland": (D("34.00"), D("16.67")), "Pijnacker-Nootdorp": (D("33.00"), D("33.33")),
        "Zoetermeer": (D("33.00"), D("50.00")),
    }  # fmt: skip
    assert (found.invoices, list(found.unsplit)) == (1, [])
    assert db.session.scalar(select(func.count()).select_from(Posting)) == before


def test_the_pages_from_proposal_to_booking(session: None, client_as: ClientAs) -> None:
    contract = shared_year()
    page = client_as(FINANCE).get("/afrekeningen").click("Jaar afrekenen")
    page = page.submit("Afrekening voorstellen", product=str(product_of(contract).id), basis="participants")
    number = page.h1.rsplit(" ", 1)[-1]
    assert "is voorgesteld" in page.flash
    assert "−17,33" in page.row("Lansingerland")

    other = client_as(ZOETERMEER).get(f"/afrekeningen/{number}")
    assert "17,00" in other.row("Zoetermeer")
    assert "−17,33" not in other.body
    assert "afrekening" in client_as(ZOETERMEER).get("/mijn-werk").body
    client_as(PARTNER).get(f"/afrekeningen/{number}").submit("Antwoord vastleggen", agrees="ja")
    done = client_as(ZOETERMEER).get(f"/afrekeningen/{number}").submit("Antwoord vastleggen", agrees="ja")
    assert "De verschillen zijn geboekt." in done.flash
    assert client_as(FINANCE).get(f"/facturen/{number}").status_code == 200
    assert client_as(FINANCE).get(f"/facturen/{number}/verdeling").status_code == 200
    assert client_as(PROVIDER).get(f"/facturen/{number}").status_code == 404
    assert client_as(FINANCE).get("/afrekeningen/download").status_code == 200
    posting = db.session.scalars(select(Posting).where(Posting.net == D("17.00"))).one()
    assert client_as(ZOETERMEER).get(f"/kosten/regels/{posting.number}").status_code == 200
