"""Signed receipts: canonical JSON and an Ed25519 signature that `openssl` alone can check. Pure functions."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

JSON_NAME, SIGNATURE_NAME, KEY_NAME = "bewijs.json", "bewijs.sig", "sleutel.pem"
READ_ME = """\
Bewijs van ontvangst van het Inkoopportaal Inburgering

bewijs.json  het bewijs
bewijs.sig   de handtekening van het portaal (Ed25519)
sleutel.pem  de publieke sleutel van het portaal

Zelf controleren, zonder het portaal:
  openssl pkeyutl -verify -pubin -inkey sleutel.pem -rawin -in bewijs.json -sigfile bewijs.sig
Vergelijk de sleutel met die op de pagina ‘Bewijs van ontvangst’.
"""


class NoReceipt(ValueError):
    """The file holds no receipt that can be read; the text is Dutch."""


@dataclass(frozen=True)
class Verdict:
    """Whether a receipt is genuine, and what it says."""

    genuine: bool
    reason: str
    content: dict[str, Any]


def signing_key(server_key: str) -> Ed25519PrivateKey:
    """Derive the portal's signing key from the server key; the same one each time."""
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"receipt signing 1").derive(
        server_key.encode()
    )
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_pem(key: Ed25519PrivateKey) -> str:
    """Write the public half as PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def key_print(pem: str) -> str:
    """Give the first 80 bits of the SHA-256 of a PEM key in groups of four, to compare by eye."""
    text = hashlib.sha256(pem.strip().encode("ascii")).hexdigest()[:20].upper()
    return " ".join(text[start : start + 4] for start in range(0, 20, 4))


def sign(receipt: bytes, key: Ed25519PrivateKey) -> str:
    """Sign the exact bytes of a receipt; base64."""
    return base64.b64encode(key.sign(receipt)).decode("ascii")


def bundle(receipt: str, signature: str, pem: str) -> bytes:
    """Pack a receipt, its signature and the public key in one zip, always with the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (
            (JSON_NAME, receipt.encode()),
            (SIGNATURE_NAME, base64.b64decode(signature)),
            (KEY_NAME, pem.encode()),
            ("LEESMIJ.txt", READ_ME.encode()),
        ):
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def read(path: Path) -> tuple[bytes, bytes]:
    """Read the receipt and its signature from the zip, or from the json with the .sig beside it.

    Raises:
        NoReceipt: the file, or one of the two, is not there.
    """
    if not path.is_file():
        raise NoReceipt(f"Het bestand {path.name} is er niet.")
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                sizes = [archive.getinfo(name).file_size for name in (JSON_NAME, SIGNATURE_NAME)]
                if max(sizes) > 1_000_000:
                    raise NoReceipt("Het bestand is te groot voor een bewijs.")
                return archive.read(JSON_NAME), archive.read(SIGNATURE_NAME)
        return path.read_bytes(), path.with_suffix(".sig").read_bytes()
    except (KeyError, OSError, zipfile.BadZipFile):
        raise NoReceipt("Geef de zip van het bewijs, of bewijs.json met bewijs.sig ernaast.") from None


def verify(receipt: bytes, signature: bytes, pem: str) -> Verdict:
    """Say whether these exact bytes were signed with the key."""
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        return Verdict(False, "De sleutel is geen Ed25519-sleutel.", {})
    try:
        key.verify(signature, receipt)
    except InvalidSignature:
        return Verdict(False, "De handtekening past niet bij dit bewijs.", {})
    try:
        content = json.loads(receipt)
    except ValueError:
        return Verdict(False, "Het bewijs is geen leesbare JSON.", {})
    return Verdict(True, "Het bewijs is echt: het portaal heeft precies deze tekst ondertekend.", content)
