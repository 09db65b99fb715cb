"""Steps 7 to 10: the contract, participants, the monthly workbook, the scorecard."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import load_workbook

from tests.journeys.scene import MANAGER, WINNER, Scene, dmy, number_in
from tests.pages import Label

START = date(2031, 9, 8)


def make_the_contract(scene: Scene) -> None:
    """Nothing is typed again: parties, prices, municipalities and the promise come from the award."""
    manager = scene.as_(MANAGER)
    page = manager.get(manager.get(scene.know["award_page"]).link("/contracten/uit-gunning/"))
    assert "9.480,00" in page.body
    page = page.submit("Contract maken")
    number = scene.know["contract"] = number_in(page.path, "IB")
    manager.get(f"/contracten/{number}/ondertekenen").submit("Contract ondertekenen", on=dmy(scene.time.now))
    page = manager.get(f"/contracten/{number}")
    for words in ("Taalhuis de Waterlinie", "Zoetermeer", "Start op tijd"):
        assert words in page.body
    criterion = manager.get(
        manager.get(f"/contracten/{number}/prestatieafspraken").link("/prestatieafspraken/PA")
    )
    assert "Snel starten" in criterion.body


def record_the_quality_mark(scene: Scene) -> None:
    """Only who holds the keurmerk gets participants; a person looked it up and says so."""
    scene.as_(MANAGER).get("/keurmerken").submit(
        "Toestand vastleggen", organisation=Label("Taalhuis de Waterlinie"), kind=Label("eurmerk"),
        state=Label("onbepaalde tijd"), valid_from="01-01-2025", source="Openbaar register, gezien op 1 september",
    )  # fmt: skip


def refer(scene: Scene) -> None:
    """A municipality refers three participants; the provider accepts and starts them."""
    scene.until(datetime(2031, 9, 1, 8, tzinfo=UTC))
    manager, number = scene.as_(MANAGER), scene.know["contract"]
    page = manager.get("/aanmeldingen/nieuw").submit(
        contract_product=Label(number), number="3", target_group=Label("asielstatushouder"),
        pip_on="20-08-2031", on="01-09-2031",
    )  # fmt: skip
    trajectories = scene.know["trajectories"] = sorted(set(re.findall(r"T-\w{4}-\w{4}", page.body)))
    assert len(trajectories) == 3, page.body[:500]
    scene.until(datetime(2031, 9, 9, 8, tzinfo=UTC))
    provider = scene.as_(WINNER)
    for trajectory in trajectories:
        page = provider.get(f"/aanmeldingen/{trajectory}/stand")
        page.submit("Stand vastleggen", action=Label("ccepteren"), on="02-09-2031")
        page = provider.get(f"/aanmeldingen/{trajectory}/stand")
        page.submit("Stand vastleggen", action=Label("estart"), on=dmy(START))


def report(scene: Scene) -> None:
    """The provider fills in the prefilled workbook; a wrong cell is named; then it is accepted."""
    scene.until(datetime(2031, 10, 5, 8, tzinfo=UTC))
    provider, base = scene.as_(WINNER), f"/maandrapportages/{scene.know['contract']}/2031-09"
    template = provider.download(f"{base}/sjabloon")
    page = provider.get(base).submit(
        "Bestand controleren", file=(_filled(template, followed="veel"), "september.xlsx")
    )
    assert "fout" in page.body
    assert scene.know["trajectories"][0] in page.body
    page = provider.get(base).submit(
        "Bestand controleren", file=(_filled(template, followed=36), "september.xlsx")
    )
    page = page.submit("Maandrapportage indienen")
    assert "Ingediend" in page.body or "ontvangen" in page.body
    scene.wait(hours=2)
    manager = scene.as_(MANAGER)
    manager.get(base).submit("Alle open regels goedkeuren")
    assert "Goedgekeurd" in manager.get(base).body


def _filled(template: bytes, followed: int | str) -> bytes:
    book = load_workbook(io.BytesIO(template))
    sheet: Any = book["Deelnemers"]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "Trajectnummer" for cell in row))
    columns = {str(cell.value).casefold(): cell.column for cell in head if cell.value}
    offered, heard = columns["uren aangeboden"], columns["uren gevolgd"]
    with_leave = columns["verzuim met verlof"]
    for row in range(head[0].row + 1, head[0].row + 4):
        sheet.cell(row, offered).value = 40
        sheet.cell(row, heard).value = followed if row == head[0].row + 1 else 36
        sheet.cell(row, with_leave).value = 4
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def scorecard(scene: Scene) -> None:
    """The quarter's scorecard is computed from the rows and fixed by the contract manager."""
    number = scene.know["contract"]
    scene.until(datetime(2031, 10, 12, 8, tzinfo=UTC))
    page = scene.as_(MANAGER).get("/scorecards").submit("Concept maken")
    assert "Geen oordeel" in page.body
    scene.until(datetime(2032, 1, 20, 8, tzinfo=UTC))
    page = scene.as_(MANAGER).get(f"/scorecards/{number}/2031-k3").submit("Scorecard vaststellen")
    assert "astgesteld" in page.body
