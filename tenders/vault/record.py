"""The proces-verbaal van opening: who opened what, when, and the seal of every part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portal import audit, clock
from portal.access import Viewer
from portal.documents import Document, store
from portal.pdf import pdf
from tenders.vault import cards, queries
from tenders.vault.hooks import RecordLine
from tenders.vault.models import Opening


def make(opening: Opening, lines: Sequence[RecordLine], *, by: Viewer) -> Document:
    """Make and store the record of an opening that was just confirmed."""
    key = opening.envelope_key
    number, digest = audit.head()
    data = {
        "number": key.procedure.number,
        "title": key.procedure.title,
        "lead": key.procedure.lead.name,
        "envelope": key.envelope.label,
        "deadline": _moment(key.procedure.submission_deadline_at),
        "asked": f"{opening.asked_by.name}, {_moment(opening.asked_at)}, kaart: "
        f"{queries.name_of(opening.asked_card)}",
        "confirmed": f"{by.name}, {_moment(opening.confirmed_at)}, kaart: "
        f"{queries.name_of(opening.confirmed_card) if opening.confirmed_card else ''}",
        "fingerprint": cards.fingerprint(key.public_key),
        "holders": [
            [queries.name_of(row.card), row.group_name, cards.fingerprint(row.card.public_key)]
            for row in queries.holders_of(key)
        ],
        "lines": [
            [
                line.offer_number,
                line.organisation_name,
                _moment(line.submitted_at),
                line.outcome,
                line.sealed_sha256,
            ]
            for line in lines
        ],
        "audit": f"{number}, {digest}",
    }
    return store(
        pdf("vault_record", data),
        name=f"Proces-verbaal van opening {key.procedure.number} {key.envelope.label}.pdf",
        kind="opening_record",
        by=by,
        media_type="application/pdf",
    )


def _moment(instant: datetime | None) -> str:
    if instant is None:
        return ""
    local = clock.local(instant)
    return f"{local:%d-%m-%Y} om {local:%H:%M:%S} uur"
