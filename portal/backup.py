"""Backup and restore: database and files in one tar, with a hash for each file and the tip of the audit trail.

The keys of the installation (session, server) are left out on purpose: kept with the backup they would
open what they protect. A restore goes into an empty place only and is refused when a hash or the trail
does not fit, so that nothing half or forged comes to stand in for the real thing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import URL, inspect, make_url, text

from portal import audit, clock
from portal.app import create_app
from portal.audit.services import verify_chain
from portal.config import Settings, current_settings
from portal.db import db, reading, writing
from portal.errors import PortalError

FORMAT = 1
MANIFEST, FILES = "manifest.json", "bestanden"
SQLITE_DUMP, POSTGRES_DUMP = "database.sqlite", "database.pgdump"


class BackupRefused(PortalError):
    """The backup cannot be made or put back; says why."""


def make_backup(target: Path) -> dict[str, Any]:
    """Write database and files to a new tar and return its manifest.

    The database is copied first and in one consistent state; stored files never change, so whatever the
    copy refers to is still there afterwards. The tar appears under its name only when it is complete.

    Raises:
        BackupRefused: the file exists already, or the database cannot be dumped.
    """
    if target.exists():
        raise BackupRefused(f"{target} bestaat al. Kies een andere naam.")
    settings, files = current_settings(), {}
    part = target.with_name(f".{target.name}.deel")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".reservekopie-") as folder:
        dump = _dump(_url(settings), Path(folder))
        tip = audit.head() if dump.name == POSTGRES_DUMP else _tip_of_copy(dump)
        with tarfile.open(part, "w") as archive:
            for name, path in [(dump.name, dump), *_stored_files(settings)]:
                files[name] = _sha256(path)
                archive.add(path, name, recursive=False)
            manifest = {
                "format": FORMAT, "made_at": clock.now().isoformat(), "audit": list(tip), "files": files,
            }  # fmt: skip
            page = Path(folder) / MANIFEST
            page.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
            archive.add(page, MANIFEST)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(target)
    return manifest


def restore_backup(source: Path) -> dict[str, Any]:
    """Put a backup back into an empty data folder and database and return its manifest.

    Raises:
        BackupRefused: something is there already, a file does not have its hash, or the audit trail in
            the backup is broken or lacks the tip that the manifest names. Nothing is left behind then.
    """
    settings = current_settings()
    if not source.is_file():
        raise BackupRefused(f"Het bestand {source.name} is er niet.")
    _refuse_unless_empty(settings)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".terugzetten-") as name:
        folder = Path(name)
        manifest = _unpack(source, folder)
        tip = tuple(manifest["audit"])
        if (folder / SQLITE_DUMP).exists():
            _check_trail_of(replace(settings, database_url=f"sqlite:///{folder / SQLITE_DUMP}"), tip)
            for path in folder.glob(f"{SQLITE_DUMP}-*"):
                path.unlink()
            os.replace(folder / SQLITE_DUMP, str(_url(settings).database))
        else:
            _load_postgres(settings, folder / POSTGRES_DUMP, tip)
        if (folder / FILES).exists():
            shutil.copytree(folder / FILES, settings.folder(FILES), dirs_exist_ok=True)
    return manifest


def _url(settings: Settings) -> URL:
    return make_url(settings.database_url)


def _dump(url: URL, folder: Path) -> Path:
    if url.get_backend_name() == "sqlite":
        copy = folder / SQLITE_DUMP
        with closing(sqlite3.connect(str(url.database))) as here, closing(sqlite3.connect(copy)) as there:
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")
        return copy
    dump = folder / POSTGRES_DUMP
    _postgres(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
    return dump


def _tip_of_copy(copy: Path) -> tuple[int, str]:
    with closing(sqlite3.connect(copy)) as database:
        row = database.execute("SELECT seq, hash FROM audit_event ORDER BY seq DESC LIMIT 1").fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "0" * 64)


def _stored_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    root = settings.folder(FILES)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield f"{FILES}/{path.relative_to(root).as_posix()}", path


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _refuse_unless_empty(settings: Settings) -> None:
    url = _url(settings)
    if url.get_backend_name() == "sqlite":
        filled = Path(str(url.database)).exists() and Path(str(url.database)).stat().st_size > 0
    else:
        filled = bool(inspect(db.engine).get_table_names())
    if filled or any(True for _ in _stored_files(settings)):
        raise BackupRefused(
            "Hier staan al gegevens. Zet een reservekopie terug in een lege gegevensmap (PORTAL_DATA_DIR) "
            "en een lege database (PORTAL_DATABASE_URL)."
        )


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, members=_plain_members(archive))  # noqa: S202 - looked at one by one
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, ValueError) as problem:
        raise BackupRefused(f"{source} is geen leesbare reservekopie: {problem}") from problem
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if manifest.get("format") != FORMAT or found - {MANIFEST} != set(manifest["files"]):
        raise BackupRefused("De inhoud van de reservekopie is niet wat het manifest noemt.")
    for name, expected in manifest["files"].items():
        if _sha256(folder / name) != expected:
            raise BackupRefused(f"{name} in de reservekopie is beschadigd of veranderd.")
    return manifest


def _plain_members(archive: tarfile.TarFile) -> list[tarfile.TarInfo]:
    """Return the files of an archive; refuse links, devices and names that lead out of the folder.

    It does what the data filter of PEP 706 does; Python 3.11 has that only from 3.11.4.
    """
    for member in archive.getmembers():
        path = PurePosixPath(member.name)
        if not (member.isfile() or member.isdir()) or path.is_absolute() or ".." in path.parts:
            raise ValueError(f"onverwacht onderdeel {member.name}")
    return archive.getmembers()


def _check_trail_of(settings: Settings, tip: tuple[int, str]) -> None:
    with _running(create_app(settings)), reading():
        _refuse_broken_trail(tip)


def _refuse_broken_trail(tip: tuple[int, str]) -> None:
    broken = verify_chain([tip] if tip[0] else [])
    if broken is not None:
        raise BackupRefused(
            f"Het logboek in de reservekopie klopt niet vanaf gebeurtenis {broken}. Er is niets teruggezet."
        )


@contextmanager
def _running(app: Flask) -> Iterator[None]:
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def _load_postgres(settings: Settings, dump: Path, tip: tuple[int, str]) -> None:
    _postgres(_url(settings), "pg_restore", "--no-owner", "--single-transaction", "--exit-on-error", str(dump))
    try:
        with reading():
            _refuse_broken_trail(tip)
    except BackupRefused:
        with writing():  # the database was empty before; make it so again
            db.session.execute(text("DROP SCHEMA public CASCADE"))
            db.session.execute(text("CREATE SCHEMA public"))
        raise


def _postgres(url: URL, tool: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore on a database; the password travels in the environment."""
    places = [os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    program = shutil.which(tool, path=os.pathsep.join(places))
    if program is None:
        raise BackupRefused(f"{tool} ontbreekt op deze machine (Debian: postgresql-client).")
    address = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    env = os.environ | ({"PGPASSWORD": url.password} if url.password else {})
    command = [program, f"--dbname={address.render_as_string()}", *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupRefused(f"{tool} lukte niet: {done.stderr.strip()}")


def _report(manifest: dict[str, Any], as_json: bool, sentence: str) -> None:
    seq, tip = manifest["audit"]
    if as_json:
        click.echo(json.dumps({"files": len(manifest["files"]), "audit": {"seq": seq, "hash": tip}}))
        return
    click.echo(f"{sentence} {len(manifest['files'])} bestanden, logboek tot en met gebeurtenis {seq}.")


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Antwoord als JSON.")
@with_appcontext
def backup(file: Path, as_json: bool) -> None:
    """Maak een reservekopie van database en bestanden in één tar."""
    try:
        manifest = make_backup(file.resolve())
    except PortalError as refusal:
        raise click.ClickException(refusal.message) from refusal
    _report(manifest, as_json, "De reservekopie staat klaar.")
    if not as_json:
        click.echo("De sleutels van deze installatie zitten er niet in: bewaar die apart (PORTAL_KEY_DIR).")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Antwoord als JSON.")
@with_appcontext
def restore(file: Path, as_json: bool) -> None:
    """Zet een reservekopie terug in een lege gegevensmap; alleen als bestanden en logboek kloppen."""
    try:
        manifest = restore_backup(file.resolve())
    except PortalError as refusal:
        raise click.ClickException(refusal.message) from refusal
    _report(manifest, as_json, f"Teruggezet in {current_app.extensions['portal_settings'].data_dir}.")
