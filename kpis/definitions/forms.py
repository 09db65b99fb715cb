"""The form with which a municipality records a number about a trajectory."""

from __future__ import annotations

from wtforms.fields import SelectChoice

from kpis.definitions.states import RecordKind
from portal.choices import SelectField
from portal.fields import LineField
from portal.forms import AtMost, BaseForm, DutchDateField, Filled, QuantityField


class RecordForm(BaseForm):
    """What, on which day, how many hours, and where that follows from."""

    kind = SelectField("Wat legt u vast?", choices=[SelectChoice(one.value, one.label) for one in RecordKind])
    on = DutchDateField("Op welke dag?", [Filled("Vul de dag in.")])
    value = QuantityField("Aantal uren")
    source = LineField("Waar blijkt dit uit?", [Filled("Vul in waar dit uit blijkt."), AtMost(200)])
