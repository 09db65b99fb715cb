"""One finding of a published report on a page of its own, for everybody who may read the report."""

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, public
from portal.chain import Station
from portal.errors import NotFound
from portal.features import Link, related_links
from portal.forms import page
from tenders.consultations import chain_queries, queries
from tenders.consultations.models import Finding
from tenders.consultations.views import bp


@bp.get("/opdrachten/marktconsultaties/<number>/bevindingen/<int:position>")
@public
def market_finding(number: str, position: int) -> ResponseReturnValue:
    """Show a finding of a published report, and the criteria and requirements that rest on it."""
    finding = chain_queries.published_finding(current_viewer(), number, position)
    return page(
        "tenders/consultations/market_finding.html",
        finding=finding,
        links=related_links("finding", finding.id),
        here=Station.FINDING,
        market_open=chain_queries.is_on_the_market(current_viewer(), finding.consultation),
        inside=_inside(finding),
    )


def _inside(finding: Finding) -> list[Link]:
    """The page of the same finding for who works on the consultation, if the viewer does."""
    viewer, number = current_viewer(), finding.consultation.number
    if not viewer.may(Permission.TENDER_READ):
        return []
    try:
        queries.consultation_for(viewer, number)
    except NotFound:
        return []
    url = url_for("tenders_consultations.finding", number=number, finding_id=finding.id)
    return [Link("Naar de pagina in de marktconsultatie", url, f"Marktconsultatie {number}")]
