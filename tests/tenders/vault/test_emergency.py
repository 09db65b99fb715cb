"""The emergency opening of docs/noodopening.md: two cards, the files, and Debian's age; no portal."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from shutil import which

import pytest

from portal.config import current_settings
from portal.db import commit, db, set_mode
from tenders.offers import queries, strongroom
from tenders.vault import cards, sealing
from tenders.vault.queries import wraps_of
from tests.factories.offers import PLAN, make_submitted
from tests.factories.vault import BUYER, ZOETERMEER, make_guarded_tender

pytestmark = [
    pytest.mark.usefixtures("session"),
    pytest.mark.skipif(which("age") is None, reason="Debian's age is not installed"),
]


def age(*arguments: str, cwd: Path) -> bytes:
    return subprocess.run(["age", *arguments], cwd=cwd, capture_output=True, check=True).stdout


def test_two_cards_and_age_alone_open_an_offer(tmp_path: Path) -> None:
    tender = make_guarded_tender()
    offer = make_submitted(tender.procedure)
    commit()
    set_mode(writing=True)
    for name, email in (("kaartA", BUYER), ("kaartB", ZOETERMEER)):
        card = cards.card_of(cards.secret_of(tender.codes[email]))
        (tmp_path / f"{name}.txt").write_text(card.file, encoding="utf-8")
    wrap = next(one for one in wraps_of(tender.key()) if one.holder.card.public_key == _key_of(tmp_path / "kaartB.txt"))
    bound = f"wrap:{wrap.holder.envelope_key_id}:{wrap.holder.id}"
    outer = sealing.server_unlock(wrap.blob, server_key=current_settings().server_key, bound_to=bound)
    (tmp_path / "kluis.age").write_bytes(outer)
    submission = queries.standing_submission(offer)
    assert submission is not None
    for part in queries.parts_in(submission):
        (tmp_path / f"{part.kind.value}-{part.envelope.value}.age").write_bytes(
            strongroom.sealed_path(part.storage_key).read_bytes()
        )
    db.session.rollback()

    (tmp_path / "gepeld.age").write_bytes(age("-d", "-i", "kaartA.txt", "kluis.age", cwd=tmp_path))
    (tmp_path / "sleutel.txt").write_bytes(age("-d", "-i", "kaartB.txt", "gepeld.age", cwd=tmp_path))
    manifest = json.loads(age("-d", "-i", "sleutel.txt", "manifest-quality.age", cwd=tmp_path))
    file = next(note for lot in manifest["percelen"].values() for note in lot["bestanden"])
    assert age("-d", "-i", "sleutel.txt", "file-quality.age", cwd=tmp_path)[: file["size"]] == PLAN
    with pytest.raises(subprocess.CalledProcessError):
        age("-d", "-i", "sleutel.txt", "prices-price.age", cwd=tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        age("-d", "-i", "kaartA.txt", "gepeld.age", cwd=tmp_path)


def _key_of(path: Path) -> str:
    return next(
        line.removeprefix("# public key: ") for line in path.read_text(encoding="utf-8").splitlines() if "public" in line
    )
