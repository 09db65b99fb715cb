"""A kluiskaart: 128 random bits as a code to type, as QR, and as an age identity.

Pure functions. The same 16 bytes always give the same age identity, so that a card works without
the portal (docs/noodopening.md).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyrage import IdentityError, x25519

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_DATA, _CHECK, _GROUP = 26, 4, 5
_IDENTITY_LINE = re.compile(r"AGE-SECRET-KEY-1[A-Z0-9]+")
_HKDF_INFO = b"inkoopportaal-inburgering kluiskaart 1"


class WrongCard(ValueError):
    """What was typed or uploaded is not the code or the file of a kluiskaart; the text is Dutch."""


@dataclass(frozen=True)
class Card:
    """A kluiskaart in the moment it is shown; nothing of it but `public_key` is kept."""

    code: str = field(repr=False)
    identity: str = field(repr=False)
    public_key: str

    @property
    def file(self) -> str:
        """The text of the card's file: an age identity file that Debian's age reads as it is."""
        return f"# Kluiskaart {self.code}\n# public key: {self.public_key}\n{self.identity}\n"


def new_card() -> Card:
    """Make a card from 128 fresh random bits."""
    return card_of(secrets.token_bytes(16))


def card_of(secret: bytes) -> Card:
    """Make the card of 16 given bytes.

    Raises:
        ValueError: not 16 bytes.
    """
    if len(secret) != 16:
        raise ValueError("a card has 16 bytes")
    scalar = HKDF(algorithm=SHA256(), length=32, salt=None, info=_HKDF_INFO).derive(secret)
    identity = bech32("age-secret-key-", scalar).upper()
    return Card(
        code=code_of(secret),
        identity=identity,
        public_key=str(x25519.Identity.from_str(identity).to_public()),
    )


def code_of(secret: bytes) -> str:
    """Write 16 bytes as six groups of five characters; the last four characters check the rest."""
    number = int.from_bytes(secret, "big") << 2
    data = "".join(CODE_ALPHABET[number >> 5 * place & 31] for place in range(_DATA - 1, -1, -1))
    text = data + _check(secret)
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def secret_of(code: str) -> bytes:
    """Read a typed code back; case, spaces, dashes, and O/0, I/L/1 do not matter.

    Raises:
        WrongCard: wrong length, a strange character, or the check characters do not fit.
    """
    bare = re.sub(r"[\s\-–−.]", "", code).upper().translate(str.maketrans("OILU", "011V"))
    if len(bare) != _DATA + _CHECK:
        raise WrongCard(f"De code heeft 30 tekens, in zes groepen van vijf. Dit zijn er {len(bare)}.")
    strange = next((char for char in bare if char not in CODE_ALPHABET), None)
    if strange is not None:
        raise WrongCard(f"Het teken ‘{strange}’ komt in een kluiskaart niet voor. Kijk de code na.")
    number = 0
    for char in bare[:_DATA]:
        number = number << 5 | CODE_ALPHABET.index(char)
    secret = (number >> 2).to_bytes(16, "big")
    if number & 3 or not secrets.compare_digest(bare[_DATA:], _check(secret)):
        raise WrongCard("De code klopt niet: er is een teken verkeerd of verwisseld. Kijk de code na.")
    return secret


def identity_from(text: str) -> str:
    """Read a card's code, the text of its QR, or the content of its file; give the age identity.

    Raises:
        WrongCard: it is none of these.
    """
    found = _IDENTITY_LINE.search(text.upper())
    if found is None:
        return card_of(secret_of(text)).identity
    try:
        x25519.Identity.from_str(found[0])
    except IdentityError:
        raise WrongCard(
            "Dit bestand is geen heel kluiskaartbestand. Gebruik het bestand van uw kaart."
        ) from None
    return found[0]


def public_key_of(identity: str) -> str:
    """Give the public key (age1…) of an age identity."""
    return str(x25519.Identity.from_str(identity).to_public())


def fingerprint(public_key: str) -> str:
    """Give the first 80 bits of a public key's SHA-256, in five groups of four, to compare by eye."""
    digest = hashlib.sha256(public_key.encode("ascii")).hexdigest()[:20].upper()
    return " ".join(digest[start : start + 4] for start in range(0, 20, 4))


def bech32(prefix: str, data: bytes) -> str:
    """Encode bytes in bech32 as age does for its identities (BIP 173, without the length limit)."""
    values = _in_fives(data)
    expanded = [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]
    rest = _polymod([*expanded, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    checksum = [rest >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(_BECH32[value] for value in [*values, *checksum])


def _in_fives(data: bytes) -> list[int]:
    number = int.from_bytes(data, "big")
    count = -(-len(data) * 8 // 5)
    number <<= count * 5 - len(data) * 8
    return [number >> 5 * place & 31 for place in range(count - 1, -1, -1)]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            check ^= generator if top >> place & 1 else 0
    return check


def _check(secret: bytes) -> str:
    number = int.from_bytes(hashlib.sha256(b"kluiskaart" + secret).digest()[:3], "big") >> 4
    return "".join(CODE_ALPHABET[number >> 5 * place & 31] for place in range(_CHECK - 1, -1, -1))
