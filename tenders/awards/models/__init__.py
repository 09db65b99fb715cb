"""Every table of judging and awarding."""

from tenders.awards.models.checking import EvidenceItem, EvidenceKind, Inquiry
from tenders.awards.models.decisions import Award, AwardApproval, Drawing, Letter, Ranking, RankingRow
from tenders.awards.models.ending import AwardNotice, Complaint, LotEnding, ModelTrial
from tenders.awards.models.judging import (
    Assessment,
    AssessmentMember,
    Consensus,
    Declaration,
    RequirementDecision,
    Score,
)

__all__ = [
    "Assessment",
    "AssessmentMember",
    "Award",
    "AwardApproval",
    "AwardNotice",
    "Complaint",
    "Consensus",
    "Declaration",
    "Drawing",
    "EvidenceItem",
    "EvidenceKind",
    "Inquiry",
    "Letter",
    "LotEnding",
    "ModelTrial",
    "Ranking",
    "RankingRow",
    "RequirementDecision",
    "Score",
]
