"""Amendments: the grounds of the law, the meter, the consents, and what really changes."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.agreements import change_queries, change_services, queries
from contracts.agreements.change_models import Amendment
from contracts.agreements.change_rules import (
    AmendmentFacts,
    Change,
    Meter,
    SettlingFacts,
    needs_consent,
    objections_to_amendment,
    objections_to_settling,
    shown_value,
)
from contracts.agreements.change_services import NewAmendment
from contracts.agreements.change_states import AmendmentState, FieldKind
from contracts.agreements.models import Contract
from contracts.agreements.rules import Term
from portal import audit, clock
from portal.access import Viewer
from portal.accounts.queries import viewer_by_email
from portal.errors import NotFound, NotYours, Refused, TransitionRefused
from tests.factories import catalogue
from tests.factories.contracts import make_contract
from tests.pages import PageClient

MANAGER = "contract@lansingerland.example"
PARTNER = "regio@pijnacker-nootdorp.example"
BUYER = "inkoop@zoetermeer.example"
TAALHUIS = "info@taalhuis-de-waterlinie.example"
ClientAs = Callable[..., PageClient]
WHY = "De instroom is hoger dan geraamd door een grotere taakstelling van het Rijk."
METER = Meter(Decimal("1650000"), Decimal("1.03"), Decimal("0"), Decimal("0.1"), Decimal("750000"))


def facts(**changed: object) -> AmendmentFacts:
    today = date(2026, 11, 25)
    whole: dict[str, object] = {
        "is_signed": True,
        "ground_article": "art. 2.163b Aw",
        "ground_holds": True,
        "limit_share": Decimal("0.1"),
        "is_cumulative": True,
        "needs_clause": False,
        "has_clause": False,
        "value_effect": Decimal("50000"),
        "effective_on": today,
        "reason": WHY,
        "changes": [Change(FieldKind.CEILING, "1650000", "1700000")],
        "term": Term(date(2025, 1, 1), date(2027, 12, 31), date(2027, 12, 31), date(2028, 12, 31)),
        "meter": METER,
    }
    return AmendmentFacts(**{**whole, **changed})  # type: ignore[arg-type]


def said(**changed: object) -> str:
    return " ".join(one.message for one in objections_to_amendment(facts(**changed)))


def test_the_reference_moves_along_with_the_indexation() -> None:
    assert METER.reference == Decimal("1699500.00")
    assert METER.limit == Decimal("169950.00")


def test_the_threshold_bounds_the_small_changes_of_a_large_contract() -> None:
    large = Meter(Decimal("9000000"), Decimal(1), Decimal("700000"), Decimal("0.1"), Decimal("750000"))
    assert (large.limit, large.room) == (Decimal("750000"), Decimal("50000"))


@pytest.mark.parametrize(
    ("net", "effect", "refused"),
    [("0", "169949.99", False), ("0", "169950", True), ("120000", "50000", True), ("-30000", "190000", False)],
)
def test_small_changes_are_tested_net_and_together(net: str, effect: str, refused: bool) -> None:
    meter = Meter(Decimal("1650000"), Decimal("1.03"), Decimal(net), Decimal("0.1"), Decimal("750000"))
    after = str(Decimal("1650000") + Decimal(effect))
    words = said(meter=meter, value_effect=Decimal(effect), changes=[Change(FieldKind.CEILING, "1650000", after)])
    assert ("kleine wijzigingen komen samen" in words) is refused


def test_a_lower_value_is_never_too_much() -> None:
    full = Meter(Decimal("1650000"), Decimal(1), Decimal("164000"), Decimal("0.1"), Decimal("750000"))
    lower = [Change(FieldKind.CEILING, "1650000", "1640000")]
    assert not said(meter=full, value_effect=Decimal("-10000"), changes=lower)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"is_signed": False}, "niet getekend"),
        ({"changes": [], "value_effect": Decimal(0)}, "wat er verandert"),
        ({"reason": "kort"}, "40 tekens"),
        ({"effective_on": date(2030, 1, 1)}, "binnen de looptijd"),
        ({"ground_holds": False}, "geldt niet op de ingangsdatum"),
        ({"needs_clause": True, "limit_share": None}, "Kies het artikel"),
        ({"meter": None}, "geen maximale waarde"),
        ({"value_effect": Decimal("1")}, "verandert met €\xa050.000,00"),
        ({"changes": [Change(FieldKind.CEILING, "1650000", "0")]}, "hoger zijn dan 0"),
        ({"changes": [Change(FieldKind.ENDS, "2027-12-31", "2026-01-01")]}, "in deze volgorde"),
    ],
)
def test_what_stands_in_the_way_is_a_sentence(changed: dict[str, object], words: str) -> None:
    assert words in said(**changed)


def test_necessary_additions_may_bring_half_of_the_value_each() -> None:
    half = {"is_cumulative": False, "limit_share": Decimal("0.5"), "ground_article": "art. 2.163d Aw"}
    for effect, refused in (("849750", False), ("849750.01", True)):
        after = str(Decimal("1650000") + Decimal(effect))
        words = said(**half, value_effect=Decimal(effect), changes=[Change(FieldKind.CEILING, "1650000", after)])
        assert ("ten hoogste €\xa0849.750,00" in words) is refused


@pytest.mark.parametrize(
    ("threshold", "effect", "kinds", "needed"),
    [
        (None, "0", [FieldKind.TEXT], True),
        ("25000", "24999.99", [FieldKind.CEILING], False),
        ("25000", "-25000", [FieldKind.CEILING], True),
        ("25000", "0", [FieldKind.JOINS], True),
    ],
)
def test_a_small_effect_can_be_left_to_the_lead(
    threshold: str | None, effect: str, kinds: list[FieldKind], needed: bool
) -> None:
    agreed = Decimal(threshold) if threshold else None
    assert needs_consent(agreed, Decimal(effect), kinds) is needed


def test_everything_that_is_missing_before_settling_is_named() -> None:
    waiting = SettlingFacts(
        date(2026, 11, 25), date(2026, 12, 1), ["Zoetermeer"], ["Pijnacker-Nootdorp"], "art. 2.163e Aw", True, None
    )
    words = " ".join(one.message for one in objections_to_settling(waiting))
    for part in ("Niet akkoord: Pijnacker-Nootdorp", "antwoord van Zoetermeer", "bekend is gemaakt", "01-12-2026"):
        assert part in words


def test_stored_values_are_shown_as_people_read_them() -> None:
    assert shown_value(FieldKind.CEILING, "1650000.00") == "€\xa01.650.000,00"
    assert shown_value(FieldKind.JOINS, "2027-01-01") == "doet mee vanaf 01-01-2027"
    assert shown_value(FieldKind.ENDS, "") == "–"


# With a database ---------------------------------------------------------------------------------


@pytest.fixture
def contract(session: None) -> Contract:
    """A running B1 contract of three municipalities with a maximum of 1.650.000."""
    return make_contract()


def manager() -> Viewer:
    return viewer_by_email(MANAGER)


def new(code: str = "b", **changed: object) -> NewAmendment:
    today = clock.today()
    ground = next(one for one in change_queries.grounds_on(today) if one.code == code)
    whole: dict[str, object] = {
        "title": "Hoger maximum",
        "ground": ground,
        "reason": WHY,
        "effective_on": today,
        "value_effect": Decimal("100000"),
        "ceiling": Decimal("1750000"),
    }
    return NewAmendment(**{**whole, **changed})  # type: ignore[arg-type]


def agree(amendment: Amendment, *emails: str) -> None:
    for email in emails:
        by = viewer_by_email(email)
        change_services.answer_amendment(
            amendment, municipality_id=by.municipality_id, agrees=True, decision="besluit 2026-118", reason="", by=by
        )


def test_a_change_counts_only_after_everyone_agreed(contract: Contract) -> None:
    amendment = change_services.make_amendment(contract, new(), by=manager())
    change_services.ask_consent(amendment, by=manager())
    agree(amendment, PARTNER)
    with pytest.raises(Refused) as refused:
        change_services.settle(amendment, by=manager())
    assert "antwoord van Zoetermeer" in refused.value.message
    assert contract.ceiling == Decimal("1650000")
    agree(amendment, BUYER)
    change_services.settle(amendment, by=manager())
    assert (contract.ceiling, amendment.state) == (Decimal("1750000"), AmendmentState.IN_FORCE)
    assert audit.last().action == "contract:contract:amend"
    meter = change_queries.meter_of(contract, clock.today())
    assert meter is not None
    assert (meter.original, meter.net, meter.room) == (Decimal("1650000"), Decimal("100000"), Decimal("65000"))


def test_the_second_small_change_is_measured_with_the_first(contract: Contract) -> None:
    first = change_services.make_amendment(contract, new(), by=manager())
    change_services.ask_consent(first, by=manager())
    agree(first, PARTNER, BUYER)
    change_services.settle(first, by=manager())
    more = new(ceiling=Decimal("1820000"), value_effect=Decimal("70000"))
    with pytest.raises(Refused) as refused:
        change_services.make_amendment(contract, more, by=manager())
    assert "€\xa0170.000,00" in refused.value.message
    assert "€\xa0165.000,00" in refused.value.message


def test_two_small_changes_written_side_by_side_do_not_slip_through(contract: Contract) -> None:
    one = change_services.make_amendment(contract, new(), by=manager())
    text: dict[str, Any] = {"ceiling": None, "text_before": "", "text_after": "Ook avondlessen."}
    text["value_effect"] = Decimal("100000")
    other = change_services.make_amendment(contract, new(**text), by=manager())
    for amendment in (one, other):
        change_services.ask_consent(amendment, by=manager())
        agree(amendment, PARTNER, BUYER)
    change_services.settle(one, by=manager())
    with pytest.raises(Refused) as refused:
        change_services.settle(other, by=manager())
    assert "€\xa0200.000,00" in refused.value.message


def test_an_unforeseen_change_waits_for_its_notice(contract: Contract) -> None:
    amendment = change_services.make_amendment(
        contract, new("e", ceiling=Decimal("2000000"), value_effect=Decimal("350000")), by=manager()
    )
    change_services.ask_consent(amendment, by=manager())
    agree(amendment, PARTNER, BUYER)
    with pytest.raises(Refused) as refused:
        change_services.settle(amendment, by=manager())
    assert "bekend is gemaakt" in refused.value.message
    change_services.record_notice(amendment, number="TN-512345", on=clock.today(), by=manager())
    change_services.settle(amendment, by=manager())
    assert contract.ceiling == Decimal("2000000")


def test_a_refusal_has_a_reason_and_stops_the_change(contract: Contract) -> None:
    amendment = change_services.make_amendment(contract, new(), by=manager())
    change_services.ask_consent(amendment, by=manager())
    by = viewer_by_email(PARTNER)
    refusal = {"municipality_id": by.municipality_id, "agrees": False, "decision": "", "by": by}
    with pytest.raises(Refused):
        change_services.answer_amendment(amendment, reason="nee", **refusal)  # type: ignore[arg-type]
    change_services.answer_amendment(amendment, reason="De raad heeft geen geld beschikbaar.", **refusal)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        change_services.settle(amendment, by=manager())
    assert "Niet akkoord: Pijnacker-Nootdorp" in refused.value.message
    change_services.withdraw(amendment, reason="Een gemeente ging niet akkoord.", by=manager())
    with pytest.raises(TransitionRefused):
        change_services.settle(amendment, by=manager())


def test_a_municipality_joins_and_leaves_by_amendment_only_with_all(contract: Contract) -> None:
    contract.consent_from = Decimal("500000")
    change = new(
        "g",
        ceiling=None,
        value_effect=Decimal(0),
        joins=[catalogue.municipality("Rotterdam")],
        leaves=[catalogue.municipality("Zoetermeer")],
    )
    amendment = change_services.make_amendment(contract, change, by=manager())
    change_services.ask_consent(amendment, by=manager())
    names = {one.name for one in change_queries.asked_municipalities(amendment)}
    assert names == {"Pijnacker-Nootdorp", "Zoetermeer", "Rotterdam"}
    agree(amendment, PARTNER, BUYER, "regio@rotterdam.example")
    change_services.settle(amendment, by=manager())
    today, yesterday = clock.today(), clock.today() - timedelta(days=1)
    now = {one.municipality.name for one in queries.municipalities_of(contract, today)}
    before = {one.municipality.name for one in queries.municipalities_of(contract, yesterday)}
    assert now == {"Lansingerland", "Pijnacker-Nootdorp", "Rotterdam"}
    assert before == {"Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer"}


def test_only_the_lead_changes_and_only_who_takes_part_answers(contract: Contract) -> None:
    with pytest.raises(NotYours):
        change_services.make_amendment(contract, new(), by=viewer_by_email(BUYER))
    amendment = change_services.make_amendment(contract, new(), by=manager())
    change_services.ask_consent(amendment, by=manager())
    stranger = viewer_by_email("regio@rotterdam.example")
    with pytest.raises(NotYours):
        change_services.answer_amendment(
            amendment, municipality_id=stranger.municipality_id, agrees=True, decision="besluit", reason="", by=stranger
        )
    with pytest.raises(NotFound):
        change_queries.amendment_for(viewer_by_email(TAALHUIS), contract, amendment.number)


def test_the_pages_lead_from_draft_to_effect(contract: Contract, client_as: ClientAs) -> None:
    path = f"/contracten/{contract.number}/wijzigingen"
    client = client_as(MANAGER)
    form = client.get(f"{path}/nieuw")
    wrong = form.submit(title="Hoger maximum", reason="kort", value_effect="100.000", ceiling="1.750.000,00")
    assert wrong.status_code == 422
    assert "40 tekens" in " ".join(wrong.errors)
    ground = next(one for one in change_queries.grounds_on(clock.today()) if one.code == "b")
    made = form.submit(
        title="Hoger maximum", ground=str(ground.id), reason=WHY, value_effect="100.000", ceiling="1.750.000"
    )
    assert "€ 1.650.000,00" in made.row("Maximale waarde").replace("\xa0", " ")
    assert "gevraagd" in made.submit("Akkoord vragen").flash
    for email in (PARTNER, BUYER):
        asked = client_as(email).get(f"{path}/1")
        assert "vastgelegd" in asked.submit(agrees="ja", decision="mandaatbesluit 118").flash
    assert client_as(TAALHUIS).get(f"{path}/1").status_code == 404
    settled = client.get(f"{path}/1").submit("Wijziging vaststellen")
    assert "van kracht" in settled.flash
    assert client_as(TAALHUIS).get(f"{path}/1").status_code == 200
    meter = client.get(path)
    assert "er is nog ruimte voor € 65.000,00" in meter.body.replace("\xa0", " ")


def test_asking_puts_the_change_on_mijn_werk(contract: Contract, client_as: ClientAs) -> None:
    amendment = change_services.make_amendment(contract, new(), by=manager())
    change_services.ask_consent(amendment, by=manager())
    assert "Akkoord geven op wijziging: Hoger maximum" in client_as(PARTNER).get("/mijn-werk").body
    assert "Wijziging volgen: Hoger maximum" in client_as(MANAGER).get("/mijn-werk").body
