"""The log for beheer: what happened, newest first; never what is in a sealed offer."""

from __future__ import annotations

import json

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from portal.access import Permission, requires
from portal.audit.models import AuditEvent
from portal.forms import page
from portal.ui import paginate

bp = Blueprint("portal_audit", __name__)
SEALED = "offer:"  # that an offer exists, and whose, stays hidden from staff before the opening


@bp.route("/logboek")
@requires(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    action = request.args.get("wat", "").strip()
    statement = (
        select(AuditEvent).where(AuditEvent.action.not_like(f"{SEALED}%")).order_by(AuditEvent.seq.desc())
    )
    if action:
        statement = statement.where(AuditEvent.action.startswith(action, autoescape=True))
    events = paginate(statement)
    return page(
        "portal/audit/index.html",
        events=events,
        who={event.seq: json.loads(event.payload)["who"] for event in events.items},
        action=action,
    )
