"""The year end: invoices to come, paid in advance, still committed, the proposed entry, the earlier year."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event

from contracts.agreements.models import Contract
from contracts.agreements.states import PhaseTrigger
from contracts.finance.entry_queries import entry_of, reversal_of
from contracts.finance.models import Posting
from contracts.finance.services import close_month, make_payable
from contracts.finance.year_queries import total, year_end
from contracts.finance.year_rules import PaidPhase, prepaid, was_running
from contracts.invoicing.credit_services import receive_credit_form
from contracts.invoicing.models import Invoice
from contracts.invoicing.queries import lines_of
from contracts.invoicing.receiving_services import receive_form
from contracts.results.states import EventKind
from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.catalogue.states import Unit
from portal.db import db
from portal.periods import Month
from tests.factories import catalogue
from tests.factories.contracts import make_contract, make_quality_mark
from tests.factories.finance import make_mappings
from tests.factories.invoices import (
    FINANCE,
    PROVIDER,
    accepted_rows,
    declared,
    make_invoice,
    make_key,
    make_row,
    make_specification,
)
from tests.factories.trajectories import make_trajectory
from tests.pages import PageClient

D = Decimal
Phases = tuple[tuple[str, Decimal, PhaseTrigger], ...]
ClientAs = Callable[..., PageClient]
ZOETERMEER = "financien@zoetermeer.example"
PHASES = (
    ("Start", D("0.4"), PhaseTrigger.STARTED),
    ("Halverwege", D("0.3"), PhaseTrigger.HALFWAY),
    ("Afronding", D("0.3"), PhaseTrigger.FINISHED),
)


def december() -> Month:
    return Month(clock.today().year - 1, 12)


def long_contract(*, rate: str, unit: Unit = Unit.HOUR, phases: Phases = ()) -> Contract:
    """A contract that ran all of last year."""
    this = clock.today().year
    make_quality_mark(valid_from=date(this - 3, 1, 1))
    return make_contract(
        product="B1", rate=D(rate), unit=unit, phases=phases, starts_on=date(this - 2, 1, 1),
        ends_on=date(this + 2, 12, 31),
    )  # fmt: skip


def december_invoice(contract: Contract, number: str) -> Invoice:
    specification = make_specification(contract, december())
    return receive_form(
        specification, issuer_number=number, issued_on=clock.today(), by=viewer_by_email(PROVIDER)
    )


@pytest.mark.parametrize(
    ("trigger", "following", "reached", "over", "expected"),
    [
        (PhaseTrigger.STARTED, PhaseTrigger.HALFWAY, frozenset(), False, "500.00"),
        (PhaseTrigger.STARTED, PhaseTrigger.HALFWAY, frozenset({PhaseTrigger.HALFWAY}), False, "0.00"),
        (PhaseTrigger.STARTED, PhaseTrigger.FINISHED, frozenset(), False, "750.00"),
        (PhaseTrigger.STARTED, None, frozenset(), False, "0.00"),
        (PhaseTrigger.HALFWAY, PhaseTrigger.FINISHED, frozenset(), False, "0.00"),
        (PhaseTrigger.STARTED, PhaseTrigger.HALFWAY, frozenset(), True, "0.00"),
    ],
)
def test_only_a_phase_paid_at_the_start_is_paid_in_advance(
    trigger: PhaseTrigger, following: PhaseTrigger | None, reached: frozenset[PhaseTrigger], over: bool, expected: str
) -> None:
    phase = PaidPhase(trigger, following, D(1000), date(2025, 1, 1), date(2025, 9, 10), reached, over)

    found = prepaid(phase, on=date(2025, 3, 5))

    assert found == D(expected), (phase, found)


def test_what_ended_before_the_last_day_is_no_commitment() -> None:
    open_ = {"referred_on": date(2025, 3, 1), "refused": False, "no_show": False, "on": date(2025, 12, 31)}

    assert was_running(**open_, stopped_on=None, finished_on=None)  # type: ignore[arg-type]
    assert was_running(**open_, stopped_on=date(2026, 1, 1), finished_on=None)  # type: ignore[arg-type]
    assert not was_running(**open_, stopped_on=date(2025, 12, 31), finished_on=None)  # type: ignore[arg-type]


def test_accepted_hours_are_to_come_until_their_invoice_is_approved(session: None) -> None:
    contract = long_contract(rate="10")
    finance = viewer_by_email(FINANCE)
    accepted_rows(contract, december(), {"Lansingerland": 1, "Zoetermeer": 2}, hours="40")
    lansingerland, zoetermeer = (catalogue.municipality(name).id for name in ("Lansingerland", "Zoetermeer"))

    def to_come(place: object) -> tuple[D, set[str]]:
        lines = year_end(finance, december().year).of(place).to_come  # type: ignore[arg-type]
        return total(lines), {one.state for one in lines}

    assert to_come(lansingerland) == (D("400.00"), {"nog niet gefactureerd"})
    invoice = december_invoice(contract, "D1")
    assert to_come(zoetermeer) == (D("800.00"), {f"factuur {invoice.number} wacht op een besluit"})
    make_payable(declared(invoice), by=finance)
    assert to_come(zoetermeer) == (D("0.00"), set())


def test_a_line_under_a_key_is_shared_before_its_invoice_is_approved(session: None) -> None:
    contract = long_contract(rate="0.01")
    make_key(contract)
    accepted_rows(contract, december(), {"Lansingerland": 2, "Pijnacker-Nootdorp": 1, "Zoetermeer": 3}, hours="1")
    make_specification(contract, december(), free="100")

    end = year_end(viewer_by_email(FINANCE), december().year)

    shared = [one for one in end.to_come if one.state.endswith("deel volgens de sleutel")]
    amounts = {one.municipality_id: one.net for one in shared}
    assert amounts == {
        catalogue.municipality("Lansingerland").id: D("0.33"),
        catalogue.municipality("Pijnacker-Nootdorp").id: D("0.17"),
        catalogue.municipality("Zoetermeer").id: D("0.50"),
    }


def test_a_started_trajectory_is_partly_prepaid_and_partly_committed(session: None) -> None:
    contract = long_contract(rate="1000", unit=Unit.TRAJECTORY, phases=PHASES)
    finance, place = viewer_by_email(FINANCE), catalogue.municipality("Lansingerland").id
    trajectory = make_trajectory(contract, started_on=december().first)
    make_row(trajectory, december(), events=(EventKind.STARTED,))
    before = year_end(finance, december().year).of(place)
    assert (total(before.to_come), total(before.in_advance), total(before.committed)) == (D(400), D(0), D(600))

    make_payable(declared(december_invoice(contract, "D2")), by=finance)

    end = year_end(finance, december().year).of(place)
    assert (total(end.to_come), total(end.committed)) == (D(0), D(600))
    assert D(370) < total(end.in_advance) < D(400)
    make_mappings((december().year,))
    entry = entry_of(end, place, december().year)
    assert sum(one.debit for one in entry) == sum(one.credit for one in entry) == total(end.in_advance)
    assert [one.debit for one in reversal_of(entry)] == [one.credit for one in entry]


def test_the_statements_of_a_year_end_do_not_grow(session: None) -> None:
    contract = long_contract(rate="10")
    finance = viewer_by_email(FINANCE)

    def statements() -> int:
        db.session.expire_all()
        seen: list[str] = []
        listen = lambda *given: seen.append(given[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        year_end(finance, december().year)
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(seen)

    accepted_rows(contract, december(), {"Lansingerland": 1})
    few = statements()
    for month in (december().previous(), december().plus(-2), december().plus(-3)):
        accepted_rows(contract, month, {"Lansingerland": 3, "Zoetermeer": 4})
    assert statements() <= few


def test_a_credit_after_the_year_closed_lands_in_the_open_period_with_its_year(session: None) -> None:
    make_mappings((december().year, december().year + 1))
    contract = long_contract(rate="12.50")
    invoice = declared(make_invoice(contract=contract, month=december(), number="J1"))
    finance = viewer_by_email(FINANCE)
    make_payable(invoice, by=finance)
    places = [catalogue.municipality(name) for name in ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")]
    close_month(december(), places, by=finance)
    line = lines_of(invoice)[0]
    credit = receive_credit_form(
        invoice, lines=[line.id], issuer_number="J1-C", issued_on=clock.today(), note="", by=viewer_by_email(PROVIDER)
    )
    make_payable(declared(credit), by=finance)

    posting = db.session.query(Posting).filter_by(invoice_id=credit.id).one()
    assert posting.earlier_year
    assert (Month.of(posting.performed_in), Month.of(posting.period.month)) == (december(), december().next())
    assert posting.net == -line.net


def test_the_page_shows_own_lines_and_gives_a_workbook(session: None, client_as: ClientAs) -> None:
    contract = long_contract(rate="10")
    accepted_rows(contract, december(), {"Lansingerland": 1, "Zoetermeer": 2}, hours="40")
    year = december().year

    page = client_as(ZOETERMEER).get(f"/jaarafsluiting/{year}")
    assert "€\u00a0800,00 nog te ontvangen" in page.body
    assert "1.200,00" not in page.body
    assert client_as(ZOETERMEER).get(f"/jaarafsluiting/{year}?gemeente=1621").status_code == 404
    lead = client_as(FINANCE).get(f"/jaarafsluiting/{year}?gemeente=0637")
    assert "€\u00a0800,00 nog te ontvangen" in lead.body
    lines = client_as(ZOETERMEER).get(f"/jaarafsluiting/{year}").click("Bekijk alle regels met hun bron")
    assert lines.body.count("Nog niet gefactureerd") == 2
    assert lines.click(next(text for text in lines.links if "traject T-" in text)).status_code == 200
    book = client_as(FINANCE).get(f"/jaarafsluiting/{year}/download")
    assert book.status_code == 200
    assert client_as(FINANCE).get("/jaarafsluiting/2015").status_code == 404
