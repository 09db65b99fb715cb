"""Commands: check a receipt (writes nothing), and take the vault out for an emergency opening."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from portal.config import current_settings
from portal.db import db, writing
from portal.errors import PortalError
from tenders.offers import emergency, receipts as signed
from tenders.procedures.models import Procedure


@click.group("receipts")
def receipts() -> None:
    """Check receipts of offers."""


@receipts.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A public key (PEM).")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@with_appcontext
def verify(file: Path, key: Path | None, as_json: bool) -> None:
    """Say whether a receipt (zip, or json with the sig beside it) was signed by this portal.

    Exit code 0: genuine; 1: not signed by this key; 2: no receipt.
    """
    pem = (
        key.read_text(encoding="ascii")
        if key is not None
        else signed.public_pem(signed.signing_key(current_settings().server_key))
    )
    try:
        text, signature = signed.read(file)
        verdict = signed.verify(text, signature, pem)
    except (signed.NoReceipt, ValueError) as error:
        _say(as_json, {"verdict": "onleesbaar", "reason": str(error)}, str(error))
        raise SystemExit(2) from None
    word = "echt" if verdict.genuine else "vals"
    _say(as_json, {"verdict": word, "reason": verdict.reason, "receipt": verdict.content}, verdict.reason)
    raise SystemExit(0 if verdict.genuine else 1)


def _say(as_json: bool, value: dict[str, object], sentence: str) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, sort_keys=True) if as_json else sentence)


@click.group("vault")
def vault() -> None:
    """Take the sealed files of a tender out, for the emergency opening (docs/noodopening.md)."""


@vault.command("export")
@click.argument("number")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export(number: str, folder: Path) -> None:
    """Write the files that two kluiskaarten and Debian's age open; only after the closing time."""
    procedure = db.session.scalars(select(Procedure).where(Procedure.number == number)).first()
    if procedure is None:
        raise click.ClickException(f"Er is geen aanbesteding {number}.")
    try:
        with writing():
            count = emergency.export(procedure, folder)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{count} bestanden staan in {folder}. Zie docs/noodopening.md.")
