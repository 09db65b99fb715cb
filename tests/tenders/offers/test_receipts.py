"""A receipt is checked with openssl alone; a changed one is refused."""

import base64
import json
import subprocess
import zipfile
from pathlib import Path
from shutil import which

import pytest

from tenders.offers import receipts
from tenders.offers.content import canonical

KEY = receipts.signing_key("5f" * 32)
PEM = receipts.public_pem(KEY)
TEXT = canonical({"soort": "bewijs van ontvangst", "inschrijving": "IN-2026-7K4QXM", "versie": 1})
SIGNATURE = base64.b64decode(receipts.sign(TEXT, KEY))


def test_the_same_server_key_gives_the_same_signing_key() -> None:
    assert receipts.public_pem(receipts.signing_key("5f" * 32)) == PEM
    assert receipts.public_pem(receipts.signing_key("6f" * 32)) != PEM


@pytest.mark.skipif(which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("changed", [False, True])
def test_openssl_alone_checks_a_receipt(changed: bool, tmp_path: Path) -> None:
    bundle = tmp_path / "bewijs.zip"
    bundle.write_bytes(receipts.bundle(TEXT.decode(), receipts.sign(TEXT, KEY), PEM))
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path)
    if changed:
        path = tmp_path / receipts.JSON_NAME
        path.write_bytes(path.read_bytes().replace(b'"versie":1', b'"versie":2'))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "sleutel.pem", "-rawin"]
    done = subprocess.run(
        [*command, "-in", "bewijs.json", "-sigfile", "bewijs.sig"], cwd=tmp_path, capture_output=True
    )
    assert (done.returncode == 0) is not changed


def test_every_changed_byte_is_refused() -> None:
    assert receipts.verify(TEXT, SIGNATURE, PEM).genuine
    for place in range(len(TEXT)):
        forged = bytearray(TEXT)
        forged[place] ^= 1
        assert not receipts.verify(bytes(forged), SIGNATURE, PEM).genuine
    assert not receipts.verify(TEXT, SIGNATURE[:-1] + b"\0", PEM).genuine


def test_a_receipt_is_read_from_the_zip_or_from_its_two_files(tmp_path: Path) -> None:
    bundle = tmp_path / "bewijs.zip"
    bundle.write_bytes(receipts.bundle(TEXT.decode(), receipts.sign(TEXT, KEY), PEM))
    assert receipts.read(bundle) == (TEXT, SIGNATURE)
    (tmp_path / "bewijs.json").write_bytes(TEXT)
    with pytest.raises(receipts.NoReceipt):
        receipts.read(tmp_path / "bewijs.json")
    (tmp_path / "bewijs.sig").write_bytes(SIGNATURE)
    assert receipts.read(tmp_path / "bewijs.json") == (TEXT, SIGNATURE)
    assert json.loads(receipts.verify(TEXT, SIGNATURE, PEM).content["inschrijving"] and TEXT)["versie"] == 1
