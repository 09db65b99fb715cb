"""Workbooks of others: what is read, what is refused, and with which sentence."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from portal import sheets
from portal.sheets import CellProblem, SheetRefused, address, find_table, read_workbook


def made(rows: list[list[object]], **options: object) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    page = book.add_worksheet("Deelnemers")
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(r, c, value, day)
            elif value is not None:
                page.write(r, c, value)
    book.define_name("portaal_sjabloon", '="IB-2026-014|2026-11|1"')
    book.close()
    return out.getvalue()


def repacked(data: bytes, extra: dict[str, bytes], *, drop: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in drop and name not in extra:
                new.writestr(name, old.read(name))
        for name, content in extra.items():
            new.writestr(name, content)
    return out.getvalue()


def ods(
    body: str, *, mimetype: str = "application/vnd.oasis.opendocument.spreadsheet", manifest: str = ""
) -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Deelnemers">{body}</table:table>'
        '<table:named-expressions><table:named-expression table:name="portaal_sjabloon" '
        'table:expression="of:=&quot;IB-1|2026-11|1&quot;"/></table:named-expressions>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f"{manifest}</manifest:manifest>",
        )
    return out.getvalue()


def refusal(data: bytes, name: str = "rapportage.xlsx") -> str:
    with pytest.raises(SheetRefused) as caught:
        read_workbook(data, name)
    return caught.value.message


def test_numbers_dates_and_names_come_out_as_they_are() -> None:
    book = read_workbook(made([["Traject", "Uren", "Datum"], ["T-1", 36.5, date(2026, 11, 2)]]), "a.xlsx")

    assert book.names["portaal_sjabloon"] == "IB-2026-014|2026-11|1"
    assert list(book.sheets["Deelnemers"].rows[1]) == ["T-1", Decimal("36.5"), date(2026, 11, 2)]


def test_dates_of_the_1904_calendar_are_not_four_years_off() -> None:
    book = read_workbook(made([[date(2026, 11, 2)]], date_1904=True), "a.xlsx")

    assert book.sheets["Deelnemers"].cell(0, 0) == date(2026, 11, 2)


def test_a_formula_without_a_stored_result_and_an_error_are_flagged_and_never_zero() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["Uren", "=A3+A4", "#N/A"])
    out = io.BytesIO()
    book.save(out)
    grid = next(iter(read_workbook(out.getvalue(), "a.xlsx").sheets.values()))

    assert grid.cell(0, 1) == CellProblem("formula")
    assert grid.cell(0, 2) == CellProblem("error", "#N/A")
    assert "uitgerekend" in CellProblem("formula").message


def test_a_value_from_another_file_is_flagged_and_nothing_is_fetched() -> None:
    data = made([["Uren"], [3]])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    sheet = sheet.replace(b'<c r="A2"><v>3</v></c>', b'<c r="A2"><f>[1]Blad1!A1</f><v>3</v></c>')
    grid = read_workbook(repacked(data, {"xl/worksheets/sheet1.xml": sheet}), "a.xlsx").sheets["Deelnemers"]

    assert grid.cell(1, 0) == CellProblem("link")


def test_merged_and_hidden_parts_are_told() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("Open").merge_range("A1:B1", "samen")
    hidden = book.add_worksheet("Lijst")
    hidden.write(0, 0, "x")
    hidden.very_hidden()
    book.close()
    found = read_workbook(out.getvalue(), "a.xlsx").sheets

    assert found["Open"].merged == ("A1:B1",)
    assert found["Open"].cell(0, 1) is None
    assert found["Lijst"].hidden


def test_a_table_is_found_in_any_column_order_and_below_notes() -> None:
    data = made([["Let op"], [None], [None, "Gevolgd ", "TRAJECT:"], [None, 4, "T-1"]])
    grid = read_workbook(data, "a.xlsx").sheets["Deelnemers"]
    table = find_table(grid, ["Traject", "Gevolgd", "Verzuim"], needed=["Traject"])

    assert table is not None
    assert (table.header_row, table.columns) == (2, {"Gevolgd": 1, "Traject": 2})
    assert (table.cell(3, "Gevolgd"), table.cell(3, "Verzuim")) == (Decimal(4), None)
    assert table.address(3, "Traject") == "C4"
    assert find_table(grid, ["Iets anders"], needed=["Iets anders"]) is None


def test_a_column_that_stands_there_twice_is_refused() -> None:
    grid = read_workbook(made([["Traject", "Uren", "uren"]]), "a.xlsx").sheets["Deelnemers"]

    with pytest.raises(SheetRefused, match="twee keer"):
        find_table(grid, ["Traject", "Uren"], needed=["Traject"])


@pytest.mark.parametrize(
    ("row", "column", "shown"), [(0, 0, "A1"), (13, 5, "F14"), (0, 26, "AA1"), (9, 701, "ZZ10")]
)
def test_addresses_read_as_in_excel(row: int, column: int, shown: str) -> None:
    assert address(row, column) == shown


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_csv_is_read_in_every_usual_encoding_and_separator(encoding: str, mark: str) -> None:
    text = mark.join(["Traject", "Opmerking"]) + "\r\n" + mark.join(["T-1", "geëindigd"]) + "\r\n"
    grid = read_workbook(text.encode(encoding), "a.csv").sheets["csv"]

    assert [list(row) for row in grid.rows] == [["Traject", "Opmerking"], ["T-1", "geëindigd"]]


def test_a_quoted_separator_belongs_to_its_cell() -> None:
    grid = read_workbook(b'Traject;Opmerking\n"T;1";"zegt ""ja"""\n', "a.csv").sheets["csv"]

    assert list(grid.rows[1]) == ["T;1", 'zegt "ja"']


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "leeg"),
        (b"  \n ", "leeg"),
        (b"een\ntwee\n", "ziet geen kolommen"),
        (b"a;b,c\n1;2,3\n", "welk teken"),
        (b'a;b\n1;2\n"x";y"z"\n"x"y";1\n', "aanhalingsteken"),
        (b"a;b\n\x81;\x8d\n", "Rij 2 bevat tekens"),
        (b"\xef\xbb\xbfa;b\n\xff;1\n", "Rij 2 bevat tekens"),
        (b"PK\x03\x04rest", "is een Excel-bestand"),
        (b"a;b\n\x00;1\n", "geen csv-bestand"),
    ],
)
def test_a_csv_that_cannot_be_trusted_is_refused_with_its_reason(data: bytes, part: str) -> None:
    assert part in refusal(data, "a.csv")


