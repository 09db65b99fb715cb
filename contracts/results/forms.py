"""The forms of a monthly report."""

from __future__ import annotations

from portal.fields import TextField
from portal.forms import AtMost, BaseForm, Filled
from portal.uploads import DocumentField


class UploadForm(BaseForm):
    """The workbook of the month."""

    file = DocumentField("Bestand", [Filled("Kies een bestand.")], kinds=("xlsx", "ods", "csv"), max_mb=20)


class DraftForm(BaseForm):
    """Cells to mend and questions to answer; which ones follows from the draft."""


class RowsForm(BaseForm):
    """Rows to accept; chosen with tick boxes."""


class CorrectionForm(BaseForm):
    """What does not fit in one row."""

    reason = TextField("Wat klopt er niet", [Filled("Schrijf wat er niet klopt."), AtMost(2000)])
