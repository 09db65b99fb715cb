"""A PDF is accessible, the same each time, and prints what people typed as they typed it."""

from pathlib import Path

import pytest
import typst

from portal import pdf as module
from portal.pdf import pdf

TEMPLATE = """#import "base.typ": data, paper, typed
#show: paper.with(title: data.title, from: "Gemeente", reference: "AB-2026-001")
= #data.title
#typed(data.text)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    real = module._folder() / "base.typ"
    (tmp_path / "base.typ").write_text(real.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "proef.typ").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.setattr(module, "_folder", lambda: tmp_path)
    return tmp_path


def test_the_same_data_gives_the_same_bytes(folder: Path) -> None:
    data = {"title": "Proces-verbaal", "text": "Eerste regel\nTweede regel"}
    first = pdf("proef", data)
    assert first.startswith(b"%PDF-")
    assert first == pdf("proef", data)


def test_what_people_type_is_never_read_as_typst(folder: Path) -> None:
    hostile = '#panic("x") $x^2$ *vet* @bron <naam> \\ `code` #include "base.typ"'
    assert pdf("proef", {"title": hostile, "text": hostile}).startswith(b"%PDF-")


def test_a_pdf_without_a_title_is_not_made(folder: Path) -> None:
    with pytest.raises(typst.TypstError):
        pdf("proef", {"title": "", "text": "x"})


def test_an_unknown_template_is_an_error(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pdf("bestaat-niet", {})
