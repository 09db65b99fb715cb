"""The demo's money: keys, accounts, 24 months of invoices in every state, months closed, exports kept."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from contracts.agreements.demo import first_month, instant
from contracts.agreements.models import Contract, ContractProduct
from contracts.agreements.price_models import PriceLine, PriceVersion
from contracts.agreements.queries import products_of
from contracts.allocation.models import KeyVersion
from contracts.allocation.queries import asked_of, municipalities_on
from contracts.allocation.services import answer_key, propose_key, set_recovery
from contracts.allocation.states import KeyBasis, Recovery
from contracts.finance.models import BudgetLine, LedgerMapping, Period, PeriodMunicipality
from contracts.finance.queries import states_of
from contracts.finance.services import close_month, make_payable
from contracts.finance.states import Eligibility, PeriodState
from contracts.invoicing.credit_services import receive_credit_form, receive_document
from contracts.invoicing.draft_queries import draft_ubl
from contracts.invoicing.models import Invoice, Specification
from contracts.invoicing.queries import lines_of
from contracts.invoicing.receiving_services import check_document, receive_form
from contracts.invoicing.services import declare_performance, dispute_line, record_payment, return_invoice
from contracts.invoicing.specification_services import (
    add_free_line,
    confirm_specification,
    party_of,
    propose_specification,
)
from contracts.invoicing.states import InvoiceKind, InvoiceState
from portal import clock
from portal.catalogue.models import Municipality, Product
from portal.catalogue.queries import products
from portal.catalogue.states import TargetGroup, Unit, VatCategory
from portal.db import db
from portal.demo import DemoWorld
from portal.errors import Refused
from portal.features import Step
from portal.periods import Month

MANAGER = "contract@lansingerland.example"
FINANCE = "financien@lansingerland.example"
PARTNERS = {
    "Pijnacker-Nootdorp": "regio@pijnacker-nootdorp.example",
    "Zoetermeer": "financien@zoetermeer.example",
}
PLACES = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")
GETS_BTW_BACK = {"Lansingerland": Recovery.YES, "Pijnacker-Nootdorp": Recovery.YES, "Zoetermeer": Recovery.NO}
ACCOUNTS = {
    "Lansingerland": ("443{}0", "67110"),
    "Pijnacker-Nootdorp": ("4.671.{}", "WI-{}"),
    "Zoetermeer": ("4382{}", "6301"),
}
BUDGET = {"B1": 150_000, "Z": 190_000, "ONDERWIJS": 110_000, "PVT": 48_000, "MAP": 62_000, "MB": 105_000}
WORK_RATE = Decimal("62.00")
MONTHS_OPEN = 2


@dataclass(frozen=True)
class Stream:
    """The invoices of one contract: who sends them, how numbered, with how many group hours a month."""

    key: str
    provider: str
    prefix: str
    as_ubl: bool = False
    group_hours: int = 0


STREAMS = (
    Stream("b1", "info@taalhuis-de-waterlinie.example", "TW", as_ubl=True, group_hours=20),
    Stream("z", "info@route-delta.example", "RD", group_hours=12),
    Stream("pvt", "info@samen-vooruit.example", "SV"),
    Stream("map", "info@route-delta.example", "RDM", as_ubl=True),
    Stream("mb", "info@samen-vooruit.example", "SVB"),
    Stream("onderwijs", "regio@rotterdam.example", "ROT"),
)


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return what happened with the money, month by month; the last two months are still open."""
    begin = first_month(world.today)
    yield Step(instant(begin - timedelta(days=18)), lambda: _begin(world, begin))
    yield Step(instant(begin - timedelta(days=12)), lambda: _agree_all(world))
    yield Step(instant(begin + timedelta(days=330)), lambda: _second_version(world, begin))
    yield Step(instant(begin + timedelta(days=340)), lambda: _agree_all(world))
    months = list(Month.of(begin).until(Month.of(world.today).previous()))
    for index, month in enumerate(months):
        left = len(months) - index
        acts: list[tuple[int, Callable[[DemoWorld, Month, int, int], None]]] = [
            (17, _send), (19, _declare), (21, _pay), (23, _credit), (26, _close),
        ]  # fmt: skip
        for day, act in acts:
            on = month.next().first + timedelta(days=day)
            if on <= world.today:
                yield Step(instant(on, 15), _task(act, world, month, index, left), rank=5)
    yield Step(instant(world.today - timedelta(days=1), 9), lambda: _new_key_waits(world), rank=5)


