"""What was performed and accepted, and what of it was claimed already: read for proposals and for checks."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from contracts.agreements.models import Contract, ContractParty
from contracts.agreements.price_models import PriceLine, PriceVersion
from contracts.agreements.price_queries import PricedLine, price_lines_of
from contracts.agreements.states import PhaseTrigger
from contracts.invoicing.models import Invoice, InvoiceLine, LineBasis, Specification, SpecificationLine
from contracts.invoicing.specification_rules import (
    Performance,
    PhasePrice,
    Price,
    Proposal,
    RowFacts,
    performed_lines,
    proposed_lines,
)
from contracts.invoicing.states import InvoiceState
from contracts.results.models import MonthlyRow, RowEvent
from contracts.results.states import Acceptance, EventKind as RowEventKind, RowState
from contracts.trajectories.models import TrajectoryEvent
from contracts.trajectories.states import Certainty, EventKind
from portal.access import Viewer
from portal.catalogue.states import Unit
from portal.db import db
from portal.money import ZERO
from portal.periods import Month

ACCEPTED = (Acceptance.ACCEPTED, Acceptance.TACIT)
_FROM_ROW = {
    RowEventKind.STARTED: PhaseTrigger.STARTED,
    RowEventKind.COMPLETED: PhaseTrigger.FINISHED,
}
_FROM_TRAJECTORY = {EventKind.HALFWAY: PhaseTrigger.HALFWAY, EventKind.DIPLOMA: PhaseTrigger.DIPLOMA}


@dataclass(frozen=True)
class Claim:
    """How much of a performance stands in specifications, and under which installment numbers."""

    quantity: Decimal
    installments: frozenset[int]

    @property
    def next_installment(self) -> int:
        """The lowest number that is free."""
        return next(n for n in range(1, len(self.installments) + 2) if n not in self.installments)


def proposals_for(party: ContractParty, month: Month) -> list[Proposal]:
    """Return what a party can still invoice for a month; reads only."""
    rows = row_facts(party.contract_id, month, party_id=party.id)
    claimed = claims_on([row.trajectory_id for row in rows])
    quantities = {performance: claim.quantity for performance, claim in claimed.items()}
    proposals = proposed_lines(rows, prices_of(party.contract, month), quantities)
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
                MonthlyRow.acceptance.in_(ACCEPTED),
            )
            .distinct()
        )
    }
    waiting = [(p, m) for p in parties for m in months if (p.contract_id, m.first) in accepted]
    counted = [(party, month, len(proposals_for(party, month))) for party, month in waiting]
    return [one for one in counted if one[2]]


def prices_of(contract: Contract, month: Month) -> list[Price]:
    """Return the prices of a contract that hold on the first day of a month."""
    return [price for line in price_lines_of(contract, month.first) if (price := price_of(line))]


def percent_of(line: PriceLine) -> Decimal:
    """Give the btw of a price line as a percentage: 21 for 21%."""
    return line.vat_rate * 100 if line.vat_rate <= 1 else line.vat_rate


def price_of(priced: PricedLine) -> Price | None:
    """Give a price line as the rules know it; None when it has no price on that day."""
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


def row_facts(
    contract_id: uuid.UUID,
    month: Month,
    *,
    party_id: uuid.UUID | None = None,
    trajectory_ids: Collection[uuid.UUID] | None = None,
) -> list[RowFacts]:
    """Return the accepted rows of a month that count now, in the order of their trajectory numbers.

    Args:
        party_id: only the rows that this party reported.
        trajectory_ids: only the rows of these trajectories.
    """
    statement = (
        select(MonthlyRow)
        .options(selectinload(MonthlyRow.events), joinedload(MonthlyRow.trajectory))
        .where(
            MonthlyRow.contract_id == contract_id,
            MonthlyRow.month == month.first,
            MonthlyRow.superseded_at.is_(None),
            MonthlyRow.acceptance.in_(ACCEPTED),
        )
    )
    if party_id is not None:
        statement = statement.where(MonthlyRow.report.has(contract_party_id=party_id))
    if trajectory_ids is not None:
        statement = statement.where(MonthlyRow.trajectory_id.in_(trajectory_ids))
    rows = db.session.scalars(statement).all()
    also = _trajectory_events([row.trajectory_id for row in rows], month)
    facts = [
        _facts(row, {_FROM_ROW[event.kind] for event in row.events if event.kind in _FROM_ROW}, also)
        for row in rows
    ]
    return sorted(facts, key=lambda row: row.trajectory_number)


def _facts(
    row: MonthlyRow, happened: set[PhaseTrigger], also: Mapping[uuid.UUID, set[PhaseTrigger]]
) -> RowFacts:
    return RowFacts(
        id=row.id,
        trajectory_id=row.trajectory_id,
        trajectory_number=row.trajectory.number,
        contract_product_id=row.contract_product_id,
        municipality_id=row.municipality_id,
        target_group=row.trajectory.target_group,
        period=Month.of(row.month).code,
        hours=row.hours_offered,
        is_running=row.state is RowState.RUNNING,
        happened=frozenset(happened | also.get(row.trajectory_id, set())),
    )


def _trajectory_events(
    trajectory_ids: Sequence[uuid.UUID], month: Month | None
) -> dict[uuid.UUID, set[PhaseTrigger]]:
    """Return the phases that events outside the rows make due; what is provisional pays nothing (D5)."""
    found: dict[uuid.UUID, set[PhaseTrigger]] = {}
    if not trajectory_ids:
        return found
    statement = select(TrajectoryEvent.trajectory_id, TrajectoryEvent.kind).where(
        TrajectoryEvent.trajectory_id.in_(trajectory_ids),
        TrajectoryEvent.kind.in_(list(_FROM_TRAJECTORY)),
        TrajectoryEvent.certainty == Certainty.CONFIRMED,
    )
    if month is not None:
        statement = statement.where(TrajectoryEvent.on.between(month.first, month.last))
    for trajectory_id, kind in db.session.execute(statement):
        found.setdefault(trajectory_id, set()).add(_FROM_TRAJECTORY[kind])
    return found


def accepted_quantities(
    contract: Contract, month: Month, trajectory_ids: Collection[uuid.UUID]
) -> dict[Performance, Decimal]:
    """Return what is accepted now of these trajectories: in the month, and once in their life."""
    if not trajectory_ids:
        return {}
    prices = prices_of(contract, month)
    rows = row_facts(contract.id, month, trajectory_ids=trajectory_ids)
    monthly = performed_lines(rows, [price for price in prices if price.unit is not Unit.TRAJECTORY])
    once = [price for price in prices if price.unit is Unit.TRAJECTORY]
    lasting = performed_lines(_lives(contract.id, trajectory_ids), once) if once else []
    found: dict[Performance, Decimal] = {}
    for one in [*monthly, *lasting]:
        if one.performance is not None:
            found[one.performance] = max(found.get(one.performance, ZERO), one.quantity)
    return found


def _lives(contract_id: uuid.UUID, trajectory_ids: Collection[uuid.UUID]) -> Iterable[RowFacts]:
    """Give one row per trajectory and product with all that happened in the months that count."""
    rows = db.session.scalars(
        select(MonthlyRow)
        .options(
            joinedload(MonthlyRow.trajectory),
            selectinload(MonthlyRow.events.and_(RowEvent.kind.in_(list(_FROM_ROW)))),
        )
        .where(
            MonthlyRow.contract_id == contract_id,
            MonthlyRow.trajectory_id.in_(trajectory_ids),
            MonthlyRow.superseded_at.is_(None),
            MonthlyRow.acceptance.in_(ACCEPTED),
        )
    ).all()
    also = _trajectory_events(list(trajectory_ids), None)
    happened: dict[tuple[uuid.UUID, uuid.UUID], set[PhaseTrigger]] = {}
    last: dict[tuple[uuid.UUID, uuid.UUID], MonthlyRow] = {}
    for row in rows:
        key = (row.trajectory_id, row.contract_product_id)
        known = {_FROM_ROW[event.kind] for event in row.events if event.kind in _FROM_ROW}
        happened[key] = happened.get(key, set()) | known
        last[key] = row
    return [_facts(row, happened[key], also) for key, row in last.items()]


def being_corrected(contract_id: uuid.UUID, month: Month, trajectory_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return the trajectories whose row of a month waits for the provider or the contract manager."""
    return set(
        db.session.scalars(
            select(MonthlyRow.trajectory_id).where(
                MonthlyRow.contract_id == contract_id,
                MonthlyRow.month == month.first,
                MonthlyRow.trajectory_id.in_(trajectory_ids),
                MonthlyRow.superseded_at.is_(None),
                MonthlyRow.acceptance.not_in(ACCEPTED),
            )
        )
    )


