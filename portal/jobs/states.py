"""The life of a job."""

from enum import StrEnum

from portal.states import Machine


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobAction(StrEnum):
    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    AGAIN = "again"


JOB = Machine(
    initial=JobState.WAITING,
    table={
        (JobState.WAITING, JobAction.START): JobState.RUNNING,
        (JobState.RUNNING, JobAction.FINISH): JobState.DONE,
        (JobState.RUNNING, JobAction.FAIL): JobState.FAILED,
        (JobState.RUNNING, JobAction.AGAIN): JobState.WAITING,
    },
)
