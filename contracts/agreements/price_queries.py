"""Read the prices of a contract."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract, ContractProduct
from contracts.agreements.price_models import PriceLine, PricePhase, PriceVersion
from portal.catalogue.states import Unit
from portal.db import db


@dataclass(frozen=True)
class PricedLine:
    """A price line with the price that holds on a day, its other versions and its phases."""

    line: PriceLine
    current: PriceVersion | None
    versions: list[PriceVersion]
    phases: list[PricePhase]


def price_lines_of(contract: Contract, on: date) -> list[PricedLine]:
    """Return the price lines of a contract with what holds on a day, in three statements."""
    lines = db.session.scalars(
        select(PriceLine)
        .options(joinedload(PriceLine.contract_product).joinedload(ContractProduct.product))
        .join(ContractProduct, ContractProduct.id == PriceLine.contract_product_id)
        .where(ContractProduct.contract_id == contract.id)
        .order_by(PriceLine.code)
    ).all()
    ids = [line.id for line in lines]
    versions = db.session.scalars(
        select(PriceVersion)
        .where(PriceVersion.price_line_id.in_(ids))
        .order_by(PriceVersion.valid_from.desc())
    ).all()
    phases = db.session.scalars(
        select(PricePhase).where(PricePhase.price_line_id.in_(ids)).order_by(PricePhase.position)
    ).all()
    return [_priced(line, versions, phases, on) for line in lines]


def _priced(
    line: PriceLine, versions: Sequence[PriceVersion], phases: Sequence[PricePhase], on: date
) -> PricedLine:
    own = [one for one in versions if one.price_line_id == line.id]
    holds = [
        one for one in own if one.valid_from <= on and (one.valid_until is None or on <= one.valid_until)
    ]
    return PricedLine(
        line, holds[0] if holds else None, own, [one for one in phases if one.price_line_id == line.id]
    )


def price_on(contract_product: ContractProduct, unit: Unit, day: date) -> PriceVersion | None:
    """Return the price of one unit of a contract product on a day, or None when there is none."""
    return db.session.scalars(
        select(PriceVersion)
        .options(joinedload(PriceVersion.price_line))
        .join(PriceLine, PriceLine.id == PriceVersion.price_line_id)
        .where(PriceLine.contract_product_id == contract_product.id, PriceLine.unit == unit)
        .where(PriceVersion.valid_from <= day)
        .where(or_(PriceVersion.valid_until.is_(None), PriceVersion.valid_until >= day))
        .order_by(PriceVersion.valid_from.desc(), PriceLine.code)
        .limit(1)
    ).first()


def price_line_for(contract: Contract, line_id: uuid.UUID) -> PriceLine | None:
    """Return a price line of this contract, or None."""
    return db.session.scalars(
        select(PriceLine)
        .options(joinedload(PriceLine.contract_product).joinedload(ContractProduct.product))
        .join(ContractProduct, ContractProduct.id == PriceLine.contract_product_id)
        .where(ContractProduct.contract_id == contract.id, PriceLine.id == line_id)
    ).one_or_none()


def phases_of(line: PriceLine) -> Sequence[PricePhase]:
    """Return the phases of a price in their order; empty when it is paid at once."""
    return db.session.scalars(
        select(PricePhase).where(PricePhase.price_line_id == line.id).order_by(PricePhase.position)
    ).all()


def last_version_of(line: PriceLine) -> PriceVersion | None:
    """Return the price that was agreed last."""
    return db.session.scalars(
        select(PriceVersion)
        .where(PriceVersion.price_line_id == line.id)
        .order_by(PriceVersion.valid_from.desc())
        .limit(1)
    ).first()
