"""The life of a scorecard, the five judgements of a line, and the coded reasons that go with them."""

from __future__ import annotations

from enum import StrEnum

from portal.states import Machine


class ScorecardState(StrEnum):
    """Concept until the contract manager fixes it; a correction opens a new concept version."""

    CONCEPT = "concept"
    FIXED = "fixed"

    @property
    def label(self) -> str:
        return {"concept": "Concept", "fixed": "Vastgesteld"}[self.value]


class ScorecardAction(StrEnum):
    RECOMPUTE = "recompute"
    FIX = "fix"
    CORRECT = "correct"


SCORECARD: Machine[ScorecardState, ScorecardAction] = Machine(
    initial=ScorecardState.CONCEPT,
    table={
        (ScorecardState.CONCEPT, ScorecardAction.RECOMPUTE): ScorecardState.CONCEPT,
        (ScorecardState.CONCEPT, ScorecardAction.FIX): ScorecardState.FIXED,
        (ScorecardState.FIXED, ScorecardAction.CORRECT): ScorecardState.CONCEPT,
    },
)


class LineState(StrEnum):
    """How a result stands to its norm, from good to bad; no judgement always carries a reason."""

    ON = "on"
    NEAR = "near"
    UNDER = "under"
    FAR = "far"
    NONE = "none"

    @property
    def label(self) -> str:
        return {
            "on": "Op norm",
            "near": "Bijna op norm",
            "under": "Onder norm",
            "far": "Ver onder norm",
            "none": "Geen oordeel",
        }[self.value]

    @property
    def tone(self) -> str:
        return {"on": "good", "near": "near", "under": "under", "far": "bad", "none": "none"}[self.value]

    @property
    def sign(self) -> str:
        return {"on": "full", "near": "half", "under": "ring", "far": "cross", "none": "dash"}[self.value]


class NoJudgement(StrEnum):
    """Why a line has no judgement."""

    TOO_FEW = "too_few"
    MONTHS_MISSING = "months_missing"
    DISPUTED = "disputed"
    NOT_VERIFIED = "not_verified"
    NOT_YET_VALID = "not_yet_valid"
    NEW_CONTRACT = "new_contract"
    SIGNAL = "signal"
    NOT_COMPUTED = "not_computed"

    @property
    def label(self) -> str:
        return {
            "too_few": "minder dan 10 waarnemingen",
            "months_missing": "te weinig maanden aangeleverd",
            "disputed": "cijfer betwist",
            "not_verified": "nog niet bevestigd",
            "not_yet_valid": "afspraak geldt nog niet",
            "new_contract": "nieuw contract, eerste 3 maanden",
            "signal": "signaal zonder norm",
            "not_computed": "het portaal berekent dit cijfer nog niet",
        }[self.value]


class Quality(StrEnum):
    """Data quality in three words (screens §4.3)."""

    PROVISIONAL = "provisional"
    CHECKED = "checked"
    VERIFIED = "verified"

    @property
    def label(self) -> str:
        return {"provisional": "Voorlopig", "checked": "Gecontroleerd", "verified": "Geverifieerd"}[
            self.value
        ]


class ResponseKind(StrEnum):
    EXPLAIN = "explain"
    DISPUTE = "dispute"

    @property
    def label(self) -> str:
        return {"explain": "Toelichting", "dispute": "Betwisting"}[self.value]


class DisputeGround(StrEnum):
    COUNT = "count"
    DEFINITION = "definition"
    SOURCE = "source"
    FORCE_MAJEURE = "force_majeure"

    @property
    def label(self) -> str:
        return {
            "count": "Telling",
            "definition": "Definitie",
            "source": "Bron",
            "force_majeure": "Overmacht",
        }[self.value]


class Verdict(StrEnum):
    """What the contract manager decided on a line."""

    AS_COMPUTED = "as_computed"
    DEVIATES = "deviates"

    @property
    def label(self) -> str:
        return {"as_computed": "Zoals berekend", "deviates": "Afwijkend oordeel"}[self.value]
