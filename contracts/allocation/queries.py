"""Reading keys, their weights at a moment, and who gets btw back."""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract, ContractMunicipality, ContractProduct
from contracts.agreements.queries import visible_to
from contracts.allocation.models import AllocationKey, KeyConsent, KeyVersion, KeyWeight, VatRecovery
from contracts.allocation.rules import Weights, comes_back, version_in_force
from contracts.allocation.states import KeyBasis, KeyState
from contracts.results.models import MonthlyRow
from contracts.results.states import Acceptance, RowState
from portal.access import Viewer
from portal.catalogue.models import Municipality
from portal.catalogue.states import TargetGroup
from portal.db import db
from portal.errors import NotFound

_TAKES_PART = (RowState.RUNNING, RowState.PAUSED, RowState.STOPPED, RowState.COMPLETED)


@dataclass(frozen=True)
class KeyLine:
    """A version for the list, with its contract and product."""

    version: KeyVersion
    contract: Contract
    product_name: str


def visible_versions(viewer: Viewer) -> Select[KeyVersion]:
    """Select the key versions of the contracts a viewer may see, newest first."""
    contracts = visible_to(viewer).with_only_columns(Contract.id)
    return (
        select(KeyVersion)
        .join(AllocationKey, AllocationKey.id == KeyVersion.key_id)
        .join(ContractProduct, ContractProduct.id == AllocationKey.contract_product_id)
        .join(Contract, Contract.id == ContractProduct.contract_id)
        .where(ContractProduct.contract_id.in_(contracts))
        .options(
            joinedload(KeyVersion.key)
            .joinedload(AllocationKey.contract_product)
            .options(joinedload(ContractProduct.contract), joinedload(ContractProduct.product))
        )
        .order_by(KeyVersion.valid_from.desc(), Contract.number, KeyVersion.number.desc())
    )


