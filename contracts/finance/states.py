"""The life of a month in the books of one municipality."""

from enum import StrEnum

from portal.states import Machine


class PeriodState(StrEnum):
    """Open for posting, or closed; a correction after closing goes to the next open month."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"open": "Open", "closed": "Afgesloten"}[self.value]


class PeriodAction(StrEnum):
    """What can be done to a month of a municipality."""

    CLOSE = "close"
    REOPEN = "reopen"


PERIOD: Machine[PeriodState, PeriodAction] = Machine(
    initial=PeriodState.OPEN,
    table={
        (PeriodState.OPEN, PeriodAction.CLOSE): PeriodState.CLOSED,
        (PeriodState.CLOSED, PeriodAction.REOPEN): PeriodState.OPEN,
    },
)


class ExportFormat(StrEnum):
    """What kind of file an export is."""

    XLSX = "xlsx"
    CSV = "csv"


class Eligibility(StrEnum):
    """Whether the costs may be charged to the specifieke uitkering (SPUK)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"yes": "ja", "no": "nee", "unknown": "onbekend"}[self.value]
