"""The facts of a tender as plain values, for the rules; and the hooks of upper storeys on publication."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from portal import clock
from portal.db import db
from tenders.consultations.states import ConsultationState
from tenders.procedures.models import (
    Lot,
    Notice,
    Procedure,
    ProcedureMember,
    ProcedureRule,
)
from tenders.procedures.queries import parts
from tenders.procedures.queries.access import publishers_of
from tenders.procedures.rules import (
    LotFacts,
    Missing,
    Planning,
    PlanningNote,
    ProcedureFacts,
    check_planning,
    missing_before_publication,
)
from tenders.procedures.rules.completeness import above_threshold, terms_begin
from tenders.procedures.rules.content import objections_to_formula
from tenders.procedures.states import (
    CaseRole,
    DocumentKind,
    NoticeKind,
    Participation,
    PriceFormula,
    PriceModel,
    RequirementAspect,
    RequirementKind,
)

PublicationCheck = Callable[[Procedure], Iterable[Missing]]

#: What upper storeys want to see before publication; the vault appends its own check when it starts.
publication_checks: list[PublicationCheck] = []


def rules_of(kind_code: str, on: date) -> dict[str, ProcedureRule]:
    """Return the rules of a kind that hold on a day, by code."""
    rows = db.session.scalars(
        select(ProcedureRule)
        .where(ProcedureRule.kind_code == kind_code, ProcedureRule.valid_from <= on)
        .where((ProcedureRule.valid_until.is_(None)) | (ProcedureRule.valid_until > on))
        .order_by(ProcedureRule.valid_from)
    )
    return {row.code: row for row in rows}


def rule_values(kind_code: str, on: date) -> Callable[[str], int | None]:
    """Return a function that gives the whole-number value of a rule that holds on a day."""
    rules = rules_of(kind_code, on)

    def value(code: str) -> int | None:
        rule = rules.get(code)
        return int(rule.value) if rule is not None and rule.value is not None else None

    return value


def notice_of(procedure: Procedure, kind: NoticeKind = NoticeKind.CONTRACT) -> Notice | None:
    """Return the notice of a kind, or nothing when it was never recorded."""
    return db.session.scalars(
        select(Notice).where(Notice.procedure_id == procedure.id, Notice.kind == kind)
    ).first()


def check_items(procedure: Procedure) -> list[Missing]:
    """Return what is missing before publication: our own rules first, then those of upper storeys."""
    own = missing_before_publication(facts_of(procedure), now=clock.now(), today=clock.today())
    return own + [item for check in publication_checks for item in check(procedure)]


def facts_of(procedure: Procedure) -> ProcedureFacts:
    """Return everything the rules of publication ask about a tender."""
    rule = rule_values(procedure.kind_code, clock.today())
    documents = parts.current_documents(procedure)
    roles = _roles_of(procedure)
    requirements = parts.requirements_in(procedure)
    mandates = parts.mandates_of(procedure)
    participants = parts.participants_of(procedure)
    notice = notice_of(procedure)
    consultation = procedure.consultation
    return ProcedureFacts(
        title=procedure.title,
        summary=procedure.summary,
        planning=planning_of(procedure),
        rule=rule,
        is_public=procedure.kind.is_public,
        invited=len(parts.invited_ids(procedure)),
        lots=[_lot_facts(lot) for lot in parts.lots_of(procedure)],
        documents=len(documents),
        has_guide=any(one.tender_document.kind is DocumentKind.GUIDE for one in documents),
        requirements=len(requirements),
        exclusions=sum(one.kind is RequirementKind.EXCLUSION for one in requirements),
        leaders=roles.get(CaseRole.LEADER, 0),
        assessors=roles.get(CaseRole.ASSESSOR, 0),
        publishers=len(publishers_of(procedure)),
        consultation_unreported=consultation is not None and consultation.state is not ConsultationState.REPORTED,
        estimated_value=procedure.estimated_value,
        estimated_on=procedure.estimated_on,
        kind_motivation=procedure.kind_motivation,
        lots_motivation=procedure.lots_motivation,
        motivated_on=procedure.motivated_on,
        is_framework=procedure.is_framework,
        term_motivation=procedure.term_motivation,
        mandates_missing=[
            place.name
            for place in participants
            if place.id not in mandates and place.organisation_id != procedure.lead_id
        ],
        needs_notice=needs_notice(procedure),
        is_national=needs_notice(procedure) and not is_european(procedure),
        tenderned_number=notice.tenderned_number if notice else "",
        sent_at=notice.sent_at if notice else None,
        receipt_confirmed_at=notice.receipt_confirmed_at if notice else None,
        made_public_at=notice.made_public_at if notice else None,
    )


def planning_notes(procedure: Procedure) -> list[PlanningNote]:
    """Return what is wrong or unwise in the stored dates of a tender, seen from today."""
    notice = notice_of(procedure)
    begin = terms_begin(notice.sent_at if notice else None, clock.today())
    return check_planning(
        planning_of(procedure), from_day=begin, value=rule_values(procedure.kind_code, clock.today())
    )


def needs_notice(procedure: Procedure) -> bool:
    """Say whether TenderNed goes first: for everything that is open to the whole market (T8)."""
    return procedure.kind.is_public and "notice" in rules_of(procedure.kind_code, clock.today())


def is_european(procedure: Procedure) -> bool:
    """Say whether the estimate reaches the threshold of the kind, so that TenderNed sends it on to Europe."""
    threshold = rule_values(procedure.kind_code, clock.today())("threshold")
    return above_threshold(procedure.estimated_value, threshold)


def planning_of(procedure: Procedure) -> Planning:
    """Return the dates of a tender as a value."""
    return Planning(
        questions_close_at=procedure.questions_close_at,
        nota_due_on=procedure.nota_due_on,
        submission_deadline_at=procedure.submission_deadline_at,
        award_planned_on=procedure.award_planned_on,
        standstill_ends_on=procedure.standstill_ends_on,
    )


def _roles_of(procedure: Procedure) -> dict[CaseRole, int]:
    rows = db.session.execute(
        select(ProcedureMember.case_role, func.count())
        .where(ProcedureMember.procedure_id == procedure.id)
        .group_by(ProcedureMember.case_role)
    )
    return dict(rows.all())


def _lot_facts(lot: Lot) -> LotFacts:
    lines = parts.price_lines_of(lot)
    criteria = parts.criteria_of(lot)
    requirements = parts.requirements_of(lot)
    return LotFacts(
        id=lot.id,
        title=lot.title,
        products=len(lot.products),
        municipalities=len(lot.municipalities),
        volumes_missing=_volumes_missing(lot),
        ceiling_amount=lot.ceiling_amount,
        ceiling_quantity=lot.ceiling_quantity,
        starts_on=lot.starts_on,
        ends_on=lot.ends_on,
        longest_years=longest_years(lot),
        winners=lot.winners,
        distribution_chosen=lot.distribution_rule is not None,
        price_lines=len(lines),
        bounded_prices=any(line.price_model is not PriceModel.OPEN for line in lines),
        price_rationale=lot.price_rationale,
        price_weight=lot.price_weight,
        price_floor=lot.price_floor,
        price_cap=lot.price_cap,
        outside_chosen=lot.outside_bounds is not None,
        has_bounds=lot.price_formula is PriceFormula.WEIGHTED_FACTOR,
        formula_set=not objections_to_formula(
            lot.price_formula,
            weight=lot.price_weight,
            quality_value=lot.quality_value,
            log_base=lot.log_base,
            rationale=lot.price_rationale,
        ),
        criteria_weight=sum((one.weight for one in criteria), Decimal(0)),
        criteria=len(criteria),
        needs_keurmerk=any(link.product.needs_keurmerk for link in lot.products),
        has_keurmerk=any(one.is_keurmerk for one in requirements),
        needs_diploma=any(link.product.needs_diploma_recognition for link in lot.products),
        has_diploma=any(one.aspect is RequirementAspect.DIPLOMA for one in requirements),
    )


def _volumes_missing(lot: Lot) -> int:
    places = [one for one in lot.municipalities if one.participation is Participation.PARTICIPANT]
    wanted = {
        (place.id, product.id, year)
        for place in places
        for product in lot.products
        for year in parts.years_of(lot)
    }
    return len(wanted - set(parts.volumes_of(lot)))


def longest_years(lot: Lot) -> Decimal:
    """Return the term of a lot in years with every option used; 0 when the dates are unknown."""
    if lot.starts_on is None or lot.ends_on is None:
        return Decimal(0)
    days = (lot.ends_on - lot.starts_on).days + 1
    months = lot.extension_count * lot.extension_months
    return (Decimal(days) / Decimal("365.25") + Decimal(months) / 12).quantize(Decimal("0.1"))

