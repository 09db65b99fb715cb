"""E-invoices made for the tests, to spoil in one place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.invoicing.einvoice import NLCIUS, PEPPOL
from contracts.invoicing.ubl_writing import WrittenInvoice, WrittenLine, WrittenParty, write_ubl

SELLER = WrittenParty(
    "Taalhuis de Proef",
    "90001338",
    "0106",
    "Kade 12",
    "Zoetermeer",
    "2700 BB",
    "NL900013380B01",
    "NL91ABNA0417164300",
)
BUYER = WrittenParty(
    "Gemeente Lansingerland", "00000001001621000000", "0190", "Raadhuisplein 1", "Bleiswijk", "2600 AA"
)
LINES = (
    WrittenLine(
        "1",
        "Lesuren B1",
        Decimal("40"),
        Decimal("12.50"),
        Decimal("500.00"),
        "E",
        Decimal(0),
        "Vrijgesteld onderwijs",
    ),
    WrittenLine(
        "2", "Praktijkbegeleiding", Decimal("4"), Decimal("62.00"), Decimal("248.00"), "S", Decimal(21)
    ),
)
INVOICE = WrittenInvoice(
    "2026-0114", date(2026, 11, 2), date(2026, 12, 2), "AK-2611-PROEF1", SELLER, BUYER, LINES
)


def ubl(**changes: Any) -> bytes:
    """A good NLCIUS invoice of € 800,08, with other values where asked."""
    return write_ubl(replace(INVOICE, **changes))


def credit_note(**changes: Any) -> bytes:
    """A good credit note that cites 2026-0114."""
    return ubl(is_credit_note=True, preceding="2026-0114", number="2026-0115", **changes)


def spoiled(*pairs: tuple[str, str], source: bytes | None = None) -> bytes:
    """A document with pieces of text replaced; each piece must be there."""
    text = (source or ubl()).decode()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def as_peppol(source: bytes | None = None) -> bytes:
    """The same document under the Peppol profile."""
    return spoiled((NLCIUS, PEPPOL), source=source)
