"""What a tender is at an instant; decided by the stored state and the clock together."""

from datetime import date, datetime

from tenders.procedures.states import Phase, ProcedureState

_BY_STATE = {
    ProcedureState.PREPARATION: Phase.PREPARATION,
    ProcedureState.OPENED: Phase.ASSESSMENT,
    ProcedureState.AWARDED: Phase.AWARDED,
    ProcedureState.WITHDRAWN: Phase.WITHDRAWN,
}


def accepts(t: datetime, deadline: datetime) -> bool:
    """Say whether an act at instant `t` is in time: strictly before the deadline (design §3)."""
    return t < deadline


def phase_at(state: ProcedureState, deadline: datetime | None, now: datetime) -> Phase:
    """Return the phase a person sees at `now`; both instants aware."""
    if state is ProcedureState.PUBLISHED:
        return Phase.OPEN if deadline is not None and accepts(now, deadline) else Phase.CLOSED
    return _BY_STATE[state]


def question_round_open(state: ProcedureState, questions_close_at: datetime | None, now: datetime) -> bool:
    """Say whether a provider may ask a question at `now`; the round closes by itself."""
    published = state is ProcedureState.PUBLISHED
    return published and questions_close_at is not None and accepts(now, questions_close_at)


def next_step(
    phase: Phase, *, waiting: int, nota_due_on: date | None, deadline: datetime | None
) -> tuple[str, date | datetime | None]:
    """Return what has to happen next in a tender, and by when; nothing for what has ended."""
    if phase is Phase.OPEN:
        return ("Vragen beantwoorden", nota_due_on) if waiting else ("Sluiting", deadline)
    steps = {
        Phase.PREPARATION: "Onderdelen invullen en publiceren",
        Phase.CLOSED: "Kluis openen",
        Phase.ASSESSMENT: "Beoordelen en gunnen",
    }
    return steps.get(phase, ""), None


def withdrawal_length(*, opened: bool) -> int:
    """Return how many characters the reason of a withdrawal needs; longer once offers are opened."""
    return 40 if opened else 10
