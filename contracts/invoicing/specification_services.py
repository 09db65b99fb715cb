"""Making a specification (prefactuur) and confirming it."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from contracts.agreements.models import Contract, ContractParty
from contracts.agreements.price_models import PriceLine, PriceVersion
from contracts.agreements.price_queries import PricedLine, price_lines_of
from contracts.agreements.states import PhaseTrigger
from contracts.invoicing.models import LineBasis, Specification, SpecificationLine
from contracts.invoicing.specification_rules import (
    PhasePrice,
    Price,
    Proposal,
    RowFacts,
    line_amount,
    proposed_lines,
)
from contracts.invoicing.states import SPECIFICATION, SpecificationAction, SpecificationState
from contracts.results.models import MonthlyRow
from contracts.results.states import Acceptance, EventKind as RowEventKind, RowState
from contracts.trajectories.models import TrajectoryEvent
from contracts.trajectories.states import Certainty, EventKind
from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock, next_number
from portal.errors import NotFound, Objection, refuse_if
from portal.periods import Month

_FROM_ROW = {
    RowEventKind.STARTED: PhaseTrigger.STARTED,
    RowEventKind.COMPLETED: PhaseTrigger.FINISHED,
}
_FROM_TRAJECTORY = {EventKind.HALFWAY: PhaseTrigger.HALFWAY, EventKind.DIPLOMA: PhaseTrigger.DIPLOMA}


def percent_of(line: PriceLine) -> Decimal:
    """Give the btw of a price line as a percentage: 21 for 21%."""
    return line.vat_rate * 100 if line.vat_rate <= 1 else line.vat_rate


def propose_specification(
    contract: Contract, party: ContractParty, month: Month, *, by: Viewer
) -> Specification:
    """Make the specification of a party for a month from its accepted rows that were not paid yet.

    Raises:
        Refused: there is nothing to invoice, or a proposal for this month waits already.
    """
    lock(contract)
    waiting = db.session.scalars(
        select(Specification.number).where(
            Specification.party_id == party.id,
            Specification.month == month.first,
            Specification.state == SpecificationState.PROPOSED,
        )
    ).first()
    refuse_if([Objection(f"Er staat al een voorstel klaar: {waiting}.")] if waiting else [])
    proposals = proposals_for(party, month)
    refuse_if(
        []
        if proposals
        else [
            Objection(
                f"Er zijn over {month.label} geen goedgekeurde prestaties die nog niet zijn gefactureerd."
            )
        ]
    )
    specification = Specification(
        number=f"S-{month.year}-{next_number('S', month.year):03d}",
        contract_id=contract.id,
        party_id=party.id,
        buyer_id=contract.lead_municipality.organisation_id,
        month=month.first,
        made_at=clock.now(),
    )
    db.session.add(specification)
    db.session.flush()
    _add_lines(specification, proposals)
    audit.record(
        "invoice:specification:propose", specification, by=by, number=specification.number, month=month.label
    )
    return specification


def proposals_for(party: ContractParty, month: Month) -> list[Proposal]:
    """Return what a party can still invoice for a month; reads only."""
    rows = _row_facts(party, month)
    priced = price_lines_of(party.contract, month.first)
    claimed = _claimed([row.id for row in rows])
    proposals = proposed_lines(rows, [price for line in priced if (price := _price(line))], claimed)
    return [one for one in proposals if one.row or not _fixed_was_paid(party, month, one)]


def to_specify(viewer: Viewer, months: Sequence[Month]) -> list[tuple[ContractParty, Month, int]]:
    """Return for which contracts and months the viewer's organisation can make a specification now."""
    parties = db.session.scalars(
        select(ContractParty)
        .options(joinedload(ContractParty.contract))
        .where(ContractParty.organisation_id == viewer.organisation_id, ContractParty.may_invoice.is_(True))
        .order_by(ContractParty.valid_from, ContractParty.id)
    ).all()
    accepted = {
        (contract_id, first)
        for contract_id, first in db.session.execute(
            select(MonthlyRow.contract_id, MonthlyRow.month)
            .where(
                MonthlyRow.contract_id.in_([party.contract_id for party in parties]),
                MonthlyRow.month.in_([month.first for month in months]),
                MonthlyRow.acceptance.in_([Acceptance.ACCEPTED, Acceptance.TACIT]),
            )
            .distinct()
        )
    }
    waiting = [(p, m) for p in parties for m in months if (p.contract_id, m.first) in accepted]
    counted = [(party, month, len(proposals_for(party, month))) for party, month in waiting]
    return [one for one in counted if one[2]]


