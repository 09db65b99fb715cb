"""Forms: Dutch fields, one write transaction per submitted form, refusals at the field they belong to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import current_app, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField
from wtforms.validators import StopValidation

from portal import clock
from portal.access import access_of
from portal.db import Versioned, WriteOutsideTransaction, barred, db, forget_after_commit, lock, set_mode
from portal.errors import Changed, Objection, PortalError, Refused, StaleForm
from portal.messages import Sentences, too_large
from portal.periods import Month
from portal.versions import Overlay, Seen

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
_TWICE = "Deze gegevens staan er al. Bekijk de lijst voordat u het opnieuw probeert."


class Filled:
    """Refuse an empty field with a sentence that says what to fill in."""

    field_flags = {"aria_required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:
        data = field.data
        empty = data is None or (isinstance(data, str) and not data.strip()) or data == []
        if empty:
            if field.errors:
                raise StopValidation
            raise StopValidation(self.message)


class AtMost:
    """Refuse a text that is too long, and say by how much."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, form: Any, field: Field) -> None:
        size = len(field.data or "")
        if size > self.length:
            raise StopValidation(
                f"Maak de tekst bij ‘{field.label.text}’ korter. U mag {_points(self.length)} tekens gebruiken; "
                f"dit zijn er {_points(size)}."
            )


def _points(number: int) -> str:
    return f"{number:,}".replace(",", ".")


