"""The demo's year end: SPUK numbers, a settled year, doorbelastingen in every state, a credit after the year."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from contracts.agreements.demo import first_month, instant
from contracts.agreements.queries import products_of
from contracts.finance.demo import FINANCE, MANAGER, MONTHS_OPEN, PARTNERS, contract_of
from contracts.finance.recharge_queries import open_postings
from contracts.finance.recharge_services import answer_recharge, make_recharge, receive_recharge
from contracts.finance.services import make_payable
from contracts.finance.settling_models import Recharge
from contracts.finance.settling_queries import settlements_asked_of
from contracts.finance.settling_services import answer_settlement, propose_settlement
from contracts.finance.settling_states import RechargeState, SettlementBasis, SpukInput, VatTreatment
from contracts.finance.spuk_services import save_figure
from contracts.invoicing.credit_services import receive_credit_form
from contracts.invoicing.models import Invoice, InvoiceLine
from contracts.invoicing.services import declare_performance
from contracts.invoicing.states import InvoiceKind, InvoiceState
from portal import clock
from portal.db import db
from portal.demo import DemoWorld
from portal.errors import Refused
from portal.features import Step
from portal.periods import Month

PROVIDER = "info@taalhuis-de-waterlinie.example"
_NUMBERS = {
    "Lansingerland": (40, 38, 16, 16, "310000"),
    "Zoetermeer": (118, 112, 48, 45, "905000"),
}
_SOURCE = "voorbeeld voor de demo"


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return what happened around the turn of the year, and the doorbelasting of each closed month."""
    today = world.today
    yield Step(instant(today - timedelta(days=9)), lambda: _spuk(world))
    for on, act in (
        (date(today.year, 2, 16), _settle_b1),
        (date(today.year, 3, 12), _credit_last_year),
        (today - timedelta(days=2), _settle_z),
    ):
        if date(today.year, 2, 16) <= on <= today:
            yield Step(instant(on, 14), _task(act, world), rank=6)
    months = list(Month.of(first_month(today)).until(Month.of(today).plus(-1 - MONTHS_OPEN)))
    for month in months:
        sent = month.next().first + timedelta(days=27)
        for on, monthly in ((sent, _send), (sent + timedelta(days=15), _answer)):
            if on <= today:
                yield Step(instant(on, 16), _monthly(monthly, world, month), rank=6)


def _task(act: Callable[[DemoWorld], None], world: DemoWorld) -> Callable[[], None]:
    return lambda: act(world)


def _monthly(act: Callable[[DemoWorld, Month], None], world: DemoWorld, month: Month) -> Callable[[], None]:
    return lambda: act(world, month)


def _spuk(world: DemoWorld) -> None:
    for name, (forecast, quota, family, before, received) in _NUMBERS.items():
        email = FINANCE if name == "Lansingerland" else PARTNERS[name]
        for year in (world.today.year - 1, world.today.year):
            for which, value in (
                (SpukInput.FORECAST_T, Decimal(forecast)), (SpukInput.QUOTA_T1, Decimal(quota)),
                (SpukInput.FAMILY_T, Decimal(family)), (SpukInput.FAMILY_T2, Decimal(before)),
                (SpukInput.RECEIVED, Decimal(received)),
            ):  # fmt: skip
                save_figure(
                    world.municipality(name), year, which, value=value, source=_SOURCE, by=world.viewer(email)
                )


def _settle_b1(world: DemoWorld) -> None:
    """Last year's B1 is settled and booked: everyone agreed."""
    if _propose(world, "b1", SettlementBasis.PARTICIPANTS):
        for email in PARTNERS.values():
            by = world.viewer(email)
            for settlement in settlements_asked_of(by):
                answer_settlement(settlement, agrees=True, reason="", by=by)


def _settle_z(world: DemoWorld) -> None:
    """Last year's Z waits for Pijnacker-Nootdorp."""
    _propose(world, "z", SettlementBasis.HOURS)


def _propose(world: DemoWorld, key: str, basis: SettlementBasis) -> bool:
    contract = contract_of(world, key)
    if contract is None:
        return False
    try:
        propose_settlement(products_of(contract)[0], world.today.year - 1, basis, by=world.viewer(FINANCE))
    except Refused:
        return False
    return True


def _credit_last_year(world: DemoWorld) -> None:
    """After the year closed the provider credits a line of it: booked in the open period, with its year."""
    contract = contract_of(world, "b1")
    if contract is None:
        return
    credited = select(InvoiceLine.credits_id).where(InvoiceLine.credits_id.is_not(None))
    line = db.session.scalars(
        select(InvoiceLine)
        .join(InvoiceLine.invoice)
        .where(
            Invoice.contract_id == contract.id,
            Invoice.state == InvoiceState.APPROVED,
            Invoice.kind == InvoiceKind.INVOICE,
            Invoice.month == date(world.today.year - 1, 12, 1),
            InvoiceLine.municipality_id.is_(None),
            InvoiceLine.id.not_in(credited),
        )
        .order_by(Invoice.number, InvoiceLine.position)
    ).first()
    if line is None:
        return
    original = line.invoice
    credit = receive_credit_form(
        original, lines=[line.id], issuer_number=f"{original.issuer_number}-C2", issued_on=clock.today(),
        note="De groepsuren van december stonden te hoog.", by=world.viewer(PROVIDER),
    )  # fmt: skip
    declare_performance(credit, by=world.viewer(MANAGER))
    make_payable(credit, by=world.viewer(FINANCE))
    world.remember["late_credit"] = credit.number


def _send(world: DemoWorld, month: Month) -> None:
    by = world.viewer(FINANCE)
    for name in PARTNERS:
        place = world.municipality(name)
        if by.municipality_id and open_postings(by.municipality_id, place.id, month):
            make_recharge(place, month, treatment=VatTreatment.PASSED_ON, by=by)


def _answer(world: DemoWorld, month: Month) -> None:
    """Both agree; what is older than two months has come in. The newest of Zoetermeer still waits."""
    finance = world.viewer(FINANCE)
    newest = Month.of(world.today).plus(-2 - MONTHS_OPEN)
    for name, email in PARTNERS.items():
        by = world.viewer(email)
        for recharge in _waiting(world, name, month):
            if name == "Zoetermeer" and month >= newest:
                continue
            answer_recharge(recharge, agrees=True, reason="", by=by)
            if month < newest.previous():
                receive_recharge(recharge, on=clock.today(), by=finance)


def _waiting(world: DemoWorld, name: str, month: Month) -> list[Recharge]:
    rows = db.session.scalars(
        select(Recharge)
        .join(Recharge.period)
        .where(Recharge.municipality_id == world.municipality(name).id, Recharge.state == RechargeState.SENT)
    )
    return [one for one in rows if Month.of(one.period.month) == month]
