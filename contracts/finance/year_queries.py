"""A year end per municipality: invoices to come, paid in advance, still committed, and the proposed entry."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from contracts.agreements.models import Contract
from contracts.agreements.queries import visible_to
from contracts.agreements.states import PhaseTrigger
from contracts.allocation.queries import recoveries_of_all
from contracts.finance import year_facts
from contracts.finance.year_facts import AcceptedRow, Claimed, Keys, Prices
from contracts.finance.year_rules import PaidPhase, charged, prepaid, was_running
from contracts.invoicing.models import Invoice, SpecificationLine
from contracts.invoicing.specification_rules import (
    Performance,
    Price,
    Proposal,
    line_amount,
    performed_lines,
    phase_rate,
)
from contracts.trajectories.models import Trajectory
from contracts.trajectories.states import TrajectoryState
from portal import clock
from portal.access import SYSTEM, Viewer
from portal.catalogue.models import Product
from portal.catalogue.states import TargetGroup, Unit
from portal.db import db
from portal.money import ZERO, split
from portal.periods import Month, Year

Source = tuple[str, dict[str, object]]


@dataclass(frozen=True)
class YearLine:
    """One thing in a year end: whose, of which contract and product, how much, and which page shows its source."""

    municipality_id: uuid.UUID
    contract: str
    product: Product
    target_group: TargetGroup | None
    what: str
    state: str
    net: Decimal
    vat: Decimal
    charged: Decimal
    source: Source


@dataclass
class Unpriced:
    """Running aanmeldingen whose remainder cannot be counted, because the price is per hour or month."""

    contract: str
    product: Product
    municipality_id: uuid.UUID
    number: int = 0


@dataclass
class YearEnd:
    """The three lists of a year, for the municipalities a viewer may see."""

    year: int
    to_come: list[YearLine] = field(default_factory=list)
    in_advance: list[YearLine] = field(default_factory=list)
    committed: list[YearLine] = field(default_factory=list)
    unpriced: list[Unpriced] = field(default_factory=list)
    unsplit: list[str] = field(default_factory=list)

    def of(self, municipality_id: uuid.UUID) -> "YearEnd":
        """Return the part of one municipality."""
        return YearEnd(
            self.year,
            [one for one in self.to_come if one.municipality_id == municipality_id],
            [one for one in self.in_advance if one.municipality_id == municipality_id],
            [one for one in self.committed if one.municipality_id == municipality_id],
            [one for one in self.unpriced if one.municipality_id == municipality_id],
            self.unsplit,
        )


def total(lines: Iterable[YearLine], name: str = "charged") -> Decimal:
    """Add up a column of a list."""
    return sum((getattr(line, name) for line in lines), ZERO)


@dataclass
class ProductSum:
    """The lines of one product of a contract in a list, added up."""

    contract: str
    product: Product
    lines: int = 0
    net: Decimal = ZERO
    charged: Decimal = ZERO


def per_product(lines: Iterable[YearLine]) -> list[ProductSum]:
    """Add a list up per contract and product."""
    found: dict[tuple[str, uuid.UUID], ProductSum] = {}
    for line in lines:
        one = found.setdefault((line.contract, line.product.id), ProductSum(line.contract, line.product))
        one.lines, one.net, one.charged = one.lines + 1, one.net + line.net, one.charged + line.charged
    return [found[key] for key in sorted(found, key=str)]


class _Case:
    """What the lists of one year share: prices, claims, rows, btw and who may see what."""

    def __init__(self, viewer: Viewer, year: int, only: uuid.UUID | None) -> None:
        self.viewer, self.year = viewer, Year(year)
        statement = visible_to(viewer) if only is None else visible_to(viewer).where(Contract.id == only)
        self.contracts = {one.id: one for one in db.session.scalars(statement)}
        ids = list(self.contracts)
        self.prices: Prices = year_facts.prices_of_all(ids)
        self.claims: dict[Performance, Claimed] = year_facts.claims_of_all(ids, until=self.year.last)
        self.rows: list[AcceptedRow] = year_facts.accepted_rows(ids, self.year)
        self.trajectories = year_facts.trajectories_of_all(ids, until=self.year.last)
        self.events = year_facts.events_of_all(ids, until=self.year.last)
        self.homes = year_facts.residences_on(ids, self.year.last)
        self.products = {line.contract_product_id: line.contract_product for line in self.prices.lines}
        self.comes_back = recoveries_of_all(year, {one.product_id for one in self.products.values()})

    def may_see(self, contract: Contract, municipality_id: uuid.UUID) -> bool:
        """Say whether a line of a municipality is for the viewer: its own, or of a contract it leads."""
        return self.viewer is SYSTEM or self.viewer.municipality_id in (
            municipality_id,
            contract.lead_municipality_id,
        )

    def line(
        self, price: Price, municipality_id: uuid.UUID, group: TargetGroup | None, net: Decimal,
        *, what: str, state: str, source: Source,
    ) -> YearLine | None:  # fmt: skip
        """Make a line with its btw; None when there is nothing, or it is not for the viewer."""
        bought = self.products[price.contract_product_id]
        contract = self.contracts[bought.contract_id]
        if not net or not self.may_see(contract, municipality_id):
            return None
        back = self.comes_back(bought.product_id, municipality_id, group)
        vat, cost = charged(net, price.percent, comes_back=back)
        return YearLine(
            municipality_id, contract.number, bought.product, group, what, state, net, vat, cost, source
        )


def expected_by_municipality(contract_id: uuid.UUID) -> dict[uuid.UUID, Decimal]:
    """Return what is still to come under a contract per municipality, without btw (for the ceiling)."""
    end = year_end(SYSTEM, clock.today().year, contract_id)
    found: dict[uuid.UUID, Decimal] = {}
    for line in [*end.to_come, *end.committed]:
        found[line.municipality_id] = found.get(line.municipality_id, ZERO) + line.net
    return found


def year_end(viewer: Viewer, year: int, contract_id: uuid.UUID | None = None) -> YearEnd:
    """Return the year end of every municipality the viewer may see, of all contracts or of one.

    The number of statements does not grow with rows or contracts.
    """
    case = _Case(viewer, year, contract_id)
    found = YearEnd(year)
    due: set[Performance] = set()
    for one in _performed(case):
        if one.performance is None or one.performance in due:
            continue
        due.add(one.performance)
        line = _to_come(case, one)
        if line is not None:
            found.to_come.append(line)
    _shared(case, found)
    for trajectory in case.trajectories:
        _of_trajectory(case, trajectory, due, found)
    return found


def _performed(case: _Case) -> Iterable[Proposal]:
    """Everything the accepted rows of the year make due, at the price of their month."""
    months: dict[tuple[uuid.UUID, str], list[AcceptedRow]] = {}
    for one in case.rows:
        months.setdefault((one.row.contract_id, one.facts.period), []).append(one)
    for (contract_id, code), rows in months.items():
        prices = case.prices.on(Month.parse(code).first, contract_id)
        yield from performed_lines([one.facts for one in rows], prices)


def _to_come(case: _Case, one: Proposal) -> YearLine | None:
    if one.row is None or one.performance is None:
        return None
    claim = case.claims.get(one.performance, Claimed())
    left = one.quantity - claim.approved
    if left <= 0:
        return None
    contract = case.contracts[case.products[one.price.contract_product_id].contract_id]
    row = {"number": contract.number, "month_code": one.row.period, "row_id": one.row.id}
    return case.line(
        one.price, one.row.municipality_id, one.row.target_group, line_amount(left, one.rate),
        what=f"{one.description}, {Month.parse(one.row.period).label}",
        state=_state_of(claim.waiting),
        source=_invoice_page(claim.waiting) if claim.waiting else ("contracts_results.row", row),
    )  # fmt: skip


def _invoice_page(invoice: Invoice) -> Source:
    return "contracts_invoicing.show", {"number": invoice.number}


def _state_of(waiting: Invoice | None) -> str:
    return f"factuur {waiting.number} wacht op een besluit" if waiting else "nog niet gefactureerd"


def _shared(case: _Case, found: YearEnd) -> None:
    """Lines without participant are shared by the key of their month, as an approval would do."""
    ids = list(case.contracts)
    keys: Keys = year_facts.keys_of_all(ids)
    counted: dict[tuple[uuid.UUID, str], dict[uuid.UUID, int]] = {}
    for one in case.rows:
        people = counted.setdefault((one.facts.contract_product_id, one.facts.period), {})
        people[one.facts.municipality_id] = people.get(one.facts.municipality_id, 0) + 1
    for line, invoice in year_facts.shared_lines(ids, case.year):
        month = Month.of(line.specification.month)
        people = counted.get((line.contract_product_id, month.code), {})
        weights = keys.on(line.contract_product_id, month.first, people)
        if not weights:
            found.unsplit.append(f"{line.description}, {month.label}")
            continue
        found.to_come += _shares(case, line, invoice, weights)


def _shares(
    case: _Case,
    line: SpecificationLine,
    invoice: Invoice | None,
    weights: Sequence[tuple[uuid.UUID, Decimal]],
) -> list[YearLine]:
    bought = case.products[line.contract_product_id]
    price = Price(
        line.id, line.price_version_id, bought.id, line.description, Unit.FIXED, line.rate, line.vat_category,
        line.vat_percent,
    )  # fmt: skip
    specification: Source = ("contracts_specifications.show", {"number": line.specification.number})
    source = _invoice_page(invoice) if invoice else specification
    parts = split(line.amount, [weight for _, weight in weights])
    lines = [
        case.line(
            price, place, None, part, what=f"{line.description}, {Month.of(line.specification.month).label}",
            state=f"{_state_of(invoice)}; deel volgens de sleutel", source=source,
        )
        for (place, _), part in zip(weights, parts, strict=True)
    ]  # fmt: skip
    return [one for one in lines if one is not None]


def _of_trajectory(case: _Case, trajectory: Trajectory, due: set[Performance], found: YearEnd) -> None:
    """What was paid in advance for one participant, and what is still committed."""
    home = case.homes.get(trajectory.id) or trajectory.placed_by_id
    bought = trajectory.contract_product
    contract = case.contracts[bought.contract_id]
    running = was_running(
        referred_on=trajectory.referred_on, refused=trajectory.state is TrajectoryState.REFUSED,
        no_show=trajectory.state is TrajectoryState.NO_SHOW, stopped_on=trajectory.stopped_on,
        finished_on=trajectory.finished_on, on=case.year.last,
    )  # fmt: skip
    if not running or not case.may_see(contract, home):
        return
    prices = [one for one in case.prices.on(case.year.last, contract.id) if one.contract_product_id == bought.id]
    once = [one for one in prices if one.unit is Unit.TRAJECTORY]
    if not once:
        _count_unpriced(found, contract.number, bought.product, home)
    for price in once:
        _in_advance(case, trajectory, price, home, found)
        _committed(case, trajectory, price, home, due, found)


def _count_unpriced(found: YearEnd, contract: str, product: Product, home: uuid.UUID) -> None:
    for one in found.unpriced:
        if (one.contract, one.product.id, one.municipality_id) == (contract, product.id, home):
            one.number += 1
            return
    found.unpriced.append(Unpriced(contract, product, home, 1))


def _in_advance(
    case: _Case, trajectory: Trajectory, price: Price, home: uuid.UUID, found: YearEnd
) -> None:
    if trajectory.started_on is None:
        return
    for index, phase in enumerate(price.phases):
        claim = case.claims.get(Performance(trajectory.id, price.line_id, phase.id.hex, ""))
        if claim is None or not claim.paid_net:
            continue
        following = price.phases[index + 1].trigger if index + 1 < len(price.phases) else None
        amount = prepaid(
            PaidPhase(
                phase.trigger, following, claim.paid_net, trajectory.started_on, trajectory.term_ends_on,
                frozenset(kind for kind, _ in case.events.get(trajectory.id, ())), is_over=False,
            ),
            on=case.year.last,
        )  # fmt: skip
        line = case.line(
            price, home, trajectory.target_group, amount, what=f"{price.name}: {phase.name}, traject {trajectory.number}",
            state="betaald, nog niet geheel geleverd", source=_contract_page(case, price),
        )  # fmt: skip
        if line is not None:
            found.in_advance.append(line)


def _committed(
    case: _Case, trajectory: Trajectory, price: Price, home: uuid.UUID, due: set[Performance], found: YearEnd
) -> None:
    """The remaining price: every phase that is neither performed in the year nor paid, nor lapsed since."""
    if trajectory.state is TrajectoryState.STOPPED:
        return
    ended = trajectory.state is TrajectoryState.FINISHED
    parts = [
        (phase.id.hex, phase_rate(price.rate, phase.share))
        for phase in price.phases
        if not ended or phase.trigger is PhaseTrigger.DIPLOMA
    ]
    if not price.phases and not ended:
        parts = [("", price.rate)]
    left = ZERO
    for key, rate in parts:
        performance = Performance(trajectory.id, price.line_id, key, "")
        claim = case.claims.get(performance)
        if performance not in due and (claim is None or (not claim.approved and claim.waiting is None)):
            left += line_amount(Decimal(1), rate)
    line = case.line(
        price, home, trajectory.target_group, left, what=f"{price.name}, traject {trajectory.number}",
        state=_on_the_day(trajectory, case.year), source=_contract_page(case, price),
    )  # fmt: skip
    if line is not None:
        found.committed.append(line)


def _on_the_day(trajectory: Trajectory, year: Year) -> str:
    begun = trajectory.started_on is not None and trajectory.started_on <= year.last
    return "begonnen" if begun else "nog niet begonnen"


def _contract_page(case: _Case, price: Price) -> Source:
    contract = case.contracts[case.products[price.contract_product_id].contract_id]
    return "contracts_agreements.show", {"number": contract.number}
