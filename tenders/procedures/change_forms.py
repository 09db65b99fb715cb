"""What inkoop fills in to change a published tender, to give more time, and during an outage."""

from wtforms import BooleanField

from portal.choices import RadioField, SelectField
from portal.fields import IdentifierField, LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateField, DutchDateTimeField, Filled
from portal.uploads import DocumentField
from tenders.procedures.forms import IdField


class ChangeForm(BaseForm):
    """Why a tender changes, how much, and which dates move; an empty date stays as it is."""

    reason = TextField("Wat verandert er en waarom", [AtMost(4000)])
    is_substantial = RadioField(
        "Hoe groot is de wijziging",
        choices=[("ja", "belangrijk: inschrijvers moeten hun inschrijving misschien aanpassen"), ("nee", "klein")],
        default="ja",
    )
    submission_deadline_at = DutchDateTimeField("Nieuwe sluitingsdatum en -tijd")
    questions_close_at = DutchDateTimeField("Vragenronde sluit op")
    nota_due_on = DutchDateField("Nota van inlichtingen uiterlijk op")
    award_planned_on = DutchDateField("Voorlopige gunning op")
    standstill_ends_on = DutchDateField("Opschortende termijn tot en met")


class NewDocumentForm(BaseForm):
    """A newer version of one of the published documents."""

    document_id = IdField("Document")
    file = DocumentField("Nieuwe versie", [Filled("Kies een bestand.")], kinds=("pdf", "docx"))


class NewTextForm(BaseForm):
    """The new text of a part."""

    new_text = TextField("Nieuwe tekst", [Filled("Vul de nieuwe tekst in."), AtMost(10_000)])


class ExtendForm(BaseForm):
    """More time, and why."""

    submission_deadline_at = DutchDateTimeField(
        "Nieuwe sluitingsdatum en -tijd", [Filled("Vul de nieuwe sluitingsdatum en -tijd in.")]
    )
    reason = TextField("Waarom krijgen inschrijvers meer tijd", [Filled("Vul de reden in."), AtMost(4000)])


class OutageForm(ExtendForm):
    """An outage shortly before closing, and the longer term asked for it."""

    outage_from = DutchDateTimeField("Storing begon op", [Filled("Vul in wanneer de storing begon.")])
    outage_until = DutchDateTimeField("Storing eindigde op", [Filled("Vul in wanneer de storing eindigde.")])
    reason = TextField("Wat was er aan de hand", [Filled("Vul in wat er aan de hand was."), AtMost(4000)])


class HashForm(BaseForm):
    """The hash of an offer that a bidder sent before the closing time."""

    organisation_id = IdField("Inschrijver")
    digest = IdentifierField("Code van de inschrijving", [Filled("Vul de code in."), AtMost(100)])
    method = LineField("Hoe is de code gestuurd en berekend", [Filled("Vul in hoe de code kwam."), AtMost(200)])
    received_at = DutchDateTimeField("Ontvangen op", [Filled("Vul in wanneer de code is ontvangen.")])


class CopyForm(BaseForm):
    """A new tender from an earlier one or a template."""

    source = SelectField("Begin met een kopie van")
    title = LineField("Titel", [Filled("Vul de titel van de aanbesteding in."), AtMost(200)])
    as_template = BooleanField("Bewaar dit als sjabloon")
