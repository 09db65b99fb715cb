"""What the SPUK page of a municipality and year rests on: amounts, numbers, and what was charged to it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ScalarSelect, Select, func, select

from contracts.agreements.models import ContractProduct
from contracts.finance.models import LedgerMapping, Posting
from contracts.finance.settling_models import SpukFigure
from contracts.finance.settling_states import SpukInput
from contracts.finance.spuk_rules import Amounts, Grant, Terms, definitive, provisional
from contracts.finance.states import Eligibility
from contracts.trajectories.models import Trajectory, TrajectoryEvent, TrajectoryResidence
from contracts.trajectories.states import Certainty, EventKind, StopReason, TrajectoryState
from portal.catalogue.models import Municipality, Product, ReferenceValue
from portal.catalogue.states import TargetGroup
from portal.db import db
from portal.money import ZERO
from portal.periods import Year

_NOT_ANEW = (StopReason.OTHER_ROUTE, StopReason.TAKEN_OVER)


@dataclass(frozen=True)
class NumberLine:
    """A number of the page: typed in with its source, counted by the portal, or missing."""

    input: SpukInput
    value: Decimal | None
    source: str
    counted: int | None
    figure: SpukFigure | None


@dataclass(frozen=True)
class SpentLine:
    """What was charged to a product, by whether it may be charged to the grant."""

    product: Product
    eligible: Decimal
    other: Decimal
    unknown: Decimal


@dataclass(frozen=True)
class SpukPage:
    """Everything on the page; the grants are None in a year without amounts."""

    numbers: Sequence[NumberLine]
    amounts: Sequence[ReferenceValue]
    provisional: Grant | None
    definitive: Grant | None
    spent: Sequence[SpentLine]
    received: Decimal

    @property
    def eligible(self) -> Decimal:
        return sum((one.eligible for one in self.spent), ZERO)

    @property
    def unknown(self) -> Decimal:
        return sum((one.unknown for one in self.spent), ZERO)

    @property
    def other(self) -> Decimal:
        return sum((one.other for one in self.spent), ZERO)


def spuk_page(place: Municipality, year: int) -> SpukPage:
    """Return the page of a municipality and year, in seven statements."""
    values = {
        one.code: one
        for one in db.session.scalars(_holding_in(year).where(ReferenceValue.code.like("spuk\\_%", escape="\\")))
    }
    share = db.session.scalars(_holding_in(year).where(ReferenceValue.code == "asylum_share_in_quota")).first()
    lines = number_lines(place, year)
    numbers = {one.input: one.value for one in lines if one.value is not None}
    amounts = _amounts(values, share)
    shown = [one for code, one in sorted(values.items()) if code.startswith(("spuk_amount", "spuk_weight"))]
    return SpukPage(
        lines,
        [*shown, share] if share else shown,
        provisional(numbers, amounts) if amounts else None,
        definitive(numbers, amounts) if amounts else None,
        _spent(place, year),
        numbers.get(SpukInput.RECEIVED, ZERO),
    )


def _holding_in(year: int) -> Select[ReferenceValue]:
    day = Year(year).first
    return select(ReferenceValue).where(
        ReferenceValue.valid_from <= day,
        (ReferenceValue.valid_until.is_(None)) | (ReferenceValue.valid_until >= day),
    )


def _amounts(values: dict[str, ReferenceValue], share: ReferenceValue | None) -> Amounts | None:
    """Give the amounts of a year; a weight that is not named apart is the amount (Regeling art. 10.1-10.4)."""

    def of(code: str, otherwise: str = "") -> Decimal | None:
        found = values.get(code) or values.get(otherwise)
        return found.value if found is not None else None

    found = {
        "a": of("spuk_amount_a"), "b": of("spuk_amount_b"), "c": of("spuk_amount_c"),
        "family": of("spuk_amount_family"), "weight_a": of("spuk_weight_a", "spuk_amount_a"),
        "weight_b": of("spuk_weight_b", "spuk_amount_b"), "weight_c": of("spuk_weight_c", "spuk_amount_c"),
        "weight_d": of("spuk_weight_d"),
        "asylum_share": share.value / 100 if share is not None and share.value is not None else None,
    }  # fmt: skip
    known = {name: value for name, value in found.items() if value is not None}
    return Amounts(**known) if len(known) == len(found) else None


def number_lines(place: Municipality, year: int) -> list[NumberLine]:
    """Return every number of a year: what finance typed in goes before what the portal counted."""
    typed = {
        one.input: one
        for one in db.session.scalars(
            select(SpukFigure).where(SpukFigure.municipality_id == place.id, SpukFigure.year == year)
        )
    }
    counted = counts_of(place.id, year)
    lines = []
    for one in SpukInput:
        figure, count = typed.get(one), counted.get(one)
        value = figure.value if figure else Decimal(count) if count is not None else None
        source = figure.source if figure else "geteld uit de aanmeldingen" if count is not None else ""
        lines.append(NumberLine(one, value, source, count, figure))
    return lines


def counts_of(municipality_id: uuid.UUID, year: int) -> dict[SpukInput, int]:
    """Count what the portal can know: leerroutes of asielstatushouders by the year of their PIP.

    A participant has one leerroute at a time; one that went on in another route or with another provider
    is counted there. The portal does not know when somebody was housed: the PIP stands in for it.
    """
    people = db.session.execute(
        select(Trajectory.id, Trajectory.pip_on, Product.needs_diploma_recognition)
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .join(Product, Product.id == ContractProduct.product_id)
        .where(
            Product.needs_keurmerk | Product.needs_diploma_recognition,
            Trajectory.target_group == TargetGroup.ASYLUM,
            Trajectory.state != TrajectoryState.REFUSED,
            (Trajectory.stop_reason.is_(None)) | (Trajectory.stop_reason.not_in(_NOT_ANEW)),
            Trajectory.pip_on.between(date(year - 2, 1, 1), date(year, 12, 31)),
            _home_on(date(year, 12, 31)) == municipality_id,
        )
    ).all()
    finished = db.session.scalar(
        select(func.count(func.distinct(TrajectoryEvent.trajectory_id)))
        .join(Trajectory, Trajectory.id == TrajectoryEvent.trajectory_id)
        .where(
            TrajectoryEvent.kind == EventKind.DIPLOMA,
            TrajectoryEvent.certainty == Certainty.CONFIRMED,
            TrajectoryEvent.on.between(date(year - 2, 1, 1), date(year - 2, 12, 31)),
            Trajectory.target_group == TargetGroup.ASYLUM,
            _home_on(date(year - 2, 12, 31)) == municipality_id,
        )
    )
    years = [pip_on.year for _, pip_on, _ in people]
    return {
        SpukInput.ASYLUM_T: years.count(year),
        SpukInput.ASYLUM_T1: years.count(year - 1),
        SpukInput.ASYLUM_T2: years.count(year - 2),
        SpukInput.FINISHED_T2: finished or 0,
        SpukInput.EDUCATION_T: sum(1 for _, pip_on, school in people if school and pip_on.year == year),
    }


def _home_on(day: date) -> ScalarSelect[uuid.UUID | None]:
    return (
        select(TrajectoryResidence.municipality_id)
        .where(TrajectoryResidence.trajectory_id == Trajectory.id, TrajectoryResidence.valid_from <= day)
        .order_by(TrajectoryResidence.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )


def _spent(place: Municipality, year: int) -> list[SpentLine]:
    rows = db.session.execute(
        select(Posting.product_id, LedgerMapping.spuk, func.sum(Posting.net), func.sum(Posting.vat_cost))
        .outerjoin(LedgerMapping, LedgerMapping.id == Posting.ledger_mapping_id)
        .where(
            Posting.municipality_id == place.id,
            Posting.performed_in.between(Year(year).first, Year(year).last),
        )
        .group_by(Posting.product_id, LedgerMapping.spuk)
    ).all()
    sums: dict[uuid.UUID, dict[Eligibility, Decimal]] = {}
    for product_id, spuk, net, cost in rows:
        own = sums.setdefault(product_id, dict.fromkeys(Eligibility, ZERO))
        own[spuk or Eligibility.UNKNOWN] += net + cost
    products = db.session.scalars(select(Product).where(Product.id.in_(sums)).order_by(Product.position))
    return [
        SpentLine(
            one, sums[one.id][Eligibility.YES], sums[one.id][Eligibility.NO], sums[one.id][Eligibility.UNKNOWN]
        )
        for one in products
    ]


def figure_of(place: Municipality, year: int, which: SpukInput) -> SpukFigure | None:
    """Return what was typed in for a number, or None."""
    return db.session.scalars(
        select(SpukFigure).where(
            SpukFigure.municipality_id == place.id, SpukFigure.year == year, SpukFigure.input == which
        )
    ).one_or_none()


def terms_in_force(day: date) -> Terms | None:
    """Return the terms of the grant that hold on a day, or None when one is not in the table."""
    codes = ("spuk_pay_day", "spuk_revision_months", "spuk_data_on", "spuk_recovery_months", "sisa_due")
    rows = db.session.scalars(
        select(ReferenceValue).where(
            ReferenceValue.code.in_(codes),
            ReferenceValue.valid_from <= day,
            (ReferenceValue.valid_until.is_(None)) | (ReferenceValue.valid_until >= day),
        )
    )
    found = {one.code: int(one.value) for one in rows if one.value is not None}
    if len(found) < len(codes):
        return None
    pay, revision, data, recovery, sisa = (found[code] for code in codes)
    return Terms(pay, revision, divmod(data, 100), recovery, divmod(sisa, 100))
