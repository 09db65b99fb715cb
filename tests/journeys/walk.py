"""The steps of the walk in order; each asserts what its user has to see."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys import award, contract, money, tender
from tests.journeys.scene import Scene


def walk(scene: Scene) -> None:
    """Go from a finding in a consultation to a ledger line of a municipality."""
    tender.consult_the_market(scene)
    tender.make_the_tender(scene)
    tender.prepare_the_vault(scene)
    tender.publish(scene)
    award.offers(scene)
    scene.until(scene.know["deadline"] + timedelta(minutes=1))
    award.open_the_vault(scene, "kwaliteit")
    award.assess(scene)
    award.open_the_vault(scene, "prijs")
    award.award(scene)
    contract.make_the_contract(scene)
    contract.record_the_quality_mark(scene)
    contract.refer(scene)
    contract.report(scene)
    contract.scorecard(scene)
    money.send_the_invoice(scene)
    money.approve(scene)
    money.close_and_export(scene)
    money.walk_back(scene)
    money.walk_forward(scene)
