"""`portal bench`: run everything in a folder of its own and print the ratios."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from portal.bench.measure import Result, table
from portal.bench.measures import sum_measure
from portal.bench.pages import pages
from portal.bench.reports import import_rows
from portal.bench.site import make_site
from portal.bench.splits import split_lines
from portal.bench.tables import export
from portal.bench.tenders import tender_list


def jobs(folder: Path, times: int) -> Iterator[Callable[[], list[Result]]]:
    """Give the jobs in order; each is measured when it is called."""
    yield lambda: [split_lines(10_000, times)]
    yield lambda: [sum_measure(100_000, times)]
    yield lambda: [export(100_000, max(1, times // 2))]
    app = make_site(folder)
    yield lambda: list(pages(app, folder, times))
    yield lambda: [import_rows(app, folder, 10_000)]
    yield lambda: list(tender_list(app, folder, 10_000, times))


@click.command("bench")
@click.option("--times", default=5, show_default=True, help="How often each measurement is repeated.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def bench(times: int, as_json: bool) -> None:
    """Meet het hoofdwerk naast de vloer: het minste dat hetzelfde kan doen, in dezelfde run."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="portaal-bench-") as name:
        for job in jobs(Path(name), times):
            results += job()
            if not as_json:
                click.echo(f"measured: {results[-1].job}", err=True)
    click.echo(json.dumps([one.as_dict() for one in results], indent=1) if as_json else table(results))
