#!/usr/bin/env python3
"""The one door to this project; needs Python 3.11 or newer and nothing else.

    python3 portaal.py demo  [--port N] [--data DIR] [--no-serve]
    python3 portaal.py test  [--all] [pytest arguments]
    python3 portaal.py portal …      the `portal` command (try: portal --help)
    python3 portaal.py lock          writes the lock files anew; needs uv

It makes an environment beside this file (or in the data folder where the checkout is read-only),
installs the hashed lock, builds the assets, and runs. Every tool uses its own package index settings.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036  an older Python gets a sentence, not a traceback
    sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0])

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

Words = list[str | Path]

ROOT = Path(__file__).resolve().parent
LOCKS = {
    group: ROOT / f"requirements{suffix}.lock"
    for group, suffix in (("run", ""), ("test", "-test"), ("node", "-node"))
}
MAY_APT = os.geteuid() == 0 and shutil.which("apt-get") is not None


class Stop(Exception):
    """Something the person at the keyboard has to do first; one sentence."""


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"» {text}", flush=True)


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Say what begins, and how long it took."""
    say(f"{text} …")
    begin = time.monotonic()
    yield
    say(f"{text}: done in {time.monotonic() - begin:.1f} s")


def run(command: Sequence[str | Path], *, env: dict[str, str] | None = None, quiet: bool = False) -> None:
    """Run a command in the checkout; `quiet` shows its output only when it fails (Stop)."""
    out, err = (subprocess.PIPE, subprocess.STDOUT) if quiet else (None, None)
    try:
        done = subprocess.run(command, cwd=ROOT, env=env or clean_env(), stdout=out, stderr=err)
    except OSError as problem:
        raise Stop(f"{command[0]} could not be started: {problem}") from problem
    if done.returncode:
        if quiet:
            sys.stderr.write(done.stdout.decode(errors="replace"))
        raise Stop(f"`{' '.join(map(str, command[:6]))}` failed with status {done.returncode}")


def clean_env(**more: str) -> dict[str, str]:
    """Give our environment without what would lead a child to another Python."""
    left_out = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT"}
    return {key: value for key, value in os.environ.items() if key not in left_out} | more


