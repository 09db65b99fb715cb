"""The table of who may go where, as text. After a change of routes or grants write it anew, and read the diff:

    python -m tests.house.access_matrix
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from portal.access import GRANTS, Role, access_of
from tests.house.application import make_app

FILE = Path(__file__).with_name("access_matrix.txt")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
EVERYBODY = "*"
HEADER = """\
# Who may go where: method, address, permission, roles. `*` is everybody, also without signing in; `+trace`
# is a GET that is written in the trail. Compared with reality by test_access_matrix.py; written anew by
# `python -m tests.house.access_matrix`.
"""


@dataclass(frozen=True, order=True)
class Row:
    """One route and method with who may use it."""

    address: str
    method: str
    permission: str
    roles: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method:<6} {self.address:<88} {self.permission:<26} {' '.join(self.roles)}".rstrip()


def declared(app: Flask) -> list[Row]:
    """Give the rows as the application declares them, in order of address."""
    rows = set()
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if access is None:
            continue  # only the static files; the application refuses to start with another
        granted = GRANTS[access.permission] if access.permission else frozenset()
        permission = str(access.permission or "public")
        roles = tuple(role.value for role in Role if role in granted) or (EVERYBODY,)
        for method in METHODS:
            if method in (rule.methods or ()):
                trace = "+trace" if access.records_read and method == "GET" else ""
                rows.add(Row(rule.rule, method, permission + trace, roles))
    return sorted(rows)


def text(rows: list[Row]) -> str:
    """Give the table as it stands in the file."""
    return HEADER + "".join(f"{row}\n" for row in rows)


def read() -> list[Row]:
    """Give the rows of the committed table."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    parts = [line.split() for line in lines if line and not line.startswith("#")]
    return [Row(part[1], part[0], part[2], tuple(part[3:])) for part in parts]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        FILE.write_text(text(declared(make_app(Path(folder)))), encoding="utf-8")
