"""Signing in with two factors, signing out, switching organisation, one's own account."""

from __future__ import annotations

import io
import uuid

import segno
from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from portal import clock
from portal.access import Permission, current_viewer, public, requires
from portal.accounts import passwords, queries, rules, services
from portal.accounts.forms import CodeForm, PasswordForm, SignInForm
from portal.accounts.models import User
from portal.accounts.sessions import SignedIn, this_session_id
from portal.config import current_settings
from portal.db import db, writing
from portal.forms import act, page

bp = Blueprint("portal_accounts", __name__)

HALF_WAY_SECONDS = 300
_WRONG = "Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het opnieuw."
_WAIT = "Er is te vaak een verkeerd wachtwoord ingevuld. Wacht een paar minuten en probeer het opnieuw."


@bp.route("/aanmelden", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if not form.is_submitted():
        form.volgende.data = rules.local_path(request.args.get("volgende")) or ""
    if form.validate_on_submit():
        user = queries.user_by_email(form.email.data or "")
        problem = _problem(user, form.password.data or "")
        if user is not None and problem is None:
            return _password_was_right(user, form.volgende.data)
        form.form_errors.append(problem or _WRONG)
    accounts = current_app.extensions["portal_demo_accounts"] if current_settings().demo else ()
    return page("portal/accounts/sign_in.html", form=form, demo_accounts=accounts)


def _problem(user: User | None, password: str) -> str | None:
    if user is not None and not rules.may_try(user.failed_sign_ins, user.failed_at, clock.now()):
        return _WAIT
    if passwords.fits(password, user.password_hash if user is not None and user.ended_at is None else None):
        return None
    if user is not None:
        with writing():
            services.note_failure(user)
    return _WRONG


def _password_was_right(user: User, target: str | None) -> ResponseReturnValue:
    if current_settings().second_factor:
        session["halverwege"] = [str(user.id), int(clock.now().timestamp()), target or ""]
        return redirect(url_for(".second_factor"))
    return _enter(user, step=None, target=target)


def _enter(user: User, *, step: int | None, target: str | None) -> ResponseReturnValue:
    opened = act(services.start_session, user, second_factor_step=step)
    session.clear()
    login_user(SignedIn(opened.id))
    session["gezien"] = int(clock.now().timestamp())
    return redirect(rules.local_path(target) or url_for("portal_work.index"))


def _half_way() -> tuple[User | None, str]:
    """Return who gave a right password a moment ago, and the page he asked for."""
    user_id, since, target = session.get("halverwege", ("", 0, ""))
    if not user_id or clock.now().timestamp() - since > HALF_WAY_SECONDS:
        session.pop("halverwege", None)
        return None, ""
    return db.session.get(User, uuid.UUID(user_id)), target


@bp.route("/aanmelden/code", methods=["GET", "POST"])
@public
def second_factor() -> ResponseReturnValue:
    user, target = _half_way()
    if user is None:
        flash("Het duurde te lang. Meld u opnieuw aan.", "error")
        return redirect(url_for(".sign_in"))
    if not user.totp_secret:
        return redirect(url_for(".set_up_second_factor"))
    form = CodeForm()
    if form.validate_on_submit():
        step = _right_step(user, form)
        if step is not None:
            return _enter(user, step=step, target=target)
    return page("portal/accounts/code.html", form=form, first_time=user.totp_confirmed_at is None)


def _right_step(user: User, form: CodeForm) -> int | None:
    if not rules.may_try(user.failed_sign_ins, user.failed_at, clock.now()):
        form.form_errors.append(_WAIT)
        return None
    step = services.second_factor_step(user, form.code.data or "")
    if step is None:
        with writing():
            services.note_failure(user)
        form.code.errors = ["Deze code is niet goed of al gebruikt. Wacht op de volgende code in uw app."]
    return step


@bp.route("/aanmelden/tweede-stap", methods=["GET", "POST"])
@public
def set_up_second_factor() -> ResponseReturnValue:
    user, _target = _half_way()
    if user is None or user.totp_confirmed_at is not None:
        return redirect(url_for(".sign_in"))
    if request.method == "POST":
        act(services.prepare_second_factor, user)
        return redirect(url_for(".set_up_second_factor"))
    if not user.totp_secret:
        return page("portal/accounts/second_factor.html", secret=None, qr=None)
    return page(
        "portal/accounts/second_factor.html", secret=user.totp_secret, qr=url_for(".second_factor_qr")
    )


@bp.route("/aanmelden/tweede-stap/qr.svg")
@public
def second_factor_qr() -> ResponseReturnValue:
    user, _target = _half_way()
    if user is None or not user.totp_secret or user.totp_confirmed_at is not None:
        return redirect(url_for(".sign_in"))
    out = io.BytesIO()
    segno.make(passwords.setup_address(user.totp_secret, user.email)).save(out, kind="svg", scale=5)
    return current_app.response_class(out.getvalue(), mimetype="image/svg+xml")


@bp.route("/afmelden", methods=["POST"])
@requires(Permission.SELF)
def sign_out() -> ResponseReturnValue:
    current = this_session_id()
    if current is not None:
        act(services.end_session, current, by=current_viewer())
    logout_user()
    session.clear()
    flash("U bent afgemeld.")
    return redirect(url_for(".sign_in"))


@bp.route("/mijn-account", methods=["GET", "POST"])
@requires(Permission.SELF)
def account() -> ResponseReturnValue:
    viewer = current_viewer()
    user = db.session.get_one(User, viewer.user_id)
    form = PasswordForm()
    if form.validate_on_submit():
        if not passwords.fits(form.current.data or "", user.password_hash):
            form.current.errors = ["Dit is niet uw wachtwoord van nu."]
        else:
            fresh = passwords.hash_password(form.new.data or "")
            if form.accepts(
                services.change_password, user, new_hash=fresh, keep=this_session_id(), by=viewer
            ):
                flash("Uw wachtwoord is gewijzigd. Andere browsers zijn afgemeld.")
                return redirect(url_for(".account"))
    return page(
        "portal/accounts/account.html",
        form=form,
        memberships=queries.memberships_of(user.id),
        sessions=queries.sessions_of(user.id),
        current=this_session_id(),
        user=user,
    )


@bp.route("/mijn-account/organisatie/<uuid:membership_id>", methods=["POST"])
@requires(Permission.SELF)
def switch(membership_id: uuid.UUID) -> ResponseReturnValue:
    current = this_session_id()
    if current is not None:
        act(services.switch_membership, current, membership_id, by=current_viewer())
    return redirect(rules.local_path(request.args.get("volgende")) or url_for("portal_work.index"))


@bp.route("/mijn-account/sessies/<uuid:session_id>/afmelden", methods=["POST"])
@requires(Permission.SELF)
def end_session(session_id: uuid.UUID) -> ResponseReturnValue:
    act(services.end_session, session_id, by=current_viewer())
    flash("Die browser is afgemeld.")
    return redirect(url_for(".account"))
