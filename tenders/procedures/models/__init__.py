"""Tables of a tender, in three files: the tender, its lots, its questions."""

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
from tenders.procedures.models.questions import Nota, NotaAnswer, Question

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
    "Notice",
    "Procedure",
    "ProcedureInvite",
    "ProcedureKind",
    "ProcedureMandate",
    "ProcedureMember",
    "ProcedureRule",
    "Question",
    "Requirement",
    "TenderDocument",
    "TenderDocumentVersion",
]