def _add_lines(specification: Specification, proposals: Sequence[Proposal], start: int = 1) -> None:
    lines = []
    bases = []
    for position, one in enumerate(proposals, start=start):
        line = SpecificationLine(
            id=uuid.uuid4(),
            specification_id=specification.id,
            position=position,
            description=one.description,
            contract_product_id=one.price.contract_product_id,
            price_version_id=one.price.version_id,
            price_phase_id=one.phase.id if one.phase else None,
            trajectory_id=one.row.trajectory_id if one.row else None,
            municipality_id=one.row.municipality_id if one.row else None,
            target_group=one.row.target_group if one.row else None,
            quantity=one.quantity,
            rate=one.rate,
            amount=one.amount,
            vat_category=one.price.category,
            vat_percent=one.price.percent,
        )
        lines.append(line)
        if one.row:
            bases.append(
                LineBasis(
                    specification_line_id=line.id,
                    monthly_row_id=one.row.id,
                    price_line_id=one.price.line_id,
                    phase_key=one.phase_key,
                    quantity=one.quantity,
                )
            )
    db.session.add_all(lines)
    db.session.flush()
    db.session.add_all(bases)
    db.session.flush()


def _row_facts(party: ContractParty, month: Month) -> list[RowFacts]:
    rows = db.session.scalars(
        select(MonthlyRow)
        .join(MonthlyRow.report)
        .options(selectinload(MonthlyRow.events), joinedload(MonthlyRow.trajectory))
        .where(
            MonthlyRow.contract_id == party.contract_id,
            MonthlyRow.month == month.first,
            MonthlyRow.superseded_at.is_(None),
            MonthlyRow.acceptance.in_([Acceptance.ACCEPTED, Acceptance.TACIT]),
        )
        .where(MonthlyRow.report.has(contract_party_id=party.id))
    ).all()
    also = _trajectory_events([row.trajectory_id for row in rows], month)
    facts = [
        RowFacts(
            id=row.id,
            trajectory_id=row.trajectory_id,
            trajectory_number=row.trajectory.number,
            contract_product_id=row.contract_product_id,
            municipality_id=row.municipality_id,
            target_group=row.trajectory.target_group,
            hours=row.hours_offered,
            is_running=row.state is RowState.RUNNING,
            happened=frozenset(
                {_FROM_ROW[event.kind] for event in row.events if event.kind in _FROM_ROW}
                | also.get(row.trajectory_id, set())
            ),
        )
        for row in rows
    ]
    return sorted(facts, key=lambda row: row.trajectory_number)


def _trajectory_events(
    trajectory_ids: Sequence[uuid.UUID], month: Month
) -> dict[uuid.UUID, set[PhaseTrigger]]:
    """Return the phases that events outside the rows make due; what is provisional pays nothing (D5)."""
    found: dict[uuid.UUID, set[PhaseTrigger]] = {}
    if not trajectory_ids:
        return found
    rows = db.session.execute(
        select(TrajectoryEvent.trajectory_id, TrajectoryEvent.kind).where(
            TrajectoryEvent.trajectory_id.in_(trajectory_ids),
            TrajectoryEvent.kind.in_(list(_FROM_TRAJECTORY)),
            TrajectoryEvent.certainty == Certainty.CONFIRMED,
            TrajectoryEvent.on.between(month.first, month.last),
        )
    )
    for trajectory_id, kind in rows:
        found.setdefault(trajectory_id, set()).add(_FROM_TRAJECTORY[kind])
    return found


def _claimed(row_ids: Sequence[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID, str]]:
    if not row_ids:
        return set()
    rows = db.session.execute(
        select(LineBasis.monthly_row_id, LineBasis.price_line_id, LineBasis.phase_key).where(
            LineBasis.monthly_row_id.in_(row_ids), LineBasis.released_at.is_(None)
        )
    )
    return {(row, line, phase) for row, line, phase in rows}


def _fixed_was_paid(party: ContractParty, month: Month, one: Proposal) -> bool:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(SpecificationLine)
            .join(SpecificationLine.specification)
            .join(PriceVersion, PriceVersion.id == SpecificationLine.price_version_id)
            .where(
                Specification.party_id == party.id,
                Specification.month == month.first,
                PriceVersion.price_line_id == one.price.line_id,
                SpecificationLine.taken_out.is_(False),
            )
        )
        or 0
    ) > 0


