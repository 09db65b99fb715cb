"""What can be done with a market consultation, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal import audit, clock
from portal.access import VISITOR
from portal.accounts.queries import viewer_by_email
from portal.db import db
from portal.errors import NotFound, NotYours, Refused, TransitionRefused
from tenders.consultations import queries, services
from tenders.consultations.models import Consultation
from tenders.consultations.states import ConsultationPhase, ConsultationState, ResponseState
from tests.factories.consultations import (
    buyer,
    make_consultation,
    make_finding,
    make_reported_consultation,
    make_response,
    provider,
)

pytestmark = pytest.mark.usefixtures("session")


def test_opening_leaves_a_trail() -> None:
    consultation = make_consultation()

    assert consultation.state is ConsultationState.OPEN
    assert consultation.opened_by_id == buyer().user_id
    assert audit.history_of(consultation)[0].sentence == "stelde de marktconsultatie open"


def test_a_buyer_of_another_municipality_cannot_change_it() -> None:
    consultation = make_consultation(opened=False)

    with pytest.raises(NotYours, match="inkoop van Lansingerland"):
        services.open_consultation(consultation, by=viewer_by_email("inkoop@zoetermeer.example"))


def test_an_opened_consultation_keeps_its_questions() -> None:
    consultation = make_consultation()

    with pytest.raises(TransitionRefused):
        services.add_question(consultation, text="Nog een vraag erbij?", by=buyer())


def test_a_response_is_a_draft_until_it_is_submitted_and_confidential_by_itself() -> None:
    consultation = make_consultation()
    draft = services.save_response(consultation, answers={}, by=provider())

    assert draft.state is ResponseState.DRAFT
    assert queries.answers_side_by_side(consultation)[0].answers == []

    make_response(consultation)
    row = queries.answers_side_by_side(consultation)[0].answers[0]
    assert (row.organisation, row.confidential, row.text) == (
        "Taalhuis de Waterlinie", True, "Binnen tien werkdagen.",
    )  # fmt: skip


def test_a_submitted_response_can_be_taken_back_and_sent_again() -> None:
    consultation = make_consultation()
    make_response(consultation)
    with pytest.raises(Refused, match="Reactie wijzigen"):
        make_response(consultation, text="Toch anders.")

    services.reopen_response(consultation, by=provider())
    make_response(consultation, text="Toch anders.")

    assert [row.text for row in queries.answers_side_by_side(consultation)[0].answers] == ["Toch anders."]


def test_at_the_closing_instant_a_response_is_too_late() -> None:
    consultation = make_consultation()
    assert consultation.closes_at is not None

    with clock.at(consultation.closes_at), pytest.raises(Refused, match="gesloten"):
        make_response(consultation)


def test_the_report_needs_the_term_to_be_over() -> None:
    consultation = make_consultation()
    make_response(consultation)
    make_finding(consultation)
    services.save_report(
        consultation, report="Alle aanbieders zeggen dat zij snel kunnen beginnen.", by=buyer()
    )

    with pytest.raises(Refused, match="nog open"):
        services.publish_report(consultation, by=buyer())


def test_a_finding_rests_on_answers_of_its_own_consultation_only() -> None:
    other, mine = make_consultation(), make_consultation()
    make_response(other)
    make_response(mine)
    foreign = queries.answers_side_by_side(other)[0].answers[0].answer_id
    own = queries.answers_side_by_side(mine)[0].answers[0].answer_id

    finding = services.add_finding(
        mine, title="Snel", text="Dat kan snel genoeg.", answers=[foreign, own], by=buyer()
    )

    assert [row.answer_id for row in queries.answers_under(finding)] == [own]


def test_a_published_report_is_there_for_everyone() -> None:
    consultation = make_reported_consultation()

    assert queries.market_consultation(VISITOR, consultation.number).state is ConsultationState.REPORTED
    assert [one.number for one in queries.reported(VISITOR)] == [consultation.number]


def test_a_consultation_by_invitation_is_found_by_the_invited_only() -> None:
    consultation = make_consultation(is_public=False, opened=False)
    services.invite(consultation, organisations=[provider().organisation_id], by=buyer())  # type: ignore[list-item]
    services.open_consultation(consultation, by=buyer())

    assert queries.market_consultation(provider(), consultation.number) is consultation
    for stranger in (VISITOR, provider("info@route-delta.example")):
        with pytest.raises(NotFound):
            queries.market_consultation(stranger, consultation.number)


def test_the_list_and_the_rule_agree_on_the_phase() -> None:
    consultation = make_consultation()
    assert consultation.closes_at is not None
    for at, phase in (
        (consultation.closes_at - timedelta(seconds=1), ConsultationPhase.OPEN),
        (consultation.closes_at, ConsultationPhase.CLOSED),
    ):
        with clock.at(at):
            found = db.session.scalars(queries.consultations_for(buyer(), phase=phase)).all()
        assert consultation in found


def test_the_database_refuses_an_open_consultation_without_a_term() -> None:
    consultation = make_consultation()

    with pytest.raises(IntegrityError):
        db.session.execute(
            update(Consultation).where(Consultation.id == consultation.id).values(closes_at=None)
        )


def test_numbers_follow_each_other() -> None:
    first, second = make_consultation(), make_consultation()

    assert isinstance(first, Consultation)
    assert int(second.number[-3:]) == int(first.number[-3:]) + 1
