"""The demo's contracts: two from an award, four recorded directly, one still to sign."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from contracts.agreements import promise_queries, queries
from contracts.agreements.award_services import make_contract_from_award
from contracts.agreements.making_services import NewContract, NewLine, NewParty, NewProduct, make_contract
from contracts.agreements.models import Contract
from contracts.agreements.promise_services import (
    Agreed,
    Source,
    add_agreement,
    change_agreement,
    record_agreement,
)
from contracts.agreements.rules import OptionTerm, Term, end_after, options_after, plus_months
from contracts.agreements.services import record_quality_mark, sign_contract
from contracts.agreements.states import (
    ContractKind,
    InvoiceChannel,
    QualityMarkKind,
    QualityMarkState,
    SourceKind,
)
from portal import clock
from portal.access import Viewer
from portal.catalogue.queries import measure_by_code, product_by_code
from portal.catalogue.states import Unit
from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from tenders.awards.models import Award

BUYER = "inkoop@lansingerland.example"
MANAGER = "contract@lansingerland.example"
EARLIER = "eerdere aanbesteding van Lansingerland (2023), van voor dit portaal"

# What was agreed beside the promises of the offer: measure, norm, parameter.
WRITTEN: dict[str, tuple[tuple[str, str, int | None], ...]] = {
    "b1": (
        ("start_on_time", "0.90", 20),
        ("attendance", "0.80", None),
        ("dropout", "0.10", None),
        ("passed_b1", "0.65", None),
        ("report_on_time", "1", 10),
    ),
    "z": (
        ("start_on_time", "0.90", 20),
        ("attendance", "0.80", None),
        ("z_on_schedule", "0.75", None),
        ("dropout", "0.12", None),
        ("report_on_time", "1", 10),
    ),
    "pvt": (("pvt_completed", "0.90", 12), ("report_on_time", "1", 10)),
    "map": (("map_completed", "0.85", 40), ("start_on_time", "0.90", 20), ("report_on_time", "1", 10)),
    "mb": (("satisfaction", "7.5", None), ("report_on_time", "1", 10)),
    "onderwijs": (("onderwijs_diploma", "0.70", None), ("attendance", "0.80", None)),
}


@dataclass(frozen=True)
class Direct:
    """A contract that does not come from an award in this portal."""

    key: str
    product: str
    provider: str
    rate: str
    unit: Unit
    ceiling: str | None
    months: int
    kind: ContractKind = ContractKind.CONTRACT
    source: str = EARLIER
    options: int = 0
    channel: InvoiceChannel = InvoiceChannel.UPLOAD
    lesson_free: str = ""


DIRECT = (
    Direct("pvt", "PVT", "samen-vooruit", "465", Unit.WORKSHOP, "110000", 31, options=1),
    Direct("map", "MAP", "route-delta", "1450", Unit.TRAJECTORY, "260000", 36, options=1, lesson_free="8"),
    Direct("mb", "MB", "samen-vooruit", "62.50", Unit.HOUR, "390000", 36, options=1),
    Direct(
        "onderwijs",
        "ONDERWIJS",
        "rotterdam",
        "17000",
        Unit.TRAJECTORY,
        None,
        48,
        kind=ContractKind.BETWEEN_MUNICIPALITIES,
        source="samenwerkingsovereenkomst Onderwijsroute met Rotterdam, besluit van beide colleges",
        channel=InvoiceChannel.CHARGE,
        lesson_free="8",
    ),
)


def first_month(today: date) -> date:
    """Return the first day of the 24 months the demo tells: the contracts begin on it."""
    return plus_months(today.replace(day=1), -24)


def instant(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """Return an instant of the demo, from an Amsterdam wall clock."""
    return clock.to_utc(datetime.combine(day, time(hour, minute)))


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return what happened: keurmerken, contracts made and signed, agreements changed, one still to sign."""
    begin = first_month(world.today)
    made, signed = begin - timedelta(days=20), begin - timedelta(days=15)

    def at(day: date, run: Callable[[], None], minute: int = 0) -> Step:
        return Step(instant(day, minute=minute), run)

    yield at(begin - timedelta(days=60), lambda: _record_marks(world, begin))
    yield at(made, lambda: _from_award(world, "b1"))
    yield at(made, lambda: _from_award(world, "z"), 10)
    for minute, direct in enumerate(DIRECT, 20):
        yield at(made, _task(_record_direct, world, direct, begin), minute)
    yield at(signed, lambda: _sign_all(world))
    yield at(begin + timedelta(days=244), lambda: _suspend(world, begin))
    yield at(begin + timedelta(days=281), lambda: _restore(world, begin), 5)
    yield at(plus_months(begin, 12) - timedelta(days=9), lambda: _raise_attendance(world, begin))
    yield at(world.today - timedelta(days=6), lambda: _leave_a_draft(world))


def _task(
    call: Callable[[DemoWorld, Direct, date], None], world: DemoWorld, direct: Direct, begin: date
) -> Callable[[], None]:
    return lambda: call(world, direct, begin)


def _record_marks(world: DemoWorld, begin: date) -> None:
    by = world.viewer(MANAGER)
    for slug, since, source in (
        ("taalhuis-de-waterlinie", date(2021, 6, 1), "openbaar register Blik op Werk, gezien"),
        ("route-delta", date(2022, 3, 1), "openbaar register Blik op Werk, gezien"),
    ):
        record_quality_mark(
            world.organisation(slug),
            kind=QualityMarkKind.KEURMERK,
            state=QualityMarkState.INDEFINITE,
            valid_from=since,
            valid_until=None,
            source=f"{source} op {begin - timedelta(days=60):%d-%m-%Y}",
            by=by,
        )


