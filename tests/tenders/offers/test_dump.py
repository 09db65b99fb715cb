"""Annex IV b: a full dump with the server's own keys shows nothing of a submitted offer before the opening."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import select

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.config import Settings
from portal.db import db, writing
from tenders.offers import queries, strongroom
from tenders.offers.models import Offer
from tenders.vault import ceremony, sealing
from tenders.vault.models import EnvelopeWrap
from tests.factories.offers import TAALHUIS, make_draft, submit
from tests.factories.vault import BUYER, ZOETERMEER, GuardedTender, make_guarded_tender
from tests.tenders.offers.live import live_app, live_settings, live_url

MARKERS = {
    "text": "MARKER-ANTWOORD-kolibrie",
    "rate": "8123.4567",
    "promised": "0.876543",
    "file_name": "MARKER-NAAM-zonnebloem.pdf",
    "plan": "%PDF-1.7 MARKER-BIJLAGE-vuurtoren %%EOF",
    "requirement": "MARKER-EIS",
}


def written_ways(marker: str) -> list[bytes]:
    """Give the ways in which a text can stand in a file."""
    plain = marker.encode()
    return [
        plain,
        marker.encode("utf-16-le"),
        plain.hex().encode(),
        base64.b64encode(plain)[:-4],
        base64.b64encode(b"x" + plain)[4:-4],
        base64.b64encode(b"xx" + plain)[4:-4],
    ]


def found_in(files: list[Path]) -> list[str]:
    """Name the markers that stand somewhere in the files."""
    data = [path.read_bytes() for path in files]
    return [
        name
        for name, marker in MARKERS.items()
        if any(way in one for way in written_ways(marker) for one in data)
    ]


def dump(settings: Settings, folder: Path, url: str) -> list[Path]:
    """Give every file a host administrator can take away: database, file store, settings."""
    files = [path for path in settings.data_dir.parent.rglob("*") if path.is_file()]
    if url.startswith("postgresql"):
        out = folder / "dump.sql"
        program = shutil.which("pg_dump") or str(
            sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))[-1]
        )
        plain_url = re.sub(r"^postgresql\+\w+", "postgresql", url)
        subprocess.run([program, "--dbname", plain_url, "--file", str(out)], check=True, capture_output=True)
        files.append(out)
    keys = folder / "instellingen.txt"
    keys.write_text(f"{settings.secret_key} {settings.server_key}", encoding="utf-8")
    return [*files, keys]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_no_planted_marker_is_in_a_dump_before_the_opening(kind: str, tmp_path: Path) -> None:
    with live_url(kind, tmp_path) as url:
        settings = live_settings(tmp_path, url)
        with live_app(settings):
            with writing():
                tender = make_guarded_tender(lots=2)
            with writing():
                offer = make_draft(
                    tender.procedure,
                    text=MARKERS["text"],
                    rate=MARKERS["rate"],
                    promised=MARKERS["promised"],
                    file_name=MARKERS["file_name"],
                    plan=MARKERS["plan"].encode(),
                )
                number = offer.number
            old_draft, old_key = offer.draft, offer.draft_key
            assert found_in(dump(settings, tmp_path, url)) == []
            with writing():
                submit(db.session.scalars(select(Offer).where(Offer.number == number)).one())
            files = dump(settings, tmp_path, url)
            assert found_in(files) == []
            assert not any(b"AGE-SECRET-KEY-1" in path.read_bytes() for path in files)
            _try_everything_with_the_server_key(settings, old_draft, old_key)
            _open_and_look(tender, settings, tmp_path, url)


def _try_everything_with_the_server_key(settings: Settings, old_draft: bytes | None, old_key: str) -> None:
    """A dump has the server key: it takes off the server's lock, and stands before age."""
    assert old_draft is not None
    assert not (strongroom.drafts_folder() / old_key).exists()
    with pytest.raises(sealing.CannotOpen):
        sealing.server_unlock(old_draft, server_key=settings.server_key, bound_to="draft")
    strangers = [pyrage.x25519.Identity.generate()]
    for wrap in db.session.scalars(select(EnvelopeWrap)):
        bound = f"wrap:{wrap.holder.envelope_key_id}:{wrap.holder.id}"
        outer = sealing.server_unlock(wrap.blob, server_key=settings.server_key, bound_to=bound)
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(outer, strangers)
    for path in strongroom.vault_folder().iterdir():
        assert path.read_bytes().startswith(b"age-encryption.org/v1")
    db.session.rollback()


def _open_and_look(tender: GuardedTender, settings: Settings, folder: Path, url: str) -> None:
    """The control: after the opening the same search does find what was sealed."""
    after = tender.procedure.submission_deadline_at
    assert after is not None
    first, second = viewer_by_email(BUYER), viewer_by_email(ZOETERMEER)
    with clock.at(after + timedelta(minutes=1)):
        with writing():
            key = tender.key()
            opening = ceremony.ask_opening(key, answer=tender.codes[BUYER], by=first)
        assert found_in(dump(settings, folder, url)) == []
        with writing():
            unsealed = ceremony.unseal_with(opening, answer=tender.codes[ZOETERMEER], by=second)
            ceremony.confirm_opening(opening, unsealed, by=second)
    assert len(queries.opened_lots(tender.procedure)) == 2
    assert viewer_by_email(TAALHUIS).organisation_name
    found = found_in(dump(settings, folder, url))
    assert {"text", "plan", "requirement"} <= set(found)
    assert "rate" not in found
