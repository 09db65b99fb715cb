"""What inkoop and providers fill in for a market consultation."""

import uuid
from typing import Any

from wtforms import BooleanField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.choices import SelectMultipleField
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateTimeField, Filled


class ChecksField(SelectMultipleField):
    """Several things from a list, each with a tick box; the value is a list of ids."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, coerce=_identity, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Drop what is not in the list instead of complaining in English; services check again."""
        known = {value for value, *_ in self.iter_choices()}
        chosen: list[Any] = getattr(self, "data", None) or []
        self.data = [one for one in chosen if one in known]


def _identity(value: Any) -> uuid.UUID | None:
    if value is None or isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


class ConsultationForm(BaseForm):
    """What the consultation is about, for whom, and until when."""

    title = LineField("Titel", [Filled("Vul de titel van de marktconsultatie in."), AtMost(200)])
    introduction = TextField("Inleiding", [AtMost(10_000)])
    products = ChecksField("Producten", [Filled("Kies ten minste één product.")])
    municipalities = ChecksField("Gemeenten", [Filled("Kies ten minste één gemeente.")])
    closes_at = DutchDateTimeField("Sluitingsdatum en -tijd", [Filled("Vul de sluitingsdatum en -tijd in.")])
    is_public = BooleanField("Openbaar: iedere aanbieder kan reageren", default=True)
    invited = ChecksField("Uitgenodigde aanbieders")


class QuestionForm(BaseForm):
    """One question to the market."""

    text = TextField("Vraag", [Filled("Vul de vraag in."), AtMost(2000)])


class ReportForm(BaseForm):
    """The text of the report."""

    report = TextField("Verslag", [Filled("Schrijf het verslag."), AtMost(50_000)])


class FindingForm(BaseForm):
    """One conclusion, with the answers it rests on."""

    title = LineField("Bevinding in één zin", [Filled("Vul de bevinding in één zin in."), AtMost(200)])
    text = TextField("Toelichting", [Filled("Vul de toelichting in."), AtMost(10_000)])
    answers = ChecksField("Steunt op deze antwoorden")


class ResponseForm(BaseForm):
    """The end of a provider's response; the answers themselves are fields made per question."""

    confidential = BooleanField("Behandel mijn antwoorden als vertrouwelijk", default=True)


def response_form(questions: list[tuple[uuid.UUID, str]], answers: dict[uuid.UUID, str]) -> ResponseForm:
    """Return a form with one text area per question, filled with what was answered before."""
    fields: dict[str, Any] = {
        field_name(identity): TextField(text, [AtMost(4000)], default=answers.get(identity, ""))
        for identity, text in questions
    }
    return type("AnswersForm", (ResponseForm,), fields)()  # type: ignore[no-any-return]


def field_name(question_id: uuid.UUID) -> str:
    """Return the name of the field for a question."""
    return f"antwoord_{question_id.hex}"


def answers_in(form: ResponseForm, questions: list[tuple[uuid.UUID, str]]) -> dict[uuid.UUID, str]:
    """Return what was typed, by question."""
    return {identity: str(form[field_name(identity)].data or "") for identity, _ in questions}
