"""Change a published tender: prepare on one screen, publish old beside new, and tell everyone at once."""

import uuid
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.documents import store_upload
from portal.dutch import long_date
from portal.errors import NotFound, NotYours, Objection, Refused, refuse_if
from portal.notifications import notify
from tenders.procedures import queries
from tenders.procedures.models import (
    AwardCriterion,
    Procedure,
    Rectification,
    RectificationLine,
    Requirement,
    TenderDocument,
    TenderDocumentVersion,
)
from tenders.procedures.rules import Planning
from tenders.procedures.rules.changes import along_with, merged, moved, objections_to_change
from tenders.procedures.states import CHANGE, ChangeAction, ChangeKind, LineKind

DATE_NAMES = {
    "questions_close_at": "Vragenronde sluit",
    "nota_due_on": "Nota van inlichtingen",
    "submission_deadline_at": "Sluiting",
    "award_planned_on": "Voorlopige gunning",
    "standstill_ends_on": "Einde opschortende termijn",
}
Target = Requirement | AwardCriterion | None


def begin_change(procedure: Procedure, *, by: Viewer) -> Rectification:
    """Give the draft change of a published tender, or begin one.

    Raises:
        Refused: the tender is not open for offers.
    """
    _hold(procedure, by)
    draft = queries.draft_change(procedure)
    return draft or new_change(procedure, ChangeKind.CHANGE, by)


def _hold(procedure: Procedure, by: Viewer) -> None:
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    if not queries.open_for_offers(procedure, clock.now()):
        raise Refused([Objection("De sluitingstijd is voorbij. U kunt de aanbesteding niet meer wijzigen.")])


def new_change(procedure: Procedure, kind: ChangeKind, by: Viewer, **values: Any) -> Rectification:
    """Make the next change of a tender, as a draft."""
    if by.user_id is None:
        raise NotYours("inkoop van een gemeente")
    last = db.session.scalar(
        select(func.max(Rectification.number)).where(Rectification.procedure_id == procedure.id)
    )
    made = Rectification(
        procedure_id=procedure.id, number=(last or 0) + 1, kind=kind, made_at=clock.now(), made_by_id=by.user_id, **values
    )
    db.session.add(made)
    db.session.flush()
    return made


def set_change(
    procedure: Procedure, *, reason: str, is_substantial: bool, planning: Planning, by: Viewer
) -> Rectification:
    """Keep the explanation and the new dates of the draft change; what is wrong blocks publishing, not saving."""
    draft = begin_change(procedure, by=by)
    draft.reason, draft.is_substantial = reason.strip(), is_substantial
    set_dates(draft, planning)
    audit.record("tender:change:save", procedure, by=by, number=draft.number)
    return draft


def set_dates(draft: Rectification, planning: Planning) -> None:
    """Keep the dates of a change that really move; award and standstill go along with a later closing."""
    stored = queries.planning_of(draft.procedure)
    rule = queries.rule_values(draft.procedure.kind_code, clock.today())
    new = along_with(stored, planning, rule)
    changed = moved(stored, new)
    for one in fields(Planning):
        setattr(draft, one.name, changed[one.name][1] if one.name in changed else None)


def change_document(
    procedure: Procedure, *, document: TenderDocument, data: bytes, filename: str, by: Viewer
) -> RectificationLine:
    """Put a newer version of a document in the draft change; it is shown to nobody before publishing.

    Raises:
        Refused: the file cannot be accepted.
    """
    draft = begin_change(procedure, by=by)
    last = document.versions[-1]
    try:
        stored = store_upload(
            data, name=filename, kind="tender_document", by=by, predecessor=last.document
        )
    except Refused as refusal:
        raise Refused([Objection(one.message, "file") for one in refusal.objections]) from None
    db.session.execute(
        delete(RectificationLine).where(
            RectificationLine.rectification_id == draft.id, RectificationLine.tender_document_id == document.id
        )
    )
    return _add_line(
        draft, LineKind.DOCUMENT, document.title, f"versie {last.number}", f"versie {last.number + 1}: {stored.name}",
        by=by, tender_document_id=document.id, document_id=stored.id,
    )  # fmt: skip


def change_text(
    procedure: Procedure, *, kind: LineKind, target: Target, new_text: str, by: Viewer
) -> RectificationLine:
    """Put a new text of the summary, a requirement or a criterion in the draft change.

    Raises:
        Refused: the text is too short, or the same as it is.
    """
    draft = begin_change(procedure, by=by)
    label, old = queries.text_to_change(procedure, kind, target)
    if len(new_text.strip()) < 10:
        raise Refused([Objection("Schrijf de nieuwe tekst in ten minste 10 tekens.", "new_text")])
    if new_text.strip() == old:
        raise Refused([Objection("De nieuwe tekst is gelijk aan de tekst die er staat.", "new_text")])
    column = {LineKind.REQUIREMENT: "requirement_id", LineKind.CRITERION: "criterion_id"}.get(kind)
    values = {column: target.id} if column and target is not None else {}
    for line in queries.lines_of(draft):
        if line.kind is kind and all(getattr(line, name) == value for name, value in values.items()):
            db.session.delete(line)
    return _add_line(draft, kind, label, old, new_text.strip(), by=by, **values)


