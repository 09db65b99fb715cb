"""Take a tender's sealed files out of the portal, so that two cards and Debian's age open them."""

from __future__ import annotations

import shutil
from pathlib import Path

from portal import audit
from portal.access import SYSTEM
from portal.db import lock
from tenders.offers import queries, strongroom
from tenders.procedures.models import Procedure
from tenders.vault import ceremony
from tenders.vault.queries import envelope_keys, holders_of, name_of


def export(procedure: Procedure, folder: Path) -> int:
    """Write, per envelope, one file per pair of holders, and the sealed parts per offer.

    The server takes off its own lock; what is left is sealed to two cards of different groups. Leaves
    a trail. Returns how many files were written.

    Raises:
        Refused: the envelope may not open yet, or it is open already.
    """
    lock(procedure)
    written = 0
    for envelope, key in envelope_keys(procedure).items():
        place = folder / f"kluis-{envelope.label}"
        place.mkdir(parents=True, exist_ok=True)
        for wrap_holder, data in ceremony.files_for_emergency(key).items():
            (place / f"{_plain(name_of(wrap_holder.card))}.age").write_bytes(data)
            written += 1
        (place / "houders.txt").write_text(
            "".join(f"{name_of(row.card)}\t{row.group_name}\t{row.card.public_key}\n" for row in holders_of(key)),
            encoding="utf-8",
        )
    for offer in queries.submitted_offers(procedure):
        submission = queries.standing_submission(offer)
        for part in queries.parts_in(submission) if submission else ():
            place = folder / offer.number
            place.mkdir(parents=True, exist_ok=True)
            path = strongroom.sealed_path(part.storage_key)
            if path.is_file():
                shutil.copyfile(path, place / f"{part.envelope.label}-{part.kind.value}-{part.sha256[:12]}.age")
                written += 1
    audit.record("vault:export", procedure, by=SYSTEM, files=written)
    return written


def _plain(name: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in name.lower()).strip("-")
