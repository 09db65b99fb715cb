"""Where the portal finds the files that travel with it, in a wheel and in a checkout."""

from pathlib import Path


def data_dir(name: str) -> Path:
    """Return the folder `name` ("templates" or "migrations") beside the package or one level up.

    Raises:
        FileNotFoundError: the installation is broken; neither place has the folder.
    """
    here = Path(__file__).resolve().parent
    for candidate in (here / name, here.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(name)
