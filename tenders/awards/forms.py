"""The forms of judging and awarding; the score form has a column per offer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from wtforms import SelectChoice

from portal.choices import RadioField
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateField, Filled
from tenders.awards.queries import Bidder
from tenders.awards.rules import Scale, shown
from tenders.awards.services import Entry
from tenders.awards.states import RequirementVerdict

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


class AdviceForm(BaseForm):
    """The award advice, and who won the drawing when there was a tie."""

    winner = RadioField("Wie won de loting?", choices=[], validate_choice=False)
    advice = TextField("Gunningsadvies", [Filled("Schrijf het gunningsadvies."), AtMost(LONG)])
    advantages = TextField(
        "Kenmerken en voordelen van de gekozen inschrijving",
        [Filled("Beschrijf de kenmerken en voordelen van de gekozen inschrijving."), AtMost(LONG)],
    )


class LetterForm(BaseForm):
    """The grounds in one bidder's letter."""

    grounds = TextField("Waarom deze beoordeling", [AtMost(LONG)])


class ApprovalForm(BaseForm):
    """What a participating municipality says of the advice."""

    answer = RadioField(
        "Is uw gemeente akkoord?",
        choices=[SelectChoice("yes", "Akkoord"), SelectChoice("no", "Geen akkoord")],
        validators=[Filled("Kies akkoord of geen akkoord.")],
        validate_choice=False,
    )
    mandate = LineField("Mandaatbesluit, nummer en datum", [AtMost(200)])
    reason = TextField("Reden", [AtMost(LONG)])


class CourtForm(BaseForm):
    """A summons was served."""

    since = DutchDateField("Datum dagvaarding", [Filled("Vul de datum van de dagvaarding in.")])
    reference = LineField("Zaaknummer of kenmerk", [AtMost(200)])


class JudgmentForm(BaseForm):
    """The judge has spoken."""

    ended = DutchDateField("Datum uitspraak", [Filled("Vul de datum van de uitspraak in.")])
    outcome = TextField("Wat besliste de rechter?", [Filled("Beschrijf de uitspraak."), AtMost(LONG)])


class WithdrawForm(BaseForm):
    """Why a decision is withdrawn."""

    reason = TextField("Reden", [Filled("Geef de reden van het intrekken."), AtMost(LONG)])


def _value(score: Decimal) -> str:
    return f"{score.normalize():f}"


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return Decimal(-1)