def _task(
    act: Callable[[DemoWorld, Month, int, int], None], world: DemoWorld, month: Month, index: int, left: int
) -> Callable[[], None]:
    return lambda: act(world, month, index, left)


def contract_of(world: DemoWorld, key: str) -> Contract | None:
    """Return a contract of the demo by its key, or None when it was not made."""
    number = world.remember.get(f"contract_{key}")
    return (
        db.session.scalars(select(Contract).where(Contract.number == number)).one_or_none()
        if number
        else None
    )


def _begin(world: DemoWorld, begin: date) -> None:
    by = world.viewer(FINANCE)
    years = range(begin.year, world.today.year + 1)
    places = {name: world.municipality(name) for name in PLACES}
    for name, place in places.items():
        for product in products():
            _accounts_of(product, place, name, years)
            for group in TargetGroup:
                if product.vat_category is VatCategory.STANDARD or product.code in ("B1", "Z"):
                    set_recovery(
                        product_id=product.id, municipality_id=place.id, target_group=group, year=begin.year,
                        recovery=GETS_BTW_BACK[name], source="brief van de inspecteur (voorbeeld)", by=by,
                    )  # fmt: skip
    for year in years:
        _budget_of(world, places, year)
    db.session.flush()
    for stream in STREAMS:
        contract = contract_of(world, stream.key)
        if contract is None:
            continue
        bought = products_of(contract)[0]
        if stream.group_hours:
            _add_group_hours(bought, begin)
        _propose(world, bought, begin, KeyBasis.PARTICIPANTS, "contract, artikel 11.2")


def _accounts_of(product: Product, place: Municipality, name: str, years: Iterable[int]) -> None:
    account, centre = ACCOUNTS[name]
    for year in years:
        for group in TargetGroup:
            route = product.code in ("B1", "Z", "ONDERWIJS")
            eligible = product.spuk_eligible and (group is TargetGroup.ASYLUM or not route)
            db.session.add(
                LedgerMapping(
                    product_id=product.id, municipality_id=place.id, target_group=group, year=year,
                    spuk=Eligibility.YES if eligible else Eligibility.NO, task_field="6.1",
                    ledger_account=account.format(10 + product.position), cost_centre=centre.format(product.code),
                    economic_category="3.5.1",
                )
            )  # fmt: skip


