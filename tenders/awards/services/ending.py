"""After the letters: the judge, the withdrawal, the final award."""

from __future__ import annotations

from datetime import date

from portal import audit, clock
from portal.access import Viewer
from portal.db import lock
from portal.documents import store
from portal.dutch import long_date
from portal.errors import Objection, refuse_if
from tenders.awards import queries, record, rules
from tenders.awards.models import Award, Letter
from tenders.awards.services.common import hold, person, tell
from tenders.awards.services.notices import plan_notice
from tenders.awards.services.sending import paper_of
from tenders.awards.states import AWARD, AwardAction, NoticeOutcome
from tenders.procedures.services import award_lot
from tenders.procedures.states import LotState


def register_court(award: Award, *, since: date, reference: str, by: Viewer) -> None:
    """Record that a kort geding is pending; the final award waits for the judgment (Aw 2012 art. 2.131).

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: the date lies before the sending or in the future.
        TransitionRefused: the decision is not in its term.
    """
    lot = hold(award, by)
    state = AWARD.next(award.state, AwardAction.GO_TO_COURT)
    sent_on = clock.local(award.sent_at).date() if award.sent_at else clock.today()
    if not sent_on <= since <= clock.today():
        refuse_if(
            [
                Objection(
                    "Vul de dag van de dagvaarding in; die ligt tussen de verzending en vandaag.", "since"
                )
            ]
        )
    award.state, award.court_since, award.court_reference = state, since, reference.strip()
    award.court_ended, award.court_outcome = None, ""
    audit.record("award:court:begin", award, by=by, lot=lot.title, since=long_date(since))


def end_court(award: Award, *, ended: date, outcome: str, by: Viewer) -> None:
    """Record the judgment; the final award is possible again, or the decision is withdrawn.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: no outcome, or a date before the summons or in the future.
        TransitionRefused: no kort geding is pending.
    """
    lot = hold(award, by)
    state = AWARD.next(award.state, AwardAction.END_COURT)
    objections = []
    if award.court_since is None or not award.court_since <= ended <= clock.today():
        objections.append(
            Objection("Vul de dag van de uitspraak in; die ligt tussen de dagvaarding en vandaag.", "ended")
        )
    if len(outcome.strip()) < rules.SHORTEST_REASON:
        objections.append(
            Objection(f"Beschrijf de uitspraak in ten minste {rules.SHORTEST_REASON} tekens.", "outcome")
        )
    refuse_if(objections)
    award.state, award.court_ended, award.court_outcome = state, ended, outcome.strip()
    audit.record("award:court:end", award, by=by, lot=lot.title, ended=ended)


def withdraw_award(award: Award, *, reason: str, by: Viewer) -> None:
    """Withdraw a decision; who got a letter is told. A new decision starts a new term.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: the reason does not suffice.
        TransitionRefused: it is final or withdrawn already.
    """
    lot = hold(award, by)
    was_sent = award.sent_at is not None
    state = AWARD.next(award.state, AwardAction.WITHDRAW)
    refuse_if(rules.objections_to_withdrawal(reason))
    award.state, award.withdrawn_at, award.withdrawal_reason = state, clock.now(), reason.strip()
    audit.record("award:decision:withdraw", award, by=by, lot=lot.title, version=award.version)
    for bidder in queries.bidders_of(lot) if was_sent else []:
        tell(bidder, award, "award_withdrawn", lot.procedure)


def make_final(award: Award, *, by: Viewer) -> None:
    """Award finally: possible from the end of the term, never while a kort geding is pending.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: the term still runs, the judge has not spoken, or the winner was not verified.
        TransitionRefused: it is final or withdrawn already.
    """
    lot = hold(award, by)
    refuse_if(rules.objections_to_final(queries.final_facts(award), now=clock.now()))
    award.state = AWARD.next(award.state, AwardAction.FINALISE)
    award.final_at, award.final_by_id = clock.now(), person(by)
    content = record.record_pdf(paper_of(award, lot), final_at=award.final_at)
    name = f"Proces-verbaal opdrachtverlening {lot.procedure.number} perceel {lot.number}.pdf"
    award.record_document_id = store(content, name=name, kind="award_record", by=by).id
    audit.record("award:decision:final", award, by=by, lot=lot.title)
    if lot.state is LotState.OPEN:
        award_lot(lot, by=by)
    plan_notice(lot, NoticeOutcome.AWARDED)
    for bidder in queries.bidders_of(lot):
        tell(bidder, award, "award_final", lot.procedure)


def open_letter(letter: Letter, award: Award, *, by: Viewer) -> None:
    """Note that a bidder opened his letter; the first time counts."""
    lock(letter)
    if letter.opened_at is None:
        letter.opened_at = clock.now()
        audit.record("award:letter:open", award, by=by)