def _suspend(world: DemoWorld, begin: date) -> None:
    record_quality_mark(
        world.organisation("route-delta"),
        kind=QualityMarkKind.KEURMERK,
        state=QualityMarkState.SUSPENDED,
        valid_from=begin + timedelta(days=244),
        valid_until=None,
        source="besluit van Blik op Werk tot schorsing, tevredenheid onder de norm",
        by=world.viewer(MANAGER),
    )


def _restore(world: DemoWorld, begin: date) -> None:
    record_quality_mark(
        world.organisation("route-delta"),
        kind=QualityMarkKind.KEURMERK,
        state=QualityMarkState.INDEFINITE,
        valid_from=begin + timedelta(days=281),
        valid_until=None,
        source="besluit van Blik op Werk, schorsing opgeheven",
        by=world.viewer(MANAGER),
    )


def _from_award(world: DemoWorld, key: str) -> None:
    by = world.viewer(BUYER)
    contract = make_contract_from_award(db.session.get_one(Award, world.remember[f"award_{key}"]), by=by)
    contract.lesson_free_months = "8"
    world.remember[f"contract_{key}"] = contract.number
    _agree(contract, key, by)


def _record_direct(world: DemoWorld, direct: Direct, begin: date) -> None:
    by = world.viewer(MANAGER)
    product = product_by_code(direct.product)
    ends_on = end_after(begin, direct.months)
    options: list[OptionTerm] = options_after(ends_on, direct.options, 12)
    organisation = world.organisation(direct.provider)
    line = NewLine(
        code=f"{product.code}-1",
        name=f"{product.short_name}, per {direct.unit.label}",
        unit=direct.unit,
        rate=Decimal(direct.rate),
        vat_category=product.vat_category,
        vat_exemption=product.vat_exemption,
        source=direct.source,
    )
    contract = make_contract(
        NewContract(
            title=f"{organisation.name}, {product.name} {begin.year}–{ends_on.year}",
            kind=direct.kind,
            lead=world.municipality("Lansingerland"),
            term=Term(begin, ends_on, ends_on, plus_months(ends_on, 12)),
            parties=[NewParty(organisation)],
            municipalities=[world.municipality("Lansingerland")],
            products=[NewProduct(product, [line], needs_keurmerk=product.needs_keurmerk)],
            written_source=direct.source,
            ceiling=Decimal(direct.ceiling) if direct.ceiling else None,
            options=options,
            lesson_free_months=direct.lesson_free,
            invoice_channel=direct.channel,
        ),
        by=by,
    )
    world.remember[f"contract_{direct.key}"] = contract.number
    _agree(contract, direct.key, by)


def _agree(contract: Contract, key: str, by: Viewer) -> None:
    there = {version.measure.code for version in promise_queries.newest_versions(contract)}
    source = Source(SourceKind.WRITTEN, written="verslag van het startgesprek, bijlage prestatieafspraken")
    for code, norm, parameter in WRITTEN[key]:
        if code not in there:
            agreed = Agreed(Decimal(norm), contract.starts_on, parameter=parameter)
            add_agreement(contract, measure_by_code(code), agreed, source=source, by=by)


def _sign_all(world: DemoWorld) -> None:
    by = world.viewer(MANAGER)
    for key in WRITTEN:
        contract = queries.contract_for(by, world.remember[f"contract_{key}"])
        sign_contract(contract, on=clock.today(), by=by)


def _raise_attendance(world: DemoWorld, begin: date) -> None:
    by = world.viewer(MANAGER)
    contract = queries.contract_for(by, world.remember["contract_b1"])
    found = next(
        version
        for version in promise_queries.newest_versions(contract)
        if version.measure.code == "attendance"
    )
    agreed = Agreed((found.norm or Decimal(0)) + Decimal("0.02"), plus_months(begin, 12))
    change_agreement(
        found.performance_agreement, agreed, written="verslag van het jaargesprek, afspraak 2", by=by
    )
    absence = Agreed(Decimal("0.10"), plus_months(begin, 12), is_key=False)
    record_agreement(
        contract,
        measure_by_code("unexcused_absence"),
        absence,
        written="verslag van het jaargesprek, afspraak 3",
        by=by,
    )


def _leave_a_draft(world: DemoWorld) -> None:
    by = world.viewer(MANAGER)
    product = product_by_code("WELZIJN")
    begin = plus_months(world.today.replace(day=1), 2)
    ends_on = end_after(begin, 24)
    line = NewLine(
        code="WELZIJN-1",
        name="Bijeenkomst van de welzijnsmodule",
        unit=Unit.WORKSHOP,
        rate=Decimal("780"),
        vat_category=product.vat_category,
        vat_exemption=product.vat_exemption,
        source="offerte van Samen Vooruit, onderhands",
    )
    contract = make_contract(
        NewContract(
            title=f"Stichting Samen Vooruit, {product.name} {begin.year}–{ends_on.year}",
            kind=ContractKind.CONTRACT,
            lead=world.municipality("Lansingerland"),
            term=Term(begin, ends_on, ends_on, plus_months(ends_on, 3)),
            parties=[NewParty(world.organisation("samen-vooruit"))],
            municipalities=[world.municipality("Lansingerland")],
            products=[NewProduct(product, [line], needs_keurmerk=False)],
            written_source="onderhandse opdracht, offerte van deze maand",
            ceiling=Decimal("38000"),
        ),
        by=by,
    )
    world.remember["contract_draft"] = contract.number
