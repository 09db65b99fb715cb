"""Nothing of the machine a file was made on stays in it, and no address of a package index."""

import re

from tests.house.sources import committed, named

BINARY = {".png", ".jpg", ".woff2", ".ico", ".pdf", ".xlsx", ".db"}
# Written in pieces, so that this file does not find itself.
PATTERNS = {
    "a folder of one machine": re.compile(r"(?<![\w.}-])/(?:ro" + r"ot|wor" + r"k|home/[a-z]\w*|Use" + r"rs/\w+)/"),
    "a temporary folder of one machine": re.compile(r"(?<![\w.}])/tm" + r"p/\w"),
    "a package index": re.compile(
        r"\b(?:py" + r"pi\.org|pythonhos" + r"ted\.org|registry\.(?:np" + r"mjs\.org|ya" + r"rnpkg\.com))"
    ),
    "an index setting": re.compile(r"--(?:extra-)?index-" + r"url[ =]\S*://|registry\s*=\s*\S*://"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIV" + r"ATE KEY|AGE-SECRET-" + r"KEY-1[A-Z0-9]{20}"),
}


def test_no_committed_file_names_a_machine_or_an_index() -> None:
    found = [
        f"{named(path)}:{number} {what}: {line.strip()[:80]}"
        for path in committed()
        if path.suffix not in BINARY
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        for what, pattern in PATTERNS.items()
        if pattern.search(line)
    ]
    assert not found


def test_every_committed_text_file_is_utf8() -> None:
    wrong = []
    for path in committed():
        if path.suffix not in BINARY:
            try:
                path.read_bytes().decode("utf-8")
            except UnicodeDecodeError as problem:
                wrong.append(f"{named(path)}: {problem}")
    assert not wrong


def test_the_package_lock_of_the_assets_holds_hashes_and_no_addresses() -> None:
    locks = [path for path in committed() if path.name == "package-lock.json"]
    assert locks, "the assets have no package-lock.json"
    for path in locks:
        text = path.read_text(encoding="utf-8")
        assert '"integrity"' in text
        assert '"resolved"' not in text
