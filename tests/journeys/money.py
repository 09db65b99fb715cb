"""Steps 11 and 12: specification, e-invoice, approval by two people, split, close, export, and the way back."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from contracts.invoicing.ubl_writing import WrittenInvoice, WrittenLine, WrittenParty, write_ubl
from portal import clock
from tests.journeys.scene import FINANCE, MANAGER, WINNER, Scene
from tests.pages import Label

SELLER = WrittenParty(
    name="Taalhuis de Waterlinie",
    scheme="0106",
    legal_id="90001338",
    street="Kade 12",
    city="Zoetermeer",
    postcode="2700 BB",
    vat_id="NL90001338B01",
    iban="NL91ABNA0417164300",
)
BUYER_PARTY = WrittenParty(
    name="Lansingerland",
    scheme="0190",
    legal_id="00000001001621000000",
    street="Raadhuisplein 1",
    city="Bleiswijk",
    postcode="2600 AA",
)


def send_the_invoice(scene: Scene) -> None:
    """The specification is proposed from accepted rows; the e-invoice carries its akkoordnummer."""
    provider = scene.as_(WINNER)
    page = provider.get("/specificaties/nieuw").submit(
        contract=Label(scene.know["contract"]), month="2031-09"
    )
    specification = page.path
    page = page.submit("Specificatie bevestigen", agree="y")
    found = re.search(r"Akkoordnummer (\S+)", page.body)
    assert found
    lines = _lines(provider.download(f"{specification}/download"))
    assert lines
    today = clock.local(scene.time.now).date()
    document = write_ubl(
        WrittenInvoice(
            number="TW-2032-001",
            issued_on=today,
            due_on=today + timedelta(days=30),
            order_reference=found[1],
            seller=SELLER,
            buyer=BUYER_PARTY,
            lines=lines,
        )
    )
    page = provider.get("/facturen/nieuw").submit(file=(document, "factuur.xml"))
    scene.know["invoice"] = page.path
    scene.know["total"] = sum((line.net for line in lines), Decimal(0))


def _lines(workbook: bytes) -> list[WrittenLine]:
    sheet = load_workbook(io.BytesIO(workbook)).active
    assert sheet is not None
    rows = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int | float)]
    return [
        WrittenLine(
            id=str(row[0]),
            name=str(row[1]),
            quantity=Decimal(str(row[4])),
            price=Decimal(str(row[5])),
            net=Decimal(str(row[6])),
            category="E",
            percent=Decimal(0),
            exemption="Onderwijs, vrijgesteld",
            order_line=str(row[0]),
        )
        for row in rows
    ]


def approve(scene: Scene) -> None:
    """The contract manager declares the performance, finance makes it payable; it is split to the cent."""
    invoice = scene.know["invoice"]
    scene.as_(MANAGER).get(invoice).submit("Prestatie verklaren")
    page = scene.as_(FINANCE).get(invoice).submit("Betaalbaar stellen")
    assert "Goedgekeurd" in page.body
    page = scene.as_(FINANCE).get(f"{invoice}/verdeling")
    assert "Lansingerland" in page.body


def close_and_export(scene: Scene) -> None:
    """Finance closes the month and exports it; the same month again is the same file, byte for byte."""
    month = scene.know["month"] = "2031-09"
    _map_the_ledger(scene.as_(FINANCE))
    scene.wait(days=20)
    finance = scene.as_(FINANCE)
    page = finance.get(f"/kosten/{month}/afsluiten").submit("Periode afsluiten")
    assert "fgesloten" in page.body
    first = finance.download(f"/kosten/{month}/kostenverdeling.xlsx")
    finance.get(f"/kosten/{month}").submit("Export bewaren")
    scene.wait(days=1)
    again = scene.as_(FINANCE).download(f"/kosten/{month}/kostenverdeling.xlsx")
    assert again == first
    sheets = load_workbook(io.BytesIO(first), data_only=True)
    assert len(sheets.sheetnames) == 8
    csv = scene.as_(FINANCE).download(f"/kosten/{month}/regels-1621.csv").decode("utf-8-sig")
    assert csv.count("\n") >= 2


def _map_the_ledger(finance: Any) -> None:
    finance.get("/grootboek/2031/1621/B1/asylum").submit(
        "Rekening vastleggen",
        ledger_account="443210",
        cost_centre="61020",
        task_field="6.1",
        economic_category="3.5.1",
        spuk=Label("Ja"),
        recovery=Label("Nee"),
        recovery_source="Brief inspecteur",
    )


def walk_back(scene: Scene) -> None:
    """From a ledger line of a municipality back to the invoice, the rows, the clause and the criterion."""
    finance = scene.as_(FINANCE)
    page = finance.get(f"/kosten/{scene.know['month']}/regels")
    page = finance.get(page.link("/kosten/regels/"))
    assert scene.know["invoice"] in page.link("/facturen/")
    row = page.link("/maandrapportages/")
    contract = page.link(f"/contracten/{scene.know['contract']}")
    assert "Start op tijd" in page.body
    assert scene.know["tender"] in page.body
    finance.get(row)
    assert "Taalhuis de Waterlinie" in finance.get(contract).body
    manager = scene.as_(MANAGER)
    agreement = manager.get(page.link("/prestatieafspraken/"))
    criterion = manager.get(agreement.link("/criteria/"))
    finding = manager.get(criterion.link("/bevindingen/"))
    assert "Starten binnen vier weken is haalbaar" in finding.h1 + finding.body
