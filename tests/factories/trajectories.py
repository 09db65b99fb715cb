"""Trajectories as a test needs them, made by the real services."""

import random
from datetime import date, timedelta

from contracts.agreements.models import Contract
from contracts.trajectories import services
from contracts.trajectories.models import Trajectory
from contracts.trajectories.services import Referral
from contracts.trajectories.states import StopReason
from portal import clock
from portal.access import SYSTEM
from portal.catalogue.states import TargetGroup
from portal.db import db
from tests.factories import catalogue
from tests.factories.contracts import product_of

_chance = random.Random(7)


def make_trajectory(
    contract: Contract,
    *,
    municipality: str = "Lansingerland",
    referred_on: date | None = None,
    accepted_on: date | None = None,
    started_on: date | None = None,
    stopped_on: date | None = None,
    stop_reason: StopReason = StopReason.DROPPED_OUT,
    finished_on: date | None = None,
    target_group: TargetGroup = TargetGroup.ASYLUM,
    pip_on: date | None = None,
) -> Trajectory:
    """Return a trajectory brought as far as the dates given; accepted on the start when only that is given.

    The contract needs a valid keurmerk (tests.factories.contracts.make_quality_mark) when its product asks one.
    """
    first = referred_on or started_on or clock.today() - timedelta(days=30)
    referral = Referral(
        contract_product=product_of(contract),
        municipality=catalogue.municipality(municipality),
        target_group=target_group,
        pip_on=pip_on or first - timedelta(days=14),
        on=first,
    )
    trajectory = services.refer(referral, by=SYSTEM, pick=_chance.choice)[0]
    if accepted_on or started_on:
        services.accept(trajectory, on=accepted_on or first, by=SYSTEM)
    if started_on:
        services.start(trajectory, on=started_on, by=SYSTEM)
    if stopped_on:
        services.stop(trajectory, on=stopped_on, reason=stop_reason, by=SYSTEM)
    if finished_on:
        services.finish(trajectory, on=finished_on, by=SYSTEM)
    db.session.flush()
    return trajectory
