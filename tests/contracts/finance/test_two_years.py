"""Two years of two contracts: invoices, shares, ledger lines and exports agree to the cent, whatever happens.

In these years a key changes, a participant moves, a line is disputed and settled, lines are credited (also
after the year closed), months close, a year is settled on realised numbers, and costs are passed on.
"""

import csv
import io
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from contracts.agreements.models import Contract
from contracts.allocation.services import propose_key, set_recovery
from contracts.allocation.states import KeyBasis, Recovery
from contracts.finance.exports import prepare_csv, prepare_workbook
from contracts.finance.models import Period, Posting
from contracts.finance.recharge_queries import balance_of
from contracts.finance.recharge_services import answer_recharge, make_recharge
from contracts.finance.services import close_month, make_payable
from contracts.finance.settling_services import answer_settlement, propose_settlement
from contracts.finance.settling_states import SettlementBasis, SettlementState, VatTreatment
from contracts.invoicing.credit_services import receive_credit_form
from contracts.invoicing.models import Invoice
from contracts.invoicing.queries import lines_of
from contracts.invoicing.receiving_services import receive_form
from contracts.invoicing.services import dispute_line, settle_dispute
from contracts.invoicing.split_models import LineShare, SplitShare
from contracts.invoicing.states import InvoiceKind, InvoiceState
from portal import clock
from portal.access import SYSTEM
from portal.accounts.queries import viewer_by_email
from portal.catalogue.states import TargetGroup, Unit, VatCategory
from portal.db import db
from portal.periods import Month
from tests.factories import catalogue
from tests.factories.contracts import make_contract, make_quality_mark, product_of
from tests.factories.finance import make_mappings
from tests.factories.invoices import (
    FINANCE,
    PROVIDER,
    agree_all,
    declared,
    last_month,
    make_key,
    make_row,
    make_specification,
)
from tests.factories.trajectories import make_trajectory

D = Decimal
NAMES = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")
PARTNERS = ("regio@pijnacker-nootdorp.example", "financien@zoetermeer.example")
HOMES = ("Lansingerland", "Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer", "Zoetermeer")
Totals = dict[str, Decimal]


def months() -> list[Month]:
    last = last_month()
    return list(last.plus(-23).until(last))


def contract_of_two_years(product: str, rate: str, category: VatCategory) -> Contract:
    contract = make_contract(
        product=product, unit=Unit.HOUR, rate=D(rate), vat_category=category, phases=(), ceiling=D(9_000_000),
        starts_on=months()[0].first, ends_on=date(clock.today().year + 2, 12, 31),
    )  # fmt: skip
    make_key(contract)
    inhabitants = zip(NAMES, (64_123, 57_019, 127_777), strict=True)
    version = propose_key(
        product_of(contract), valid_from=months()[12].first, basis=KeyBasis.INHABITANTS,
        weights={catalogue.municipality(name).id: D(number) for name, number in inhabitants},
        source="wijziging 1", by=SYSTEM,
    )  # fmt: skip
    agree_all(version)
    return version.key.contract_product.contract


def live(contract: Contract, prefix: str) -> None:
    """Month after month: rows, a specification with group hours, an invoice, approval, sometimes more."""
    people = [make_trajectory(contract, municipality=name, started_on=months()[0].first) for name in HOMES]
    finance = viewer_by_email(FINANCE)
    for index, month in enumerate(months()):
        for number, (person, home) in enumerate(zip(people, HOMES, strict=True)):
            moved = number == 0 and index >= 9
            make_row(person, month, municipality="Zoetermeer" if moved else home, hours=f"{7 + number + index % 5}.5")
        specification = make_specification(contract, month, free=f"{3 + index % 7}.25")
        invoice = receive_form(
            specification, issuer_number=f"{prefix}{month.code}", issued_on=clock.today(), by=viewer_by_email(PROVIDER)
        )
        if index % 6 == 4:
            dispute = dispute_line(lines_of(invoice)[0], reason="Deze uren zien wij niet terug.", by=finance)
            settle_dispute(dispute, outcome="De aanbieder liet de lijst zien.", by=finance)
        make_payable(declared(invoice), by=finance)
        if index % 8 == 7:
            credit(invoice, [lines_of(invoice)[-1], lines_of(invoice)[1]])


def credit(invoice: Invoice, lines: list) -> Invoice:  # type: ignore[type-arg]
    note = receive_credit_form(
        invoice, lines=[line.id for line in lines], issuer_number=f"{invoice.issuer_number}-C", issued_on=clock.today(),
        note="Te veel gefactureerd.", by=viewer_by_email(PROVIDER),
    )  # fmt: skip
    make_payable(declared(note), by=viewer_by_email(FINANCE))
    return note


