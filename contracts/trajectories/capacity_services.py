"""Say how much room there is, how many people are expected, and how large a group must be."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, select

from contracts.agreements import queries as agreements
from contracts.agreements.models import Contract, ContractProduct
from contracts.trajectories import capacity_queries
from contracts.trajectories.capacity_models import Capacity, ExpectedInflow, GroupRule
from contracts.trajectories.events_services import not_in_text
from contracts.trajectories.succession_rules import quarter_name, quarters_from
from contracts.trajectories.succession_states import BelowMinimum
from portal import audit, clock
from portal.access import SYSTEM, Permission, Viewer
from portal.catalogue.models import Municipality
from portal.db import db, lock
from portal.errors import NotYours, Objection, refuse_if

MOST = 5000
AHEAD = timedelta(days=366)


def set_places(contract_product: ContractProduct, *, places: int, valid_from: date, by: Viewer) -> Capacity:
    """Let the provider say how many participants it can teach from a day; what it said before stays.

    Raises:
        NotYours: the viewer is no party that reports under this contract.
        Refused: the number or the day does not do.
    """
    contract = contract_product.contract
    party = agreements.party_for(contract, by.organisation_id, clock.today())
    if by is not SYSTEM and (party is None or not by.may(Permission.TRAJECTORY_RESPOND)):
        raise NotYours("de aanbieder van dit contract")
    lock(contract)
    today = clock.today()
    found = []
    if not 0 <= places <= MOST:
        found.append(Objection(f"Vul een aantal van 0 tot en met {MOST:,} in.".replace(",", "."), "places"))
    if not contract.starts_on <= valid_from <= today + AHEAD:
        found.append(Objection("Kies een dag vanaf het begin van het contract, ten hoogste een jaar vooruit.", "valid_from"))
    refuse_if(found)
    number = db.session.scalar(
        select(func.count()).where(
            Capacity.contract_product_id == contract_product.id, Capacity.valid_from == valid_from
        )
    )
    capacity = Capacity(
        contract_product_id=contract_product.id,
        places=places,
        valid_from=valid_from,
        number=(number or 0) + 1,
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    db.session.add(capacity)
    db.session.flush()
    audit.record(
        "trajectory:room:places", contract, by=by, product=contract_product.product.name, places=places,
        on=f"{valid_from:%d-%m-%Y}",
    )  # fmt: skip
    return capacity


def expect_inflow(
    contract_product: ContractProduct, municipality: Municipality, numbers: Mapping[date, int], *, by: Viewer
) -> None:
    """Let a municipality say how many aanmeldingen it expects; only what changed is added, the older stays.

    In: first day of each quarter and the number expected.

    Raises:
        NotYours: the viewer does not refer for this municipality.
        Refused: the municipality takes no part, a quarter has passed, or a number is out of range.
    """
    contract = contract_product.contract
    if by is not SYSTEM and (by.municipality_id != municipality.id or not by.may(Permission.TRAJECTORY_REFER)):
        raise NotYours(f"een aanmelder van {municipality.name}")
    lock(contract)
    allowed = quarters_from(clock.today(), capacity_queries.QUARTERS)
    there = {one.municipality_id for one in agreements.municipalities_of(contract, clock.today())}
    found = []
    if municipality.id not in there:
        found.append(Objection(f"{municipality.name} neemt niet deel aan dit contract."))
    for quarter, expected in numbers.items():
        if quarter not in allowed:
            found.append(Objection(f"{quarter_name(quarter)} kan niet worden ingevuld."))
        if not 0 <= expected <= MOST:
            found.append(Objection(f"{quarter_name(quarter)}: vul een aantal van 0 of meer in."))
    refuse_if(found)
    known = capacity_queries.expected_of(contract_product.id, allowed)
    for quarter, expected in numbers.items():
        if known.get((municipality.id, quarter)) != expected:
            _add_expectation(contract_product, municipality, quarter, expected, by)
    audit.record("trajectory:room:inflow", contract, by=by, municipality=municipality.name)


def set_group_rule(
    contract_product: ContractProduct,
    *,
    minimum: int,
    maximum: int,
    below: BelowMinimum,
    source: str,
    valid_from: date,
    by: Viewer,
) -> GroupRule:
    """Write down what was agreed about the size of a group, from a day (practice.md S12).

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: the sizes are not in order, the day has a rule already, or the source is missing.
    """
    contract: Contract = contract_product.contract
    agreements.require_manager(contract, by)
    lock(contract)
    before = capacity_queries.group_rule_on(contract_product.id, date.max)
    found = []
    if not 1 <= minimum <= maximum <= 100:
        found.append(Objection("Vul een kleinste en een grootste groep in, van klein naar groot en ten hoogste 100.", "minimum"))
    if before is not None and valid_from <= before.valid_from:
        found.append(Objection(f"De nieuwe afspraak moet na {before.valid_from:%d-%m-%Y} ingaan.", "valid_from"))
    if not contract.starts_on <= valid_from <= contract.run_off_until:
        found.append(Objection("De ingangsdatum moet binnen de looptijd van het contract liggen.", "valid_from"))
    if len(source.strip()) < 5:
        found.append(Objection("Vul in waar dit is afgesproken.", "source"))
    refuse_if([*found, *not_in_text(source, "source")])
    rule = GroupRule(
        contract_product_id=contract_product.id,
        minimum=minimum,
        maximum=maximum,
        below=below,
        source=source.strip(),
        valid_from=valid_from,
        recorded_at=clock.now(),
    )
    db.session.add(rule)
    db.session.flush()
    audit.record("trajectory:room:group", contract, by=by, minimum=minimum, maximum=maximum)
    return rule


def _add_expectation(
    contract_product: ContractProduct, municipality: Municipality, quarter: date, expected: int, by: Viewer
) -> None:
    number = db.session.scalar(
        select(func.count()).where(
            ExpectedInflow.contract_product_id == contract_product.id,
            ExpectedInflow.municipality_id == municipality.id,
            ExpectedInflow.quarter == quarter,
        )
    )
    db.session.add(
        ExpectedInflow(
            contract_product_id=contract_product.id,
            municipality_id=municipality.id,
            quarter=quarter,
            number=(number or 0) + 1,
            expected=expected,
            recorded_at=clock.now(),
            recorded_by_id=by.user_id,
        )
    )
