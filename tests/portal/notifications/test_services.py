"""Mail is written with the news and sent afterwards, once, with proof; a server that fails is tried again."""

import dataclasses
import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from jinja2 import UndefinedError
from sqlalchemy import select

from portal import clock
from portal.access import Role
from portal.accounts.models import Organisation, User
from portal.db import db, writing
from portal.notifications import delivered_to_folder, members_of, notify, recipients_of, send_waiting
from portal.notifications.models import OutboxMessage
from portal.notifications.states import MessageState

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Server:
    """What the mail server answers, and what it was given."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.mails: list[Any] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.answer.startswith("5"):
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.answer


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    before = app.extensions["portal_settings"]
    app.extensions["portal_settings"] = dataclasses.replace(before, smtp_host="127.0.0.1", smtp_port=port)
    yield handler
    app.extensions["portal_settings"] = before
    controller.stop()


def written(*recipients: Any) -> OutboxMessage:
    with writing():
        return notify(recipients or ["a@b.example"], "proefbericht", path="/mijn-werk")[0]


def again(message: OutboxMessage) -> OutboxMessage:
    return db.session.get_one(OutboxMessage, message.id, populate_existing=True)


@pytest.mark.usefixtures("session")
class TestWriting:
    def test_people_are_reached_as_user_organisation_or_address_and_nobody_twice(self) -> None:
        provider = db.session.scalars(select(Organisation).where(Organisation.slug == "route-delta")).one()
        user = db.session.scalars(select(User).where(User.email == "info@route-delta.example")).one()
        with writing():
            messages = notify(
                [provider, user, user.id, "INFO@route-delta.example"], "proefbericht", path="/x"
            )
        assert [(each.address, each.recipient_id) for each in messages] == [(user.email, user.id)]
        assert recipients_of("proefbericht") == {"info@route-delta.example"}

    def test_a_mail_has_one_link_the_reason_and_no_answer_address(self) -> None:
        message = written()
        assert message.body.count("http://127.0.0.1:5000/mijn-werk") == 1
        assert "U krijgt dit bericht omdat" in message.body

    def test_a_rolled_back_change_mails_nobody(self) -> None:
        with pytest.raises(RuntimeError), writing():
            notify(["a@b.example"], "proefbericht", path="/x")
            raise RuntimeError
        assert recipients_of("proefbericht") == set()

    def test_a_template_that_misses_a_word_is_an_error_and_not_a_gap(self) -> None:
        with pytest.raises(UndefinedError):
            notify(["a@b.example"], "award_sent", path="/x")

    def test_members_are_found_by_role(self) -> None:
        place = db.session.scalars(select(Organisation).where(Organisation.slug == "lansingerland")).one()
        assert {user.email for user in members_of(place.id, Role.FINANCE, Role.ADMIN)} == {
            "financien@lansingerland.example",
            "beheer@lansingerland.example",
        }
        assert len(members_of(place.id)) == 5


@pytest.mark.usefixtures("session")
class TestSending:
    def test_a_mail_goes_out_once_with_proof(self, server: Server) -> None:
        message = written()
        assert send_waiting() == 1
        assert send_waiting() == 0
        sent = again(message)
        assert (sent.state, sent.attempts, sent.last_error) == (MessageState.SENT, 1, "")
        assert sent.sent_at is not None
        mail = server.mails[0]
        assert (mail["To"], mail["Subject"]) == ("a@b.example", sent.subject)
        assert mail["Message-ID"] == sent.message_id
        assert mail["Auto-Submitted"] == "auto-generated"
        assert "Dit is een proefbericht." in mail.get_content()

    def test_a_busy_server_is_tried_again_after_a_while(self, server: Server) -> None:
        message = written()
        server.answer = "451 later"
        assert send_waiting() == 0
        waiting = again(message)
        assert (waiting.state, waiting.last_error) == (MessageState.WAITING, "later")
        server.answer = "250 OK"
        assert send_waiting() == 0, "not before its time"
        with clock.at(waiting.next_attempt_at + timedelta(seconds=1)):
            assert send_waiting() == 1
        assert again(message).attempts == 2

    def test_a_refused_address_is_given_up_and_says_why(self, server: Server) -> None:
        message = written()
        server.answer = "550 no such user"
        send_waiting()
        assert (again(message).state, again(message).last_error) == (MessageState.FAILED, "no such user")

    def test_without_a_server_everything_waits_and_nothing_is_lost(self, app: Flask) -> None:
        before = app.extensions["portal_settings"]
        app.extensions["portal_settings"] = dataclasses.replace(before, smtp_port=1)
        message = written()
        assert send_waiting() == 0
        app.extensions["portal_settings"] = before
        assert again(message).state is MessageState.WAITING
        assert "ConnectionRefused" in again(message).last_error

    def test_without_a_mail_server_in_the_settings_mail_lies_in_a_folder(
        self, app: Flask, tmp_path: Path
    ) -> None:
        before = app.extensions["portal_settings"]
        app.extensions["portal_settings"] = dataclasses.replace(before, smtp_host="", data_dir=tmp_path)
        message = written()
        assert send_waiting() == 1
        app.extensions["portal_settings"] = before
        (found,) = (tmp_path / "post").glob("*.eml")
        assert found.stem == str(message.id)
        assert b"To: a@b.example" in found.read_bytes()


    def test_a_told_past_mails_nobody_and_is_sent_at_its_own_time(self, app: Flask, server: Server) -> None:
        with clock.at(NOW), delivered_to_folder():
            message = written()
        assert (again(message).state, again(message).sent_at) == (MessageState.SENT, NOW)
        assert send_waiting() == 0
        assert server.mails == []
        folder = app.extensions["portal_settings"].folder("post")
        assert (folder / f"{message.id}.eml").is_file()

    def test_the_bell_rings_once_for_all_mail_of_a_transaction_and_not_after_a_rollback(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rung: list[int] = []
        monkeypatch.setattr("portal.notifications.services.ring_for_mail", lambda: rung.append(1))
        before = app.extensions["portal_settings"]
        app.extensions["portal_settings"] = dataclasses.replace(before, jobs_immediate=False)
        with pytest.raises(RuntimeError), writing():
            notify(["a@b.example"], "proefbericht", path="/x")
            raise RuntimeError
        with writing():
            notify(["a@b.example"], "proefbericht", path="/x")
            notify(["c@d.example"], "proefbericht", path="/x")
        written()
        app.extensions["portal_settings"] = before
        assert rung == [1, 1]


class TestPages:
    def test_the_messages_of_a_person_are_read_in_the_portal(self, session: None, client_as: Any) -> None:
        user = db.session.scalars(select(User).where(User.email == "info@route-delta.example")).one()
        message = written(user.id)
        client = client_as("info@route-delta.example")
        page = client.get("/berichten")
        assert "Nieuw" in page.body
        assert "Dit is een proefbericht." in page.click("Proefbericht").body
        page = client.get("/berichten").submit("Alles op gelezen zetten")
        assert page.flash == "Alle berichten staan op gelezen."
        assert "Nieuw " not in page.body
        assert client_as("info@samen-vooruit.example").get(f"/berichten/{message.id}").status_code == 404
        assert "nog geen berichten" in client_as("info@samen-vooruit.example").get("/berichten").body
