"""What people fill in about invoices."""

from wtforms import BooleanField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from portal.choices import SelectField, SelectMultipleField
from portal.fields import IdentifierField, TextField
from portal.forms import (
    AtMost,
    BaseForm,
    DutchDateField,
    Filled,
    MonthField,
    QuantityField,
)
from portal.uploads import DocumentField


class ChecksField(SelectMultipleField):
    """Several choices, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class UploadForm(BaseForm):
    """An e-invoice as a file."""

    file = DocumentField("E-factuur (xml)", kinds=("xml",), max_mb=20)


class ReasonForm(BaseForm):
    """A reason that the other side reads."""

    reason = TextField("Reden", [Filled("Vul de reden in."), AtMost(4000)])


class OutcomeForm(BaseForm):
    """How a dispute ended."""

    outcome = TextField("Uitkomst", [Filled("Vul de uitkomst in."), AtMost(4000)])


class NewSpecificationForm(BaseForm):
    """For which contract and month."""

    contract = SelectField("Contract", [InputRequired("Kies het contract.")])
    month = MonthField("Maand van de prestatie", [Filled("Vul de maand in als jaar-maand, zoals 2026-10.")])


class ConfirmForm(BaseForm):
    """Which lines stay out for now."""

    without = ChecksField("Nog niet factureren")
    agree = BooleanField("Deze specificatie klopt", [InputRequired("Vink aan dat de specificatie klopt.")])


class FreeLineForm(BaseForm):
    """Something without a participant."""

    price_line = SelectField("Prijsregel", [InputRequired("Kies de prijsregel.")])
    quantity = QuantityField("Aantal", [Filled("Vul het aantal in.")])


class InvoiceForm(BaseForm):
    """An invoice exactly as specified."""

    issuer_number = IdentifierField("Uw factuurnummer", [Filled("Vul uw factuurnummer in."), AtMost(60)])
    issued_on = DutchDateField("Factuurdatum", [Filled("Vul de factuurdatum in.")])
    note = TextField("Opmerking", [AtMost(1000)])


class CreditForm(InvoiceForm):
    """Whole lines to credit."""

    lines = ChecksField("Regels om te crediteren")


class PaymentForm(BaseForm):
    """What the financial system says."""

    booked_on = DutchDateField("Geboekt op")
    paid_on = DutchDateField("Betaald op")
