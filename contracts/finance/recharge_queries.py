"""Reading doorbelastingen: what is still to be passed on, what was, and that it comes out at nought."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract
from contracts.agreements.states import InvoiceParty
from contracts.finance.models import Period, Posting
from contracts.finance.settling_models import Recharge, RechargeLine
from contracts.finance.settling_states import RechargeState, VatTreatment
from contracts.finance.sums import Sums, sums
from contracts.invoicing.models import Invoice
from contracts.invoicing.split_models import LineShare
from portal.access import SYSTEM, Viewer
from portal.catalogue.models import Municipality
from portal.db import db
from portal.errors import NotFound
from portal.money import ZERO
from portal.periods import Month


def _paid_by(lead_id: uuid.UUID | None) -> ColumnElement[bool]:
    """Ledger lines (joined with contract) that one municipality pays for all of them."""
    return and_(Contract.lead_municipality_id == lead_id, Contract.invoice_party == InvoiceParty.LEAD)


def _moves_money() -> ColumnElement[bool]:
    """A share of nought needs no document."""
    return or_(Posting.net != 0, Posting.vat_back != 0, Posting.vat_cost != 0)


_OPEN = select(RechargeLine.open_posting_id).where(RechargeLine.open_posting_id.is_not(None))


@dataclass(frozen=True)
class ToRecharge:
    """What one municipality still owes over a month."""

    municipality: Municipality
    month: Month
    lines: int
    total: Sums


def to_recharge(viewer: Viewer) -> list[ToRecharge]:
    """Return what the viewer's municipality paid for others and has not passed on, by month."""
    rows = db.session.execute(
        select(Municipality, Period.month, func.count(), *sums())
        .select_from(Posting)
        .join(Municipality, Municipality.id == Posting.municipality_id)
        .join(Period, Period.id == Posting.period_id)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(Contract, Contract.id == Invoice.contract_id)
        .where(
            _paid_by(viewer.municipality_id),
            Posting.municipality_id != viewer.municipality_id,
            Posting.id.not_in(_OPEN),
            _moves_money(),
        )
        .group_by(Municipality.id, Period.month)
        .order_by(Period.month, Municipality.name)
    ).all()
    return [
        ToRecharge(place, Month.of(month), number, Sums(net, back, cost))
        for place, month, number, net, back, cost in rows
    ]


def open_postings(lead_id: uuid.UUID, municipality_id: uuid.UUID, month: Month) -> Sequence[Posting]:
    """Return the ledger lines of a municipality and month that the lead paid and has not passed on."""
    return db.session.scalars(
        select(Posting)
        .join(Period, Period.id == Posting.period_id)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(Contract, Contract.id == Invoice.contract_id)
        .where(
            _paid_by(lead_id),
            Posting.municipality_id == municipality_id,
            Period.month == month.first,
            Posting.id.not_in(_OPEN),
            _moves_money(),
        )
        .order_by(Posting.number)
    ).all()


def recharges_for(viewer: Viewer) -> Select[Recharge]:
    """Select the doorbelastingen a viewer's municipality sent or got, newest first."""
    statement = (
        select(Recharge)
        .options(
            joinedload(Recharge.lead_municipality),
            joinedload(Recharge.municipality),
            joinedload(Recharge.period),
        )
        .order_by(Recharge.made_at.desc(), Recharge.number.desc())
    )
    if viewer is SYSTEM:
        return statement
    if viewer.municipality_id is None:
        return statement.where(false())
    own = viewer.municipality_id
    return statement.where(or_(Recharge.lead_municipality_id == own, Recharge.municipality_id == own))


def recharge_for(viewer: Viewer, number: str) -> Recharge:
    """Return a doorbelasting by its number.

    Raises:
        NotFound: there is none, or it is not for this viewer.
    """
    found = db.session.scalars(recharges_for(viewer).where(Recharge.number == number)).one_or_none()
    if found is None:
        raise NotFound
    return found


