"""Kinds of questions, invitations, findings and the published report, on both databases."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.db import db
from portal.documents import open_document
from portal.errors import NotFound, NotYours, Refused, TransitionRefused
from portal.notifications import recipients_of
from tenders.consultations import queries, services
from tenders.consultations.models import Consultation, Stakeholder
from tenders.consultations.reports import questions_in_report
from tenders.consultations.services import AnswerInput
from tenders.consultations.states import AnswerKind, ConsultationState, Level, ResponseState
from tests.factories.consultations import (
    buyer,
    make_consultation,
    make_finding,
    make_reported_consultation,
    make_response,
    provider,
)

pytestmark = pytest.mark.usefixtures("session")
DELTA = "info@route-delta.example"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def make_kinds(*, opened: bool = True) -> Consultation:
    """A consultation with one question of each kind, in the order of the kinds."""
    made = make_consultation(questions=(), opened=False)
    for kind in AnswerKind:
        services.add_question(
            made,
            text=f"Een vraag van de soort {kind.label}?",
            kind=kind,
            options=("Groep", "Individueel") if kind is AnswerKind.CHOICE else (),
            unit="deelnemers",
            by=buyer(),
        )
    if opened:
        services.open_consultation(made, by=buyer())
    return made


def answered(consultation: Consultation, **given: AnswerInput) -> dict[object, AnswerInput]:
    return {one.id: given[one.kind.value] for one in consultation.questions if one.kind.value in given}


def make_stakeholder(name: str = "Bibliotheek", email: str = "info@bibliotheek.example") -> Stakeholder:
    return services.save_stakeholder(
        None, name=name, influence=Level.HIGH, interest=Level.HIGH, email=email, by=buyer()
    )


def test_each_kind_of_answer_is_kept_and_shown_in_words() -> None:
    consultation = make_kinds()
    choice = consultation.questions[1]
    answers = answered(
        consultation,
        text=AnswerInput(text="Dat kan."),
        choice=AnswerInput(option_id=choice.options[1].id, text="Dat werkt beter."),
        number=AnswerInput(number=Decimal("12.5")),
        yes_no=AnswerInput(yes=False),
        file=AnswerInput(file=("indeling.pdf", PDF)),
    )
    services.submit_response(consultation, answers=answers, by=provider())  # type: ignore[arg-type]

    rows = queries.answers_side_by_side(consultation)
    assert [row.answers[0].main for row in rows] == ["", "Individueel", "12,5 deelnemers", "Nee", ""]
    assert rows[1].answers[0].text == "Dat werkt beter."
    document = queries.file_of_answer(consultation, rows[4].answers[0].answer_id)
    assert open_document(document) == PDF
    assert queries.own_file(consultation, provider(), consultation.questions[4].id) is document
    with pytest.raises(NotFound):
        queries.own_file(consultation, provider(DELTA), consultation.questions[4].id)


def test_an_answer_of_another_kind_or_another_question_is_left_out() -> None:
    consultation, other = make_kinds(), make_kinds()
    strange = other.questions[1].options[0].id
    answers = answered(
        consultation, text=AnswerInput(number=Decimal(3), yes=True), choice=AnswerInput(option_id=strange)
    )
    response = services.save_response(consultation, answers=answers, by=provider())  # type: ignore[arg-type]

    assert {(one.number, one.yes, one.option_id) for one in response.answers} == {(None, None, None)}


def test_what_cannot_be_submitted_yet_is_kept_as_a_draft() -> None:
    consultation = make_kinds()
    response, objections = services.hand_in(consultation, answers={}, by=provider())

    assert [one.message for one in objections] == ["Beantwoord ten minste één vraag."]
    assert response.state is ResponseState.DRAFT
    assert recipients_of("consultation_submitted") == set()
    with pytest.raises(Refused):
        services.submit_response(consultation, answers={}, by=provider())


def test_a_file_stays_until_it_is_replaced_or_dropped() -> None:
    consultation = make_kinds()
    question = consultation.questions[4]

    def save(given: AnswerInput) -> object:
        response = services.save_response(consultation, answers={question.id: given}, by=provider())
        return next(one.document_id for one in response.answers if one.question_id == question.id)

    first = save(AnswerInput(file=("indeling.pdf", PDF)))
    assert save(AnswerInput()) == first
    assert save(AnswerInput(drop_file=True)) is None
    with pytest.raises(Refused):
        save(AnswerInput(file=("indeling.exe", b"MZ")))


def test_opening_mails_the_invitation_list_and_later_only_who_is_new() -> None:
    consultation = make_consultation(opened=False)
    library = make_stakeholder()
    delta = provider(DELTA).organisation_id
    assert delta is not None
    services.invite(consultation, organisations=[delta], stakeholders=[library.id], by=buyer())
    assert recipients_of("consultation_invited") == set()

    services.open_consultation(consultation, by=buyer())
    assert recipients_of("consultation_invited") == {DELTA, "info@bibliotheek.example"}

    own = provider().organisation_id
    assert own is not None
    services.invite(consultation, organisations=[own], by=buyer())
    assert recipients_of("consultation_invited") == {
        DELTA, "info@bibliotheek.example", "info@taalhuis-de-waterlinie.example",
    }  # fmt: skip
    assert set(queries.invited_ids(consultation)) == {delta, own}


def test_by_invitation_only_takes_no_stakeholder_without_an_account() -> None:
    consultation = make_consultation(is_public=False, opened=False)
    library = make_stakeholder()

    with pytest.raises(Refused, match="Bibliotheek"):
        services.invite(consultation, organisations=[], stakeholders=[library.id], by=buyer())


def test_a_stakeholder_with_an_account_is_invited_as_that_provider() -> None:
    consultation = make_consultation(is_public=False, opened=False)
    delta = provider(DELTA).organisation_id
    linked = services.save_stakeholder(
        None, name="Route Delta", influence=Level.HIGH, interest=Level.HIGH, provider_id=delta, by=buyer()
    )
    services.invite(consultation, organisations=[], stakeholders=[linked.id], by=buyer())

    assert queries.invited_ids(consultation) == [delta]


def test_a_closed_consultation_invites_nobody() -> None:
    consultation = make_consultation()

    with clock.at(clock.now() + timedelta(days=15)), pytest.raises(TransitionRefused):
        services.invite(consultation, organisations=[], by=buyer())


def test_the_policy_document_gives_twenty_eight_stakeholders_once() -> None:
    assert services.adopt_policy_list(by=buyer()) == 28
    assert services.adopt_policy_list(by=buyer()) == 0
    one = queries.stakeholder_named(buyer(), "bibliotheek")
    assert one is not None
    services.remove_stakeholder(one, by=buyer())
    assert one not in queries.stakeholders(buyer())
    services.save_stakeholder(None, name="Bibliotheek", influence=Level.LOW, interest=Level.LOW, by=buyer())
    assert queries.stakeholder_named(buyer(), "Bibliotheek") is one
    assert one in queries.stakeholders(buyer())


def test_an_address_list_belongs_to_one_municipality() -> None:
    one = make_stakeholder()
    stranger = viewer_by_email("inkoop@zoetermeer.example")
    with pytest.raises(NotFound):
        queries.stakeholder_of(stranger, one.id)
    with pytest.raises(NotYours):
        services.remove_stakeholder(one, by=stranger)
    with pytest.raises(Refused, match="staat al op de lijst"):
        make_stakeholder(name="BIBLIOTHEEK")


def test_a_finding_can_be_changed_and_removed_until_the_report_is_out() -> None:
    consultation = make_consultation()
    make_response(consultation)
    first, second = make_finding(consultation, title="Eerste"), make_finding(consultation, title="Tweede")
    services.change_finding(
        consultation, second, title="Anders", text="Een andere toelichting.", answers=[], by=buyer()
    )
    assert queries.answers_under(second) == []
    services.remove_finding(consultation, first, by=buyer())
    assert [(one.position, one.title) for one in consultation.findings] == [(1, "Anders")]

    reported = make_reported_consultation()
    with pytest.raises(TransitionRefused):
        services.remove_finding(reported, reported.findings[0], by=buyer())


def test_the_published_report_is_a_pdf_that_everybody_hears_of() -> None:
    consultation = make_reported_consultation()

    assert consultation.report_document is not None
    assert open_document(consultation.report_document).startswith(b"%PDF")
    assert "info@taalhuis-de-waterlinie.example" in recipients_of("consultation_reported")


def test_only_answers_that_may_be_shared_are_quoted_and_without_the_name() -> None:
    consultation = make_consultation()
    make_response(consultation, text="Taalhuis de Waterlinie begint op maandag.", may_share=True)
    make_response(consultation, text="Dit is vertrouwelijk.", email=DELTA)

    shown = questions_in_report(consultation)[0]
    assert shown["quotes"] == ["[naam weggelaten] begint op maandag."]
    assert shown["answered"] == "2\u00a0aanbieders gaven antwoord"


def test_a_report_with_the_name_of_a_respondent_is_not_published() -> None:
    consultation = make_consultation()
    make_response(consultation)
    make_finding(consultation)
    services.save_report(
        consultation, report="Vooral Taalhuis de Waterlinie zegt dat snel beginnen kan als men plant.", by=buyer()
    )
    with clock.at(clock.now() + timedelta(days=15)), pytest.raises(Refused, match="noemt geen namen"):
        services.publish_report(consultation, by=buyer())
    db.session.refresh(consultation)
    assert consultation.state is ConsultationState.OPEN


def test_removing_a_question_moves_the_others_up() -> None:
    consultation = make_kinds(opened=False)
    services.remove_question(consultation, consultation.questions[1], by=buyer())

    assert [one.position for one in consultation.questions] == [1, 2, 3, 4]
