"""What changed after publication, what waits, and who has to be told."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal import clock
from portal.accounts.models import Organisation
from portal.db import db
from portal.errors import NotFound
from tenders.procedures.models import (
    AwardCriterion,
    OfferHash,
    Procedure,
    Rectification,
    RectificationLine,
    Requirement,
    TenderDocument,
)
from tenders.procedures.queries.facts import planning_of, rule_values
from tenders.procedures.rules import Planning
from tenders.procedures.rules.changes import ChangeFacts
from tenders.procedures.states import ChangeKind, ChangeState, LineKind, ProcedureState

#: Who has an offer or a draft: `tenders.offers` adds the answer when it starts. For telling them, never for a page.
bidder_sources: list[Callable[[Procedure], Iterable[Organisation]]] = []


def bidders_of(procedure: Procedure) -> list[Organisation]:
    """Return who has a draft or an offer; only to send them what everyone gets, never to show."""
    return [one for source in bidder_sources for one in source(procedure)]


def draft_change(procedure: Procedure) -> Rectification | None:
    """Return the change of documents, texts and dates that is being prepared, or nothing."""
    return _waiting(procedure, ChangeKind.CHANGE)


def asked_outage(procedure: Procedure) -> Rectification | None:
    """Return the longer term after an outage that waits for a second person, or nothing."""
    return _waiting(procedure, ChangeKind.OUTAGE)


def _waiting(procedure: Procedure, kind: ChangeKind) -> Rectification | None:
    return db.session.scalars(
        select(Rectification).where(
            Rectification.procedure_id == procedure.id,
            Rectification.kind == kind,
            Rectification.state == ChangeState.DRAFT,
        )
    ).first()


def lines_of(change: Rectification) -> Sequence[RectificationLine]:
    """Return what a change alters, in order."""
    return db.session.scalars(
        select(RectificationLine)
        .where(RectificationLine.rectification_id == change.id)
        .order_by(RectificationLine.position)
        .options(joinedload(RectificationLine.tender_document), joinedload(RectificationLine.document))
    ).all()


def changes_of(procedure: Procedure) -> Sequence[Rectification]:
    """Return the published changes with their lines, newest first, in two statements."""
    return db.session.scalars(
        select(Rectification)
        .where(Rectification.procedure_id == procedure.id, Rectification.state == ChangeState.PUBLISHED)
        .order_by(Rectification.number.desc())
        .options(selectinload(Rectification.lines), joinedload(Rectification.notice))
    ).all()


def change_of(procedure: Procedure, number: int) -> Rectification:
    """Return a published change by its number.

    Raises:
        NotFound: there is none.
    """
    found = next((one for one in changes_of(procedure) if one.number == number), None)
    if found is None:
        raise NotFound
    return found


def last_change_at(procedure: Procedure) -> datetime | None:
    """Return when documents or texts last changed, so that older offers have to be confirmed again."""
    return db.session.scalar(
        select(Rectification.published_at)
        .where(
            Rectification.procedure_id == procedure.id,
            Rectification.kind == ChangeKind.CHANGE,
            Rectification.state == ChangeState.PUBLISHED,
        )
        .order_by(Rectification.published_at.desc())
        .limit(1)
    )


def change_facts(change: Rectification) -> ChangeFacts:
    """Return everything the rules ask about a change."""
    procedure = change.procedure
    return ChangeFacts(
        kind=change.kind,
        stored=planning_of(procedure),
        new=Planning(**{one.name: getattr(change, one.name) for one in fields(Planning)}),
        reason=change.reason,
        value=rule_values(procedure.kind_code, clock.today()),
        lines=len(lines_of(change)),
        is_substantial=change.is_substantial,
        published=procedure.state is ProcedureState.PUBLISHED,
        opened=procedure.opened_at is not None,
    )


def text_to_change(
    procedure: Procedure, kind: LineKind, target: Requirement | AwardCriterion | None
) -> tuple[str, str]:
    """Return the name and the present text of a part that can be changed after publication."""
    if kind is LineKind.REQUIREMENT and isinstance(target, Requirement):
        return f"{target.kind.label} {target.number}: {target.title}", target.text
    if kind is LineKind.CRITERION and isinstance(target, AwardCriterion):
        return f"Perceel {target.lot.number}, {target.title}", target.description
    return "Samenvatting", procedure.summary


def document_of(procedure: Procedure, document_id: uuid.UUID | None) -> TenderDocument:
    """Return a document of this tender.

    Raises:
        NotFound: it is not one of this tender.
    """
    found = db.session.get(TenderDocument, document_id) if document_id is not None else None
    if found is None or found.procedure_id != procedure.id:
        raise NotFound
    return found


def hashes_of(procedure: Procedure) -> Sequence[OfferHash]:
    """Return the hashes that bidders handed in before the closing, in order of receipt."""
    return db.session.scalars(
        select(OfferHash)
        .where(OfferHash.procedure_id == procedure.id)
        .order_by(OfferHash.received_at)
        .options(joinedload(OfferHash.organisation))
    ).all()


def waiting_hash(procedure: Procedure, organisation_id: object, now: datetime) -> OfferHash | None:
    """Return the hash of an organisation of which the offer may still follow at `now`, or nothing."""
    return next(
        (
            one
            for one in hashes_of(procedure)
            if one.organisation_id == organisation_id and one.used_at is None and now < one.until
        ),
        None,
    )


def opens_from(procedure: Procedure) -> datetime | None:
    """Return from when the vault may open: the closing, or the end of the time in which a hashed offer may follow.

    Also when that offer came already: an earlier opening would tell that it is there.
    """
    waiting = [one.until for one in hashes_of(procedure)]
    deadline = procedure.submission_deadline_at
    return max([deadline, *waiting]) if deadline is not None else None