def version_for(viewer: Viewer, version_id: uuid.UUID) -> KeyVersion:
    """Return a key version.

    Raises:
        NotFound: there is none, or it is not for this viewer.
    """
    found = db.session.scalars(visible_versions(viewer).where(KeyVersion.id == version_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def product_for(contract: Contract, contract_product_id: uuid.UUID) -> ContractProduct:
    """Return a product of this contract.

    Raises:
        NotFound: it is not in this contract.
    """
    found = db.session.scalars(
        select(ContractProduct)
        .options(joinedload(ContractProduct.product))
        .where(ContractProduct.id == contract_product_id, ContractProduct.contract_id == contract.id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def weights_of(version: KeyVersion) -> Sequence[KeyWeight]:
    """Return the weights of a version in the fixed order: by name."""
    return db.session.scalars(
        select(KeyWeight)
        .join(Municipality, Municipality.id == KeyWeight.municipality_id)
        .options(joinedload(KeyWeight.municipality))
        .where(KeyWeight.key_version_id == version.id)
        .order_by(Municipality.name)
    ).all()


def consents_of(version: KeyVersion) -> Sequence[KeyConsent]:
    """Return what the municipalities said."""
    return db.session.scalars(
        select(KeyConsent)
        .join(Municipality, Municipality.id == KeyConsent.municipality_id)
        .options(joinedload(KeyConsent.municipality))
        .where(KeyConsent.key_version_id == version.id)
        .order_by(Municipality.name)
    ).all()


def newest_start(contract_product_id: uuid.UUID) -> date | None:
    """Return the first day of the newest version of a key, or None."""
    return db.session.scalar(
        select(func.max(KeyVersion.valid_from))
        .join(AllocationKey, AllocationKey.id == KeyVersion.key_id)
        .where(AllocationKey.contract_product_id == contract_product_id, KeyVersion.state != KeyState.REFUSED)
    )


def asked_of(viewer: Viewer) -> Sequence[KeyVersion]:
    """Return the versions that wait for the answer of the viewer's municipality."""
    if viewer.municipality_id is None:
        return []
    answered = select(KeyConsent.key_version_id).where(KeyConsent.municipality_id == viewer.municipality_id)
    asked = select(KeyWeight.key_version_id).where(KeyWeight.municipality_id == viewer.municipality_id)
    return db.session.scalars(
        visible_versions(viewer).where(
            KeyVersion.state == KeyState.ASKED, KeyVersion.id.in_(asked), KeyVersion.id.not_in(answered)
        )
    ).all()


def key_in_force(contract_product_id: uuid.UUID, on: date) -> KeyVersion | None:
    """Return the fixed key version of a contract product that holds on a day, or None."""
    versions = db.session.scalars(
        select(KeyVersion)
        .join(AllocationKey, AllocationKey.id == KeyVersion.key_id)
        .where(AllocationKey.contract_product_id == contract_product_id, KeyVersion.state == KeyState.FIXED)
    ).all()
    chosen = version_in_force([(version.id, version.valid_from) for version in versions], on)
    return next((version for version in versions if version.id == chosen), None)


def weights_in_force(contract_product_id: uuid.UUID, month: date) -> Weights | None:
    """Return the weights by which a month's costs are split, or None when no key can split them.

    A counted key without a single participant in the month falls back to its other key
    (foundations §2 item 6).
    """
    version = key_in_force(contract_product_id, month)
    while version is not None:
        found = _weights_at(version, contract_product_id, month)
        if any(weight for _, _, weight in found.weights):
            return found
        version = version.fallback
    return None


def _weights_at(version: KeyVersion, contract_product_id: uuid.UUID, month: date) -> Weights:
    stored = weights_of(version)
    if version.basis is not KeyBasis.PARTICIPANTS:
        parts = tuple((row.municipality_id, row.municipality.name, row.weight) for row in stored)
        words = f"Volgens {version.source} gaat het naar {version.basis.label} (versie {version.number})."
        return Weights(version.id, True, words, parts)
    counted, is_final = participants_in(contract_product_id, month)
    parts = tuple(
        (row.municipality_id, row.municipality.name, Decimal(counted.get(row.municipality_id, 0)))
        for row in stored
    )
    people = "; ".join(f"{name} {weight}" for _, name, weight in parts)
    words = (
        f"Volgens {version.source} gaat het naar {version.basis.label} (versie {version.number}): {people}, "
        f"samen {sum(weight for _, _, weight in parts)}."
    )
    return Weights(version.id, is_final, words, parts)


def participants_in(contract_product_id: uuid.UUID, month: date) -> tuple[dict[uuid.UUID, int], bool]:
    """Count the participants of a month per municipality, and say whether all their rows are accepted."""
    rows = db.session.execute(
        select(MonthlyRow.municipality_id, MonthlyRow.acceptance, func.count())
        .where(
            MonthlyRow.contract_product_id == contract_product_id,
            MonthlyRow.month == month,
            MonthlyRow.superseded_at.is_(None),
            MonthlyRow.state.in_(_TAKES_PART),
        )
        .group_by(MonthlyRow.municipality_id, MonthlyRow.acceptance)
    ).all()
    counted: dict[uuid.UUID, int] = {}
    for municipality_id, _, number in rows:
        counted[municipality_id] = counted.get(municipality_id, 0) + number
    accepted = all(acceptance in (Acceptance.ACCEPTED, Acceptance.TACIT) for _, acceptance, _ in rows)
    return counted, accepted


def recoveries(product_id: uuid.UUID, year: int) -> Callable[[uuid.UUID, TargetGroup | None], bool]:
    """Return a function that says whether a municipality gets the btw on a product back in a year."""
    of_all = recoveries_of_all(year, [product_id])
    return lambda municipality_id, target_group: of_all(product_id, municipality_id, target_group)


def recoveries_of_all(
    year: int, product_ids: Collection[uuid.UUID]
) -> Callable[[uuid.UUID, uuid.UUID, TargetGroup | None], bool]:
    """Return the same for many products, in one statement: a function of product, municipality and doelgroep."""
    rows = db.session.scalars(
        select(VatRecovery).where(VatRecovery.product_id.in_(product_ids), VatRecovery.year <= year)
    ).all()
    newest: dict[tuple[uuid.UUID, uuid.UUID, TargetGroup], VatRecovery] = {}
    for row in sorted(rows, key=lambda row: row.year):
        newest[(row.product_id, row.municipality_id, row.target_group)] = row

    def answer(product_id: uuid.UUID, municipality_id: uuid.UUID, target_group: TargetGroup | None) -> bool:
        groups = [target_group] if target_group is not None else list(TargetGroup)
        known = [newest.get((product_id, municipality_id, group)) for group in groups]
        return comes_back([row.recovery for row in known if row is not None])

    return answer


def municipalities_on(contract_id: uuid.UUID, on: date) -> Sequence[Municipality]:
    """Return the municipalities that take part in a contract on a day, by name."""
    return db.session.scalars(
        select(Municipality)
        .join(ContractMunicipality, ContractMunicipality.municipality_id == Municipality.id)
        .where(
            ContractMunicipality.contract_id == contract_id,
            ContractMunicipality.valid_from <= on,
            (ContractMunicipality.valid_until.is_(None)) | (ContractMunicipality.valid_until >= on),
        )
        .order_by(Municipality.name)
    ).all()
