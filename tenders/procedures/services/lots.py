"""Lots: what, for whom, how many, and at what price."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, select

from portal import audit
from portal.access import Viewer
from portal.catalogue.models import Municipality, Product
from portal.catalogue.states import Unit, VatCategory
from portal.db import db, lock
from portal.errors import Objection, Refused, refuse_if
from tenders.procedures import queries, rules
from tenders.procedures.models import (
    AwardCriterion,
    FindingUse,
    Lot,
    LotMunicipality,
    LotPriceLine,
    LotProduct,
    LotVolume,
    Procedure,
    Requirement,
)
from tenders.procedures.services.editing import lock_in_preparation
from tenders.procedures.states import DistributionRule, OutsideBounds, Participation, PriceFormula, PriceModel


@dataclass(frozen=True)
class LotContent:
    """What a lot is: products and municipalities by id, amounts without VAT, dates inclusive."""

    title: str
    description: str = ""
    products: Sequence[uuid.UUID] = field(default_factory=tuple)
    participants: Sequence[uuid.UUID] = field(default_factory=tuple)
    optional: Sequence[uuid.UUID] = field(default_factory=tuple)
    starts_on: date | None = None
    ends_on: date | None = None
    extension_count: int = 0
    extension_months: int = 0
    run_off_months: int = 0
    estimated_amount: Decimal | None = None
    ceiling_amount: Decimal | None = None
    ceiling_quantity: Decimal | None = None
    winners: int = 1
    waiting_list: int = 0
    distribution_rule: DistributionRule | None = None
    distribution_text: str = ""


def _content_objections(content: LotContent) -> list[Objection]:
    found = []
    if not content.title.strip():
        found.append(Objection("Vul de naam van het perceel in.", "title"))
    if not content.products:
        found.append(Objection("Kies ten minste één product.", "products"))
    if not content.participants:
        found.append(Objection("Kies ten minste één gemeente die meedoet.", "participants"))
    if set(content.participants) & set(content.optional):
        found.append(Objection("Een gemeente doet mee of doet optioneel mee, niet allebei.", "optional"))
    if content.starts_on and content.ends_on and content.ends_on <= content.starts_on:
        found.append(Objection("De einddatum moet na de ingangsdatum liggen.", "ends_on"))
    if content.ceiling_amount is not None and content.ceiling_amount <= 0:
        found.append(Objection("De maximale waarde moet meer dan € 0,00 zijn.", "ceiling_amount"))
    found += _winner_objections(content)
    if min(content.extension_count, content.extension_months, content.run_off_months) < 0:
        found.append(Objection("Het aantal opties en maanden moet 0 of meer zijn.", "extension_count"))
    return found


def _winner_objections(content: LotContent) -> list[Objection]:
    """Check estimate, winners, waiting list and how aanmeldingen are divided (practice T10)."""
    found = []
    if content.estimated_amount is not None and content.estimated_amount <= 0:
        found.append(Objection("De geraamde waarde moet meer dan € 0,00 zijn.", "estimated_amount"))
    elif content.estimated_amount and content.ceiling_amount and content.estimated_amount > content.ceiling_amount:
        found.append(Objection("De geraamde waarde is hoger dan de maximale waarde.", "estimated_amount"))
    if content.winners < 1:
        found.append(Objection("Er is ten minste 1 winnaar.", "winners"))
    if content.winners > 1 and content.distribution_rule is None:
        found.append(
            Objection("Kies hoe de aanmeldingen over de winnaars worden verdeeld.", "distribution_rule")
        )
    if content.winners > 1 and content.distribution_rule is DistributionRule.FIXED and not content.distribution_text.strip():
        found.append(Objection("Leg uit welk deel elke winnaar krijgt.", "distribution_text"))
    return found


def add_lot(procedure: Procedure, *, content: LotContent, by: Viewer) -> Lot:
    """Add a lot with its products and municipalities.

    Raises:
        Refused: title, products or municipalities are missing, or the dates are out of order.
    """
    lock_in_preparation(procedure, by)
    refuse_if(_content_objections(content))
    last = db.session.scalar(select(func.max(Lot.number)).where(Lot.procedure_id == procedure.id))
    lot = Lot(procedure_id=procedure.id, number=(last or 0) + 1, title=content.title.strip())
    db.session.add(lot)
    db.session.flush()
    _fill(lot, content)
    audit.record("tender:lot:add", procedure, by=by, title=lot.title)
    return lot


def change_lot(lot: Lot, *, content: LotContent, by: Viewer) -> None:
    """Change a lot; volumes and price lines of a product or municipality that goes, go with it.

    Raises:
        Refused: title, products or municipalities are missing, or the dates are out of order.
    """
    lock_in_preparation(lot.procedure, by)
    lock(lot)
    refuse_if(_content_objections(content))
    _fill(lot, content)
    audit.record("tender:lot:change", lot.procedure, by=by, title=lot.title)


def remove_lot(lot: Lot, *, by: Viewer) -> None:
    """Take a lot out of a tender in preparation, with its volumes, prices, criteria and own requirements."""
    procedure = lot.procedure
    lock_in_preparation(procedure, by)
    title, products = lot.title, [one.id for one in lot.products]
    criteria = [one.id for one in lot.criteria]
    own = list(db.session.scalars(select(Requirement.id).where(Requirement.lot_id == lot.id)))
    for statement in (
        delete(FindingUse).where(FindingUse.criterion_id.in_(criteria) | FindingUse.requirement_id.in_(own)),
        delete(AwardCriterion).where(AwardCriterion.lot_id == lot.id),
        delete(Requirement).where(Requirement.lot_id == lot.id),
        delete(LotVolume).where(LotVolume.lot_product_id.in_(products)),
        delete(LotPriceLine).where(LotPriceLine.lot_product_id.in_(products)),
        delete(LotProduct).where(LotProduct.lot_id == lot.id),
        delete(LotMunicipality).where(LotMunicipality.lot_id == lot.id),
        delete(Lot).where(Lot.id == lot.id),
    ):
        db.session.execute(statement)
    audit.record("tender:lot:remove", procedure, by=by, title=title)


def _fill(lot: Lot, content: LotContent) -> None:
    lot.title, lot.description = content.title.strip(), content.description.strip()
    for name in ("starts_on", "ends_on", "extension_count", "extension_months", "run_off_months"):
        setattr(lot, name, getattr(content, name))
    lot.ceiling_amount, lot.ceiling_quantity = content.ceiling_amount, content.ceiling_quantity
    lot.estimated_amount, lot.winners, lot.waiting_list = content.estimated_amount, content.winners, content.waiting_list
    lot.distribution_rule = content.distribution_rule if content.winners > 1 else None
    lot.distribution_text = content.distribution_text.strip()
    _set_products(lot, content.products)
    _set_municipalities(lot, content)
    db.session.flush()
    db.session.expire(lot, ["products", "municipalities"])


def _set_products(lot: Lot, wanted: Sequence[uuid.UUID]) -> None:
    known = {one.id for one in db.session.scalars(select(Product))}
    there = {link.product_id: link for link in lot.products}
    for product_id, link in there.items():
        if product_id not in wanted:
            db.session.execute(delete(LotVolume).where(LotVolume.lot_product_id == link.id))
            db.session.execute(delete(LotPriceLine).where(LotPriceLine.lot_product_id == link.id))
            db.session.delete(link)
    for position, product_id in enumerate(dict.fromkeys(wanted), start=1):
        if product_id in there:
            there[product_id].position = position
        elif product_id in known:
            db.session.add(LotProduct(lot_id=lot.id, product_id=product_id, position=position))


def _set_municipalities(lot: Lot, content: LotContent) -> None:
    known = {one.id: one.name for one in db.session.scalars(select(Municipality))}
    wanted = {one: Participation.PARTICIPANT for one in content.participants if one in known}
    wanted |= {one: Participation.OPTIONAL for one in content.optional if one in known}
    there = {link.municipality_id: link for link in lot.municipalities}
    for municipality_id, link in there.items():
        if municipality_id not in wanted:
            db.session.execute(delete(LotVolume).where(LotVolume.lot_municipality_id == link.id))
            db.session.delete(link)
    for position, municipality_id in enumerate(sorted(wanted, key=lambda one: known[one]), start=1):
        link_or_none = there.get(municipality_id)
        if link_or_none is None:
            link_or_none = LotMunicipality(lot_id=lot.id, municipality_id=municipality_id)
            db.session.add(link_or_none)
        link_or_none.participation, link_or_none.position = wanted[municipality_id], position


def set_volumes(
    lot: Lot, *, volumes: Mapping[tuple[uuid.UUID, uuid.UUID, int], Decimal | None], by: Viewer
) -> None:
    """Store the expected quantities by (lot_municipality, lot_product, year); None takes one away.

    Raises:
        Refused: a quantity is below zero.
    """
    lock_in_preparation(lot.procedure, by)
    if any(value is not None and value < 0 for value in volumes.values()):
        raise Refused([Objection("Een aantal moet 0 of meer zijn.")])
    places, products = {one.id for one in lot.municipalities}, {one.id for one in lot.products}
    there = {
        (row.lot_municipality_id, row.lot_product_id, row.year): row
        for row in db.session.scalars(select(LotVolume).where(LotVolume.lot_product_id.in_(products)))
    }
    for key, value in volumes.items():
        if key[0] not in places or key[1] not in products or key[2] not in queries.years_of(lot):
            continue
        row = there.get(key)
        if value is None:
            if row is not None:
                db.session.delete(row)
        elif row is None:
            db.session.add(
                LotVolume(lot_municipality_id=key[0], lot_product_id=key[1], year=key[2], quantity=value)
            )
        else:
            row.quantity = value
    db.session.flush()
    audit.record("tender:lot:volumes", lot.procedure, by=by, title=lot.title)


def set_price_formula(
    lot: Lot,
    *,
    weight: Decimal | None,
    floor: Decimal | None,
    cap: Decimal | None,
    outside: OutsideBounds | None,
    rationale: str,
    by: Viewer,
    formula: PriceFormula = PriceFormula.WEIGHTED_FACTOR,
    quality_value: Decimal | None = None,
    log_base: Decimal | None = None,
) -> None:
    """Fix the formula: weight (a fraction), Pmin and Pmax of the total price without VAT for the gewogen factor,
    what full quality is worth for gunnen op waarde, A for the log.

    Raises:
        Refused: weight, the numbers of the formula or its motivation are missing, or the weights pass 100%.
    """
    lock_in_preparation(lot.procedure, by)
    lock(lot)
    found = rules.objections_to_bounds(
        weight=weight, floor=floor, cap=cap, outside_chosen=outside is not None
    ) if formula is PriceFormula.WEIGHTED_FACTOR else rules.objections_to_formula(
        formula, weight=weight, quality_value=quality_value, log_base=log_base, rationale=rationale
    )
    taken = sum((one.weight for one in queries.criteria_of(lot)), Decimal(0))
    if weight is not None and taken + weight > 1:
        found.append(Objection("De wegingen zijn samen meer dan 100%. Verlaag de weging van de prijs.", "price_weight"))
    refuse_if(found)
    lot.price_weight, lot.price_floor, lot.price_cap = weight, floor, cap
    lot.outside_bounds, lot.price_rationale = outside, rationale.strip()
    lot.price_formula, lot.quality_value, lot.log_base = formula, quality_value, log_base
    audit.record("tender:lot:price_formula", lot.procedure, by=by, title=lot.title)


def save_price_line(
    lot: Lot,
    line: LotPriceLine | None = None,
    *,
    lot_product_id: uuid.UUID,
    title: str,
    unit: Unit,
    vat_category: VatCategory,
    quantity: Decimal,
    price_model: PriceModel,
    rate_floor: Decimal | None = None,
    rate_cap: Decimal | None = None,
    by: Viewer,
) -> LotPriceLine:
    """Add or change a price line; rates per unit without VAT, quantity as it counts in the total price.

    Raises:
        Refused: the name is missing, or the rates do not fit the price model.
    """
    lock_in_preparation(lot.procedure, by)
    found = rules.price_model_objections(price_model, rate_floor, rate_cap, quantity)
    if not title.strip():
        found.append(Objection("Vul de naam van de prijsregel in.", "title"))
    if lot_product_id not in {one.id for one in lot.products}:
        found.append(Objection("Kies een product van dit perceel.", "lot_product_id"))
    refuse_if(found)
    if line is None:
        line = LotPriceLine(position=len(queries.price_lines_of(lot)) + 1)
        db.session.add(line)
    line.lot_product_id, line.title, line.unit = lot_product_id, title.strip(), unit
    line.vat_category, line.quantity, line.price_model = vat_category, quantity, price_model
    line.rate_floor, line.rate_cap = _rates(price_model, rate_floor, rate_cap)
    db.session.flush()
    audit.record("tender:lot:price_line", lot.procedure, by=by, title=line.title)
    return line


def _rates(
    model: PriceModel, floor: Decimal | None, cap: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    return {
        PriceModel.OPEN: (None, None),
        PriceModel.FIXED: (cap, cap),
        PriceModel.CEILING: (None, cap),
        PriceModel.BAND: (floor, cap),
    }[model]


def remove_price_line(lot: Lot, line: LotPriceLine, *, by: Viewer) -> None:
    """Take a price line out of a lot in preparation."""
    lock_in_preparation(lot.procedure, by)
    audit.record("tender:lot:price_line_removed", lot.procedure, by=by, title=line.title)
    db.session.delete(line)
    db.session.flush()
