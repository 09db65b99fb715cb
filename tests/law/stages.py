"""A tender with one offer that goes from stage to stage: drafted, submitted, closed, opened, judged, ranked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from portal.accounts.queries import viewer_by_email
from portal.db import db
from tenders.awards import services
from tenders.offers import queries
from tenders.procedures.models import AwardCriterion, Requirement
from tenders.procedures.states import CaseRole
from tenders.vault import ceremony
from tenders.vault.states import Envelope
from tests.factories import awards
from tests.factories.offers import make_draft, submit
from tests.factories.vault import BUYER, PIJNACKER, ZOETERMEER, GuardedTender, make_guarded_tender

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
TEXT = "MARKER-ANTWOORD-kolibrie"
Freeze = Callable[[datetime], None]


class Tender:
    """A tender with one offer that is brought from stage to stage through the services."""

    def __init__(self, freeze: Freeze) -> None:
        self.freeze = freeze
        freeze(NOON - timedelta(days=1))
        self.guarded: GuardedTender = make_guarded_tender(deadline=NOON)
        self.procedure = self.guarded.procedure
        self.procedure.questions_close_at = NOON - timedelta(days=20)
        self.procedure.nota_due_on = (NOON - timedelta(days=12)).date()
        self.procedure.award_planned_on = (NOON + timedelta(days=20)).date()
        self.procedure.standstill_ends_on = (NOON + timedelta(days=41)).date()
        self.procedure.score_max, self.procedure.score_step_tenths = 10, 20
        for email, role in ((BUYER, CaseRole.LEADER), (BUYER, CaseRole.ASSESSOR), (PIJNACKER, CaseRole.ASSESSOR)):
            awards._member(self.procedure, email, role)
        db.session.flush()

    def reach(self, stage: str) -> None:
        """Bring the tender to a stage, step by step."""
        for name, step in self.steps().items():
            step()
            if name == stage:
                return
        raise AssertionError(stage)

    def steps(self) -> dict[str, Callable[[], object]]:
        """Give the stages in their order, each with what brings the tender there."""
        return {
            "concept": self._draft,
            "ingediend": lambda: submit(self.offer),
            "gesloten": lambda: self.freeze(NOON + timedelta(minutes=1)),
            "eerste kaart": lambda: self._ask(Envelope.QUALITY),
            "kwaliteit open": self._confirm,
            "kwaliteit vastgesteld": self._judge,
            "prijs open": self._open_prices,
            "rangorde": lambda: services.make_ranking(self.lot, by=viewer_by_email(BUYER)),
        }

    def _draft(self) -> None:
        self.offer = make_draft(self.procedure, text=TEXT)

    def _ask(self, envelope: Envelope) -> None:
        self.opening = ceremony.ask_opening(
            self.guarded.key(envelope), answer=self.guarded.codes[BUYER], by=viewer_by_email(BUYER)
        )

    def _confirm(self) -> None:
        by = viewer_by_email(ZOETERMEER)
        unsealed = ceremony.unseal_with(self.opening, answer=self.guarded.codes[ZOETERMEER], by=by)
        ceremony.confirm_opening(self.opening, unsealed, by=by)

    def _open_prices(self) -> None:
        self._ask(Envelope.PRICE)
        self._confirm()

    def _judge(self) -> None:
        lot = queries.opened_lots(self.procedure)[0].lot
        requirement = db.session.scalars(
            select(Requirement).where(Requirement.procedure_id == self.procedure.id)
        ).one()
        offers = {"taalhuis-de-waterlinie": queries.opened_lots(self.procedure)[0]}
        criteria = db.session.scalars(
            select(AwardCriterion).where(AwardCriterion.lot_id == lot.id).order_by(AwardCriterion.position)
        )
        case = awards.Case(self.procedure, lot, tuple(criteria), requirement, offers)
        for email in (BUYER, PIJNACKER):
            awards.declare(case, email)
            awards.score_all(case, email)
        awards.decide_requirements(case)
        awards.agree(case)
        services.fix_quality(lot, by=viewer_by_email(BUYER))
        self.lot = lot
