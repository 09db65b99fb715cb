"""A backup brings everything back with its trail whole, and refuses whatever was touched."""

import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import audit
from portal.access import SYSTEM
from portal.accounts.models import Organisation, OrganisationKind
from portal.accounts.services import add_organisation
from portal.audit.services import verify_chain
from portal.backup import BackupRefused, make_backup, restore_backup
from portal.db import db, reading, writing
from portal.documents.models import Document
from portal.documents.services import open_document, store
from tests import postgres
from tests.house.application import make_app


@contextmanager
def running(folder: Path, url: str | None = None) -> Iterator[Flask]:
    app = make_app(folder, url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def fill() -> tuple[int, str]:
    """Make tables, an organisation and a document; give the tip of the trail."""
    with writing():
        db.create_all()
        add_organisation(kind=OrganisationKind.PROVIDER, name="Taalhuis de Waterlinie", slug="taalhuis")
        store(b"%PDF-1.7 proef", name="verslag.pdf", kind="proef", by=SYSTEM)
    with reading():
        return audit.head()


def backup_of(folder: Path) -> tuple[Path, tuple[int, str]]:
    (folder / "voor").mkdir()
    with running(folder / "voor"):
        tip = fill()
        make_backup(folder / "kopie.tar")
    return folder / "kopie.tar", tip


def changed(source: Path, name: str, content: bytes) -> Path:
    """Write a copy of a backup in which one member has other bytes."""
    target = source.with_name("veranderd.tar")
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            data = content if member.name == name else (old.extractfile(member) or io.BytesIO()).read()
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return target


def test_what_is_put_back_is_what_was_there(tmp_path: Path) -> None:
    kept, tip = backup_of(tmp_path)
    (tmp_path / "na").mkdir()
    with running(tmp_path / "na"):
        restore_backup(kept)
        with reading():
            assert audit.head() == tip
            assert verify_chain([tip]) is None
            assert db.session.scalars(sa.select(Organisation.name)).all() == ["Taalhuis de Waterlinie"]
            assert open_document(db.session.scalars(sa.select(Document)).one()) == b"%PDF-1.7 proef"


def test_a_backup_is_not_put_over_other_data(tmp_path: Path) -> None:
    kept, _ = backup_of(tmp_path)
    with running(tmp_path / "voor"), pytest.raises(BackupRefused, match="Hier staan al gegevens"):
        restore_backup(kept)


def test_a_backup_does_not_overwrite_an_older_one(tmp_path: Path) -> None:
    kept, _ = backup_of(tmp_path)
    before = kept.read_bytes()
    with running(tmp_path / "voor"), pytest.raises(BackupRefused, match="bestaat al"):
        make_backup(kept)
    assert kept.read_bytes() == before


def test_a_changed_file_in_the_backup_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    kept, _ = backup_of(tmp_path)
    with tarfile.open(kept) as archive:
        name = next(name for name in archive.getnames() if name.startswith("bestanden/"))
    (tmp_path / "na").mkdir()
    with running(tmp_path / "na"), pytest.raises(BackupRefused, match="beschadigd of veranderd"):
        restore_backup(changed(kept, name, b"iets anders"))
    assert not [path for path in (tmp_path / "na").rglob("*") if path.is_file()]


def test_a_trail_that_lost_its_end_is_refused_even_with_fitting_hashes(tmp_path: Path) -> None:
    kept, tip = backup_of(tmp_path)
    with tarfile.open(kept) as archive:
        manifest = json.loads((archive.extractfile("manifest.json") or io.BytesIO()).read())
    manifest["audit"] = [tip[0] + 1, "f" * 64]
    (tmp_path / "na").mkdir()
    with running(tmp_path / "na"), pytest.raises(BackupRefused, match="logboek"):
        restore_backup(changed(kept, "manifest.json", json.dumps(manifest).encode()))


def test_something_else_is_not_a_backup(tmp_path: Path) -> None:
    wrong = tmp_path / "iets.tar"
    wrong.write_bytes(b"geen tar")
    (tmp_path / "na").mkdir()
    with running(tmp_path / "na"), pytest.raises(BackupRefused, match="geen leesbare reservekopie"):
        restore_backup(wrong)


@pytest.mark.postgres
def test_a_postgres_database_comes_back_as_well(tmp_path: Path) -> None:
    if not postgres.available():
        pytest.skip(postgres.MISSING)
    (tmp_path / "voor").mkdir()
    (tmp_path / "na").mkdir()
    with postgres.own_postgres() as url:
        with running(tmp_path / "voor", url):
            tip = fill()
            make_backup(tmp_path / "kopie.tar")
            with writing():
                db.session.execute(sa.text("DROP SCHEMA public CASCADE"))
                db.session.execute(sa.text("CREATE SCHEMA public"))
        with running(tmp_path / "na", url):
            restore_backup(tmp_path / "kopie.tar")
            with reading():
                assert audit.head() == tip
                assert verify_chain([tip]) is None
