"""Work that takes longer than a request: `enqueue` it, register how with `@handler`."""

from portal.jobs.models import Job
from portal.jobs.services import JobRun, at_every_sweep, enqueue, handler

__all__ = ["Job", "JobRun", "at_every_sweep", "enqueue", "handler"]
