"""Checking e-invoice files from the command line: reads, judges, prints, writes nothing."""

import json
from pathlib import Path
from typing import Any

import click

from contracts.invoicing.einvoice import EInvoice, Finding, verdict_of
from contracts.invoicing.einvoice_rules import findings_of
from contracts.invoicing.ubl import MAX_BYTES, UblRefused, read_ubl


@click.group("invoices", help="E-facturen controleren.")
def invoices() -> None:
    """Commands about e-invoices."""


def report_on(name: str, data: bytes) -> dict[str, Any]:
    """Judge one file; the result is ready for JSON."""
    try:
        invoice = read_ubl(data)
    except UblRefused as refused:
        return {
            "file": name,
            "verdict": "ongeldig",
            "rules": [_as_json(refused.finding)],
            "number": None,
            "totals": None,
        }
    findings = findings_of(invoice)
    return {
        "file": name,
        "verdict": verdict_of(findings).value,
        "rules": [_as_json(finding) for finding in findings],
        "number": invoice.number,
        "kind": "creditfactuur" if invoice.is_credit_note else "factuur",
        "profile": invoice.profile.value,
        "currency": invoice.currency,
        "bookable": invoice.is_bookable,
        "lines": len(invoice.lines),
        "attachments": len(invoice.attachments),
        "totals": _totals(invoice),
    }


def _totals(invoice: EInvoice) -> dict[str, str | None]:
    totals = invoice.totals
    return {
        name: None if amount is None else f"{amount:.2f}"
        for name, amount in (
            ("excl", totals.net),
            ("vat", invoice.tax),
            ("incl", totals.gross),
            ("prepaid", totals.prepaid),
            ("rounding", totals.rounding),
            ("payable", totals.payable),
        )
    }


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "id": finding.rule,
        "text": finding.message,
        "severity": finding.severity.value,
        "line": finding.line,
    }


@invoices.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Uitkomst als JSON.")
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Controleer e-facturen: geldig, waarschuwing of ongeldig, met de regels erbij."""
    reports = [_report_on_path(path) for path in files]
    if as_json:
        click.echo(json.dumps(reports, ensure_ascii=False, indent=2))
    else:
        for report in reports:
            click.echo(f"{report['file']}: {report['verdict']}")
            for rule in report["rules"]:
                click.echo(f"  {rule['id']}: {rule['text']}")
    context.exit(1 if any(report["verdict"] == "ongeldig" for report in reports) else 0)


def _report_on_path(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return report_on(path.name, stream.read(MAX_BYTES + 1))
    except OSError:
        finding = Finding("BESTAND", "Het bestand is er niet of kan niet worden gelezen.")
        return {
            "file": path.name,
            "verdict": "ongeldig",
            "rules": [_as_json(finding)],
            "number": None,
            "totals": None,
        }
