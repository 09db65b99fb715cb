"""Keys: proposing, agreeing, the version in force, and who gets btw back."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.allocation.queries import key_in_force, recoveries, weights_in_force
from contracts.allocation.rules import comes_back, everyone_agrees, objections_to_key, version_in_force
from contracts.allocation.services import answer_key, propose_key, set_recovery
from contracts.allocation.states import KeyBasis, KeyState, Recovery
from portal import clock
from portal.access import SYSTEM
from portal.accounts.queries import viewer_by_email
from portal.catalogue.states import TargetGroup
from portal.errors import NotYours, Refused
from tests.factories import catalogue
from tests.factories.contracts import product_of
from tests.factories.invoices import FINANCE, accepted_rows, agree_all, hour_contract, last_month, make_key
from tests.pages import PageClient

D = Decimal
A, B = uuid.uuid4(), uuid.uuid4()


@pytest.mark.parametrize(
    ("basis", "weights", "source", "refused"),
    [
        (KeyBasis.PARTICIPANTS, {A: None, B: None}, "contract", False),
        (KeyBasis.PARTICIPANTS, {A: None}, " ", True),
        (KeyBasis.PERCENTAGE, {A: D(60), B: D(40)}, "contract", False),
        (KeyBasis.PERCENTAGE, {A: D(60), B: D(41)}, "contract", True),
        (KeyBasis.INHABITANTS, {A: D(0), B: D(0)}, "contract", True),
        (KeyBasis.INHABITANTS, {A: D(-1), B: D(2)}, "contract", True),
        (KeyBasis.INHABITANTS, {A: D(1), B: None}, "contract", True),
    ],
)
def test_a_key_needs_weights_that_can_divide(
    basis: KeyBasis, weights: dict[uuid.UUID, Decimal | None], source: str, refused: bool
) -> None:
    found = objections_to_key(
        basis=basis, weights=weights, source=source, valid_from=date(2026, 1, 1), newest=None
    )
    assert bool(found) is refused


def test_a_newer_version_starts_later() -> None:
    assert objections_to_key(
        basis=KeyBasis.PARTICIPANTS,
        weights={},
        source="contract",
        valid_from=date(2026, 1, 1),
        newest=date(2026, 1, 1),
    )


def test_the_latest_version_that_began_holds() -> None:
    versions = [(A, date(2025, 1, 1)), (B, date(2026, 1, 1))]
    assert version_in_force(versions, date(2025, 12, 31)) == A
    assert version_in_force(versions, date(2026, 1, 1)) == B
    assert version_in_force(versions, date(2024, 1, 1)) is None


def test_silence_is_not_consent_and_unknown_is_no_recovery() -> None:
    assert not everyone_agrees([A, B], {A: True})
    assert everyone_agrees([A, B], {A: True, B: True})
    assert not comes_back([])
    assert not comes_back([Recovery.YES, Recovery.UNKNOWN])
    assert comes_back([Recovery.YES, Recovery.YES])


def test_a_key_is_in_force_when_every_municipality_agreed(session: None) -> None:
    contract = hour_contract()
    version = propose_key(
        product_of(contract), valid_from=contract.starts_on.replace(day=1), basis=KeyBasis.PARTICIPANTS,
        weights={catalogue.municipality(name).id: None for name in ("Lansingerland", "Zoetermeer")},
        source="contract, artikel 11.2", by=viewer_by_email(FINANCE),
    )  # fmt: skip

    assert version.state is KeyState.ASKED
    assert key_in_force(product_of(contract).id, clock.today()) is None
    agree_all(version)
    assert key_in_force(product_of(contract).id, clock.today()) == version


def test_one_no_with_a_reason_refuses_the_key(session: None) -> None:
    contract = hour_contract()
    zoetermeer = catalogue.municipality("Zoetermeer").id
    version = propose_key(
        product_of(contract), valid_from=clock.today(), basis=KeyBasis.PERCENTAGE,
        weights={zoetermeer: D(50), catalogue.municipality("Lansingerland").id: D(50)}, source="voorstel",
        by=viewer_by_email(FINANCE),
    )  # fmt: skip
    by = viewer_by_email("financien@zoetermeer.example")
    with pytest.raises(Refused, match="reden"):
        answer_key(version, municipality_id=zoetermeer, agrees=False, reason="", by=by)
    answer_key(
        version, municipality_id=zoetermeer, agrees=False, reason="Wij hebben minder deelnemers.", by=by
    )
    assert version.state is KeyState.REFUSED


def test_only_the_lead_proposes(session: None) -> None:
    contract = hour_contract()
    with pytest.raises(NotYours):
        propose_key(
            product_of(contract), valid_from=clock.today(), basis=KeyBasis.PARTICIPANTS, weights={}, source="contract",
            by=viewer_by_email("financien@zoetermeer.example"),
        )  # fmt: skip


def test_a_counted_key_without_participants_falls_back(session: None) -> None:
    contract = hour_contract()
    first = make_key(contract, basis=KeyBasis.PERCENTAGE,
                     weights={"Lansingerland": "50", "Pijnacker-Nootdorp": "25", "Zoetermeer": "25"})  # fmt: skip
    second = propose_key(
        product_of(contract), valid_from=first.valid_from + timedelta(days=31), basis=KeyBasis.PARTICIPANTS,
        weights={catalogue.municipality(n).id: None for n in ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")},
        source="contract", by=SYSTEM, fallback=first,
    )  # fmt: skip
    agree_all(second)
    empty = weights_in_force(product_of(contract).id, last_month().first)
    accepted_rows(contract, last_month(), {"Zoetermeer": 2, "Lansingerland": 1})
    counted = weights_in_force(product_of(contract).id, last_month().first)

    assert empty is not None
    assert empty.version_id == first.id
    assert counted is not None
    assert counted.version_id == second.id
    assert [(name, weight) for _, name, weight in counted.weights] == [
        ("Lansingerland", D(1)), ("Pijnacker-Nootdorp", D(0)), ("Zoetermeer", D(2))
    ]  # fmt: skip


def test_btw_comes_back_from_the_year_it_was_said(session: None) -> None:
    product, place = catalogue.product("MAP").id, catalogue.municipality("Zoetermeer").id
    for year, answer in ((2024, Recovery.NO), (2026, Recovery.YES)):
        for group in TargetGroup:
            set_recovery(
                product_id=product, municipality_id=place, target_group=group, year=year, recovery=answer, source="brief",
                by=SYSTEM,
            )  # fmt: skip
    assert recoveries(product, 2026)(place, None)
    assert not recoveries(product, 2025)(place, TargetGroup.ASYLUM)


def test_a_municipality_agrees_on_the_page(session: None, client_as: Callable[..., PageClient]) -> None:
    contract = hour_contract()
    page = client_as(FINANCE).get(
        f"/contracten/{contract.number}/verdeelsleutel/{product_of(contract).id}/nieuw"
    )
    page = page.submit(basis="percentage", valid_from="01-01-2027", source="contract, artikel 11.2")
    assert page.errors == ["Vul voor elke gemeente een gewicht in; 0 als zij niet meebetaalt."]
    page = page.submit(
        basis="percentage", valid_from="01-01-2027", source="contract, artikel 11.2",
        **{f"weight_{catalogue.municipality(n).cbs_code}": w
           for n, w in (("Lansingerland", "20,5"), ("Pijnacker-Nootdorp", "29,5"), ("Zoetermeer", "50"))},
    )  # fmt: skip
    assert "voorgesteld" in page.flash
    answered = client_as("regio@pijnacker-nootdorp.example").get(page.path).submit(agrees="ja")
    assert "vastgelegd" in answered.flash
    assert "Vastgesteld" in client_as("financien@zoetermeer.example").get(page.path).submit(agrees="ja").body
