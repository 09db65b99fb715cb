"""What inkoop and providers fill in for a market consultation."""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_wtf.file import FileStorage
from wtforms import BooleanField, Field
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from portal.choices import RadioField, SelectField, SelectMultipleField
from portal.fields import IdentifierField, LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateTimeField, Filled, QuantityField
from portal.uploads import DocumentField
from tenders.consultations.models import ConsultationAnswer, ConsultationQuestion, Stakeholder
from tenders.consultations.services import FILE_KINDS, MAX_FILE_MB, AnswerInput
from tenders.consultations.states import AnswerKind, Level, Quadrant

_NOTHING = "Geen antwoord"
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class MailAddress:
    """Refuse what is no e-mail address; an empty field may stay empty."""

    def __call__(self, form: Any, field: Field) -> None:
        if field.data and not _MAIL.fullmatch(field.data.strip()):
            raise StopValidation("Vul het e-mailadres in als naam@organisatie.nl.")


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


class QuestionForm(BaseForm):
    """One question to the market, of a kind."""

    kind = SelectField("Soort vraag", choices=[(one.value, one.label) for one in AnswerKind])
    text = TextField("Vraag", [Filled("Vul de vraag in."), AtMost(2000)])
    options = TextField("Antwoorden om uit te kiezen", [AtMost(4000)])
    unit = LineField("Eenheid van het getal", [AtMost(40)])


class InviteForm(BaseForm):
    """Who is invited: stakeholders in their four places, and providers of the portal."""

    key = ChecksField(f"{Quadrant.KEY.label}: {Quadrant.KEY.meaning}")
    influencer = ChecksField(f"{Quadrant.INFLUENCER.label}: {Quadrant.INFLUENCER.meaning}")
    interested = ChecksField(f"{Quadrant.INTERESTED.label}: {Quadrant.INTERESTED.meaning}")
    onlooker = ChecksField(f"{Quadrant.ONLOOKER.label}: {Quadrant.ONLOOKER.meaning}")
    providers = ChecksField("Andere aanbieders met een account in het portaal")

    def offer(
        self,
        stakeholders: Mapping[Quadrant, Sequence[tuple[uuid.UUID, str]]],
        providers: Sequence[tuple[uuid.UUID, str]],
    ) -> None:
        """Put who can be invited into the form."""
        for place, people in stakeholders.items():
            self[place.value].choices = list(people)
        self.providers.choices = list(providers)

    def choose(self, invited: Sequence[uuid.UUID], people: Iterable[Stakeholder]) -> None:
        """Tick who is invited already; a stakeholder with an account is ticked with his organisation."""
        chosen = set(invited)
        chosen |= {one.id for one in people if one.provider_id in chosen}
        for name in (*(place.value for place in Quadrant), "providers"):
            self[name].data = [value for value, *_ in self[name].iter_choices() if value in chosen]

    def stakeholders(self) -> list[uuid.UUID]:
        """Return the chosen stakeholders of all four places."""
        return [one for place in Quadrant for one in self[place.value].data or []]


class StakeholderForm(BaseForm):
    """Somebody on the address list."""

    name = LineField("Naam van de organisatie", [Filled("Vul de naam in."), AtMost(200)])
    part = LineField("Rol of onderwerp", [AtMost(200)])
    influence = RadioField(
        "Invloed op de inburgering", [Filled("Kies hoeveel invloed.")], choices=[(o.value, o.label) for o in Level]
    )
    interest = RadioField(
        "Belang bij de inburgering", [Filled("Kies hoeveel belang.")], choices=[(o.value, o.label) for o in Level]
    )
    email = IdentifierField("E-mailadres", [AtMost(200), MailAddress()])
    provider_id = SelectField("Account als aanbieder", coerce=_identity, validate_choice=False)


class ReportForm(BaseForm):
    """The text of the report."""

    report = TextField("Verslag", [Filled("Schrijf het verslag."), AtMost(50_000)])


class FindingForm(BaseForm):
    """One conclusion, with the answers it rests on."""

    title = LineField("Bevinding in één zin", [Filled("Vul de bevinding in één zin in."), AtMost(200)])
    text = TextField("Toelichting", [Filled("Vul de toelichting in."), AtMost(10_000)])
    answers = ChecksField("Steunt op deze antwoorden")


