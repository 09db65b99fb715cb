"""The search for cycles is paused for a while and always goes on."""

import gc

import pytest

from portal.bulk import many_values


@many_values()
def _is_searching() -> bool:
    return gc.isenabled()


def test_the_search_rests_while_many_values_are_made_and_goes_on_after() -> None:
    assert not _is_searching()
    assert gc.isenabled()


def test_one_pause_in_another_ends_with_the_outer_one() -> None:
    with many_values():
        assert not _is_searching()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_search_goes_on_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), many_values():
        raise ZeroDivisionError
    assert gc.isenabled()
