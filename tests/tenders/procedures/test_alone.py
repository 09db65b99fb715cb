"""Lansingerland buys alone: two of its own people, of two departments, open the vault (practice D1)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.accounts.models import Membership
from portal.db import db
from tenders.offers import demo as offers
from tenders.procedures import queries
from tenders.procedures.demo.alone import alone_steps
from tenders.procedures.models import Procedure
from tenders.procedures.states import ProcedureState
from tenders.vault import demo as vault
from tenders.vault.queries import confirmed_opening, envelope_key, holders_of
from tenders.vault.states import Envelope
from tests.conftest import World


@pytest.mark.usefixtures("session")
def test_two_departments_of_one_municipality_guard_and_open_a_vault(world: World) -> None:
    told = world.demo()
    list(offers.demo(told)), list(vault.demo(told))
    with clock.at(clock.now() - timedelta(days=90)):
        vault.make_demo_cards(told)
    for step in alone_steps(told):
        with clock.at(step.at):
            step.run()
    procedure = db.session.scalars(
        select(Procedure).where(Procedure.number == told.remember["tender_alone"])
    ).one()

    assert [place.name for place in queries.participants_of(procedure)] == ["Lansingerland"]
    assert procedure.state is ProcedureState.OPENED
    assert procedure.published_by_id != procedure.publication_asked_by_id
    key = envelope_key(procedure, Envelope.QUALITY)
    assert key is not None
    assert {row.group_name for row in holders_of(key)} == {
        "Inkoop", "Contractbeheer", "Sociaal domein", "Kluis stadhuis",
    }  # fmt: skip
    opening = confirmed_opening(procedure, Envelope.QUALITY)
    assert opening is not None
    openers = {opening.asked_by_id, opening.confirmed_by_id}
    assert len(openers) == 2
    places = db.session.scalars(select(Membership.organisation_id).where(Membership.user_id.in_(openers)))
    assert set(places) == {procedure.lead_id}
