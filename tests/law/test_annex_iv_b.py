"""Annex IV b: nobody reads a submitted offer before the closing time, also not with everything the server has.

Forty marks are planted in two offers: every answer, rate, promise, file (name and content), explanation,
partner and contact. A dump of database, file store, temp folder, logs, backup and the server's own keys shows
none of them, in any of six ways of writing, while the offers are drafts, after submitting, and after the first
of the two cards. After the opening the same search does find them: the control.
"""

from __future__ import annotations

import base64
import logging
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import select

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.backup import make_backup
from portal.config import Settings
from portal.db import db, writing
from tenders.offers import declaring, queries, services, strongroom
from tenders.offers.content import Answer, Claim, Partner
from tenders.offers.demo import plain_declaration, seal_bytes
from tenders.offers.models import Offer
from tenders.offers.states import PartyRole
from tenders.procedures.models import Procedure
from tenders.vault import ceremony, sealing
from tenders.vault.models import EnvelopeWrap
from tests.factories.offers import DELTA, TAALHUIS, submit
from tests.factories.vault import BUYER, ZOETERMEER, GuardedTender, make_guarded_tender
from tests.tenders.offers.live import live_app, live_settings, live_url

RATES = {"een": ("8123.4567", "7345.6781"), "twee": ("8234.5671", "7456.7812")}
PROMISES = {"een": ("0.876543", "0.765432"), "twee": ("0.865437", "0.754326")}


class Marks(dict[str, str]):
    """The planted texts by what they are; each stands nowhere else."""

    def plant(self, what: str, text: str) -> str:
        self[what] = text
        return text


def plant(procedure: Procedure, email: str, who: str, marks: Marks) -> str:
    """Make a complete offer with twenty marks in it; gives its number."""
    by = viewer_by_email(email)
    offer = services.start_offer(procedure, by=by)
    asked = queries.asked_of(procedure)
    services.choose_lots(offer, [lot.id for lot in asked.lots], by=by)
    services.save_organisation(
        offer,
        contact_name=marks.plant(f"{who} contact", f"MERK-{who}-contact-ooievaar"),
        contact_email=marks.plant(f"{who} e-mail", f"merk-{who}-karekiet@inschrijver.example"),
        contact_phone=marks.plant(f"{who} telefoon", f"070-{who}-5550199"),
        alone=False,
        partners=[
            Partner(PartyRole.SUBCONTRACTOR, marks.plant(f"{who} partner", f"MERK-{who}-partner-zilverreiger"), "")
        ],
        by=by,
    )
    claims = {
        one.id: Claim("equivalent", marks.plant(f"{who} eis", f"MERK-{who}-eis-roerdomp"))
        for one in asked.requirements
    }
    services.save_claims(offer, claims, by=by)
    declaring.save_uea(offer, plain_declaration(), by=by)
    for place, lot in enumerate(asked.lots):
        answers = {}
        for criterion in lot.criteria:
            text = marks.plant(
                f"{who} antwoord {place}-{criterion.id}", f"MERK-{who}-antwoord-{place}-{criterion.id[:8]}"
            )
            promised = marks.plant(f"{who} belofte {place}", PROMISES[who][place]) if criterion.measure else ""
            answers[criterion.id] = Answer(text, promised)
        services.save_answers(offer, lot.id, answers, by=by)
        rate = marks.plant(f"{who} tarief {place}", RATES[who][place])
        services.save_prices(offer, lot.id, {one.id: rate for one in lot.prices}, by=by)
        for number in (1, 2) if place == 0 else (1,):
            name = marks.plant(f"{who} naam {place}-{number}", f"MERK-{who}-naam-{place}{number}.pdf")
            inside = marks.plant(f"{who} bestand {place}-{number}", f"MERK-{who}-bestand-{place}{number}-velduil")
            data = f"%PDF-1.7 {inside} %%EOF".encode()
            services.add_file(offer, lot.id, seal_bytes(procedure, data, name), by=by)
    title = marks.plant(f"{who} derde", f"MERK-{who}-bijlage-{'x' * 3}-kluut")
    services.add_file(
        offer, asked.lots[1].id, seal_bytes(procedure, f"%PDF-1.7 {title} %%EOF".encode(), "bijlage.pdf"), by=by
    )
    return offer.number


