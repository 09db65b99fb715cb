"""Age in age: a private key that opens for any two cards of different groups, and for no single one.

Pure functions on strings and bytes (foundations B3). For each holder j: inner_j = age(K → j);
outer_j = age(inner_j → every holder of another group). The server's own lock (AES-GCM) goes around
each outer_j; without it two cards of different groups and Debian's `age` are enough.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyrage import x25519

PAD = 64 * 1024


class CannotOpen(ValueError):
    """The card, the key or the file does not fit."""


@dataclass(frozen=True)
class Holder:
    """A holder as the sealing sees him: a name for the result, a group, a public key."""

    key: str
    group: str
    public_key: str


@dataclass(frozen=True)
class KeyPair:
    """A fresh age key pair; the private half is never kept as it is."""

    public_key: str
    private_key: str = field(repr=False)


def new_key_pair() -> KeyPair:
    """Make a key pair for one envelope of one tender."""
    identity = x25519.Identity.generate()
    return KeyPair(public_key=str(identity.to_public()), private_key=str(identity))


def wrap(private_key: str, holders: Sequence[Holder]) -> dict[str, bytes]:
    """Seal a private key for every holder: first to him, then to all holders of other groups.

    Returns the outer file per holder key, as armored text.

    Raises:
        ValueError: the holders are all of one group, so that nobody could open.
    """
    if len({holder.group for holder in holders}) < 2:
        raise ValueError("holders of at least two groups are needed")
    return {
        holder.key: _encrypt(
            _encrypt(f"{private_key}\n".encode(), [holder.public_key]),
            [other.public_key for other in holders if other.group != holder.group],
        )
        for holder in holders
    }


def peel(outer: bytes, identity: str) -> bytes:
    """Take off the outer layer with the first card; the result opens for one other holder only.

    Raises:
        CannotOpen: this card is of the same group, or no holder.
    """
    return _decrypt(outer, identity)


def unwrap(inner: bytes, identity: str) -> str:
    """Take off the inner layer with the second card; gives the envelope's private key.

    Raises:
        CannotOpen: it was sealed to another card.
    """
    return _decrypt(inner, identity).decode("ascii", "replace").strip()


def seal(plain: bytes, public_key: str) -> bytes:
    """Seal a small text to an envelope, padded so that its size says nothing."""
    return bytes(pyrage.encrypt(plain + b"\n" * (-len(plain) % PAD), [x25519.Recipient.from_str(public_key)]))


def unseal(sealed: bytes, identity: str) -> bytes:
    """Open a small sealed text; the padding stays (JSON does not mind).

    Raises:
        CannotOpen: the file is damaged or sealed to another key.
    """
    return _decrypt(sealed, identity)


def server_lock(plain: bytes, *, server_key: str, bound_to: str) -> bytes:
    """Lock bytes with the server's key (AES-256-GCM), bound to what they are for."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_server_secret(server_key)).encrypt(nonce, plain, bound_to.encode())


def server_unlock(locked: bytes, *, server_key: str, bound_to: str) -> bytes:
    """Undo `server_lock`.

    Raises:
        CannotOpen: another server key, another purpose, or changed bytes.
    """
    try:
        return AESGCM(_server_secret(server_key)).decrypt(locked[:12], locked[12:], bound_to.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen("the server's key does not fit") from None


def _server_secret(server_key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"server lock 1").derive(server_key.encode())


def _encrypt(plain: bytes, public_keys: Sequence[str]) -> bytes:
    recipients = [x25519.Recipient.from_str(key) for key in public_keys]
    return bytes(pyrage.encrypt(plain, recipients, armored=True))


def _decrypt(sealed: bytes, identity: str) -> bytes:
    try:
        return bytes(pyrage.decrypt(sealed, [x25519.Identity.from_str(identity)]))
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
        raise CannotOpen(str(error)) from None
