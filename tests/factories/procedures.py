"""Tenders for tests, made through the services: complete, published or past their deadline."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from portal import clock
from portal.access import Viewer
from portal.accounts.queries import viewer_by_email
from portal.catalogue.queries import municipality_by_name, product_by_code
from portal.db import db
from tenders.procedures import queries, services
from tenders.procedures.demo import TenderPlan, announce, build_tender, language_plan
from tenders.procedures.demo.building import SECOND, TEAM
from tenders.procedures.models import AwardCriterion, Lot, Procedure, Question
from tenders.procedures.states import CaseRole
from tests.factories.consultations import buyer, provider


def deadline_in(days: int = 42) -> datetime:
    """A closing time at noon UTC, so many days from the present."""
    return (clock.now() + timedelta(days=days)).replace(hour=11, minute=0, second=0, microsecond=0)


def team() -> list[tuple[uuid.UUID, CaseRole, str]]:
    """The demo's assessors, chair and key holders."""
    found = []
    for email, case_role, department in TEAM:
        membership_id = viewer_by_email(email).membership_id
        assert membership_id is not None
        found.append((membership_id, case_role, department))
    return found


def make_procedure(
    *, title: str = "Taallessen 2027", kind_code: str = "sas", consultation_id: uuid.UUID | None = None,
    by: Viewer | None = None,
) -> Procedure:  # fmt: skip
    """A bare tender in preparation: title, kind and its procesleider."""
    made = services.create_procedure(
        title=title,
        kind_code=kind_code,
        summary="Taallessen voor asielstatushouders in de regio.",
        consultation_id=consultation_id,
        by=by or buyer(),
    )
    db.session.flush()
    return made


def make_lot(
    procedure: Procedure | None = None,
    *,
    title: str = "B1-leerroute",
    product: str = "B1",
    municipalities: Sequence[str] = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer"),
) -> Lot:
    """A lot for two years, without prices and criteria."""
    return services.add_lot(
        procedure or make_procedure(),
        content=services.LotContent(
            title=title,
            products=[product_by_code(product).id],
            participants=[municipality_by_name(name).id for name in municipalities],
            starts_on=date(2027, 1, 1),
            ends_on=date(2028, 12, 31),
        ),
        by=buyer(),
    )


def make_complete_procedure(
    *,
    deadline: datetime | None = None,
    consultation_id: uuid.UUID | None = None,
    plan: TenderPlan | None = None,
) -> Procedure:
    """A B1 lot for three and a Z lot for two municipalities; everything is there but the vault."""
    plan = plan or language_plan(deadline or deadline_in(), 2027, consultation_id)
    made = build_tender(plan, by=buyer(), team=team())
    announce(made, by=buyer())
    db.session.flush()
    return made


def make_published_procedure(
    *, deadline: datetime | None = None, consultation_id: uuid.UUID | None = None, checks: bool = False
) -> Procedure:
    """A published tender; without `checks` the conditions of upper storeys (the vault) are left out."""
    made = make_complete_procedure(deadline=deadline, consultation_id=consultation_id)
    kept = list(queries.publication_checks)
    if not checks:
        queries.publication_checks.clear()
    try:
        services.ask_publication(made, by=buyer())
        services.publish(made, by=second())
    finally:
        queries.publication_checks[:] = kept
    db.session.flush()
    return made


def second() -> Viewer:
    """The second person of the demo's team, who publishes what inkoop asked."""
    return viewer_by_email(SECOND)


def first_lot(procedure: Procedure) -> Lot:
    """The first lot of a tender."""
    return queries.lots_of(procedure)[0]


def make_criterion(lot: Lot, *, title: str = "Snelle start", weight: int = 60) -> AwardCriterion:
    """A criterion with a weight in whole percents."""
    return services.save_criterion(
        lot, title=title, description="Hoe begint u snel?", weight=Decimal(weight) / 100, by=buyer()
    )


def make_question(
    procedure: Procedure, *, text: str = "Mag een les ook in de avond zijn?", email: str = ""
) -> Question:
    """A question of a provider about the first lot."""
    return services.ask_question(
        procedure,
        text=text,
        lot_id=first_lot(procedure).id,
        paragraph="3.2",
        by=provider(email) if email else provider(),
    )
