"""Geboekt and betaald come back by csv: read, shown, kept; every wrong cell is named."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.finance.payment_rules import Payable, decode, read_payments
from contracts.finance.services import make_payable
from contracts.invoicing.models import Invoice
from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.db import db
from tests.factories.invoices import FINANCE, PROVIDER, declared, make_invoice
from tests.pages import PageClient

D = Decimal
ClientAs = Callable[..., PageClient]
TODAY = date(2026, 11, 25)
KNOWN = {
    "F-2026-001": Payable(date(2026, 11, 1), None, None),
    "F-2026-002": Payable(None, None, None),
    "F-2026-003": Payable(date(2026, 11, 1), date(2026, 11, 3), None),
}
HEAD = "Factuur;Geboekt op;Betaald op\n"


def test_good_lines_set_dates_and_say_whether_they_change_something() -> None:
    found = read_payments(HEAD + "f-2026-001;2026-11-02;05-11-2026\n;;\nF-2026-003;03-11-2026;\n", KNOWN, today=TODAY)

    assert found.errors == ()
    assert [(one.number, one.booked_on, one.paid_on, one.changes) for one in found.lines] == [
        ("F-2026-001", date(2026, 11, 2), date(2026, 11, 5), True),
        ("F-2026-003", date(2026, 11, 3), None, False),
    ]


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        ("F-2026-009;2026-11-02;", "A2", "kennen wij niet"),
        ("F-2026-002;2026-11-02;", "A2", "nog niet goedgekeurd"),
        ("F-2026-001;31-02-2026;", "B2", "geen datum"),
        ("F-2026-001;;2026-12-01", "C2", "toekomst"),
        ("F-2026-001;2026-11-05;2026-11-04", "C2", "vóór de datum van boeken"),
        ("F-2026-003;;2026-11-02", "C2", "vóór de datum van boeken"),
        ("F-2026-001;;", "B2", "Vul"),
        ("F-2026-001;2026-11-02;\nF-2026-001;2026-11-02;", "A3", "ook op regel 2"),
    ],
)
def test_a_wrong_cell_is_named(row: str, cell: str, words: str) -> None:
    found = read_payments(HEAD + row, KNOWN, today=TODAY)

    assert [one.cell for one in found.errors] == [cell]
    assert words in found.errors[0].message


@pytest.mark.parametrize("text", ["", "Factuur;Datum\nF-2026-001;x", HEAD, HEAD + ";;\n"])
def test_a_file_that_is_none_says_why(text: str) -> None:
    with pytest.raises(ValueError, match=r"kolom|regels"):
        read_payments(text, KNOWN, today=TODAY)


def test_columns_may_stand_elsewhere_and_be_saved_by_windows() -> None:
    text = decode("Naam,Betaald op,Factuur,Geboekt op\nCaf\xe9,2026-11-05,F-2026-001,x\n".encode("cp1252"))

    found = read_payments(text, KNOWN, today=TODAY)

    assert [one.cell for one in found.errors] == ["D2"]
    with pytest.raises(ValueError, match="geen csv"):
        decode(b"PK\x03\x04\x00")


def test_a_csv_is_looked_at_and_then_kept(session: None, client_as: ClientAs) -> None:
    invoice = declared(make_invoice())
    make_payable(invoice, by=viewer_by_email(FINANCE))
    number, today = invoice.number, clock.today()
    client = client_as(FINANCE)
    assert number in client.get("/betalingen/sjabloon").text

    wrong = client.get("/betalingen").submit("Bestand bekijken", file=_csv(f"{HEAD}{number};gisteren;\n"))
    assert "B2" in wrong.body
    assert "1\u00a0fout" in wrong.body
    seen = client.get("/betalingen").submit("Bestand bekijken", file=_csv(f"{HEAD}{number};{today};{today}\n"))
    assert db.session.get_one(Invoice, invoice.id).paid_on is None
    done = seen.submit("Datums vastleggen")
    assert "Bij 1 factuur zijn de datums vastgelegd." in done.flash
    db.session.expire_all()
    assert db.session.get_one(Invoice, invoice.id).paid_on == today
    assert "etaald" in client_as(PROVIDER).get(f"/facturen/{number}").body


def test_a_tampered_confirmation_changes_nothing(session: None, client_as: ClientAs) -> None:
    invoice = declared(make_invoice())
    make_payable(invoice, by=viewer_by_email(FINANCE))
    client = client_as(FINANCE)
    later = clock.today() + timedelta(days=3)
    seen = client.get("/betalingen").submit(
        "Bestand bekijken", file=_csv(f"{HEAD}{invoice.number};{clock.today()};\n")
    )

    page = seen.submit("Datums vastleggen", content=f"{HEAD}{invoice.number};{later};\n")

    assert page.status_code == 422
    assert "toekomst" in page.body
    assert client.get("/betalingen").submit("Bestand bekijken", file=_csv("x")).status_code == 422


def _csv(text: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), "betaald.csv"
