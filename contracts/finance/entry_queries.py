"""The entry that a year end proposes, and its reversal."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from contracts.finance.models import LedgerMapping
from contracts.finance.year_queries import YearEnd, total
from portal.catalogue.states import TargetGroup
from portal.db import db
from portal.money import ZERO


@dataclass(frozen=True)
class EntryLine:
    """A line of the proposed entry: account, cost centre, debit and credit."""

    account: str
    cost_centre: str
    what: str
    debit: Decimal
    credit: Decimal


TO_PAY = "balans: nog te betalen bedragen"
PAID_BEFORE = "balans: vooruitbetaalde bedragen"


def entry_of(end: YearEnd, municipality_id: uuid.UUID, year: int) -> list[EntryLine]:
    """Propose the entry on 31 December: costs against nog te betalen, and vooruitbetaald against costs."""
    accounts = {
        (one.product_id, one.target_group): one
        for one in db.session.scalars(
            select(LedgerMapping).where(
                LedgerMapping.municipality_id == municipality_id, LedgerMapping.year == year
            )
        )
    }
    lines: list[EntryLine] = []
    for rows, title, balance, is_cost in (
        (end.to_come, "Nog te ontvangen facturen", TO_PAY, True),
        (end.in_advance, "Vooruitbetaald", PAID_BEFORE, False),
    ):
        groups: dict[tuple[str, str, str], Decimal] = {}
        for row in rows:
            mapping = accounts.get((row.product.id, row.target_group or TargetGroup.ASYLUM))
            key = (
                mapping.ledger_account if mapping else "ontbreekt",
                mapping.cost_centre if mapping else "ontbreekt",
                f"{title}: {row.product.name}",
            )
            groups[key] = groups.get(key, ZERO) + row.charged
        for (account, centre, what), amount in sorted(groups.items()):
            lines.append(
                EntryLine(account, centre, what, amount if is_cost else ZERO, ZERO if is_cost else amount)
            )
        amount = total(rows)
        if amount:
            lines.append(
                EntryLine(balance, "", title, ZERO if is_cost else amount, amount if is_cost else ZERO)
            )
    return lines


def reversal_of(lines: Sequence[EntryLine]) -> list[EntryLine]:
    """Turn an entry round, for 1 January of the next year."""
    return [EntryLine(one.account, one.cost_centre, one.what, one.credit, one.debit) for one in lines]