def test_a_csv_called_xlsx_is_told_what_it_is() -> None:
    assert "lijkt op een tekstbestand (csv)" in refusal(b"Traject;Uren\nT-1;3\n")


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("xl/vbaProject.bin", b"x", "macro"),
        ("xl/embeddings/oleObject1.bin", b"x", "ander bestand"),
        ("xl/media/nog.zip", b"PK", "ander bestand"),
        ("xl/connections.xml", b"<x/>", "andere bron"),
        ("../../etc/cron", b"x", "geen goed Excel-bestand"),
        ("xl\\worksheets\\x.xml", b"x", "geen goed Excel-bestand"),
        ("xl/theme/theme9.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', "DOCTYPE"),
    ],
)
def test_a_workbook_with_a_hostile_part_is_refused(name: str, content: bytes, part: str) -> None:
    assert part in refusal(repacked(made([["a", 1]]), {name: content}))


def test_a_macro_workbook_is_refused_by_its_name_and_by_its_content() -> None:
    data = made([["a", 1]])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read("[Content_Types].xml")
    macro = types.replace(b"spreadsheetml.sheet.main", b"spreadsheetml.sheet.macroEnabled.main")

    assert "macro" in refusal(data, "a.xlsm")
    assert "macro" in refusal(repacked(data, {"[Content_Types].xml": macro}))


def test_a_workbook_with_a_password_says_so() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600

    assert "wachtwoord" in refusal(data + "EncryptedPackage".encode("utf-16-le"))
    assert "oud Excel-bestand" in refusal(data, "a.xls")


def test_a_bomb_is_refused_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_read_in_child", lambda *_: pytest.fail("opened"))
    data = made([["a", 1]])

    assert "veel te groot" in refusal(repacked(data, {"xl/worksheets/sheet9.xml": b" " * (65 * 1024 * 1024)}))
    assert "veel te groot" in refusal(repacked(data, {f"xl/x{n}.xml": b"" for n in range(2_001)}))


def test_a_bomb_whose_directory_lies_is_stopped_by_the_limits() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 900_001))
    name = "xl/worksheets/sheet1.xml"
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )

    assert refusal(repacked(made([["a", 1]]), {name: sheet}))


@pytest.mark.parametrize(
    ("name", "part"), [("a.xls", "xlsx, ods of csv"), ("a.pdf", ".pdf-bestand"), ("a", "xlsx")]
)
def test_another_kind_of_file_is_refused_by_name(name: str, part: str) -> None:
    assert part in refusal(b"%PDF-1.7 enzovoort", name)


def test_a_broken_zip_is_refused() -> None:
    assert "geen goed Excel-bestand" in refusal(made([["a", 1]])[:200])
    assert "geen goed Excel-bestand" in refusal(b"PK\x03\x04" + b"\x00" * 50)
    assert "geen goed Excel-bestand" in refusal(repacked(made([["a", 1]]), {}, drop=("xl/workbook.xml",)))


def test_ods_is_read_with_its_names_and_its_errors() -> None:
    body = (
        "<table:table-row>"
        '<table:table-cell office:value-type="string"><text:p>Traject</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="36.5"><text:p>36,5</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string"><text:p>#DIV/0!</text:p></table:table-cell>'
        "</table:table-row>"
    )
    book = read_workbook(ods(body), "a.ods")

    assert list(book.sheets["Deelnemers"].rows[0]) == [
        "Traject",
        Decimal("36.5"),
        CellProblem("error", "#DIV/0!"),
    ]
    assert book.names["portaal_sjabloon"] == "IB-1|2026-11|1"


def test_ods_with_a_password_or_of_another_kind_is_refused() -> None:
    assert "wachtwoord" in refusal(ods("", manifest="<manifest:encryption-data/>"), "a.ods")
    assert "geen werkblad" in refusal(ods("", mimetype="application/vnd.oasis.opendocument.text"), "a.ods")
    assert "geen ods-bestand" in refusal(b"Traject;Uren\n", "a.ods")


def test_more_than_two_hundred_thousand_rows_are_refused() -> None:
    assert "200.000" in refusal(b"a;b\n" + b"1;2\n" * 200_001, "a.csv")


def test_an_empty_workbook_is_refused() -> None:
    assert refusal(made([])) == "Het bestand is leeg."
