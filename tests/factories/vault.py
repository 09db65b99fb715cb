"""A tender whose vault is prepared with real cards."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.catalogue.models import Measure, Municipality, Product
from portal.catalogue.states import MeasureUnit, Unit, VatCategory
from portal.db import db
from tenders.procedures.models import (
    AwardCriterion,
    Lot,
    LotMunicipality,
    LotPriceLine,
    LotProduct,
    Procedure,
    Requirement,
)
from tenders.procedures.states import OutsideBounds, PriceModel, ProcedureState, RequirementKind
from tenders.vault import cards, queries, services
from tenders.vault.models import EnvelopeKey, KeyCard
from tenders.vault.states import Envelope

BUYER = "inkoop@lansingerland.example"
MANAGER = "contract@lansingerland.example"
ZOETERMEER = "inkoop@zoetermeer.example"
PIJNACKER = "beoordelaar@pijnacker-nootdorp.example"
RESERVE = "Reservekaart 1"


@dataclass
class GuardedTender:
    """A tender with the codes of the cards that guard it."""

    procedure: Procedure
    codes: dict[str, str] = field(default_factory=dict)

    def key(self, envelope: Envelope = Envelope.QUALITY) -> EnvelopeKey:
        """Return the key pair of an envelope."""
        found = queries.envelope_key(self.procedure, envelope)
        assert found is not None
        return found


def make_tender(
    *, municipalities: tuple[str, ...] = ("Lansingerland", "Zoetermeer", "Pijnacker-Nootdorp"), lots: int = 1
) -> Procedure:
    """Make a tender in preparation with lots, one criterion with a measure, one without, and a price line."""
    names = {one.name: one for one in db.session.scalars(select(Municipality))}
    procedure = Procedure(
        number=f"AB-TEST-{uuid.uuid4().hex[:8]}",
        lead_id=names["Lansingerland"].organisation_id,
        kind_code="sas",
        title="Leerroutes 2027",
        created_at=clock.now(),
        submission_deadline_at=clock.now() + timedelta(days=7),
    )
    db.session.add(procedure)
    db.session.flush()
    db.session.add(
        Requirement(
            procedure_id=procedure.id,
            kind=RequirementKind.SUITABILITY,
            number=1,
            title="Keurmerk Blik op Werk of gelijkwaardig",
            text="U hebt het keurmerk of voldoet op een gelijkwaardige manier.",
            is_keurmerk=True,
        )
    )
    for number in range(1, lots + 1):
        _add_lot(procedure, number, [names[name] for name in municipalities])
    db.session.flush()
    return procedure


def _add_lot(procedure: Procedure, number: int, municipalities: list[Municipality]) -> None:
    product = db.session.scalars(select(Product).where(Product.code == ("B1", "Z")[number % 2 - 1])).one()
    measure = db.session.scalars(
        select(Measure).where(Measure.unit == MeasureUnit.PERCENTAGE).order_by(Measure.position)
    ).first()
    assert measure is not None
    lot = Lot(
        procedure_id=procedure.id,
        number=number,
        title=f"Leerroute {number}",
        starts_on=date(2027, 1, 1),
        ends_on=date(2029, 1, 1),
        price_weight=Decimal("0.3"),
        price_floor=Decimal(100000),
        price_cap=Decimal(400000),
        outside_bounds=OutsideBounds.CAP,
    )
    db.session.add(lot)
    db.session.flush()
    row = LotProduct(lot_id=lot.id, product_id=product.id)
    db.session.add(row)
    for position, municipality in enumerate(municipalities, 1):
        db.session.add(LotMunicipality(lot_id=lot.id, municipality_id=municipality.id, position=position))
    db.session.flush()
    db.session.add_all(
        [
            AwardCriterion(
                lot_id=lot.id,
                position=1,
                title="Plan van aanpak",
                description="Hoe haalt u dit resultaat?",
                weight=Decimal("0.4"),
                measure_id=measure.id,
            ),
            AwardCriterion(
                lot_id=lot.id,
                position=2,
                title="Docenten",
                description="Wie geeft les?",
                weight=Decimal("0.3"),
            ),
            LotPriceLine(
                lot_product_id=row.id,
                position=1,
                title="Traject",
                unit=Unit.TRAJECTORY,
                vat_category=VatCategory.EXEMPT,
                quantity=Decimal(40),
                price_model=PriceModel.CEILING,
                rate_cap=Decimal(9000),
            ),
        ]
    )


def make_cards(*, tried: bool = True) -> dict[str, str]:
    """Make a card for three persons of two municipalities and a reserve card; returns the codes."""
    codes = {}
    for email, department in ((BUYER, "Inkoop"), (MANAGER, "Contractbeheer"), (ZOETERMEER, "Inkoop")):
        codes[email] = make_card(email, department, tried=tried)
    codes[RESERVE] = make_card(ZOETERMEER, "Kluis", label=RESERVE, tried=tried)
    return codes


def make_card(email: str, department: str = "Inkoop", *, label: str = "", tried: bool = True) -> str:
    """Make one card and do its trial opening; returns the code."""
    by = viewer_by_email(email)
    card = services.make_card(department=department, by=by, reserve_label=label)
    if tried:
        services.pass_trial(card_row(card.code), answer=card.code, by=by)
    return card.code


def card_row(code: str) -> KeyCard:
    """Return the stored row of a card."""
    public_key = cards.card_of(cards.secret_of(code)).public_key
    return db.session.scalars(select(KeyCard).where(KeyCard.public_key == public_key)).one()


def make_guarded_tender(
    *, published: bool = True, lots: int = 1, deadline: datetime | None = None
) -> GuardedTender:
    """Make a tender whose vault is prepared; published by default, closing in seven days."""
    procedure = make_tender(lots=lots)
    codes = make_cards()
    by = viewer_by_email(BUYER)
    services.prepare(procedure, [card_row(code) for code in codes.values()], by=by)
    if published:
        procedure.state = ProcedureState.PUBLISHED
        procedure.published_at, procedure.published_by_id = clock.now(), by.user_id
    if deadline is not None:
        procedure.submission_deadline_at = deadline
    db.session.flush()
    return GuardedTender(procedure, codes)
