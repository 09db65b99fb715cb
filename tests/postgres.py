"""A PostgreSQL of our own for the tests: made in a temporary folder, thrown away afterwards.

Order: the server named in PORTAAL_TEST_PG_URL, else the machine's own binaries (initdb refuses
root, so root runs them as `postgres`), else PostgresMissing and the tests that need one are skipped.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

URL_VARIABLE = "PORTAAL_TEST_PG_URL"
MISSING = "PostgreSQL ontbreekt: geen initdb op deze machine en PORTAAL_TEST_PG_URL is niet gezet"
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


class PostgresMissing(Exception):
    """This machine has no PostgreSQL that the tests may start."""


def binaries() -> Path | None:
    """Give the folder with initdb and postgres, newest version first; None when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: -float(path.parts[-3]))
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path and shutil.which("postgres") else None


def available() -> bool:
    """Say whether own_postgres() can give a server here."""
    return bool(os.environ.get(URL_VARIABLE)) or (binaries() is not None and _user() is not None)


def _user() -> str | None:
    """Give the account that runs the server: ours, or for root `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return ""
    if shutil.which("setpriv") is None:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _as(user: str, *command: str | Path) -> list[str]:
    parts = [str(part) for part in command]
    if shutil.which("setpriv") is None:
        return parts
    account: tuple[str, ...] = ()
    if user:
        account = (f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups")
    # The server ends with the test run, also when that is killed.
    return ["setpriv", "--pdeathsig=INT", *account, *parts]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        if "ready to accept connections" in log.read_text(errors="replace"):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


@contextmanager
def own_postgres() -> Iterator[str]:
    """Start a server and yield a SQLAlchemy address of an empty database on it.

    Yields:
        `postgresql+psycopg://…`. With PORTAAL_TEST_PG_URL set, that address as it is: the tests
        then own that database and empty it.

    Raises:
        PostgresMissing: there is no server to use here.
    """
    given = os.environ.get(URL_VARIABLE)
    if given:
        yield given
        return
    folder, user = binaries(), _user()
    if folder is None or user is None:
        raise PostgresMissing(MISSING)
    with tempfile.TemporaryDirectory(prefix="portaal-pg-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        if user:
            os.chown(home, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        port, log = _free_port(), home / "log"
        initdb = _as(
            user, folder / "initdb", "-D", home / "data", "-U", "portal", "-A", "trust",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        made = subprocess.run(initdb, cwd=home, capture_output=True, text=True, check=False)
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
        options = [part for setting in SETTINGS for part in ("-c", setting)]
        run = _as(
            user, folder / "postgres", "-D", home / "data", "-k", home, "-h", "127.0.0.1",
            "-p", str(port), *options,
        )  # fmt: skip
        with log.open("wb") as output:
            server = subprocess.Popen(run, cwd=home, stdout=output, stderr=output)
        try:
            _wait_until_ready(server, port, log)
            yield f"postgresql+psycopg://portal@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # breaks clients off; TERM would wait for them
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
