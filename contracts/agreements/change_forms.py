"""What people fill in about amendments and indexation."""

from typing import Any

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from portal.choices import RadioField, SelectField
from portal.fields import LineField, TextField
from portal.forms import (
    AtMost,
    BaseForm,
    DecimalNlField,
    DutchDateField,
    EuroField,
    Filled,
    MonthField,
    QuantityField,
)


class AmendmentForm(BaseForm):
    """An amendment; every part that stays empty stays as it is."""

    title = LineField("Waar gaat de wijziging over?", [Filled("Vul in waar de wijziging over gaat."), AtMost(200)])
    ground = SelectField("Grond", choices=[])
    clause = SelectField("Artikel van het contract", choices=[])
    reason = TextField("Waarom past deze grond?", [Filled("Leg uit waarom deze grond past."), AtMost(4000)])
    effective_on = DutchDateField("Geldt vanaf", [Filled("Vul de ingangsdatum in.")])
    value_effect = EuroField("Gevolg voor de waarde, zonder btw", [Filled("Vul het gevolg voor de waarde in; 0 mag ook.")])
    ceiling = EuroField("Nieuwe maximale waarde", [Optional()])
    last_referral_on = DutchDateField("Nieuwe laatste dag voor aanmeldingen", [Optional()])
    ends_on = DutchDateField("Nieuwe einddatum", [Optional()])
    run_off_until = DutchDateField("Nieuwe uitloop tot en met", [Optional()])
    joins = SelectField("Gemeente die gaat meedoen", choices=[])
    leaves = SelectField("Gemeente die stopt", choices=[])
    text_part = LineField("Onderdeel of artikel", [AtMost(200)])
    text_before = TextField("Tekst nu", [AtMost(4000)])
    text_after = TextField("Nieuwe tekst", [AtMost(4000)])


class ConsentForm(BaseForm):
    """The answer of a participating municipality."""

    agrees = RadioField(
        "Gaat uw gemeente akkoord?",
        [InputRequired("Kies ja of nee.")],
        choices=[("ja", "Ja, akkoord"), ("nee", "Nee, niet akkoord")],
    )
    decision = LineField("Besluit van uw gemeente", [AtMost(200)])
    reason = TextField("Reden", [AtMost(2000)])


class NoticeForm(BaseForm):
    """The announcement of the change."""

    number = LineField("Nummer van de aankondiging", [Filled("Vul het nummer van de aankondiging in."), AtMost(40)])
    on = DutchDateField("Bekendgemaakt op", [Filled("Vul de dag van bekendmaking in.")])


class WithdrawForm(BaseForm):
    """Taking an amendment back."""

    withdrawal_reason = TextField("Reden", [Filled("Vul de reden in."), AtMost(1000)])


class SeriesForm(BaseForm):
    """A price index."""

    code = LineField("Code", [Filled("Vul een korte code in."), AtMost(40)])
    name = LineField("Naam", [Filled("Vul de naam in."), AtMost(200)])
    source = LineField("Wie publiceert deze reeks?", [Filled("Vul de bron in."), AtMost(200)])


class FigureForm(BaseForm):
    """The index of one month."""

    month = MonthField("Maand", [Filled("Vul de maand in, als jaar-maand.")])
    value = QuantityField("Indexcijfer", [Filled("Vul het indexcijfer in.")])
    source = LineField("Waar gezien, en wanneer?", [Filled("Vul in waar u dit cijfer hebt gezien."), AtMost(200)])


class IndexClauseForm(BaseForm):
    """How the prices of a contract follow an index."""

    series = SelectField("Prijsindex", choices=[])
    base_month = MonthField("Basismaand", [Filled("Vul de basismaand in, als jaar-maand.")])
    cap = DecimalNlField("Ten hoogste per keer (%)", [Optional()])
    percent_places = IntegerField(
        "Decimalen van het percentage", [InputRequired("Vul het aantal decimalen in."), NumberRange(0, 4)], default=2
    )
    rate_places = IntegerField(
        "Decimalen van de prijs", [InputRequired("Vul het aantal decimalen in."), NumberRange(0, 4)], default=2
    )
    source = LineField("Waar staat deze regel?", [Filled("Vul in waar deze regel staat."), AtMost(200)])


class IndexRunForm(BaseForm):
    """Indexing the prices from a day."""

    to_month = MonthField("Indexcijfer van", [Filled("Vul de maand in, als jaar-maand.")])
    effective_on = DutchDateField("Nieuwe prijzen vanaf", [Filled("Vul de ingangsdatum in.")])
    remark = TextField("Toelichting in de brief", [AtMost(1000)])


def value_of(field: Any) -> Any:
    """Return what a field holds; its validators made sure that it is there and of its kind."""
    return field.data