def performance_of(basis: LineBasis) -> Performance:
    """Return what a basis claims."""
    return Performance(basis.trajectory_id, basis.price_line_id, basis.phase_key, basis.period)


def bases_on(trajectory_ids: Collection[uuid.UUID]) -> Sequence[LineBasis]:
    """Return the claims on these trajectories that were not credited, the first installments first."""
    return db.session.scalars(
        select(LineBasis)
        .where(LineBasis.trajectory_id.in_(trajectory_ids), LineBasis.released_at.is_(None))
        .order_by(LineBasis.installment)
    ).all()


def claims_on(trajectory_ids: Collection[uuid.UUID]) -> dict[Performance, Claim]:
    """Return how much of each performance of these trajectories was claimed and not credited."""
    found: dict[Performance, Claim] = {}
    for basis in bases_on(trajectory_ids):
        key = performance_of(basis)
        before = found.get(key, Claim(ZERO, frozenset()))
        found[key] = Claim(before.quantity + basis.quantity, before.installments | {basis.installment})
    return found


def allowed_quantities(contract: Contract, month: Month, line_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Decimal]:
    """Return per specification line how much of it the accepted rows still carry.

    What earlier installments of the same performance claimed comes off first, so that nothing is carried
    twice, whatever version of the month the line was made from.
    """
    own = db.session.scalars(
        select(LineBasis).where(
            LineBasis.specification_line_id.in_(line_ids), LineBasis.released_at.is_(None)
        )
    ).all()
    trajectories = {basis.trajectory_id for basis in own}
    accepted = accepted_quantities(contract, month, trajectories)
    claims = bases_on(trajectories)
    found: dict[uuid.UUID, Decimal] = {}
    for basis in own:
        key = performance_of(basis)
        before = sum(
            (
                other.quantity
                for other in claims
                if other.installment < basis.installment and performance_of(other) == key
            ),
            ZERO,
        )
        carried = min(basis.quantity, max(ZERO, accepted.get(key, ZERO) - before))
        line = basis.specification_line_id
        found[line] = found.get(line, ZERO) + carried
    return found


