"""One published part of a tender on a page of its own: what a promise, an article and a euro rest on."""

import uuid

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.access import Viewer, current_viewer, public
from portal.chain import Station
from portal.features import Link, related_links
from portal.forms import page
from tenders.procedures import queries
from tenders.procedures.models import Procedure
from tenders.procedures.views.blueprint import bp


@bp.get("/opdrachten/<number>/criteria/<uuid:criterion_id>")
@public
def market_criterion(number: str, criterion_id: uuid.UUID) -> ResponseReturnValue:
    """Show a published award criterion: its text and weight, what it rests on, what became of it."""
    procedure = queries.published_procedure(current_viewer(), number)
    one = queries.criterion_of(procedure, criterion_id)
    inside = _inside(procedure, "criterion", criterion_id=one.id)
    return _part(
        "market_criterion", procedure, one.id, related_links("award_criterion", one.id), inside, criterion=one
    )


@bp.get("/opdrachten/<number>/eisen/<uuid:requirement_id>")
@public
def market_requirement(number: str, requirement_id: uuid.UUID) -> ResponseReturnValue:
    """Show a published requirement: its text, what it rests on, which article it became."""
    procedure = queries.published_procedure(current_viewer(), number)
    one = queries.requirement_of(procedure, requirement_id)
    inside = _inside(procedure, "requirement", requirement_id=one.id)
    return _part(
        "market_requirement", procedure, one.id, related_links("requirement", one.id), inside, requirement=one
    )


@bp.get("/opdrachten/<number>/nota/<int:nota>/vraag-<int:position>")
@public
def market_answer(number: str, nota: int, position: int) -> ResponseReturnValue:
    """Show a question with its answer from a nota van inlichtingen, and what was agreed because of it."""
    procedure = queries.published_procedure(current_viewer(), number)
    one = queries.nota_answer_of(procedure, nota, position)
    links = related_links("nota_answer", one.id)
    return _part("market_answer", procedure, one.question_id, links, [], answer=one)


def _part(
    template: str, procedure: Procedure, target: uuid.UUID, links: list[Link], inside: list[Link], **values: object
) -> ResponseReturnValue:
    findings = finding_links(current_viewer(), target)
    return page(
        f"tenders/procedures/{template}.html",
        procedure=procedure,
        findings=findings,
        links=links,
        stops=[*findings, *links],
        inside=inside,
        here=Station.DEMAND,
        market_open=queries.market_may_see(current_viewer(), procedure),
        **values,
    )


def finding_links(viewer: Viewer, target: uuid.UUID) -> list[Link]:
    """Return the published findings a criterion, requirement or question rests on, as the viewer may open them."""
    return [
        Link(
            one.finding.title,
            url_for(
                "tenders_consultations.market_finding",
                number=one.consultation_number,
                position=one.finding.position,
            ),
            f"Bevinding {one.finding.position} van {one.consultation_number}",
            Station.FINDING,
        )
        for one in queries.findings_under(viewer, [target])[target]
    ]


def _inside(procedure: Procedure, endpoint: str, **values: uuid.UUID) -> list[Link]:
    """The page of the same thing for who works on the tender, if the viewer does."""
    if not queries.staff_may_see(current_viewer(), procedure):
        return []
    url = url_for(f"tenders_procedures.{endpoint}", number=procedure.number, **values)  # type: ignore[arg-type]
    return [Link("Naar de pagina in de aanbesteding", url, f"Aanbesteding {procedure.number}")]
