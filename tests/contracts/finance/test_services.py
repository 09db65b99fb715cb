"""From accepted rows to ledger lines: approval, posting, closing, the same file twice."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from contracts.allocation.services import set_recovery
from contracts.allocation.states import KeyBasis, Recovery
from contracts.finance.check_queries import month_facts
from contracts.finance.exports import prepare_csv, prepare_workbook
from contracts.finance.models import Posting
from contracts.finance.queries import cost_table, invoice_rows
from contracts.finance.rules import eight_checks
from contracts.finance.services import close_month, keep_export, make_payable, reopen_month
from contracts.invoicing.models import Invoice
from contracts.invoicing.split_models import LineShare, SplitGroup, SplitShare
from contracts.invoicing.states import InvoiceState, LineState
from portal import audit, clock
from portal.access import SYSTEM
from portal.accounts.queries import viewer_by_email
from portal.catalogue.states import TargetGroup, VatCategory
from portal.db import db
from portal.errors import Refused, TransitionRefused
from portal.periods import Month
from tests.factories import catalogue
from tests.factories.finance import make_mappings
from tests.factories.invoices import (
    FINANCE,
    declared,
    hour_contract,
    last_month,
    make_invoice,
    make_key,
)

D = Decimal
NAMES = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")


def payable(**kw: object) -> Invoice:
    invoice = declared(make_invoice(**kw))  # type: ignore[arg-type]
    make_payable(invoice, by=viewer_by_email(FINANCE))
    return invoice


def sums(invoice: Invoice) -> dict[str, Decimal]:
    rows = db.session.scalars(select(Posting).where(Posting.invoice_id == invoice.id)).all()
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row.municipality.name] = (
            found.get(row.municipality.name, D(0)) + row.net + row.vat_back + row.vat_cost
        )
    return found


def test_lines_about_a_participant_go_whole_to_the_municipality_of_the_row(session: None) -> None:
    invoice = payable()

    assert invoice.state is InvoiceState.APPROVED
    assert sums(invoice) == {
        "Lansingerland": D("1000.00"),
        "Pijnacker-Nootdorp": D("500.00"),
        "Zoetermeer": D("1500.00"),
    }
    assert audit.last().action == "finance:post"


def test_a_line_without_participant_is_split_by_the_participants_of_the_month(session: None) -> None:
    contract = hour_contract(rate="0.01")
    make_key(contract)
    invoice = payable(contract=contract, free="100")
    shares = db.session.scalars(
        select(SplitShare)
        .join(SplitShare.group)
        .where(SplitGroup.key_version_id.is_not(None))
        .order_by(SplitShare.weight)
    ).all()

    assert [(share.weight, share.net) for share in shares] == [
        (D(1), D("0.17")),
        (D(2), D("0.33")),
        (D(3), D("0.50")),
    ]
    assert shares[0].explanation.endswith("er komt 1 cent bij, want hier viel 0,67 cent weg.")
    assert sum(sums(invoice).values()) == invoice.total


def test_btw_comes_back_for_one_municipality_and_is_a_cost_for_another(session: None) -> None:
    contract = hour_contract(vat=VatCategory.STANDARD, product="MAP")
    for name, answer in (("Lansingerland", Recovery.YES), ("Pijnacker-Nootdorp", Recovery.UNKNOWN)):
        set_recovery(
            product_id=catalogue.product("MAP").id, municipality_id=catalogue.municipality(name).id,
            target_group=TargetGroup.ASYLUM, year=2020, recovery=answer, source="brief inspecteur", by=SYSTEM,
        )  # fmt: skip
    invoice = payable(contract=contract)
    table = cost_table(viewer_by_email(FINANCE), last_month())
    product = table.products[0]
    cells = {one.name: table.cell(product, one) for one in table.municipalities}

    assert invoice.vat == D("630.00")
    assert (cells["Lansingerland"].vat_back, cells["Lansingerland"].vat_cost) == (D("210.00"), D("0.00"))  # type: ignore[union-attr]
    assert (cells["Zoetermeer"].vat_back, cells["Zoetermeer"].charged) == (D("0.00"), D("1815.00"))  # type: ignore[union-attr]
    assert table.total.gross == invoice.total


def test_the_database_refuses_a_split_that_does_not_add_up(session: None) -> None:
    invoice = declared(make_invoice())

    with pytest.raises(DBAPIError, match="telt niet op"):
        db.session.execute(
            text("UPDATE invoice SET state = 'approved', approved_at = :at, approved_by_id = received_by_id"),
            {"at": clock.now()},
        )
    db.session.rollback()
    assert invoice is not None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE line_share SET net = net + 1",
        "DELETE FROM line_share",
        "UPDATE split_share SET net = net + 1",
        "DELETE FROM posting",
        "UPDATE posting SET net = net + 1",
    ],
)
def test_a_booked_split_cannot_be_changed_even_past_our_code(session: None, change: str) -> None:
    payable()

    with pytest.raises(DBAPIError, match=r"staat vast|verandert niet"):
        db.session.execute(text(change))
    db.session.rollback()


def test_two_people_are_needed(session: None) -> None:
    invoice = declared(make_invoice())
    manager = viewer_by_email("contract@lansingerland.example")

    with pytest.raises(Refused, match="andere collega"):
        make_payable(invoice, by=manager)


def test_an_invoice_is_not_payable_before_the_performance_is_declared(session: None) -> None:
    with pytest.raises(TransitionRefused):
        make_payable(make_invoice(), by=viewer_by_email(FINANCE))


def test_all_lines_are_accepted_and_the_provider_hears_of_it(session: None) -> None:
    invoice = payable()
    states = db.session.scalars(
        select(LineShare).join(LineShare.line).where(LineShare.line.has(invoice_id=invoice.id))
    ).all()

    assert {cell.line.state for cell in states} == {LineState.ACCEPTED}


def test_a_month_closes_only_when_every_line_has_an_account(session: None) -> None:
    payable()
    month = last_month()
    place = catalogue.municipality("Zoetermeer")

    with pytest.raises(Refused, match="kostenplaats"):
        close_month(month, [place], by=viewer_by_email(FINANCE))
    make_mappings()
    kept = close_month(month, [place], by=viewer_by_email(FINANCE))

    assert [batch.is_final for batch in kept] == [True]
    assert all(check.is_good for check in eight_checks(month_facts(month, place.id)))


def test_the_running_month_does_not_close(session: None) -> None:
    make_mappings()
    with pytest.raises(Refused, match="nog niet voorbij"):
        close_month(
            Month.of(clock.today()), [catalogue.municipality("Zoetermeer")],
            by=viewer_by_email("financien@zoetermeer.example"),
        )  # fmt: skip


def test_a_closed_month_gives_the_identical_file_again(session: None) -> None:
    make_mappings()
    payable()
    month, by = last_month(), viewer_by_email(FINANCE)
    kept = close_month(month, [catalogue.municipality(name) for name in NAMES], by=by)
    with clock.at(clock.now() + timedelta(days=40)):
        again = prepare_workbook(month)
        batch = keep_export(again, by=by)
        csv = prepare_csv(month, catalogue.municipality("Zoetermeer"))

    assert len(kept) == 4
    assert batch.id == kept[-1].id
    assert again.data == prepare_workbook(month).data
    assert csv.data == prepare_csv(month, catalogue.municipality("Zoetermeer")).data
    assert batch.total == D("3000.00")


def test_what_comes_after_closing_goes_to_the_next_open_month_and_leaves_the_others(session: None) -> None:
    make_mappings()
    payable()
    month, by = last_month().previous(), viewer_by_email(FINANCE)
    close_month(month, [catalogue.municipality("Zoetermeer")], by=by)
    late = payable(month=month, number="2026-0200")
    rows = db.session.scalars(select(Posting).where(Posting.invoice_id == late.id)).all()
    where = {row.municipality.name: Month.of(row.period.month) for row in rows}

    assert where == {"Lansingerland": month, "Pijnacker-Nootdorp": month, "Zoetermeer": last_month()}


def test_reopening_needs_a_reason_and_stays_in_the_trail(session: None) -> None:
    make_mappings()
    payable()
    place, by = catalogue.municipality("Zoetermeer"), viewer_by_email(FINANCE)
    close_month(last_month(), [place], by=by)

    with pytest.raises(Refused, match="reden"):
        reopen_month(last_month(), place, reason="", by=by)
    reopen_month(last_month(), place, reason="Factuur stond op de verkeerde gemeente.", by=by)
    assert audit.last().action == "finance:period:reopen"


def test_another_municipality_sees_its_own_share_and_the_joint_total(session: None) -> None:
    invoice = payable()
    table = cost_table(viewer_by_email("financien@zoetermeer.example"), last_month())
    rows = invoice_rows(viewer_by_email("financien@zoetermeer.example"), last_month())

    assert [one.name for one in table.municipalities] == ["Zoetermeer"]
    assert table.total.charged == invoice.total
    assert list(rows[0].shares.values()) == [D("1500.00")]


def test_a_key_with_fixed_percentages_is_used(session: None) -> None:
    contract = hour_contract(rate="10.00")
    make_key(
        contract, basis=KeyBasis.PERCENTAGE,
        weights={"Lansingerland": "50", "Pijnacker-Nootdorp": "25", "Zoetermeer": "25"},
    )  # fmt: skip
    invoice = payable(contract=contract, places={"Lansingerland": 1}, free="100")

    assert sums(invoice) == {
        "Lansingerland": D("900.00"),
        "Pijnacker-Nootdorp": D("250.00"),
        "Zoetermeer": D("250.00"),
    }


def test_the_workbook_has_eight_sheets_with_numbers_and_totals(session: None) -> None:
    make_mappings()
    contract = hour_contract(rate="10.00")
    make_key(contract)
    invoice = payable(contract=contract, free="1")
    book = openpyxl.load_workbook(io.BytesIO(prepare_workbook(last_month()).data), data_only=True)
    lines = list(book["Verdeling"].values)
    titles = list(lines[1])

    assert book.sheetnames == [
        "Leeswijzer", "Samenvatting", "Verdeling", "Facturen", "Verdeelsleutels", "Afronding", "Aansluiting",
        "Wijzigingen",
    ]  # fmt: skip
    charged = [row[titles.index("Ten laste")] for row in lines[2:]]
    assert all(isinstance(value, int | float) for value in charged)
    assert charged[-1] == float(invoice.total)
    assert [row[3] for row in list(book["Aansluiting"].values)[2:]] == ["Goed"] * 8
    assert len(list(book["Afronding"].values)) > 2
    assert list(book["Facturen"].values)[2][7] == "Klopt"
