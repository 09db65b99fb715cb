"""Read what the council report, the overview and the quarterly sheet count; statements do not grow with rows."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract, ContractMunicipality, ContractProduct
from contracts.agreements.promise_models import PerformanceAgreementVersion
from contracts.agreements.queries import contracts_for, parties_by_contract
from contracts.finance.ledger_queries import realised_in
from contracts.results.models import MonthlyRow, RowEvent
from contracts.results.states import EventKind as RowEventKind
from contracts.trajectories.models import Trajectory, TrajectoryEvent, TrajectoryResidence
from contracts.trajectories.states import Certainty, EventKind, TrajectoryState
from kpis.reports.models import CouncilReport
from kpis.reports.rules import PersonFact, fewest
from kpis.reports.suppression import Counts, counted
from kpis.scorecards.models import Scorecard, ScorecardLine, ScorecardVersion
from portal import clock
from portal.access import Viewer
from portal.catalogue.models import Municipality, Product
from portal.db import db
from portal.errors import NotFound
from portal.periods import Year

GONE = (TrajectoryState.REFUSED, TrajectoryState.NO_SHOW)


def contract_ids(viewer: Viewer) -> list[uuid.UUID]:
    """Return the contracts a municipality's report is about.

    Raises:
        NotFound: the viewer is no municipality, or takes part in no contract.
    """
    found = [contract.id for contract in contracts_for(viewer)] if viewer.municipality_id is not None else []
    if not found:
        raise NotFound
    return found


def places_of(ids: Sequence[uuid.UUID]) -> list[str]:
    """Return the municipalities that take part in the contracts, by name."""
    return list(
        db.session.scalars(
            select(Municipality.name)
            .join(ContractMunicipality, ContractMunicipality.municipality_id == Municipality.id)
            .where(ContractMunicipality.contract_id.in_(ids))
            .distinct()
            .order_by(Municipality.name)
        )
    )


def person_facts(ids: Sequence[uuid.UUID]) -> list[PersonFact]:
    """Return the trajectories of contracts as plain facts, in three statements."""
    mine = _trajectories(ids)
    homes: dict[uuid.UUID, list[tuple[date, str]]] = defaultdict(list)
    for trajectory_id, since, name in db.session.execute(
        select(TrajectoryResidence.trajectory_id, TrajectoryResidence.valid_from, Municipality.name)
        .outerjoin(Municipality, Municipality.id == TrajectoryResidence.municipality_id)
        .where(TrajectoryResidence.trajectory_id.in_(mine))
        .order_by(TrajectoryResidence.valid_from)
    ):
        homes[trajectory_id].append((since, name or ""))
    events: dict[uuid.UUID, list[tuple[EventKind, date, str]]] = defaultdict(list)
    for trajectory_id, kind, on, part in db.session.execute(
        select(TrajectoryEvent.trajectory_id, TrajectoryEvent.kind, TrajectoryEvent.on, TrajectoryEvent.part)
        .where(
            TrajectoryEvent.trajectory_id.in_(mine),
            TrajectoryEvent.certainty == Certainty.CONFIRMED,
            TrajectoryEvent.kind.in_((EventKind.EXAM_PASSED, EventKind.DIPLOMA)),
        )
        .order_by(TrajectoryEvent.on)
    ):
        events[trajectory_id].append((kind, on, part))
    rows = db.session.execute(
        select(Trajectory, Product.code)
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .join(Product, Product.id == ContractProduct.product_id)
        .where(Trajectory.id.in_(mine), Trajectory.state.not_in(GONE))
    )
    return [
        PersonFact(
            one.id,
            code,
            one.target_group,
            tuple(homes[one.id]),
            one.referred_on,
            one.started_on,
            one.stopped_on,
            one.finished_on,
            one.stop_reason,
            tuple(events[one.id]),
        )
        for one, code in rows
    ]


def _trajectories(ids: Sequence[uuid.UUID]) -> Select[uuid.UUID]:
    return (
        select(Trajectory.id)
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .where(ContractProduct.contract_id.in_(ids))
    )


def placed_on(ids: Sequence[uuid.UUID], day: date) -> set[uuid.UUID]:
    """Return the trajectories with a place to take part on a day, from the monthly rows that count."""
    placed: set[uuid.UUID] = set()
    for trajectory_id, kind in db.session.execute(
        select(MonthlyRow.trajectory_id, RowEvent.kind)
        .join(RowEvent, RowEvent.row_id == MonthlyRow.id)
        .where(
            MonthlyRow.contract_id.in_(ids),
            MonthlyRow.superseded_at.is_(None),
            RowEvent.on <= day,
            RowEvent.kind.in_((RowEventKind.PARTICIPATION_STARTED, RowEventKind.PARTICIPATION_ENDED)),
        )
        .order_by(RowEvent.on)
    ):
        if kind is RowEventKind.PARTICIPATION_STARTED:
            placed.add(trajectory_id)
        else:
            placed.discard(trajectory_id)
    return placed


@dataclass(frozen=True)
class Money:
    """What was charged per municipality and product (cents), beside how many people it was for."""

    amounts: Counts
    people: Counts


def money_of(viewer: Viewer, facts: Sequence[PersonFact], places: Sequence[str], year: int) -> Money:
    """Return what was charged to the SPUK in a year: net with the VAT that is a cost, per product that may."""
    products = db.session.scalars(
        select(Product).where(Product.spuk_eligible.is_(True)).order_by(Product.position)
    ).all()
    names = {one.id: one.short_name for one in products}
    codes = {one.code: one.short_name for one in products}
    towns = {one.id: one.name for one in db.session.scalars(select(Municipality))}
    cents: dict[tuple[str, str], int] = {}
    for (product_id, municipality_id), amount in realised_in(viewer, year).items():
        if product_id in names and towns.get(municipality_id) in places:
            cents[towns[municipality_id], names[product_id]] = int(amount * 100)
    period = Year(year)
    people = fewest(facts, codes, period, min(period.last, clock.today()))
    columns = [name for name in names.values() if any(column == name for _, column in cents)]
    return Money(counted(places, columns, cents), counted(places, columns, people))


def editions_of(viewer: Viewer, year: int) -> Sequence[CouncilReport]:
    """Return the editions a municipality published over a year, newest first."""
    return db.session.scalars(
        select(CouncilReport)
        .where(CouncilReport.municipality_id == viewer.municipality_id, CouncilReport.year == year)
        .order_by(CouncilReport.number.desc())
    ).all()


def edition_for(viewer: Viewer, year: int, number: int) -> CouncilReport:
    """Return one edition.

    Raises:
        NotFound: the municipality published no such edition.
    """
    found = next((one for one in editions_of(viewer, year) if one.number == number), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class OverviewLine:
    """A figure of the newest scorecard of a contract, with who delivers it."""

    contract: Contract
    card: Scorecard
    line: ScorecardLine
    provider: str


def overview_lines(viewer: Viewer) -> list[OverviewLine]:
    """Return the newest figure of every prestatieafspraak of the viewer's contracts, by measure and contract."""
    contracts = {contract.id: contract for contract in contracts_for(viewer)}
    newest: dict[uuid.UUID, Scorecard] = {}
    for card in db.session.scalars(
        select(Scorecard).where(Scorecard.contract_id.in_(contracts)).order_by(Scorecard.period)
    ):
        newest[card.contract_id] = card
    versions: dict[uuid.UUID, ScorecardVersion] = {}
    for version in db.session.scalars(
        select(ScorecardVersion)
        .where(ScorecardVersion.scorecard_id.in_([card.id for card in newest.values()]))
        .order_by(ScorecardVersion.number)
    ):
        versions[version.scorecard_id] = version
    parties = parties_by_contract(list(contracts.values()))
    by_version = {version.id: card_id for card_id, version in versions.items()}
    cards = {card.id: card for card in newest.values()}
    found = []
    for line in db.session.scalars(
        select(ScorecardLine)
        .options(
            joinedload(ScorecardLine.performance_agreement),
            joinedload(ScorecardLine.agreement_version).joinedload(PerformanceAgreementVersion.measure),
            joinedload(ScorecardLine.agreement_version).joinedload(PerformanceAgreementVersion.clause),
        )
        .where(ScorecardLine.version_id.in_(by_version))
    ):
        card = cards[by_version[line.version_id]]
        party = next((one for one in parties[card.contract_id] if one.may_report), None)
        name = party.organisation.name if party is not None else "–"
        found.append(OverviewLine(contracts[card.contract_id], card, line, name))
    return sorted(
        found, key=lambda one: (one.line.agreement_version.measure.position, one.contract.number, one.line.position)
    )
