"""The whole walk, from a consultation to a ledger line, over HTTP on SQLite and on PostgreSQL."""

from flask import Flask

from tests.journeys import tender
from tests.journeys.browsers import Clock, HttpBrowser
from tests.journeys.scene import BEGIN, Scene


def test_from_a_finding_to_a_ledger_line(app: Flask) -> None:
    time = Clock(BEGIN)
    scene = Scene(lambda: HttpBrowser(app, time), time)
    tender.consult_the_market(scene)
    tender.make_the_tender(scene)
    tender.prepare_the_vault(scene)
    tender.publish(scene)
