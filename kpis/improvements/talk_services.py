"""Make an agenda in one click, record the minutes, and send a notice of default; each with its paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpis.improvements import papers, queries
from kpis.improvements.models import ContractTalk, DefaultNotice, ImprovementAction
from kpis.improvements.paths import notice_path, talk_path
from kpis.improvements.queries import Seen
from kpis.improvements.rules import (
    Subject,
    agenda_points,
    objections_to_notice,
    objections_to_settling,
)
from kpis.improvements.services import people_of, require_municipality
from kpis.improvements.states import NOTICE, TALK, NoticeState, NoticeStep, Side, TalkStep
from kpis.scorecards.presentation import ShownCard, ShownLine
from kpis.scorecards.queries import Case
from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.documents import store
from portal.dutch import long_date
from portal.errors import refuse_if
from portal.notifications import notify

AGENDA, MINUTES, LETTER = "talk_agenda", "talk_minutes", "default_notice"


@dataclass(frozen=True)
class NoticeText:
    """What a notice of default says, and the last day to mend it."""

    shortcoming: str
    demand: str
    basis: str
    remedy_until: date


def prepare_talk(seen: Seen, case: Case, card: ShownCard, waits: Sequence[str], *, on: date, by: Viewer) -> ContractTalk:
    """Make the agenda of a talk about a scorecard from what it says today, as a page and as PDF.

    Raises:
        NotYours: the viewer does not manage the contract.
    """
    require_municipality(seen)
    contract = seen.contract
    lock(contract)
    points = agenda_points(
        subjects=[_subject(line) for line in card.attention],
        actions=[_action_words(one) for one in queries.actions_of(contract)],
        notices=[
            f"Nr. {one.number}, {one.performance_agreement.name}: herstel uiterlijk {long_date(one.remedy_until)}."
            for one in queries.notices_of(contract)
            if one.state is NoticeState.SENT
        ],
        waits=waits,
    )
    number = queries.next_number(ContractTalk, contract)
    data = papers.talk_paper(case, number, on, points, minutes=False)
    talk = ContractTalk(
        contract_id=contract.id,
        number=number,
        scorecard_id=case.card.id,
        held_on=on,
        points=points,
        made_at=clock.now(),
        made_by_id=by.user_id,
        agenda_id=store(data, name=f"agenda-{contract.number}-{number}.pdf", kind=AGENDA, by=by).id,
    )
    db.session.add(talk)
    db.session.flush()
    audit.record("improvement:talk:prepare", talk, by=by, number=number, on=long_date(on))
    notify(
        people_of(contract, Side.PROVIDER),
        "contract_talk",
        about=talk,
        path=talk_path(contract.number, number),
        contract=contract,
        quarter=case.quarter,
        on=on,
        what="agenda",
    )
    return talk


def _subject(line: ShownLine) -> Subject:
    sentence = f"{line.result} ({line.counts}), norm {line.norm}: {line.state.label.lower()}."
    said = line.responses[-1].text if line.responses else ""
    return Subject(line.code, line.name, sentence, said, line.is_disputed)


def _action_words(action: ImprovementAction) -> str:
    name = action.performance_agreement.name
    state = action.state.label.lower()
    return f"Nr. {action.number}, {name}: {state}, voor {long_date(action.due_on)}. {action.measure}"


def record_minutes(seen: Seen, talk: ContractTalk, case: Case, *, said: Sequence[str], on: date, by: Viewer) -> ContractTalk:
    """Write down per point what was agreed and make the minutes as PDF; afterwards they do not change.

    Raises:
        NotYours: the viewer does not manage the contract.
        TransitionRefused: the minutes were made already.
    """
    require_municipality(seen)
    lock(talk)
    state = TALK.next(talk.state, TalkStep.RECORD)
    points = [
        {**point, "said": words.strip()} for point, words in zip(talk.points, said, strict=True)
    ]
    data = papers.talk_paper(case, talk.number, on, points, minutes=True)
    name = f"verslag-{seen.contract.number}-{talk.number}.pdf"
    talk.points, talk.held_on, talk.state = points, on, state
    talk.recorded_at, talk.recorded_by_id = clock.now(), by.user_id
    talk.minutes_id = store(data, name=name, kind=MINUTES, by=by).id
    audit.record("improvement:talk:record", talk, by=by, number=talk.number, on=long_date(on))
    notify(
        people_of(seen.contract, Side.PROVIDER),
        "contract_talk",
        about=talk,
        path=talk_path(seen.contract.number, talk.number),
        contract=seen.contract,
        quarter=case.quarter,
        on=on,
        what="verslag",
    )
    return talk


def send_notice(
    seen: Seen,
    case: Case,
    line: ShownLine,
    text: NoticeText,
    *,
    by: Viewer,
    law: str,
    action: ImprovementAction | None = None,
) -> DefaultNotice:
    """Send a notice of default about a fixed figure under its norm, as a letter that is kept.

    Raises:
        NotYours: the viewer does not manage the contract.
        Refused: the figure is not fixed or not under the norm, or the text or the term falls short.
    """
    require_municipality(seen)
    contract = seen.contract
    lock(contract)
    _refuse_notice(case, line, text)
    number = queries.next_number(DefaultNotice, contract)
    data = papers.notice_paper(case, line, text.shortcoming, text.demand, text.basis, text.remedy_until, number, law)
    notice = DefaultNotice(
        contract_id=contract.id,
        number=number,
        performance_agreement_id=line.line.performance_agreement_id,
        line_id=line.line.id,
        action_id=action.id if action is not None else None,
        shortcoming=text.shortcoming.strip(),
        demand=text.demand.strip(),
        basis=text.basis.strip(),
        remedy_until=text.remedy_until,
        sent_at=clock.now(),
        sent_by_id=by.user_id,
        document_id=store(data, name=f"ingebrekestelling-{contract.number}-{number}.pdf", kind=LETTER, by=by).id,
    )
    db.session.add(notice)
    db.session.flush()
    audit.record(
        "improvement:notice:send", notice, by=by, number=number, code=line.code, until=long_date(text.remedy_until)
    )
    _tell_of_notice(seen, notice, line.name)
    return notice


def _refuse_notice(case: Case, line: ShownLine, text: NoticeText) -> None:
    refuse_if(
        objections_to_notice(
            is_fixed=not case.is_concept,
            state=line.state,
            shortcoming=text.shortcoming,
            demand=text.demand,
            basis=text.basis,
            remedy_until=text.remedy_until,
            today=clock.today(),
        )
    )


def _tell_of_notice(seen: Seen, notice: DefaultNotice, name: str) -> None:
    contract = seen.contract
    notify(
        people_of(contract, Side.PROVIDER),
        "default_notice",
        about=notice,
        path=notice_path(contract.number, notice.number),
        contract=contract,
        number=notice.number,
        name=name,
        until=notice.remedy_until,
    )


def settle_notice(seen: Seen, notice: DefaultNotice, *, expired: bool, outcome: str, by: Viewer) -> DefaultNotice:
    """Write down that the provider mended it, or that the last day passed and he is in default.

    Raises:
        NotYours: the viewer does not manage the contract.
        Refused: the last day has not passed, or it is not said how it ended.
    """
    require_municipality(seen)
    lock(notice)
    refuse_if(
        objections_to_settling(
            notice.state, outcome, expired=expired, until=notice.remedy_until, today=clock.today()
        )
    )
    notice.state = NOTICE.next(notice.state, NoticeStep.EXPIRE if expired else NoticeStep.REMEDY)
    notice.settled_at, notice.settled_by_id, notice.outcome = clock.now(), by.user_id, outcome.strip()
    audit.record(
        "improvement:notice:settle", notice, by=by, number=notice.number, state=notice.state.label.lower()
    )
    return notice
