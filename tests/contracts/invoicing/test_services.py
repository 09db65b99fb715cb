"""From accepted rows to a decided invoice: specification, e-invoice, form, credit, dispute, return."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from contracts.finance.services import make_payable
from contracts.invoicing import queries
from contracts.invoicing.credit_services import receive_credit_form, receive_document
from contracts.invoicing.draft_queries import draft_of, draft_ubl, party_on_paper
from contracts.invoicing.models import Invoice, LineBasis
from contracts.invoicing.receiving_services import check_document, receive_form
from contracts.invoicing.services import (
    declare_performance,
    dispute_line,
    record_payment,
    return_invoice,
    settle_dispute,
)
from contracts.invoicing.specification_services import propose_specification
from contracts.invoicing.split_models import SplitShare
from contracts.invoicing.states import Channel, InvoiceKind, InvoiceState, LineState, SpecificationState
from contracts.invoicing.ubl_writing import WrittenInvoice, write_ubl
from contracts.results.states import Acceptance
from portal import audit, clock
from portal.access import SYSTEM
from portal.accounts.queries import viewer_by_email
from portal.db import db
from portal.errors import NotYours, Refused, TransitionRefused
from tests.factories.contracts import party_of
from tests.factories.invoices import (
    FINANCE,
    MANAGER,
    PROVIDER,
    accepted_rows,
    declared,
    hour_contract,
    last_month,
    make_invoice,
    make_key,
    make_row,
    make_specification,
)
from tests.factories.trajectories import make_trajectory

D = Decimal


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        receive_document(check_document(data, "f.xml"), by=viewer_by_email(PROVIDER))
    return caught.value.message


def test_a_specification_holds_accepted_rows_that_were_not_paid_yet(session: None) -> None:
    contract = hour_contract()
    accepted_rows(contract, last_month(), {"Lansingerland": 1, "Zoetermeer": 1})
    make_row(
        make_trajectory(contract, started_on=last_month().first), last_month(), acceptance=Acceptance.OPEN
    )
    first = make_specification(contract, last_month())

    assert len(queries.specification_lines(first)) == 2
    with pytest.raises(Refused, match="geen goedgekeurde prestaties"):
        propose_specification(contract, party_of(contract), last_month(), by=SYSTEM)


def test_a_line_left_out_can_be_invoiced_later(session: None) -> None:
    from contracts.invoicing.specification_services import confirm_specification

    contract = hour_contract()
    accepted_rows(contract, last_month(), {"Lansingerland": 2})
    specification = make_specification(contract, last_month(), confirmed=False)
    out = queries.specification_lines(specification)[0]
    number = confirm_specification(specification, without=[out.id], by=viewer_by_email(PROVIDER))
    later = propose_specification(contract, party_of(contract), last_month(), by=SYSTEM)

    assert number.startswith("AK-")
    assert [line.trajectory_id for line in queries.specification_lines(later)] == [out.trajectory_id]


def test_an_e_invoice_with_the_akkoordnummer_is_matched_line_for_line(session: None) -> None:
    contract = hour_contract()
    accepted_rows(contract, last_month(), {"Lansingerland": 1, "Zoetermeer": 2})
    specification = make_specification(contract, last_month())
    data = draft_ubl(specification, number="TW-9", issued_on=clock.today())
    invoice = receive_document(check_document(data, "f.xml"), by=viewer_by_email(PROVIDER))

    assert (invoice.channel, invoice.net, invoice.number[:2]) == (Channel.UBL, D("1500.00"), "F-")
    assert queries.objections_of(invoice) == []
    assert {line.state for line in queries.lines_of(invoice)} == {LineState.MATCHED}
    assert all(line.specification_line_id for line in queries.lines_of(invoice))
    assert specification.state is SpecificationState.INVOICED
    assert audit.last().action == "invoice:receive"


def written(**changes: object) -> tuple[WrittenInvoice, bytes]:
    contract = hour_contract()
    accepted_rows(contract, last_month(), {"Lansingerland": 1})
    specification = make_specification(contract, last_month())
    draft = replace(draft_of(specification, number="TW-9", issued_on=clock.today()), **changes)  # type: ignore[arg-type]
    return draft, write_ubl(draft)


def test_an_unknown_akkoordnummer_is_refused(session: None) -> None:
    _, data = written(order_reference="AK-0000-NIEMAND")
    assert "AK-0000-NIEMAND" in refusal(data)


def test_a_tampered_file_is_refused_with_the_rule(session: None) -> None:
    _, data = written()
    assert refusal(
        data.replace(b'PayableAmount currencyID="EUR">500.00', b'PayableAmount currencyID="EUR">1.00')
    ).startswith("BR-CO-16")


def test_another_currency_is_never_booked(session: None) -> None:
    _, data = written()
    assert "alleen euro" in refusal(data.replace(b"EUR", b"GBP"))


def test_the_wrong_buyer_a_higher_price_and_too_many_hours_are_named(session: None) -> None:
    draft, _ = written()
    line = replace(draft.lines[0], quantity=D("41"), price=D("13.00"), net=D("533.00"))
    zoetermeer = replace(draft.buyer, name="Gemeente Zoetermeer", legal_id="00000001000637000000")
    data = write_ubl(replace(draft, buyer=zoetermeer, lines=[line]))
    invoice = receive_document(check_document(data, "f.xml"), by=viewer_by_email(PROVIDER))
    rules = {one.rule: one.message for one in queries.objections_of(invoice) if one.blocks}

    assert {"KOPER", "PRIJS", "AANTAL", "SPECIFICATIE"} <= set(rules)
    assert rules["KOPER"].endswith("zet haar op naam van Lansingerland.")
    with pytest.raises(Refused, match="Dit staat nog open"):
        declare_performance(invoice, by=viewer_by_email(MANAGER))


def test_the_same_number_with_other_spelling_is_refused_until_it_was_sent_back(session: None) -> None:
    invoice = make_invoice(number="f-2026/0114")
    contract = invoice.contract
    accepted_rows(contract, last_month().previous(), {"Lansingerland": 1})
    other = make_specification(contract, last_month().previous())

    with pytest.raises(Refused, match="al ingediend"):
        receive_form(
            other, issuer_number="F 2026 0114", issued_on=clock.today(), by=viewer_by_email(PROVIDER)
        )
    return_invoice(invoice, reason="De urenstaat ontbreekt.", by=viewer_by_email(FINANCE))
    again = receive_form(
        other, issuer_number="F 2026 0114", issued_on=clock.today(), by=viewer_by_email(PROVIDER)
    )
    assert again.state is InvoiceState.RECEIVED


def test_a_returned_invoice_frees_its_specification(session: None) -> None:
    invoice = make_invoice()
    specification = invoice.specification
    assert specification is not None
    return_invoice(invoice, reason="De urenstaat ontbreekt.", by=viewer_by_email(MANAGER))

    assert specification.state is SpecificationState.CONFIRMED
    with pytest.raises(TransitionRefused):
        return_invoice(invoice, reason="De urenstaat ontbreekt.", by=viewer_by_email(MANAGER))


def test_a_date_in_the_future_is_refused(session: None) -> None:
    with pytest.raises(Refused, match="vandaag of eerder"):
        make_invoice(issued_on=clock.today() + timedelta(days=1))


def test_only_the_lead_municipality_decides(session: None) -> None:
    invoice = declared(make_invoice())
    zoetermeer = viewer_by_email("financien@zoetermeer.example")

    for act in (
        lambda: make_payable(invoice, by=zoetermeer),
        lambda: return_invoice(invoice, reason="x" * 12, by=zoetermeer),
    ):
        with pytest.raises(NotYours, match="Lansingerland"):
            act()


def test_a_disputed_line_holds_approval_until_it_is_settled(session: None) -> None:
    invoice = declared(make_invoice())
    by = viewer_by_email(FINANCE)
    dispute = dispute_line(queries.lines_of(invoice)[0], reason="Deze uren kennen wij niet.", by=by)

    with pytest.raises(Refused, match="betwist"):
        make_payable(invoice, by=by)
    with pytest.raises(Refused, match="uitkomst"):
        settle_dispute(dispute, outcome="", by=by)
    settle_dispute(dispute, outcome="De urenstaat is alsnog gekomen.", by=by)
    make_payable(invoice, by=by)
    assert invoice.state is InvoiceState.APPROVED


def test_a_credit_note_mirrors_the_split_and_frees_the_rows(session: None) -> None:
    contract = hour_contract(rate="0.07")
    make_key(contract)
    invoice = declared(make_invoice(contract, free="99"))
    make_payable(invoice, by=viewer_by_email(FINANCE))
    lines = queries.lines_of(invoice)
    credit = receive_credit_form(
        invoice, lines=[line.id for line in lines], issuer_number="C-1", issued_on=clock.today(), note="",
        by=viewer_by_email(PROVIDER),
    )  # fmt: skip
    make_payable(declared(credit), by=viewer_by_email(FINANCE))
    shares = db.session.scalars(select(SplitShare)).all()
    left: dict[object, Decimal] = {}
    for share in shares:
        left[share.municipality_id] = left.get(share.municipality_id, D(0)) + share.net

    assert credit.kind is InvoiceKind.CREDIT
    assert set(left.values()) == {D("0.00")}
    assert db.session.scalars(select(LineBasis).where(LineBasis.released_at.is_(None))).all() == []
    again = propose_specification(contract, party_of(contract), last_month(), by=SYSTEM)
    assert len(queries.specification_lines(again)) == 6


def test_crediting_twice_is_refused(session: None) -> None:
    """By form at once; as e-invoice, which cannot be stopped at the door, when it is made payable."""
    invoice = declared(make_invoice(number="TW-5"))
    make_payable(invoice, by=viewer_by_email(FINANCE))
    ids = [line.id for line in queries.lines_of(invoice)]
    first = receive_credit_form(
        invoice, lines=ids, issuer_number="C-1", issued_on=clock.today(), note="", by=viewer_by_email(PROVIDER)
    )
    make_payable(declared(first), by=viewer_by_email(FINANCE))
    with pytest.raises(Refused, match=f"al gecrediteerd met {first.number}"):
        receive_credit_form(
            invoice, lines=ids, issuer_number="C-2", issued_on=clock.today(), note="", by=viewer_by_email(PROVIDER)
        )
    assert invoice.specification is not None
    draft = draft_of(invoice.specification, number="C-3", issued_on=clock.today())
    data = write_ubl(replace(draft, is_credit_note=True, preceding="TW-5"))
    again = receive_document(check_document(data, "c.xml"), by=viewer_by_email(PROVIDER))
    with pytest.raises(Refused, match="meer gecrediteerd"):
        make_payable(declared(again), by=viewer_by_email(FINANCE))


def test_a_credit_note_as_e_invoice_finds_its_lines(session: None) -> None:
    invoice = declared(make_invoice(number="TW-5"))
    make_payable(invoice, by=viewer_by_email(FINANCE))
    assert invoice.specification is not None
    draft = draft_of(invoice.specification, number="TW-5-C", issued_on=clock.today())
    data = write_ubl(replace(draft, is_credit_note=True, preceding="tw 5", lines=draft.lines[:2]))
    credit = receive_document(check_document(data, "c.xml"), by=viewer_by_email(PROVIDER))

    assert credit.credits_id == invoice.id
    assert all(line.credits_id for line in queries.lines_of(credit))
    make_payable(declared(credit), by=viewer_by_email(FINANCE))


def test_a_credit_note_for_nothing_is_refused(session: None) -> None:
    draft, _ = written()
    data = write_ubl(replace(draft, is_credit_note=True, preceding="BESTAAT-NIET"))
    assert "goedgekeurde factuur" in refusal(data)


def test_booked_and_paid_are_only_for_approved_invoices(session: None) -> None:
    invoice = declared(make_invoice())
    by = viewer_by_email(FINANCE)
    with pytest.raises(Refused, match="nog niet goedgekeurd"):
        record_payment(invoice, booked_on=clock.today(), paid_on=None, by=by)
    make_payable(invoice, by=by)
    record_payment(invoice, booked_on=clock.today(), paid_on=None, by=by)
    assert invoice.booked_on == clock.today()


def test_a_line_without_participant_and_without_key_blocks(session: None) -> None:
    invoice = make_invoice(free="10")
    assert [one.rule for one in queries.objections_of(invoice) if one.blocks] == ["SLEUTEL"]


def test_a_seller_is_known_by_number_and_else_by_name(session: None) -> None:
    from contracts.invoicing.check_queries import is_same_party
    from contracts.invoicing.einvoice import Party

    invoice = make_invoice()
    lead = invoice.buyer
    paper = party_on_paper(lead, prefix="Gemeente ")
    assert is_same_party(Party(name=paper.name, legal_id=paper.legal_id), lead)
    assert is_same_party(Party(name="gemeente LANSINGERLAND"), lead)
    assert not is_same_party(Party(name="Gemeente Lansingerland", legal_id="00000001000637000000"), lead)
    assert db.session.get(Invoice, invoice.id) is invoice
