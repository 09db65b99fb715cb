"""Make a tender and fill in what it is, why it is done so, when, by whom and with what documents."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select

from portal import audit, clock
from portal.access import Viewer
from portal.accounts.models import Organisation, OrganisationKind
from portal.db import db, lock, next_number
from portal.documents import store_upload
from portal.errors import NotYours, Objection, Refused, TransitionRefused, refuse_if
from tenders.consultations.models import Consultation
from tenders.procedures import queries
from tenders.procedures.models import (
    Procedure,
    ProcedureInvite,
    ProcedureKind,
    ProcedureMandate,
    ProcedureMember,
    TenderDocument,
    TenderDocumentVersion,
)
from tenders.procedures.rules import Planning, propose_planning
from tenders.procedures.states import CaseRole, DocumentKind, ProcedureState


def lock_in_preparation(procedure: Procedure, by: Viewer) -> None:
    """Hold a tender that may still be changed, for a buyer of its lead municipality.

    A change takes back the question to publish: the second person publishes what was asked, nothing else.

    Raises:
        NotYours: the viewer does not buy for the lead.
        TransitionRefused: the tender has been published.
    """
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    if procedure.state is not ProcedureState.PREPARATION:
        raise TransitionRefused("change", procedure.state)
    if procedure.publication_asked_at is not None:
        procedure.publication_asked_at = procedure.publication_asked_by_id = None
        audit.record("tender:procedure:ask_lapsed", procedure, by=by)


def create_procedure(
    *, title: str, kind_code: str, summary: str = "", consultation_id: uuid.UUID | None = None, by: Viewer
) -> Procedure:
    """Make a tender of the viewer's municipality; its maker becomes procesleider.

    Raises:
        Refused: the title is missing, or the kind or consultation is not there.
    """
    if by.organisation_id is None:
        raise NotYours("inkoop van een gemeente")
    refuse_if(_details_objections(title, kind_code, consultation_id, by.organisation_id))
    year = clock.today().year
    procedure = Procedure(
        number=f"AB-{year}-{next_number('AB', year):03d}",
        lead_id=by.organisation_id,
        kind_code=kind_code,
        consultation_id=consultation_id,
        title=title.strip(),
        summary=summary.strip(),
        created_at=clock.now(),
    )
    db.session.add(procedure)
    db.session.flush()
    audit.record("tender:procedure:create", procedure, by=by, number=procedure.number)
    if by.membership_id is not None:
        db.session.add(
            ProcedureMember(
                procedure_id=procedure.id,
                membership_id=by.membership_id,
                case_role=CaseRole.LEADER,
                department="Inkoop",
                added_at=clock.now(),
            )
        )
    return procedure


def _details_objections(
    title: str, kind_code: str, consultation_id: uuid.UUID | None, lead_id: uuid.UUID
) -> list[Objection]:
    found = []
    if not title.strip():
        found.append(Objection("Vul de titel van de aanbesteding in.", "title"))
    if db.session.get(ProcedureKind, kind_code) is None:
        found.append(Objection("Kies een soort procedure.", "kind_code"))
    if consultation_id is not None:
        consultation = db.session.get(Consultation, consultation_id)
        if consultation is None or consultation.lead_id != lead_id:
            found.append(Objection("Kies een marktconsultatie van uw eigen gemeente.", "consultation_id"))
    return found


def change_details(
    procedure: Procedure,
    *,
    title: str,
    kind_code: str,
    summary: str,
    consultation_id: uuid.UUID | None,
    invited: Sequence[uuid.UUID] = (),
    by: Viewer,
) -> None:
    """Change title, kind, summary, the consultation it follows, and who is invited.

    Raises:
        Refused: the title is missing, or the kind or consultation is not there.
    """
    lock_in_preparation(procedure, by)
    refuse_if(_details_objections(title, kind_code, consultation_id, procedure.lead_id))
    procedure.title, procedure.kind_code, procedure.summary = title.strip(), kind_code, summary.strip()
    procedure.consultation_id = consultation_id
    providers = set(
        db.session.scalars(select(Organisation.id).where(Organisation.kind == OrganisationKind.PROVIDER))
    )
    db.session.execute(delete(ProcedureInvite).where(ProcedureInvite.procedure_id == procedure.id))
    for one in dict.fromkeys(invited):
        if one in providers:
            db.session.add(
                ProcedureInvite(procedure_id=procedure.id, organisation_id=one, invited_at=clock.now())
            )
    db.session.flush()
    db.session.expire(procedure, ["kind", "consultation"])
    audit.record("tender:procedure:change", procedure, by=by)


def set_planning(procedure: Procedure, *, planning: Planning, by: Viewer) -> None:
    """Store the dates; what is wrong with them blocks publication, not saving.

    Raises:
        Refused: there is no closing time, or it has passed.
    """
    lock_in_preparation(procedure, by)
    deadline = planning.submission_deadline_at
    if deadline is None or deadline <= clock.now():
        raise Refused([Objection("De sluitingsdatum moet in de toekomst liggen.", "submission_deadline_at")])
    for name, value in asdict(planning).items():
        setattr(procedure, name, value)
    audit.record("tender:procedure:plan", procedure, by=by, deadline=deadline.isoformat())


def propose_dates(procedure: Procedure, *, deadline: datetime, by: Viewer) -> None:
    """Store the closing time and fill in the other dates from the terms of the kind of procedure."""
    rule = queries.rule_values(procedure.kind_code, clock.today())
    set_planning(procedure, planning=propose_planning(deadline, rule), by=by)


def set_motivation(
    procedure: Procedure,
    *,
    estimated_value: Decimal | None,
    estimated_on: date | None,
    estimate_basis: str,
    kind_motivation: str,
    lots_motivation: str,
    motivated_on: date | None,
    is_framework: bool,
    term_motivation: str,
    max_lots: int | None = None,
    by: Viewer,
) -> None:
    """Store the estimate (without VAT, all options and municipalities) and the motivations (practice T7)."""
    lock_in_preparation(procedure, by)
    if estimated_value is not None and estimated_value <= 0:
        raise Refused([Objection("De raming moet meer dan € 0,00 zijn.", "estimated_value")])
    procedure.estimated_value, procedure.estimated_on = estimated_value, estimated_on
    procedure.estimate_basis = estimate_basis.strip()
    procedure.kind_motivation, procedure.lots_motivation = kind_motivation.strip(), lots_motivation.strip()
    procedure.motivated_on, procedure.is_framework = motivated_on, is_framework
    procedure.term_motivation, procedure.max_lots = term_motivation.strip(), max_lots
    audit.record("tender:procedure:motivate", procedure, by=by)


def record_mandate(
    procedure: Procedure, *, municipality_id: uuid.UUID, reference: str, given_on: date | None, by: Viewer
) -> None:
    """Record by what decision a participating municipality lets the lead buy for it.

    Raises:
        Refused: reference or date is missing, or the municipality does not take part.
    """
    lock_in_preparation(procedure, by)
    found = []
    if municipality_id not in {place.id for place in queries.participants_of(procedure)}:
        found.append(Objection("Kies een gemeente die meedoet.", "municipality_id"))
    if not reference.strip():
        found.append(Objection("Vul het kenmerk van de volmacht of het mandaat in.", "reference"))
    if given_on is None or given_on > clock.today():
        found.append(Objection("Vul de datum van de volmacht of het mandaat in, niet later dan vandaag.", "given_on"))
    refuse_if(found)
    mandate = queries.mandates_of(procedure).get(municipality_id)
    if mandate is None:
        mandate = ProcedureMandate(procedure_id=procedure.id, municipality_id=municipality_id)
        db.session.add(mandate)
    mandate.reference, mandate.given_on = reference.strip(), given_on or clock.today()
    audit.record("tender:procedure:mandate", procedure, by=by, reference=mandate.reference)


def add_member(
    procedure: Procedure, *, membership_id: uuid.UUID, case_role: CaseRole, department: str = "", by: Viewer
) -> ProcedureMember:
    """Put a person in the team in a case role; key holders and assessors can be added until the opening.

    Raises:
        Refused: the person is not of a participating municipality, or already has this role.
    """
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    if procedure.state not in (ProcedureState.PREPARATION, ProcedureState.PUBLISHED):
        raise TransitionRefused("team", procedure.state)
    if membership_id not in {row[0].id for row in queries.candidates_for_team(procedure)}:
        raise Refused([Objection("Kies iemand van een deelnemende gemeente.", "membership_id")])
    there = {(row[0].membership_id, row[0].case_role) for row in queries.members_of(procedure)}
    if (membership_id, case_role) in there:
        raise Refused([Objection("Deze persoon heeft deze rol al.", "membership_id")])
    member = ProcedureMember(
        procedure_id=procedure.id,
        membership_id=membership_id,
        case_role=case_role,
        department=department.strip(),
        added_at=clock.now(),
    )
    db.session.add(member)
    db.session.flush()
    audit.record("tender:team:add", procedure, by=by, case_role=case_role.value)
    return member


def remove_member(procedure: Procedure, *, member_id: uuid.UUID, by: Viewer) -> None:
    """Take a person out of the team while the tender is being prepared."""
    lock_in_preparation(procedure, by)
    member = db.session.get(ProcedureMember, member_id)
    if member is None or member.procedure_id != procedure.id:
        raise Refused([Objection("Deze persoon zit niet in het team.")])
    audit.record("tender:team:remove", procedure, by=by, case_role=member.case_role.value)
    db.session.delete(member)


def add_document(
    procedure: Procedure, *, kind: DocumentKind, title: str, data: bytes, filename: str, by: Viewer
) -> TenderDocumentVersion:
    """Store a pdf or docx as the first version of a new tender document.

    Raises:
        Refused: the title is missing, or the file cannot be accepted (DocumentRefused).
    """
    lock_in_preparation(procedure, by)
    if not title.strip():
        raise Refused([Objection("Vul de titel van het document in.", "title")])
    position = db.session.scalar(
        select(func.count()).select_from(TenderDocument).where(TenderDocument.procedure_id == procedure.id)
    )
    document = TenderDocument(
        procedure_id=procedure.id, kind=kind, title=title.strip(), position=(position or 0) + 1
    )
    db.session.add(document)
    db.session.flush()
    return _add_version(document, data=data, filename=filename, by=by)


def add_document_version(
    document: TenderDocument, *, data: bytes, filename: str, by: Viewer
) -> TenderDocumentVersion:
    """Store a newer version of a tender document; the older ones stay.

    Raises:
        Refused: the file cannot be accepted (DocumentRefused).
    """
    lock_in_preparation(document.procedure, by)
    return _add_version(document, data=data, filename=filename, by=by)


def remove_document(document: TenderDocument, *, by: Viewer) -> None:
    """Take a document with its versions out of a tender in preparation; the stored files stay for the trail."""
    procedure = document.procedure
    lock_in_preparation(procedure, by)
    audit.record("tender:document:remove", procedure, by=by, title=document.title)
    db.session.execute(
        delete(TenderDocumentVersion).where(TenderDocumentVersion.tender_document_id == document.id)
    )
    db.session.execute(delete(TenderDocument).where(TenderDocument.id == document.id))


def _add_version(document: TenderDocument, *, data: bytes, filename: str, by: Viewer) -> TenderDocumentVersion:
    before: Any = document.versions[-1] if document.versions else None
    try:
        stored = store_upload(
            data, name=filename, kind="tender_document", by=by, predecessor=before.document if before else None
        )
    except Refused as refusal:
        raise Refused([Objection(one.message, "file") for one in refusal.objections]) from None
    version = TenderDocumentVersion(
        tender_document_id=document.id,
        number=before.number + 1 if before else 1,
        document_id=stored.id,
        added_at=clock.now(),
        added_by_id=by.user_id,
    )
    db.session.add(version)
    db.session.flush()
    db.session.expire(document, ["versions"])
    audit.record("tender:document:add", document.procedure, by=by, title=document.title, version=version.number)
    return version
