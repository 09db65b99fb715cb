"""The page of a job: how far it is and what came out; and the list of one's own jobs."""

import uuid

from flask import Blueprint, make_response
from flask.typing import ResponseReturnValue

from portal import ui
from portal.access import Permission, current_viewer, requires
from portal.forms import page
from portal.jobs import queries
from portal.jobs.states import JobState

bp = Blueprint("portal_jobs", __name__)


@bp.route("/taken")
@requires(Permission.SELF)
def index() -> ResponseReturnValue:
    found = ui.paginate(queries.jobs_for(current_viewer()))
    return page("portal/jobs/index.html", jobs=found)


@bp.route("/taken/<uuid:job_id>")
@requires(Permission.SELF)
def show(job_id: uuid.UUID) -> ResponseReturnValue:
    job = queries.job_for(current_viewer(), job_id)
    answer = make_response(page("portal/jobs/show.html", job=job))
    if job.state in (JobState.WAITING, JobState.RUNNING):
        answer.headers["Refresh"] = "3"
    return answer
