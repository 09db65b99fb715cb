"""The thread between Flask-Login and our session table: the cookie holds only the id of a session."""

from __future__ import annotations

import uuid

from flask import session
from flask_login import LoginManager, UserMixin, current_user

from portal import clock
from portal.access import VISITOR, Viewer
from portal.accounts import queries


class SignedIn(UserMixin):
    """A signed-in browser as Flask-Login knows it."""

    def __init__(self, session_id: uuid.UUID, viewer: Viewer = VISITOR) -> None:
        self.session_id, self.viewer = session_id, viewer

    def get_id(self) -> str:
        return str(self.session_id)


def load(session_id: str) -> SignedIn | None:
    """Return who a session belongs to; None when it is over, so that the cookie is dead at once."""
    try:
        found = queries.open_session(uuid.UUID(session_id))
    except ValueError:
        return None
    viewer = queries.viewer_of(found.membership_id) if found is not None else None
    return SignedIn(found.id, viewer) if found is not None and viewer is not None else None


def viewer_of_request(idle_minutes: int) -> Viewer:
    """Return the viewer of this request; a visitor when the browser was idle for too long."""
    if not current_user.is_authenticated:
        return VISITOR
    now = int(clock.now().timestamp())
    if now - int(session.get("gezien", now)) > idle_minutes * 60:
        session.clear()
        return VISITOR
    session["gezien"] = now
    viewer: Viewer = current_user.viewer
    return viewer


def this_session_id() -> uuid.UUID | None:
    """Return the id of the session of this request."""
    return current_user.session_id if current_user.is_authenticated else None


def make_manager() -> LoginManager:
    """Return the Flask-Login manager of the portal."""
    manager = LoginManager()
    manager.user_loader(load)
    return manager
