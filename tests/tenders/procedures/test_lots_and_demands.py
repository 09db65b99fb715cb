"""Several winners, waiting list and estimate of a lot; sub-criteria; exclusion grounds; the page that fills them in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portal.catalogue.queries import municipality_by_name, product_by_code
from portal.errors import Refused
from tenders.procedures import queries, services
from tenders.procedures.models import Procedure
from tenders.procedures.states import DistributionRule, RequirementAspect, RequirementKind
from tests.factories.consultations import buyer
from tests.factories.procedures import first_lot, make_complete_procedure, make_lot, make_procedure
from tests.pages import Label, PageClient

pytestmark = pytest.mark.usefixtures("session")


def content() -> services.LotContent:
    return services.LotContent(
        title="B1-leerroute", products=[product_by_code("B1").id],
        participants=[municipality_by_name("Lansingerland").id, municipality_by_name("Zoetermeer").id],
        optional=[municipality_by_name("Pijnacker-Nootdorp").id], starts_on=date(2027, 1, 1), ends_on=date(2028, 12, 31),
        estimated_amount=Decimal(900_000), ceiling_amount=Decimal(1_200_000), ceiling_quantity=Decimal(300),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"winners": 2}, "distribution_rule"),
        ({"winners": 2, "distribution_rule": DistributionRule.FIXED}, "distribution_text"),
        ({"winners": 0}, "winners"),
        ({"estimated_amount": Decimal(1_300_000)}, "estimated_amount"),
    ],
)
def test_winners_and_estimate_have_to_fit(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.add_lot(make_procedure(), content=replace(content(), **changes), by=buyer())  # type: ignore[arg-type]

    assert [one.field for one in refusal.value.objections] == [field]


def test_a_lot_keeps_its_winners_waiting_list_and_rule() -> None:
    lot = services.add_lot(
        make_procedure(),
        content=replace(content(), winners=2, waiting_list=1, distribution_rule=DistributionRule.RANKING),
        by=buyer(),
    )
    assert (lot.winners, lot.waiting_list, lot.distribution_rule) == (2, 1, DistributionRule.RANKING)

    services.change_lot(lot, content=replace(content(), distribution_rule=DistributionRule.RANKING), by=buyer())
    assert (lot.winners, lot.distribution_rule) == (1, None), "one winner has nothing to divide"


def test_sub_criteria_stand_under_their_main_criterion(client_as: Callable[..., PageClient]) -> None:
    lot = make_lot()
    for title, weight in (("Intake", "0.2"), ("Overdracht", "0.15")):
        services.save_criterion(
            lot, title=title, description="Hoe doet u dit?", weight=Decimal(weight), group_title="Begeleiding", by=buyer()
        )
    page = client_as("inkoop@lansingerland.example").get(
        f"/aanbestedingen/{lot.procedure.number}/percelen/{lot.number}/criteria"
    )

    assert "35" in page.row("hoofdcriterium")
    assert [one.full_title for one in queries.criteria_of(lot)] == ["Begeleiding: Intake", "Begeleiding: Overdracht"]


def test_a_second_reference_for_the_same_competence_is_refused_in_the_whole_tender() -> None:
    procedure = make_procedure()
    _reference(procedure, "Referentie")
    with pytest.raises(Refused, match="al een referentie"):
        _reference(procedure, "Nog een referentie")


def _reference(procedure: Procedure, title: str) -> None:
    services.save_requirement(
        procedure, kind=RequirementKind.SUITABILITY, title=title, text="U deed dit eerder, naar tevredenheid.",
        aspect=RequirementAspect.REFERENCE, competence="Taalles geven", by=buyer(),
    )  # fmt: skip


def test_inkoop_fills_in_several_winners_and_an_exclusion_ground(client_as: Callable[..., PageClient]) -> None:
    procedure = make_complete_procedure()
    inkoop = client_as("inkoop@lansingerland.example")
    page = inkoop.get(f"/aanbestedingen/{procedure.number}/percelen/1/wijzigen").submit(
        winners="2", waiting_list="1", distribution_rule=Label("rangorde"), estimated_amount="3.000.000,00"
    )
    assert "2, wachtkamer 1" in page.body
    assert "Verdeling van de aanmeldingen: rangorde" in page.body
    page = inkoop.get(f"/aanbestedingen/{procedure.number}/eisen/nieuw").submit(
        kind=Label("Uitsluitingsgrond"), title="Belastingen en premies", text="U betaalde belastingen en sociale premies."
    )
    assert "Belastingen en premies" in page.row("Belastingen en premies")
    assert "Uitsluitingsgronden" in page.body
    assert first_lot(procedure).winners == 2


def test_how_many_lots_one_bidder_may_win_is_kept(client_as: Callable[..., PageClient]) -> None:
    procedure = make_complete_procedure()
    page = client_as("inkoop@lansingerland.example").get(f"/aanbestedingen/{procedure.number}/motivering")
    page.submit("Raming en motivering opslaan", max_lots="1")

    assert queries.staff_procedure(buyer(), procedure.number).max_lots == 1