def close_all(upto: Month) -> None:
    places = [catalogue.municipality(name) for name in NAMES]
    for month in months():
        if month <= upto:
            close_month(month, places, by=viewer_by_email(FINANCE))


def of_shares() -> Totals:
    return _by_place(
        select(SplitShare.municipality_id, func.sum(LineShare.net), func.sum(LineShare.vat_back), func.sum(LineShare.vat_cost))
        .join(SplitShare, SplitShare.id == LineShare.split_share_id)
        .group_by(SplitShare.municipality_id)
    )


def of_postings() -> Totals:
    return _by_place(
        select(Posting.municipality_id, func.sum(Posting.net), func.sum(Posting.vat_back), func.sum(Posting.vat_cost))
        .group_by(Posting.municipality_id)
    )  # fmt: skip


def _by_place(statement) -> Totals:  # type: ignore[no-untyped-def]
    names = {catalogue.municipality(name).id: name for name in NAMES}
    return {names[place]: net + back + cost for place, net, back, cost in db.session.execute(statement)}


def of_exports() -> tuple[Totals, Decimal]:
    """Add up what stands in the csv files of each municipality, and in the workbooks of all of them."""
    found, together = dict.fromkeys(NAMES, D(0)), D(0)
    for first in db.session.scalars(select(Period.month).order_by(Period.month)):
        month = Month.of(first)
        together += prepare_workbook(month).total
        for name in NAMES:
            text = prepare_csv(month, catalogue.municipality(name)).data.decode("utf-8-sig")
            for row in csv.DictReader(io.StringIO(text), delimiter=";"):
                found[name] += D(row["Bedrag met btw"].replace(".", "").replace(",", "."))
    return found, together


def of_invoices() -> Decimal:
    approved = db.session.scalars(select(Invoice).where(Invoice.state == InvoiceState.APPROVED))
    return sum((one.sign * (one.total + one.rounding) for one in approved), D(0))


def assert_all_agree() -> Totals:
    shares = of_shares()
    assert shares == of_postings()
    assert of_invoices() == sum(shares.values())
    balance = balance_of(viewer_by_email(FINANCE))
    assert balance.difference == 0
    assert {one.municipality.name: one.paid for one in balance.places} == shares
    return shares


def test_two_years_agree_to_the_cent_through_every_change(session: None) -> None:
    this = clock.today().year
    make_quality_mark(valid_from=date(this - 4, 1, 1))
    make_mappings((this - 2, this - 1, this))
    for name, answer in (("Lansingerland", Recovery.YES), ("Zoetermeer", Recovery.NO)):
        for group in TargetGroup:
            set_recovery(
                product_id=catalogue.product("MAP").id, municipality_id=catalogue.municipality(name).id,
                target_group=group, year=2020, recovery=answer, source="brief inspecteur", by=SYSTEM,
            )  # fmt: skip
    first = contract_of_two_years("B1", "12.35", VatCategory.EXEMPT)
    second = contract_of_two_years("MAP", "61.07", VatCategory.STANDARD)
    live(first, "B")
    live(second, "M")
    before = assert_all_agree()

    close_all(Month(this - 1, 12))
    assert assert_all_agree() == before

    december = db.session.scalars(
        select(Invoice).where(
            Invoice.contract_id == second.id, Invoice.month == date(this - 1, 12, 1), Invoice.kind == InvoiceKind.INVOICE
        )
    ).one()
    late = credit(december, [lines_of(december)[2]])
    after_credit = assert_all_agree()
    assert sum(after_credit.values()) == sum(before.values()) - late.total
    assert all(row.earlier_year for row in db.session.scalars(select(Posting).where(Posting.invoice_id == late.id)))

    finance = viewer_by_email(FINANCE)
    for contract in (first, second):
        settlement = propose_settlement(product_of(contract), this - 1, SettlementBasis.HOURS, by=finance)
        for email in PARTNERS:
            answer_settlement(settlement, agrees=True, reason="", by=viewer_by_email(email))
        assert settlement.state is SettlementState.BOOKED
    settled = assert_all_agree()
    assert settled != after_credit
    assert sum(settled.values()) == sum(after_credit.values())

    zoetermeer = catalogue.municipality("Zoetermeer")
    for month in months()[:3]:
        recharge = make_recharge(zoetermeer, month, treatment=VatTreatment.PASSED_ON, by=finance)
        answer_recharge(recharge, agrees=True, reason="", by=viewer_by_email(PARTNERS[1]))
    assert assert_all_agree() == settled
    exports, together = of_exports()
    assert exports == settled
    assert together == of_invoices()
