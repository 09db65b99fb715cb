"""The files of this project, as the house tests look at them."""

import ast
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "tenders", "contracts", "kpis")
LEFT_OUT = {"var", "var-sleutels", "node_modules", "__pycache__", "build", "dist"}


@cache
def committed() -> tuple[Path, ...]:
    """Give the files git keeps; in a tree without git, every file that is not made by a command."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        if listed.returncode == 0:
            paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
            return tuple(sorted(path for path in paths if path.is_file()))
    paths = (path for path in ROOT.rglob("*") if path.is_file())
    return tuple(sorted(path for path in paths if not _made(path)))


def _made(path: Path) -> bool:
    """Say whether a command made this file: in a cache, an environment, the data folder or a build."""
    first, *rest = path.relative_to(ROOT).parts
    cache = first.startswith(".") and first not in {".ci", ".gitignore", ".npmrc"}
    return cache or bool(LEFT_OUT & {first, *rest})


def named(path: Path) -> str:
    """Give a path as messages show it."""
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> list[Path]:
    """Give the Python files in these folders of the project."""
    return [
        path
        for path in committed()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders
    ]


@cache
def tree(path: Path) -> ast.Module:
    """Give the parsed source of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
