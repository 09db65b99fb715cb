"""Questions in confidence, answers made together, notas that are late, and who got what; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.db import db
from portal.documents import open_document
from portal.errors import NotFound, NotYours, Refused, TransitionRefused
from portal.notifications import recipients_of
from tenders.consultations.services import publish_report, save_report
from tenders.procedures import queries, services
from tenders.procedures.models import Procedure, Question, Rectification
from tenders.procedures.queries import question_tasks, questions as question_queries
from tenders.procedures.rules.questions import ImportRow
from tenders.procedures.states import Confidentiality, QuestionState
from tests.factories.consultations import (
    buyer,
    make_consultation,
    make_finding,
    make_reported_consultation,
    make_response,
    provider,
)
from tests.factories.procedures import (
    deadline_in,
    make_complete_procedure,
    make_procedure,
    make_published_procedure,
    make_question,
)

pytestmark = pytest.mark.usefixtures("session")
ASSESSOR = "beoordelaar@pijnacker-nootdorp.example"
DELTA = "info@route-delta.example"
WATERLINIE = "info@taalhuis-de-waterlinie.example"
REASON = "De vraag laat zien hoe onze eigen lesmethode werkt."
DECISION = "Het antwoord is voor alle inschrijvers van belang."


def make_secret(procedure: Procedure) -> Question:
    return services.ask_question(
        procedure, text="Mag onze eigen methode ook voor de Z-leerroute?", confidential_reason=REASON, by=provider()
    )


def answered(procedure: Procedure, question: Question, text: str = "Ja, dat mag.") -> Question:
    services.answer_question(question, answer=text, by=buyer())
    return question


def test_a_question_that_tells_who_asks_is_sent_only_when_that_is_meant() -> None:
    procedure = make_published_procedure()
    text = "Mag Taalhuis de Waterlinie ook op zaterdag lesgeven?"

    with pytest.raises(Refused, match="de naam van een aanbieder"):
        services.ask_question(procedure, text=text, by=provider())
    question = services.ask_question(procedure, text=text, as_typed=True, by=provider())
    answered(procedure, question)
    nota = services.publish_nota(procedure, numbers=[question.number], unchecked_reason="Alleen vandaag.", by=buyer())

    assert nota.answers[0].question_text == "Mag [naam weggelaten] ook op zaterdag lesgeven?"


def test_an_answer_never_names_who_asked() -> None:
    procedure = make_published_procedure()

    with pytest.raises(Refused, match="de naam van de vrager"):
        answered(procedure, make_question(procedure), "Ja, Taalhuis de Waterlinie mag dat.")


def test_a_colleague_drafts_inkoop_takes_it_over_and_two_have_read_it() -> None:
    procedure = make_published_procedure()
    question = make_question(procedure)
    colleague = viewer_by_email("regio@pijnacker-nootdorp.example")
    with pytest.raises(NotYours):
        services.draft_answer(question, draft="Ja, dat mag.", by=colleague)

    services.assign_question(question, membership_id=colleague.membership_id, by=buyer())
    assert recipients_of("question_assigned") == {"regio@pijnacker-nootdorp.example"}
    assert question_tasks.assigned_to(colleague) == [question]
    services.draft_answer(question, draft="Ja, dat mag.", by=colleague)
    assert question.state is QuestionState.DRAFTED
    answered(procedure, question)

    assert question.checked_by_id == colleague.user_id
    nota = services.publish_nota(procedure, numbers=[question.number], by=buyer())
    assert nota.unchecked_reason == ""


def test_a_draft_that_inkoop_changes_needs_a_second_reader_again() -> None:
    procedure = make_published_procedure()
    question = make_question(procedure)
    colleague = viewer_by_email(ASSESSOR)
    services.draft_answer(question, draft="Ja, dat mag.", by=colleague)
    answered(procedure, question, "Nee, dat mag niet.")

    assert question.checked_by_id is None
    with pytest.raises(Refused, match="alleen u hebt het antwoord gelezen"):
        services.publish_nota(procedure, numbers=[question.number], by=buyer())
    with pytest.raises(Refused, match="U schreef dit antwoord zelf"):
        services.check_answer(question, by=buyer())
    assert question_tasks.to_check(colleague) == []
    services.check_answer(question, by=colleague)
    assert services.publish_nota(procedure, numbers=[question.number], by=buyer()).number == 1


def test_a_colleague_does_not_write_over_an_answer_that_is_ready() -> None:
    procedure = make_published_procedure()
    question = answered(procedure, make_question(procedure))

    with pytest.raises(Refused, match="heeft het antwoord al klaargezet"):
        services.draft_answer(question, draft="Nee, dat mag niet.", by=viewer_by_email(ASSESSOR))
    assert (question.state, question.answer) == (QuestionState.ANSWERED, "Ja, dat mag.")


def test_what_waits_for_the_asker_or_is_sent_apart_is_no_work_for_the_nota() -> None:
    procedure = make_published_procedure()
    secret, refused = answered(procedure, make_secret(procedure)), make_secret(procedure)
    services.decide_confidentiality(secret, grant=True, decision=DECISION, by=buyer())
    services.decide_confidentiality(refused, grant=False, decision=DECISION, by=buyer())
    assert queries.with_open_questions(buyer()) == []
    assert list(queries.ready_for_nota(buyer())) == []

    drafted = make_question(procedure)
    services.draft_answer(drafted, draft="Ja, dat mag.", by=viewer_by_email(ASSESSOR))
    assert [(one.id, number) for one, number in queries.with_open_questions(buyer())] == [(procedure.id, 1)]
    answered(procedure, drafted)
    assert [one.id for one in queries.ready_for_nota(buyer())] == [procedure.id]


def test_only_colleagues_of_the_municipalities_are_asked() -> None:
    procedure = make_published_procedure()
    stranger = provider(DELTA).membership_id

    with pytest.raises(Refused, match="Kies een collega"):
        services.assign_question(make_question(procedure), membership_id=stranger, by=buyer())


def test_a_confidential_question_is_answered_to_its_asker_only() -> None:
    procedure = make_published_procedure()
    question = answered(procedure, make_secret(procedure))
    assert question.confidentiality is Confidentiality.ASKED
    assert question_tasks.to_decide(buyer()) == [question]
    with pytest.raises(Refused, match="niet vertrouwelijk"):
        services.reply_in_confidence(question, by=buyer())

    services.decide_confidentiality(question, grant=True, decision=DECISION, by=buyer())
    with pytest.raises(Refused, match="Kies ten minste één vraag"):
        services.publish_nota(procedure, numbers=[question.number], by=buyer())
    assert question_tasks.to_reply(buyer()) == [question]
    services.reply_in_confidence(question, by=buyer())

    assert question_tasks.to_reply(buyer()) == []
    assert question.state is QuestionState.REPLIED
    assert recipients_of("question_replied") == {WATERLINIE}
    assert question_queries.own_question(procedure, provider(), question.number) is question
    with pytest.raises(NotFound):
        question_queries.own_question(procedure, provider(DELTA), question.number)


def test_refused_confidence_lets_the_asker_choose() -> None:
    procedure = make_published_procedure()
    first, second = answered(procedure, make_secret(procedure)), answered(procedure, make_secret(procedure))
    for question in (first, second):
        services.decide_confidentiality(question, grant=False, decision=DECISION, by=buyer())
    assert question_tasks.to_choose(provider()) == [first, second]
    assert recipients_of("question_decided") == {WATERLINIE}
    assert question_queries.ready_for_nota(procedure) == []

    with pytest.raises(NotFound):
        services.withdraw_question(first, by=provider(DELTA))
    services.withdraw_question(first, by=provider())
    services.accept_publication(second, by=provider())

    assert first.state is QuestionState.WITHDRAWN
    assert question_queries.ready_for_nota(procedure) == [second]
    assert question_tasks.to_choose(provider()) == []
    with pytest.raises(TransitionRefused):
        services.withdraw_question(second, by=provider())


def test_an_ordinary_question_has_no_confidence_to_decide_about() -> None:
    procedure = make_published_procedure()

    with pytest.raises(TransitionRefused):
        services.decide_confidentiality(make_question(procedure), grant=True, decision=DECISION, by=buyer())


def test_the_database_keeps_a_confidential_question_out_of_the_published_ones() -> None:
    procedure = make_published_procedure()
    question = answered(procedure, make_secret(procedure))
    db.session.flush()

    with pytest.raises(IntegrityError):
        db.session.execute(
            update(Question).where(Question.id == question.id).values(state=QuestionState.PUBLISHED)
        )


def test_a_late_nota_moves_the_closing_or_says_why_not() -> None:
    procedure = make_published_procedure(deadline=deadline_in(30))
    early, late = make_question(procedure), make_question(procedure, text="Mag een les ook op zondag zijn?")
    for question in (early, late):
        answered(procedure, question)
        services.check_answer(question, by=viewer_by_email(ASSESSOR))
    before = procedure.submission_deadline_at
    assert before is not None

    with clock.at(before - timedelta(days=8)):
        with pytest.raises(Refused, match="Verleng de sluiting"):
            services.publish_nota(procedure, numbers=[early.number], by=buyer())
        kept = services.publish_nota(
            procedure, numbers=[early.number], keep_closing=True, by=buyer(),
            no_extension_reason="Het antwoord verandert niets aan de inschrijvingen.",
        )  # fmt: skip
        assert (kept.closing_after, procedure.submission_deadline_at) == (None, before)
        later = before + timedelta(days=14)
        while clock.local(later).weekday() > 4:
            later += timedelta(days=1)
        moved = services.publish_nota(procedure, numbers=[late.number], new_closing=later, by=buyer())

    assert (moved.closing_before, moved.closing_after) == (before, later)
    assert procedure.submission_deadline_at == later
    change = db.session.query(Rectification).filter(Rectification.procedure_id == procedure.id).one()
    assert "nota van inlichtingen 2" in change.reason


def test_the_log_tells_who_got_and_opened_which_nota() -> None:
    procedure = make_published_procedure()
    services.follow(procedure, by=provider(DELTA))
    question = answered(procedure, make_question(procedure))
    nota = services.publish_nota(procedure, numbers=[question.number], unchecked_reason="Alleen vandaag.", by=buyer())
    services.record_opening(nota, by=provider(DELTA))
    with clock.at(clock.now() + timedelta(hours=1)):
        services.record_opening(nota, by=provider(DELTA))
    db.session.flush()

    rows = {row.organisation: row.deliveries for row in question_queries.delivery_log(procedure)}
    assert set(rows) == {"Route Delta", "Taalhuis de Waterlinie"}
    assert rows["Route Delta"][0].opened_at is not None
    assert rows["Route Delta"][0].opened_at < clock.now() + timedelta(minutes=30)
    assert rows["Taalhuis de Waterlinie"][0].opened_at is None
    assert rows["Taalhuis de Waterlinie"][0].mailed_at is not None


def test_who_does_not_follow_leaves_no_trace_of_opening() -> None:
    procedure = make_published_procedure()
    question = answered(procedure, make_question(procedure))
    nota = services.publish_nota(procedure, numbers=[question.number], unchecked_reason="Alleen vandaag.", by=buyer())
    services.record_opening(nota, by=provider(DELTA))

    assert [row.organisation for row in question_queries.delivery_log(procedure)] == ["Taalhuis de Waterlinie"]


def test_many_questions_are_asked_together_or_not_at_all() -> None:
    procedure = make_published_procedure()
    rows = [ImportRow("A5", "Mag een les ook in de avond zijn?"), ImportRow("A6", "Route Delta vraagt zich af of dit mag.")]

    with pytest.raises(Refused, match="Cel A6: In de tekst staat ‘Route Delta’"):
        services.ask_many(procedure, rows=rows, by=provider(DELTA))
    with pytest.raises(Refused, match="geen vraag"):
        services.ask_many(procedure, rows=[], by=provider(DELTA))
    with pytest.raises(NotFound):
        services.ask_many(procedure, rows=[ImportRow("A5", "Mag een les in de avond?", lot="x")], by=provider(DELTA))
    asked = services.ask_many(procedure, rows=rows, as_typed=True, by=provider(DELTA))
    assert [one.text for one in asked] == [one.text for one in rows]


def test_earlier_questions_that_ask_the_same_are_found_here_and_in_other_tenders() -> None:
    earlier, now = make_published_procedure(), make_published_procedure()
    old = answered(earlier, make_question(earlier, text="Is het toegestaan om de lessen 's avonds te geven?"))
    services.publish_nota(earlier, numbers=[old.number], unchecked_reason="Alleen vandaag.", by=buyer())
    same = make_question(now, text="Mogen lessen ook in de avond?")
    make_question(now, text="Mag een onderaannemer buiten Nederland gevestigd zijn?")
    secret = services.ask_question(
        now, text="Mag een les in de avond zijn?", confidential_reason=REASON, by=provider(DELTA)
    )
    question = make_question(now, text="Mag een les ook in de avond zijn?")

    found = question_queries.resembling(question, buyer())
    assert {(one.tender, one.number) for one in found} == {(now.number, same.number), (earlier.number, old.number)}
    assert secret.number not in {one.number for one in found if one.here}
    assert question_queries.resembling(question, viewer_by_email("regio@rotterdam.example"))[0].here
    assert [one.question_id for one in question_queries.answered_alike(earlier, "Mag een les in de avond?")] == [old.id]


def test_the_report_joins_the_documents_of_the_tender_that_follows_once() -> None:
    consultation = make_reported_consultation()
    procedure = make_complete_procedure(consultation_id=consultation.id)

    assert services.attach_report(procedure, by=buyer()) is True
    assert services.attach_report(procedure, by=buyer()) is False
    last = queries.current_documents(procedure)[-1]
    assert last.tender_document.title == f"Verslag van marktconsultatie {consultation.number}"
    assert open_document(last.document).startswith(b"%PDF")


def test_publishing_the_report_gives_it_to_the_tender_in_preparation() -> None:
    consultation = make_consultation()
    make_response(consultation)
    make_finding(consultation)
    following = make_procedure(consultation_id=consultation.id)
    save_report(consultation, report="Alle aanbieders zeggen dat zij snel kunnen beginnen.", by=buyer())
    with clock.at(clock.now() + timedelta(days=15)):
        publish_report(consultation, by=buyer())

    titles = [one.tender_document.title for one in queries.current_documents(following)]
    assert titles == [f"Verslag van marktconsultatie {consultation.number}"]


def test_a_finding_is_tied_from_its_own_side_to_requirement_criterion_and_question() -> None:
    consultation = make_reported_consultation()
    procedure = make_published_procedure(consultation_id=consultation.id)
    question = make_question(procedure)
    finding = consultation.findings[0]
    criterion = queries.criteria_of(queries.lots_of(procedure)[0])[0]
    requirement = queries.requirements_in(procedure)[0]
    stranger = make_question(make_published_procedure())

    services.link_finding(
        procedure, finding, targets=[criterion.id, requirement.id, question.id, stranger.id], by=buyer()
    )
    assert set(question_queries.uses_in(procedure)[finding.id]) == {criterion.id, requirement.id, question.id}
    assert [use.finding_id for use in queries.finding_uses_of(question)] == [finding.id]

    services.link_finding(procedure, finding, targets=[question.id], by=buyer())
    assert question_queries.uses_in(procedure)[finding.id] == [question.id]
    with pytest.raises(NotYours):
        services.link_finding(procedure, finding, targets=[], by=viewer_by_email("inkoop@zoetermeer.example"))


def test_an_answer_can_rest_on_a_finding() -> None:
    consultation = make_reported_consultation()
    procedure = make_published_procedure(consultation_id=consultation.id)
    question = make_question(procedure)
    finding = consultation.findings[0]
    services.answer_question(question, answer="Ja, dat mag.", findings=[finding.id], by=buyer())

    assert [row[0] for row in question_queries.questions_on_finding(finding.id)] == [question]
