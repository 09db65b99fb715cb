"""`portal test-mail`: see at once whether mail leaves the portal."""

import click
from flask.cli import with_appcontext

from portal.db import db, writing
from portal.notifications.models import OutboxMessage
from portal.notifications.services import notify, send_waiting
from portal.notifications.states import MessageState


@click.command("test-mail")
@click.argument("address")
@with_appcontext
def test_mail(address: str) -> None:
    """Send a trial message to ADDRESS and say what the mail server answered."""
    with writing():
        message_id = notify([address], "proefbericht", path="/mijn-werk")[0].id
    send_waiting()
    message = db.session.get_one(OutboxMessage, message_id, populate_existing=True)
    if message.state is not MessageState.SENT:
        raise click.ClickException(f"Not sent: {message.last_error}")
    click.echo(f"Sent to {message.address} as {message.message_id}.")
