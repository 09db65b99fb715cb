"""What the two main pages show: how far the judging is, and where the decision about a lot stands."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from portal.access import Viewer
from portal.accounts.models import User
from portal.catalogue.models import Municipality
from tenders.awards.models import (
    Assessment,
    Award,
    AwardApproval,
    AwardNotice,
    Consensus,
    Drawing,
    EvidenceItem,
    Inquiry,
    Letter,
    LotEnding,
    Ranking,
    RequirementDecision,
)
from tenders.awards.queries import checking, decisions, ending, judging, team
from tenders.awards.queries.judging import Bidder
from tenders.awards.rules import objections_to_fixing, objections_to_ranking
from tenders.offers import queries as offers
from tenders.procedures import queries as tender
from tenders.procedures.models import AwardCriterion, Lot, Procedure, ProcedureMember, Requirement
from tenders.procedures.states import CaseRole, LotState
from tenders.vault import queries as vault
from tenders.vault.states import Envelope


@dataclass(frozen=True)
class Row:
    """One criterion: how many scores each assessor submitted, and how many are agreed."""

    criterion: AwardCriterion
    done: tuple[int, ...]
    agreed: int


@dataclass(frozen=True)
class LotProgress:
    """How far the judging of one lot is; counts only, so that nobody sees a score."""

    lot: Lot
    offers: int
    assessors: tuple[str, ...]
    rows: tuple[Row, ...]
    decided: int
    to_decide: int
    assessment: Assessment | None
    missing: tuple[str, ...]


def progress_of(procedure: Procedure) -> list[LotProgress]:
    """Return how far each lot is."""
    names = names_of_members(procedure)
    counts = judging.submitted_counts(procedure)
    found = []
    for lot in judging.judged_lots(procedure):
        members = team.active_assessors(lot)
        consensus = judging.consensus_of(lot)
        facts = judging.facts_of(lot)
        rows = tuple(
            Row(
                criterion=criterion,
                done=tuple(counts.get((member.id, criterion.id), 0) for member in members),
                agreed=sum(1 for _, what in consensus if what == criterion.id),
            )
            for criterion in judging.criteria_to_score(lot)
        )
        found.append(
            LotProgress(
                lot=lot,
                offers=facts.offers,
                assessors=tuple(names.get(member.id, "") for member in members),
                rows=rows,
                decided=facts.requirements_decided,
                to_decide=facts.requirements_wanted,
                assessment=team.assessment_of(lot),
                missing=tuple(one.message for one in objections_to_fixing(facts)),
            )
        )
    return found


def next_criterion(procedure: Procedure, member: ProcedureMember) -> AwardCriterion | None:
    """Return the first criterion on which a member still has to submit; None when he is ready."""
    counts = judging.submitted_counts(procedure)
    mine = {lot.id for lot in team.lots_to_judge(procedure, member)}
    for lot in judging.judged_lots(procedure):
        if lot.id not in mine or not judging.bidders_of(lot) or team.is_fixed(lot):
            continue
        for criterion in judging.criteria_to_score(lot):
            if not counts.get((member.id, criterion.id)):
                return criterion
    return None


def names_of_members(procedure: Procedure) -> dict[uuid.UUID, str]:
    """Return the names of the team by member."""
    return {member.id: user.name for member, user, _ in tender.members_of(procedure)}


def chairs_of(procedure: Procedure) -> Sequence[User]:
    """Return who leads: procesleider and voorzitter."""
    wanted = (CaseRole.LEADER, CaseRole.CHAIR)
    found = {user.id: user for member, user, _ in tender.members_of(procedure) if member.case_role in wanted}
    return list(found.values())


def requirement_rows(lot: Lot) -> list[tuple[Bidder, Requirement, str, RequirementDecision | None]]:
    """Return what has to be decided on a lot: bidder, requirement, what he says, the decision or None."""
    stances, decided = judging.stances_on(lot), judging.decisions_on(lot)
    rows = []
    for bidder, requirement in judging.requirement_pairs(lot):
        key = (bidder.offer_lot.id, requirement.id)
        answer = stances.get(key)
        said = answer.stance.label if answer is not None and answer.stance is not None else "geen antwoord"
        rows.append((bidder, requirement, said, decided.get(key)))
    return rows


@dataclass(frozen=True)
class LotAward:
    """Where the decision about a lot stands, for the page of inkoop and the participating municipalities."""

    lot: Lot
    procedure: Procedure
    criteria: Sequence[AwardCriterion]
    bidders: dict[uuid.UUID, Bidder]
    assessment: Assessment | None
    ranking: Ranking | None
    drawing: Drawing | None
    award: Award | None
    standing: Award | None
    earlier: Sequence[Award]
    letters: Sequence[Letter]
    approvals: Sequence[tuple[AwardApproval, Municipality]]
    evidence: Sequence[EvidenceItem]
    inquiries: Sequence[Inquiry]
    scores: dict[tuple[uuid.UUID, uuid.UUID], Consensus]
    ending: LotEnding | None
    notice: AwardNotice | None
    is_fixed: bool
    prices_open: bool
    may_rank: bool
    may_decide: bool
    leads_tender: bool
    own_approval: AwardApproval | None

    @property
    def winner(self) -> Bidder | None:
        return self.bidders.get(self.award.offer_lot_id) if self.award else None

    @property
    def tied(self) -> list[Bidder]:
        """The bidders that share the first place; empty when one stands alone."""
        first = [row for row in self.ranking.rows if row.rank == 1] if self.ranking else []
        return [self.bidders[row.offer_lot_id] for row in first] if len(first) > 1 else []

    @property
    def undrawn(self) -> bool:
        """Whether a tie still waits for its drawing, or for the second person."""
        return bool(self.tied) and (self.drawing is None or self.drawing.confirmed_at is None)

    @property
    def newer_ranking(self) -> bool:
        """Whether an order was made after the decision that stands."""
        return bool(self.award and self.ranking and self.ranking.id != self.award.ranking_id)

    @property
    def may_notice(self) -> bool:
        """Whether the viewer records the notice of this lot."""
        return self.leads_tender and self.notice is not None

    @property
    def judging_again(self) -> bool:
        """Whether a new team judges this lot now."""
        return self.assessment is not None and self.assessment.version > 1 and not self.is_fixed


def lot_award(viewer: Viewer, procedure: Procedure, lot_id: uuid.UUID) -> LotAward:
    """Return the decision page of a lot; the ranking comes with the scores it was made from.

    Raises:
        NotFound: it is not a lot of this tender.
        NotWhileJudging: the viewer judges it anew.
    """
    lot = tender.lot_of(procedure, lot_id)
    team.refuse_while_judging(viewer, lot)
    versions = decisions.awards_of(lot)
    award = versions[0] if versions else None
    ranking, assessment = decisions.ranking_of(lot), team.assessment_of(lot)
    prices_open = vault.is_opened(procedure, Envelope.PRICE)
    may_decide = tender.may_change(viewer, procedure) and lot.state is not LotState.WITHDRAWN
    blocked = objections_to_ranking(
        award.state if award else None,
        fixed=team.is_fixed(lot),
        prices_open=not lot.price_weight or prices_open,
        judged_anew=checking.judged_since(award, assessment),
        excluded_since=checking.excluded_since(lot, award),
    )
    return LotAward(
        lot=lot,
        procedure=procedure,
        criteria=tender.criteria_of(lot),
        bidders={one.offer_lot.id: one for one in judging.bidders_of(lot)},
        assessment=assessment,
        ranking=ranking,
        drawing=decisions.drawing_of(ranking) if ranking else None,
        award=award,
        standing=decisions.standing_of(lot),
        earlier=versions[1:],
        letters=decisions.letters_of(award) if award else [],
        approvals=decisions.approvals_of(award) if award else [],
        evidence=checking.evidence_of(award) if award else [],
        inquiries=checking.inquiries_on(lot),
        scores=judging.consensus_in(ranking.assessment_id) if ranking else {},
        ending=ending.ending_of(lot),
        notice=ending.notice_of_lot(lot),
        is_fixed=team.is_fixed(lot),
        prices_open=prices_open,
        may_rank=may_decide and not blocked,
        may_decide=may_decide,
        leads_tender=tender.may_change(viewer, procedure),
        own_approval=decisions.approval_for(viewer, award) if award else None,
    )


def opened_names(procedure: Procedure) -> list[str]:
    """Return who offered, once the vault was opened."""
    return sorted({one.offer.lead_organisation.name for one in offers.opened_lots(procedure)})
