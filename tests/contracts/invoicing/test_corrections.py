"""A corrected month is paid once: the difference is invoiced or credited, an honest invoice goes on."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from contracts.agreements.models import Contract
from contracts.finance.services import make_payable
from contracts.invoicing import queries
from contracts.invoicing.check_queries import checks_now, outdated_lines
from contracts.invoicing.credit_services import receive_credit_form
from contracts.invoicing.models import Invoice, LineBasis, Specification
from contracts.invoicing.performance_queries import lines_to_credit, proposals_for
from contracts.invoicing.receiving_services import receive_form
from contracts.invoicing.services import declare_performance, return_invoice
from contracts.invoicing.specification_services import propose_specification, withdraw_specification
from contracts.invoicing.states import InvoiceState, SpecificationState
from contracts.results import review_services
from contracts.results.models import MonthlyRow
from contracts.results.states import Acceptance, EventKind
from contracts.trajectories.models import Trajectory
from portal import clock
from portal.access import SYSTEM
from portal.accounts.queries import viewer_by_email
from portal.catalogue.states import Unit
from portal.db import db
from portal.errors import NotYours, Refused, TransitionRefused
from tests.factories import results
from tests.factories.contracts import make_contract, make_quality_mark, party_of
from tests.factories.invoices import (
    FINANCE,
    MANAGER,
    PROVIDER,
    declared,
    hour_contract,
    last_month,
    make_row,
    make_specification,
)
from tests.factories.trajectories import make_trajectory
from tests.pages import PageClient

D = Decimal
ClientAs = Callable[..., PageClient]


def delivered(offered: str = "36") -> tuple[Contract, Trajectory]:
    """A contract with one trajectory whose hours of last month are accepted."""
    contract = hour_contract()
    trajectory = make_trajectory(contract, started_on=last_month().previous().first)
    deliver(contract, trajectory, offered)
    return contract, trajectory


def deliver(contract: Contract, trajectory: Trajectory, offered: str, *, accept: bool = True, remark: str = "") -> None:
    line = results.line(trajectory.number, offered=offered, followed="20", leave="0", unexcused="0", remark=remark)
    results.submit(contract, last_month(), [line], accept=accept)


def current(trajectory: Trajectory) -> MonthlyRow:
    return db.session.scalars(
        select(MonthlyRow).where(MonthlyRow.trajectory_id == trajectory.id, MonthlyRow.superseded_at.is_(None))
    ).one()


def ask(contract: Contract, trajectory: Trajectory) -> None:
    case = results.make_case(contract, last_month(), results.manager())
    review_services.ask_correction(
        case, current(trajectory), reason="Kijk de uren van deze maand nog eens na.", by=results.manager()
    )


def correct(contract: Contract, trajectory: Trajectory, offered: str, *, accept: bool = True) -> None:
    ask(contract, trajectory)
    deliver(contract, trajectory, offered, accept=accept, remark="Nagekeken met de urenstaat.")
    db.session.expire_all()


def invoiced(contract: Contract, number: str = "2026-1") -> Invoice:
    return receive_form(
        make_specification(contract, last_month()), issuer_number=number, issued_on=clock.today(),
        by=viewer_by_email(PROVIDER),
    )  # fmt: skip


def paid(contract: Contract) -> Invoice:
    invoice = declared(invoiced(contract))
    make_payable(invoice, by=viewer_by_email(FINANCE))
    return invoice


def propose(contract: Contract) -> Specification:
    return propose_specification(contract, party_of(contract), last_month(), by=SYSTEM)


def blocking(invoice: Invoice) -> list[str]:
    return [one.rule for one in checks_now(invoice, queries.lines_of(invoice)) if one.blocks]


def test_a_paid_month_that_is_corrected_without_other_figures_pays_nothing_again(session: None) -> None:
    contract, trajectory = delivered("36")
    before = current(trajectory).id
    paid(contract)
    correct(contract, trajectory, "36")

    assert current(trajectory).id != before
    with pytest.raises(Refused, match="nog niet zijn gefactureerd"):
        propose(contract)
    assert lines_to_credit([contract.id]) == []


def test_more_hours_after_payment_give_the_difference_only(session: None) -> None:
    contract, trajectory = delivered("36")
    paid(contract)
    correct(contract, trajectory, "40")
    line = queries.specification_lines(propose(contract))[0]

    assert (line.quantity, line.amount) == (D("4"), D("50.00"))
    assert line.description.endswith("aanvulling na correctie")
    with pytest.raises(Refused, match=r"nog niet zijn gefactureerd|al een voorstel"):
        propose(contract)


def test_the_difference_can_be_invoiced_and_paid(session: None) -> None:
    contract, trajectory = delivered("36")
    paid(contract)
    correct(contract, trajectory, "40")
    more = invoiced(contract, "2026-2")
    make_payable(declared(more), by=viewer_by_email(FINANCE))

    assert (more.net, more.state) == (D("50.00"), InvoiceState.APPROVED)
    assert sorted(one.installment for one in db.session.scalars(select(LineBasis))) == [1, 2]


def test_fewer_hours_after_payment_ask_for_a_credit_and_then_pay_what_was_accepted(session: None) -> None:
    contract, trajectory = delivered("36")
    invoice = paid(contract)
    correct(contract, trajectory, "30")
    wrong = lines_to_credit([contract.id])
    assert [line.invoice_id for line in wrong] == [invoice.id]
    with pytest.raises(Refused, match="nog niet zijn gefactureerd"):
        propose(contract)
    credit = receive_credit_form(
        invoice, lines=[wrong[0].id], issuer_number="C-1", issued_on=clock.today(), note="",
        by=viewer_by_email(PROVIDER),
    )  # fmt: skip
    make_payable(declared(credit), by=viewer_by_email(FINANCE))

    assert lines_to_credit([contract.id]) == []
    assert [line.quantity for line in queries.specification_lines(propose(contract))] == [D("30")]


def test_while_the_correction_waits_nobody_is_asked_to_credit(session: None) -> None:
    contract, trajectory = delivered("36")
    paid(contract)
    correct(contract, trajectory, "30", accept=False)

    assert lines_to_credit([contract.id]) == []


def test_an_open_invoice_waits_for_the_correction_and_goes_on_when_the_figures_stay(session: None) -> None:
    contract, trajectory = delivered("36")
    invoice = invoiced(contract)
    assert blocking(invoice) == []
    ask(contract, trajectory)
    assert blocking(invoice) == ["CORRECTIE"]
    deliver(contract, trajectory, "36", accept=False, remark="Nagekeken met de urenstaat.")
    with pytest.raises(Refused, match="loopt een correctie"):
        declare_performance(invoice, by=viewer_by_email(MANAGER))
    review_services.accept_rows(
        results.make_case(contract, last_month(), results.manager()), None, by=results.manager()
    )

    assert blocking(invoice) == []
    declare_performance(invoice, by=viewer_by_email(MANAGER))
    assert invoice.state is InvoiceState.DECLARED


def test_a_correction_between_declaring_and_paying_stops_the_payment(session: None) -> None:
    contract, trajectory = delivered("36")
    invoice = declared(invoiced(contract))
    correct(contract, trajectory, "30")

    with pytest.raises(Refused, match="goedgekeurd is 30"):
        make_payable(invoice, by=viewer_by_email(FINANCE))
    assert invoice.state is InvoiceState.DECLARED


def test_the_page_says_what_the_checks_say_today(session: None, client_as: ClientAs) -> None:
    contract, trajectory = delivered("36")
    invoice = invoiced(contract)
    correct(contract, trajectory, "30")
    page = client_as(MANAGER).get(f"/facturen/{invoice.number}")

    assert "goedgekeurd is 30" in page.body
    assert "Alle controles zijn goed" not in page.body
    assert "Wijkt af" in page.body


def test_a_returned_invoice_leaves_a_specification_that_can_lapse_and_be_made_anew(session: None) -> None:
    contract, trajectory = delivered("36")
    invoice = invoiced(contract)
    correct(contract, trajectory, "30")
    return_invoice(invoice, reason="Na de correctie zijn het 30 uren.", by=viewer_by_email(FINANCE))
    specification = invoice.specification
    assert specification is not None
    assert [line.quantity for line in outdated_lines(specification)] == [D("36")]
    with pytest.raises(Refused, match="Laat deze specificatie vervallen"):
        receive_form(
            specification, issuer_number="2026-2", issued_on=clock.today(), by=viewer_by_email(PROVIDER)
        )
    withdraw_specification(specification, by=viewer_by_email(PROVIDER))

    assert specification.state is SpecificationState.WITHDRAWN
    assert [line.quantity for line in queries.specification_lines(propose(contract))] == [D("30")]


def test_only_the_provider_lets_a_specification_lapse_and_only_before_the_invoice(session: None) -> None:
    contract, _ = delivered()
    invoice = invoiced(contract)
    assert invoice.specification is not None

    with pytest.raises(NotYours, match="Waterlinie"):
        withdraw_specification(invoice.specification, by=viewer_by_email(MANAGER))
    with pytest.raises(TransitionRefused):
        withdraw_specification(invoice.specification, by=viewer_by_email(PROVIDER))


def test_the_provider_sees_what_to_do_and_does_it(session: None, client_as: ClientAs) -> None:
    contract, trajectory = delivered("36")
    specification = make_specification(contract, last_month())
    correct(contract, trajectory, "30")
    client = client_as(PROVIDER)
    page = client.get(f"/specificaties/{specification.number}")
    assert "De maandrapportage is gewijzigd" in page.body
    done = page.submit("Specificatie laten vervallen")

    assert "is vervallen" in done.flash
    assert client.get(f"/specificaties/{specification.number}/factureren").status_code == 404


def test_my_work_asks_the_provider_to_credit(session: None, client_as: ClientAs) -> None:
    contract, trajectory = delivered("36")
    invoice = paid(contract)
    correct(contract, trajectory, "30")
    client = client_as(PROVIDER)

    assert f"Crediteren na correctie: factuur {invoice.number}" in client.get("/mijn-werk").body
    assert "Crediteer regel 1" in client.get(f"/facturen/{invoice.number}").body


def test_the_corrected_row_still_leads_to_the_invoice(session: None, client_as: ClientAs) -> None:
    contract, trajectory = delivered("36")
    invoice = paid(contract)
    correct(contract, trajectory, "36")
    row = current(trajectory)
    page = client_as(MANAGER).get(f"/maandrapportages/{contract.number}/{last_month().code}/regels/{row.id}")

    assert f"/facturen/{invoice.number}" in page.links.values()


def test_the_database_refuses_a_second_claim_on_one_performance(session: None) -> None:
    contract, trajectory = delivered("36")
    paid(contract)
    first = db.session.scalars(select(LineBasis)).one()
    correct(contract, trajectory, "36")
    db.session.add(
        LineBasis(
            specification_line_id=first.specification_line_id, monthly_row_id=current(trajectory).id,
            trajectory_id=trajectory.id, price_line_id=first.price_line_id, phase_key=first.phase_key,
            period=first.period, installment=1, quantity=D("36"),
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_start_that_moves_to_another_month_is_paid_once(session: None) -> None:
    contract = make_contract(product="B1", unit=Unit.TRAJECTORY, rate=D("9000"), phases=())
    make_quality_mark()
    trajectory = make_trajectory(contract, started_on=last_month().first)
    make_row(trajectory, last_month(), events=(EventKind.STARTED,))
    paid(contract)
    later = make_row(trajectory, last_month().next(), events=(EventKind.STARTED,))

    assert later.events
    assert proposals_for(party_of(contract), last_month().next()) == []


def test_a_correction_that_was_right_is_answered_by_the_same_figures(session: None) -> None:
    contract, trajectory = delivered("36")
    before = current(trajectory).id
    ask(contract, trajectory)
    deliver(contract, trajectory, "36", accept=False)
    db.session.expire_all()
    row = current(trajectory)
    assert (row.id != before, row.acceptance) == (True, Acceptance.OPEN)
    case = results.make_case(contract, last_month(), results.manager())
    assert review_services.accept_rows(case, None, by=results.manager()) == 1
    ask(contract, trajectory)  # and it can be asked again


def test_an_accepted_month_takes_a_new_version_without_being_asked(session: None) -> None:
    contract, trajectory = delivered("36")
    deliver(contract, trajectory, "40", accept=False)
    db.session.expire_all()
    report = current(trajectory).report

    assert (report.state.value, report.accepted_at) == ("submitted", None)


def test_a_line_is_credited_once_and_not_before_its_invoice(session: None) -> None:
    contract, trajectory = delivered("36")
    invoice = paid(contract)
    correct(contract, trajectory, "30")
    line = lines_to_credit([contract.id])[0]

    def credit(number: str, day: date) -> Invoice:
        return receive_credit_form(
            invoice, lines=[line.id], issuer_number=number, issued_on=day, note="", by=viewer_by_email(PROVIDER)
        )

    with pytest.raises(Refused, match="de dag van de factuur die u crediteert"):
        credit("C-0", invoice.issued_on - timedelta(days=1))
    credit("C-1", clock.today())
    assert lines_to_credit([contract.id]) == []
    with pytest.raises(Refused, match="al gecrediteerd met F-"):
        credit("C-2", clock.today())


def test_an_invoice_is_not_older_than_the_performance(session: None) -> None:
    contract, _ = delivered()
    specification = make_specification(contract, last_month())
    with pytest.raises(Refused, match="waarop de prestatie begint"):
        receive_form(
            specification, issuer_number="2019-1", issued_on=date(2019, 1, 1), by=viewer_by_email(PROVIDER)
        )
