"""`portal audit verify`: is the chain whole?"""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.audit.services import head, verify_chain

audit_group = AppGroup("audit", help="Het logboek controleren.")


@audit_group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Antwoord als JSON.")
@click.option(
    "--anchor", "anchors", type=click.Path(path_type=Path), multiple=True,
    help="Bestand met regels 'nummer hash' die elders zijn bewaard.",
)  # fmt: skip
def verify(as_json: bool, anchors: tuple[Path, ...]) -> None:
    """Controleer de keten; eindigt met 0 als zij heel is en met 1 als zij dat niet is."""
    try:
        kept = [line.split() for path in anchors for line in path.read_text("ascii").splitlines() if line.strip()]
    except (OSError, ValueError):
        raise click.ClickException("Een bestand met bewaarde regels is er niet of kan niet worden gelezen.") from None
    broken = verify_chain((int(number), digest) for number, digest in kept)
    number, digest = head()
    if as_json:
        click.echo(json.dumps({"verdict": "heel" if broken is None else "gebroken", "events": number,
                               "head": digest, "first_broken": broken}))  # fmt: skip
    elif broken is None:
        click.echo(f"De keten is heel: {number} gebeurtenissen, laatste {digest}.")
    else:
        click.echo(f"De keten is gebroken bij gebeurtenis {broken}.")
    raise SystemExit(0 if broken is None else 1)
