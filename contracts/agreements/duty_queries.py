"""Read obligations, and when the register was looked at last."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from contracts.agreements import queries
from contracts.agreements.duty_models import Duty, QualityMarkCheck
from contracts.agreements.duty_rules import is_check_due
from contracts.agreements.models import Contract, ContractParty, ContractProduct, QualityMark
from contracts.agreements.states import ContractState, QualityMarkKind
from portal import clock
from portal.access import Viewer
from portal.accounts.models import Organisation
from portal.db import db
from portal.errors import NotFound


@dataclass(frozen=True)
class Watched:
    """A provider whose keurmerk counts in a running contract: the state that holds and the last look."""

    organisation: Organisation
    mark: QualityMark | None
    last: QualityMarkCheck | None
    is_due: bool


def duties_of(contract: Contract) -> Sequence[Duty]:
    """Return the obligations of a contract: open ones by date, then the met ones, newest first."""
    found = db.session.scalars(select(Duty).where(Duty.contract_id == contract.id)).all()
    still = sorted((one for one in found if one.met_on is None), key=lambda one: (one.due_on, one.title))
    met = sorted((one for one in found if one.met_on), key=lambda one: one.met_on or date.min, reverse=True)
    return [*still, *met]


def duty_for(contract: Contract, duty_id: uuid.UUID) -> Duty:
    """Return an obligation of a contract.

    Raises:
        NotFound: the contract has no such obligation.
    """
    found = db.session.get(Duty, duty_id)
    if found is None or found.contract_id != contract.id:
        raise NotFound
    return found


def open_duties(viewer: Viewer, until: date) -> Sequence[Duty]:
    """Return what is due up to a day under the running contracts a viewer may see, soonest first."""
    return db.session.scalars(
        select(Duty)
        .options(joinedload(Duty.contract).joinedload(Contract.lead_municipality))
        .join(Contract, Contract.id == Duty.contract_id)
        .where(queries.is_visible_to(viewer), Contract.state == ContractState.SIGNED)
        .where(Duty.met_on.is_(None), Duty.due_on <= until)
        .order_by(Duty.due_on, Duty.title)
    ).all()


def watched(viewer: Viewer) -> list[Watched]:
    """Return the providers of the viewer's municipality's running contracts that need a keurmerk."""
    today = clock.today()
    organisations = db.session.scalars(
        select(Organisation)
        .join(ContractParty, ContractParty.organisation_id == Organisation.id)
        .join(Contract, Contract.id == ContractParty.contract_id)
        .join(ContractProduct, ContractProduct.contract_id == Contract.id)
        .where(ContractProduct.needs_keurmerk, Contract.state == ContractState.SIGNED)
        .where(Contract.lead_municipality_id == viewer.municipality_id)
        .where(Contract.starts_on <= today, Contract.run_off_until >= today)
        .where(or_(ContractParty.valid_until.is_(None), ContractParty.valid_until >= today))
        .order_by(Organisation.name)
        .distinct()
    ).all()
    last: dict[uuid.UUID, QualityMarkCheck] = {}
    for check in db.session.scalars(
        select(QualityMarkCheck)
        .where(QualityMarkCheck.organisation_id.in_([one.id for one in organisations]))
        .where(QualityMarkCheck.kind == QualityMarkKind.KEURMERK)
        .order_by(QualityMarkCheck.checked_on, QualityMarkCheck.recorded_at)
    ):
        last[check.organisation_id] = check
    marks = queries.quality_marks_of([one.id for one in organisations])
    return [
        Watched(
            one,
            next((mark for mark in marks if _holds(mark, one, today)), None),
            last.get(one.id),
            is_check_due(last[one.id].checked_on if one.id in last else None, today),
        )
        for one in organisations
    ]


def _holds(mark: QualityMark, organisation: Organisation, day: date) -> bool:
    return (
        mark.organisation_id == organisation.id
        and mark.kind is QualityMarkKind.KEURMERK
        and mark.valid_from <= day
        and (mark.valid_until is None or mark.valid_until >= day)
    )
