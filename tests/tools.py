"""What the tests need of the machine, and which Debian package brings it. Standard library only."""

import ctypes
import shutil

from tests import postgres

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Give the path of Chromium when the browser tests can run here, else None.

    Playwright drives it with a Node of its own, which needs libatomic; a bare Debian has neither.
    """
    found = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
    return found if _has_libatomic() else None


def _has_libatomic() -> bool:
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return True


def missing() -> dict[str, str]:
    """Give the groups of tests that cannot run here, with the Debian packages that would help."""
    groups = {
        "browser": (chromium(), "chromium libatomic1"),
        "postgres": (postgres.available(), "postgresql"),
        "openssl": (shutil.which("openssl"), "openssl"),
        "age": (shutil.which("age"), "age"),
    }
    return {group: packages for group, (there, packages) in groups.items() if not there}
