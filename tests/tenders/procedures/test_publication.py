"""Two persons publish a tender; what is missing names its article or paragraph; the times of the notice."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.db import db
from portal.errors import NotYours, Refused
from portal.notifications.models import OutboxMessage
from tenders.procedures import queries, services
from tenders.procedures.models import Procedure
from tenders.procedures.rules import LotFacts, Planning, ProcedureFacts, missing_before_publication
from tenders.procedures.states import CaseRole, ProcedureState
from tests.factories.consultations import buyer
from tests.factories.procedures import deadline_in, make_complete_procedure, make_procedure, second
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def without_vault() -> Iterator[None]:
    """Leave out what the vault wants: it has its own tests."""
    kept = list(queries.publication_checks)
    queries.publication_checks.clear()
    yield
    queries.publication_checks[:] = kept


def ready() -> Procedure:
    return make_complete_procedure()


@pytest.mark.usefixtures("without_vault")
def test_who_asks_the_publication_cannot_give_it() -> None:
    procedure = ready()
    with pytest.raises(Refused, match="nog niet aangevraagd"):
        services.publish(procedure, by=second())
    services.ask_publication(procedure, by=buyer())

    with pytest.raises(Refused, match="Een tweede persoon"):
        services.publish(procedure, by=buyer())
    services.publish(procedure, by=second())
    assert procedure.state is ProcedureState.PUBLISHED


@pytest.mark.usefixtures("without_vault")
def test_a_stranger_to_the_team_is_no_second_person() -> None:
    procedure = ready()
    services.ask_publication(procedure, by=buyer())

    for email in ("beoordelaar@pijnacker-nootdorp.example", "inkoop@zoetermeer.example"):
        with pytest.raises(NotYours, match="Contractmanager Lansingerland"):
            services.publish(procedure, by=viewer_by_email(email))


@pytest.mark.usefixtures("without_vault")
def test_the_second_person_gets_a_mail_and_a_task_and_the_asker_does_not() -> None:
    procedure = ready()
    services.ask_publication(procedure, by=buyer())

    sent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "publication_asked")).all()
    assert {one.address for one in sent} == {"contract@lansingerland.example"}
    assert sent[0].path == f"/aanbestedingen/{procedure.number}/controleren"
    assert queries.waiting_for_second(second()) == [procedure]
    assert queries.waiting_for_second(buyer()) == []


@pytest.mark.usefixtures("without_vault")
def test_a_change_after_the_question_takes_it_back() -> None:
    procedure = ready()
    services.ask_publication(procedure, by=buyer())
    services.set_scale(procedure, score_max=5, score_step_tenths=5, by=buyer())

    assert procedure.publication_asked_at is None
    with pytest.raises(Refused, match="nog niet aangevraagd"):
        services.publish(procedure, by=second())


@pytest.mark.usefixtures("without_vault")
def test_what_went_missing_meanwhile_still_blocks() -> None:
    procedure = ready()
    services.ask_publication(procedure, by=buyer())
    with pytest.raises(Refused, match="De voorlopige gunning moet na de sluiting liggen"):
        db.session.execute(
            update(Procedure).where(Procedure.id == procedure.id).values(award_planned_on=None)
        )
        services.publish(procedure, by=second())


def test_the_database_refuses_one_person_for_both_acts() -> None:
    procedure = ready()
    now, person = clock.now(), buyer().user_id

    with pytest.raises(IntegrityError):
        db.session.execute(
            update(Procedure)
            .where(Procedure.id == procedure.id)
            .values(
                state=ProcedureState.PUBLISHED, publication_asked_at=now, publication_asked_by_id=person,
                published_at=now, published_by_id=person,
            )
        )  # fmt: skip


def test_publication_waits_for_the_trial_openings_of_the_key_holders() -> None:
    procedure = ready()

    with pytest.raises(Refused, match="De kluis is nog niet klaargemaakt"):
        services.ask_publication(procedure, by=buyer())


# Article or paragraph -----------------------------------------------------------------------------


def bare(kind_code: str) -> ProcedureFacts:
    """Everything that can lack, lacks."""
    lot = LotFacts(
        id=make_procedure().id, title="Perceel", volumes_missing=1, winners=2, bounded_prices=True,
        needs_keurmerk=True, needs_diploma=True, longest_years=Decimal(9), criteria=1, criteria_weight=Decimal("0.5"),
    )  # fmt: skip
    return ProcedureFacts(
        title="", summary="", planning=Planning(), rule=queries.rule_values(kind_code, clock.today()),
        is_public=False, lots=[lot], publishers=1, mandates_missing=["Zoetermeer"], needs_notice=True,
        consultation_unreported=True, estimated_on=None,
    )  # fmt: skip


@pytest.mark.parametrize("kind_code", ["sas", "open", "invited"])
def test_every_missing_thing_names_a_rule_of_its_kind(kind_code: str) -> None:
    rules = queries.rules_of(kind_code, clock.today())
    facts = bare(kind_code)
    found = missing_before_publication(facts, now=clock.now(), today=clock.today())
    no_notice = {"notice", "wait_hours"} if kind_code == "invited" else set()
    no_invitation = {"invitation"} if kind_code != "invited" else set()

    assert len(found) > 20
    assert {one.rule for one in found} - no_notice - no_invitation <= set(rules)


def test_the_vault_too_names_its_paragraph() -> None:
    procedure = ready()

    (item,) = queries.check_items(procedure)
    assert queries.rules_of("sas", clock.today())[item.rule].citation == "leidraad, paragraaf Openen van de kluis"


def test_no_sas_rule_cites_what_the_law_did_not_declare_applicable() -> None:
    cited = {rule.citation for rule in queries.rules_of("sas", clock.today()).values()}

    assert not [one for one in cited if "2.127" in one or "2.130" in one or "2.109" in one or "2.108" in one]


# The notice ---------------------------------------------------------------------------------------


def test_a_public_tender_below_the_threshold_waits_until_tenderned_shows_it() -> None:
    procedure = ready()
    procedure.estimated_value = Decimal(500_000)
    services.record_notice(
        procedure, tenderned_number="400100", sent_at=clock.now() - timedelta(days=4),
        receipt_confirmed_at=clock.now() - timedelta(days=3), made_public_at=None, by=buyer(),
    )  # fmt: skip

    said = [one.message for one in queries.check_items(procedure)]
    assert "De aankondiging is nog niet bekendgemaakt. Leg de bekendmaking vast." in said


def test_from_the_threshold_two_days_after_the_receipt_suffice() -> None:
    procedure = ready()
    services.record_notice(
        procedure, tenderned_number="400100", sent_at=clock.now() - timedelta(days=4),
        receipt_confirmed_at=clock.now() - timedelta(hours=48), made_public_at=None, by=buyer(),
    )  # fmt: skip

    assert not [one for one in queries.check_items(procedure) if one.section == "notice"]


# Pages --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("without_vault")
def test_two_persons_publish_on_screen(client_as: Callable[..., PageClient]) -> None:
    procedure = make_complete_procedure(deadline=deadline_in(60))
    address = f"/aanbestedingen/{procedure.number}/controleren"
    page = client_as("inkoop@lansingerland.example").get(address).submit("Publicatie aanvragen")
    assert "Wacht op een tweede persoon" in page.body
    assert "Aanbesteding controleren en publiceren" in client_as("contract@lansingerland.example").get("/mijn-werk").body
    assert "Publiceren kan: Contractmanager Lansingerland" in page.body

    page = client_as("contract@lansingerland.example").get(address)
    assert "Inkoper Lansingerland vroeg de publicatie aan" in page.body
    page = page.submit("Publiceren")
    assert page.h1 == procedure.title
    assert client_as().get(f"/opdrachten/{procedure.number}").status_code == 200


def test_the_check_page_shows_articles_and_paragraphs(client_as: Callable[..., PageClient]) -> None:
    procedure = make_procedure()
    page = client_as("inkoop@lansingerland.example").get(f"/aanbestedingen/{procedure.number}/controleren")

    assert "Maak ten minste één perceel." in page.body
    assert "Wet: artikel 1.5 Aanbestedingswet 2012" in page.body
    assert "Eigen keuze: leidraad, paragraaf Vier ogen" in page.body


def test_an_assessor_reads_who_publishes(client_as: Callable[..., PageClient]) -> None:
    procedure = ready()
    page = client_as("beoordelaar@pijnacker-nootdorp.example").get(f"/aanbestedingen/{procedure.number}/controleren")

    assert page.status_code == 403
    assert "Contractmanager Lansingerland" in page.body


def test_the_case_role_of_the_second_person_is_in_the_team() -> None:
    procedure = ready()

    assert queries.case_roles_of(second(), procedure) == {CaseRole.SECOND}
