"""Gathering the rechtmatigheidsdossier of a contract: the tender it came from, itself, and its money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select

from contracts.agreements.models import Contract
from contracts.agreements.price_models import PriceVersion
from contracts.agreements.queries import (
    award_reference,
    municipalities_of,
    parties_of,
    products_of,
    quality_mark_on,
)
from contracts.agreements.states import ContractKind, QualityMarkKind, QualityMarkState
from contracts.finance.dossier_rules import ContractFacts, NoticeFacts, Point, TenderFacts, points_of
from contracts.finance.ledger_queries import invoiced_by_municipality
from contracts.finance.year_facts import prices_of_all
from contracts.finance.year_queries import expected_by_municipality
from portal import clock
from portal.access import Viewer
from portal.catalogue.models import Municipality
from portal.catalogue.queries import reference_value
from portal.db import db
from portal.money import ZERO
from tenders.awards.models import Award, AwardApproval, RankingRow
from tenders.awards.states import ApprovalState
from tenders.procedures.models import (
    Lot,
    LotMunicipality,
    Notice,
    Procedure,
    ProcedureKind,
    ProcedureMandate,
)
from tenders.procedures.states import NoticeKind


@dataclass(frozen=True)
class Spent:
    """What one municipality spent under the contract and is still committed to, without btw."""

    municipality: Municipality
    ceiling: Decimal | None
    spent: Decimal
    expected: Decimal


@dataclass(frozen=True)
class Dossier:
    """The whole dossier."""

    contract: Contract
    procedure: Procedure | None
    points: Sequence[Point]
    awarded: Decimal | None
    spent: Sequence[Spent]

    def shown_to(self, viewer: Viewer) -> list[Spent]:
        """Return the rows a viewer may see: all for the lead municipality, otherwise the own one."""
        if viewer.municipality_id == self.contract.lead_municipality_id:
            return list(self.spent)
        return [one for one in self.spent if one.municipality.id == viewer.municipality_id]

    def total(self, name: str) -> Decimal:
        """Add up a column."""
        return sum((getattr(one, name) for one in self.spent), ZERO)


def dossier_of(contract: Contract) -> Dossier:
    """Return the dossier of a contract."""
    reference = award_reference(contract)
    award = db.session.get(Award, contract.award_id) if contract.award_id else None
    spent, expected = invoiced_by_municipality(contract.id), expected_by_municipality(contract.id)
    rows = [
        Spent(one.municipality, one.ceiling, spent.get(one.municipality_id, ZERO), expected.get(one.municipality_id, ZERO))
        for one in municipalities_of(contract)
    ]
    tender = _tender(reference[0], reference[1], award) if reference and award else None
    facts = _contract(contract, sum(spent.values(), ZERO), sum(expected.values(), ZERO))
    return Dossier(
        contract, reference[0] if reference else None, points_of(facts, tender),
        _awarded(award) if award else None, rows,
    )  # fmt: skip


def _contract(contract: Contract, spent: Decimal, expected: Decimal) -> ContractFacts:
    ids = [line.id for line in prices_of_all([contract.id]).lines]
    changes = db.session.scalar(
        select(func.count()).where(PriceVersion.price_line_id.in_(ids), PriceVersion.predecessor_id.is_not(None))
    )
    return ContractFacts(
        signed_on=contract.signed_on,
        source=contract.written_source.rstrip(".") or "raamovereenkomst",
        between_municipalities=contract.kind in (ContractKind.BETWEEN_MUNICIPALITIES, ContractKind.COOPERATION),
        price_changes=changes or 0,
        ceiling=contract.ceiling,
        spent=spent,
        expected=expected,
        missing_marks=_missing_marks(contract),
    )


def _missing_marks(contract: Contract) -> list[str]:
    if not any(one.needs_keurmerk for one in products_of(contract)):
        return []
    today = clock.today()
    found = []
    for party in parties_of(contract):
        mark = quality_mark_on(party.organisation_id, QualityMarkKind.KEURMERK, today)
        if mark is None or mark.state in (QualityMarkState.SUSPENDED, QualityMarkState.WITHDRAWN):
            found.append(party.organisation.name)
    return found


def _tender(procedure: Procedure, lot: Lot, award: Award) -> TenderFacts:
    kind = db.session.get_one(ProcedureKind, procedure.kind_code)
    day = procedure.estimated_on or clock.today()
    threshold = reference_value("sas_threshold", day)
    notices = db.session.scalars(select(Notice).where(Notice.procedure_id == procedure.id)).all()
    return TenderFacts(
        number=procedure.number, kind=kind.name, is_public=kind.is_public, estimate=procedure.estimated_value,
        estimated_on=procedure.estimated_on, estimate_basis=procedure.estimate_basis,
        motivation=procedure.kind_motivation, motivated_on=procedure.motivated_on,
        lots_motivation=procedure.lots_motivation,
        threshold=threshold.value if threshold else None, threshold_source=threshold.source if threshold else "",
        mandates=_mandates(procedure, lot),
        notices=[
            NoticeFacts(one.kind.label, one.kind is NoticeKind.AWARD, _day(one.sent_at),
                        _day(one.receipt_confirmed_at), _day(one.made_public_at), one.tenderned_number)
            for one in notices
        ],
        opened_on=_day(procedure.opened_at), final_on=_day(award.final_at),
        has_record=award.record_document_id is not None, approvals=_approvals(award),
    )  # fmt: skip


def _mandates(procedure: Procedure, lot: Lot) -> list[tuple[str, str]]:
    given = {
        one.municipality_id: f"{one.reference}, {one.given_on:%d-%m-%Y}"
        for one in db.session.scalars(select(ProcedureMandate).where(ProcedureMandate.procedure_id == procedure.id))
    }
    places = db.session.scalars(
        select(Municipality)
        .join(LotMunicipality, LotMunicipality.municipality_id == Municipality.id)
        .where(LotMunicipality.lot_id == lot.id)
        .order_by(Municipality.name)
    )
    return [(one.name, given.get(one.id, "")) for one in places if one.organisation_id != procedure.lead_id]


def _approvals(award: Award) -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(AwardApproval, Municipality.name)
        .join(Municipality, Municipality.id == AwardApproval.municipality_id)
        .where(AwardApproval.award_id == award.id)
        .order_by(Municipality.name)
    ).all()
    return [
        (name, _decision(one.mandate, one.decided_at) if one.state is ApprovalState.AGREED else "")
        for one, name in rows
    ]


def _decision(mandate: str, at: datetime | None) -> str:
    on = _day(at)
    return f"{mandate or 'akkoord'}{f', {on:%d-%m-%Y}' if on else ''}"


def _awarded(award: Award) -> Decimal | None:
    return db.session.scalar(
        select(RankingRow.price).where(
            RankingRow.ranking_id == award.ranking_id, RankingRow.offer_lot_id == award.offer_lot_id
        )
    )


def _day(at: datetime | None) -> date | None:
    return clock.local(at).date() if at is not None else None
