"""The emergency opening of docs/noodopening.md: two cards, the files, and Debian's age; no portal."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which

import pytest

from portal import audit
from portal.errors import Refused
from tenders.offers import emergency
from tenders.vault import cards
from tests.factories.offers import PLAN, make_submitted
from tests.factories.vault import BUYER, ZOETERMEER, make_guarded_tender

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
pytestmark = [
    pytest.mark.usefixtures("session"),
    pytest.mark.skipif(which("age") is None, reason="Debian's age is not installed"),
]


def age(*arguments: str, cwd: Path) -> bytes:
    return subprocess.run(["age", *arguments], cwd=cwd, capture_output=True, check=True).stdout


def test_two_cards_and_age_alone_open_an_offer(tmp_path: Path, frozen: Callable[[datetime], None]) -> None:
    frozen(NOON - timedelta(days=1))
    tender = make_guarded_tender(deadline=NOON)
    offer = make_submitted(tender.procedure)
    with pytest.raises(Refused, match="sluitingstijd"):
        emergency.export(tender.procedure, tmp_path)
    frozen(NOON)
    emergency.export(tender.procedure, tmp_path)
    assert audit.last().action == "vault:export"
    for name, email in (("kaartA", BUYER), ("kaartB", ZOETERMEER)):
        card = cards.card_of(cards.secret_of(tender.codes[email]))
        (tmp_path / f"{name}.txt").write_text(card.file, encoding="utf-8")

    for envelope in ("kwaliteit", "prijs"):
        pair = f"kluis-{envelope}/inkoper-zoetermeer.age"
        (tmp_path / "gepeld.age").write_bytes(age("-d", "-i", "kaartA.txt", pair, cwd=tmp_path))
        (tmp_path / f"{envelope}.txt").write_bytes(age("-d", "-i", "kaartB.txt", "gepeld.age", cwd=tmp_path))
        with pytest.raises(subprocess.CalledProcessError):
            age("-d", "-i", "kaartA.txt", "gepeld.age", cwd=tmp_path)
    parts = {path.name.split("-")[1]: str(path) for path in (tmp_path / offer.number).iterdir()}
    manifest = json.loads(age("-d", "-i", "kwaliteit.txt", parts["manifest"], cwd=tmp_path))
    file = next(note for lot in manifest["percelen"].values() for note in lot["bestanden"])
    assert age("-d", "-i", "kwaliteit.txt", parts["file"], cwd=tmp_path)[: file["size"]] == PLAN
    with pytest.raises(subprocess.CalledProcessError):
        age("-d", "-i", "kwaliteit.txt", parts["prices"], cwd=tmp_path)
    prices = json.loads(age("-d", "-i", "prijs.txt", parts["prices"], cwd=tmp_path))
    assert "8123.45" in str(prices)


def test_the_page_of_the_emergency_opening_gives_the_commands_that_work() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "noodopening.md").read_text(encoding="utf-8")
    for command in ("portal vault export", "age -d -i kaartA.txt", "age -d -i kaartB.txt", "head -c"):
        assert command in page
