"""The forms around cards and envelopes."""

from __future__ import annotations

from flask_wtf.file import FileField, FileStorage
from wtforms import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.choices import RadioField, SelectMultipleField
from portal.fields import IdentifierField, LineField, TextField
from portal.forms import AtMost, BaseForm, Filled

SMALL_FILE = 20_000


class CardForm(BaseForm):
    """Make a card for oneself, or a reserve card."""

    kind = RadioField(
        "Voor wie is de kaart?",
        choices=[
            SelectChoice("own", "Voor mijzelf"),
            SelectChoice("reserve", "Een reservekaart van mijn organisatie"),
        ],
        default="own",
        validators=[Filled("Kies voor wie de kaart is.")],
    )
    department = LineField("Afdeling", validators=[Optional(), AtMost(200)])
    label = LineField("Naam van de reservekaart", validators=[Optional(), AtMost(100)])

    def validate(self, extra_validators: object = None) -> bool:
        """Ask a reserve card for its name."""
        good = super().validate()
        if self.kind.data == "reserve" and not (self.label.data or "").strip():
            self.label.errors = ["Vul de naam van de reservekaart in, bijvoorbeeld Reservekaart 1."]
            return False
        return bool(good)


class CardAnswerForm(BaseForm):
    """The code of a card, or the file of a card (or what was made of it at home)."""

    answer = IdentifierField("Code van uw kluiskaart", validators=[Optional(), AtMost(1000)])
    file = FileField("Bestand van uw kaart", validators=[Optional()])

    def validate(self, extra_validators: object = None) -> bool:
        """Ask for one of the two."""
        good = super().validate()
        if good and not self.text:
            self.answer.errors = ["Vul de code van uw kluiskaart in, of kies het bestand."]
            return False
        return bool(good)

    @property
    def text(self) -> str:
        """What the holder gave, as text."""
        if isinstance(self.file.data, FileStorage) and self.file.data.filename:
            stream = self.file.data.stream
            stream.seek(0)
            return str(stream.read(SMALL_FILE).decode("utf-8", "replace")).strip()
        return (self.answer.data or "").strip()


class HoldersForm(BaseForm):
    """Choose who guards the envelopes."""

    cards = SelectMultipleField(
        "Sleutelhouders en reservekaarten",
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=True,
    )


class RefuseForm(BaseForm):
    """Say no to a request to open."""

    reason = TextField(
        "Reden", validators=[Filled("Geef de reden in ten minste 10 tekens."), AtMost(1000)]
    )