class BaseForm(FlaskForm):
    """A form of the portal: keeps what was typed, answers in Dutch, changes through one service."""

    versie = HiddenField()
    result: Any = None
    status = 422

    class Meta(FlaskForm.Meta):
        """Our own sentences instead of those of WTForms; no browser bubbles."""

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
            """Let every message of the library name the field, in our words."""
            field = super().bind_field(form, unbound_field, options)
            field._translations = Sentences(field)
            return field

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Leave out NUL characters: nobody types them, and PostgreSQL cannot keep them."""
            data = super().wrap_formdata(form, formdata)
            pairs = [] if data is None else [(name, one) for name, values in data.lists() for one in values]
            if not any(isinstance(one, str) and "\x00" in one for _, one in pairs):
                return data
            return MultiDict([(name, one.replace("\x00", "") if isinstance(one, str) else one) for name, one in pairs])

    def __init__(self, *args: Any, obj: Any = None, stored: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """Fill the form from a record (`obj`), from `stored` values that go before it, or from `data`.

        What comes from these three is what stands now: when it is no longer what the form showed, the
        form is refused with both texts. Other keywords are only suggestions.
        """
        record = Overlay(obj, {**(kwargs.get("data") or {}), **(stored or {})})
        super().__init__(*args, obj=record, **kwargs)
        self._seen = Seen(self, record, (self.versie.data or "") if self.versie.raw_data else "")
        self.versie.data = self._seen.now

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was typed; refuse an expired form, and one that somebody else was before."""
        stale = barred()
        if stale is not None:
            self._refuse(stale)
            return False
        valid = bool(super().validate(extra_validators))
        for field, sentence in [*too_large(self), *self._seen.changed()]:
            valid = False
            field.errors = [*field.errors, sentence]
        if self._seen.is_overtaken:
            self._refuse(Changed())
            return False
        return valid

    def _refuse(self, error: PortalError) -> None:
        self.status = error.status
        if error.message not in self.form_errors:
            self.show([Objection(error.message)])

    def accepts(self, service: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Run a service in the write transaction; put what it refuses at the fields.

        Returns True when it went through (its answer is in `result`), False when the form has to be
        shown again. A record changed by somebody else since this form was opened is refused.
        """
        try:
            set_mode(writing=True)
            self._hold(args)
            self.result = service(*args, **kwargs)
            db.session.flush()
        except Refused as refusal:
            self._undo()
            self.show(refusal.objections)
        except IntegrityError:
            self._undo()
            self.show([Objection(_TWICE)])
        except (StaleDataError, Changed):
            self._undo()
            self._refuse(Changed())
        except PortalError as error:
            self._undo()
            self.show([Objection(error.message)])
        else:
            return True
        return False

    def show(self, objections: Sequence[Objection]) -> None:
        """Put objections at their fields, or above the form when they belong to none."""
        for objection in objections:
            field = self._fields.get(objection.field or "")
            if field is None:
                self.form_errors.append(objection.message)
            else:
                field.errors = [*field.errors, objection.message]

    @staticmethod
    def _hold(args: Sequence[Any]) -> None:
        """Hold the record; what changed since this request read it was changed by somebody else."""
        target = next((arg for arg in args if isinstance(arg, Versioned) and arg in db.session), None)
        if target is None:
            return
        read = target.version_id
        lock(target)  # type: ignore[arg-type]
        if target.version_id != read:
            raise Changed

    @staticmethod
    def _undo() -> None:
        db.session.rollback()
        forget_after_commit()
        set_mode(writing=False)


class ActForm(BaseForm):
    """A button: nothing to fill in, only the token against forged requests."""


def act(service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a service in the write transaction for a POST with only a button; return its answer.

    Raises:
        PortalError: what the service refused; the kernel makes the page.
    """
    _refuse_silent_get()
    set_mode(writing=True)
    result = service(*args, **kwargs)
    db.session.flush()
    return result


def _refuse_silent_get() -> None:
    """A GET writes only when its route declared that it leaves a trace."""
    if request.method not in ("GET", "HEAD"):
        return
    declared = access_of(current_app.view_functions[request.endpoint or ""])
    if declared is None or not declared.records_read:
        raise WriteOutsideTransaction(f"{request.endpoint} writes in a GET without records_read")


def act_or_flash(service: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Run a service as `act`; when it refuses, show the reason as a message and return False."""
    try:
        act(service, *args, **kwargs)
    except StaleForm:
        raise
    except PortalError as refusal:
        db.session.rollback()
        forget_after_commit()
        set_mode(writing=False)
        flash(refusal.message, "error")
        return False
    return True


def page(template: str, *, form: FlaskForm | None = None, **context: Any) -> ResponseReturnValue:
    """Answer with a page; 422 (409, 400) when its form has errors, so that nothing is committed."""
    status = getattr(form, "status", 422) if form is not None and form.errors else 200
    return make_response(render_template(template, form=form, **context), status)


class _Parsed(StringField):
    """A text field whose value is parsed; what was typed is shown again when it cannot be."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.shown(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if text:
            self.data = self.parsed(text)

    def parsed(self, text: str) -> Any:
        raise NotImplementedError

    def shown(self, value: Any) -> str:
        return str(value)


_DUTCH_NUMBER = re.compile(r"^[−-]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)(,[0-9]+)?$")


def dutch_decimal(text: str, places: int) -> Decimal:
    """Read a Dutch number such as "1.234,50"; never guesses.

    Raises:
        ValueError: it is not written the Dutch way or has more than `places` decimals.
    """
    bare = text.replace("€", "").replace("\u00a0", "").replace(" ", "")
    if not _DUTCH_NUMBER.match(bare):
        raise ValueError(f"“{text}” is geen getal met een komma, zoals 1.234,50.")
    try:
        value = Decimal(bare.replace("−", "-").replace(".", "").replace(",", "."))
    except InvalidOperation:  # pragma: no cover - the pattern lets nothing else through
        raise ValueError(text) from None
    if -int(value.as_tuple().exponent) > places:
        raise ValueError(f"Gebruik ten hoogste {places} cijfers na de komma.")
    if abs(value) >= Decimal(10) ** 12:
        raise ValueError("Dit getal is te groot.")
    return value


def dutch_number(value: Decimal, places: int, least: int = 2) -> str:
    """Write a Decimal the Dutch way, with `least` to `places` decimals: 1234.5 → "1.234,50"."""
    text = f"{value:,.{places}f}"
    whole, _, rest = text.partition(".")
    kept = rest.rstrip("0").ljust(least, "0")
    return whole.replace(",", ".") + ("," + kept if kept else "")


class DecimalNlField(_Parsed):
    """A Dutch number with a fixed number of decimals at most."""

    places, least = 2, 2
    wrong = "Vul bij ‘{label}’ een getal in met een komma, zoals 1.234,50."

    def parsed(self, text: str) -> Decimal:
        try:
            return dutch_decimal(text, self.places)
        except ValueError as error:
            reason = str(error)
            if reason.startswith("“"):
                reason = self.wrong.format(label=self.label.text)
            raise ValueError(reason) from None

    def shown(self, value: Any) -> str:
        return dutch_number(Decimal(value), self.places, self.least)


class EuroField(DecimalNlField):
    """An amount in euros with at most two decimals."""

    wrong = "Vul bij ‘{label}’ een bedrag in met een komma, zoals 1.234,50."


class RateField(DecimalNlField):
    """A price per unit with at most four decimals."""

    places = 4
    wrong = EuroField.wrong


class QuantityField(DecimalNlField):
    """A quantity with at most three decimals."""

    places, least = 3, 0


_DATE = re.compile(r"^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]((?:19|20|21)[0-9]{2})$")
_DATE_WORDS = re.compile(r"^([0-9]{1,2}) ([a-z]{3,9})\.? ((?:19|20|21)[0-9]{2})$")


def dutch_date(text: str) -> date:
    """Read "12-12-2026" or "12 dec 2026".

    Raises:
        ValueError: it is not such a date, the day does not exist, or the year is not between 1900 and 2199.
    """
    numbers = _DATE.match(text.strip())
    if numbers:
        return date(int(numbers[3]), int(numbers[2]), int(numbers[1]))
    words = _DATE_WORDS.match(text.strip().lower())
    found = [n for n, name in enumerate(_MONTHS, 1) if words and name.startswith(words[2])]
    if words is None or len(found) != 1:
        raise ValueError(text)
    return date(int(words[3]), found[0], int(words[1]))


class DutchDateField(_Parsed):
    """A date typed as dag-maand-jaar."""

    def parsed(self, text: str) -> date:
        try:
            return dutch_date(text)
        except ValueError:
            raise ValueError(
                f"Vul bij ‘{self.label.text}’ een datum in als dag-maand-jaar, zoals 31-12-2026."
            ) from None

    def shown(self, value: Any) -> str:
        return f"{value:%d-%m-%Y}"


class DutchDateTimeField(_Parsed):
    """A local date and time typed as "31-12-2026 12:00"; the value is an aware UTC instant."""

    def parsed(self, text: str) -> datetime:
        day, _, hour = text.replace(" uur", "").rpartition(" ")
        try:
            wall = datetime.combine(dutch_date(day), datetime.strptime(hour, "%H:%M").time())  # noqa: DTZ007
            return clock.to_utc(wall)
        except clock.AmbiguousTime:
            raise ValueError("Deze tijd komt die nacht twee keer voor. Kies een andere tijd.") from None
        except clock.NonexistentTime:
            raise ValueError("Deze tijd bestaat die nacht niet. Kies een andere tijd.") from None
        except ValueError:
            raise ValueError(
                f"Vul bij ‘{self.label.text}’ een datum en tijd in als dag-maand-jaar uur:minuten, zoals 31-12-2026 12:00."
            ) from None

    def shown(self, value: Any) -> str:
        return f"{clock.local(value):%d-%m-%Y %H:%M}"


class MonthField(_Parsed):
    """A month typed as jaar-maand; the value is a `Month`."""

    def parsed(self, text: str) -> Month:
        try:
            return Month.parse(text)
        except ValueError:
            raise ValueError(f"Vul bij ‘{self.label.text}’ een maand in als jaar-maand, zoals 2026-11.") from None

    def shown(self, value: Any) -> str:
        return str(value.code)
