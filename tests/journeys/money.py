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


FINDING = "Starten binnen vier weken is haalbaar"


def walk_back(scene: Scene) -> None:
    """Finance clicks from its ledger line back to the finding in the market, every step from the page before."""
    page = scene.as_(FINANCE).get(f"/kosten/{scene.know['month']}/regels").follow("/kosten/regels/")
    assert page.h1.startswith("Grootboekregel")
    line = page.path
    assert page.link("/facturen/").startswith(scene.know["invoice"])
    page = page.follow("/verdeling")
    assert "Lansingerland" in page.body
    page = scene.as_(FINANCE).get(line).follow("/maandrapportages/")
    assert page.h1.startswith("Traject ")
    page = scene.as_(FINANCE).get(line).follow("/prestatieafspraken/PA")
    assert "Taalhuis de Waterlinie beloofde: 90%" in page.body
    assert "Snel starten" in page.follow("/artikelen/").body
    page = scene.as_(FINANCE).get(page.path).follow("/criteria/")
    assert "Snel starten" in page.h1
    assert scene.know["tender"] in page.path
    page = page.follow("/bevindingen/")
    assert FINDING in page.h1


def walk_forward(scene: Scene) -> None:
    """The contract manager clicks from the finding to the rows and the invoice, finance from there to its ledger line."""
    manager = scene.as_(MANAGER)
    page = manager.get(f"/opdrachten/marktconsultaties/{scene.know['consultation']}").follow("/bevindingen/1")
    assert FINDING in page.h1
    page = page.follow("/criteria/")
    assert "Taalhuis de Waterlinie beloofde 90%" in page.body
    assert page.link("/artikelen/")
    page = page.follow("/prestatieafspraken/PA")
    assert page.link(f"/scorecards/{scene.know['contract']}/2031-k3/PA")
    page = page.follow(f"/scorecards/{scene.know['contract']}/2031-k3/PA").follow("/regels")
    page = page.follow(f"/maandrapportages/{scene.know['contract']}/2031-09/regels/")
    row = page.path
    assert page.follow("/facturen/").path.startswith(scene.know["invoice"])
    page = scene.as_(FINANCE).get(row).follow(scene.know["invoice"])
    page = page.follow("/regels?factuur=").follow("/kosten/regels/")
    assert page.h1.startswith("Grootboekregel")
