"""What a finding of the market consultation led to, and the report among the documents of the tender that follows."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, func, select

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from tenders.consultations.models import Consultation, Finding
from tenders.consultations.services import after_report
from tenders.procedures import queries
from tenders.procedures.models import (
    AwardCriterion,
    FindingUse,
    Procedure,
    Question,
    Requirement,
    TenderDocument,
    TenderDocumentVersion,
)
from tenders.procedures.queries import questions as question_queries
from tenders.procedures.states import DocumentKind, ProcedureState

COLUMNS: dict[str, Any] = {
    "requirement_id": FindingUse.requirement_id,
    "criterion_id": FindingUse.criterion_id,
    "question_id": FindingUse.question_id,
}


def link_findings(
    procedure: Procedure, target: Requirement | AwardCriterion | Question, findings: Sequence[uuid.UUID]
) -> None:
    """Say on which findings of the consultation it follows a requirement, criterion or question rests."""
    name = {"requirement": "requirement_id", "award_criterion": "criterion_id"}.get(target.__tablename__, "question_id")
    allowed = set(db.session.scalars(select(Finding.id).where(Finding.consultation_id == procedure.consultation_id)))
    db.session.execute(delete(FindingUse).where(COLUMNS[name] == target.id))
    for one in dict.fromkeys(findings):
        if one in allowed:
            db.session.add(FindingUse(finding_id=one, **{name: target.id}))
    db.session.flush()


def link_finding(procedure: Procedure, finding: Finding, *, targets: Iterable[uuid.UUID], by: Viewer) -> None:
    """Say what in the tender rests on a finding: requirements, criteria and questions, by their ids.

    What other tenders made of the same finding stays as it is.
    """
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    known = question_queries.linkable(procedure)
    for name, identity in known.values():
        db.session.execute(
            delete(FindingUse).where(FindingUse.finding_id == finding.id, COLUMNS[name] == identity)
        )
    chosen = [known[one] for one in dict.fromkeys(targets) if one in known]
    for name, identity in chosen:
        db.session.add(FindingUse(finding_id=finding.id, **{name: identity}))
    db.session.flush()
    audit.record("tender:finding:link", procedure, by=by, finding=finding.position, count=len(chosen))


def attach_report(procedure: Procedure, *, by: Viewer) -> bool:
    """Put the published report of the consultation among the documents of the tender; once, before publication.

    Everybody who offers has the same information as who was consulted (practice: artikel 2.51 Aw).
    """
    consultation = procedure.consultation
    report = consultation.report_document_id if consultation is not None else None
    if consultation is None or report is None or procedure.state is not ProcedureState.PREPARATION:
        return False
    if _has_document(procedure, report):
        return False
    last = db.session.scalar(
        select(func.max(TenderDocument.position)).where(TenderDocument.procedure_id == procedure.id)
    )
    title = f"Verslag van marktconsultatie {consultation.number}"
    document = TenderDocument(
        procedure_id=procedure.id, kind=DocumentKind.ANNEX, title=title, position=(last or 0) + 1
    )
    db.session.add(document)
    db.session.flush()
    db.session.add(
        TenderDocumentVersion(
            tender_document_id=document.id, number=1, document_id=report, added_at=clock.now(), added_by_id=by.user_id
        )
    )
    db.session.flush()
    audit.record("tender:document:add", procedure, by=by, version=1, title=title)
    return True


def _has_document(procedure: Procedure, document_id: uuid.UUID) -> bool:
    return (
        db.session.scalar(
            select(TenderDocumentVersion.id)
            .join(TenderDocument, TenderDocument.id == TenderDocumentVersion.tender_document_id)
            .where(TenderDocument.procedure_id == procedure.id, TenderDocumentVersion.document_id == document_id)
        )
        is not None
    )


def _attach_everywhere(consultation: Consultation, by: Viewer) -> None:
    """Give the report to every tender in preparation that follows the consultation."""
    following = db.session.scalars(
        select(Procedure).where(
            Procedure.consultation_id == consultation.id, Procedure.state == ProcedureState.PREPARATION
        )
    )
    for procedure in following:
        attach_report(procedure, by=by)


after_report.append(_attach_everywhere)
