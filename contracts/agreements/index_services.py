"""Record index figures, fix how a contract follows an index, and index its prices."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.agreements import index_queries, price_queries, queries
from contracts.agreements.index_models import IndexClause, IndexFigure, IndexRun, IndexRunLine, IndexSeries
from contracts.agreements.index_rules import (
    Indexation,
    RunFacts,
    new_rate,
    objections_to_run,
    worked_out,
)
from contracts.agreements.making_services import bsn_in
from contracts.agreements.models import Contract
from contracts.agreements.price_models import PriceLine
from contracts.agreements.services import change_price
from portal import audit, clock
from portal.access import Role, Viewer
from portal.db import db, lock
from portal.errors import Objection, Refused, refuse_if
from portal.notifications.queries import members_of
from portal.notifications.services import notify
from portal.periods import Month


@dataclass(frozen=True)
class ProposedLine:
    """A price before and after an indexation."""

    line: PriceLine
    old_rate: Decimal
    new_rate: Decimal


@dataclass(frozen=True)
class Proposal:
    """An indexation worked out but not applied: the two months, the rise, and the prices it gives."""

    clause: IndexClause
    from_month: date
    to_month: date
    from_figure: IndexFigure | None
    to_figure: IndexFigure | None
    rise: Indexation | None
    lines: list[ProposedLine]
    last_price_from: date


def add_series(*, code: str, name: str, source: str, by: Viewer) -> IndexSeries:
    """Add a price index that is published elsewhere.

    Raises:
        Refused: code, name or source is missing, or the code is taken.
    """
    found = []
    if not code.strip().isalnum():
        found.append(Objection("Gebruik voor de code alleen letters en cijfers.", "code"))
    if any(one.code == code.strip().upper() for one in index_queries.all_series()):
        found.append(Objection("Er is al een reeks met deze code.", "code"))
    if len(source.strip()) < 5:
        found.append(Objection("Vul in wie deze cijfers publiceert en waar.", "source"))
    refuse_if(found)
    series = IndexSeries(code=code.strip().upper(), name=name.strip(), source=source.strip())
    db.session.add(series)
    db.session.flush()
    audit.record("contract:index:series", series, by=by, name=series.name)
    return series


def record_figure(series: IndexSeries, *, month: date, value: Decimal, source: str, by: Viewer) -> IndexFigure:
    """Record the index of a month; a second reading of the same month is a correction, the first stays.

    In: the first day of the month, the index with at most three decimals.

    Raises:
        Refused: the month is not over, the value is not above 0, or the source is missing.
    """
    before = index_queries.figure_of(series.id, month)
    found = []
    if month >= clock.today().replace(day=1):
        found.append(Objection("Van deze maand kan nog geen indexcijfer bestaan.", "month"))
    if value <= 0:
        found.append(Objection("Het indexcijfer moet hoger zijn dan 0.", "value"))
    if before is not None and before.value == value:
        found.append(Objection("Dit cijfer staat er al.", "value"))
    if len(source.strip()) < 5:
        found.append(Objection("Vul in waar u dit cijfer hebt gezien, met de datum.", "source"))
    refuse_if(found)
    figure = IndexFigure(
        series_id=series.id,
        month=month,
        number=before.number + 1 if before else 1,
        value=value,
        source=source.strip(),
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    figure.series = series
    db.session.add(figure)
    audit.record("contract:index:figure", series, by=by, month=Month.of(month).code, value=f"{value:f}")
    return figure


def set_clause(
    contract: Contract,
    *,
    series: IndexSeries,
    base_month: date,
    cap: Decimal | None,
    percent_places: int,
    rate_places: int,
    source: str,
    by: Viewer,
) -> IndexClause:
    """Fix how the prices of a contract follow an index; until the first indexation it can be changed.

    In: `cap` as a fraction (0.05 is 5%) or None.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: prices were indexed already, or a value is out of range.
    """
    queries.require_manager(contract, by)
    lock(contract)
    found = []
    if index_queries.runs_of(contract):
        found.append(Objection("De prijzen zijn al geïndexeerd. Een andere regel vraagt een wijziging van het contract."))
    if cap is not None and not 0 < cap <= 1:
        found.append(Objection("Vul een percentage boven 0 en tot en met 100 in.", "cap"))
    for name, places in (("percent_places", percent_places), ("rate_places", rate_places)):
        if not 0 <= places <= 4:
            found.append(Objection("Vul een aantal decimalen van 0 tot en met 4 in.", name))
    if len(source.strip()) < 5:
        found.append(Objection("Vul in waar deze regel staat, zoals het artikel van het contract.", "source"))
    refuse_if(found)
    clause = index_queries.clause_of(contract) or IndexClause(contract_id=contract.id, recorded_at=clock.now())
    clause.contract, clause.series = contract, series
    clause.base_month, clause.cap = base_month, cap
    clause.percent_places, clause.rate_places = percent_places, rate_places
    clause.source, clause.recorded_at = source.strip(), clock.now()
    db.session.add(clause)
    db.session.flush()
    audit.record("contract:index:clause", contract, by=by, name=series.name, month=Month.of(base_month).code)
    return clause


def proposal_for(contract: Contract, to_month: date | None = None) -> Proposal | None:
    """Work out the next indexation of a contract; None when its prices follow no index. Reads only.

    It compares with the month of the last one, or with the base month; without a month given, a year later.
    """
    clause = index_queries.clause_of(contract)
    if clause is None:
        return None
    runs = index_queries.runs_of(contract)
    from_month = runs[0].to_month if runs else clause.base_month
    to_month = to_month or from_month.replace(year=from_month.year + 1)
    first = index_queries.figure_of(clause.series_id, from_month)
    last = index_queries.figure_of(clause.series_id, to_month)
    rise = None
    if first is not None and last is not None:
        rise = worked_out(first.value, last.value, cap=clause.cap, percent_places=clause.percent_places)
    newest = [(one.line, one.versions[0]) for one in price_queries.price_lines_of(contract, date.max) if one.versions]
    lines = [
        ProposedLine(
            line, version.rate, new_rate(version.rate, rise.applied if rise else Decimal(0), clause.rate_places)
        )
        for line, version in newest
    ]
    begun = max((version.valid_from for _, version in newest), default=date.min)
    return Proposal(clause, from_month, to_month, first, last, rise, lines, begun)


def index_prices(
    contract: Contract, *, to_month: date, effective_on: date, remark: str, by: Viewer
) -> IndexRun:
    """Index every price of a contract from a day; earlier invoices stay as they are.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: no clause, a figure is missing, or the day does not follow the last prices.
    """
    queries.require_manager(contract, by)
    lock(contract)
    found = proposal_for(contract, to_month)
    if found is None:
        raise Refused([Objection("Voor dit contract is geen indexering afgesproken.")])
    refuse_if([*objections_to_run(_facts(contract, found, effective_on)), *bsn_in(remark, "remark")])
    if found.rise is None or found.from_figure is None or found.to_figure is None:
        raise Refused([Objection("Een indexcijfer ontbreekt.", "to_month")])
    runs = index_queries.runs_of(contract)
    run = IndexRun(
        id=uuid.uuid4(),
        contract_id=contract.id,
        number=len(runs) + 1,
        from_figure_id=found.from_figure.id,
        to_figure_id=found.to_figure.id,
        from_month=found.from_month,
        to_month=to_month,
        from_value=found.from_figure.value,
        to_value=found.to_figure.value,
        raw_share=found.rise.raw,
        applied_share=found.rise.applied,
        cap=found.clause.cap,
        effective_on=effective_on,
        remark=remark.strip(),
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    run.contract = contract
    db.session.add(run)
    db.session.flush()
    source = f"indexering {run.number}: {found.clause.series.name}, {to_month:%m-%Y}"[:200]
    for one in found.lines:
        _new_price(run, one, source, by)
    _tell(run, by)
    return run


def _tell(run: IndexRun, by: Viewer) -> None:
    contract = run.contract
    audit.record(
        "contract:index:run", contract, by=by, number=run.number, on=f"{run.effective_on:%d-%m-%Y}",
        percent=f"{run.applied_share * 100:f}".rstrip("0").rstrip(".").replace(".", ","),
    )  # fmt: skip
    people = [members_of(one.organisation_id, Role.PROVIDER, Role.PROVIDER_ADMIN) for one in queries.parties_of(contract)]
    notify(
        [user for group in people for user in group],
        "contract_indexed",
        about=contract,
        path=f"/contracten/{contract.number}/indexering",
        contract=contract,
        on=run.effective_on,
    )


def _new_price(run: IndexRun, one: ProposedLine, source: str, by: Viewer) -> None:
    change_price(one.line, run.contract, rate=one.new_rate, valid_from=run.effective_on, source=source, by=by)
    db.session.flush()
    made = price_queries.last_version_of(one.line)
    if made is None:
        raise Refused([Objection("Deze prijs is intussen veranderd. Begin opnieuw.")])
    db.session.add(
        IndexRunLine(
            index_run_id=run.id,
            price_line_id=one.line.id,
            price_version_id=made.id,
            old_rate=one.old_rate,
            new_rate=one.new_rate,
        )
    )


def _facts(contract: Contract, found: Proposal, effective_on: date) -> RunFacts:
    return RunFacts(
        is_signed=contract.signed_on is not None and contract.terminated_on is None,
        from_month=found.from_month,
        to_month=found.to_month,
        from_value=found.from_figure.value if found.from_figure else None,
        to_value=found.to_figure.value if found.to_figure else None,
        effective_on=effective_on,
        term_starts_on=contract.starts_on,
        term_ends_on=contract.run_off_until,
        last_price_from=found.last_price_from,
        prices=len(found.lines),
    )
