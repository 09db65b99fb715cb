"""Pages that say what the portal is; open to everybody, without a record behind them."""

from datetime import date
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import public
from portal.forms import page
from portal.shell.forms import ExampleForm

bp = Blueprint("portal_shell", __name__)


@bp.get("/toegankelijkheid")
@public
def accessibility() -> ResponseReturnValue:
    """Say how accessible the portal is, how that was tested, and where to report a barrier."""
    return page("portal/shell/accessibility.html")


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Say which data the portal keeps, why and how long."""
    return page("portal/shell/privacy.html")


@bp.get("/bouwstenen")
@public
def blocks() -> ResponseReturnValue:
    """Show every building block once, in all its states."""
    form = ExampleForm(formdata=None)
    form.closes_on.raw_data = ["31-11-2026"]
    form.closes_on.errors = ["November heeft 30 dagen. Vul de sluitingsdatum in als dag-maand-jaar."]
    return page("portal/shell/blocks.html", example=form, **_drawings())


def _drawings() -> dict[str, Any]:
    """Return what the line drawings of the page show: a term around today, and a year with a gap."""
    year = clock.today().year
    return {
        "term_parts": [
            ("Vaste looptijd", date(year - 1, 1, 1), date(year + 1, 12, 31), False),
            ("Optie 1", date(year + 2, 1, 1), date(year + 2, 12, 31), True),
        ],
        "term_flags": [(f"Beslis uiterlijk 30 juni {year + 1}", date(year + 1, 6, 30))],
        "months": [
            ("okt", 79, ""),
            ("nov", 77.9, ""),
            ("dec", None, "niet aangeleverd"),
            ("jan", 76.8, ""),
            ("feb", 75, ""),
        ],
    }
