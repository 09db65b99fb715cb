"""Begin a tender with a copy of an earlier one or of a template: what was bought and asked, not when and by whom."""

import uuid

from sqlalchemy import select

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.errors import Objection, Refused
from tenders.procedures import queries
from tenders.procedures.models import (
    AwardCriterion,
    Lot,
    LotMunicipality,
    LotPriceLine,
    LotProduct,
    Procedure,
    Requirement,
    TenderDocument,
    TenderDocumentVersion,
)
from tenders.procedures.services.editing import create_procedure

_PROCEDURE = (
    "summary", "score_max", "score_step_tenths", "estimate_basis", "kind_motivation", "lots_motivation",
    "is_framework", "term_motivation", "max_lots",
)  # fmt: skip
_LOT = (
    "number", "title", "description", "extension_count", "extension_months", "run_off_months", "estimated_amount",
    "ceiling_amount", "ceiling_quantity", "winners", "waiting_list", "distribution_rule", "distribution_text",
    "price_formula", "price_weight", "price_floor", "price_cap", "outside_bounds", "price_rationale",
    "quality_value", "log_base",
)  # fmt: skip
_PRICE_LINE = (
    "position", "title", "unit", "vat_category", "quantity", "price_model", "rate_floor", "rate_cap",
)  # fmt: skip
_REQUIREMENT = (
    "kind", "number", "title", "text", "evidence", "is_keurmerk", "aspect", "competence", "reason", "uea_code",
)  # fmt: skip
_CRITERION = (
    "position", "group_title", "title", "description", "weight", "minimum_score", "measure_id", "promise_text",
)  # fmt: skip


def copy_procedure(source: Procedure, *, title: str, as_template: bool = False, by: Viewer) -> Procedure:
    """Make a tender in preparation, or a template, from one that the viewer may see.

    Copied: the kind, texts, lots with products, municipalities, prices and criteria, requirements, and the last
    version of each document. Not copied, because they are new each time: dates, estimate, volumes, mandates,
    notice, team, questions and the findings of a consultation.

    Raises:
        Refused: the title is missing.
    """
    if not title.strip():
        raise Refused([Objection("Vul de titel van de aanbesteding in.", "title")])
    made = create_procedure(title=title, kind_code=source.kind_code, by=by)
    for name in _PROCEDURE:
        setattr(made, name, getattr(source, name))
    made.is_template, made.copied_from_id = as_template, source.id
    db.session.flush()
    lots = {lot.id: _copy_lot(lot, made) for lot in queries.lots_of(source)}
    for one in queries.requirements_in(source):
        _copy(one, Requirement(procedure_id=made.id, lot_id=lots[one.lot_id] if one.lot_id else None), _REQUIREMENT)
    _copy_documents(source, made, by)
    db.session.flush()
    audit.record("tender:procedure:copy", made, by=by, source=source.number)
    return made


def _copy(source: object, made: object, names: tuple[str, ...]) -> None:
    for name in names:
        setattr(made, name, getattr(source, name))
    db.session.add(made)


def _copy_lot(lot: Lot, made: Procedure) -> uuid.UUID:
    copied = Lot(procedure_id=made.id)
    _copy(lot, copied, _LOT)
    db.session.flush()
    for place in lot.municipalities:
        _copy(place, LotMunicipality(lot_id=copied.id), ("municipality_id", "participation", "position"))
    for product in lot.products:
        link = LotProduct(lot_id=copied.id)
        _copy(product, link, ("product_id", "position"))
        db.session.flush()
        for line in db.session.scalars(select(LotPriceLine).where(LotPriceLine.lot_product_id == product.id)):
            _copy(line, LotPriceLine(lot_product_id=link.id), _PRICE_LINE)
    for criterion in lot.criteria:
        _copy(criterion, AwardCriterion(lot_id=copied.id), _CRITERION)
    return copied.id


def _copy_documents(source: Procedure, made: Procedure, by: Viewer) -> None:
    for version in queries.current_documents(source):
        document = TenderDocument(procedure_id=made.id)
        _copy(version.tender_document, document, ("kind", "title", "position"))
        db.session.flush()
        db.session.add(
            TenderDocumentVersion(
                tender_document_id=document.id,
                number=1,
                document_id=version.document_id,
                added_at=clock.now(),
                added_by_id=by.user_id,
            )
        )


def drop_template(template: Procedure, *, by: Viewer) -> None:
    """Turn a template back into a tender in preparation, which can be finished or left.

    Raises:
        Refused: it is no template.
    """
    lock(template)
    queries.refuse_unless_lead(by, template)
    if not template.is_template:
        raise Refused([Objection("Dit is geen sjabloon.")])
    template.is_template = False
    audit.record("tender:procedure:no_template", template, by=by)