def writable(folder: Path) -> bool:
    """Say whether we may make files in a folder, or in the nearest one above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)


def data_folder(given: str | None = None) -> Path:
    """Choose the data folder: --data, PORTAL_DATA_DIR, `var` here, or one in the home folder."""
    if given or os.environ.get("PORTAL_DATA_DIR"):
        return Path(given or os.environ["PORTAL_DATA_DIR"]).expanduser().resolve()
    if writable(ROOT / "var"):
        return ROOT / "var"
    share = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(share) / "inkoopportaal-inburgering"


def fingerprint(group: str) -> str:
    """Give what an environment was made of: the lock and this Python."""
    lock = hashlib.sha256(LOCKS[group].read_bytes()).hexdigest()
    return f"{lock} {sys.version} {sys.base_prefix}\n"


def is_ready(folder: Path, group: str) -> bool:
    """Say whether the environment holds a group; the mark is the last thing that is written."""
    with contextlib.suppress(OSError):
        return (folder / f"ready-{group}").read_text() == fingerprint(group) and (folder / "bin").is_dir()
    return False


def environment(group: str, data: Path) -> Path:
    """Make the environment of a group when it is not there yet and give its `python`."""
    name = "venv-node" if group == "node" else "venv"
    beside = ROOT / f".{name}"
    if is_ready(beside, group):
        return beside / "bin" / "python"
    folder = beside if writable(beside) else data / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{name}.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # a second command waits for the first
        if not is_ready(folder, group):
            with step(f"Python environment ({group}) in {folder}"):
                make_environment(folder, group)
    return folder / "bin" / "python"


def make_environment(folder: Path, group: str) -> None:
    """Install the lock of a group; the test group is laid over a ready run group."""
    uv = shutil.which("uv")
    python = folder / "bin" / "python"
    if not (group == "test" and is_ready(folder, "run")):
        shutil.rmtree(folder, ignore_errors=True)
        if uv:
            run([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, folder], quiet=True)
        else:
            need_venv()
            run([sys.executable, "-m", "venv", folder], quiet=True)
    for mark in folder.glob("ready-*"):
        mark.unlink()
    hashed = ["--require-hashes", "--no-deps", "-r", str(LOCKS[group])]
    if uv:
        run([uv, "pip", "install", "--quiet", "--python", python, *hashed], quiet=True)
    else:
        pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        run([python, *pip, *hashed], quiet=True)
    for ready in ("run", "test") if group == "test" else (group,):
        (folder / f"ready-{ready}").write_text(fingerprint(ready))


def need_venv() -> None:
    """See to it that this Python can use venv; Debian keeps ensurepip in another package."""
    if getattr(importlib.util.find_spec("ensurepip"), "origin", None):
        return
    if MAY_APT:
        apt_install("python3-venv")
        if subprocess.run([sys.executable, "-c", "import ensurepip; ensurepip.version()"], check=False).returncode == 0:
            return
    raise Stop(
        "this Python cannot make environments; ask for the Debian package python3-venv "
        "(apt-get install python3-venv) and run this command again"
    )


def apt_install(*packages: str) -> None:
    """Install Debian packages without their recommendations."""
    quietly = clean_env(DEBIAN_FRONTEND="noninteractive")
    with step(f"Debian packages: {' '.join(packages)}"):
        run(["apt-get", "update", "-qq"], env=quietly, quiet=True)
        options = ["-y", "-qq", "--no-install-recommends"]
        run(["apt-get", "install", *options, *packages], env=quietly, quiet=True)


def build_assets(data: Path) -> None:
    """Build style sheets, script and font when they are not there yet."""
    sys.path.insert(0, str(ROOT))
    from portal import assets

    beside = ROOT / "portal" / "static" / "build"
    target = beside if writable(beside) else data / "assets"
    if assets.current(target):
        return
    npm = shutil.which("npm")
    with step("assets (npm)"):
        if npm is None or shutil.which("node") is None:
            tools = environment("node", data).parent
            os.environ["PATH"] = f"{tools}{os.pathsep}{os.environ['PATH']}"
            npm = str(tools / "npm")
        try:
            assets.build([npm], target, data / "npm")
        except assets.AssetsError as problem:
            raise Stop(str(problem)) from problem


def portal_env(python: Path, data: Path, **more: str) -> dict[str, str]:
    """Give the environment variables under which the portal runs from this checkout."""
    path = f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return clean_env(PATH=path, PYTHONPATH=str(ROOT), PORTAL_DATA_DIR=str(data), **more)


def portal(arguments: list[str]) -> int:
    """Hand over to the `portal` command; does not come back."""
    data = data_folder()
    python = environment("run", data)
    command = [str(python), "-P", "-m", "portal.cli", *arguments]
    os.execve(command[0], command, portal_env(python, data))  # noqa: S606  the portal itself


def demo_options(arguments: list[str]) -> argparse.Namespace:
    """Read what follows `demo`."""
    parser = argparse.ArgumentParser(prog="portaal.py demo", description=demo.__doc__)
    parser.add_argument("--port", type=int, default=5000, help="port on 127.0.0.1 (5000)")
    parser.add_argument("--data", help="data folder (var, or PORTAL_DATA_DIR)")
    parser.add_argument("--no-serve", action="store_true", help="prepare everything, do not serve")
    return parser.parse_args(arguments)


def demo(arguments: list[str]) -> int:
    """Run the portal with demo data on this machine until Ctrl-C."""
    options = demo_options(arguments)
    data = data_folder(options.data)
    data.mkdir(parents=True, exist_ok=True)
    if not options.no_serve:
        free_port(options.port)
    address = f"http://127.0.0.1:{options.port}"
    python = environment("run", data)
    build_assets(data)
    # Plain http on this machine only, so no secure cookies; the second factor is off in the demo.
    env = portal_env(
        python, data, PORTAL_DEMO="1", PORTAL_BASE_URL=address, PORTAL_SECURE_COOKIES="0",
        PORTAL_SECOND_FACTOR="0", PORTAL_SMTP_HOST="",  # no server: mail is written in the data folder
    )  # fmt: skip
    command: Words = [python, "-P", "-m", "portal.cli"]
    with step("database"):
        run([*command, "db", "upgrade"], env=env, quiet=True)
    with step("demo data"):
        run([*command, "seed-demo"], env=env)
    if options.no_serve:
        return 0
    gunicorn: Words = [
        python, "-P", "-m", "gunicorn", "portal.wsgi:app", "--bind", f"127.0.0.1:{options.port}",
        "--worker-class", "portal.server.Worker", "--limit-request-line", "8190",
        "--workers", "1", "--threads", "8", "--timeout", "120", "--log-level", "warning",
    ]  # fmt: skip
    return serve([[*command, "work"], gunicorn], env, address)


def free_port(port: int) -> None:
    """Refuse early when something already listens (Stop)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            raise Stop(f"port {port} cannot be used ({problem.strerror}); try --port N") from problem


