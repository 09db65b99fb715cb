"""The lives of a monthly report, its versions and its rows, and the words the sector uses for events."""

from __future__ import annotations

from enum import StrEnum

from contracts.trajectories.states import Certainty, EventOwner, StopReason
from portal.states import Machine

__all__ = [
    "REPORT", "Acceptance", "Certainty", "EventKind", "EventOwner", "ReportAction", "ReportState", "RowState",
    "StopReason", "VersionState", "Way",
]  # fmt: skip


class ReportState(StrEnum):
    """What is stored of a report; due and late follow from the calendar."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CORRECTION = "correction"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        return _REPORT_LABELS[self]


_REPORT_LABELS = {
    ReportState.DRAFT: "Concept",
    ReportState.SUBMITTED: "Ingediend",
    ReportState.CORRECTION: "Correctie gevraagd",
    ReportState.ACCEPTED: "Goedgekeurd",
}


class ReportAction(StrEnum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ASK_CORRECTION = "ask_correction"
    SETTLE = "settle"
    ACCEPT = "accept"


REPORT: Machine[ReportState, ReportAction] = Machine(
    initial=ReportState.DRAFT,
    table={
        (ReportState.DRAFT, ReportAction.SUBMIT): ReportState.SUBMITTED,
        (ReportState.SUBMITTED, ReportAction.WITHDRAW): ReportState.DRAFT,
        (ReportState.SUBMITTED, ReportAction.ASK_CORRECTION): ReportState.CORRECTION,
        (ReportState.SUBMITTED, ReportAction.ACCEPT): ReportState.ACCEPTED,
        (ReportState.CORRECTION, ReportAction.SUBMIT): ReportState.SUBMITTED,
        (ReportState.CORRECTION, ReportAction.ASK_CORRECTION): ReportState.CORRECTION,
        (ReportState.CORRECTION, ReportAction.SETTLE): ReportState.SUBMITTED,
        (ReportState.ACCEPTED, ReportAction.ASK_CORRECTION): ReportState.CORRECTION,
        (ReportState.ACCEPTED, ReportAction.SUBMIT): ReportState.SUBMITTED,
    },
)


class VersionState(StrEnum):
    """A version is a draft until it is submitted; a newer one takes its place."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Way(StrEnum):
    """How a version came in."""

    WORKBOOK = "workbook"
    SCREEN = "screen"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        return {"workbook": "bestand", "screen": "scherm", "unchanged": "geen wijzigingen"}[self.value]


class Acceptance(StrEnum):
    """What the contract manager said about one row; tacit when he said nothing in ten working days."""

    OPEN = "open"
    QUESTIONED = "questioned"
    ACCEPTED = "accepted"
    TACIT = "tacit"

    @property
    def label(self) -> str:
        return _ACCEPTANCE_LABELS[self]


_ACCEPTANCE_LABELS = {
    Acceptance.OPEN: "Nog te beoordelen",
    Acceptance.QUESTIONED: "Correctie gevraagd",
    Acceptance.ACCEPTED: "Goedgekeurd",
    Acceptance.TACIT: "Stilzwijgend goedgekeurd",
}


class RowState(StrEnum):
    """The state of the trajectory at the end of the month."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    COMPLETED = "completed"

    @property
    def label(self) -> str:
        return {
            "waiting": "nog niet gestart",
            "running": "loopt",
            "paused": "onderbroken",
            "stopped": "gestopt",
            "completed": "afgerond",
        }[self.value]


class EventKind(StrEnum):
    """What can happen to a trajectory in a month, in the words of the workbook."""

    STARTED = "started"
    NO_SHOW = "no_show"
    PAUSED = "paused"
    RESUMED = "resumed"
    READING_PASSED = "reading_passed"
    READING_FAILED = "reading_failed"
    LISTENING_PASSED = "listening_passed"
    LISTENING_FAILED = "listening_failed"
    WRITING_PASSED = "writing_passed"
    WRITING_FAILED = "writing_failed"
    SPEAKING_PASSED = "speaking_passed"
    SPEAKING_FAILED = "speaking_failed"
    KNM_PASSED = "knm_passed"
    KNM_FAILED = "knm_failed"
    PVT_SIGNED = "pvt_signed"
    MAP_FINAL_TALK = "map_final_talk"
    Z_FINAL_TALK = "z_final_talk"
    PARTICIPATION_STARTED = "participation_started"
    PARTICIPATION_ENDED = "participation_ended"
    COMPLETED = "completed"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        return EVENT_LABELS[self]

    @property
    def owner(self) -> EventOwner:
        """Who has the last word on this event (design §2: every event has one owner)."""
        return _EVENT_OWNERS.get(self, EventOwner.PROVIDER)


EVENT_LABELS: dict[EventKind, str] = {
    EventKind.STARTED: "Gestart",
    EventKind.NO_SHOW: "Niet verschenen bij de start",
    EventKind.PAUSED: "Onderbroken",
    EventKind.RESUMED: "Hervat",
    EventKind.READING_PASSED: "Lezen gehaald",
    EventKind.READING_FAILED: "Lezen niet gehaald",
    EventKind.LISTENING_PASSED: "Luisteren gehaald",
    EventKind.LISTENING_FAILED: "Luisteren niet gehaald",
    EventKind.WRITING_PASSED: "Schrijven gehaald",
    EventKind.WRITING_FAILED: "Schrijven niet gehaald",
    EventKind.SPEAKING_PASSED: "Spreken gehaald",
    EventKind.SPEAKING_FAILED: "Spreken niet gehaald",
    EventKind.KNM_PASSED: "KNM gehaald",
    EventKind.KNM_FAILED: "KNM niet gehaald",
    EventKind.PVT_SIGNED: "PVT ondertekend",
    EventKind.MAP_FINAL_TALK: "MAP eindgesprek gevoerd",
    EventKind.Z_FINAL_TALK: "Z-route eindgesprek gevoerd",
    EventKind.PARTICIPATION_STARTED: "Participatieplek begonnen",
    EventKind.PARTICIPATION_ENDED: "Participatieplek geëindigd",
    EventKind.COMPLETED: "Afgerond",
    EventKind.STOPPED: "Gestopt",
}

_EVENT_OWNERS: dict[EventKind, EventOwner] = {
    **dict.fromkeys(
        (EventKind.PVT_SIGNED, EventKind.MAP_FINAL_TALK, EventKind.Z_FINAL_TALK), EventOwner.MUNICIPALITY
    ),
    **{kind: EventOwner.DUO for kind in EventKind if kind.value.endswith(("_passed", "_failed"))},
}
