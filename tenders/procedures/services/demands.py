"""Requirements and award criteria, and the finding of the market consultation that led to each."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import delete, func, select

from portal import audit
from portal.access import Viewer
from portal.catalogue.models import Measure
from portal.db import db
from portal.errors import Objection, refuse_if
from tenders.procedures import queries, rules
from tenders.procedures.models import AwardCriterion, FindingUse, Lot, Procedure, Requirement
from tenders.procedures.services.editing import lock_in_preparation
from tenders.procedures.services.findings import link_findings
from tenders.procedures.states import RequirementAspect, RequirementKind


def save_requirement(
    procedure: Procedure,
    requirement: Requirement | None = None,
    *,
    kind: RequirementKind,
    title: str,
    text: str,
    evidence: str = "",
    lot_id: uuid.UUID | None = None,
    is_keurmerk: bool = False,
    aspect: RequirementAspect = RequirementAspect.OTHER,
    competence: str = "",
    reason: str = "",
    findings: Sequence[uuid.UUID] = (),
    by: Viewer,
) -> Requirement:
    """Add or change a requirement and the findings it rests on.

    Raises:
        Refused: title or text is missing, or keurmerk is asked as an automatic knock-out (practice T5).
    """
    lock_in_preparation(procedure, by)
    others = [one.competence for one in queries.requirements_in(procedure) if one is not requirement and one.competence]
    refuse_if(
        rules.objections_to_requirement(
            kind=kind, title=title, text=text, is_keurmerk=is_keurmerk, aspect=aspect, competence=competence,
            reason=reason, competences=others,
        )
    )  # fmt: skip
    if lot_id is not None:
        queries.lot_of(procedure, lot_id)
    requirement = _numbered(procedure, requirement, kind)
    requirement.kind, requirement.title, requirement.text = kind, title.strip(), text.strip()
    requirement.evidence, requirement.lot_id, requirement.is_keurmerk = evidence.strip(), lot_id, is_keurmerk
    requirement.aspect, requirement.reason = aspect, reason.strip()
    requirement.competence = competence.strip() if aspect is RequirementAspect.REFERENCE else ""
    db.session.flush()
    link_findings(procedure, requirement, findings)
    audit.record("tender:requirement:save", procedure, by=by, title=requirement.title)
    return requirement


def _numbered(procedure: Procedure, requirement: Requirement | None, kind: RequirementKind) -> Requirement:
    """Give a new requirement, or one that changes its kind, the next number of the kind."""
    if requirement is not None and requirement.kind is kind:
        return requirement
    last = db.session.scalar(
        select(func.max(Requirement.number)).where(
            Requirement.procedure_id == procedure.id, Requirement.kind == kind
        )
    )
    if requirement is None:
        requirement = Requirement(procedure_id=procedure.id)
        db.session.add(requirement)
    requirement.number = (last or 0) + 1
    return requirement


def remove_requirement(procedure: Procedure, requirement: Requirement, *, by: Viewer) -> None:
    """Take a requirement out of a tender in preparation."""
    lock_in_preparation(procedure, by)
    audit.record("tender:requirement:remove", procedure, by=by, title=requirement.title)
    db.session.execute(delete(FindingUse).where(FindingUse.requirement_id == requirement.id))
    db.session.delete(requirement)
    db.session.flush()


def save_criterion(
    lot: Lot,
    criterion: AwardCriterion | None = None,
    *,
    title: str,
    description: str,
    weight: Decimal,
    minimum_score: int | None = None,
    measure_id: uuid.UUID | None = None,
    promise_text: str = "",
    group_title: str = "",
    findings: Sequence[uuid.UUID] = (),
    by: Viewer,
) -> AwardCriterion:
    """Add or change a criterion; with a measure the bidder promises a value (a later prestatieafspraak).

    Raises:
        Refused: title or weight is wrong, the weights pass 100%, or the measure is not in the catalogue.
    """
    lock_in_preparation(lot.procedure, by)
    others = sum((one.weight for one in queries.criteria_of(lot) if one is not criterion), Decimal(0))
    found = rules.objections_to_criterion(title=title, weight=weight, others=others + (lot.price_weight or 0))
    if measure_id is not None and db.session.get(Measure, measure_id) is None:
        found.append(Objection("Kies een meting uit de catalogus.", "measure_id"))
    if minimum_score is not None and not 0 <= minimum_score <= lot.procedure.score_max:
        found.append(Objection(f"De laagste score ligt tussen 0 en {lot.procedure.score_max}.", "minimum_score"))
    refuse_if(found)
    if criterion is None:
        last = db.session.scalar(select(func.max(AwardCriterion.position)).where(AwardCriterion.lot_id == lot.id))
        criterion = AwardCriterion(lot_id=lot.id, position=(last or 0) + 1)
        db.session.add(criterion)
    criterion.title, criterion.description, criterion.weight = title.strip(), description.strip(), weight
    criterion.minimum_score, criterion.measure_id = minimum_score, measure_id
    criterion.promise_text, criterion.group_title = promise_text.strip(), group_title.strip()
    db.session.flush()
    link_findings(lot.procedure, criterion, findings)
    db.session.expire(lot, ["criteria"])
    audit.record("tender:criterion:save", lot.procedure, by=by, title=criterion.title)
    return criterion


def remove_criterion(lot: Lot, criterion: AwardCriterion, *, by: Viewer) -> None:
    """Take a criterion out of a lot in preparation."""
    lock_in_preparation(lot.procedure, by)
    audit.record("tender:criterion:remove", lot.procedure, by=by, title=criterion.title)
    db.session.execute(delete(FindingUse).where(FindingUse.criterion_id == criterion.id))
    db.session.delete(criterion)
    db.session.flush()
    db.session.expire(lot, ["criteria"])


def set_scale(procedure: Procedure, *, score_max: int, score_step_tenths: int, by: Viewer) -> None:
    """Fix the scale (0 to `score_max`) and the step in tenths (10 = whole points) before publication.

    Raises:
        Refused: the scale or step is not one of the offered ones.
    """
    lock_in_preparation(procedure, by)
    found = []
    if score_max not in (5, 10, 100):
        found.append(Objection("Kies een schaal tot en met 5, 10 of 100.", "score_max"))
    if score_step_tenths not in (1, 5, 10):
        found.append(Objection("Kies stappen van 1, 0,5 of 0,1.", "score_step_tenths"))
    refuse_if(found)
    procedure.score_max, procedure.score_step_tenths = score_max, score_step_tenths
    audit.record("tender:procedure:scale", procedure, by=by, score_max=score_max)
