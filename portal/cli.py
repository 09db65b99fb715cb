"""The `portal` command: database, reference data, demo, accounts; features add their own commands."""

from __future__ import annotations

import getpass
import sys
import time
from pathlib import Path

import click
from flask.cli import FlaskGroup, with_appcontext

from portal import clock, demo
from portal.access import Role
from portal.accounts import passwords, services
from portal.accounts.models import Organisation, OrganisationKind
from portal.app import create_app
from portal.backup import backup, restore
from portal.bench.command import bench
from portal.config import current_settings
from portal.db import db, writing
from portal.features import seed_reference_data


@click.group(cls=FlaskGroup, create_app=create_app, add_version_option=False)
def main() -> None:
    """Inkoopportaal Inburgering."""


main.add_command(backup)
main.add_command(restore)
main.add_command(bench)


@main.command("seed")
@with_appcontext
def seed() -> None:
    """Load the reference data: catalogue, rules, glossary."""
    with writing():
        seed_reference_data()
    click.echo("The reference data is in place.")


@main.command("seed-demo")
@with_appcontext
def seed_demo() -> None:
    """Fill an empty database with the demo; does nothing when there are organisations already."""
    folder = current_settings().data_dir
    busy = folder / "demo-bezig"
    if busy.exists():
        raise click.ClickException(f"Filling stopped half-way before. Remove the folder {folder} and start again.")
    if db.session.query(Organisation).first() is not None:
        click.echo("The demo data is there already.")
    else:
        began = time.monotonic()
        busy.touch()
        demo.run(say=click.echo)
        busy.unlink()
        click.echo(
            f"The demo data is in place ({time.monotonic() - began:.0f} s, today is {clock.today():%Y-%m-%d})."
        )
    _say_how_to_enter(folder / "kluiskaarten")


def _say_how_to_enter(cards: Path) -> None:
    """Show the demo accounts and the cards that open its vaults; a real portal keeps neither."""
    click.echo(f"Sign in with the password {demo.PASSWORD} as:")
    for account in demo.ACCOUNTS:
        click.echo(f"  {account.email:<44} {', '.join(role.label for role in account.roles)}")
    if cards.is_dir():
        click.echo(f"The cards that open the vaults (kluiskaarten) are in {cards}:")
        for path in sorted(cards.glob("*.txt")):
            first = path.read_text(encoding="utf-8").splitlines()[0]
            click.echo(f"  {path.name:<44} {first.removeprefix('# Kluiskaart').strip()}")


@main.command("create-admin")
@click.option("--email", required=True)
@click.option("--municipality", required=True, help="Name of the municipality, such as Lansingerland.")
@with_appcontext
def create_admin(email: str, municipality: str) -> None:
    """Make a municipality with its first administrator; the password is asked, not shown."""
    password = getpass.getpass("Password (at least 12 characters): ") if sys.stdin.isatty() else input()
    if len(password) < 12:
        raise click.ClickException("The password must have at least 12 characters.")
    password_hash = passwords.hash_password(password)
    with writing():
        slug = municipality.lower().replace(" ", "-")
        place = db.session.query(Organisation).filter_by(slug=slug).one_or_none()
        place = place or services.add_organisation(
            kind=OrganisationKind.MUNICIPALITY, name=municipality, slug=slug
        )
        db.session.flush()
        services.add_user(
            email=email, name=f"Beheer {municipality}", password_hash=password_hash, organisation=place,
            roles=(Role.ADMIN,),
        )  # fmt: skip
        seed_reference_data()
    click.echo(f"{email} is administrator of {municipality}.")


if __name__ == "__main__":
    main()
