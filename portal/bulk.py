"""Work on very many plain values at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def many_values() -> Iterator[None]:
    """Pause the search for reference cycles while very many values are made; also a decorator.

    Rows, cells and drafts hold no cycles and go as soon as nobody needs them; the search would walk
    through all of them, and through the whole application, again and again: half the time of an import
    of 10,000 rows. Whatever happens, the search goes on afterwards.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
