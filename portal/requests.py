"""What happens around every request: who is it, may he, is the form his own, commit or roll back, headers."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal import audit
from portal.access import GRANTS, VISITOR, Access, Permission, access_of, current_viewer
from portal.accounts.queries import membership_that_may
from portal.accounts.sessions import viewer_of_request
from portal.config import Settings
from portal.db import commit, db, forget_after_commit, is_writing, reading, set_mode, writing
from portal.errors import Changed, NotYours, PortalError

csrf = CSRFProtect()
SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'self'; img-src 'self'; style-src 'self'; script-src 'self'; font-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; frame-src 'none'"
)
_BY_STATUS = {
    400: ("Uw verzoek kwam niet goed aan", "Ga terug, laad de pagina opnieuw en probeer het nog een keer."),
    401: ("U bent niet aangemeld", "Meld u aan en probeer het opnieuw."),
    404: ("Deze pagina bestaat niet (meer)", "Zoek op nummer of naam, of ga naar Mijn werk."),
    405: ("Dit kan hier niet", "Ga terug en gebruik de knop op de pagina."),
    413: ("Het bestand is te groot", "Splits het bestand of maak het kleiner."),
    429: ("Te veel pogingen", "Wacht een minuut en probeer het opnieuw."),
    500: ("Er ging iets mis bij ons", "Uw gegevens van vóór deze stap zijn bewaard. Probeer het opnieuw."),
}


def install(app: Flask, settings: Settings) -> None:
    """Hang the hooks and the error pages on the application."""
    csrf.init_app(app)
    app.before_request(_enter)
    app.after_request(_leave)
    app.teardown_request(_clean_up)
    app.register_error_handler(PortalError, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(RateLimitExceeded, _http_error)
    app.register_error_handler(StaleDataError, lambda _error: _refused(Changed()))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _broken)


def refuse_undeclared(app: Flask) -> None:
    """Stop the start when a route does not say who may come in.

    Raises:
        RuntimeError: names the endpoints without `@requires` or `@public`.
    """
    silent = sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and access_of(app.view_functions[rule.endpoint]) is None
    )
    if silent:
        raise RuntimeError(f"routes without a declared permission: {', '.join(silent)}")


def _declared() -> Access:
    view = current_app.view_functions.get(request.endpoint or "")
    return access_of(view) or Access(None)


def _enter() -> ResponseReturnValue | None:
    g.request_id = secrets.token_hex(6)
    g.viewer = VISITOR
    forget_after_commit()
    set_mode(writing=False)
    if request.endpoint == "static":
        return None
    if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
        return _error_page(400, *_BY_STATUS[400])
    settings: Settings = current_app.extensions["portal_settings"]
    with reading():
        g.viewer = viewer_of_request(settings.idle_minutes)
    if request.endpoint is None:
        return None
    denied = _denied(_declared().permission)
    if denied is not None:
        return denied
    view = current_app.view_functions[request.endpoint or ""]
    if request.method not in SAFE and not getattr(view, "streams_body", False):
        csrf.protect()
    return None


def _denied(permission: Permission | None) -> ResponseReturnValue | None:
    viewer = current_viewer()
    if permission is None or viewer.may(permission):
        return None
    if not viewer.is_signed_in:
        if request.method in SAFE:
            return redirect(url_for("portal_accounts.sign_in", volgende=request.full_path.rstrip("?")))
        return _error_page(401, *_BY_STATUS[401])
    if request.method in SAFE and viewer.user_id is not None:
        with reading():
            other = membership_that_may(viewer.user_id, permission, viewer.membership_id)
        if other is not None:
            return render_template("portal/accounts/switch.html", other=other, target=request.full_path), 403
    roles = " of ".join(sorted(role.label for role in GRANTS[permission]))
    raise NotYours(f"een gebruiker met de rol {roles}")


def _leave(response: Response) -> Response:
    if is_writing() and response.status_code < 400:
        commit()
    else:
        db.session.rollback()
        forget_after_commit()
    set_mode(writing=False)
    for name, value in _headers().items():
        response.headers.setdefault(name, value)
    return response


def _headers() -> dict[str, str]:
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    settings: Settings = current_app.extensions["portal_settings"]
    if settings.secure_cookies:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store, private"
    return headers


def _clean_up(error: BaseException | None) -> None:
    if error is not None:
        db.session.rollback()
    forget_after_commit()
    db.session.rollback()
    set_mode(writing=False)


def _roll_back() -> None:
    db.session.rollback()
    forget_after_commit()
    set_mode(writing=False)


def _error_page(status: int, title: str, message: str) -> tuple[str, int]:
    return render_template(
        "errors/error.html", status=status, heading=title, message=message, code=getattr(g, "request_id", "")
    ), status


def _refused(error: PortalError) -> ResponseReturnValue:
    _roll_back()
    if isinstance(error, NotYours):
        with writing():
            audit.record("access:refused", None, by=current_viewer(), endpoint=request.endpoint or "")
    return _error_page(error.status, error.title, error.message)


def _forged(_error: CSRFError) -> ResponseReturnValue:
    _roll_back()
    return _error_page(
        400,
        "Uw formulier is verlopen",
        "Ga terug, laad de pagina opnieuw en verstuur het formulier nog een keer. Er is niets gewijzigd.",
    )


def _http_error(error: Any) -> ResponseReturnValue:
    status = int(error.code or 500)
    if status < 400:
        return error.get_response()  # type: ignore[no-any-return]
    _roll_back()
    fallback = _BY_STATUS[400] if status < 500 else _BY_STATUS[500]
    return _error_page(status, *_BY_STATUS.get(status, fallback))


def _broken(error: Exception) -> ResponseReturnValue:
    _roll_back()
    if current_app.testing:
        raise error
    current_app.logger.exception("request_failed", extra={"request_id": getattr(g, "request_id", "")})
    return _error_page(500, *_BY_STATUS[500])


def keeping_access(wrapped: Any, view: Any) -> Any:
    """Give a wrapped view the access its inner view declared."""
    wrapped.access = access_of(view)
    return wrapped
