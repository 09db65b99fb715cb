"""The forms of the decision: advice, letters, approvals, the judge, and what follows."""

from __future__ import annotations

from portal.choices import RadioField
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateField, DutchDateTimeField, Filled
from tenders.awards.states import EndingKind, EndingSequel, RefusalConsequence

LONG = 4000


class AdviceForm(BaseForm):
    """The award advice, and what the letters say of the chosen offer."""

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
        choices=[("yes", "Akkoord"), ("no", "Geen akkoord")],
        validators=[Filled("Kies akkoord of geen akkoord.")],
        validate_choice=False,
    )
    mandate = LineField("Nummer van het mandaatbesluit", [AtMost(200)])
    mandate_on = DutchDateField("Datum van het mandaatbesluit")
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


class SettleForm(BaseForm):
    """What happens to the lot when one municipality does not agree."""

    consequence = RadioField(
        "Wat doet u met dit perceel?",
        choices=[(one.value, one.label.capitalize()) for one in RefusalConsequence],
        validators=[Filled("Kies wat u met dit perceel doet.")],
        validate_choice=False,
    )
    reason = TextField("Motivering", [Filled("Motiveer uw keuze."), AtMost(LONG)])


class DrawingForm(BaseForm):
    """A drawing between offers that share the first place."""

    winner = RadioField("Wie won de loting?", choices=[], validate_choice=False)
    method = TextField("Hoe is er geloot?", [Filled("Beschrijf hoe er is geloot."), AtMost(LONG)])


class NoStandstillForm(BaseForm):
    """Send without a term, when there is one bidder."""

    reason = TextField(
        "Waarom is de opschortende termijn niet nodig?", [Filled("Geef de reden."), AtMost(LONG)]
    )


class EndLotForm(BaseForm):
    """A lot ends without an award."""

    kind = RadioField(
        "Waarom gunt u niet?",
        choices=[(one.value, one.label) for one in EndingKind],
        validators=[Filled("Kies waarom u niet gunt.")],
        validate_choice=False,
    )
    reason = TextField("Motivering", [Filled("Motiveer waarom u niet gunt."), AtMost(LONG)])
    sequel = RadioField(
        "Wat doet u hierna?",
        choices=[(one.value, one.label) for one in EndingSequel],
        validators=[Filled("Kies wat u hierna doet.")],
        validate_choice=False,
    )
    unchanged = TextField("Waarom veranderen de voorwaarden niet wezenlijk?", [AtMost(LONG)])


class AgainForm(BaseForm):
    """In which tender an ended lot is offered again."""

    number = LineField("Nummer van de nieuwe aanbesteding", [Filled("Vul het nummer van de nieuwe aanbesteding in.")])


class NoticeForm(BaseForm):
    """What TenderNed said of the notice."""

    number = LineField("TenderNed-kenmerk", [Filled("Vul het TenderNed-kenmerk in."), AtMost(40)])
    sent_at = DutchDateTimeField("Verzonden")
    receipt_confirmed_at = DutchDateTimeField("Ontvangst bevestigd")
    made_public_at = DutchDateTimeField("Bekendgemaakt")
