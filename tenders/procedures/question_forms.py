"""What providers ask and inkoop answers."""

from wtforms import BooleanField, HiddenField

from portal.choices import RadioField, SelectField
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateTimeField, Filled
from portal.uploads import DocumentField
from tenders.consultations.forms import ChecksField
from tenders.procedures.forms import NoneIdField


class QuestionForm(BaseForm):
    """A question of a provider, open or in confidence."""

    lot_id = NoneIdField("Over perceel")
    document_version_id = NoneIdField("Over document")
    paragraph = LineField("Paragraaf of bladzijde", [AtMost(200)])
    text = TextField("Uw vraag", [Filled("Vul uw vraag in."), AtMost(4000)])
    confidential_reason = TextField("Vertrouwelijk behandelen, omdat", [AtMost(2000)])
    as_typed = BooleanField("De tekst laat zien wie wij zijn. Verstuur de vraag toch zo.")


class ImportForm(BaseForm):
    """A workbook with questions."""

    file = DocumentField("Ingevuld sjabloon", [Filled("Kies een bestand.")], kinds=("xlsx", "ods", "csv"), max_mb=5)


class ImportedForm(BaseForm):
    """The questions of a workbook as they were read, to be sent after a look at them."""

    rows = HiddenField()
    as_typed = BooleanField("Een tekst laat zien wie wij zijn. Verstuur de vragen toch zo.")


class AnswerForm(BaseForm):
    """The answer of inkoop, or a draft of it."""

    answer = TextField("Antwoord", [Filled("Vul het antwoord in."), AtMost(10_000)])
    findings = ChecksField("Steunt op deze bevindingen")


class AssignForm(BaseForm):
    """Which colleague is asked for a draft answer."""

    membership_id = NoneIdField("Collega")


class DecisionForm(BaseForm):
    """The decision about a question in confidence."""

    outcome = RadioField(
        "Uw besluit",
        [Filled("Kies of u de vraag vertrouwelijk behandelt.")],
        choices=[
            ("grant", "Vertrouwelijk behandelen: alleen de vrager krijgt het antwoord"),
            ("refuse", "Niet vertrouwelijk: de vrager trekt de vraag in of laat haar publiceren"),
        ],
    )
    decision = TextField("Reden van uw besluit", [Filled("Vul de reden in."), AtMost(4000)])


class NotaForm(BaseForm):
    """Which answered questions stand in the nota; and what a late nota does to the closing."""

    numbers = ChecksField("Vragen in deze nota")
    unchecked_reason = LineField("Reden om zonder tweede lezer te publiceren", [AtMost(500)])
    keep = SelectField(
        "De sluiting",
        choices=[("move", "verlengen tot de datum hieronder"), ("keep", "blijft staan")],
        validate_choice=False,
    )
    new_closing = DutchDateTimeField("Nieuwe sluitingsdatum en -tijd")
    no_extension_reason = TextField("Waarom de sluiting blijft staan", [AtMost(2000)])


class FindingUseForm(BaseForm):
    """What in the tender rests on one finding."""

    requirements = ChecksField("Eisen")
    criteria = ChecksField("Gunningscriteria")
    questions = ChecksField("Vragen en antwoorden")
