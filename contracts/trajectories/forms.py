"""What people fill in about aanmeldingen; never anything personal."""

from decimal import Decimal
from typing import Any

from wtforms import IntegerField
from wtforms.validators import InputRequired, Optional, ValidationError

from contracts.trajectories.events_services import BY_HAND, EXAM_PARTS
from contracts.trajectories.states import RefusalReason, StopReason, TrajectoryAction
from portal.catalogue.states import TargetGroup
from portal.choices import RadioField, SelectField
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateField, Filled, QuantityField

NOTHING_PERSONAL = "Geen naam, burgerservicenummer, geboortedatum of reden van ontheffing."
OUTSIDE = "buiten"

ACTION_LABELS = {
    TrajectoryAction.ACCEPT: "Accepteren",
    TrajectoryAction.REFUSE: "Weigeren",
    TrajectoryAction.WAIT: "Op de wachtlijst zetten",
    TrajectoryAction.START: "Gestart met de lessen",
    TrajectoryAction.NOT_SHOW: "Niet verschenen bij de start",
    TrajectoryAction.INTERRUPT: "Onderbroken",
    TrajectoryAction.RESUME: "Hervat na onderbreking",
    TrajectoryAction.STOP: "Gestopt",
    TrajectoryAction.FINISH: "Afgerond",
}


class ReferForm(BaseForm):
    """One or more participants for one product of one contract."""

    contract_product = SelectField("Waarvoor meldt u aan?", choices=[])
    number = IntegerField("Aantal deelnemers", [InputRequired("Vul het aantal deelnemers in.")], default=1)
    target_group = RadioField(
        "Doelgroep",
        [InputRequired("Kies de doelgroep.")],
        choices=[(one.value, one.label) for one in TargetGroup],
    )
    pip_on = DutchDateField("Datum van het PIP", [Filled("Vul de datum van het PIP in.")])
    on = DutchDateField("Aanmelddatum", [Filled("Vul de aanmelddatum in.")])
    brought_hours = QuantityField("Ingebrachte lesuren", [Optional()], default=Decimal(0))
    brought_participation_hours = QuantityField(
        "Ingebrachte uren participatie", [Optional()], default=Decimal(0)
    )
    brought_exam_parts = LineField("Al gehaalde examenonderdelen", [AtMost(200)])
    brought_source = LineField("Waar komen die uren of examens vandaan?", [AtMost(200)])
    remark = TextField("Opmerking voor de aanbieder", [AtMost(1000)])


class StepForm(BaseForm):
    """What happened to a trajectory; the choices depend on where it stands."""

    action = RadioField("Wat is er gebeurd?", [InputRequired("Kies wat er is gebeurd.")], choices=[])
    on = DutchDateField("Op welke dag?", [Filled("Vul de dag in.")])
    refusal_reason = SelectField(
        "Reden van het weigeren",
        choices=[("", "Kies een reden"), *[(one.value, one.label) for one in RefusalReason]],
        validate_choice=False,  # not on the page unless refusing is possible
    )
    stop_reason = SelectField(
        "Reden van het stoppen",
        choices=[("", "Kies een reden"), *[(one.value, one.label) for one in StopReason]],
        validate_choice=False,
    )
    return_expected_on = DutchDateField("Terug verwacht op", [Optional()])

    def validate_refusal_reason(self, field: Any) -> None:
        """Ask a reason when a participant is refused."""
        if self.action.data == TrajectoryAction.REFUSE and field.data not in list(RefusalReason):
            raise ValidationError("Kies de reden van het weigeren.")

    def validate_stop_reason(self, field: Any) -> None:
        """Ask a reason when a trajectory stops."""
        if self.action.data == TrajectoryAction.STOP and field.data not in list(StopReason):
            raise ValidationError("Kies de reden van het stoppen.")


class EventForm(BaseForm):
    """An event that changes no state."""

    kind = SelectField("Wat is er gebeurd?", choices=[(one.value, one.label) for one in BY_HAND])
    part = SelectField(
        "Examenonderdeel",
        choices=[("", "Niet van toepassing"), *[(code, name) for code, name in EXAM_PARTS.items()]],
    )
    on = DutchDateField("Op welke dag?", [Filled("Vul de dag in.")])


class MoveForm(BaseForm):
    """A move to another municipality."""

    municipality = SelectField("Nieuwe gemeente", choices=[])
    on = DutchDateField("Verhuisd op", [Filled("Vul de dag van de verhuizing in.")])


class TermForm(BaseForm):
    """A longer inburgeringstermijn, decided by DUO."""

    ends_on = DutchDateField("Nieuwe einddatum van de termijn", [Filled("Vul de nieuwe einddatum in.")])
    decided_on = DutchDateField("Datum van het besluit van DUO", [Filled("Vul de datum van het besluit in.")])
    source = LineField(
        "Kenmerk van het besluit", [Filled("Vul het kenmerk van het besluit in."), AtMost(200)]
    )


def value_of(field: Any) -> Any:
    """Return what a field holds; its validators made sure that it is there and of its kind."""
    return field.data
