"""What a provider takes home: the receipt as PDF, and an own copy of the offer."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal import clock
from portal.config import current_settings
from portal.pdf import pdf
from tenders.offers import content, receipts, rules, uea
from tenders.offers.models import Offer, Submission
from tenders.offers.rules import Asked, AskedLot
from tenders.offers.states import Stance


def receipt_pdf(submission: Submission, code: str) -> bytes:
    """Write a receipt as PDF; with the wijzigingscode when it is known."""
    text: dict[str, Any] = json.loads(submission.receipt)
    offer = submission.offer
    pem = receipts.public_pem(receipts.signing_key(current_settings().server_key))
    return pdf(
        "offers_receipt",
        {
            "kind": text["soort"].capitalize(),
            "number": offer.number,
            "version": str(submission.version),
            "facts": [
                ["Aanbesteding", f"{offer.procedure.number} {offer.procedure.title}"],
                ["Inschrijving", f"{offer.number}, versie {submission.version}"],
                ["Inschrijver", f"{text['inschrijver']['naam']}, KvK {text['inschrijver']['kvk']}"],
                ["Tijd van het verzoek", moment(submission.at)],
                ["Sluitingstijd", moment(submission.deadline_at)],
                ["Spoor van het portaal", f"{text['spoor']['nummer']}, {text['spoor']['sha256'][:32]}…"],
                ["Sleutel van het portaal", receipts.key_print(pem)],
            ],
            "envelopes": [[name, value["zegel"]] for name, value in text["enveloppen"].items()],
            "parts": text["verzegelde_bestanden"],
            "code": code,
            "signature": submission.signature,
        },
    )


def own_copy(offer: Offer, draft: content.Draft, asked: Asked) -> bytes:
    """Pack an offer as PDF to read and as JSON; the files themselves are with the provider already."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("inschrijving.pdf"), pdf("offers_copy", _copy_data(offer, draft, asked))
        )
        archive.writestr(zipfile.ZipInfo("inschrijving.json"), content.dump(draft))
    return out.getvalue()


def _copy_data(offer: Offer, draft: content.Draft, asked: Asked) -> dict[str, Any]:
    return {
        "number": offer.number,
        "title": f"{offer.procedure.number} {offer.procedure.title}",
        "organisation": offer.lead_organisation.name,
        "contact": f"{draft.contact_name}, {draft.contact_email}",
        "partners": [f"{partner.name} ({partner.role}) {partner.kvk}".strip() for partner in draft.partners],
        "requirements": [
            [one.title, Stance(draft.claims[one.id].stance).label, draft.claims[one.id].text]
            for one in asked.requirements_for(draft.lots)
            if one.id in draft.claims and draft.claims[one.id].stance
        ]
        + [
            [f"UEA: {item.title}", {"yes": "Ja", "no": "Nee"}.get(draft.uea[item.code].stance, ""), draft.uea[item.code].text]
            for item in uea.ITEMS
            if item.code in draft.uea
        ],
        "lots": [_lot_data(lot, draft.lots[lot.id]) for lot in asked.lots if lot.id in draft.lots],
    }


def _lot_data(lot: AskedLot, filled: content.LotDraft) -> dict[str, Any]:
    answers = [(one, filled.answers.get(one.id, content.Answer())) for one in lot.criteria]
    total = rules.total(lot, filled)
    return {
        "title": f"Perceel {lot.number}: {lot.title}",
        "answers": [
            [
                one.title,
                answer.text,
                f"Belofte: {promise(answer.promised, one.is_percentage)} {one.unit}"
                if answer.promised
                else "",
            ]
            for one, answer in answers
        ],
        "prices": [
            [
                line.title,
                line.unit,
                f"€ {rules.dutch(Decimal(filled.prices[line.id]))}" if line.id in filled.prices else "–",
            ]
            for line in lot.prices
        ],
        "total": f"€ {rules.dutch(total)}" if total is not None else "–",
        "files": [[note.name, f"{note.size} bytes", note.sha256] for note in filled.files],
    }


def promise(value: str, is_percentage: bool) -> str:
    """Write a promised value the Dutch way, without needless zeros."""
    number = Decimal(value) * (100 if is_percentage else 1)
    return f"{number.normalize():f}".replace(".", ",")


def moment(instant: datetime) -> str:
    """Write an instant to the second, in Amsterdam."""
    local = clock.local(instant)
    return f"{local:%d-%m-%Y} om {local:%H:%M:%S} uur"
