"""`portal screenshots`: pictures of the running portal for the README, made by a headless Chromium."""

from __future__ import annotations

import click


@click.command("screenshots")
@click.option("--url", default="http://127.0.0.1:5000", show_default=True, help="Where the demo runs.")
@click.option("--to", "folder", default="docs/pictures", show_default=True, help="Folder for the pictures.")
def screenshots(url: str, folder: str) -> None:
    """Take the pictures of docs/pictures from a running demo."""
    from portal.shell.pictures import PictureError, take_all

    try:
        for path in take_all(url, folder):
            click.echo(path)
    except PictureError as error:
        raise click.ClickException(str(error)) from None
