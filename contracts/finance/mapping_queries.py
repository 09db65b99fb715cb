"""Reading the accounts of municipalities, with what is still missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from contracts.agreements.models import Contract, ContractMunicipality, ContractProduct
from contracts.allocation.models import VatRecovery
from contracts.allocation.states import Recovery
from contracts.finance.models import LedgerMapping
from contracts.finance.queries import leads_any
from contracts.finance.rules import missing_in_mapping
from portal.access import Viewer
from portal.catalogue.models import Municipality, Product
from portal.catalogue.states import TargetGroup
from portal.db import db


@dataclass(frozen=True)
class MappingRow:
    """An account, or the place where one is missing."""

    municipality: Municipality
    product: Product
    target_group: TargetGroup
    mapping: LedgerMapping | None
    recovery: Recovery
    missing: Sequence[str]

    def cells(self) -> list[object]:
        """Return the values for a workbook."""
        one = self.mapping
        return [
            self.municipality.name, self.product.name, self.target_group.label, one.ledger_account if one else "",
            one.cost_centre if one else "", one.task_field if one else "", one.economic_category if one else "",
            one.spuk.label if one else "onbekend", one.sisa_code if one else "", self.recovery.label,
            ", ".join(self.missing),
        ]  # fmt: skip


def places_for(viewer: Viewer) -> Sequence[Municipality]:
    """Return the municipalities whose accounts the viewer may see: its own, or all that share in its contracts."""
    statement = select(Municipality).order_by(Municipality.name)
    if leads_any(viewer):
        taking_part = (
            select(ContractMunicipality.municipality_id)
            .join(Contract, Contract.id == ContractMunicipality.contract_id)
            .where(Contract.lead_municipality_id == viewer.municipality_id)
        )
        return db.session.scalars(
            statement.where((Municipality.id.in_(taking_part)) | (Municipality.id == viewer.municipality_id))
        ).all()
    return db.session.scalars(statement.where(Municipality.id == viewer.municipality_id)).all()


def mapping_rows(viewer: Viewer, year: int, cbs_code: str = "") -> list[MappingRow]:
    """Return the accounts of a year for every product a municipality buys, what is missing first."""
    places = [one for one in places_for(viewer) if not cbs_code or one.cbs_code == cbs_code]
    bought = db.session.execute(
        select(ContractMunicipality.municipality_id, Product)
        .join(ContractProduct, ContractProduct.contract_id == ContractMunicipality.contract_id)
        .join(Product, Product.id == ContractProduct.product_id)
        .where(ContractMunicipality.municipality_id.in_([one.id for one in places]))
        .distinct()
    ).all()
    mappings = {
        (one.product_id, one.municipality_id, one.target_group): one
        for one in db.session.scalars(select(LedgerMapping).where(LedgerMapping.year == year))
    }
    recoveries = {
        (one.product_id, one.municipality_id, one.target_group): one.recovery
        for one in db.session.scalars(
            select(VatRecovery).where(VatRecovery.year <= year).order_by(VatRecovery.year)
        )
    }
    by_id = {one.id: one for one in places}
    rows = []
    for municipality_id, product in bought:
        for group in TargetGroup:
            key = (product.id, municipality_id, group)
            mapping = mappings.get(key)
            rows.append(
                MappingRow(
                    by_id[municipality_id], product, group, mapping, recoveries.get(key, Recovery.UNKNOWN),
                    missing_in_mapping(
                        ledger_account=mapping.ledger_account if mapping else "",
                        cost_centre=mapping.cost_centre if mapping else "",
                        task_field=mapping.task_field if mapping else "",
                    ),
                )
            )  # fmt: skip
    return sorted(
        rows, key=lambda row: (not row.missing, row.municipality.name, row.product.position, row.target_group)
    )


def place_by_code(cbs_code: str) -> Municipality | None:
    """Return a municipality by its CBS code, or None."""
    return db.session.scalars(select(Municipality).where(Municipality.cbs_code == cbs_code)).one_or_none()


def product_by_code(code: str) -> Product | None:
    """Return a product by its code, or None."""
    return db.session.scalars(select(Product).where(Product.code == code)).one_or_none()


def mapping_for(
    product: Product, place: Municipality, group: TargetGroup, year: int
) -> tuple[LedgerMapping | None, VatRecovery | None]:
    """Return the account and what is known of btw for a product, municipality, doelgroep and year."""
    mapping = db.session.scalars(
        select(LedgerMapping).where(
            LedgerMapping.product_id == product.id,
            LedgerMapping.municipality_id == place.id,
            LedgerMapping.target_group == group,
            LedgerMapping.year == year,
        )
    ).one_or_none()
    recovery = db.session.scalars(
        select(VatRecovery)
        .where(
            VatRecovery.product_id == product.id,
            VatRecovery.municipality_id == place.id,
            VatRecovery.target_group == group,
            VatRecovery.year <= year,
        )
        .order_by(VatRecovery.year.desc())
        .limit(1)
    ).first()
    return mapping, recovery
