"""Every arrow of the chain, both ways, for every account: who may open both ends finds the way between them.

One ledger line of the demo that rests on a monthly row is followed back to the finding it began with. For each
arrow and each account both pages are asked; where both open, the one must link to the other, and back. Nobody's
roles are written down here: what an account may open decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from contracts.agreements.origin_queries import origins_of
from contracts.agreements.promise_models import PerformanceAgreementVersion
from contracts.agreements.promise_queries import agreements_in_force
from contracts.agreements.trail import source_url
from contracts.finance.models import Posting
from contracts.invoicing.models import InvoiceLine, LineBasis
from contracts.invoicing.split_models import LineShare
from contracts.results.models import MonthlyRow
from kpis.scorecards.models import Scorecard, ScorecardLine, ScorecardRow, ScorecardVersion
from portal.access import VISITOR
from portal.app import create_app
from portal.config import from_env
from portal.db import db
from portal.demo import ACCOUNTS
from portal.periods import Month
from tenders.procedures.models import AwardCriterion, Lot, Procedure, ProcedureKind
from tenders.procedures.states import ProcedureState
from tests.pages import PageClient, signed_in
from tests.seeded import demo_env

VISITOR_NAME = "bezoeker"
# From, to, and how many clicks it may take there and back; a list on the way is a click of its own. Back 0: a
# promise leads to a thousand ledger lines, so the way back goes arrow by arrow, as the others show.
ARROWS = [
    ("finding", "criterion", 1, 1),
    ("criterion", "clause", 1, 1),
    ("criterion", "agreement", 1, 1),
    ("clause", "agreement", 1, 1),
    ("finding", "agreement", 2, 1),
    ("agreement", "referral", 3, 2),
    ("agreement", "scorecard", 1, 1),
    ("scorecard", "row", 2, 1),
    ("referral", "row", 2, 1),
    ("row", "invoice", 1, 1),
    ("invoice", "split", 1, 1),
    ("invoice", "posting", 2, 1),
    ("split", "posting", 2, 1),
    ("row", "posting", 3, 1),
    ("posting", "agreement", 1, 0),
    ("posting", "clause", 1, 0),
    ("posting", "criterion", 1, 0),
    ("posting", "finding", 1, 0),
]
STORIES = ("/contracten/", "/facturen/", "/kosten/", "/maandrapportages/", "/scorecards/", "/opdrachten/")
LISTS = ("/aanmeldingen?",)
# Who must be able to walk at least these, so that the test cannot pass because nobody sees anything.
MUST_WALK = {
    VISITOR_NAME: {("finding", "criterion")},
    "info@taalhuis-de-waterlinie.example": {
        ("finding", "criterion"), ("criterion", "agreement"), ("agreement", "scorecard"), ("scorecard", "row"),
        ("referral", "row"), ("row", "invoice"),
    },
    "contract@lansingerland.example": {(begin, end) for begin, end, *_ in ARROWS} - {
        ("agreement", "referral"), ("referral", "row")},
    "financien@zoetermeer.example": {
        ("finding", "criterion"), ("criterion", "agreement"), ("row", "invoice"), ("invoice", "posting"),
        ("posting", "criterion"), ("posting", "finding"),
    },
}  # fmt: skip


@dataclass
class Walker:
    """One account, and the links of the pages it has seen."""

    client: PageClient
    seen: dict[str, set[str] | None] = field(default_factory=dict)

    def links(self, path: str) -> set[str] | None:
        """Give where the main part of a page links to; None when the account may not open it."""
        if path not in self.seen:
            page = self.client.get(path)
            self.seen[path] = (
                None
                if (page.status_code, page.path) != (200, path) or page.tree is None
                else {_plain(urljoin(path, str(href))) for href in page.tree.xpath("//main//a/@href")}
            )
        return self.seen[path]

    def reaches(self, begin: str, end: str, clicks: int, via: tuple[str, ...] = STORIES) -> bool:
        """Say whether a page is at most so many clicks away."""
        links = self.links(begin)
        if links is None:
            return False
        if end in links:
            return True
        return clicks > 1 and any(self.reaches(one, end, clicks - 1, via) for one in sorted(links) if one.startswith(via))


def _plain(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True)
class Line:
    """The demo's portal, and the address of each station under one ledger line."""

    app: Flask
    stations: dict[str, str]
    walkers: dict[str, Walker]