def _price(priced: PricedLine) -> Price | None:
    if priced.current is None:
        return None
    line = priced.line
    return Price(
        line_id=line.id,
        version_id=priced.current.id,
        contract_product_id=line.contract_product_id,
        name=line.name,
        unit=line.unit,
        rate=priced.current.rate,
        category=line.vat_category,
        percent=percent_of(line),
        phases=tuple(
            PhasePrice(
                phase.id, phase.name, phase.share if phase.share <= 1 else phase.share / 100, phase.trigger
            )
            for phase in priced.phases
        ),
    )


def add_free_line(
    specification: Specification, *, price_line_id: uuid.UUID, quantity: Decimal, by: Viewer
) -> SpecificationLine:
    """Add something without a participant, such as group hours or interpreter hours; a key splits it.

    Raises:
        Refused: the quantity is not above zero, or the specification was confirmed.
        NotFound: the price line is not in this contract or has no price in the month.
    """
    lock(specification)
    refuse_if(_not_open(specification))
    refuse_if([Objection("Vul een aantal groter dan 0 in.", "quantity")] if quantity <= 0 else [])
    priced = next(
        (
            one
            for one in price_lines_of(specification.contract, specification.month)
            if one.line.id == price_line_id
        ),
        None,
    )
    price = _price(priced) if priced else None
    if price is None:
        raise NotFound
    last = db.session.scalar(
        select(func.max(SpecificationLine.position)).where(
            SpecificationLine.specification_id == specification.id
        )
    )
    proposal = Proposal(price.name, price, quantity, price.rate, line_amount(quantity, price.rate))
    _add_lines(specification, [proposal], start=(last or 0) + 1)
    audit.record("invoice:specification:add", specification, by=by, what=price.name)
    return db.session.scalars(
        select(SpecificationLine).where(
            SpecificationLine.specification_id == specification.id,
            SpecificationLine.position == (last or 0) + 1,
        )
    ).one()


def confirm_specification(
    specification: Specification, *, without: Sequence[uuid.UUID] = (), by: Viewer
) -> str:
    """Confirm a specification and give its akkoordnummer, which goes into BT-13 of the invoice.

    Args:
        without: lines that are left out now; their rows can be invoiced later.

    Raises:
        TransitionRefused: it was confirmed before.
        Refused: nothing is left to invoice.
    """
    lock(specification)
    state = SPECIFICATION.next(specification.state, SpecificationAction.CONFIRM)
    lines = db.session.scalars(
        select(SpecificationLine).where(SpecificationLine.specification_id == specification.id)
    ).all()
    out = [line for line in lines if line.id in set(without)]
    refuse_if([Objection("Laat ten minste één regel staan.")] if len(out) == len(lines) else [])
    now = clock.now()
    for line in out:
        line.taken_out = True
    if out:
        for basis in db.session.scalars(
            select(LineBasis).where(LineBasis.specification_line_id.in_([line.id for line in out]))
        ):
            basis.released_at = now
    specification.agreement_number = agreement_number(specification.month)
    specification.state, specification.confirmed_at, specification.confirmed_by_id = state, now, by.user_id
    db.session.flush()
    audit.record(
        "invoice:specification:confirm", specification, by=by, number=specification.number,
        agreement=specification.agreement_number,
    )  # fmt: skip
    return specification.agreement_number


def agreement_number(month: date) -> str:
    """Make an akkoordnummer that cannot be guessed or mistaken for another number: AK-2611-7K2MXP."""
    letters = "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(6))
    return f"AK-{month:%y%m}-{letters}"


def _not_open(specification: Specification) -> list[Objection]:
    if specification.state is SpecificationState.PROPOSED:
        return []
    return [Objection("Deze specificatie is bevestigd en kan niet meer wijzigen.")]


def party_of(contract: Contract, organisation_id: uuid.UUID | None, month: Month) -> ContractParty:
    """Return the party that may invoice for a month.

    Raises:
        NotFound: this organisation may not invoice under the contract then.
    """
    found = db.session.scalars(
        select(ContractParty)
        .options(joinedload(ContractParty.organisation))
        .where(
            ContractParty.contract_id == contract.id,
            ContractParty.organisation_id == organisation_id,
            ContractParty.may_invoice.is_(True),
            ContractParty.valid_from <= month.last,
            or_(ContractParty.valid_until.is_(None), ContractParty.valid_until >= month.first),
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def free_price_lines(specification: Specification) -> list[PricedLine]:
    """Return the price lines with a price in the month, for a line without participant."""
    return [
        line
        for line in price_lines_of(specification.contract, specification.month)
        if line.current is not None
    ]
