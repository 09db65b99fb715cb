"""Making and storing the split of an invoice at its approval."""

import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from contracts.agreements.models import ContractProduct
from contracts.allocation.queries import recoveries, weights_in_force
from contracts.invoicing.models import Invoice, InvoiceLine
from contracts.invoicing.split_models import LineShare, SplitGroup, SplitShare
from contracts.invoicing.split_rules import (
    CreditLine,
    GroupPlan,
    KeyWeights,
    LineToSplit,
    Recovers,
    StoredCell,
    plan_credit,
    plan_split,
)
from contracts.invoicing.states import InvoiceKind, LineKind, ShareBasis
from portal.db import db
from portal.errors import Objection, Refused
from portal.money import ZERO


def make_split(invoice: Invoice, lines: Sequence[InvoiceLine]) -> list[GroupPlan]:
    """Split an invoice by the keys in force, or mirror the split of what a credit note credits; stores it.

    Raises:
        Refused: a line has no municipality and no key, or more is credited than was booked.
    """
    try:
        if invoice.kind is InvoiceKind.CREDIT:
            plans = plan_credit(_credit_lines(lines))
        else:
            plans = plan_split(_lines_to_split(invoice, lines), _recovers(invoice, lines))
    except ValueError as problem:
        raise Refused([Objection(str(problem))]) from problem
    _store(invoice, plans)
    return plans


def _lines_to_split(invoice: Invoice, lines: Sequence[InvoiceLine]) -> list[LineToSplit]:
    keys: dict[uuid.UUID, KeyWeights | None] = {}
    largest = max(lines, key=lambda line: abs(line.net))
    found = []
    for line in lines:
        product = line.contract_product_id or largest.contract_product_id
        if product is None:
            raise ValueError(f"Regel {line.position} hoort bij geen product van het contract.")
        owner = line
        key = None
        if line.municipality is None:
            if product not in keys:
                keys[product] = _key(product, invoice)
            key = keys[product]
            if key is None and line.kind is not LineKind.LINE:
                owner = largest
        found.append(
            LineToSplit(
                line.id, line.net, line.vat, product, line.vat_category, line.vat_percent,
                (owner.municipality.id, owner.municipality.name) if owner.municipality and key is None else None,
                owner.target_group, key,
            )
        )  # fmt: skip
    return found


def _key(contract_product_id: uuid.UUID, invoice: Invoice) -> KeyWeights | None:
    weights = weights_in_force(contract_product_id, invoice.month)
    if weights is None:
        return None
    basis = ShareBasis.FINAL if weights.is_final else ShareBasis.PROVISIONAL
    return KeyWeights(weights.version_id, basis, weights.words, weights.weights)


def _recovers(invoice: Invoice, lines: Sequence[InvoiceLine]) -> Callable[[uuid.UUID], Recovers]:
    products = {
        line.contract_product_id: line.contract_product.product_id for line in lines if line.contract_product
    }
    known: dict[uuid.UUID, Recovers] = {}

    def of(contract_product_id: uuid.UUID) -> Recovers:
        if contract_product_id not in known:
            product_id = (
                products.get(contract_product_id)
                or db.session.get_one(ContractProduct, contract_product_id).product_id
            )
            known[contract_product_id] = recoveries(product_id, invoice.month.year)
        return known[contract_product_id]

    return of


def _credit_lines(lines: Sequence[InvoiceLine]) -> list[CreditLine]:
    missing = next((line for line in lines if line.credits_id is None), None)
    if missing is not None:
        raise ValueError(f"Regel {missing.position} crediteert geen regel van de oorspronkelijke factuur.")
    stored = _cells_of([line.credits_id for line in lines if line.credits_id])
    before = _credited_before([line.credits_id for line in lines if line.credits_id])
    found = []
    for line in lines:
        cells = stored.get(line.credits_id, []) if line.credits_id else []
        if not cells:
            raise ValueError(f"Regel {line.position}: de oorspronkelijke regel is niet geboekt.")
        group = cells[0].share.group
        found.append(
            CreditLine(
                line.id, line.net, line.vat, group.contract_product_id, line.vat_category, line.vat_percent,
                group.id, group.basis, group.key_version_id, group.municipality_id, group.target_group,
                tuple(
                    StoredCell(
                        cell.share.municipality_id, cell.share.weight, cell.net, cell.vat_back, cell.vat_cost,
                        *before.get((cell.invoice_line_id, cell.share.municipality_id), (ZERO, ZERO)),
                    )
                    for cell in cells
                ),
            )
        )  # fmt: skip
    return found


def _cells_of(line_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID | None, list[LineShare]]:
    found: dict[uuid.UUID | None, list[LineShare]] = {}
    for cell in db.session.scalars(
        select(LineShare)
        .where(LineShare.invoice_line_id.in_(line_ids))
        .options(
            joinedload(LineShare.share).options(
                joinedload(SplitShare.group), joinedload(SplitShare.municipality)
            )
        )
    ):
        found.setdefault(cell.invoice_line_id, []).append(cell)
    for cells in found.values():
        cells.sort(key=lambda cell: cell.share.municipality.name)
    return found


def _credited_before(
    line_ids: Sequence[uuid.UUID],
) -> dict[tuple[uuid.UUID | None, uuid.UUID], tuple[Decimal, Decimal]]:
    """Return what earlier credit notes booked per original line and municipality (negative amounts)."""
    found: dict[tuple[uuid.UUID | None, uuid.UUID], tuple[Decimal, Decimal]] = {}
    for cell in db.session.scalars(
        select(LineShare)
        .join(LineShare.line)
        .where(InvoiceLine.credits_id.in_(line_ids))
        .options(contains_eager(LineShare.line), joinedload(LineShare.share))
    ):
        key = (cell.line.credits_id, cell.share.municipality_id)
        net, vat = found.get(key, (ZERO, ZERO))
        found[key] = (net + cell.net, vat + cell.vat_back + cell.vat_cost)
    return found


def _store(invoice: Invoice, plans: Sequence[GroupPlan]) -> None:
    groups, shares, cells = [], [], []
    for position, plan in enumerate(plans, start=1):
        group = SplitGroup(
            id=uuid.uuid4(), invoice_id=invoice.id, position=position,
            contract_product_id=plan.contract_product_id, vat_category=plan.category, vat_percent=plan.percent,
            basis=plan.basis, key_version_id=plan.key_version_id, municipality_id=plan.municipality_id,
            target_group=plan.target_group, reference_on=invoice.month, net=plan.net, vat=plan.vat,
            explanation=plan.explanation,
        )  # fmt: skip
        groups.append(group)
        own = [
            SplitShare(
                id=uuid.uuid4(), split_group_id=group.id, municipality_id=one.municipality_id, weight=one.weight,
                net=one.net, vat_back=one.vat_back, vat_cost=one.vat_cost, extra_net=one.extra_net,
                extra_vat=one.extra_vat, explanation=one.explanation,
            )
            for one in plan.shares
        ]  # fmt: skip
        shares += own
        cells += [
            LineShare(
                invoice_line_id=cell.line_id, split_share_id=own[cell.share].id, net=cell.net,
                vat_back=cell.vat_back, vat_cost=cell.vat_cost,
            )
            for cell in plan.cells
        ]  # fmt: skip
    for rows in (groups, shares, cells):
        db.session.add_all(rows)
        db.session.flush()