@pytest.fixture(scope="module")
def line(demo_folder: Path) -> Iterator[Line]:
    """Open the demo and find a ledger line with everything under it."""
    settings = replace(from_env(demo_env(demo_folder)), second_factor=False, jobs_immediate=True)
    app = create_app(settings)
    app.testing = True
    yield opened(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def opened(app: Flask) -> Line:
    """Return the chain of an application with the demo's data."""
    with app.test_request_context():
        stations = _stations()
        db.session.rollback()
    walkers = {one.email: Walker(signed_in(app, one.email)) for one in ACCOUNTS}
    return Line(app, stations, walkers | {VISITOR_NAME: Walker(signed_in(app, None))})


def _stations() -> dict[str, str]:
    """Give the address of each station of a chain that reaches from a finding to a ledger line of another municipality."""
    for posting, card_line, card, row in _candidates():
        version = card_line.agreement_version
        origin = origins_of(VISITOR, [version])[version.id]
        if origin.findings and version.clause is not None and version.id in _in_force(posting):
            number, month = posting.invoice.contract.number, Month.of(row.month).code
            finding = origin.findings[0]
            code = card_line.performance_agreement.code
            return {
                "finding": f"/opdrachten/marktconsultaties/{finding.consultation_number}"
                f"/bevindingen/{finding.finding.position}",
                "criterion": source_url(origin),
                "clause": f"/contracten/{number}/artikelen/{version.clause.id}",
                "agreement": f"/contracten/{number}/prestatieafspraken/{code}",
                "referral": f"/aanmeldingen/{row.trajectory.number}",
                "row": f"/maandrapportages/{number}/{month}/regels/{row.id}",
                "scorecard": f"/scorecards/{number}/{card.period}/{code}",
                "invoice": f"/facturen/{posting.invoice.number}",
                "split": f"/facturen/{posting.invoice.number}/verdeling",
                "posting": f"/kosten/regels/{posting.number}",
            }
    raise AssertionError("no ledger line of the demo rests on a finding")


def _in_force(posting: Posting) -> set[object]:
    return {one.id for one in agreements_in_force(posting.invoice.contract, posting.performed_in)}


def _candidates() -> list[tuple[Posting, ScorecardLine, Scorecard, MonthlyRow]]:
    statement = (
        select(Posting, ScorecardLine, Scorecard, MonthlyRow)
        .join(LineShare, LineShare.id == Posting.line_share_id)
        .join(InvoiceLine, InvoiceLine.id == LineShare.invoice_line_id)
        .join(LineBasis, LineBasis.specification_line_id == InvoiceLine.specification_line_id)
        .join(MonthlyRow, MonthlyRow.id == LineBasis.monthly_row_id)
        .join(ScorecardRow, ScorecardRow.monthly_row_id == MonthlyRow.id)
        .join(ScorecardLine, ScorecardLine.id == ScorecardRow.line_id)
        .join(ScorecardVersion, ScorecardVersion.id == ScorecardLine.version_id)
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .join(ScorecardLine.agreement_version)
        .where(
            MonthlyRow.superseded_at.is_(None),
            PerformanceAgreementVersion.offer_answer_id.is_not(None),
            Posting.municipality.has(name="Zoetermeer"),
        )
        .order_by(Posting.number.desc())
    )
    return [(posting, card_line, card, row) for posting, card_line, card, row in db.session.execute(statement)]


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: "-".join(arrow[:2]))
def test_who_may_open_both_ends_finds_the_way_between_them(line: Line, arrow: tuple[str, str, int, int]) -> None:
    begin, end, there, back = arrow
    missing = []
    for name, walker in line.walkers.items():
        first, last = line.stations[begin], line.stations[end]
        if walker.links(first) is None or walker.links(last) is None:
            assert (begin, end) not in MUST_WALK.get(name, set()), f"{name} may not open {first} or {last}"
            continue
        if not walker.reaches(first, last, there, LISTS if end == "referral" else STORIES):
            missing.append(f"{name}: {begin} → {end}")
        if back and not walker.reaches(last, first, back):
            missing.append(f"{name}: {end} → {begin}")
    assert not missing, missing


def test_every_station_draws_the_line_and_says_where_it_is(line: Line) -> None:
    drawn = {}
    for name, path in line.stations.items():
        opens = next((one for one in line.walkers.values() if one.links(path) is not None), None)
        assert opens is not None, path
        tree = opens.client.get(path).tree
        assert tree is not None
        drawn[name] = len(tree.xpath("//main//ol[contains(@class, 'portal-chain')]/li[@aria-current='step']"))
    assert drawn == dict.fromkeys(line.stations, 1)


@pytest.mark.parametrize("station", ["clause", "agreement", "referral", "row", "scorecard", "invoice", "split", "posting"])
def test_a_provider_without_a_part_finds_no_station_of_another(line: Line, station: str) -> None:
    stranger = line.walkers["info@samen-vooruit.example"]

    status = stranger.client.raw("GET", line.stations[station]).status_code

    assert status == (403 if station == "posting" else 404)


def test_what_the_market_may_not_read_yet_has_no_page(line: Line) -> None:
    with line.app.app_context():
        pages = db.session.execute(
            select(Procedure.state, Procedure.number, AwardCriterion.id)
            .join(Lot, Lot.procedure_id == Procedure.id)
            .join(AwardCriterion, AwardCriterion.lot_id == Lot.id)
            .join(ProcedureKind, ProcedureKind.code == Procedure.kind_code)
            .where(ProcedureKind.is_public.is_(True))
        ).all()
        db.session.rollback()
    expected = {is_hidden: 404 if is_hidden else 200 for is_hidden in (True, False)}
    assert {state is ProcedureState.PREPARATION for state, _, _ in pages} == set(expected)
    visitor = line.walkers[VISITOR_NAME].client
    for state, number, criterion in pages:
        status = visitor.raw("GET", f"/opdrachten/{number}/criteria/{criterion}").status_code
        assert status == expected[state is ProcedureState.PREPARATION], number
