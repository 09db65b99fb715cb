"""The form on the page with building blocks: one field of every kind, never stored."""

from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.choices import RadioField, SelectField, SelectMultipleField
from portal.fields import LineField, TextField
from portal.forms import BaseForm, DutchDateField, EuroField, Filled
from portal.uploads import DocumentField

LOTS = [SelectChoice("1", "Perceel 1: MAP overdag"), SelectChoice("2", "Perceel 2: MAP in de avond")]
DOCUMENTS = [SelectChoice("", "Kies een document"), SelectChoice("1", "Aanbestedingsleidraad")]
SECRECY = [
    SelectChoice("nee", "Nee, iedereen mag vraag en antwoord lezen"),
    SelectChoice("ja", "Ja, want zij bevat bedrijfsgeheimen"),
]


class ExampleForm(BaseForm):
    """Shows each field, empty and with an error; the page answers a GET only."""

    title = LineField("Titel", [Filled("Vul de titel in.")])
    amount = EuroField("Bedrag zonder btw", [Optional()], description="In euro, bijvoorbeeld 1.234,56")
    closes_on = DutchDateField("Sluitingsdatum", description="Dag, maand en jaar, bijvoorbeeld 19-12-2026")
    document = SelectField("Document", choices=DOCUMENTS)
    question = TextField("Uw vraag", description="Schrijf geen namen of bedrijfsgeheimen op.")
    secrecy = RadioField(
        "Is uw vraag vertrouwelijk?",
        choices=SECRECY,
        default="nee",
    )
    lots = SelectMultipleField(
        "Percelen waarop u inschrijft",
        choices=LOTS,
        default=["1"],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    agreed = BooleanField("Ik verklaar dat deze gegevens juist zijn")
    upload = DocumentField(
        "Bestand", kinds=("xlsx", "csv"), description="Excel (xlsx) of csv, ten hoogste 50 MB"
    )
