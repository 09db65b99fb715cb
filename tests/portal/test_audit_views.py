"""The log of beheer shows what happened, except that there are offers."""

from collections.abc import Callable

from portal import audit
from portal.access import SYSTEM
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]


def test_beheer_reads_the_log_and_filters_it(client_as: ClientAs, session: None) -> None:
    audit.record("proef:zichtbaar", None, by=SYSTEM)

    page = client_as("beheer@lansingerland.example").get("/logboek?wat=proef")

    assert "proef:zichtbaar" in page.body
    assert "account:" not in page.body


def test_the_log_does_not_tell_that_there_are_offers(client_as: ClientAs, session: None) -> None:
    beheer = client_as("beheer@lansingerland.example")
    audit.record("proef:een", None, by=SYSTEM)
    before = beheer.get("/logboek?wat=proef").body
    audit.record("offer:submit", None, by=SYSTEM)

    assert beheer.get("/logboek?wat=proef").body == before
    assert "offer" not in beheer.get("/logboek").body


def test_others_do_not_read_the_log(client_as: ClientAs) -> None:
    assert client_as("inkoop@lansingerland.example").get("/logboek").status_code == 403
