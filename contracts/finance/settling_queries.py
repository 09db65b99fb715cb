"""Reading settlements, and what a settlement rests on."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract, ContractProduct
from contracts.agreements.queries import contracts_for, visible_to
from contracts.allocation.queries import key_in_force, municipalities_on, weights_of
from contracts.finance.settling_models import Settlement, SettlementConsent, SettlementPart
from contracts.finance.settling_rules import Advance
from contracts.finance.settling_states import SettlementBasis, SettlementState
from contracts.invoicing.models import Invoice
from contracts.invoicing.performance_queries import ACCEPTED
from contracts.invoicing.split_models import SplitGroup, SplitShare
from contracts.invoicing.states import InvoiceState, ShareBasis
from contracts.results.models import MonthlyRow
from contracts.results.states import RowState
from portal.access import SYSTEM, Viewer
from portal.catalogue.models import Municipality
from portal.db import db
from portal.errors import NotFound
from portal.money import ZERO
from portal.periods import Year

_TAKES_PART = (RowState.RUNNING, RowState.PAUSED, RowState.STOPPED, RowState.COMPLETED)
Units = list[tuple[uuid.UUID, str, Decimal]]


def advances_of(contract_product_id: uuid.UUID, year: int) -> list[Advance]:
    """Return what was booked by key for a product over a year, earlier settlements included."""
    rows = db.session.execute(
        select(
            SplitShare.municipality_id, SplitGroup.vat_category, SplitGroup.vat_percent,
            func.sum(SplitShare.net), func.sum(SplitShare.vat_back), func.sum(SplitShare.vat_cost),
        )
        .join(SplitGroup, SplitGroup.id == SplitShare.split_group_id)
        .join(Invoice, Invoice.id == SplitGroup.invoice_id)
        .where(
            SplitGroup.contract_product_id == contract_product_id,
            SplitGroup.basis != ShareBasis.DIRECT,
            Invoice.state == InvoiceState.APPROVED,
            Invoice.month.between(Year(year).first, Year(year).last),
        )
        .group_by(SplitShare.municipality_id, SplitGroup.vat_category, SplitGroup.vat_percent)
    )  # fmt: skip
    return [
        Advance(place, (category, percent), net, back + cost)
        for place, category, percent, net, back, cost in rows
    ]


def realised_units(product: ContractProduct, year: int, basis: SettlementBasis) -> Units:
    """Return the accepted units of a year per municipality, in the fixed order: by name.

    Nothing realised: the weights of the fallback key of the contract, when it has one.
    """
    hours = basis is SettlementBasis.HOURS
    counted = {
        place: followed if hours else Decimal(number)
        for place, number, followed in db.session.execute(
            select(MonthlyRow.municipality_id, func.count(), func.sum(MonthlyRow.hours_followed))
            .where(
                MonthlyRow.contract_product_id == product.id,
                MonthlyRow.month.between(Year(year).first, Year(year).last),
                MonthlyRow.superseded_at.is_(None),
                MonthlyRow.acceptance.in_(ACCEPTED),
                MonthlyRow.state.in_(_TAKES_PART),
            )
            .group_by(MonthlyRow.municipality_id)
        )
    }
    if not any(counted.values()):
        version = key_in_force(product.id, Year(year).last)
        if version is not None and version.fallback is not None:
            counted = {row.municipality_id: row.weight for row in weights_of(version.fallback)}
    names = _places(product, year, set(counted) | {one.municipality_id for one in advances_of(product.id, year)})
    return [(one.id, one.name, counted.get(one.id, Decimal(0))) for one in names]


def _places(product: ContractProduct, year: int, ids: set[uuid.UUID]) -> Sequence[Municipality]:
    taking_part = {one.id for one in municipalities_on(product.contract_id, Year(year).last)}
    return db.session.scalars(
        select(Municipality).where(Municipality.id.in_(taking_part | ids)).order_by(Municipality.name)
    ).all()


def waiting_rows(contract_product_id: uuid.UUID, year: int) -> int:
    """Count the rows of a year that are not accepted yet."""
    return (
        db.session.scalar(
            select(func.count()).where(
                MonthlyRow.contract_product_id == contract_product_id,
                MonthlyRow.month.between(Year(year).first, Year(year).last),
                MonthlyRow.superseded_at.is_(None),
                MonthlyRow.acceptance.not_in(ACCEPTED),
            )
        )
        or 0
    )


def open_settlement(contract_product_id: uuid.UUID, year: int) -> Settlement | None:
    """Return the settlement of a product and year that waits for agreement, or None."""
    return db.session.scalars(
        select(Settlement).where(
            Settlement.contract_product_id == contract_product_id,
            Settlement.year == year,
            Settlement.state == SettlementState.ASKED,
        )
    ).first()


def settlements_for(viewer: Viewer) -> Select[Settlement]:
    """Select the settlements of the contracts a viewer's municipality leads or shares in, newest first."""
    contracts = visible_to(viewer).with_only_columns(Contract.id)
    shares = select(SettlementPart.settlement_id).where(SettlementPart.municipality_id == viewer.municipality_id)
    statement = (
        select(Settlement)
        .join(ContractProduct, ContractProduct.id == Settlement.contract_product_id)
        .join(Contract, Contract.id == ContractProduct.contract_id)
        .options(
            joinedload(Settlement.contract_product).options(
                joinedload(ContractProduct.contract), joinedload(ContractProduct.product)
            ),
            joinedload(Settlement.invoice),
        )
        .where(Contract.id.in_(contracts))
        .order_by(Settlement.made_at.desc())
    )
    if viewer is SYSTEM:
        return statement
    if viewer.municipality_id is None:
        return statement.where(false())
    return statement.where(or_(Settlement.id.in_(shares), Contract.lead_municipality_id == viewer.municipality_id))


