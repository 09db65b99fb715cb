"""Demo offers, made through the same services as real ones."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from portal.access import Role, Viewer
from portal.catalogue.queries import measure_by_code
from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from portal.pdf import pdf
from tenders.offers import declaring, intake, queries, services, strongroom, submitting, uea
from tenders.offers.content import Answer, Claim
from tenders.offers.models import Offer
from tenders.offers.rules import Asked, AskedLot, AskedPrice
from tenders.procedures.models import Procedure
from tenders.vault import cards
from tenders.vault.queries import envelope_key
from tenders.vault.states import Envelope

PRICE_OF = {
    "info@taalhuis-de-waterlinie.example": Decimal("0.92"),
    "info@route-delta.example": Decimal("0.97"),
    "info@samen-vooruit.example": Decimal("0.88"),
}
_ANSWERS = (
    "Elke deelnemer begint binnen twintig werkdagen. Wij plannen de groepen per gemeente, met een vaste docent.",
    "Wij werken met zes bevoegde docenten en meten elke acht weken de voortgang. De deelnemer krijgt de uitkomst.",
    "Wij sluiten het taaldeel aan op werk en buurt. Een trajectbegeleider belt elke maand met de klantmanager.",
)


def demo(world: DemoWorld) -> Iterable[Step]:
    """The steps hang on the tenders of the demo; `tenders.procedures` says when they are open."""
    world.remember["submit_offers"] = submit_offers
    world.remember["start_draft"] = start_draft
    yesterday = datetime.combine(world.today - timedelta(days=1), time(15, 30), UTC)
    yield Step(yesterday, lambda: _others_on_the_open_tender(world))


def _others_on_the_open_tender(world: DemoWorld) -> None:
    """One provider has submitted early; another submitted and withdrew."""
    number = world.remember.get("tender_open")
    procedure = db.session.scalars(select(Procedure).where(Procedure.number == number)).first()
    if procedure is None:
        return
    submit_offers(world, procedure, {"info@taalhuis-de-waterlinie.example": Decimal("0.95")})
    second = "info@samen-vooruit.example"
    withdrawn = submit_offers(world, procedure, {second: Decimal("0.9")})[0]
    submitting.withdraw(withdrawn, by=_provider(world, second))


def submit_offers(
    world: DemoWorld,
    procedure: Procedure,
    prices: Mapping[str, Decimal] = PRICE_OF,
    promises: Mapping[str, str] | None = None,
) -> list[Offer]:
    """Let providers make and submit an offer on every lot; prices are a fraction of the highest rate.

    `promises` says what everyone promises on a measure (90% is "0.90"), by the code of the measure.
    """
    promised = {measure_by_code(code).name: value for code, value in (promises or {}).items()}
    made = []
    for email, fraction in prices.items():
        offer = _fill(world, procedure, email, fraction, promised)
        submitting.submit(offer, code=cards.new_card().code, by=_provider(world, email))
        made.append(offer)
    return made


def start_draft(world: DemoWorld, procedure: Procedure, email: str = "info@route-delta.example") -> Offer:
    """Let a provider begin an offer: half of it is filled in, nothing is submitted."""
    by = _provider(world, email)
    offer = services.start_offer(procedure, by=by)
    asked = queries.asked_of(procedure)
    services.choose_lots(offer, [asked.lots[0].id], by=by)
    _organisation(offer, by)
    first = asked.lots[0].criteria[0]
    services.save_answers(offer, asked.lots[0].id, {first.id: Answer(_ANSWERS[0], "")}, by=by)
    services.add_file(offer, asked.lots[0].id, _plan(offer, asked.lots[0]), by=by)
    return offer


def _provider(world: DemoWorld, email: str) -> Viewer:
    return world.viewer(email, role=Role.PROVIDER)


def _fill(
    world: DemoWorld, procedure: Procedure, email: str, fraction: Decimal, promised: Mapping[str, str]
) -> Offer:
    by = _provider(world, email)
    offer = services.start_offer(procedure, by=by)
    asked = queries.asked_of(procedure)
    services.choose_lots(offer, [lot.id for lot in asked.lots], by=by)
    _organisation(offer, by)
    services.save_claims(offer, _claims(asked), by=by)
    declaring.save_uea(offer, plain_declaration(), keep=True, by=by)
    for lot in asked.lots:
        services.save_answers(offer, lot.id, _answers(lot, fraction, promised), by=by)
        services.save_prices(offer, lot.id, {one.id: str(rate_for(one, fraction)) for one in lot.prices}, by=by)
        services.add_file(offer, lot.id, _plan(offer, lot), by=by)
    db.session.flush()
    return offer


def _organisation(offer: Offer, by: Viewer) -> None:
    services.save_organisation(
        offer,
        contact_name="Inschrijvingen",
        contact_email=by.email,
        contact_phone="",
        alone=True,
        partners=(),
        by=by,
    )


def _claims(asked: Asked) -> dict[str, Claim]:
    return {
        one.id: Claim("yes", "Certificaat in de bijlage." if one.is_keurmerk else "")
        for one in asked.requirements
    }


def plain_declaration() -> dict[str, Claim]:
    """Answer the UEA as a provider to whom no ground applies."""
    keurmerk = "Certificaat van de eigen organisatie, geldig tot en met eind volgend jaar."
    return {
        item.code: Claim(uea.NO, "") if item.part == "III" or item.explain_after == uea.YES
        else Claim(uea.YES, keurmerk if item.explain_after == "both" else "")
        for item in uea.ITEMS
    }  # fmt: skip


def _answers(lot: AskedLot, fraction: Decimal, fixed: Mapping[str, str]) -> dict[str, Answer]:
    found = {}
    for number, criterion in enumerate(lot.criteria):
        promised = ""
        if criterion.measure in fixed:
            promised = fixed[criterion.measure]
        elif criterion.measure:
            promised = str((fraction - Decimal("0.05")).quantize(Decimal("0.01"))) if criterion.is_percentage else "10"
        found[criterion.id] = Answer(_ANSWERS[number % len(_ANSWERS)], promised)
    return found


def rate_for(line: AskedPrice, fraction: Decimal) -> Decimal:
    """Give a rate that fits the price model: a fraction of the highest, or of a plausible one."""
    if line.cap is None:
        return max(line.floor or Decimal(0), (Decimal(1000) * fraction).quantize(Decimal("0.01")))
    return max(line.floor or Decimal(0), (line.cap * fraction).quantize(Decimal("0.01")))


def _plan(offer: Offer, lot: AskedLot) -> intake.Sealed:
    plan = pdf(
        "offers_copy",
        {
            "number": offer.number,
            "title": f"Plan van aanpak, perceel {lot.number}: {lot.title}",
            "organisation": offer.lead_organisation.name,
            "contact": "Inschrijvingen",
            "partners": [],
            "requirements": [],
            "lots": [
                {
                    "title": "Plan van aanpak",
                    "answers": [[one.title, _ANSWERS[0], ""] for one in lot.criteria],
                    "prices": [],
                    "total": "",
                    "files": [],
                }
            ],
        },
    )
    return seal_bytes(offer.procedure, plan, f"Plan van aanpak perceel {lot.number}.pdf")


def seal_bytes(procedure: Procedure, data: bytes, name: str) -> intake.Sealed:
    """Seal bytes along the same way as an upload."""
    key = envelope_key(procedure, Envelope.QUALITY)
    if key is None:
        raise LookupError(procedure.number)
    head = f'--X\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = intake.Body(io.BytesIO(head + data + b"\r\n--X--\r\n"), b"X")
    return intake.seal_stream(body.file(len(data)), key.public_key, strongroom.vault_folder())
