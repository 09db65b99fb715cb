"""A job is a row: it is rung for after the commit, runs once, tells how far it is, and is found again."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.access import Viewer
from portal.accounts.queries import viewer_by_email
from portal.db import db, writing
from portal.errors import Objection, Refused
from portal.jobs import JobRun, enqueue, handler, services
from portal.jobs.models import Job
from portal.jobs.states import JOB, JobState

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@handler("test:add")
def add(run: JobRun, *, a: int, b: int) -> dict[str, Any]:
    run.progress(50, "half")
    return {"sum": a + b, "url": "/berichten"}


@handler("test:refuse")
def refuse(run: JobRun) -> None:
    raise Refused([Objection("Dit bestand kan niet.")])


@handler("test:break")
def break_down(run: JobRun) -> None:
    raise ZeroDivisionError


def job_of(kind: str) -> Job:
    return db.session.scalars(
        select(Job).where(Job.kind == kind).execution_options(populate_existing=True)
    ).one()


def waiting(kind: str = "test:add", **changes: Any) -> Job:
    job = Job(kind=kind, args={"a": 1, "b": 2} if kind == "test:add" else {}, created_at=NOW)
    for name, value in changes.items():
        setattr(job, name, value)
    with writing():
        db.session.add(job)
    return job


@pytest.mark.usefixtures("session")
class TestRunning:
    def test_a_job_runs_after_the_commit_and_keeps_its_result(self) -> None:
        with writing():
            enqueue("test:add", title="Optellen", a=2, b=3)
            assert job_of("test:add").state is JobState.WAITING
        job = job_of("test:add")
        assert (job.state, job.progress, job.result["sum"]) == (JobState.DONE, 100, 5)
        assert job.finished_at is not None

    def test_a_rolled_back_job_was_never_there(self) -> None:
        with pytest.raises(RuntimeError), writing():
            enqueue("test:add", a=2, b=3)
            raise RuntimeError
        assert db.session.scalars(select(Job)).all() == []

    def test_a_refusal_becomes_the_sentence_on_the_page(self) -> None:
        with writing():
            enqueue("test:refuse")
        assert (job_of("test:refuse").state, job_of("test:refuse").error) == (
            JobState.FAILED,
            "Dit bestand kan niet.",
        )

    def test_a_fault_of_the_portal_shows_a_mark_and_no_inside(self) -> None:
        with writing():
            enqueue("test:break")
        job = job_of("test:break")
        assert job.state is JobState.FAILED
        assert str(job.id)[:8] in job.error
        assert "ZeroDivision" not in job.error

    def test_a_job_that_is_done_is_not_done_again(self) -> None:
        job = waiting(state=JobState.DONE, finished_at=NOW)
        services.run(job.id)
        assert job_of("test:add").attempts == 0

    def test_an_unknown_kind_is_an_error_at_once(self) -> None:
        with pytest.raises(KeyError):
            enqueue("test:unknown")

    def test_a_job_that_is_gone_is_no_error(self) -> None:
        services.run(uuid.uuid4())


@pytest.mark.usefixtures("session")
class TestSweep:
    @pytest.fixture
    def rung(self, monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
        heard: list[uuid.UUID] = []
        monkeypatch.setattr("portal.jobs.queue.ring", heard.append)
        return heard

    def test_a_job_whose_bell_was_lost_is_rung_for_again(self, rung: list[uuid.UUID]) -> None:
        lost = waiting(rung_at=NOW - timedelta(minutes=3))
        fresh = waiting(rung_at=NOW)
        with clock.at(NOW):
            services.sweep()
            services.sweep()
        assert rung == [lost.id]
        assert fresh.id not in rung

    def test_a_job_of_a_dead_worker_is_taken_back(self, rung: list[uuid.UUID]) -> None:
        held = waiting(state=JobState.RUNNING, attempts=1, alive_at=NOW - timedelta(minutes=11))
        alive = waiting(state=JobState.RUNNING, attempts=1, alive_at=NOW - timedelta(minutes=9))
        with clock.at(NOW):
            services.sweep()
        assert rung == [held.id]
        assert db.session.get_one(Job, alive.id).state is JobState.RUNNING

    def test_a_job_that_broke_three_workers_is_given_up(self, rung: list[uuid.UUID]) -> None:
        waiting(state=JobState.RUNNING, attempts=3, alive_at=NOW - timedelta(minutes=11))
        with clock.at(NOW):
            services.sweep()
        assert job_of("test:add").state is JobState.FAILED
        assert "drie keer afgebroken" in job_of("test:add").error
        assert rung == []

    def test_one_small_task_that_fails_does_not_stop_the_others(
        self, rung: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done: list[str] = []

        def fails() -> None:
            raise RuntimeError

        monkeypatch.setattr(services, "_EVERY_SWEEP", [fails, lambda: done.append("x")])
        services.sweep()
        assert done == ["x"]


def test_every_state_of_a_job_can_be_reached() -> None:
    assert JOB.unreachable() == set()


class TestPages:
    def test_the_page_of_a_job_shows_how_far_it_is_and_refreshes(self, session: None, client_as: Any) -> None:
        owner = viewer_by_email("financien@lansingerland.example")
        running = _of(owner, state=JobState.RUNNING, progress=40, progress_text="400 van 1.000 regels")
        page = client_as("financien@lansingerland.example").get(f"/taken/{running}")
        assert page.status_code == 200
        assert "40% klaar. 400 van 1.000 regels" in page.body
        assert page.headers["Refresh"] == "3"

    def test_a_finished_job_links_to_its_result(self, session: None, client_as: Any) -> None:
        owner = viewer_by_email("financien@lansingerland.example")
        done = _of(owner, state=JobState.DONE, finished_at=NOW, result={"url": "/berichten"})
        page = client_as("financien@lansingerland.example").get(f"/taken/{done}")
        assert page.links["Bekijk het resultaat"] == "/berichten"
        assert "Refresh" not in page.headers

    def test_somebody_elses_job_cannot_be_found(self, session: None, client_as: Any) -> None:
        owner = viewer_by_email("financien@lansingerland.example")
        job = _of(owner)
        assert client_as("financien@zoetermeer.example").get(f"/taken/{job}").status_code == 404
        assert client_as("beheer@lansingerland.example").get(f"/taken/{job}").status_code == 200

    def test_the_list_holds_the_own_jobs_only(self, session: None, client_as: Any) -> None:
        _of(viewer_by_email("financien@lansingerland.example"), title="Export van november")
        assert "Export van november" in client_as("financien@lansingerland.example").get("/taken").body
        assert "nog geen opdrachten" in client_as("financien@zoetermeer.example").get("/taken").body


def _of(owner: Viewer, **changes: Any) -> uuid.UUID:
    job = waiting(owner_id=owner.user_id, **changes)
    return job.id


def test_a_handler_is_registered_once(app: Flask) -> None:
    with pytest.raises(ValueError, match="test:add"):

        @handler("test:add")
        def other(run: JobRun) -> None: ...
