"""The demo's hard cases: a switch with a paid phase, a provider that went bankrupt, and room for new people."""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from contracts.agreements import queries as agreements
from contracts.agreements.demo import instant
from contracts.agreements.making_services import NewContract, NewLine, NewParty, NewProduct, make_contract
from contracts.agreements.models import Contract
from contracts.agreements.rules import Term, end_after, plus_months
from contracts.agreements.services import sign_contract
from contracts.agreements.states import ContractKind
from contracts.trajectories import (
    batch_services,
    capacity_queries,
    capacity_services,
    queries,
    services,
    succession_queries,
    succession_services,
)
from contracts.trajectories.batch_reading import CONTRACT, GROUP, ON, PIP, REMARK, read_rows
from contracts.trajectories.models import Trajectory
from contracts.trajectories.services import Referral
from contracts.trajectories.states import TrajectoryState
from contracts.trajectories.succession_rules import quarters_from
from contracts.trajectories.succession_services import NewHandOver, Switch
from contracts.trajectories.succession_states import BelowMinimum, StopKind, SwitchGround
from portal import clock
from portal.access import SYSTEM, Role
from portal.accounts.models import OrganisationKind
from portal.accounts.services import add_organisation
from portal.catalogue.queries import product_by_code
from portal.catalogue.states import TargetGroup, Unit
from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from portal.tables import Column, csv_bytes

