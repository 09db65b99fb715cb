"""Choice fields of WTForms that take (value, label) pairs, which WTForms itself no longer will (3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import wtforms
from wtforms.fields.choices import SelectChoice


def _wanted(given: Any) -> Any:
    """Turn pairs into what WTForms wants; leave a callable or nothing alone."""
    if given is None or callable(given):
        return given
    return [SelectChoice(one[0], one[1]) if isinstance(one, tuple) else one for one in given]


def _pairs(base: Any) -> Callable[[Any, Iterable[Any] | None], None]:
    def setter(field: Any, given: Iterable[Any] | None) -> None:
        base.choices.fset(field, _wanted(given))

    return setter


class SelectField(wtforms.SelectField):
    """One option from a list."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, choices=_wanted(choices), **kwargs)

    choices = wtforms.SelectField.choices.setter(_pairs(wtforms.SelectField))


class RadioField(wtforms.RadioField):
    """One option, all of them in sight."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, choices=_wanted(choices), **kwargs)

    choices = wtforms.RadioField.choices.setter(_pairs(wtforms.RadioField))


class SelectMultipleField(wtforms.SelectMultipleField):
    """Several options from a list."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, choices=_wanted(choices), **kwargs)

    choices = wtforms.SelectMultipleField.choices.setter(_pairs(wtforms.SelectMultipleField))
