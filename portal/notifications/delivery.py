"""Hand one mail to the mail server, or to a folder where none is set."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

from portal import clock
from portal.config import Settings


class DeliveryFailed(Exception):
    """The mail did not go out; `code` is the server's answer when it gave one."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Mail:
    """What goes on the wire."""

    address: str
    subject: str
    body: str
    message_id: str


class Carrier(Protocol):
    """Something that takes a mail away."""

    def carry(self, mail: Mail) -> None:
        """Take one mail.

        Raises:
            DeliveryFailed: it was not taken.
        """


def as_message(mail: Mail, *, sender: str) -> EmailMessage:
    """Build the message: plain text, marked as automatic so that no holiday answer comes back."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "nl"
    message.set_content(mail.body, charset="utf-8")
    return message


class _Smtp:
    def __init__(self, connection: smtplib.SMTP, sender: str) -> None:
        self.connection, self.sender = connection, sender

    def carry(self, mail: Mail) -> None:
        try:
            self.connection.send_message(as_message(mail, sender=self.sender))
        except smtplib.SMTPRecipientsRefused as refused:
            code, reason = next(iter(refused.recipients.values()))
            raise DeliveryFailed(_text(reason), code) from None
        except smtplib.SMTPResponseException as answer:
            raise DeliveryFailed(_text(answer.smtp_error), answer.smtp_code) from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise DeliveryFailed(f"{type(error).__name__}: {error}") from None


class Folder:
    """The folder `post` in the data folder; each mail is one .eml file."""

    def __init__(self, settings: Settings) -> None:
        self.folder, self.sender = settings.folder("post"), settings.mail_from

    def carry(self, mail: Mail) -> None:
        """Write one mail; never fails but for a full disk."""
        name = mail.message_id.strip("<>").partition("@")[0]
        (self.folder / f"{name}.eml").write_bytes(bytes(as_message(mail, sender=self.sender)))


@contextmanager
def carrier(settings: Settings) -> Iterator[Carrier]:
    """Give the way out: the SMTP server of the settings, or the folder `post` when `smtp_host` is empty.

    Raises:
        DeliveryFailed: the server cannot be reached or refuses the connection.
    """
    if not settings.smtp_host:
        yield Folder(settings)
        return
    try:
        connection = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=20)
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryFailed(f"{type(error).__name__}: {error}") from None
    with connection:
        try:
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
                connection.ehlo()
            if settings.smtp_user:
                connection.login(settings.smtp_user, settings.smtp_password)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed(f"{type(error).__name__}: {error}") from None
        yield _Smtp(connection, settings.mail_from)


def _text(reason: bytes | str) -> str:
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
