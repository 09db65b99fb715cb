"""Which jobs a viewer may see: the own ones, and for the administrator all."""

import uuid

from sqlalchemy import Select, select

from portal.access import Permission, Viewer
from portal.db import db
from portal.errors import NotFound
from portal.jobs.models import Job


def jobs_for(viewer: Viewer) -> Select[Job]:
    """Return the statement of a viewer's jobs, newest first; for a pager."""
    mine = select(Job).order_by(Job.created_at.desc())
    return mine if viewer.may(Permission.AUDIT_READ) else mine.where(Job.owner_id == viewer.user_id)


def job_for(viewer: Viewer, job_id: uuid.UUID) -> Job:
    """Return one job.

    Raises:
        NotFound: there is no such job, or it is somebody else's.
    """
    job = db.session.scalars(jobs_for(viewer).where(Job.id == job_id)).one_or_none()
    if job is None:
        raise NotFound
    return job
