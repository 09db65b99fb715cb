"""The forms of a scorecard."""

from __future__ import annotations

from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from kpis.scorecards.hearing_services import PROOF_KINDS, PROOF_MB
from kpis.scorecards.states import DisputeGround, LineState, ResponseKind, Verdict
from portal.choices import RadioField, SelectField
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateField, Filled, QuantityField
from portal.uploads import DocumentField


class ResponseForm(BaseForm):
    """What the provider says about a figure."""

    kind = RadioField(
        "Wat wilt u doen",
        choices=[
            SelectChoice(ResponseKind.EXPLAIN.value, "Toelichting geven"),
            SelectChoice(ResponseKind.DISPUTE.value, "Cijfer betwisten"),
        ],
        default=ResponseKind.EXPLAIN.value,
    )
    ground = SelectField(
        "Waarom betwist u het cijfer",
        choices=[SelectChoice("", "Kies"), *(SelectChoice(one.value, one.label) for one in DisputeGround)],
        default="",
    )
    text = TextField("Uw tekst", [Filled("Schrijf wat u wilt toelichten."), AtMost(2000)])
    proof = DocumentField("Bewijs", kinds=PROOF_KINDS, max_mb=PROOF_MB)


class DecisionForm(BaseForm):
    """What the contract manager decides on a line."""

    verdict = RadioField(
        "Oordeel",
        choices=[SelectChoice(one.value, one.label) for one in Verdict],
        default=Verdict.AS_COMPUTED.value,
    )
    state = SelectField(
        "Status",
        choices=[SelectChoice(one.value, one.label) for one in LineState if one is not LineState.NONE]
        + [SelectChoice(LineState.NONE.value, LineState.NONE.label)],
    )
    numerator = QuantityField("Teller zoals besloten", [Optional()])
    denominator = QuantityField("Noemer zoals besloten", [Optional()])
    reason = TextField("Motivering", [AtMost(2000)])


class RuleForm(BaseForm):
    """What was agreed about bonus or malus on a prestatieafspraak."""

    kind = RadioField(
        "Soort",
        choices=[SelectChoice("malus", "Malus, onder de norm"), SelectChoice("bonus", "Bonus, boven de norm")],
        default="malus",
    )
    per_point = QuantityField("Percentage per punt", [Filled("Vul het percentage per punt in.")])
    most = QuantityField("Ten hoogste (percentage)", [Filled("Vul het hoogste percentage in.")])
    valid_from = DutchDateField("Geldig vanaf", [Filled("Vul de eerste dag in.")])
    source = LineField("Waar is dit afgesproken?", [Filled("Vul het artikel of het besluit in."), AtMost(500)])
