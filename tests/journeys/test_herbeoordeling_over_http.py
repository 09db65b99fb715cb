"""The walk through a herbeoordeling, over HTTP on SQLite and on PostgreSQL."""

import pytest
from flask import Flask

from portal import clock
from portal.access import Role
from portal.accounts.models import User
from portal.accounts.services import add_user
from portal.db import db
from tenders.awards import services
from tests.factories import awards as made
from tests.journeys import herbeoordeling
from tests.journeys.browsers import Clock, HttpBrowser
from tests.journeys.scene import BEGIN, BUYER, Scene


@pytest.mark.usefixtures("session")
def test_from_a_provisional_award_to_the_final_award_of_a_second_decision(app: Flask) -> None:
    time = Clock(BEGIN)
    with clock.at(BEGIN):
        case = made.make_opened_case("AB-2031-901")
        known = db.session.query(User).where(User.email == BUYER).one()
        user = add_user(
            email=herbeoordeling.FRESH, name="Beoordelaar 2 Zoetermeer", password_hash=known.password_hash,
            organisation=made.organisation("zoetermeer"), roles=(Role.ASSESSOR,),
        )  # fmt: skip
        user.totp_confirmed_at = known.totp_confirmed_at
        made.fix(case)
        made.open_prices(case)
        services.make_ranking(case.lot, by=made.viewer(BUYER))
    herbeoordeling.walk(Scene(lambda: HttpBrowser(app, time), time), case)