def written_ways(mark: str) -> list[bytes]:
    """Give the ways in which a text can stand in a file."""
    plain = mark.encode()
    return [
        plain,
        mark.encode("utf-16-le"),
        plain.hex().encode(),
        base64.b64encode(plain)[:-4],
        base64.b64encode(b"x" + plain)[4:-4],
        base64.b64encode(b"xx" + plain)[4:-4],
    ]


def found_in(files: list[Path], marks: Marks) -> set[str]:
    """Name the marks that stand somewhere in the files."""
    data = [path.read_bytes() for path in files if path.exists()]
    return {
        name for name, mark in marks.items() if any(way in one for way in written_ways(mark) for one in data)
    }


def dump(settings: Settings, folder: Path, url: str) -> list[Path]:
    """Give every file a host administrator can take away: database, files, temp, logs, backup, settings."""
    backup = folder / f"reservekopie-{len(list(folder.glob('reservekopie-*')))}.tar"
    make_backup(backup)
    db.session.rollback()
    if url.startswith("postgresql"):
        program = shutil.which("pg_dump") or str(
            sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))[-1]
        )
        plain_url = re.sub(r"^postgresql\+\w+", "postgresql", url)
        out = folder / "dump.sql"
        subprocess.run([program, "--dbname", plain_url, "--file", str(out)], check=True, capture_output=True)
    keys = folder / "instellingen.txt"
    keys.write_text(f"{settings.secret_key} {settings.server_key}", encoding="utf-8")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"reservekopie-0.tar", "instellingen.txt", "logboek.txt"} <= {path.name for path in files}
    return files


@contextmanager
def watched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let temp files fall inside the folder and write every log line, with every SQL statement, to a file."""
    temp = folder / "temp"
    temp.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    handler = logging.FileHandler(folder / "logboek.txt")
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    try:
        yield
    finally:
        logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_no_planted_mark_is_in_a_dump_before_the_opening(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = Marks()
    with live_url(kind, tmp_path) as url, watched(tmp_path, monkeypatch):
        settings = live_settings(tmp_path, url)
        with live_app(settings):
            with writing():
                tender = make_guarded_tender(lots=2)
            with writing():
                numbers = [
                    plant(tender.procedure, TAALHUIS, "een", marks), plant(tender.procedure, DELTA, "twee", marks)
                ]  # fmt: skip
            assert len(set(marks.values())) == 40
            old = {one.number: (one.draft, one.draft_key) for one in db.session.scalars(select(Offer))}
            assert found_in(dump(settings, tmp_path, url), marks) == set()
            for number, email in zip(numbers, (TAALHUIS, DELTA), strict=True):
                with writing():
                    submit(db.session.scalars(select(Offer).where(Offer.number == number)).one(), email=email)
            files = dump(settings, tmp_path, url)
            assert found_in(files, marks) == set()
            assert not any(b"AGE-SECRET-KEY-1" in path.read_bytes() for path in files)
            for draft, key in old.values():
                _try_everything_with_the_server_key(settings, draft, key)
            _open_and_look(tender, settings, tmp_path, url, marks)


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


def _open_and_look(tender: GuardedTender, settings: Settings, folder: Path, url: str, marks: Marks) -> None:
    """The control: after the opening the same search does find what was sealed, but no price."""
    after = tender.procedure.submission_deadline_at
    assert after is not None
    first, second = viewer_by_email(BUYER), viewer_by_email(ZOETERMEER)
    with clock.at(after + timedelta(minutes=1)):
        with writing():
            opening = ceremony.ask_opening(tender.key(), answer=tender.codes[BUYER], by=first)
        assert found_in(dump(settings, folder, url), marks) == set()
        with writing():
            unsealed = ceremony.unseal_with(opening, answer=tender.codes[ZOETERMEER], by=second)
            ceremony.confirm_opening(opening, unsealed, by=second)
    assert len(queries.opened_lots(tender.procedure)) == 4
    found = found_in(dump(settings, folder, url), marks)
    shown = {name for name in marks if any(word in name for word in ("antwoord", "bestand", "eis", "partner"))}
    assert shown <= found
    assert not {name for name in found if "tarief" in name}
