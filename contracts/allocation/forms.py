"""What people fill in about keys."""

from collections.abc import Sequence

from wtforms.validators import InputRequired

from contracts.allocation.states import KeyBasis
from portal.catalogue.models import Municipality
from portal.choices import RadioField
from portal.fields import LineField, TextField
from portal.forms import AtMost, BaseForm, DutchDateField, Filled, QuantityField


class KeyForm(BaseForm):
    """A new version of a key; the weights are fields made per municipality."""

    valid_from = DutchDateField("Geldig vanaf", [Filled("Vul in vanaf wanneer de sleutel geldt.")])
    basis = RadioField(
        "Grondslag",
        [InputRequired("Kies de grondslag.")],
        choices=[(one.value, one.label[:1].upper() + one.label[1:]) for one in KeyBasis],
    )
    source = LineField("Bron", [Filled("Vul de bron in, zoals ‘contract, artikel 11.2’."), AtMost(200)])


def key_form_for(municipalities: Sequence[Municipality]) -> type[KeyForm]:
    """Make the form for a contract: a weight per participating municipality."""
    fields = {weight_name(one): QuantityField(f"Gewicht van {one.name}") for one in municipalities}
    return type("KeyFormOfContract", (KeyForm,), fields)


def weight_name(municipality: Municipality) -> str:
    """Return the name of the field with the weight of a municipality."""
    return f"weight_{municipality.cbs_code}"


class AnswerForm(BaseForm):
    """What a municipality says of a key."""

    agrees = RadioField(
        "Gaat uw gemeente akkoord?",
        [InputRequired("Kies akkoord of niet akkoord.")],
        choices=[("ja", "Akkoord"), ("nee", "Niet akkoord")],
    )
    reason = TextField("Reden", [AtMost(2000)])
