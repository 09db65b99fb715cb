"""What can be done with a tender, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from portal import audit, clock
from portal.access import VISITOR
from portal.accounts.queries import viewer_by_email
from portal.catalogue.queries import municipality_by_name
from portal.catalogue.states import Unit, VatCategory
from portal.db import db
from portal.documents import open_document
from portal.errors import NotFound, NotYours, Refused, TransitionRefused
from portal.notifications.models import OutboxMessage
from tenders.procedures import queries, services
from tenders.procedures.models import FindingUse, Procedure, ProcedureRule
from tenders.procedures.states import (
    CaseRole,
    DocumentKind,
    LotState,
    OutsideBounds,
    Participation,
    Phase,
    PriceModel,
    ProcedureState,
    QuestionState,
    RequirementKind,
)
from tests.factories.consultations import buyer, make_reported_consultation, provider
from tests.factories.procedures import (
    first_lot,
    make_complete_procedure,
    make_criterion,
    make_lot,
    make_procedure,
    make_published_procedure,
    make_question,
    second,
)

ALONE = "Er is vandaag geen tweede lezer."
pytestmark = pytest.mark.usefixtures("session")


def zoetermeer() -> object:
    return viewer_by_email("inkoop@zoetermeer.example")


# Rules of the kinds -------------------------------------------------------------------------------


def test_every_rule_has_a_citation_and_seeding_again_adds_nothing() -> None:
    before = db.session.scalar(select(func.count()).select_from(ProcedureRule))
    services.seed_procedure_rules()

    assert db.session.scalar(select(func.count()).select_from(ProcedureRule)) == before
    assert all(rule.citation and rule.source for rule in db.session.scalars(select(ProcedureRule)))


def test_the_standstill_is_own_choice_for_sas_and_law_for_the_open_procedure() -> None:
    today = clock.today()

    assert queries.rules_of("sas", today)["standstill_days"].legal_status.label == "eigen keuze"
    assert queries.rules_of("open", today)["standstill_days"].legal_status.label == "wet"
    assert "2.127" not in queries.rules_of("sas", today)["standstill_days"].citation
    assert queries.rule_values("sas", today)("threshold") == 750_000


# Making a tender ----------------------------------------------------------------------------------


def test_who_makes_a_tender_leads_it() -> None:
    procedure = make_procedure()

    assert procedure.number.startswith("AB-")
    assert queries.is_member(buyer(), procedure, CaseRole.LEADER)
    assert not queries.is_member(buyer(), procedure, CaseRole.KEY_HOLDER)


def test_only_the_lead_changes_a_tender() -> None:
    procedure = make_complete_procedure()

    assert queries.staff_procedure(zoetermeer(), procedure.number) is procedure  # type: ignore[arg-type]
    with pytest.raises(NotYours, match="inkoop van Lansingerland"):
        services.ask_publication(procedure, by=zoetermeer())  # type: ignore[arg-type]


def test_municipalities_and_products_hang_on_the_lot() -> None:
    procedure = make_complete_procedure()
    language, literacy = queries.lots_of(procedure)

    assert [one.municipality.name for one in language.municipalities] == [
        "Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer",
    ]  # fmt: skip
    assert [one.municipality.name for one in literacy.municipalities] == [
        "Lansingerland",
        "Pijnacker-Nootdorp",
    ]
    place = next(one for one in literacy.municipalities if one.municipality.name == "Lansingerland")
    assert queries.volumes_of(literacy)[(place.id, literacy.products[0].id, 2027)] == Decimal(14)


def test_a_municipality_that_leaves_a_lot_takes_its_volumes_along() -> None:
    procedure = make_complete_procedure()
    lot = first_lot(procedure)
    content = services.LotContent(
        title=lot.title,
        products=[lot.products[0].product_id],
        participants=[municipality_by_name("Lansingerland").id],
        optional=[municipality_by_name("Zoetermeer").id],
        starts_on=lot.starts_on,
        ends_on=lot.ends_on,
    )
    services.change_lot(lot, content=content, by=buyer())

    kept = {one.municipality.name: one.participation for one in lot.municipalities}
    assert kept == {"Lansingerland": Participation.PARTICIPANT, "Zoetermeer": Participation.OPTIONAL}
    assert len(queries.volumes_of(lot)) == 4


def test_weights_of_a_lot_never_pass_a_hundred_percent() -> None:
    lot = make_lot()
    services.set_price_formula(
        lot, weight=Decimal("0.4"), floor=Decimal(10), cap=Decimal(20), outside=OutsideBounds.CAP,
        rationale="", by=buyer(),
    )  # fmt: skip
    make_criterion(lot, weight=60)

    with pytest.raises(Refused, match="nog 0% over"):
        make_criterion(lot, title="Nog een", weight=1)
    with pytest.raises(Refused, match="Verlaag de weging van de prijs"):
        services.set_price_formula(
            lot, weight=Decimal("0.5"), floor=Decimal(10), cap=Decimal(20), outside=OutsideBounds.CAP,
            rationale="", by=buyer(),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("model", "typed", "stored"),
    [
        (PriceModel.OPEN, (Decimal(5), Decimal(6)), (None, None)),
        (PriceModel.FIXED, (None, Decimal(6)), (Decimal(6), Decimal(6))),
        (PriceModel.CEILING, (None, Decimal(6)), (None, Decimal(6))),
        (PriceModel.BAND, (Decimal(5), Decimal(6)), (Decimal(5), Decimal(6))),
    ],
)
def test_a_price_line_keeps_the_rates_of_its_model(
    model: PriceModel,
    typed: tuple[Decimal | None, Decimal | None],
    stored: tuple[Decimal | None, Decimal | None],
) -> None:
    lot = make_lot()
    line = services.save_price_line(
        lot, lot_product_id=lot.products[0].id, title="Traject", unit=Unit.TRAJECTORY,
        vat_category=VatCategory.EXEMPT, quantity=Decimal(90), price_model=model,
        rate_floor=typed[0], rate_cap=typed[1], by=buyer(),
    )  # fmt: skip

    assert (line.rate_floor, line.rate_cap) == stored
    assert list(queries.price_lines_of(lot)) == [line]


def test_the_keurmerk_is_never_an_automatic_knock_out() -> None:
    with pytest.raises(Refused, match="iemand beslist"):
        services.save_requirement(
            make_procedure(), kind=RequirementKind.KNOCK_OUT, title="Keurmerk", text="Heeft het keurmerk.",
            is_keurmerk=True, by=buyer(),
        )  # fmt: skip


def test_requirements_of_a_lot_are_its_own_and_those_of_the_tender() -> None:
    procedure = make_complete_procedure()
    language, literacy = queries.lots_of(procedure)
    only = services.save_requirement(
        procedure, kind=RequirementKind.SPECIFICATION, title="Kleine groepen", text="Ten hoogste tien deelnemers.",
        lot_id=literacy.id, by=buyer(),
    )  # fmt: skip

    assert only in queries.requirements_of(literacy)
    assert only not in queries.requirements_of(language)
    assert set(queries.requirements_of(language)) < set(queries.requirements_in(procedure))


def test_a_finding_leads_to_a_criterion_and_back() -> None:
    consultation = make_reported_consultation()
    finding = consultation.findings[0]
    procedure = make_procedure(consultation_id=consultation.id)
    criterion = services.save_criterion(
        make_lot(procedure), title="Snelle start", description="Hoe snel?", weight=Decimal("0.6"),
        findings=[finding.id], by=buyer(),
    )  # fmt: skip

    assert [use.finding_id for use in queries.finding_uses_of(criterion)] == [finding.id]
    assert [one.title for one in queries.uses_of_finding(finding.id)] == ["Snelle start"]


def test_a_finding_of_another_consultation_is_not_linked() -> None:
    finding = make_reported_consultation().findings[0]
    criterion = services.save_criterion(
        make_lot(), title="Snelle start", description="Hoe snel?", weight=Decimal("0.6"),
        findings=[finding.id], by=buyer(),
    )  # fmt: skip

    assert queries.finding_uses_of(criterion) == []


def test_a_use_of_a_finding_points_at_exactly_one_thing() -> None:
    finding = make_reported_consultation().findings[0]
    db.session.add(FindingUse(finding_id=finding.id))

    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_document_gets_versions_and_refuses_what_is_no_document() -> None:
    procedure = make_complete_procedure()
    version = queries.current_documents(procedure)[0]
    before = len(queries.current_documents(procedure))
    with pytest.raises(Refused):
        services.add_document_version(version.tender_document, data=b"geen pdf", filename="x.pdf", by=buyer())

    content = open_document(version.document)
    services.add_document_version(version.tender_document, data=content, filename="leidraad.pdf", by=buyer())

    assert queries.current_documents(procedure)[0].number == 2
    assert len(queries.current_documents(procedure)) == before
    assert queries.current_documents(procedure)[0].document.predecessor_id == version.document_id


def test_only_staff_of_participating_municipalities_can_be_in_the_team() -> None:
    procedure = make_procedure()
    stranger = viewer_by_email("inkoop@zoetermeer.example").membership_id
    assert stranger is not None

    with pytest.raises(Refused, match="deelnemende gemeente"):
        services.add_member(procedure, membership_id=stranger, case_role=CaseRole.ASSESSOR, by=buyer())


# Publication --------------------------------------------------------------------------------------


def test_a_bare_tender_cannot_be_published_and_says_why() -> None:
    procedure = make_procedure()

    with pytest.raises(Refused) as refusal:
        services.ask_publication(procedure, by=buyer())
    said = [one.message for one in refusal.value.objections]
    assert "Maak ten minste één perceel." in said
    assert procedure.state is ProcedureState.PREPARATION


def test_a_complete_tender_is_published_with_a_trail() -> None:
    procedure = make_published_procedure()

    assert procedure.state is ProcedureState.PUBLISHED
    assert procedure.publication_asked_by_id == buyer().user_id
    assert procedure.published_by_id == second().user_id
    assert audit.history_of(procedure)[0].sentence == "publiceerde de aanbesteding"


def test_an_upper_storey_can_hold_up_publication() -> None:
    procedure = make_complete_procedure()

    missing = [item.message for item in queries.check_items(procedure)]
    assert missing, "the vault is not prepared yet"
    assert all("kluis" in sentence.lower() for sentence in missing)


def test_after_publication_nothing_can_be_changed() -> None:
    procedure = make_published_procedure()
    with pytest.raises(TransitionRefused):
        services.change_details(
            procedure, title="Anders", kind_code="sas", summary="", consultation_id=None, by=buyer()
        )
    with pytest.raises(TransitionRefused):
        make_criterion(first_lot(procedure))
    with pytest.raises(TransitionRefused):
        services.add_document(
            procedure, kind=DocumentKind.ANNEX, title="Bijlage", data=b"", filename="a.pdf", by=buyer()
        )


def test_the_market_sees_a_tender_from_publication_on() -> None:
    procedure = make_complete_procedure()
    with pytest.raises(NotFound):
        queries.market_procedure(VISITOR, procedure.number)

    published = make_published_procedure()
    assert queries.market_procedure(VISITOR, published.number) is published
    assert queries.procedure_for(provider(), published.number) is published


def test_an_invited_procedure_is_for_the_invited_only() -> None:
    procedure = make_complete_procedure()
    organisation = provider().organisation_id
    assert organisation is not None
    services.change_details(
        procedure, title=procedure.title, kind_code="invited", summary=procedure.summary, consultation_id=None,
        invited=[organisation], by=buyer(),
    )  # fmt: skip
    kept = list(queries.publication_checks)
    queries.publication_checks.clear()
    services.ask_publication(procedure, by=buyer())
    services.publish(procedure, by=second())
    queries.publication_checks[:] = kept

    assert queries.market_procedure(provider(), procedure.number) is procedure
    for stranger in (VISITOR, provider("info@route-delta.example")):
        with pytest.raises(NotFound):
            queries.market_procedure(stranger, procedure.number)


def test_a_foreign_municipality_finds_nothing() -> None:
    procedure = make_published_procedure()

    with pytest.raises(NotFound):
        queries.staff_procedure(viewer_by_email("regio@rotterdam.example"), procedure.number)


def test_the_list_and_the_rule_agree_on_the_phase() -> None:
    procedure = make_published_procedure()
    deadline = procedure.submission_deadline_at
    assert deadline is not None
    for at, phase in ((deadline - timedelta(seconds=1), Phase.OPEN), (deadline, Phase.CLOSED)):
        with clock.at(at):
            assert procedure in db.session.scalars(queries.procedures_for(buyer(), phase=phase)).all()


def test_the_vault_opens_after_the_deadline_only() -> None:
    procedure = make_published_procedure()
    with pytest.raises(Refused, match="na de sluitingstijd"):
        services.mark_opened(procedure, by=buyer())
    with clock.at(procedure.submission_deadline_at):  # type: ignore[arg-type]
        services.mark_opened(procedure, by=buyer())

    assert procedure.state is ProcedureState.OPENED


def test_the_last_awarded_lot_ends_the_tender() -> None:
    procedure = make_published_procedure()
    language, literacy = queries.lots_of(procedure)
    with clock.at(procedure.submission_deadline_at):  # type: ignore[arg-type]
        services.mark_opened(procedure, by=buyer())
        services.award_lot(language, by=buyer())
        assert procedure.awarded_at is None
        services.withdraw_lot(
            literacy, reason="Er is geen enkele geschikte inschrijving op dit perceel ontvangen.", by=buyer()
        )

    assert procedure.state is ProcedureState.AWARDED
    assert (language.state, literacy.state) == (LotState.AWARDED, LotState.WITHDRAWN)


def test_withdrawing_a_tender_tells_who_follows_it() -> None:
    procedure = make_published_procedure()
    services.follow(procedure, by=provider())
    services.withdraw_procedure(
        procedure, reason="De gemeenteraad stelt geen budget beschikbaar.", by=buyer()
    )

    sent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "procedure_withdrawn")).all()
    assert [one.address for one in sent] == ["info@taalhuis-de-waterlinie.example"]
    assert {lot.state for lot in queries.lots_of(procedure)} == {LotState.WITHDRAWN}


def test_the_database_refuses_a_published_tender_without_a_person() -> None:
    procedure = make_published_procedure()

    with pytest.raises(IntegrityError):
        db.session.execute(update(Procedure).where(Procedure.id == procedure.id).values(published_by_id=None))


# Questions ----------------------------------------------------------------------------------------


def test_who_asks_follows_and_the_number_counts_up() -> None:
    procedure = make_published_procedure()
    first, second = make_question(procedure), make_question(procedure)

    assert (first.number, second.number) == (1, 2)
    assert len(queries.followers_of(procedure)) == 1


def test_the_round_closes_by_itself() -> None:
    procedure = make_published_procedure()
    closes = procedure.questions_close_at
    assert closes is not None
    with clock.at(closes - timedelta(microseconds=1)):
        make_question(procedure)
    with clock.at(closes), pytest.raises(Refused, match="gesloten"):
        make_question(procedure)


def test_a_nota_goes_to_everyone_at_once_and_never_changes() -> None:
    procedure = make_published_procedure()
    question = make_question(procedure)
    services.follow(procedure, by=provider("info@route-delta.example"))
    services.answer_question(question, answer="Ja, dat mag. *Niet* #eval(1).", by=buyer())
    nota = services.publish_nota(procedure, numbers=[1], unchecked_reason=ALONE, by=buyer())

    sent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "nota_published")).all()
    assert {one.address for one in sent} == {
        "info@taalhuis-de-waterlinie.example",
        "info@route-delta.example",
    }
    assert sent[0].subject == f"Nota van inlichtingen 1 staat klaar ({procedure.number})"
    assert open_document(nota.document).startswith(b"%PDF-")
    assert nota.answers[0].subject == "Perceel 1, 3.2"
    assert question.state is QuestionState.PUBLISHED
    with pytest.raises(TransitionRefused):
        services.answer_question(question, answer="Toch niet.", by=buyer())


def test_a_nota_needs_an_answered_question_and_an_open_tender() -> None:
    procedure = make_published_procedure()
    question = make_question(procedure)
    with pytest.raises(Refused, match="Kies ten minste één vraag"):
        services.publish_nota(procedure, numbers=[1], unchecked_reason=ALONE, by=buyer())

    services.answer_question(question, answer="Ja, dat mag.", by=buyer())
    with clock.at(procedure.submission_deadline_at), pytest.raises(Refused, match="gesloten"):  # type: ignore[arg-type]
        services.publish_nota(procedure, numbers=[1], unchecked_reason=ALONE, by=buyer())


def test_who_stops_following_gets_no_mail_and_can_begin_again() -> None:
    procedure = make_published_procedure()
    services.follow(procedure, by=provider())
    services.unfollow(procedure, by=provider())
    assert queries.followers_of(procedure) == []

    services.follow(procedure, by=provider())
    assert queries.followers_of(procedure) == [provider().user_id]


def test_more_lots_do_not_ask_more_statements(count_statements: Callable[[], Any]) -> None:
    few, many = make_procedure(), make_procedure()
    make_lot(few)
    for number in range(6):
        make_lot(many, title=f"Perceel {number}")
    db.session.expire_all()
    with count_statements() as once:
        queries.lots_of(few)
    with count_statements() as often:
        queries.lots_of(many)

    assert often.number == once.number
