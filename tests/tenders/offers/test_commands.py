"""`portal receipts verify` says echt, vals or onleesbaar, and writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from portal.config import current_settings
from tenders.offers import receipts
from tenders.offers.content import canonical

TEXT = canonical({"soort": "bewijs van ontvangst", "inschrijving": "IN-2026-7K4QXM"})


@pytest.fixture
def bundle(app: Flask, tmp_path: Path) -> Path:
    with app.app_context():
        key = receipts.signing_key(current_settings().server_key)
    path = tmp_path / "bewijs.zip"
    path.write_bytes(receipts.bundle(TEXT.decode(), receipts.sign(TEXT, key), receipts.public_pem(key)))
    return path


def test_a_genuine_receipt_is_echt(app: Flask, bundle: Path) -> None:
    done = app.test_cli_runner().invoke(args=["receipts", "verify", str(bundle), "--json"])
    assert done.exit_code == 0
    said = json.loads(done.output)
    assert said["verdict"] == "echt"
    assert said["receipt"]["inschrijving"] == "IN-2026-7K4QXM"


def test_a_receipt_of_another_portal_is_vals(app: Flask, tmp_path: Path) -> None:
    key = receipts.signing_key("another")
    path = tmp_path / "bewijs.zip"
    path.write_bytes(receipts.bundle(TEXT.decode(), receipts.sign(TEXT, key), receipts.public_pem(key)))
    done = app.test_cli_runner().invoke(args=["receipts", "verify", str(path), "--json"])
    assert done.exit_code == 1
    assert json.loads(done.output)["verdict"] == "vals"
    pem = tmp_path / "sleutel.pem"
    pem.write_text(receipts.public_pem(key), encoding="ascii")
    done = app.test_cli_runner().invoke(args=["receipts", "verify", str(path), "--key", str(pem)])
    assert done.exit_code == 0
    assert "echt" in done.output


def test_a_file_that_is_not_there_is_answered_in_dutch(app: Flask, tmp_path: Path, bundle: Path) -> None:
    run = app.test_cli_runner().invoke
    done = run(args=["receipts", "verify", str(tmp_path / "weg.zip")])
    assert (done.exit_code, done.output) == (2, "Het bestand weg.zip is er niet.\n")
    done = run(args=["receipts", "verify", str(bundle), "--key", str(tmp_path / "weg.pem"), "--json"])
    assert done.exit_code == 2
    assert json.loads(done.output)["reason"] == "De sleutel weg.pem is er niet of kan niet worden gelezen."


def test_what_is_no_receipt_is_onleesbaar(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}", encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["receipts", "verify", str(path), "--json"])
    assert done.exit_code == 2
    assert json.loads(done.output)["verdict"] == "onleesbaar"
