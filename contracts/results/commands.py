"""`portal results check`: what the portal thinks of a file, as JSON; writes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from contracts.results import queries
from contracts.results.checks import check
from contracts.results.expected import expected_measures, expected_rows, is_lesson_free
from contracts.results.findings import Checked
from contracts.results.reading import read_draft
from portal.access import SYSTEM
from portal.db import reading
from portal.dutch import plain_count
from portal.errors import PortalError
from portal.periods import Month
from portal.sheets import SheetRefused


@click.group("results")
def results_group() -> None:
    """Maandrapportages controleren."""


@results_group.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--contract", "number", required=True, help="Nummer van het contract, zoals IB-2026-014.")
@click.option("--month", "month_code", required=True, help="Maand, zoals 2026-11.")
@click.option("--json", "as_json", is_flag=True, help="Uitkomst als JSON.")
def check_file(file: Path, number: str, month_code: str, as_json: bool) -> None:
    """Controleer het bestand van een maandrapportage zonder iets te bewaren."""
    outcome = _outcome(file, number, month_code)
    if as_json:
        click.echo(json.dumps(outcome, ensure_ascii=False, indent=2))
    else:
        rows, errors = plain_count(outcome["rows"], "regel", "regels"), len(outcome["errors"])
        click.echo(f"{outcome['verdict']}: {rows}, {plain_count(errors, 'fout', 'fouten')}")
        for error in outcome["errors"]:
            click.echo(f"  {error['sheet']} {error['cell']}: {error['message']}")
    if outcome["verdict"] == "ongeldig":
        raise SystemExit(1)


def _outcome(file: Path, number: str, month_code: str) -> dict[str, Any]:
    try:
        with reading():
            case = queries.case_for(SYSTEM, number, Month.parse(month_code).code)
            expected = expected_rows(case.contract, case.party, case.month)
            measures = expected_measures(case.contract, case.month)
            free = is_lesson_free(case.contract, case.month)
            contract = case.contract.number
        draft = read_draft(
            file.read_bytes(),
            file.name,
            contract=contract,
            month=case.month,
            expected=expected,
            measures=measures,
        )
    except OSError:
        return _refused(f"Het bestand {file.name} is er niet of kan niet worden gelezen.")
    except SheetRefused as refusal:
        return _refused(refusal.message)
    except PortalError:
        return _refused(f"Contract {number} met een maandrapportage over {month_code} bestaat niet.")
    except ValueError as error:
        return _refused(str(error))
    return _judged(check(draft, expected, measures, case.month, lesson_free=free))


def _refused(message: str) -> dict[str, Any]:
    error = {"sheet": "", "cell": "", "group": "Bestand", "message": message}
    return {"verdict": "ongeldig", "rows": 0, "errors": [error], "questions": []}


def _judged(checked: Checked) -> dict[str, Any]:
    def plain(finding: Any) -> dict[str, str]:
        entry = finding.entry
        return {
            "sheet": entry.sheet,
            "cell": entry.address,
            "group": finding.group,
            "message": finding.message,
        }

    verdict = "ongeldig" if checked.errors else "waarschuwing" if checked.questions else "geldig"
    return {
        "verdict": verdict,
        "rows": len(checked.rows),
        "errors": [plain(finding) for finding in checked.errors],
        "questions": [plain(finding) for finding in checked.questions],
    }