def end_with_parent() -> None:
    """In a child, before it starts: let Linux end it when we end, however that happens."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def serve(commands: list[Words], env: dict[str, str], address: str) -> int:
    """Run worker and server as children until a signal comes or one of them stops."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    children: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            child = subprocess.Popen(
                command, cwd=ROOT, env=env, start_new_session=True, preexec_fn=end_with_parent
            )
            children.append(child)
        wait_for_answer(address, children)
        say(f"The portal runs on {address} – stop with Ctrl-C")
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        say("worker or server stopped by itself; the lines above say why")
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for child in children:
            child.terminate()
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=10)
            child.kill()


def wait_for_answer(address: str, children: list[subprocess.Popen[bytes]]) -> None:
    """Wait until the sign-in page answers; Stop when it does not in a minute, or a child ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until and all(child.poll() is None for child in children):
        with contextlib.suppress(OSError, urllib.error.URLError):
            with urllib.request.urlopen(f"{address}/aanmelden", timeout=5) as answer:  # noqa: S310  own
                if answer.status == 200:
                    return
        time.sleep(0.2)
    raise Stop("the portal did not start; the lines above say why")


def test(arguments: list[str]) -> int:
    """Set up what the tests need, then lint, types, imports and pytest."""
    everything = "--all" in arguments
    arguments = [word for word in arguments if word != "--all"]
    data = data_folder()
    python = environment("test", data)
    build_assets(data)
    missing = need_test_tools()
    for group, how in missing.items():
        say(f"skipped: {group} – {how}")
    required = set(os.environ.get("PORTAAL_REQUIRE", "").split())
    if required & set(missing):
        raise Stop(f"PORTAAL_REQUIRE: cannot run here: {', '.join(sorted(required & set(missing)))}")
    tools, env = python.parent, portal_env(python, data, NO_COLOR="1", PORTAAL_TEST_DATA=str(data))
    env = {key: value for key, value in env.items() if not key.startswith("PORTAL_")}
    checks: list[Words] = [
        [tools / "ruff", "check", "--quiet", "."],
        [tools / "mypy"],
        [tools / "lint-imports"],
    ]
    picked = any(not word.startswith("-") or word.startswith(("-k", "-m", "--l")) for word in arguments)
    failed = [] if picked else [name for name in (check(words, env) for words in checks) if name]
    pytest: Words = [tools / "pytest", "-p", "tests.groups"]
    if not {"-n", "-s", "--pdb"} & set(arguments):
        pytest += ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    pytest += ["-m", ""] if everything else []
    status = subprocess.run([*pytest, *arguments], cwd=ROOT, env=env, check=False).returncode
    if failed:
        say(f"failed besides pytest: {', '.join(failed)}")
    return status or len(failed)


def check(command: Words, env: dict[str, str]) -> str:
    """Run one check; give its name when it failed, else an empty text."""
    name = Path(command[0]).name
    try:
        with step(name):
            run(command, env=env, quiet=True)
    except Stop:
        say(f"{name}: FAILED")
        return name
    return ""


def need_test_tools() -> dict[str, str]:
    """Install what is missing where we may; give group → how to get it for what stays missing."""
    sys.path.insert(0, str(ROOT))
    from tests import tools

    packages = " ".join(tools.missing().values()).split()
    if packages and MAY_APT:
        with contextlib.suppress(Stop):
            apt_install(*packages)
    return {group: f"apt-get install {names}" for group, names in tools.missing().items()}


def lock(_arguments: list[str]) -> int:
    """Write the Python locks anew from pyproject.toml: hashes, no addresses."""
    uv = shutil.which("uv") or "uv"
    common = [
        uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-header", "--no-emit-index-url", "--no-annotate", "--upgrade",
    ]  # fmt: skip
    run([*common, "pyproject.toml", "-o", LOCKS["run"]])
    run([*common, "pyproject.toml", "--group", "test", "-c", LOCKS["run"], "-o", LOCKS["test"]])
    run([*common, "requirements-node.in", "-o", LOCKS["node"]])
    return 0


def main(arguments: list[str]) -> int:
    """Run one command and give the exit status."""
    command = {"demo": demo, "test": test, "portal": portal, "lock": lock}.get("".join(arguments[:1]))
    if command is None:
        print(__doc__)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    try:
        return command(arguments[1:])
    except Stop as problem:
        print(f"portaal.py: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
