"""The lives of a verbeteractie, a notice of default and a contract talk."""

from __future__ import annotations

from enum import StrEnum

from portal.states import Machine


class ActionState(StrEnum):
    """From proposal to result; who is next follows from the state."""

    PROPOSED = "proposed"
    COUNTERED = "countered"
    RUNNING = "running"
    REPORTED = "reported"
    ACHIEVED = "achieved"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "proposed": "Voorgesteld",
            "countered": "Tegenvoorstel",
            "running": "Loopt",
            "reported": "Klaar gemeld",
            "achieved": "Doel gehaald",
            "missed": "Doel niet gehaald",
            "withdrawn": "Ingetrokken",
        }[self.value]

    @property
    def look(self) -> tuple[str, str]:
        """The tone and the sign with which it is shown."""
        return {
            "proposed": ("info", "pencil"),
            "countered": ("near", "back"),
            "running": ("info", "clock"),
            "reported": ("info", "check"),
            "achieved": ("good", "full"),
            "missed": ("bad", "cross"),
            "withdrawn": ("none", "dash"),
        }[self.value]

    @property
    def is_over(self) -> bool:
        """Whether nobody has to do anything any more."""
        return self in (ActionState.ACHIEVED, ActionState.MISSED, ActionState.WITHDRAWN)


class ActionStep(StrEnum):
    """What can be done to a verbeteractie."""

    ACCEPT = "accept"
    COUNTER = "counter"
    REVISE = "revise"
    REPORT = "report"
    ACHIEVE = "achieve"
    MISS = "miss"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        """The Dutch words for the choice on the page."""
        return {
            "accept": "Akkoord",
            "counter": "Tegenvoorstel doen",
            "revise": "Aangepast voorstellen",
            "report": "Klaar melden met bewijs",
            "achieve": "Doel gehaald",
            "miss": "Doel niet gehaald",
            "reopen": "Nog niet klaar, loopt door",
            "withdraw": "Intrekken",
        }[self.value]


_S, _A = ActionState, ActionStep

ACTION: Machine[ActionState, ActionStep] = Machine(
    initial=_S.PROPOSED,
    table={
        (_S.PROPOSED, _A.ACCEPT): _S.RUNNING,
        (_S.PROPOSED, _A.COUNTER): _S.COUNTERED,
        (_S.PROPOSED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.COUNTERED, _A.REVISE): _S.PROPOSED,
        (_S.COUNTERED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.RUNNING, _A.REPORT): _S.REPORTED,
        (_S.RUNNING, _A.MISS): _S.MISSED,
        (_S.RUNNING, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.REPORTED, _A.ACHIEVE): _S.ACHIEVED,
        (_S.REPORTED, _A.MISS): _S.MISSED,
        (_S.REPORTED, _A.REOPEN): _S.RUNNING,
    },
)


class Side(StrEnum):
    """Which side of the contract owns an action, or said something."""

    PROVIDER = "provider"
    MUNICIPALITY = "municipality"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"provider": "aanbieder", "municipality": "gemeente"}[self.value]


class NoticeState(StrEnum):
    """A notice of default waits for the remedy until its last day."""

    SENT = "sent"
    REMEDIED = "remedied"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"sent": "Verstuurd", "remedied": "Nagekomen", "expired": "In verzuim"}[self.value]

    @property
    def look(self) -> tuple[str, str]:
        """The tone and the sign with which it is shown."""
        return {"sent": ("near", "clock"), "remedied": ("good", "check"), "expired": ("bad", "alert")}[self.value]


class NoticeStep(StrEnum):
    """How a notice of default ends."""

    REMEDY = "remedy"
    EXPIRE = "expire"


NOTICE: Machine[NoticeState, NoticeStep] = Machine(
    initial=NoticeState.SENT,
    table={
        (NoticeState.SENT, NoticeStep.REMEDY): NoticeState.REMEDIED,
        (NoticeState.SENT, NoticeStep.EXPIRE): NoticeState.EXPIRED,
    },
)


class TalkState(StrEnum):
    """A contract talk has an agenda until its minutes are recorded."""

    PLANNED = "planned"
    RECORDED = "recorded"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"planned": "Gepland", "recorded": "Verslag gemaakt"}[self.value]


class TalkStep(StrEnum):
    """What can be done to a contract talk."""

    RECORD = "record"


TALK: Machine[TalkState, TalkStep] = Machine(
    initial=TalkState.PLANNED, table={(TalkState.PLANNED, TalkStep.RECORD): TalkState.RECORDED}
)
