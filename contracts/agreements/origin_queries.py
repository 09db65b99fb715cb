"""Where clauses and prestatieafspraken come from: the promise, the criterion, the requirement, the answer."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contracts.agreements.promise_models import Clause, PerformanceAgreementVersion
from portal.access import Viewer
from portal.accounts.models import Organisation
from portal.catalogue.states import MeasureUnit
from portal.db import db
from tenders.offers.models import Offer, OfferAnswer, OfferLot
from tenders.procedures.models import AwardCriterion, Lot, Nota, NotaAnswer, Procedure, Requirement
from tenders.procedures.queries import ReadFinding, findings_under, readable_of

Version = PerformanceAgreementVersion


@dataclass(frozen=True)
class Promise:
    """What the winner wrote in its offer; `value` is in the unit of the measure (90% is 0.9)."""

    organisation: str
    text: str
    unit: MeasureUnit | None = None
    value: Decimal | None = None


@dataclass(frozen=True)
class Origin:
    """Where a clause or prestatieafspraak comes from, in words; `is_open` says that the viewer may go there."""

    text: str
    procedure_number: str = ""
    procedure_id: uuid.UUID | None = None
    criterion_id: uuid.UUID | None = None
    requirement_id: uuid.UUID | None = None
    question_id: uuid.UUID | None = None
    nota: int = 0
    position: int = 0
    quote: str = ""
    promise: Promise | None = None
    findings: Sequence[ReadFinding] = ()
    is_open: bool = False

    @property
    def target_id(self) -> uuid.UUID | None:
        """The criterion, requirement or question itself."""
        return self.criterion_id or self.requirement_id or self.question_id


def origins_of(viewer: Viewer, items: Sequence[Version | Clause]) -> dict[uuid.UUID, Origin]:
    """Return for each clause or version where it comes from, in at most seven statements."""
    answers = _answer_origins([one.offer_answer_id for one in items if one.offer_answer_id])
    requirements = _requirement_origins([one.requirement_id for one in items if one.requirement_id])
    notas = _nota_origins(
        [one.nota_answer_id for one in items if isinstance(one, Version) and one.nota_answer_id]
    )
    found: dict[uuid.UUID, Origin] = {}
    for one in items:
        nota_id = one.nota_answer_id if isinstance(one, Version) else None
        found[one.id] = (
            answers.get(one.offer_answer_id or one.id)
            or requirements.get(one.requirement_id or one.id)
            or notas.get(nota_id or one.id)
            or Origin(one.written_source or "schriftelijk afgesproken")
        )
    return _as_read_by(viewer, found)


def _as_read_by(viewer: Viewer, origins: dict[uuid.UUID, Origin]) -> dict[uuid.UUID, Origin]:
    """Add what the viewer may open: the published part of the tender, and the findings under it."""
    readable = readable_of(viewer, _ids(one.procedure_id for one in origins.values()))
    findings = findings_under(viewer, _ids(one.target_id for one in origins.values()))
    return {
        key: replace(
            one,
            is_open=one.procedure_id in readable,
            findings=findings[one.target_id] if one.target_id else (),
        )
        for key, one in origins.items()
    }


def _ids(values: Iterable[uuid.UUID | None]) -> set[uuid.UUID]:
    return {value for value in values if value is not None}


def _answer_origins(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Origin]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(OfferAnswer, AwardCriterion, Procedure, Organisation.name)
        .join(AwardCriterion, AwardCriterion.id == OfferAnswer.criterion_id)
        .join(Lot, Lot.id == AwardCriterion.lot_id)
        .join(Procedure, Procedure.id == Lot.procedure_id)
        .join(OfferLot, OfferLot.id == OfferAnswer.offer_lot_id)
        .join(Offer, Offer.id == OfferLot.offer_id)
        .join(Organisation, Organisation.id == Offer.lead_organisation_id)
        .where(OfferAnswer.id.in_(ids))
        .options(joinedload(AwardCriterion.measure))
    )
    return {
        answer.id: Origin(
            f"Inschrijving, K{criterion.position} {criterion.title}",
            procedure.number,
            procedure.id,
            criterion_id=criterion.id,
            quote=answer.text,
            promise=Promise(
                bidder,
                answer.text,
                criterion.measure.unit if criterion.measure else None,
                answer.promised_value,
            ),
        )
        for answer, criterion, procedure, bidder in rows
    }


def _requirement_origins(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Origin]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(Requirement, Procedure)
        .join(Procedure, Procedure.id == Requirement.procedure_id)
        .where(Requirement.id.in_(ids))
    )
    return {
        requirement.id: Origin(
            f"{requirement.kind.label} {requirement.number}",
            procedure.number,
            procedure.id,
            requirement_id=requirement.id,
            quote=requirement.text,
        )
        for requirement, procedure in rows
    }


def _nota_origins(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Origin]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(NotaAnswer, Nota, Procedure)
        .join(Nota, Nota.id == NotaAnswer.nota_id)
        .join(Procedure, Procedure.id == Nota.procedure_id)
        .where(NotaAnswer.id.in_(ids))
    )
    return {
        answer.id: Origin(
            f"Nota van inlichtingen {nota.number}, vraag {answer.position}",
            procedure.number,
            procedure.id,
            question_id=answer.question_id,
            nota=nota.number,
            position=answer.position,
            quote=answer.answer_text,
        )
        for answer, nota, procedure in rows
    }
