"""The forms of verbeteracties, notices of default and contract talks."""

from __future__ import annotations

from wtforms import FieldList
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from kpis.improvements.states import Side
from kpis.scorecards.hearing_services import PROOF_KINDS, PROOF_MB
from portal.choices import RadioField, SelectField
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateField, Filled, QuantityField
from portal.uploads import DocumentField


class PlanForm(BaseForm):
    """What is done about a figure."""

    measure = TextField("Wat gaat er veranderen?", [Filled("Schrijf wat er gaat veranderen."), AtMost(2000)])
    owner = RadioField(
        "Wie doet dit?",
        choices=[SelectChoice(one.value, f"De {one.label}") for one in Side],
        default=Side.PROVIDER.value,
    )
    owner_function = LineField("Functie van wie het trekt", [AtMost(200)])
    due_on = DutchDateField("Klaar op", [Filled("Vul de dag in waarop dit klaar is.")])
    target = QuantityField("Gewenst resultaat", [Optional()])
    proof = TextField("Waaraan ziet u dat het gelukt is?", [Filled("Schrijf waaraan u dat ziet."), AtMost(1000)])
    follow_up = SelectField("In welk kwartaal moet het zichtbaar zijn?", choices=[])


class StepForm(BaseForm):
    """What one side says about a verbeteractie; the choices depend on where it stands."""

    step = RadioField("Wat wilt u doen?", choices=[], validate_choice=False)
    text = TextField("Toelichting", [AtMost(2000)])
    proof = DocumentField("Bewijs", kinds=PROOF_KINDS, max_mb=PROOF_MB)


class NoticeForm(BaseForm):
    """What a notice of default says."""

    shortcoming = TextField("Waarin schiet de aanbieder tekort?", [Filled("Schrijf waarin."), AtMost(3000)])
    basis = TextField("Waarop rust dit?", [Filled("Noem het artikel of de afspraak."), AtMost(1000)])
    demand = TextField("Wat moet de aanbieder doen?", [Filled("Schrijf wat u vraagt."), AtMost(3000)])
    remedy_until = DutchDateField("Laatste dag om na te komen", [Filled("Vul de laatste dag in.")])


class SettleForm(BaseForm):
    """How a notice of default ended."""

    ending = RadioField(
        "Hoe liep het af?",
        choices=[
            SelectChoice("remedied", "De aanbieder is nagekomen"),
            SelectChoice("expired", "De termijn is voorbij, de aanbieder is in verzuim"),
        ],
        default="remedied",
    )
    outcome = TextField("Toelichting", [Filled("Schrijf hoe het afliep."), AtMost(2000)])


class TalkForm(BaseForm):
    """The day of a talk, and per point of the agenda what was said."""

    on = DutchDateField("Datum van het gesprek", [Filled("Vul de datum van het gesprek in.")])
    said = FieldList(TextField("Besproken en afgesproken", [AtMost(4000)]))
