"""Pages that show what the catalogue holds; open to everyone."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.access import public
from portal.catalogue import queries
from portal.forms import page

bp = Blueprint("portal_catalogue", __name__)


@bp.get("/catalogus")
@public
def show() -> ResponseReturnValue:
    """Show products, municipalities, measures, and the figures of the policy plan."""
    return page(
        "portal/catalogue/show.html",
        products=queries.products(),
        municipalities=queries.municipality_facts(),
        measures=queries.measures(),
        volumes=queries.policy_volumes(),
        budget=queries.policy_budget(),
    )


@bp.get("/catalogus/bedragen-en-termijnen")
@public
def values() -> ResponseReturnValue:
    """Show the dated amounts, terms and norms that pages cite."""
    return page("portal/catalogue/values.html", values=queries.reference_values())


@bp.get("/woordenlijst")
@public
def glossary() -> ResponseReturnValue:
    """Show the words of the policy with their date."""
    return page("portal/catalogue/glossary.html", terms=queries.glossary())
