"""The contract's stations of the chain as links: up to the promise, the criterion and the finding."""

from flask import url_for

from contracts.agreements.models import Contract
from contracts.agreements.origin_queries import Origin
from contracts.agreements.promise_models import Clause, PerformanceAgreement
from portal.chain import Station
from portal.features import Link


def source_url(origin: Origin) -> str:
    """Return the address of the criterion, requirement or answer itself; empty when the viewer may not go there."""
    number = origin.procedure_number
    if not origin.is_open:
        return ""
    if origin.criterion_id:
        return url_for(
            "tenders_procedures.market_criterion", number=number, criterion_id=origin.criterion_id
        )
    if origin.requirement_id:
        return url_for(
            "tenders_procedures.market_requirement", number=number, requirement_id=origin.requirement_id
        )
    return url_for(
        "tenders_procedures.market_answer", number=number, nota=origin.nota, position=origin.position
    )


def source_links(origin: Origin) -> list[Link]:
    """Return the way from a clause or prestatieafspraak up: the finding, and the criterion or requirement."""
    links = [
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
        for one in origin.findings
    ]
    url = source_url(origin)
    return [*links, Link(origin.text, url, origin.procedure_number, Station.DEMAND)] if url else links


def clause_links(contract: Contract, clause: Clause, origin: Origin) -> list[Link]:
    """Return the clause itself, and its promise when it came from the offer."""
    url = url_for("contracts_agreements.clause", number=contract.number, clause_id=clause.id)
    links = [Link(f"{clause.number} {clause.title}", url, f"Contract {contract.number}", Station.CLAUSE)]
    if origin.promise is not None:
        links.append(Link(origin.promise.organisation, f"{url}#belofte", "Inschrijving", Station.PROMISE))
    return links


def agreement_link(contract: Contract, agreement: PerformanceAgreement) -> Link:
    """Return the prestatieafspraak itself."""
    url = url_for("contracts_agreements.agreement", number=contract.number, code=agreement.code)
    return Link(
        f"{agreement.code} {agreement.name}", url, f"Contract {contract.number}", Station.AGREEMENT
    )


def contract_links(contract: Contract) -> list[Link]:
    """Return the stations of a whole contract, for what rests on all its articles and agreements together."""
    number = contract.number
    return [
        Link("alle artikelen", url_for("contracts_agreements.clauses", number=number), number, Station.CLAUSE),
        Link(
            "alle afspraken",
            url_for("contracts_agreements.agreements", number=number),
            number,
            Station.AGREEMENT,
        ),
    ]
