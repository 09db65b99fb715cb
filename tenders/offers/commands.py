"""Commands: check a receipt (writes nothing), and take the vault out for an emergency opening."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from portal.config import current_settings
from portal.db import db, writing
from portal.dutch import plain_count
from portal.errors import PortalError
from tenders.offers import emergency, receipts as signed
from tenders.procedures.models import Procedure


@click.group("receipts")
def receipts() -> None:
    """Bewijzen van inschrijvingen controleren."""


@receipts.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path), help="Een openbare sleutel (PEM).")
@click.option("--json", "as_json", is_flag=True, help="Uitkomst als JSON.")
@with_appcontext
def verify(file: Path, key: Path | None, as_json: bool) -> None:
    """Zeg of dit portaal een bewijs (zip, of json met de sig ernaast) heeft ondertekend.

    Eindigt met 0: echt; 1: niet met deze sleutel ondertekend; 2: geen bewijs.
    """
    try:
        pem = _key_text(key)
        text, signature = signed.read(file)
        verdict = signed.verify(text, signature, pem)
    except (signed.NoReceipt, ValueError) as error:
        _say(as_json, {"verdict": "onleesbaar", "reason": str(error)}, str(error))
        raise SystemExit(2) from None
    word = "echt" if verdict.genuine else "vals"
    _say(as_json, {"verdict": word, "reason": verdict.reason, "receipt": verdict.content}, verdict.reason)
    raise SystemExit(0 if verdict.genuine else 1)


def _key_text(key: Path | None) -> str:
    if key is None:
        return signed.public_pem(signed.signing_key(current_settings().server_key))
    try:
        return key.read_text(encoding="ascii")
    except (OSError, ValueError):
        raise signed.NoReceipt(f"De sleutel {key.name} is er niet of kan niet worden gelezen.") from None


def _say(as_json: bool, value: dict[str, object], sentence: str) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, sort_keys=True) if as_json else sentence)


@click.group("vault")
def vault() -> None:
    """De verzegelde bestanden van een aanbesteding eruit halen voor de noodopening (docs/noodopening.md)."""


@vault.command("export")
@click.argument("number")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export(number: str, folder: Path) -> None:
    """Schrijf de bestanden die twee kluiskaarten en het programma age openen; pas na de sluitingstijd."""
    procedure = db.session.scalars(select(Procedure).where(Procedure.number == number)).first()
    if procedure is None:
        raise click.ClickException(f"Er is geen aanbesteding {number}.")
    try:
        with writing():
            count = emergency.export(procedure, folder)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{plain_count(count, 'bestand staat', 'bestanden staan')} in {folder}. Zie docs/noodopening.md.")