MANAGER = "contract@lansingerland.example"
BUYER = "inkoop@zoetermeer.example"
PEOPLE = 23
PLACES = {"b1": ("info@taalhuis-de-waterlinie.example", 190), "z": ("info@route-delta.example", 45)}
EXPECTED = {MANAGER: (6, 7, 6, 5), "regio@pijnacker-nootdorp.example": (9, 10, 9, 8), BUYER: (16, 17, 15, 15)}


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return the hard cases in order of time; the last days are after what the other demo data play."""
    begin = (world.today - timedelta(days=24)).replace(day=1)
    today = world.today
    yield Step(instant(begin - timedelta(days=12)), lambda: _small_school(world, begin))
    yield Step(instant(begin + timedelta(days=3), 15), lambda: _refer_all(world))
    yield Step(instant(today - timedelta(days=40), 15), lambda: _room(world))
    yield Step(instant(today - timedelta(days=6), 15), lambda: _bankrupt(world))
    yield Step(instant(today - timedelta(days=5), 15), lambda: _give_places(world))
    yield Step(instant(today - timedelta(days=1), 19), lambda: _switch(world))
    yield Step(instant(today - timedelta(days=1), 20), lambda: _leave_a_workbook(world))


def _contract(world: DemoWorld, key: str) -> Contract:
    return agreements.contract_for(world.viewer(MANAGER), world.remember[f"contract_{key}"])


def _small_school(world: DemoWorld, begin: date) -> None:
    by = world.viewer(MANAGER)
    school = add_organisation(
        kind=OrganisationKind.PROVIDER, name="Taalwerkplaats De Sluis", slug="taalwerkplaats-de-sluis",
        kvk="90001478", city="Berkel en Rodenrijs", email="info@taalwerkplaats-de-sluis.example",
    )  # fmt: skip
    db.session.flush()
    product = product_by_code("MAP")
    ends_on = end_after(begin, 12)
    line = NewLine(
        code="MAP-1",
        name=f"{product.short_name}, per {Unit.TRAJECTORY.label}",
        unit=Unit.TRAJECTORY,
        rate=Decimal("1390"),
        vat_category=product.vat_category,
        vat_exemption=product.vat_exemption,
        source="offerte, onderhands",
    )
    contract = make_contract(
        NewContract(
            title=f"{school.name}, {product.name}",
            kind=ContractKind.CONTRACT,
            lead=world.municipality("Lansingerland"),
            term=Term(begin, ends_on, ends_on, plus_months(ends_on, 3)),
            parties=[NewParty(school)],
            municipalities=[world.municipality("Lansingerland")],
            products=[NewProduct(product, [line], needs_keurmerk=False)],
            written_source="onderhandse opdracht voor een extra groep",
            ceiling=Decimal("48000"),
        ),
        by=by,
    )
    world.remember["contract_map_sluis"] = contract.number
    sign_contract(contract, on=clock.today(), by=by)


def _refer_all(world: DemoWorld) -> None:
    contract, chance = _contract(world, "map_sluis"), random.Random(118)  # noqa: S311 - demo data
    referral = Referral(
        contract_product=agreements.products_of(contract)[0],
        municipality=world.municipality("Lansingerland"),
        target_group=TargetGroup.ASYLUM,
        pip_on=clock.today() - timedelta(days=17),
        on=clock.today() - timedelta(days=2),
        number=PEOPLE,
    )
    for trajectory in services.refer(referral, by=world.viewer(MANAGER), pick=chance.choice):
        services.accept(trajectory, on=clock.today() - timedelta(days=1), by=SYSTEM)
        services.start(trajectory, on=clock.today(), by=SYSTEM)


def _bankrupt(world: DemoWorld) -> None:
    succession_services.record_stop(
        _contract(world, "map_sluis"),
        kind=StopKind.BANKRUPTCY,
        on=clock.today(),
        source="insolventieregister, voorbeeldnummer van de demo",
        settlement="Er zijn nog geen facturen betaald. De curator krijgt bericht van de lopende trajecten.",
        by=world.viewer(MANAGER),
    )


def _give_places(world: DemoWorld) -> None:
    stop = succession_queries.stop_of(_contract(world, "map_sluis").id)
    if stop is None:
        return
    monday = clock.today() + timedelta(days=(7 - clock.today().weekday()) % 7 or 7)
    new = NewHandOver(
        to=agreements.products_of(_contract(world, "map"))[0],
        municipalities={one.municipality.id for one in succession_queries.unplaced(stop.contract)},
        on=monday,
        suitability="Route Delta voert dit product al uit: eigen verklaring, KvK en referenties zijn opnieuw bekeken.",
        consent="toestemming gevraagd en gekregen, brief in het contractdossier",
    )
    succession_services.hand_over(stop, new, by=world.viewer(MANAGER), pick=random.Random(119).choice)  # noqa: S311


def _room(world: DemoWorld) -> None:
    manager = world.viewer(MANAGER)
    for key, (email, places) in PLACES.items():
        contract = _contract(world, key)
        product = capacity_queries.products_with_trajectories(contract)[0]
        provider = world.viewer(email, Role.PROVIDER)
        capacity_services.set_places(product, places=places, valid_from=clock.today(), by=provider)
        capacity_services.set_group_rule(
            product, minimum=8, maximum=15, below=BelowMinimum.COMBINE, source="contract, artikel over groepen",
            valid_from=contract.starts_on, by=manager,
        )  # fmt: skip
        for who, numbers in EXPECTED.items():
            by = world.viewer(who)
            place = capacity_queries.places_taking_part(contract, by)
            if place is not None:
                quarters = quarters_from(clock.today(), capacity_queries.QUARTERS)
                capacity_services.expect_inflow(product, place, dict(zip(quarters, numbers, strict=True)), by=by)


def _switch(world: DemoWorld) -> None:
    """Let someone who was halfway in B1, with two phases paid, go on in the Z-route."""
    by, b1 = world.viewer(MANAGER), _contract(world, "b1")
    found = db.session.scalars(
        queries.visible_to(by)
        .where(Trajectory.contract_product_id == agreements.products_of(b1)[0].id)
        .where(Trajectory.state == TrajectoryState.STARTED, Trajectory.started_on < clock.today() - timedelta(days=200))
        .order_by(Trajectory.started_on, Trajectory.number)
    ).all()
    own = next((one for one in found if queries.may_refer(one, by)), None)
    if own is None:
        return
    hours, parts = succession_services.brought_along([own])[own.id]
    late = plus_months(own.term_starts_on, 18) <= clock.today()
    wanted = Switch(
        to=agreements.products_of(_contract(world, "z"))[0],
        on=clock.today(),
        hours=hours,
        exam_parts=parts,
        ground=SwitchGround.SPECIAL if late else None,
        reason="Het tempo van de B1-leerroute past niet; besproken in het voortgangsgesprek." if late else "",
    )
    succession_services.switch_route(own, wanted, by=by, pick=random.Random(120).choice)  # noqa: S311


def _leave_a_workbook(world: DemoWorld) -> None:
    by, number = world.viewer(BUYER), world.remember["contract_b1"]
    pip = f"{clock.today() - timedelta(days=15):%d-%m-%Y}"
    columns = [Column(title) for title in (CONTRACT, GROUP, PIP, ON, REMARK)]
    data = csv_bytes(columns, [[number, TargetGroup.ASYLUM.label, pip, "", ""] for _ in range(6)])
    rows, _ = read_rows(data, "aanmeldingen.csv", today=clock.today())
    place = world.municipality("Zoetermeer")
    batch_services.keep_batch(rows, place, data=data, file_name="aanmeldingen-deze-week.csv", by=by)
