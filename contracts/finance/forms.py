"""What people fill in about the books."""

from wtforms import HiddenField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from contracts.allocation.states import Recovery
from contracts.finance.settling_states import SettlementBasis, VatTreatment
from contracts.finance.states import Eligibility
from portal.choices import RadioField, SelectMultipleField
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateField, Filled, QuantityField
from portal.uploads import DocumentField


class CloseForm(BaseForm):
    """For which municipalities the month closes."""

    municipalities = SelectMultipleField(
        "Gemeenten",
        [InputRequired("Kies ten minste één gemeente.")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class ReopenForm(BaseForm):
    """Why a month opens again."""

    municipality = RadioField("Gemeente", [InputRequired("Kies de gemeente.")])
    reason = TextField("Reden", [Filled("Vul de reden in."), AtMost(2000)])


class MappingForm(BaseForm):
    """Where a municipality books a product for a doelgroep in a year."""

    ledger_account = LineField("Grootboekrekening", [Filled("Vul de grootboekrekening in."), AtMost(40)])
    cost_centre = LineField("Kostenplaats", [Filled("Vul de kostenplaats in."), AtMost(40)])
    task_field = LineField("Taakveld", [AtMost(40)])
    economic_category = LineField("Economische categorie", [AtMost(40)])
    spuk = RadioField(
        "Valt dit onder de specifieke uitkering (SPUK)?",
        [InputRequired("Kies ja, nee of onbekend.")],
        choices=[(one.value, one.label.capitalize()) for one in Eligibility],
    )
    sisa_code = LineField("SiSa-code", [AtMost(40)])
    recovery = RadioField(
        "Krijgt de gemeente de btw terug (btw-compensatiefonds)?",
        [InputRequired("Kies ja, nee of onbekend.")],
        choices=[(one.value, one.label.capitalize()) for one in Recovery],
    )
    recovery_source = LineField("Waar staat dat?", [AtMost(200)])


class SpukFigureForm(BaseForm):
    """A number for the specifieke uitkering, and where it was read."""

    value = QuantityField("Getal", [Filled("Vul het getal in.")])
    source = LineField("Bron", [Filled("Schrijf waar u dit getal las."), AtMost(200)])


class SettlementForm(BaseForm):
    """Which product and year to settle, and on what."""

    product = RadioField("Product", [InputRequired("Kies het product.")])
    year = RadioField("Jaar", [InputRequired("Kies het jaar.")])
    basis = RadioField(
        "Grondslag",
        [InputRequired("Kies de grondslag.")],
        choices=[(one.value, one.label.capitalize()) for one in SettlementBasis],
    )


class ConsentForm(BaseForm):
    """What a municipality says of a settlement or a doorbelasting."""

    agrees = RadioField(
        "Gaat uw gemeente akkoord?",
        [InputRequired("Kies akkoord of niet akkoord.")],
        choices=[("ja", "Akkoord"), ("nee", "Niet akkoord")],
    )
    reason = TextField("Reden", [AtMost(2000)])


class PaymentsForm(BaseForm):
    """The csv of the financial system."""

    file = DocumentField("Bestand", [Filled("Kies een bestand.")], kinds=("csv",), max_mb=1)


class PaymentsConfirmForm(BaseForm):
    """The csv as it was shown, to be read once more."""

    content = HiddenField("Bestand", [AtMost(1_000_000)])


class RechargeForm(BaseForm):
    """How btw is written down in a doorbelasting."""

    treatment = RadioField(
        "Btw",
        [InputRequired("Kies hoe de btw in de doorbelasting staat.")],
        choices=[(one.value, one.label.capitalize()) for one in VatTreatment],
    )


class ReceiptForm(BaseForm):
    """When the amount of a doorbelasting came in."""

    received_on = DutchDateField("Ontvangen op", [Filled("Vul in wanneer het bedrag binnenkwam.")])
