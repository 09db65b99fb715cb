"""From a ledger line back to the invoice, the rows, the contract clause and the criterion."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.agreements.models import Contract
from contracts.agreements.origin_queries import Origin, origins_of
from contracts.agreements.promise_models import Clause, PerformanceAgreementVersion
from contracts.agreements.promise_queries import agreements_in_force, clauses_of
from contracts.finance.models import Posting
from contracts.invoicing.models import InvoiceLine, LineBasis, Specification, SpecificationLine
from contracts.invoicing.queries import bases_of
from contracts.invoicing.split_models import SplitGroup, SplitShare
from contracts.results.models import MonthlyRow
from contracts.results.trail import standing_rows
from portal.access import Viewer
from portal.db import db


@dataclass(frozen=True)
class Source:
    """A clause or prestatieafspraak with where it comes from."""

    clause: Clause | None
    agreement: PerformanceAgreementVersion | None
    origin: Origin


@dataclass(frozen=True)
class Chain:
    """Everything under one ledger line."""

    line: InvoiceLine
    share: SplitShare
    group: SplitGroup
    specified: SpecificationLine | None
    specification: Specification | None
    rows: Sequence[LineBasis]
    standing: Mapping[uuid.UUID, MonthlyRow]
    sources: Sequence[Source]


def chain_of(viewer: Viewer, posting: Posting) -> Chain:
    """Return what a ledger line rests on, step by step, down to the criterion of the tender."""
    cell = posting.line_share
    line = cell.line
    group = db.session.get_one(SplitGroup, cell.share.split_group_id)
    specified = line.specification_line
    rows = bases_of([specified.id])[specified.id] if specified is not None else []
    return Chain(
        line=line,
        share=cell.share,
        group=group,
        specified=specified,
        specification=specified.specification if specified is not None else None,
        rows=rows,
        standing=standing_rows(viewer, posting.invoice.contract, [basis.row for basis in rows]),
        sources=_sources(viewer, posting.invoice.contract, posting),
    )


def _sources(viewer: Viewer, contract: Contract, posting: Posting) -> list[Source]:
    clauses = list(clauses_of(contract))
    agreements = list(agreements_in_force(contract, posting.performed_in))
    origins = origins_of(viewer, [*clauses, *agreements])
    found = [Source(one.clause, one, origins[one.id]) for one in agreements]
    cited = {source.clause.id for source in found if source.clause is not None}
    found += [Source(one, None, origins[one.id]) for one in clauses if one.id not in cited]
    return found
