"""Berichten: what the portal mailed to the viewer, also readable here."""

import uuid

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import ui
from portal.access import Permission, current_viewer, requires
from portal.db import db
from portal.forms import act, page
from portal.notifications import queries, services

bp = Blueprint("portal_notifications", __name__)


@bp.route("/berichten")
@requires(Permission.SELF)
def index() -> ResponseReturnValue:
    viewer = current_viewer()
    messages = ui.paginate(queries.messages_for(viewer))
    unread = db.session.scalars(queries.unread_for(viewer).limit(1)).first() is not None
    return page("portal/notifications/index.html", messages=messages, unread=unread)


@bp.route("/berichten/<uuid:message_id>")
@requires(Permission.SELF)
def show(message_id: uuid.UUID) -> ResponseReturnValue:
    return page("portal/notifications/show.html", message=queries.message_for(current_viewer(), message_id))


@bp.route("/berichten/gelezen", methods=["POST"])
@requires(Permission.SELF)
def read_all() -> ResponseReturnValue:
    act(services.mark_all_read, current_viewer())
    flash("Alle berichten staan op gelezen.")
    return redirect(url_for(".index"))
