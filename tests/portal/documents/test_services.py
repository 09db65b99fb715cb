"""A file is kept under a random name with its hash; a rollback leaves nothing; a download cannot be run."""

import hashlib
from pathlib import Path

import pytest
from flask import Flask

from portal.access import SYSTEM
from portal.config import current_settings
from portal.db import db, writing
from portal.documents import Document, DocumentRefused, open_document, response, store, store_upload
from portal.documents.services import DocumentDamaged
from tests.portal.documents.test_rules import PDF

pytestmark = pytest.mark.usefixtures("session")


def files() -> list[Path]:
    return [path for path in current_settings().folder("bestanden").rglob("*") if path.is_file()]


def test_a_stored_file_can_be_read_back_and_has_its_hash() -> None:
    with writing():
        document = store(PDF, name="../Plan van aanpak.pdf", kind="offer", by=SYSTEM)
    assert open_document(document) == PDF
    assert document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (document.name, document.media_type, document.size) == (
        "Plan van aanpak.pdf",
        "application/pdf",
        len(PDF),
    )


def test_the_name_on_disk_tells_nothing() -> None:
    with writing():
        document = store(PDF, name="Geheim.pdf", kind="offer", by=SYSTEM)
    on_disk = current_settings().folder("bestanden") / document.storage_key
    assert on_disk.read_bytes() == PDF
    assert "eheim" not in str(document.storage_key)


def test_a_rolled_back_file_is_gone_from_the_disk() -> None:
    before = set(files())
    with pytest.raises(RuntimeError), writing():
        store(PDF, name="x.pdf", kind="offer", by=SYSTEM)
        assert set(files()) > before
        raise RuntimeError
    assert set(files()) == before


def test_a_changed_file_is_not_handed_out() -> None:
    with writing():
        document = store(PDF, name="x.pdf", kind="offer", by=SYSTEM)
    on_disk = current_settings().folder("bestanden") / document.storage_key
    on_disk.write_bytes(PDF + b" ")
    with pytest.raises(DocumentDamaged):
        open_document(document)
    on_disk.unlink()
    with pytest.raises(DocumentDamaged):
        open_document(document)


def test_an_upload_is_checked_before_it_is_stored() -> None:
    before = set(files())
    with pytest.raises(DocumentRefused):
        store_upload(b"MZ" + bytes(100), name="plan.pdf", kind="offer", by=SYSTEM)
    assert set(files()) == before
    with writing():
        document = store_upload(b"%PDF-1.4 half", name="plan.pdf", kind="offer", by=SYSTEM)
    assert "misschien niet leesbaar" in document.warning


def test_a_new_version_points_back() -> None:
    with writing():
        first = store(PDF, name="x.pdf", kind="nota", by=SYSTEM)
        second = store(PDF + b"\n", name="x.pdf", kind="nota", by=SYSTEM, predecessor=first)
    assert second.predecessor_id == first.id
    assert db.session.get(Document, first.id) is not None


def test_a_download_is_an_attachment_that_no_browser_runs(app: Flask) -> None:
    with writing():
        document = store(PDF, name='Café "plan";\r\nX: y.pdf', kind="offer", by=SYSTEM)
    answer = response(document)
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''Caf%C3%A9" in answer.headers["Content-Disposition"]
    assert "\n" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.get_data() == PDF