class ResponseForm(BaseForm):
    """A provider's response; the fields are made per question."""

    def fields_of(self, question: ConsultationQuestion) -> dict[str, Field]:
        """Return the fields of one question by what they are for."""
        names = {part: _name(part, question.id) for part in _PARTS}
        return {part: self[name] for part, name in names.items() if name in self}


_PARTS = ("keuze", "getal", "janee", "bestand", "weg", "antwoord", "delen")


def _name(part: str, question_id: uuid.UUID) -> str:
    return f"{part}_{question_id.hex}"


def response_form(
    questions: Sequence[ConsultationQuestion], stored: Mapping[uuid.UUID, ConsultationAnswer]
) -> ResponseForm:
    """Return a form with the fields each kind of question needs, filled with what was answered before."""
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for question in questions:
        before = stored.get(question.id)
        fields |= {_name(part, question.id): made for part, made in _fields_for(question, before).items()}
        if before is not None:
            values |= {_name(part, question.id): value for part, value in _values_of(before).items()}
    values = {name: value for name, value in values.items() if name in fields}
    return type("AnswersForm", (ResponseForm,), fields)(stored=values)  # type: ignore[no-any-return]


def _fields_for(question: ConsultationQuestion, before: ConsultationAnswer | None) -> dict[str, Any]:
    label = f"Vraag {question.position}: {question.text}"
    made = _main_field(question, label, before)
    note = label if question.kind is AnswerKind.TEXT else f"Toelichting bij vraag {question.position}"
    made["antwoord"] = TextField(note, [AtMost(4000)])
    made["delen"] = BooleanField(f"Antwoord {question.position} mag zonder mijn naam in het verslag staan")
    return made


def _main_field(question: ConsultationQuestion, label: str, before: ConsultationAnswer | None) -> dict[str, Any]:
    if question.kind is AnswerKind.CHOICE:
        choices = [(str(one.id), one.text) for one in question.options] + [("", _NOTHING)]
        return {"keuze": RadioField(label, choices=choices, default="", validate_choice=False)}
    if question.kind is AnswerKind.YES_NO:
        choices = [("ja", "Ja"), ("nee", "Nee"), ("", _NOTHING)]
        return {"janee": RadioField(label, choices=choices, default="", validate_choice=False)}
    if question.kind is AnswerKind.NUMBER:
        return {"getal": QuantityField(label + (f" (in {question.unit})" if question.unit else ""))}
    if question.kind is AnswerKind.FILE:
        made: dict[str, Any] = {"bestand": DocumentField(label, kinds=FILE_KINDS, max_mb=MAX_FILE_MB)}
        if before is not None and before.document_id is not None:
            made["weg"] = BooleanField(f"Bestand bij vraag {question.position} verwijderen")
        return made
    return {}


def _values_of(before: ConsultationAnswer) -> dict[str, Any]:
    """Return what was answered before, as the fields hold it."""
    return {
        "antwoord": before.text,
        "delen": before.may_share,
        "keuze": str(before.option_id) if before.option_id else "",
        "janee": "" if before.yes is None else "ja" if before.yes else "nee",
        "getal": before.number,
    }


def answers_in(form: ResponseForm, questions: Sequence[ConsultationQuestion]) -> dict[uuid.UUID, AnswerInput]:
    """Return what was filled in, by question."""
    return {question.id: _answer_in(form.fields_of(question)) for question in questions}


def _answer_in(fields: Mapping[str, Field]) -> AnswerInput:
    data = {part: field.data for part, field in fields.items()}
    upload = data.get("bestand")
    file = (upload.filename or "", upload.read()) if isinstance(upload, FileStorage) and upload.filename else None
    return AnswerInput(
        text=str(data.get("antwoord") or ""),
        option_id=_identity(data.get("keuze")),
        number=data.get("getal"),
        yes={"ja": True, "nee": False}.get(str(data.get("janee") or "")),
        file=file,
        drop_file=bool(data.get("weg")),
        may_share=bool(data.get("delen")),
    )
