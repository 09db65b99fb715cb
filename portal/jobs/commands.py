"""`portal work`: the worker process."""

import click
from flask.cli import with_appcontext

from portal.jobs.queue import queue


@click.command("work")
@click.option("--workers", default=2, show_default=True, help="Number of threads.")
@with_appcontext
def work(workers: int) -> None:
    """Run jobs, send mail and sweep every minute, until stopped."""
    queue().create_consumer(workers=workers, max_delay=2.0, check_worker_health=True).run()
