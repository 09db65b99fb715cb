"""Whatever is posted to an offer or a vault, nobody gets a 500."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tenders.offers import strongroom
from tests.factories.offers import TAALHUIS, make_draft
from tests.factories.vault import BUYER, card_row, make_guarded_tender
from tests.pages import PageClient

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
GARBAGE = ["", "\x00", "x" * 20_000, "−1e309", "١٢٣ <script>"]
pytestmark = pytest.mark.usefixtures("session")


def names(client: PageClient, path: str) -> list[str]:
    page = client.get(path)
    assert page.tree is not None
    return [str(name) for name in page.tree.xpath("//main//form//@name") if name != "csrf_token"]


@pytest.mark.parametrize("rubbish", GARBAGE)
def test_rubbish_gets_an_answer(
    rubbish: str, client_as: Callable[..., PageClient], frozen: Callable[[datetime], None]
) -> None:
    frozen(NOON - timedelta(minutes=20))
    tender = make_guarded_tender(deadline=NOON)
    offer = make_draft(tender.procedure)
    lot = next(iter(strongroom.read_draft(offer).lots))
    base, vault = f"/inschrijvingen/{offer.number}", f"/aanbestedingen/{tender.procedure.number}/kluis/kwaliteit"
    card = card_row(tender.codes[BUYER]).id
    provider, buyer = client_as(TAALHUIS), client_as(BUYER)
    parts = [f"{base}/percelen/{lot}/{part}" for part in ("kwaliteit", "prijs")]
    asked = [
        *((provider, f"{base}/{part}") for part in ("organisatie", "eisen", "percelen", "controleren")),
        *((provider, path) for path in parts),
        (buyer, "/kluiskaarten/nieuw"),
        (buyer, f"/kluiskaarten/{card}/proefopening"),
        (buyer, f"{vault}/aanvragen"),
    ]
    for client, path in asked:
        token = client.token(path)
        data = dict.fromkeys(names(client, path), rubbish) | {"csrf_token": token}
        assert client.post(path, data=data).status_code < 500, path
    upload = f"{base}/percelen/{lot}/bijlagen"
    for kind in ("multipart/form-data; boundary=X", "multipart/form-data", "text/plain"):
        assert provider.post(upload, data=rubbish.encode(), content_type=kind).status_code < 500