def lines_of_recharge(recharge: Recharge) -> Sequence[Posting]:
    """Return the ledger lines in a doorbelasting, by number."""
    return db.session.scalars(
        select(Posting)
        .join(RechargeLine, RechargeLine.posting_id == Posting.id)
        .options(
            joinedload(Posting.product),
            joinedload(Posting.invoice).joinedload(Invoice.issuer_organisation),
            joinedload(Posting.line_share).joinedload(LineShare.line),
        )
        .where(RechargeLine.recharge_id == recharge.id)
        .order_by(Posting.number)
    ).all()


def last_treatment(lead_id: uuid.UUID | None, municipality_id: uuid.UUID) -> VatTreatment:
    """Return how btw went in the last doorbelasting to a municipality; doorgeschoven when there is none."""
    found = db.session.scalar(
        select(Recharge.treatment)
        .where(Recharge.lead_municipality_id == lead_id, Recharge.municipality_id == municipality_id)
        .order_by(Recharge.made_at.desc())
        .limit(1)
    )
    return found or VatTreatment.PASSED_ON


def recharges_asked_of(viewer: Viewer) -> Sequence[Recharge]:
    """Return the doorbelastingen that wait for the answer of the viewer's municipality."""
    return db.session.scalars(
        recharges_for(viewer).where(
            Recharge.municipality_id == viewer.municipality_id, Recharge.state == RechargeState.SENT
        )
    ).all()


@dataclass(frozen=True)
class PlaceBalance:
    """What the lead paid for one municipality, with btw, and where it stands."""

    municipality: Municipality
    paid: Decimal
    sent: Decimal
    agreed: Decimal
    received: Decimal
    own: bool

    @property
    def open(self) -> Decimal:
        """Not passed on yet; of the own share nothing is passed on."""
        return ZERO if self.own else self.paid - self.sent - self.agreed - self.received


@dataclass(frozen=True)
class Balance:
    """The reconciliation of a lead municipality: invoices against shares, shares against doorbelastingen."""

    invoices: Decimal
    places: Sequence[PlaceBalance]

    @property
    def accounted(self) -> Decimal:
        """Own share, passed on, and still to pass on."""
        own = sum((one.paid for one in self.places if one.own), ZERO)
        passed = sum((one.sent + one.agreed + one.received for one in self.places), ZERO)
        return own + passed + sum((one.open for one in self.places), ZERO)

    @property
    def difference(self) -> Decimal:
        return self.invoices - self.accounted


def balance_of(viewer: Viewer) -> Balance:
    """Return the reconciliation of what the viewer's municipality paid for all, in four statements."""
    booked = select(Posting.invoice_id).distinct()
    invoices = db.session.scalars(
        select(Invoice)
        .join(Contract, Contract.id == Invoice.contract_id)
        .where(_paid_by(viewer.municipality_id), Invoice.id.in_(booked))
    )
    total = sum((one.sign * (one.total + one.rounding) for one in invoices), ZERO)
    paid = {
        place: Sums(net, back, cost).gross
        for place, net, back, cost in db.session.execute(
            select(Posting.municipality_id, *sums())
            .join(Invoice, Invoice.id == Posting.invoice_id)
            .join(Contract, Contract.id == Invoice.contract_id)
            .where(_paid_by(viewer.municipality_id))
            .group_by(Posting.municipality_id)
        )
    }
    passed = {
        (place, state): net + vat
        for place, state, net, vat in db.session.execute(
            select(Recharge.municipality_id, Recharge.state, func.sum(Recharge.net), func.sum(Recharge.vat))
            .where(Recharge.lead_municipality_id == viewer.municipality_id)
            .group_by(Recharge.municipality_id, Recharge.state)
        )
    }
    names = db.session.scalars(select(Municipality).where(Municipality.id.in_(paid)).order_by(Municipality.name))
    return Balance(
        total,
        [
            PlaceBalance(
                one, paid[one.id], passed.get((one.id, RechargeState.SENT), ZERO),
                passed.get((one.id, RechargeState.AGREED), ZERO), passed.get((one.id, RechargeState.RECEIVED), ZERO),
                one.id == viewer.municipality_id,
            )
            for one in names
        ],
    )  # fmt: skip
