"""What people fill in about contracts."""

from decimal import Decimal
from typing import Any

from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from contracts.agreements.states import (
    ContractKind,
    InvoiceChannel,
    OptionAction,
    PhaseTrigger,
    QualityMarkKind,
    QualityMarkState,
    ResidenceBasis,
)
from portal.choices import RadioField, SelectField, SelectMultipleField
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateField, EuroField, Filled, QuantityField, RateField

TRIGGERS = (
    ("start", "Bij de start van de lessen (%)", PhaseTrigger.STARTED, "Start van de lessen"),
    ("halfway", "Halverwege (%)", PhaseTrigger.HALFWAY, "Halverwege"),
    ("finish", "Als het traject is afgerond (%)", PhaseTrigger.FINISHED, "Traject afgerond"),
    ("diploma", "Bij diploma of certificaat (%)", PhaseTrigger.DIPLOMA, "Diploma of certificaat"),
)


def value_of(field: Any) -> Any:
    """Return what a field holds; its validators made sure that it is there and of its kind."""
    return field.data


class SignForm(BaseForm):
    """The day a contract was signed."""

    on = DutchDateField("Datum van ondertekening", [Filled("Vul de datum van ondertekening in.")])


class TerminateForm(BaseForm):
    """Ending a contract before its time."""

    on = DutchDateField("Einddatum", [Filled("Vul de einddatum in.")])
    reason = TextField("Reden", [Filled("Vul de reden in."), AtMost(4000)])


class OptionForm(BaseForm):
    """Extend or not."""

    decision = RadioField(
        "Besluit",
        [InputRequired("Kies verlengen of niet verlengen.")],
        choices=[(OptionAction.EXERCISE, "Verlengen"), (OptionAction.DECLINE, "Niet verlengen")],
    )


class SettingsForm(BaseForm):
    """How residence, invoices and lesson-free months are dealt with."""

    residence_basis = RadioField(
        "Welke dag bepaalt de gemeente die betaalt?",
        [InputRequired("Kies welke dag de gemeente bepaalt.")],
        choices=[(one.value, one.label) for one in ResidenceBasis],
    )
    invoice_channel = RadioField(
        "Hoe komt de factuur?",
        [InputRequired("Kies hoe de factuur komt.")],
        choices=[(one.value, one.label) for one in InvoiceChannel],
    )
    lesson_free_months = LineField("Lesvrije maanden", [AtMost(40)])
    consent_from = EuroField("Akkoord van alle gemeenten nodig vanaf", [Optional()])
    notice_months = IntegerField(
        "Verlenging melden, maanden vooraf", [InputRequired("Vul het aantal maanden in.")], default=3
    )
    move_rule = TextField("Bij verhuizing buiten de regio", [AtMost(1000)])


class PriceForm(BaseForm):
    """A new price from a date."""

    rate = RateField("Nieuwe prijs per eenheid, zonder btw", [Filled("Vul de nieuwe prijs in.")])
    valid_from = DutchDateField("Geldig vanaf", [Filled("Vul de ingangsdatum in.")])
    source = LineField("Grond van deze prijs", [Filled("Vul de grond van deze prijs in."), AtMost(200)])


class PhasesForm(BaseForm):
    """The parts of a trajectory price, as percentages."""

    start = QuantityField(TRIGGERS[0][1], [Optional()])
    halfway = QuantityField(TRIGGERS[1][1], [Optional()])
    finish = QuantityField(TRIGGERS[2][1], [Optional()])
    diploma = QuantityField(TRIGGERS[3][1], [Optional()])

    def phases(self) -> list[tuple[str, Decimal, PhaseTrigger]]:
        """Return the phases with a percentage as (name, fraction, trigger)."""
        return [
            (title, self[name].data / 100, trigger)
            for name, _, trigger, title in TRIGGERS
            if self[name].data is not None
        ]


class AgreementForm(BaseForm):
    """What was agreed about one measure from a date; a percentage is typed as 90."""

    measure = SelectField("Waarover gaat de afspraak?", choices=[])
    norm = QuantityField("Norm", [Optional()])
    near_margin = QuantityField("Marge voor ‘bijna op norm’", [Optional()])
    under_margin = QuantityField("Marge voor ‘onder norm’", [Optional()])
    parameter = IntegerField("Termijn of aantal in de afspraak", [Optional()])
    minimum_number = IntegerField(
        "Kleinste aantal voor een oordeel",
        [InputRequired("Vul het kleinste aantal voor een oordeel in.")],
        default=10,
    )
    is_key = BooleanField("Dit is een kernafspraak, die beoordeeld wordt")
    valid_from = DutchDateField("Geldig vanaf", [Filled("Vul de ingangsdatum in.")])
    written_source = LineField(
        "Waar is dit vastgelegd?", [Filled("Vul in waar dit is vastgelegd."), AtMost(400)]
    )

    def validate_minimum_number(self, field: Any) -> None:
        """Refuse zero and negative numbers."""
        if field.data is not None and not 1 <= field.data <= 1000:
            raise ValidationError("Het kleinste aantal moet tussen 1 en 1.000 liggen.")

    def validate_parameter(self, field: Any) -> None:
        """Refuse numbers no agreement can be about."""
        if field.data is not None and not 1 <= field.data <= 10_000:
            raise ValidationError("Het getal in de afspraak moet tussen 1 en 10.000 liggen.")


class QualityMarkForm(BaseForm):
    """A dated state of a provider's recognition."""

    organisation = SelectField("Aanbieder", choices=[])
    kind = SelectField("Erkenning", choices=[(one.value, one.label) for one in QualityMarkKind])
    state = SelectField("Toestand", choices=[(one.value, one.label) for one in QualityMarkState])
    valid_from = DutchDateField("Vanaf", [Filled("Vul de begindatum in.")])
    valid_until = DutchDateField("Tot en met", [Optional()])
    source = LineField("Besluit of bron", [Filled("Vul het besluit of de bron in."), AtMost(200)])


class _Boxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DirectContractForm(BaseForm):
    """A contract that does not come from an award in this portal."""

    title = LineField("Titel", [Filled("Vul de titel van het contract in."), AtMost(200)])
    kind = SelectField("Soort", choices=[(one.value, one.label) for one in ContractKind])
    written_source = LineField(
        "Waar berust het contract op?", [Filled("Vul in waar dit contract op berust."), AtMost(400)]
    )
    organisation = SelectField("Opdrachtnemer", choices=[])
    product = SelectField("Product", choices=[])
    municipalities = _Boxes(
        "Deelnemende gemeenten", [Filled("Kies ten minste één deelnemende gemeente.")], choices=[]
    )
    rate = RateField("Prijs per eenheid, zonder btw", [Filled("Vul de prijs per eenheid in.")])
    ceiling = EuroField("Maximale waarde, zonder btw", [Optional()])
    starts_on = DutchDateField("Ingangsdatum", [Filled("Vul de ingangsdatum in.")])
    last_referral_on = DutchDateField(
        "Laatste dag voor aanmeldingen", [Filled("Vul de laatste dag voor aanmeldingen in.")]
    )
    ends_on = DutchDateField("Einddatum", [Filled("Vul de einddatum in.")])
    run_off_until = DutchDateField("Uitloop tot en met", [Filled("Vul het einde van de uitloop in.")])
