"""Every state × action of every machine of awarding, and what the database itself refuses."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from portal.db import db
from portal.errors import TransitionRefused
from portal.states import Machine
from tenders.awards import queries
from tenders.awards.models import Award, Complaint, Drawing, EvidenceItem, Inquiry
from tenders.awards.states import (
    APPROVAL,
    ASSESSMENT,
    AWARD,
    COMPLAINT,
    EVIDENCE,
    INQUIRY,
    ApprovalAction,
    AssessmentAction,
    AwardAction,
    AwardState,
    ComplaintAction,
    ComplaintState,
    EvidenceAction,
    EvidenceState,
    InquiryAction,
    InquiryKind,
    InquiryState,
)
from tests.factories import awards as made
from tests.factories.awards import Case

# What is possible, written out once more; everything else has to be refused.
POSSIBLE: dict[str, dict[tuple[str, str], str]] = {
    "assessment": {("scoring", "fix"): "fixed"},
    "award": {
        ("draft", "send"): "sent", ("draft", "withdraw"): "withdrawn",
        ("sent", "go_to_court"): "court", ("sent", "withdraw"): "withdrawn", ("sent", "replace"): "replaced",
        ("sent", "finalise"): "final",
        ("court", "end_court"): "sent", ("court", "withdraw"): "withdrawn", ("court", "replace"): "replaced",
    },
    "approval": {
        ("asked", "agree"): "agreed", ("asked", "refuse"): "refused", ("refused", "agree"): "agreed",
        ("agreed", "ask_again"): "asked", ("refused", "ask_again"): "asked",
    },
    "evidence": {
        ("open", "ask"): "asked", ("open", "answer"): "answered", ("open", "waive"): "waived",
        ("asked", "ask"): "asked", ("asked", "answer"): "answered", ("asked", "waive"): "waived",
        ("answered", "ask"): "asked", ("answered", "answer"): "answered", ("answered", "waive"): "waived",
        ("answered", "accept"): "met", ("answered", "fail"): "failed",
        ("failed", "ask"): "asked", ("failed", "accept"): "met",
    },
    "inquiry": {
        ("asked", "answer"): "answered", ("asked", "keep"): "kept", ("asked", "exclude"): "excluded",
        ("answered", "answer"): "answered", ("answered", "keep"): "kept", ("answered", "exclude"): "excluded",
    },
    "complaint": {
        ("received", "take"): "handled", ("received", "withdraw"): "withdrawn",
        ("handled", "find"): "founded", ("handled", "reject"): "unfounded", ("handled", "leave"): "not_handled",
        ("handled", "withdraw"): "withdrawn",
    },
}  # fmt: skip
MACHINES: dict[str, tuple[Machine[Any, Any], Any]] = {
    "assessment": (ASSESSMENT, AssessmentAction),
    "award": (AWARD, AwardAction),
    "approval": (APPROVAL, ApprovalAction),
    "evidence": (EVIDENCE, EvidenceAction),
    "inquiry": (INQUIRY, InquiryAction),
    "complaint": (COMPLAINT, ComplaintAction),
}


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_with_every_action_does_what_is_written_or_is_refused(name: str) -> None:
    machine, actions = MACHINES[name]
    states = type(machine.initial)
    for state, action in ((state, action) for state in states for action in actions):
        wanted = POSSIBLE[name].get((state.value, action.value))
        if wanted is None:
            with pytest.raises(TransitionRefused):
                machine.next(state, action)
        else:
            assert machine.next(state, action) == wanted
    assert machine.unreachable() == set()


SENT = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)


@pytest.mark.usefixtures("session")
class TestDatabase:
    @pytest.fixture
    def case(self, session: None) -> Case:
        return made.make_opened_case()

    def _refused(self, check: str) -> None:
        with pytest.raises(IntegrityError) as refused:
            db.session.flush()
        assert check in str(refused.value)

    @pytest.mark.parametrize(
        ("state", "check"),
        [
            (AwardState.REPLACED, "replaced_has_time"),
            (AwardState.WITHDRAWN, "withdrawn_has_time_and_reason"),
            (AwardState.FINAL, "final_has_time"),
            (AwardState.COURT, "court_has_date"),
        ],
    )
    def test_a_state_of_a_decision_needs_its_who_and_when(
        self, case: Case, state: AwardState, check: str
    ) -> None:
        award = made.sent(case, SENT)
        award.state = state
        self._refused(check)

    def test_a_decision_without_a_term_says_why(self, case: Case) -> None:
        award = made.sent(case, SENT)
        award.standstill_days = 0
        self._refused("no_term_has_reason")

    @pytest.mark.parametrize(
        ("change", "check"),
        [
            ({"state": EvidenceState.ASKED}, "asked_has_time_person_and_term"),
            ({"state": EvidenceState.MET}, "decided_has_time_person_and_finding"),
            ({"finding": "Gezien.", "decided_at": SENT}, ""),
        ],
    )
    def test_evidence_needs_who_asked_who_answered_and_the_finding(
        self, case: Case, change: dict[str, Any], check: str
    ) -> None:
        item = queries.evidence_of(made.sent(case, SENT))[0]
        for name, value in change.items():
            setattr(item, name, value)
        if check:
            self._refused(check)
        else:
            db.session.flush()

    def test_an_exclusion_needs_a_person_and_a_reason(self, case: Case) -> None:
        row = Inquiry(
            offer_lot_id=case.offers["route-delta"].id, number=1, kind=InquiryKind.HEARING,
            state=InquiryState.EXCLUDED, question="Waarom?", asked_at=SENT, due_on=date(2026, 12, 14),
            asked_by_id=made.viewer(made.LEADER).user_id,
        )  # fmt: skip
        db.session.add(row)
        self._refused("decided_has_time_person_and_reason")

    def test_the_second_person_of_a_drawing_is_another(self, case: Case) -> None:
        award = made.draw_up(case)
        user = made.viewer(made.LEADER).user_id
        assert user is not None
        row = Drawing(
            ranking_id=award.ranking_id, offer_lot_id=award.offer_lot_id, method="Briefjes.", drawn_at=SENT,
            drawn_by_id=user, confirmed_by_id=user, confirmed_at=SENT,
        )  # fmt: skip
        db.session.add(row)
        with pytest.raises(IntegrityError, match=r"two_persons|confirmed_has_record"):
            db.session.flush()

    def test_a_complaint_is_not_anonymous(self, case: Case) -> None:
        db.session.add(
            Complaint(
                procedure_id=case.procedure.id, number=1, subject="Termijn", text="Te kort.", received_at=SENT,
                due_on=date(2026, 12, 14),
            )
        )
        self._refused("is_not_anonymous")


def test_the_machines_know_every_state_that_a_page_can_show() -> None:
    show: Callable[[Any], bool] = lambda one: bool(one.label and one.look)  # noqa: E731
    assert all(map(show, [*EvidenceState, *InquiryState, *ComplaintState]))
    assert {Award.__tablename__, EvidenceItem.__tablename__} == {"award", "evidence_item"}
