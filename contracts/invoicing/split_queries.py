"""Reading a stored split, and working it out in words."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import ContractProduct
from contracts.invoicing.models import Invoice, InvoiceLine
from contracts.invoicing.queries import is_lead
from contracts.invoicing.split_models import LineShare, SplitGroup, SplitShare
from contracts.invoicing.split_rules import dutch_exact
from contracts.invoicing.states import ShareBasis
from portal.access import Viewer
from portal.catalogue.models import Municipality
from portal.db import db
from portal.money import ZERO, split_in_parts


@dataclass
class MunicipalityTotal:
    """What one municipality pays of an invoice."""

    municipality: Municipality
    net: Decimal = ZERO
    vat_cost: Decimal = ZERO
    vat_back: Decimal = ZERO

    @property
    def charged(self) -> Decimal:
        return self.net + self.vat_cost

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat_cost + self.vat_back


@dataclass(frozen=True)
class WorkedRow:
    """One municipality in a calculation: the sum, exactly, rounded, the extra cent, the amount."""

    municipality: str
    sum_of: str
    exact: str
    rounded: Decimal
    extra: int
    amount: Decimal


@dataclass(frozen=True)
class Calculation:
    """The split of one amount of a group (net or btw), worked out."""

    title: str
    amount: Decimal
    rows: tuple[WorkedRow, ...]


@dataclass
class Split:
    """The stored split of an invoice, as a page shows it."""

    groups: Sequence[SplitGroup]
    shares: dict[uuid.UUID, list[SplitShare]]
    totals: list[MunicipalityTotal]
    calculations: dict[uuid.UUID, list[Calculation]]
    participants: dict[uuid.UUID, int] = field(default_factory=dict)
    all_municipalities: int = 0

    @property
    def direct(self) -> list[SplitGroup]:
        """Groups that go whole to one municipality."""
        return [group for group in self.groups if group.basis is ShareBasis.DIRECT]

    @property
    def by_key(self) -> list[SplitGroup]:
        """Groups that a key divides."""
        return [group for group in self.groups if group.basis is not ShareBasis.DIRECT]

    @property
    def whole(self) -> MunicipalityTotal:
        """All municipalities together; set when the page may show it."""
        total = MunicipalityTotal(self.totals[0].municipality) if self.totals else None
        assert total is not None  # noqa: S101  a page without totals does not ask
        for group in self.groups:
            for share in self.shares[group.id]:
                total.net += share.net
                total.vat_cost += share.vat_cost
                total.vat_back += share.vat_back
        return total


def split_of(invoice: Invoice, viewer: Viewer) -> Split:
    """Return the stored split; another municipality than the lead sees its own total and the joint one."""
    groups = db.session.scalars(
        select(SplitGroup)
        .where(SplitGroup.invoice_id == invoice.id)
        .options(
            joinedload(SplitGroup.key_version),
            joinedload(SplitGroup.municipality),
            joinedload(SplitGroup.contract_product).joinedload(ContractProduct.product),
        )
        .order_by(SplitGroup.position)
    ).all()
    shares: dict[uuid.UUID, list[SplitShare]] = {group.id: [] for group in groups}
    for share in db.session.scalars(
        select(SplitShare)
        .join(Municipality, Municipality.id == SplitShare.municipality_id)
        .where(SplitShare.split_group_id.in_(shares))
        .options(joinedload(SplitShare.municipality))
        .order_by(Municipality.name)
    ):
        shares[share.split_group_id].append(share)
    totals: dict[uuid.UUID, MunicipalityTotal] = {}
    for share in sorted(
        (one for own in shares.values() for one in own), key=lambda one: one.municipality.name
    ):
        total = totals.setdefault(share.municipality_id, MunicipalityTotal(share.municipality))
        total.net += share.net
        total.vat_cost += share.vat_cost
        total.vat_back += share.vat_back
    sees_all = viewer.is_provider or is_lead(invoice.contract, viewer)
    return Split(
        groups=groups,
        shares=shares,
        totals=[one for one in totals.values() if sees_all or one.municipality.id == viewer.municipality_id],
        calculations={
            group.id: _worked_out(group, shares[group.id]) for group in groups if _is_worked_out(group)
        },
        participants=_lines_per_municipality(invoice),
        all_municipalities=len(totals),
    )


def _is_worked_out(group: SplitGroup) -> bool:
    return group.basis is not ShareBasis.DIRECT and group.invoice.sign > 0


def _worked_out(group: SplitGroup, shares: Sequence[SplitShare]) -> list[Calculation]:
    """Work a stored split out again from its stored weights, to show how it came about."""
    weights = [share.weight for share in shares]
    total = sum(weights, Decimal(0))
    found = []
    for title, amount in (("zonder btw", group.net), ("btw", group.vat)):
        if not amount:
            continue
        parts = split_in_parts(amount, weights)
        rows = tuple(
            WorkedRow(
                share.municipality.name, f"{_dutch(amount)} × {_plain(share.weight)} ÷ {_plain(total)}",
                dutch_exact(part), part.rounded, part.extra, part.amount,
            )
            for share, part in zip(shares, parts, strict=True)
        )  # fmt: skip
        found.append(Calculation(title, amount, rows))
    return found


def _lines_per_municipality(invoice: Invoice) -> dict[uuid.UUID, int]:
    rows = db.session.execute(
        select(SplitShare.municipality_id, func.count(func.distinct(InvoiceLine.id)))
        .select_from(LineShare)
        .join(InvoiceLine, InvoiceLine.id == LineShare.invoice_line_id)
        .join(SplitShare, SplitShare.id == LineShare.split_share_id)
        .where(InvoiceLine.invoice_id == invoice.id)
        .group_by(SplitShare.municipality_id)
    ).all()
    return {row[0]: row[1] for row in rows}


def _dutch(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.-", ".,−"))


def _plain(weight: Decimal) -> str:
    return f"{weight.normalize():,f}".translate(str.maketrans(",.", ".,"))
