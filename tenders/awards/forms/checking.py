"""The forms of what is asked of bidders after the opening, and of complaints."""

from __future__ import annotations

from flask_wtf.file import FileField, FileStorage
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.choices import RadioField, SelectMultipleField
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateField, Filled
from tenders.awards.services import Upload
from tenders.awards.states import ComplaintAction, EvidenceAction, InquiryKind

LONG = 4000


class _WithFile(BaseForm):
    """A form that may carry one file."""

    file = FileField("Bestand", validators=[Optional()])

    def upload(self) -> Upload | None:
        """Return the file that was sent with the form."""
        sent = self.file.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            return None
        return Upload(sent.read(), sent.filename)


class AskEvidenceForm(BaseForm):
    """Which evidence the winner is asked for, and until when."""

    items = SelectMultipleField(
        "Bewijsstukken",
        choices=[],
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    due_on = DutchDateField("Uiterlijk")


class SourceForm(_WithFile):
    """What a register or an opdrachtgever answered."""

    source = LineField("Wie antwoordde?", [Filled("Vul in wie antwoordde."), AtMost(200)])
    answer = TextField("Antwoord", [AtMost(LONG)])


class FindingForm(BaseForm):
    """What was found."""

    action = RadioField(
        "Uw oordeel",
        choices=[
            (EvidenceAction.ACCEPT.value, "In orde"),
            (EvidenceAction.FAIL.value, "Niet in orde"),
            (EvidenceAction.WAIVE.value, "Niet nodig"),
        ],
        validators=[Filled("Kies uw oordeel.")],
        validate_choice=False,
    )
    finding = TextField("Wat hebt u gezien?", [Filled("Schrijf wat u hebt gezien, of waarom het niet nodig is."), AtMost(LONG)])


class AnswerForm(_WithFile):
    """What a bidder answers."""

    answer = TextField("Uw antwoord", [AtMost(LONG)])


class InquiryForm(BaseForm):
    """A question to one bidder."""

    kind = RadioField(
        "Waar gaat het over?",
        choices=[(one.value, one.label) for one in InquiryKind],
        validators=[Filled("Kies waar het over gaat.")],
        validate_choice=False,
    )
    question = TextField("Wat vraagt u, en waarom?", [Filled("Schrijf wat u vraagt."), AtMost(LONG)])
    due_on = DutchDateField("Antwoord uiterlijk", [Filled("Vul in tot wanneer de inschrijver kan antwoorden.")])


class DecideInquiryForm(BaseForm):
    """What was decided after the answer."""

    outcome = RadioField(
        "Uw besluit",
        choices=[("keep", "De inschrijving blijft meedoen"), ("exclude", "De inschrijving is uitgesloten")],
        validators=[Filled("Kies uw besluit.")],
        validate_choice=False,
    )
    decision = TextField("Motivering", [Filled("Motiveer uw besluit."), AtMost(LONG)])


class OwnComplaintForm(BaseForm):
    """A complaint of a provider, of whom we know who he is."""

    subject = LineField("Waarover gaat de klacht?", [Filled("Vul in waarover de klacht gaat."), AtMost(200)])
    text = TextField("De klacht", [Filled("Beschrijf de klacht."), AtMost(LONG)])
    wish = TextField("Wat wilt u dat de gemeente doet?", [AtMost(LONG)])


class ComplaintForm(OwnComplaintForm):
    """A complaint that came by letter or mail."""

    complainant = LineField("Organisatie die klaagt", [AtMost(200)])


class DecideComplaintForm(BaseForm):
    """What was decided about a complaint."""

    action = RadioField(
        "Oordeel",
        choices=[
            (ComplaintAction.FIND.value, "Gegrond"),
            (ComplaintAction.REJECT.value, "Ongegrond"),
            (ComplaintAction.LEAVE.value, "Niet in behandeling genomen"),
        ],
        validators=[Filled("Kies het oordeel.")],
        validate_choice=False,
    )
    outcome = TextField("Motivering", [Filled("Motiveer het oordeel."), AtMost(LONG)])
