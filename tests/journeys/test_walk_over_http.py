"""The whole walk, from a consultation to a ledger line, over HTTP on SQLite and on PostgreSQL."""

from flask import Flask

from tests.journeys.browsers import Clock, HttpBrowser
from tests.journeys.scene import BEGIN, Scene
from tests.journeys.walk import walk


def test_from_a_finding_to_a_ledger_line(app: Flask) -> None:
    time = Clock(BEGIN)
    walk(Scene(lambda: HttpBrowser(app, time), time))
