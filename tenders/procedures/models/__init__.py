"""Tables of a tender, in four files: the tender, its lots, its questions, what changed after publication."""

from tenders.procedures.models.changes import OfferHash, Rectification, RectificationLine
from tenders.procedures.models.lots import (
    AwardCriterion,
    FindingUse,
    Lot,
    LotMunicipality,
    LotPriceLine,
    LotProduct,
    LotVolume,
    Requirement,
)
from tenders.procedures.models.procedure import (
    Follower,
    Notice,
    Procedure,
    ProcedureInvite,
    ProcedureKind,
    ProcedureMandate,
    ProcedureMember,
    ProcedureRule,
    TenderDocument,
    TenderDocumentVersion,
)
from tenders.procedures.models.questions import Nota, NotaAnswer, NotaOpening, Question

__all__ = [
    "AwardCriterion",
    "FindingUse",
    "Follower",
    "Lot",
    "LotMunicipality",
    "LotPriceLine",
    "LotProduct",
    "LotVolume",
    "Nota",
    "NotaAnswer",
    "NotaOpening",
    "Notice",
    "OfferHash",
    "Procedure",
    "ProcedureInvite",
    "ProcedureKind",
    "ProcedureMandate",
    "ProcedureMember",
    "ProcedureRule",
    "Question",
    "Rectification",
    "RectificationLine",
    "Requirement",
    "TenderDocument",
    "TenderDocumentVersion",
]
