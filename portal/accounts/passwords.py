"""Passwords (argon2id) and codes of the second factor (TOTP, RFC 6238)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from pyotp import TOTP

from portal import clock
from portal.config import current_settings

ISSUER = "Inkoopportaal Inburgering"
STEP = 30


def hasher() -> PasswordHasher:
    """Return the hasher with the cost of this installation; 64 MiB per try in production."""
    cost = current_settings().password_cost
    if cost < 2:
        return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    return PasswordHasher(time_cost=cost)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with its own salt and cost."""
    return hasher().hash(password)


def fits(password: str, stored: str | None) -> bool:
    """Say whether a password fits a stored hash; takes as long when there is no such account."""
    try:
        hasher().verify(stored or _nobody(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


_nobodies: dict[int, str] = {}


def _nobody() -> str:
    cost = current_settings().password_cost
    if cost not in _nobodies:
        _nobodies[cost] = hash_password("niemand")
    return _nobodies[cost]


def codes_around_now(secret: str) -> dict[int, str]:
    """Return the codes of the previous, this and the next half minute by their step."""
    totp, step = TOTP(secret), int(clock.now().timestamp()) // STEP
    return {near: totp.at(near * STEP) for near in (step - 1, step, step + 1)}


def setup_address(secret: str, email: str) -> str:
    """Return the otpauth address for an authenticator app."""
    return TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
