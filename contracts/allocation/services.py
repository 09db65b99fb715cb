"""Proposing a key, agreeing to it, and saying who gets btw back."""

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from contracts.agreements.models import ContractProduct
from contracts.allocation.models import AllocationKey, KeyConsent, KeyVersion, KeyWeight, VatRecovery
from contracts.allocation.queries import consents_of, newest_start, weights_of
from contracts.allocation.rules import everyone_agrees, objections_to_key
from contracts.allocation.states import KEY, KeyAction, KeyBasis, Recovery
from portal import audit, clock
from portal.access import SYSTEM, Viewer
from portal.catalogue.states import TargetGroup
from portal.db import db, lock
from portal.errors import NotYours, Objection, refuse_if


def propose_key(
    product: ContractProduct,
    *,
    valid_from: date,
    basis: KeyBasis,
    weights: Mapping[uuid.UUID, Decimal | None],
    source: str,
    by: Viewer,
    fallback: KeyVersion | None = None,
) -> KeyVersion:
    """Propose a key version and ask the participating municipalities; the proposer's own one agrees at once.

    Raises:
        Refused: a weight or the source is missing, or an earlier version starts later.
        NotYours: the viewer is not of the lead municipality.
    """
    if by is not SYSTEM and by.municipality_id != product.contract.lead_municipality_id:
        raise NotYours(f"financiën van {product.contract.lead_municipality.name}")
    refuse_if(
        objections_to_key(
            basis=basis,
            weights=weights,
            source=source,
            valid_from=valid_from,
            newest=newest_start(product.id),
        )
    )
    version = _new_version(product, valid_from, basis, source, fallback, by)
    db.session.add_all(
        KeyWeight(key_version_id=version.id, municipality_id=one, weight=weight or Decimal(0))
        for one, weight in weights.items()
    )
    db.session.flush()
    audit.record("allocation:key:propose", version, by=by, number=version.number, source=version.source)
    own = by.municipality_id or product.contract.lead_municipality_id
    if own in weights:
        answer_key(version, municipality_id=own, agrees=True, reason="", by=by)
    return version


def _new_version(
    product: ContractProduct,
    valid_from: date,
    basis: KeyBasis,
    source: str,
    fallback: KeyVersion | None,
    by: Viewer,
) -> KeyVersion:
    key = _key_of(product)
    version = KeyVersion(
        key_id=key.id,
        number=(
            db.session.scalar(select(func.max(KeyVersion.number)).where(KeyVersion.key_id == key.id)) or 0
        )
        + 1,
        valid_from=valid_from,
        basis=basis,
        source=source.strip(),
        fallback_id=fallback.id if fallback is not None and basis is KeyBasis.PARTICIPANTS else None,
        made_at=clock.now(),
        made_by_id=by.user_id,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _key_of(product: ContractProduct) -> AllocationKey:
    key = db.session.scalars(
        select(AllocationKey).where(AllocationKey.contract_product_id == product.id)
    ).one_or_none()
    if key is None:
        key = AllocationKey(contract_product_id=product.id)
        db.session.add(key)
        db.session.flush()
    return key


def answer_key(
    version: KeyVersion, *, municipality_id: uuid.UUID | None, agrees: bool, reason: str, by: Viewer
) -> None:
    """Record what a municipality says of a proposed key; the last yes puts it in force, one no refuses it.

    Raises:
        Refused: a no without reason, or this municipality has nothing to say here.
        TransitionRefused: the version was decided before.
    """
    lock(version)
    asked = [row.municipality_id for row in weights_of(version)]
    answers = {row.municipality_id: row.agrees for row in consents_of(version)}
    KEY.next(version.state, KeyAction.FIX if agrees else KeyAction.REFUSE)
    objections = []
    if municipality_id not in asked or municipality_id in answers:
        objections.append(Objection("Uw gemeente hoeft hier niets (meer) over te zeggen."))
    if not agrees and len(reason.strip()) < 10:
        objections.append(Objection("Geef de reden in ten minste 10 tekens.", "reason"))
    refuse_if(objections)
    if municipality_id is None:
        raise NotYours("een deelnemende gemeente")
    db.session.add(
        KeyConsent(
            key_version_id=version.id,
            municipality_id=municipality_id,
            user_id=by.user_id,
            agrees=agrees,
            reason=reason.strip(),
            at=clock.now(),
        )
    )
    answers[municipality_id] = agrees
    audit.record(
        "allocation:key:agree" if agrees else "allocation:key:refuse", version, by=by, number=version.number
    )
    if not agrees:
        version.state, version.decided_at = KEY.next(version.state, KeyAction.REFUSE), clock.now()
    elif everyone_agrees(asked, answers):
        version.state, version.decided_at = KEY.next(version.state, KeyAction.FIX), clock.now()
        audit.record("allocation:key:fix", version, by=by, number=version.number)
    db.session.flush()


def set_recovery(
    *,
    product_id: uuid.UUID,
    municipality_id: uuid.UUID,
    target_group: TargetGroup,
    year: int,
    recovery: Recovery,
    source: str,
    by: Viewer,
) -> VatRecovery:
    """Say whether btw on a product comes back (BCF) for a municipality and doelgroep from a year on."""
    row = db.session.scalars(
        select(VatRecovery).where(
            VatRecovery.product_id == product_id,
            VatRecovery.municipality_id == municipality_id,
            VatRecovery.target_group == target_group,
            VatRecovery.year == year,
        )
    ).one_or_none()
    if row is None:
        row = VatRecovery(
            product_id=product_id, municipality_id=municipality_id, target_group=target_group, year=year,
            recovery=recovery, source=source.strip(),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
    elif (row.recovery, row.source) == (recovery, source.strip()):
        return row
    row.recovery, row.source = recovery, source.strip()
    audit.record("allocation:recovery:set", row, by=by, year=year, recovery=recovery.label)
    return row
