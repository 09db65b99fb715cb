"""The demo's amendments, indexation, obligations and looks in the register."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from contracts.agreements import (
    change_queries,
    change_services,
    duty_queries,
    duty_services,
    index_services,
    queries,
)
from contracts.agreements.change_models import Amendment
from contracts.agreements.change_services import NewAmendment
from contracts.agreements.demo import MANAGER, first_month, instant
from contracts.agreements.duty_states import DutyKind, DutyOwner
from contracts.agreements.models import Contract
from contracts.agreements.rules import plus_months
from portal import clock
from portal.demo import DemoWorld
from portal.features import Step

FINANCE = "financien@lansingerland.example"
PARTNER = "regio@pijnacker-nootdorp.example"
OTHER = "inkoop@zoetermeer.example"
INDEX = ("127.35", "131.28", "134.95")


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return a small change in force, one that waits, prices indexed from the new year, duties, and looks."""
    begin = first_month(world.today)
    yield Step(instant(plus_months(begin, 8), 11), lambda: _small_change(world))
    yield Step(instant(begin - timedelta(days=10), 11), lambda: _duties(world))
    yield Step(instant(plus_months(begin, 7), 11), lambda: _proof(world))
    yield Step(instant(plus_months(begin, 19), 11), lambda: _proof(world))
    yield Step(instant(world.today - timedelta(days=33), 9), lambda: _looked_up(world, "taalhuis-de-waterlinie", "route-delta"))
    yield Step(instant(world.today.replace(day=1), 9), lambda: _looked_up(world, "taalhuis-de-waterlinie"))
    yield Step(instant(world.today - timedelta(days=12), 9), lambda: _index(world, begin))
    yield Step(instant(world.today - timedelta(days=8), 9), lambda: _waiting_change(world))
    yield Step(instant(world.today - timedelta(days=2), 9), lambda: _draft_change(world))


def _contract(world: DemoWorld, key: str) -> Contract:
    return queries.contract_for(world.viewer(MANAGER), world.remember[f"contract_{key}"])


def _new(world: DemoWorld, key: str, code: str, title: str, reason: str, **parts: object) -> Amendment:
    ground = next(one for one in change_queries.grounds_on(clock.today()) if one.code == code)
    whole: dict[str, object] = {"title": title, "ground": ground, "reason": reason, "effective_on": clock.today()}
    new = NewAmendment(**{**whole, **parts})  # type: ignore[arg-type]
    return change_services.make_amendment(_contract(world, key), new, by=world.viewer(MANAGER))


def _agree(world: DemoWorld, amendment: Amendment, *emails: str) -> None:
    for email in emails:
        by = world.viewer(email)
        change_services.answer_amendment(
            amendment,
            municipality_id=by.municipality_id,
            agrees=True,
            decision=f"mandaatbesluit van {clock.today():%d-%m-%Y}",
            reason="",
            by=by,
        )


def _small_change(world: DemoWorld) -> None:
    amendment = _new(
        world, "b1", "b", "Een avondgroep erbij",
        "Een groep in de avond is een kleine uitbreiding: het soort dienst blijft gelijk en de waarde stijgt weinig.",
        value_effect=Decimal("24000"),
        text_part="programma van uitvoering, lestijden",
        text_before="De lessen zijn overdag, van maandag tot en met vrijdag.",
        text_after="De lessen zijn overdag, van maandag tot en met vrijdag. Op dinsdag en donderdag is er een avondgroep.",
    )  # fmt: skip
    change_services.ask_consent(amendment, by=world.viewer(MANAGER))
    _agree(world, amendment, PARTNER, OTHER)
    change_services.settle(amendment, by=world.viewer(MANAGER))


def _waiting_change(world: DemoWorld) -> None:
    contract = _contract(world, "b1")
    if contract.ceiling is None:
        return
    amendment = _new(
        world, "b1", "e", "Hogere maximale waarde door een grotere taakstelling",
        "Het Rijk heeft de taakstelling voor de huisvesting van statushouders verhoogd. Dat was bij de raming niet te voorzien.",
        value_effect=Decimal("180000"),
        ceiling=contract.ceiling + 180000,
        effective_on=plus_months(clock.today().replace(day=1), 1),
    )  # fmt: skip
    change_services.ask_consent(amendment, by=world.viewer(MANAGER))
    _agree(world, amendment, PARTNER)


def _draft_change(world: DemoWorld) -> None:
    _new(
        world, "z", "g", "Rapportage voor dag 12 in plaats van dag 10",
        "De dag van aanleveren raakt de inschrijving van anderen niet en verandert niets aan de prijs of de omvang.",
        text_part="artikel over de maandrapportage",
        text_before="De aanbieder levert voor de tiende dag aan.",
        text_after="De aanbieder levert voor de twaalfde dag aan.",
    )  # fmt: skip


def _index(world: DemoWorld, begin: date) -> None:
    finance, manager = world.viewer(FINANCE), world.viewer(MANAGER)
    series = index_services.add_series(
        code="CAOMBO", name="Cao-lonen onderwijs, democijfers", source="voorbeeldreeks van de demo, geen echte cijfers",
        by=finance,
    )  # fmt: skip
    base = plus_months(begin, -4)
    for step, value in enumerate(INDEX):
        index_services.record_figure(
            series, month=plus_months(base, 12 * step), value=Decimal(value), by=finance,
            source=f"voorbeeldcijfer, ingevuld op {clock.today():%d-%m-%Y}",
        )  # fmt: skip
    for key in ("b1", "mb"):
        index_services.set_clause(
            _contract(world, key), series=series, base_month=base, cap=Decimal("0.04"), percent_places=2, rate_places=2,
            source="contract, artikel over indexering", by=manager,
        )  # fmt: skip
    index_services.index_prices(
        _contract(world, "mb"), to_month=plus_months(base, 24), effective_on=date(world.today.year + 1, 1, 1),
        remark="De prijzen zijn sinds het begin van het contract niet eerder geïndexeerd.", by=manager,
    )  # fmt: skip


def _duties(world: DemoWorld) -> None:
    by, today = world.viewer(MANAGER), world.today
    for key in ("b1", "z"):
        contract = _contract(world, key)
        for kind, title, due, repeat in (
            (DutyKind.INSURANCE, "Polis van de aansprakelijkheidsverzekering", plus_months(contract.starts_on, 7), 12),
            (DutyKind.VOG, "VOG van docenten en bestuurders, niet ouder dan zes maanden", today + timedelta(days=16), None),
            (DutyKind.ACCOUNTS, "Jaarrekening over het vorige jaar", today - timedelta(days=9), 12),
            (DutyKind.SOCIAL_RETURN, "Verslag over social return", plus_months(today, 4), 12),
        ):
            duty_services.add_duty(
                contract, kind=kind, title=title, owner=DutyOwner.PROVIDER, due_on=due, repeat_months=repeat, by=by
            )


def _proof(world: DemoWorld) -> None:
    for key in ("b1", "z"):
        duty = next(one for one in duty_queries.duties_of(_contract(world, key)) if one.kind is DutyKind.INSURANCE)
        duty_services.meet_duty(
            duty, met_on=clock.today(), proof="polis gezien bij het kwartaalgesprek", by=world.viewer(MANAGER)
        )


def _looked_up(world: DemoWorld, *slugs: str) -> None:
    for slug in slugs:
        duty_services.record_check(world.organisation(slug), by=world.viewer(MANAGER))
