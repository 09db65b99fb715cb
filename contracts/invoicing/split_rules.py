"""Splitting an invoice over municipalities: which lines go together, who bears what, and why.

A line about a participant goes whole to that participant's municipality. Other lines are split by
the key in force, once per group (product, btw category, key), net and btw apart; the group's split is
then laid over its lines, so that lines and municipalities both add up. Plain values only.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from contracts.invoicing.states import ShareBasis
from portal.catalogue.states import TargetGroup, VatCategory
from portal.money import ZERO, Part, from_cents, mirror, overlay, split_in_parts

Recovers = Callable[[uuid.UUID, TargetGroup | None], bool]


@dataclass(frozen=True)
class KeyWeights:
    """A key version at a moment: its weights in the fixed order of municipalities, and its words."""

    version_id: uuid.UUID
    basis: ShareBasis
    words: str
    weights: tuple[tuple[uuid.UUID, str, Decimal], ...]


@dataclass(frozen=True)
class LineToSplit:
    """A line with signed amounts; it names its municipality (direct) or is split by a key."""

    id: uuid.UUID
    net: Decimal
    vat: Decimal
    contract_product_id: uuid.UUID
    category: VatCategory
    percent: Decimal
    municipality: tuple[uuid.UUID, str] | None = None
    target_group: TargetGroup | None = None
    key: KeyWeights | None = None


@dataclass(frozen=True)
class SharePlan:
    """What one municipality bears of a group."""

    municipality_id: uuid.UUID
    weight: Decimal
    net: Decimal
    vat_back: Decimal
    vat_cost: Decimal
    extra_net: int
    extra_vat: int
    explanation: str


@dataclass(frozen=True)
class Cell:
    """What one municipality bears of one line."""

    line_id: uuid.UUID
    share: int
    net: Decimal
    vat_back: Decimal
    vat_cost: Decimal


@dataclass(frozen=True)
class GroupPlan:
    """Lines that are split together, with the shares and the cells."""

    contract_product_id: uuid.UUID
    category: VatCategory
    percent: Decimal
    basis: ShareBasis
    key_version_id: uuid.UUID | None
    municipality_id: uuid.UUID | None
    target_group: TargetGroup | None
    net: Decimal
    vat: Decimal
    explanation: str
    shares: tuple[SharePlan, ...]
    cells: tuple[Cell, ...]


def plan_split(lines: Sequence[LineToSplit], recovers: Callable[[uuid.UUID], Recovers]) -> list[GroupPlan]:
    """Split the lines of an invoice.

    Args:
        lines: with signed amounts; each names a municipality or carries a key.
        recovers: for a contract product, says whether a municipality gets the btw back for a
            doelgroep (no doelgroep: for every doelgroep).

    Returns:
        One plan per group, in the order of the first line of each group.

    Raises:
        ValueError: a line names neither a municipality nor a key.
    """
    groups: dict[tuple[object, ...], list[LineToSplit]] = {}
    for line in lines:
        if line.municipality is None and line.key is None:
            raise ValueError("Een regel noemt geen gemeente en heeft geen verdeelsleutel.")
        owner = line.municipality[0] if line.municipality else line.key.version_id if line.key else None
        group = line.target_group if line.municipality else None
        groups.setdefault((line.contract_product_id, line.category, line.percent, owner, group), []).append(
            line
        )
    return [_plan(members, recovers) for members in groups.values()]


def _plan(lines: list[LineToSplit], recovers: Callable[[uuid.UUID], Recovers]) -> GroupPlan:
    first = lines[0]
    if first.municipality is not None:
        return _direct(lines, first.municipality, recovers)
    if first.key is None:
        raise ValueError("Een regel noemt geen gemeente en heeft geen verdeelsleutel.")
    return _by_key(lines, first.key, recovers)


def _direct(
    lines: list[LineToSplit], municipality: tuple[uuid.UUID, str], recovers: Callable[[uuid.UUID], Recovers]
) -> GroupPlan:
    first = lines[0]
    municipality_id, name = municipality
    back = recovers(first.contract_product_id)(municipality_id, first.target_group)
    net, vat = _sum(line.net for line in lines), _sum(line.vat for line in lines)
    people = "een inwoner" if len(lines) == 1 else "inwoners"
    words = f"Dit gaat over {people} van {name} op de peildatum. {name} draagt het geheel."
    share = SharePlan(
        municipality_id, Decimal(1), net, vat if back else ZERO, ZERO if back else vat, 0, 0, words
    )
    cells = [
        Cell(line.id, 0, line.net, line.vat if back else ZERO, ZERO if back else line.vat) for line in lines
    ]
    return GroupPlan(
        first.contract_product_id, first.category, first.percent, ShareBasis.DIRECT, None, municipality_id,
        first.target_group, net, vat, words, (share,), tuple(cells),
    )  # fmt: skip


def _by_key(
    lines: list[LineToSplit], key: KeyWeights, recovers: Callable[[uuid.UUID], Recovers]
) -> GroupPlan:
    first = lines[0]
    weights = [weight for _, _, weight in key.weights]
    net, vat = _sum(line.net for line in lines), _sum(line.vat for line in lines)
    net_parts, vat_parts = split_in_parts(net, weights), split_in_parts(vat, weights)
    back = [recovers(first.contract_product_id)(one, None) for one, _, _ in key.weights]
    shares = [
        _share(municipality, weight, n, v, is_back, net, sum(weights, Decimal(0)))
        for (municipality, _, weight), n, v, is_back in zip(
            key.weights, net_parts, vat_parts, back, strict=True
        )
    ]
    nets = overlay([line.net for line in lines], weights)
    vats = overlay([line.vat for line in lines], weights)
    cells = [
        Cell(line.id, i, n, v if back[i] else ZERO, ZERO if back[i] else v)
        for line, net_row, vat_row in zip(lines, nets, vats, strict=True)
        for i, (n, v) in enumerate(zip(net_row, vat_row, strict=True))
        if n or v or len(lines) == 1
    ]
    words = f"{key.words} {last_cents(net_parts, [name for _, name, _ in key.weights])}".strip()
    return GroupPlan(
        first.contract_product_id, first.category, first.percent, key.basis, key.version_id, None, None,
        net, vat, words, tuple(shares), tuple(cells),
    )  # fmt: skip


def _share(
    municipality_id: uuid.UUID,
    weight: Decimal,
    net: Part,
    vat: Part,
    back: bool,
    whole: Decimal,
    total: Decimal,
) -> SharePlan:
    return SharePlan(
        municipality_id,
        weight,
        net.amount,
        vat.amount if back else ZERO,
        ZERO if back else vat.amount,
        net.extra,
        vat.extra,
        sentence_of(net, whole, weight, total),
    )


def sentence_of(part: Part, whole: Decimal, weight: Decimal, total: Decimal) -> str:
    """Say how a share follows from the whole, the weight and the rounding."""
    sum_of = f"{dutch(whole)} × {plain(weight)} ÷ {plain(total)} = {dutch_exact(part)}"
    if part.lost == 0:
        return f"{sum_of}, precies op de cent."
    cut = f"{sum_of}, afgerond naar beneden {dutch(part.rounded)}"
    if not part.extra:
        return f"{cut}."
    return f"{cut}; er komt 1 cent bij, want hier viel {dutch_cents(part)} cent weg."


def last_cents(parts: Sequence[Part], names: Sequence[str]) -> str:
    """Say who got the cents that were left, and why."""
    given = [(part, name) for part, name in zip(parts, names, strict=True) if part.extra]
    if not given:
        return "De verdeling komt precies uit; er bleef geen cent over."
    rest = [(part, name) for part, name in zip(parts, names, strict=True) if not part.extra and part.lost]
    left = "bleef 1 cent over" if len(given) == 1 else f"bleven {len(given)} centen over"
    to = " en ".join(f"{name} (daar viel {dutch_cents(part)} cent weg)" for part, name in given)
    others = "; ".join(f"bij {name} {dutch_cents(part)}" for part, name in rest)
    verb = "Die gaat" if len(given) == 1 else "Die gaan"
    return f"Na afronden {left}. {verb} naar {to}{f'; {others}' if others else ''}."


@dataclass(frozen=True)
class StoredCell:
    """A stored share of a line that is credited, with what was credited before (signs as booked)."""

    municipality_id: uuid.UUID
    weight: Decimal
    net: Decimal
    vat_back: Decimal
    vat_cost: Decimal
    before_net: Decimal = ZERO
    before_vat: Decimal = ZERO


@dataclass(frozen=True)
class CreditLine:
    """A line of a credit note (positive amounts, as on the document) with the split it mirrors."""

    id: uuid.UUID
    net: Decimal
    vat: Decimal
    contract_product_id: uuid.UUID
    category: VatCategory
    percent: Decimal
    group_id: uuid.UUID
    basis: ShareBasis
    key_version_id: uuid.UUID | None
    municipality_id: uuid.UUID | None
    target_group: TargetGroup | None
    stored: tuple[StoredCell, ...]


def plan_credit(lines: Sequence[CreditLine]) -> list[GroupPlan]:
    """Split a credit note as the mirror of what it credits; all credits together never give another split.

    Raises:
        ValueError: more is credited than was booked.
    """
    groups: dict[uuid.UUID, list[CreditLine]] = {}
    for line in lines:
        groups.setdefault(line.group_id, []).append(line)
    return [_mirrored(members) for members in groups.values()]


def _mirrored(lines: list[CreditLine]) -> GroupPlan:
    first = lines[0]
    order = list(dict.fromkeys(cell.municipality_id for line in lines for cell in line.stored))
    cells: list[Cell] = []
    for line in lines:
        nets = _mirror_of(line.net, [(c.net, c.before_net) for c in line.stored])
        vats = _mirror_of(line.vat, [(c.vat_back + c.vat_cost, c.before_vat) for c in line.stored])
        for stored, net, vat in zip(line.stored, nets, vats, strict=True):
            back = bool(stored.vat_back)
            cells.append(
                Cell(
                    line.id,
                    order.index(stored.municipality_id),
                    net,
                    vat if back else ZERO,
                    ZERO if back else vat,
                )
            )
    weights = {cell.municipality_id: cell.weight for line in lines for cell in line.stored}
    shares = [
        SharePlan(
            municipality_id,
            weights[municipality_id],
            _sum(cell.net for cell in cells if cell.share == place),
            _sum(cell.vat_back for cell in cells if cell.share == place),
            _sum(cell.vat_cost for cell in cells if cell.share == place),
            0,
            0,
            "Het spiegelbeeld van wat eerder is geboekt.",
        )
        for place, municipality_id in enumerate(order)
    ]
    return GroupPlan(
        first.contract_product_id, first.category, first.percent, first.basis, first.key_version_id,
        first.municipality_id, first.target_group,
        -_sum(line.net for line in lines), -_sum(line.vat for line in lines),
        "Deze creditfactuur volgt de verdeling van de factuur die zij crediteert.", tuple(shares), tuple(cells),
    )  # fmt: skip


def _mirror_of(amount: Decimal, parts: list[tuple[Decimal, Decimal]]) -> list[Decimal]:
    if not amount:
        return [ZERO] * len(parts)
    return mirror(amount, [part for part, _ in parts], [-before for _, before in parts])


def dutch(amount: Decimal) -> str:
    """Write an amount with two decimals the Dutch way."""
    return f"{amount:,.2f}".translate(str.maketrans(",.-", ".,−"))


def plain(weight: Decimal) -> str:
    """Write a weight without needless zeros: 115, 39,25."""
    return f"{weight.normalize():,f}".translate(str.maketrans(",.", ".,"))


def dutch_exact(part: Part) -> str:
    """Write the exact amount with four decimals, rounded half up."""
    whole = floor(abs(part.exact * 10_000) + Fraction(1, 2))
    text = f"{Decimal(whole).scaleb(-4):,.4f}".translate(str.maketrans(",.", ".,"))
    return f"−{text}" if part.exact < 0 else text


def dutch_cents(part: Part) -> str:
    """Write what rounding took away, in cents with two decimals."""
    return f"{from_cents(floor(part.lost * 100 + Fraction(1, 2))):.2f}".replace(".", ",")


def _sum(amounts: object) -> Decimal:
    return sum(amounts, ZERO)  # type: ignore[call-overload,no-any-return]
