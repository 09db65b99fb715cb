"""What happens around every request: who is it, may he, is the form his own, commit or roll back, headers."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError, CSRFProtect
from markupsafe import escape
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal import audit
from portal.access import GRANTS, VISITOR, Access, Permission, access_of, current_viewer
from portal.accounts.queries import membership_that_may
from portal.accounts.sessions import viewer_of_request
from portal.config import Settings
from portal.db import (
    bar_writing,
    barred,
    commit,
    db,
    forget_after_commit,
    is_writing,
    reading,
    set_mode,
    writing,
)
from portal.dutch import in_words
from portal.errors import Changed, NotForYou, NotYours, PortalError, StaleForm

csrf = CSRFProtect()
SAFE = {"GET", "HEAD", "OPTIONS"}
LONGEST_ADDRESS = 8000
POLICY = (
    "default-src 'self'; img-src 'self'; style-src 'self'; script-src 'self'; font-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; frame-src 'none'"
)
_BY_STATUS = {
    400: ("Uw verzoek kwam niet goed aan", "Ga terug, laad de pagina opnieuw en probeer het nog een keer."),
    401: (
        "U bent niet (meer) aangemeld",
        "Er is niets gewijzigd. Meld u aan in een ander tabblad, laad deze pagina opnieuw en verstuur nog een keer.",
    ),
    404: ("Deze pagina bestaat niet (meer)", "Zoek op nummer of naam, of ga naar Mijn werk."),
    405: ("Dit kan hier niet", "Ga terug en gebruik de knop op de pagina."),
    413: ("Het bestand is te groot", "Splits het bestand of maak het kleiner."),
    414: ("Dit adres is te lang", "Zoek met minder woorden of kies minder filters."),
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
    bar_writing(None)
    set_mode(writing=False)
    if request.endpoint == "static":
        return None
    if len(request.full_path) > LONGEST_ADDRESS:
        return _error_page(414, *_BY_STATUS[414])
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
        _check_token()
    return None


def _check_token() -> None:
    """Let a form whose token no longer counts be shown again with what was typed, but write nothing.

    Raises:
        CSRFError: the request comes from another site; its contents are not shown as if the viewer typed them.
    """
    try:
        csrf.protect()
    except CSRFError:
        if _is_from_elsewhere():
            raise
        bar_writing(StaleForm(with_files=any(file.filename for file in request.files.values())))


def _is_from_elsewhere() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site != "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _told(response: Response, stale: StaleForm) -> Response:
    """Answer an expired form with its own page when that says so, else with a page that does."""
    if response.status_code >= 400 and response.status_code not in (stale.status, 422):
        return response
    shown = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
    if escape(stale.message) not in shown:
        response = current_app.make_response(_error_page(stale.status, stale.title, stale.message))
    response.status_code = stale.status
    return response


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
    who = "gebruikers met de rol " + in_words(sorted(role.label for role in GRANTS[permission]), "of")
    raise (NotForYou if request.method in SAFE else NotYours)(who)


def _leave(response: Response) -> Response:
    stale = barred()
    if stale is not None:
        response = _told(response, stale)
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
    bar_writing(None)
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
    if isinstance(error, NotYours) and barred() is None:
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
