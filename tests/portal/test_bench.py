"""The bench measures the right thing; how fast it is on this machine is no test."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.bench import command
from portal.bench.floors import bare_client, bulk_insert
from portal.bench.measure import Result, by_turns, table
from portal.bench.splits import split_lines
from portal.bench.tables import export


def result(ours: float, floor: float, goal: float = 2.0) -> Result:
    return Result("lijst", "50 rijen", ours, floor, "kale pagina", goal)


def test_a_ratio_above_its_goal_is_said() -> None:
    assert "boven het doel" in table([result(0.5, 0.1)])
    assert "boven het doel" not in table([result(0.2, 0.1)])
    assert result(0.2, 0.1).as_dict()["within_goal"]


def test_both_ways_run_by_turns_and_equally_often() -> None:
    calls: list[str] = []
    by_turns(lambda: calls.append("wij"), lambda: calls.append("vloer"), times=3, inner=2)
    assert calls == ["wij", "wij", "vloer", "vloer"] * 3


def test_split_and_export_are_measured_on_small_sizes_too() -> None:
    for one in (split_lines(40, 1), export(30, 1)):
        assert one.ours > 0
        assert one.floor > 0


def test_the_floor_is_a_working_page(tmp_path: Path) -> None:
    bare = bare_client(tmp_path)
    with bare.get("/") as listed, bare.get("/7") as one, bare.post("/", data={"tekst": "x"}) as added:
        assert listed.get_data(as_text=True).count("<tr>") == 50
        assert "IB-2026-006" in one.get_data(as_text=True)
        assert added.status_code == 200


def test_the_bare_driver_stores_every_row(tmp_path: Path) -> None:
    bulk_insert(tmp_path, [("a", 1), ("b", 2)])
    database = sqlite3.connect(tmp_path / "kaal.sqlite")
    assert database.execute("SELECT count(*) FROM row").fetchone() == (2,)
    database.close()


def test_the_command_prints_json_for_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "jobs", lambda _folder, _times: iter([lambda: [result(0.3, 0.1)]]))
    done = CliRunner().invoke(command.bench, ["--json"])
    assert json.loads(done.stdout)[0]["ratio"] == 3.0
