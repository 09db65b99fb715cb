"""Offers made through the services, as a provider would."""

from __future__ import annotations

from portal.access import Viewer
from portal.accounts.queries import viewer_by_email
from portal.db import db
from tenders.offers import declaring, queries, services, submitting
from tenders.offers.content import Answer, Claim
from tenders.offers.demo import plain_declaration, seal_bytes
from tenders.offers.models import Offer, Submission
from tenders.procedures.models import Procedure
from tenders.vault import cards

TAALHUIS = "info@taalhuis-de-waterlinie.example"
DELTA = "info@route-delta.example"
SAMEN = "info@samen-vooruit.example"
PLAN = b"%PDF-1.7\nMARKER-BIJLAGE plan van aanpak\n%%EOF\n"


def make_draft(
    procedure: Procedure,
    *,
    email: str = TAALHUIS,
    by: Viewer | None = None,
    rate: str = "8123.45",
    text: str = "MARKER-ANTWOORD wij beginnen snel",
    promised: str = "0.87",
    plan: bytes = PLAN,
    file_name: str = "MARKER-NAAM plan.pdf",
) -> Offer:
    """Make a complete draft on every lot of a tender, by the account or by a given viewer."""
    by = by or viewer_by_email(email)
    offer = services.start_offer(procedure, by=by)
    asked = queries.asked_of(procedure)
    services.choose_lots(offer, [lot.id for lot in asked.lots], by=by)
    services.save_organisation(
        offer,
        contact_name="Inschrijvingen",
        contact_email=email,
        contact_phone="",
        alone=True,
        partners=(),
        by=by,
    )
    claims = {one.id: Claim("equivalent", "MARKER-EIS vergelijkbaar keurmerk") for one in asked.requirements}
    services.save_claims(offer, claims, by=by)
    declaring.save_uea(offer, plain_declaration(), by=by)
    for lot in asked.lots:
        answers = {one.id: Answer(text, promised if one.measure else "") for one in lot.criteria}
        services.save_answers(offer, lot.id, answers, by=by)
        services.save_prices(offer, lot.id, {one.id: rate for one in lot.prices}, by=by)
        services.add_file(offer, lot.id, seal_bytes(procedure, plan, file_name), by=by)
    db.session.flush()
    return offer


def submit(offer: Offer, *, email: str = TAALHUIS, code: str = "") -> tuple[Submission, str]:
    """Submit a draft; gives the receipt and the wijzigingscode."""
    used = code or cards.new_card().code
    return submitting.submit(offer, code=used, by=viewer_by_email(email)), used


def make_submitted(procedure: Procedure, *, email: str = TAALHUIS, **content: str) -> Offer:
    """Make and submit an offer on every lot."""
    offer = make_draft(procedure, email=email, **content)  # type: ignore[arg-type]
    submit(offer, email=email)
    return offer