def settlement_for(viewer: Viewer, number: str) -> Settlement:
    """Return a settlement by its number.

    Raises:
        NotFound: there is none, or it is not for this viewer.
    """
    found = db.session.scalars(settlements_for(viewer).where(Settlement.number == number)).one_or_none()
    if found is None:
        raise NotFound
    return found


def parts_of(settlement: Settlement) -> Sequence[SettlementPart]:
    """Return the parts of a settlement: per btw category, by municipality."""
    return db.session.scalars(
        select(SettlementPart)
        .join(Municipality, Municipality.id == SettlementPart.municipality_id)
        .options(joinedload(SettlementPart.municipality))
        .where(SettlementPart.settlement_id == settlement.id)
        .order_by(SettlementPart.vat_category, SettlementPart.vat_percent, Municipality.name)
    ).all()


def consents_of(settlement: Settlement) -> Sequence[SettlementConsent]:
    """Return what the municipalities said of a settlement."""
    return db.session.scalars(
        select(SettlementConsent)
        .options(joinedload(SettlementConsent.municipality))
        .where(SettlementConsent.settlement_id == settlement.id)
    ).all()


def settlements_asked_of(viewer: Viewer) -> Sequence[Settlement]:
    """Return the settlements that wait for the answer of the viewer's municipality."""
    answered = select(SettlementConsent.settlement_id).where(
        SettlementConsent.municipality_id == viewer.municipality_id
    )
    asked = select(SettlementPart.settlement_id).where(SettlementPart.municipality_id == viewer.municipality_id)
    return db.session.scalars(
        settlements_for(viewer).where(
            Settlement.state == SettlementState.ASKED, Settlement.id.in_(asked), Settlement.id.not_in(answered)
        )
    ).all()


@dataclass
class PlaceTotal:
    """One municipality in a settlement, all btw categories together, in euro."""

    municipality: Municipality
    units: Decimal
    advance: Decimal = ZERO
    realised: Decimal = ZERO
    reasons: list[str] = field(default_factory=list)

    @property
    def difference(self) -> Decimal:
        return self.realised - self.advance


def totals_of(parts: Sequence[SettlementPart]) -> list[PlaceTotal]:
    """Add the parts up per municipality, with btw."""
    found: dict[uuid.UUID, PlaceTotal] = {}
    for part in parts:
        one = found.setdefault(part.municipality_id, PlaceTotal(part.municipality, part.units))
        one.advance += part.advance_net + part.advance_vat
        one.realised += part.realised_net + part.realised_vat
        one.reasons.append(part.explanation)
    return list(found.values())


def products_to_settle(viewer: Viewer) -> list[ContractProduct]:
    """Return the products of the contracts the viewer's municipality leads, by contract."""
    leading = [one.id for one in contracts_for(viewer) if one.lead_municipality_id == viewer.municipality_id]
    return list(
        db.session.scalars(
            select(ContractProduct)
            .join(Contract, Contract.id == ContractProduct.contract_id)
            .options(joinedload(ContractProduct.contract), joinedload(ContractProduct.product))
            .where(ContractProduct.contract_id.in_(leading))
            .order_by(Contract.number)
        )
    )
