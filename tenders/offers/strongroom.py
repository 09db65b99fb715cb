"""Where sealed files and the keys of drafts lie, and how a draft is kept.

A draft is encrypted with a key of its own that lies locked in a file; when the offer is submitted that
file goes, so that old copies of the draft in the database's free pages or in its log open no more.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from portal import clock
from portal.config import current_settings
from portal.db import after_commit
from portal.errors import PortalError
from tenders.offers import content
from tenders.offers.models import Offer
from tenders.vault import sealing

KEPT_PART = timedelta(hours=6)


class DraftLost(PortalError):
    """The draft cannot be decrypted: its key file or the server key is not there."""

    def __init__(self) -> None:
        super().__init__(
            "Uw concept kan niet worden gelezen. Neem contact op met de helpdesk van het portaal."
        )


def vault_folder() -> Path:
    """Return the folder of the sealed files."""
    return current_settings().folder("kluis")


def drafts_folder() -> Path:
    """Return the folder of the drafts' keys."""
    return current_settings().folder("concepten")


def keep_draft(offer: Offer, draft: content.Draft) -> None:
    """Encrypt a draft into its offer; the key is made at the first time."""
    if not offer.draft_key:
        offer.draft_key = _new_key(offer)
    offer.draft = sealing.server_lock(
        content.dump(draft), server_key=_key_of(offer), bound_to=f"draft:{offer.id}"
    )
    offer.draft_saved_at = clock.now()


def read_draft(offer: Offer) -> content.Draft:
    """Decrypt the draft of an offer.

    Raises:
        DraftLost: there is no draft, or a key is missing.
    """
    if offer.draft is None:
        raise DraftLost
    try:
        plain = sealing.server_unlock(offer.draft, server_key=_key_of(offer), bound_to=f"draft:{offer.id}")
    except sealing.CannotOpen:
        raise DraftLost from None
    return content.load(plain)


def forget_draft(offer: Offer) -> None:
    """Drop the draft now, and its key as soon as the transaction is committed."""
    path = drafts_folder() / offer.draft_key if offer.draft_key else None
    offer.draft, offer.draft_key, offer.draft_saved_at = None, "", None
    if path is not None:
        after_commit(lambda: path.unlink(missing_ok=True))


def drop_sealed(storage_keys: Iterable[str]) -> None:
    """Remove sealed files as soon as the transaction is committed."""
    paths = [vault_folder() / key for key in storage_keys]

    def remove() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    after_commit(remove)


def sealed_path(storage_key: str) -> Path:
    """Return where a sealed file lies."""
    return vault_folder() / Path(storage_key).name


def sweep_files(known: set[str], known_keys: set[str]) -> int:
    """Remove what an interrupted upload or a rolled back change left behind; returns how many files.

    Only files older than six hours, so that an upload that is going on is left alone.
    """
    before = (clock.now() - KEPT_PART).timestamp()
    removed = 0
    for folder, names in ((vault_folder(), known), (drafts_folder(), known_keys)):
        for path in folder.iterdir():
            if path.name in names or not path.is_file():
                continue
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    removed += 1
    return removed


def _new_key(offer: Offer) -> str:
    name = secrets.token_hex(20)
    locked = sealing.server_lock(
        secrets.token_bytes(32), server_key=current_settings().server_key, bound_to=f"draft key:{name}"
    )
    path = drafts_folder() / name
    with path.open("xb") as file:
        file.write(locked)
    path.chmod(0o600)
    return name


def _key_of(offer: Offer) -> str:
    server_key = current_settings().server_key
    try:
        locked = (drafts_folder() / Path(offer.draft_key).name).read_bytes()
        own = sealing.server_unlock(locked, server_key=server_key, bound_to=f"draft key:{offer.draft_key}")
    except (OSError, sealing.CannotOpen):
        raise DraftLost from None
    return f"{server_key}:{own.hex()}"