def _add_line(
    draft: Rectification, kind: LineKind, label: str, old: str, new: str, *, by: Viewer, **values: Any
) -> RectificationLine:
    last = db.session.scalar(
        select(func.max(RectificationLine.position)).where(RectificationLine.rectification_id == draft.id)
    )
    line = RectificationLine(
        rectification_id=draft.id, position=(last or 0) + 1, kind=kind, label=label[:200], old_text=old, new_text=new,
        **values,
    )  # fmt: skip
    db.session.add(line)
    db.session.flush()
    db.session.expire(draft, ["lines"])
    audit.record("tender:change:save", draft.procedure, by=by, number=draft.number)
    return line


def drop_line(procedure: Procedure, line_id: uuid.UUID, *, by: Viewer) -> None:
    """Take a line out of the draft change."""
    _hold(procedure, by)
    line = db.session.get(RectificationLine, line_id)
    draft = queries.draft_change(procedure)
    if line is None or draft is None or line.rectification_id != draft.id:
        raise NotFound
    db.session.delete(line)
    db.session.flush()
    db.session.expire(draft, ["lines"])
    audit.record("tender:change:save", procedure, by=by, number=draft.number)


def discard_change(procedure: Procedure, *, by: Viewer) -> None:
    """Throw the draft change away; nobody has seen it."""
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    draft = queries.draft_change(procedure)
    if draft is not None:
        db.session.execute(delete(RectificationLine).where(RectificationLine.rectification_id == draft.id))
        db.session.execute(delete(Rectification).where(Rectification.id == draft.id))
        audit.record("tender:change:discard", procedure, by=by, number=draft.number)


def publish_change(procedure: Procedure, *, by: Viewer) -> Rectification:
    """Publish the draft change: documents, texts and dates go out together, and everyone concerned is told.

    Offers that were begun or submitted have to be confirmed again: see `tenders.offers`.

    Raises:
        Refused: too little time is left, nothing changes, or there is no explanation.
    """
    _hold(procedure, by)
    draft = queries.draft_change(procedure)
    if draft is None:
        raise Refused([Objection("Er is geen wijziging om te publiceren.")])
    refuse_if(objections_to_change(queries.change_facts(draft), now=clock.now(), today=clock.today()))
    for line in queries.lines_of(draft):
        _apply(line, by)
    return make_it_hold(draft, by=by)


def _apply(line: RectificationLine, by: Viewer) -> None:
    procedure = line.rectification.procedure
    if line.kind is LineKind.DOCUMENT and line.tender_document is not None and line.document is not None:
        last = line.tender_document.versions[-1]
        db.session.add(
            TenderDocumentVersion(
                tender_document_id=line.tender_document.id,
                number=last.number + 1,
                document_id=line.document.id,
                added_at=clock.now(),
                added_by_id=by.user_id,
            )
        )
        line.old_text, line.new_text = f"versie {last.number}", f"versie {last.number + 1}"
        db.session.flush()
        db.session.expire(line.tender_document, ["versions"])
    elif line.kind is LineKind.SUMMARY:
        line.old_text, procedure.summary = procedure.summary, line.new_text
    elif line.requirement is not None:
        line.old_text, line.requirement.text = line.requirement.text, line.new_text
    elif line.criterion is not None:
        line.old_text, line.criterion.description = line.criterion.description, line.new_text


def make_it_hold(change: Rectification, *, by: Viewer) -> Rectification:
    """Move the dates of the tender, keep old beside new, and tell followers and who has an offer or a draft."""
    procedure = change.procedure
    stored = queries.planning_of(procedure)
    new = Planning(**{one.name: getattr(change, one.name) for one in fields(Planning)})
    for name, (old, then) in moved(stored, new).items():
        _add_line(change, LineKind.DATE, DATE_NAMES[name], shown_date(old), shown_date(then), by=by)
    for name, value in asdict(merged(stored, new)).items():
        setattr(procedure, name, value)
    change.state = CHANGE.next(change.state, ChangeAction.PUBLISH)
    change.published_at, change.published_by_id = clock.now(), by.user_id
    db.session.flush()
    audit.record("tender:change:publish", procedure, by=by, number=change.number, kind=change.kind.label)
    notify(
        [*queries.followers_of(procedure), *queries.bidders_of(procedure)], "tender_changed",
        about=procedure, path=f"/opdrachten/{procedure.number}", procedure=procedure, change=change,
        lines=queries.lines_of(change), deadline=shown_date(procedure.submission_deadline_at),
        again=change.kind is ChangeKind.CHANGE,
    )  # fmt: skip
    return change


def shown_date(value: object) -> str:
    """Write a date or an instant as people read it."""
    if isinstance(value, datetime):
        return f"{long_date(value)}, {clock.local(value):%H:%M} uur"
    return long_date(value) if isinstance(value, date) else "niet bepaald"


def extend_deadline(procedure: Procedure, *, deadline: datetime | None, reason: str, by: Viewer) -> Rectification:
    """Give bidders more time; nothing else changes, so what was submitted stays as it is.

    Raises:
        Refused: the closing time has passed, the new one is not later, or there is no explanation.
    """
    _hold(procedure, by)
    made = new_change(procedure, ChangeKind.EXTENSION, by, reason=reason.strip(), is_substantial=False)
    set_dates(made, Planning(submission_deadline_at=deadline))
    refuse_if(objections_to_change(queries.change_facts(made), now=clock.now(), today=clock.today()))
    return make_it_hold(made, by=by)
