"""The only module that sees every storey: it holds the list of features and makes the application."""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from jinja2 import StrictUndefined
from werkzeug.routing import IntegerConverter

from portal import demo, requests, ui
from portal.accounts.sessions import make_manager
from portal.config import Settings, from_env
from portal.db import Base, db
from portal.features import Feature
from portal.paths import data_dir

FEATURES = (
    "portal.accounts",
    "portal.work",
    "portal.shell",
    "portal.audit",
    "portal.notifications",
    "portal.jobs",
    "portal.catalogue",
    "tenders.consultations",
    "tenders.procedures",
    "tenders.vault",
    "tenders.offers",
    "tenders.awards",
    "contracts.agreements",
    "contracts.trajectories",
    "contracts.results",
    "contracts.allocation",
    "contracts.invoicing",
    "contracts.finance",
    "kpis.definitions",
    "kpis.scorecards",
    "kpis.improvements",
    "kpis.reports",
)


class BoundedInteger(IntegerConverter):
    """A whole number in an address that fits an integer column; a larger one is no page of ours (404)."""

    regex = r"[0-9]{1,10}"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": 2**31 - 1, **kwargs})


def load_features() -> tuple[Feature, ...]:
    """Import the features in order, lowest storey first; one that cannot be imported stops the start."""
    return tuple(importlib.import_module(f"{name}.feature").FEATURE for name in FEATURES)


def flask_config(settings: Settings) -> dict[str, Any]:
    """Return what Flask and its extensions want to know, from our settings."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_NAME": "__Host-portaal" if settings.secure_cookies else "portaal",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_hours),
        "MAX_CONTENT_LENGTH": (settings.max_upload_mb + 8) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 8 * 1024 * 1024,
        "MAX_FORM_PARTS": 1000,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_DEFAULT_LOCALE": "nl",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Amsterdam",
        "RATELIMIT_STORAGE_URI": "memory://",
    }


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; without settings they come from the environment.

    Raises:
        RuntimeError: a route does not declare who may come in.
        SettingsError: a setting is missing or unknown.
    """
    settings = settings or from_env()
    app = Flask("portal", template_folder=str(data_dir("templates")), static_folder="static")
    app.config.update(flask_config(settings))
    app.url_map.converters["int"] = BoundedInteger
    app.jinja_env.undefined = StrictUndefined
    app.extensions["portal_settings"] = settings
    app.extensions["portal_demo_accounts"] = demo.ACCOUNTS if settings.demo else ()
    features = load_features()
    app.extensions["portal_features"] = features
    db.init_app(app)
    Migrate().init_app(app, db, directory=str(data_dir("migrations")))
    Babel(app)
    make_manager().init_app(app)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=False)
    requests.install(app, settings)
    ui.install(app)
    for feature in features:
        for blueprint in feature.blueprints:
            app.register_blueprint(blueprint)
        for command in feature.commands:
            app.cli.add_command(command)
        if feature.on_start is not None:
            feature.on_start()
    sign_in = app.view_functions["portal_accounts.sign_in"]
    app.view_functions["portal_accounts.sign_in"] = requests.keeping_access(
        limiter.limit(settings.sign_in_limit, methods=["POST"])(sign_in), sign_in
    )
    requests.refuse_undeclared(app)
    return app


__all__ = ["Base", "FEATURES", "create_app", "load_features"]