def _budget_of(world: DemoWorld, places: dict[str, Municipality], year: int) -> None:
    parts = {"B1": (20, 34, 61), "Z": (14, 12, 0)}
    for product in products():
        base = BUDGET.get(product.code)
        if base is None:
            continue
        for name, part in zip(PLACES, parts.get(product.code, (20, 0, 0)), strict=True):
            if part:
                db.session.add(
                    BudgetLine(
                        year=year, municipality_id=places[name].id, product_id=product.id,
                        amount=Decimal(base * part // 20), is_demo=True, source="voorbeeld voor de demo",
                    )
                )  # fmt: skip


def _add_group_hours(product: ContractProduct, begin: date) -> None:
    """A second price of the contract: guidance at work in a group, which no single participant causes."""
    line = PriceLine(
        contract_product_id=product.id, code=f"{product.product.code}-2", name="Praktijkbegeleiding op de werkvloer",
        unit=Unit.GROUP_HOUR, vat_category=VatCategory.STANDARD, vat_rate=Decimal("0.21"),
    )  # fmt: skip
    db.session.add(line)
    db.session.flush()
    db.session.add(
        PriceVersion(
            price_line_id=line.id, rate=WORK_RATE, valid_from=begin, source="contract, bijlage tarieven",
            recorded_at=clock.now(),
        )
    )  # fmt: skip
    db.session.flush()


def _propose(
    world: DemoWorld, product: ContractProduct, valid_from: date, basis: KeyBasis, source: str,
    weights: dict[str, int] | None = None,
) -> KeyVersion:  # fmt: skip
    places = municipalities_on(product.contract_id, valid_from)
    given = {one.id: Decimal((weights or {}).get(one.name, 1)) for one in places}
    return propose_key(
        product, valid_from=valid_from, basis=basis, weights=given, source=source, by=world.viewer(FINANCE)
    )


def _agree_all(world: DemoWorld) -> None:
    for email in PARTNERS.values():
        by = world.viewer(email)
        for version in asked_of(by):
            answer_key(version, municipality_id=by.municipality_id, agrees=True, reason="", by=by)


def _second_version(world: DemoWorld, begin: date) -> None:
    contract = contract_of(world, "z")
    if contract is not None:
        start = Month.of(begin).plus(12).first
        weights = {"Lansingerland": 65, "Pijnacker-Nootdorp": 35}
        _propose(
            world,
            products_of(contract)[0],
            start,
            KeyBasis.PERCENTAGE,
            "wijziging 1 van het contract",
            weights,
        )


def _new_key_waits(world: DemoWorld) -> None:
    contract = contract_of(world, "b1")
    if contract is not None:
        start = date(world.today.year + 1, 1, 1)
        weights = {"Lansingerland": 64_000, "Pijnacker-Nootdorp": 57_000, "Zoetermeer": 127_000}
        _propose(
            world, products_of(contract)[0], start, KeyBasis.INHABITANTS, "voorstel regio-overleg", weights
        )


def _send(world: DemoWorld, month: Month, index: int, left: int) -> None:
    """Providers confirm and invoice what was accepted, also what came late for the two months before."""
    for stream in STREAMS:
        contract = contract_of(world, stream.key)
        if contract is None:
            continue
        by = world.viewer(stream.provider)
        for back in (0, -1):
            when = month.plus(back)
            if when.first < contract.starts_on:
                continue
            try:
                specification = propose_specification(
                    contract, party_of(contract, by.organisation_id, when), when, by=by
                )
            except Refused:
                continue
            if stream.group_hours and back == 0:
                _add_group_line(specification, contract, stream.group_hours + index % 5, world)
            if left == 1 and stream.key == "mb":
                continue
            confirm_specification(specification, by=by)
            if left == 1 and stream.key == "onderwijs":
                continue
            _invoice(world, stream, specification, when)


def _add_group_line(specification: Specification, contract: Contract, hours: int, world: DemoWorld) -> None:
    line = db.session.scalars(
        select(PriceLine).where(
            PriceLine.contract_product_id == products_of(contract)[0].id, PriceLine.unit == Unit.GROUP_HOUR
        )
    ).first()
    if line is not None:
        by = world.viewer(MANAGER)
        add_free_line(specification, price_line_id=line.id, quantity=Decimal(hours), by=by)


def _invoice(world: DemoWorld, stream: Stream, specification: Specification, month: Month) -> Invoice:
    by = world.viewer(stream.provider)
    number = f"{stream.prefix}{specification.number.removeprefix('S')}"
    if stream.as_ubl:
        data = draft_ubl(specification, number=number, issued_on=clock.today())
        return receive_document(check_document(data, f"{number}.xml"), by=by)
    return receive_form(specification, issuer_number=number, issued_on=clock.today(), by=by)


def _waiting(state: InvoiceState) -> Sequence[Invoice]:
    return db.session.scalars(select(Invoice).where(Invoice.state == state).order_by(Invoice.number)).all()


def _key_of(world: DemoWorld, invoice: Invoice) -> str:
    number = invoice.contract.number
    return next((one.key for one in STREAMS if world.remember.get(f"contract_{one.key}") == number), "")


def _declare(world: DemoWorld, month: Month, index: int, left: int) -> None:
    by = world.viewer(MANAGER)
    for invoice in _waiting(InvoiceState.RECEIVED):
        key = _key_of(world, invoice)
        if left == 1 and key == "z":
            continue
        if left == 2 and key == "mb":
            dispute_line(
                lines_of(invoice)[0],
                reason="Deze uren zien wij niet terug in het verslag van het gesprek.",
                by=by,
            )
            continue
        if (left == 1 and key == "pvt") or (index == 15 and key == "z"):
            return_invoice(
                invoice,
                reason="De bijlage met de aanwezigheid ontbreekt. Stuur de factuur opnieuw met bijlage.",
                by=by,
            )
            if index == 15:
                _again(world, invoice)
            continue
        try:
            declare_performance(invoice, by=by)
        except Refused:
            continue


def _again(world: DemoWorld, returned: Invoice) -> None:
    """The provider sends the same invoice again, mended, under the same number."""
    stream = next(one for one in STREAMS if one.key == _key_of(world, returned))
    if returned.specification is not None:
        again = receive_form(
            returned.specification, issuer_number=returned.issuer_number, issued_on=clock.today(),
            note="Met de bijlage.", by=world.viewer(stream.provider),
        )  # fmt: skip
        declare_performance(again, by=world.viewer(MANAGER))


def _pay(world: DemoWorld, month: Month, index: int, left: int) -> None:
    by = world.viewer(FINANCE)
    for invoice in _waiting(InvoiceState.DECLARED):
        if left == 1 and _key_of(world, invoice) == "map":
            continue
        make_payable(invoice, by=by)


def _credit(world: DemoWorld, month: Month, index: int, left: int) -> None:
    """Once in eight months too many group hours were invoiced; the provider credits that line."""
    contract = contract_of(world, "b1")
    if index % 8 != 7 or contract is None:
        return
    found = db.session.scalars(
        select(Invoice).where(
            Invoice.contract_id == contract.id, Invoice.month == month.first, Invoice.kind == InvoiceKind.INVOICE,
            Invoice.state == InvoiceState.APPROVED,
        )
    ).all()  # fmt: skip
    shared = [(one, line) for one in found for line in lines_of(one) if line.municipality_id is None]
    if not shared:
        return
    original, line = shared[0]
    credit = receive_credit_form(
        original, lines=[line.id], issuer_number=f"{original.issuer_number}-C", issued_on=clock.today(),
        note="De praktijkbegeleiding ging deze maand niet door.", by=world.viewer(STREAMS[0].provider),
    )  # fmt: skip
    declare_performance(credit, by=world.viewer(MANAGER))
    make_payable(credit, by=world.viewer(FINANCE))


def _close(world: DemoWorld, month: Month, index: int, left: int) -> None:
    by = world.viewer(FINANCE)
    unpaid = select(Invoice).where(Invoice.state == InvoiceState.APPROVED, Invoice.paid_on.is_(None))
    for invoice in db.session.scalars(unpaid).all():
        if invoice.approved_at is not None:
            booked = clock.local(invoice.approved_at).date()
            record_payment(invoice, booked_on=booked, paid_on=booked + timedelta(days=2), by=by)
    if left <= MONTHS_OPEN:
        return
    open_months = (
        select(Period.month)
        .join(PeriodMunicipality, PeriodMunicipality.period_id == Period.id)
        .where(PeriodMunicipality.state == PeriodState.OPEN, Period.month <= month.first)
        .distinct()
        .order_by(Period.month)
    )
    for first in db.session.scalars(open_months).all():
        when = Month.of(first)
        close_month(
            when, [one.municipality for one in states_of(when) if one.state is PeriodState.OPEN], by=by
        )
