"""A file is what its bytes say; what is refused is refused with a sentence that helps."""

import io
import zipfile

import pytest

from portal.documents.rules import (
    BROKEN,
    BSN_WARNING,
    EMPTY,
    LOCKED,
    MACRO,
    PROGRAM,
    TOO_MUCH_INSIDE,
    UNREADABLE,
    DocumentRefused,
    clean_name,
    inspect,
)

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def office(main: str = "word/document.xml", **extra: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr(main, b"<document/>")
        for name, content in extra.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return made.getvalue()


def refusal(name: str, data: bytes, **options: object) -> str:
    with pytest.raises(DocumentRefused) as refused:
        inspect(name, data, **options)  # type: ignore[arg-type]
    return refused.value.message


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("Plan.pdf", PDF, "application/pdf"),
        ("PLAN.PDF", PDF, "application/pdf"),
        ("plan.docx", office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_a_good_file_keeps_its_name_and_gets_the_type_of_its_content(
    name: str, data: bytes, media_type: str
) -> None:
    found = inspect(name, data)
    assert (found.name, found.media_type, found.warning) == (name, media_type, "")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("leeg.pdf", b"", EMPTY),
        ("programma.pdf", b"MZ\x90\x00" + bytes(200), PROGRAM),
        ("script.pdf", b"#!/bin/sh\nrm -rf /\n", PROGRAM),
        ("slot.pdf", PDF.replace(b"<</Root 1 0 R>>", b"<</Root 1 0 R/Encrypt 5 0 R>>"), LOCKED),
        ("slot.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), LOCKED),
        ("macro.docx", office(word__vbaProject_dot_bin=b"x"), MACRO),
        ("macro.docm", office(word__vbaProject_dot_bin=b"x"), MACRO),
        ("kapot.docx", b"PK\x03\x04" + bytes(40), BROKEN),
    ],
)
def test_a_bad_file_is_refused_with_its_own_sentence(name: str, data: bytes, sentence: str) -> None:
    assert refusal(name, data) == sentence


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("plan.pdf", b"<html><script>alert(1)</script></html>", "de inhoud is iets anders"),
        ("plan.docx", PDF, "de inhoud is iets anders"),
        ("plan.docx", office("xl/workbook.xml"), "de inhoud is iets anders"),
        ("plan.html", b"<html></html>", "Dit soort bestand kan niet"),
        ("plan.svg", b"<svg onload='x'/>", "Dit soort bestand kan niet"),
        ("plan", b"tekst", "Dit soort bestand kan niet"),
        ("oud.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "oude versie"),
        ("ingepakt.docx", office(word__bijlage_dot_zip=b"PK"), "ingepakt bestand"),
        ("kaal.docx", b"PK\x05\x06" + bytes(18), "iets anders"),
        ("blad.xlsx", office("xl/workbook.xml"), "Dit soort bestand kan hier niet"),
        ("virus.pdf", b"%PDF-1.4 X5O!P " + b"EICAR-STANDARD-ANTIVIRUS" + b"-TEST-FILE!", "virusscanners"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name: str, data: bytes, words: str) -> None:
    assert words in refusal(name, data)


def test_a_file_above_the_limit_is_refused_with_the_limit() -> None:
    assert "groter dan 1 MB" in refusal("groot.pdf", PDF + bytes(1024 * 1024), max_mb=1)


def test_a_workbook_that_unpacks_too_large_is_refused_before_unpacking() -> None:
    bomb = office("xl/workbook.xml", xl__sheet1_dot_xml=bytes(66 * 1024 * 1024))
    assert len(bomb) < 200_000
    assert refusal("bom.xlsx", bomb, kinds=("xlsx",)) == TOO_MUCH_INSIDE


def test_a_part_that_cannot_be_unpacked_is_refused() -> None:
    whole = office(word__document2_dot_xml=b"<p>" + bytes(range(256)) * 40)
    spot = whole.rindex(b"word/document2.xml", 0, whole.rindex(b"PK\x01\x02"))
    broken = whole[: spot + 30] + b"\xff" * 40 + whole[spot + 70 :]
    assert refusal("kapot.docx", broken) == BROKEN


def test_a_zip_that_names_places_outside_itself_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../../etc/passwd", b"x")
    assert refusal("a.zip", made.getvalue(), kinds=("zip",)) == BROKEN


def test_a_pdf_without_an_end_gets_a_warning_and_is_kept() -> None:
    assert inspect("half.pdf", b"%PDF-1.4\n1 0 obj").warning == UNREADABLE


def test_a_number_like_a_bsn_in_a_document_is_a_warning_and_no_refusal() -> None:
    made = office(word__voet_dot_xml=b"<w:p><w:t>Nummer 123456782.</w:t></w:p>")
    assert inspect("lijst.docx", made).warning == BSN_WARNING
    assert inspect("lijst.csv", b"naam;nummer\nx;123456782\n", kinds=("csv",)).warning == BSN_WARNING
    assert inspect("lijst.csv", b"naam;nummer\nx;123456789\n", kinds=("csv",)).warning == ""


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../x.pdf", "x.pdf"),
        ("C:\\map\\plan.pdf", "plan.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("pl\u200ban\r\nX: y.pdf", "planX: y.pdf"),
        ("日本.pdf", "日本.pdf"),
        ("Cafe\u0301.pdf", "Café.pdf"),
        ("", "bestand"),
        (" . ", "bestand"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
    ],
)
def test_a_name_is_shown_without_tricks(given: str, shown: str) -> None:
    assert clean_name(given) == shown
    assert len(clean_name(given)) <= 150
