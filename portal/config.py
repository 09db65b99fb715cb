"""The settings: read once from PORTAL_* variables, frozen, safe by default."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from flask import current_app


class SettingsError(Exception):
    """A setting is missing, unknown or cannot be read; the portal does not start."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between installations; a default is safe in production and public."""

    data_dir: Path
    database_url: str
    secret_key: str
    server_key: str
    base_url: str = "http://127.0.0.1:5000"
    demo: bool = False
    second_factor: bool = True
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = "geen-antwoord@inkoopportaal.example"
    sign_in_limit: str = "20 per minute"
    password_cost: int = 3
    session_hours: int = 10
    idle_minutes: int = 60
    max_upload_mb: int = 500
    secure_cookies: bool = True
    jobs_immediate: bool = False

    def folder(self, name: str) -> Path:
        """Return a folder under the data folder; it is made when it is not there."""
        path = self.data_dir / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def current_settings() -> Settings:
    """Return the settings of the running application (`create_app` put them there)."""
    settings = current_app.extensions["portal_settings"]
    assert isinstance(settings, Settings)  # noqa: S101
    return settings


def from_env(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `PORTAL_*` variables.

    The two keys come from `PORTAL_SECRET_KEY` and `PORTAL_SERVER_KEY`, or from the folder
    `PORTAL_KEY_DIR` (default: `sleutels` beside the data folder), where they are made once.

    Raises:
        SettingsError: a variable is unknown or its value does not fit.
    """
    env = os.environ if environ is None else environ
    given = {key[7:].lower(): value for key, value in env.items() if key.startswith("PORTAL_")}
    key_folder = given.pop("key_dir", "")
    data_dir = Path(given.pop("data_dir", "var")).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    keys = Path(key_folder) if key_folder else data_dir.with_name(data_dir.name + "-sleutels")
    values: dict[str, object] = {
        "data_dir": data_dir,
        "database_url": given.pop("database_url", f"sqlite:///{data_dir / 'portaal.sqlite'}"),
        "secret_key": given.pop("secret_key", "") or _kept_key(keys / "sessie.sleutel"),
        "server_key": given.pop("server_key", "") or _kept_key(keys / "server.sleutel"),
    }
    types = {field.name: field.type for field in fields(Settings)}
    for name, text in given.items():
        if name not in types:
            raise SettingsError(f"PORTAL_{name.upper()} is geen instelling van het portaal.")
        values[name] = _read(name, str(types[name]), text)
    return Settings(**values)  # type: ignore[arg-type]


def _read(name: str, kind: str, text: str) -> object:
    if kind == "bool":
        return text.strip().lower() in {"1", "true", "ja", "yes"}
    if kind == "int":
        try:
            return int(text)
        except ValueError:
            raise SettingsError(f"PORTAL_{name.upper()} moet een heel getal zijn.") from None
    return text


def _kept_key(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(secrets.token_hex(32), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()
