"""Obligations with owner, day and proof; the register is looked at each month."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from contracts.agreements import duty_queries, duty_services
from contracts.agreements.duty_rules import is_check_due, look_of_duty, next_due
from contracts.agreements.duty_states import DutyKind, DutyOwner
from contracts.agreements.models import Contract
from portal import audit, clock
from portal.access import Viewer
from portal.accounts.queries import viewer_by_email
from portal.errors import NotYours, Refused
from tests.factories.contracts import make_contract, make_quality_mark, organisation
from tests.pages import PageClient

MANAGER = "contract@lansingerland.example"
TAALHUIS = "info@taalhuis-de-waterlinie.example"
ClientAs = Callable[..., PageClient]
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("due", "met", "words"),
    [
        (date(2026, 11, 24), None, "Te laat"),
        (date(2026, 11, 25), None, "Binnenkort"),
        (date(2026, 12, 25), None, "Binnenkort"),
        (date(2026, 12, 26), None, "Gepland"),
        (date(2026, 11, 1), date(2026, 11, 20), "Voldaan"),
    ],
)
def test_how_an_obligation_stands(due: date, met: date | None, words: str) -> None:
    assert look_of_duty(due, met, TODAY)[2] == words


def test_a_repeated_obligation_ends_with_the_contract() -> None:
    assert next_due(date(2026, 1, 31), 1, date(2027, 1, 1)) == date(2026, 2, 28)
    assert next_due(date(2026, 6, 1), 12, date(2027, 5, 31)) is None
    assert next_due(date(2026, 6, 1), None, date(2030, 1, 1)) is None


def test_the_register_is_looked_at_once_a_calendar_month() -> None:
    assert is_check_due(None, TODAY)
    assert is_check_due(date(2026, 10, 31), TODAY)
    assert not is_check_due(date(2026, 11, 1), TODAY)


@pytest.fixture
def contract(session: None) -> Contract:
    """A running contract that needs a keurmerk."""
    make_quality_mark()
    return make_contract()


def manager() -> Viewer:
    return viewer_by_email(MANAGER)


def add(contract: Contract, **changed: object) -> None:
    whole: dict[str, object] = {
        "kind": DutyKind.INSURANCE,
        "title": "Polis van de aansprakelijkheidsverzekering",
        "owner": DutyOwner.PROVIDER,
        "due_on": clock.today() + timedelta(days=10),
        "repeat_months": 12,
        "by": manager(),
    }
    duty_services.add_duty(contract, **{**whole, **changed})  # type: ignore[arg-type]


def test_proof_closes_an_obligation_and_plans_the_next(contract: Contract) -> None:
    add(contract)
    duty = duty_queries.duties_of(contract)[0]
    with pytest.raises(Refused):
        duty_services.meet_duty(duty, met_on=clock.today(), proof="ja", by=manager())
    again = duty_services.meet_duty(duty, met_on=clock.today(), proof="polis gezien, zaak 118", by=manager())
    assert again is not None
    assert again.due_on.year == duty.due_on.year + 1
    with pytest.raises(Refused):
        duty_services.meet_duty(duty, met_on=clock.today(), proof="nog eens gezien", by=manager())
    with pytest.raises(NotYours):
        duty_services.meet_duty(again, met_on=clock.today(), proof="gezien", by=viewer_by_email("inkoop@zoetermeer.example"))


def test_the_check_of_the_register_has_a_date_and_a_name(contract: Contract) -> None:
    assert [one.is_due for one in duty_queries.watched(manager())] == [True]
    check = duty_services.record_check(organisation(), by=manager())
    assert (check.checked_on, check.recorded_by_id) == (clock.today(), manager().user_id)
    assert audit.last().action == "contract:keurmerk:check"
    assert [one.is_due for one in duty_queries.watched(manager())] == [False]
    with pytest.raises(NotYours):
        duty_services.record_check(organisation(), by=viewer_by_email("inkoop@zoetermeer.example"))


def test_the_pages_and_the_tasks(contract: Contract, client_as: ClientAs) -> None:
    client = client_as(MANAGER)
    assert "Keurmerk controleren in het register: Taalhuis de Waterlinie" in client.get("/mijn-werk").body
    checked = client.get("/keurmerken").submit("Gezien, klopt nog")
    assert "vandaag in het register" in checked.flash
    assert "Keurmerk controleren" not in client.get("/mijn-werk").body
    path = f"/contracten/{contract.number}/verplichtingen"
    due = f"{clock.today() + timedelta(days=5):%d-%m-%Y}"
    page = client.get(f"{path}/nieuw").submit(
        kind="vog", title="VOG van alle docenten", owner="provider", due_on=due, repeat_months="x"
    )
    assert page.status_code == 422
    made = page.submit(kind="vog", title="VOG van alle docenten", owner="provider", due_on=due, repeat_months="6")
    assert "Binnenkort" in made.row("VOG van alle docenten")
    provider = client_as(TAALHUIS)
    assert "Bewijs aanleveren: VOG van alle docenten" in provider.get("/mijn-werk").body
    assert "Bewijs vastleggen" not in provider.get(path).body
    proof = client.get(path).click("Bewijs vastleggen").submit(proof="gezien op kantoor, zaak 12")
    assert "De volgende keer" in proof.flash
