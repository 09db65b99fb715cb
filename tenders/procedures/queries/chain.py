"""Published parts of a tender, each to be read on its own: what the chain from finding to ledger line runs through."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.access import Viewer
from portal.db import db
from portal.errors import NotFound
from tenders.consultations.chain_queries import reported_of
from tenders.consultations.models import Finding
from tenders.procedures.models import FindingUse, Nota, NotaAnswer, Procedure
from tenders.procedures.queries.access import market_sees, staff_sees
from tenders.procedures.states import ProcedureState


def _read_by(viewer: Viewer) -> ColumnElement[bool]:
    """Narrow to published tenders of the market, and of the viewer's own municipality in whatever role."""
    return or_(market_sees(viewer), and_(Procedure.state != ProcedureState.PREPARATION, staff_sees(viewer)))


def published_procedure(viewer: Viewer, number: str) -> Procedure:
    """Return a published tender to read one part of: who may see the market page, or works for its municipality.

    Raises:
        NotFound: there is none for this viewer.
    """
    found = db.session.scalars(
        select(Procedure)
        .where(Procedure.number == number, _read_by(viewer))
        .options(joinedload(Procedure.lead), joinedload(Procedure.kind))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def readable_of(viewer: Viewer, procedure_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return of these tenders the ones whose published parts the viewer may read, in one statement."""
    if not procedure_ids:
        return set()
    return set(db.session.scalars(select(Procedure.id).where(Procedure.id.in_(procedure_ids), _read_by(viewer))))


def nota_answer_of(procedure: Procedure, nota: int, position: int) -> NotaAnswer:
    """Return one question with its answer as they stand in a published nota.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalars(
        select(NotaAnswer)
        .join(NotaAnswer.nota)
        .where(Nota.procedure_id == procedure.id, Nota.number == nota, NotaAnswer.position == position)
        .options(contains_eager(NotaAnswer.nota))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class ReadFinding:
    """A finding the viewer may open, with the number of its consultation."""

    finding: Finding
    consultation_number: str


def findings_under(viewer: Viewer, targets: Collection[uuid.UUID]) -> dict[uuid.UUID, list[ReadFinding]]:
    """Return for each criterion, requirement or question the reported findings it rests on, in two statements."""
    found: dict[uuid.UUID, list[ReadFinding]] = {target: [] for target in targets}
    uses = _uses(targets)
    numbers = reported_of(viewer, {use.finding.consultation_id for use in uses})
    for use in uses:
        target = use.criterion_id or use.requirement_id or use.question_id
        if target is not None and use.finding.consultation_id in numbers:
            found[target].append(ReadFinding(use.finding, numbers[use.finding.consultation_id]))
    return found


def _uses(targets: Collection[uuid.UUID]) -> Sequence[FindingUse]:
    if not targets:
        return []
    return db.session.scalars(
        select(FindingUse)
        .join(FindingUse.finding)
        .where(
            or_(
                FindingUse.criterion_id.in_(targets),
                FindingUse.requirement_id.in_(targets),
                FindingUse.question_id.in_(targets),
            )
        )
        .options(contains_eager(FindingUse.finding))
        .order_by(Finding.position)
    ).all()
