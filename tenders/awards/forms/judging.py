"""The forms of judging; the score form has a column per offer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from wtforms import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from portal.choices import RadioField, SelectField, SelectMultipleField
from portal.fields import TextField
from portal.forms import AtMost, BaseForm, Filled
from tenders.awards.queries import Bidder
from tenders.awards.rules import Scale, shown
from tenders.awards.services import Entry
from tenders.awards.states import AssessmentCause, RequirementVerdict

LONG = 4000


class InterestForm(BaseForm):
    """The statement about interests."""

    answer = RadioField(
        "Hebt u een belang bij een van de inschrijvers?",
        choices=[SelectChoice("no", "Nee, ik heb geen belang"), SelectChoice("yes", "Ja, ik heb een belang")],
        validators=[Filled("Kies of u een belang hebt.")],
        validate_choice=False,
    )
    explanation = TextField("Welk belang is dat?", [AtMost(1000)])


class ScoresForm(BaseForm):
    """Scores of one criterion; `columns` holds the bidder with his two fields."""

    columns: Sequence[tuple[Bidder, Any, Any]] = ()

    def entries(self) -> dict[uuid.UUID, Entry]:
        """Return what was typed, by offer_lot."""
        return {
            bidder.offer_lot.id: Entry(_number(score.data), reason.data or "")
            for bidder, score, reason in self.columns
        }


def scores_form(
    bidders: Sequence[Bidder],
    scale: Scale,
    known: Mapping[uuid.UUID, Any],
    *,
    reason_label: str = "Motivering",
) -> ScoresForm:
    """Build the form: per offer a score of the scale and a reason, filled with what is known."""
    choices = [SelectChoice(_value(one), shown(one)) for one in scale.choices()]
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for number, bidder in enumerate(bidders):
        fields[f"score_{number}"] = RadioField(
            f"Score {bidder.letter}", choices=choices, validate_choice=False
        )
        fields[f"reason_{number}"] = TextField(f"{reason_label} {bidder.letter}", [AtMost(LONG)])
        row = known.get(bidder.offer_lot.id)
        if row is not None:
            data[f"score_{number}"] = _value(row.score) if row.score is not None else None
            data[f"reason_{number}"] = row.reason
    form = cast(ScoresForm, type("LotScoresForm", (ScoresForm,), fields)(data=data))
    form.columns = [
        (bidder, form[f"score_{number}"], form[f"reason_{number}"]) for number, bidder in enumerate(bidders)
    ]
    return form


class RequirementForm(BaseForm):
    """A decision about a requirement."""

    verdict = RadioField(
        "Uw besluit",
        choices=[
            SelectChoice(RequirementVerdict.MEETS, "Voldoet"),
            SelectChoice(RequirementVerdict.EQUIVALENT, "Voldoet op een gelijkwaardige manier"),
            SelectChoice(RequirementVerdict.NOT_MET, "Voldoet niet: de inschrijving valt af"),
        ],
        validators=[Filled("Kies of de inschrijving voldoet.")],
        validate_choice=False,
    )
    reason = TextField("Motivering", [Filled("Motiveer uw besluit."), AtMost(LONG)])


class JudgeAgainForm(BaseForm):
    """A herbeoordeling: why, of what, and by whom."""

    cause = RadioField(
        "Waarom beoordeelt u opnieuw?",
        choices=[(one.value, one.label.capitalize()) for one in (AssessmentCause.COURT, AssessmentCause.OWN)],
        validators=[Filled("Kies waarom u opnieuw beoordeelt.")],
        validate_choice=False,
    )
    reason = TextField("Reden van de herbeoordeling", [Filled("Geef de reden van de herbeoordeling."), AtMost(LONG)])
    criterion = SelectField("Welk criterium?", choices=[], validate_choice=False)
    members = SelectMultipleField(
        "Het nieuwe team",
        choices=[],
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    chair = SelectField("Voorzitter van het nieuwe team", choices=[], validate_choice=False)


def _value(score: Decimal) -> str:
    return f"{score.normalize():f}"


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return Decimal(-1)