def lines_to_credit(contract_ids: Collection[uuid.UUID], of: Invoice | None = None) -> list[InvoiceLine]:
    """Return the lines of approved invoices (or of one) for more than a later correction left accepted.

    A month whose correction is still being judged is left out: what comes of it is not known yet.
    """
    statement = (
        select(InvoiceLine, Invoice)
        .join(InvoiceLine.invoice)
        .join(LineBasis, LineBasis.specification_line_id == InvoiceLine.specification_line_id)
        .join(MonthlyRow, MonthlyRow.id == LineBasis.monthly_row_id)
        .options(joinedload(Invoice.contract), joinedload(Invoice.issuer_organisation))
        .where(
            Invoice.contract_id.in_(contract_ids),
            Invoice.state == InvoiceState.APPROVED,
            InvoiceLine.credits_id.is_(None),
            LineBasis.released_at.is_(None),
            MonthlyRow.superseded_at.is_not(None),
            InvoiceLine.id.not_in(_credited_lines()),
        )
        .order_by(Invoice.month, Invoice.number, InvoiceLine.position)
    )
    if of is not None:
        statement = statement.where(Invoice.id == of.id)
    rows = db.session.execute(statement).all()
    groups: dict[uuid.UUID, list[InvoiceLine]] = {}
    invoices: dict[uuid.UUID, Invoice] = {}
    for line, invoice in rows:
        groups.setdefault(invoice.id, []).append(line)
        invoices[invoice.id] = invoice
    return [line for key, lines in groups.items() for line in _too_much(invoices[key], lines)]


def _credited_lines() -> Select[uuid.UUID | None]:
    """Select the lines that a credit note, not sent back, already credits."""
    credit = aliased(InvoiceLine)
    note = aliased(Invoice)
    return (
        select(credit.credits_id)
        .join(note, note.id == credit.invoice_id)
        .where(credit.credits_id.is_not(None), note.state != InvoiceState.RETURNED)
    )


def _too_much(invoice: Invoice, lines: Sequence[InvoiceLine]) -> list[InvoiceLine]:
    month = Month.of(invoice.month)
    ids = [line.specification_line_id for line in lines if line.specification_line_id]
    allowed = allowed_quantities(invoice.contract, month, ids)
    waiting = being_corrected(
        invoice.contract_id, month, {line.trajectory_id for line in lines if line.trajectory_id}
    )
    return [
        line
        for line in lines
        if line.specification_line_id
        and line.trajectory_id not in waiting
        and line.quantity > allowed.get(line.specification_line_id, line.quantity)
    ]


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
                Specification.withdrawn_at.is_(None),
                PriceVersion.price_line_id == one.price.line_id,
                SpecificationLine.taken_out.is_(False),
            )
        )
        or 0
    ) > 0
