"""Contracts as the shell sees them: tasks, terms, links up and down the chain."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from flask import url_for

from contracts.agreements import (
    change_demo,
    change_services,
    change_tasks,
    change_views,
    demo,
    duty_views,
    index_views,
    links_queries,
    promise_views,
    queries,
)
from contracts.agreements.models import Contract
from contracts.agreements.rules import plus_months, shown_norm
from contracts.agreements.states import ContractPhase, ContractState
from contracts.agreements.trail import contract_links
from contracts.agreements.views import bp
from portal import clock
from portal.access import Permission, Viewer, current_viewer
from portal.chain import Station
from portal.db import db
from portal.features import Feature, Hit, Link, NavItem, Task, Term

DECIDE_AHEAD = timedelta(days=120)
LOOK_AHEAD = timedelta(days=365)

AUDIT_SENTENCES = {
    "contract:contract:make": "maakte contract {number}",
    "contract:contract:sign": "legde de ondertekening op {on} vast",
    "contract:contract:terminate": "beëindigde het contract per {on}",
    "contract:contract:settings": "wijzigde de instellingen",
    "contract:option:extend": "verlengde het contract met optie {position}, tot en met {until}",
    "contract:option:decline": "besloot optie {position} niet te gebruiken",
    "contract:price:change": "wijzigde de prijs ‘{line}’ vanaf {on}",
    "contract:price:phases": "legde de fasen van ‘{line}’ vast",
    "contract:agreement:add": "legde prestatieafspraak {code} {name} vast",
    "contract:agreement:change": "wijzigde prestatieafspraak {code} {name} vanaf {on}",
    "contract:adjustment:record": "legde een {kind} bij {code} vast, geldig vanaf {on}",
    "contract:claim:make": "legde een {kind} vast bij {code} over {period}",
    "contract:keurmerk:record": "legde vast: {kind} {state} vanaf {on}",
    "contract:contract:amend": "stelde wijziging {number} ‘{title}’ vast, geldig vanaf {on}",
    "contract:amendment:make": "legde wijziging {number} ‘{title}’ als concept vast",
    "contract:amendment:ask": "vroeg de gemeenten om akkoord op wijziging {number}",
    "contract:amendment:agree": "gaf namens {municipality} akkoord op wijziging {number}",
    "contract:amendment:refuse": "ging namens {municipality} niet akkoord met wijziging {number}",
    "contract:amendment:notice": "legde de aankondiging {notice} van {on} bij wijziging {number} vast",
    "contract:amendment:settle": "stelde wijziging {number} vast, geldig vanaf {on}",
    "contract:amendment:withdraw": "trok wijziging {number} in",
    "contract:keurmerk:check": "zag in het register: keurmerk {state}",
    "contract:duty:add": "voegde de verplichting ‘{title}’ toe, uiterlijk {on}",
    "contract:duty:meet": "legde vast dat ‘{title}’ op {on} is voldaan",
    "contract:index:series": "voegde prijsindex {name} toe",
    "contract:index:figure": "legde het indexcijfer van {month} vast: {value}",
    "contract:index:clause": "legde de indexering vast: {name}, basismaand {month}",
    "contract:index:run": "indexeerde de prijzen vanaf {on} met {percent}% (indexering {number})",
}


def tasks(viewer: Viewer) -> Iterator[Task]:
    """Yield what waits for whoever manages contracts: to make, to sign, to decide on."""
    if not viewer.may(Permission.CONTRACT_MANAGE) or viewer.municipality_id is None:
        return
    for award, lot, procedure in queries.awards_without_contract(viewer):
        yield Task(
            f"Contract maken: {lot.title}",
            url_for("contracts_agreements.from_award", award_id=award.id),
            tone="info",
            second=f"{procedure.number}, perceel {lot.number}, definitief gegund",
        )
    for contract in queries.drafts_of(viewer):
        yield Task(
            f"Contract ondertekenen: {contract.title}",
            url_for("contracts_agreements.show", number=contract.number),
            when=contract.starts_on,
            tone="under",
            state="Concept",
            second=contract.number,
        )
    for option in queries.open_options_for(viewer):
        if option.decide_by - clock.today() <= DECIDE_AHEAD and queries.may_manage(option.contract, viewer):
            yield Task(
                f"Beslissen over verlenging: {option.contract.title}",
                url_for(
                    "contracts_agreements.decide_option",
                    number=option.contract.number,
                    position=option.position,
                ),
                when=option.decide_by,
                tone="info",
                second=f"{option.contract.number}, optie {option.position}",
            )


    yield from change_tasks.manager_tasks(viewer)
    yield from change_tasks.register_tasks(viewer)


def all_tasks(viewer: Viewer) -> Iterator[Task]:
    """Yield the tasks of who manages contracts and of the municipalities that are asked."""
    yield from tasks(viewer)
    yield from change_tasks.consent_tasks(viewer)
    if viewer.may(Permission.CONTRACT_READ):
        yield from change_tasks.duty_tasks(viewer)


def terms(viewer: Viewer) -> Iterator[Term]:
    """Yield the dates of the viewer's contracts in the coming year."""
    if not viewer.may(Permission.CONTRACT_READ):
        return
    today = clock.today()
    soon = today + LOOK_AHEAD
    for option in queries.open_options_for(viewer):
        if today <= option.decide_by <= soon:
            yield _term(
                option.contract, option.decide_by, f"Uiterste beslisdatum verlenging {option.position}"
            )
        notice = plus_months(option.starts_on, -option.contract.notice_months)
        if today <= notice <= soon:
            yield _term(option.contract, notice, f"Verlenging {option.position} uiterlijk melden aan de opdrachtnemer")
    for contract in queries.contracts_for(viewer):
        if contract.state is not ContractState.SIGNED:
            continue
        if today <= contract.last_referral_on <= soon:
            yield _term(contract, contract.last_referral_on, "Laatste dag voor aanmeldingen")
        if today <= contract.ends_on <= soon and contract.ends_on != contract.last_referral_on:
            yield _term(contract, contract.ends_on, "Einde van het contract")


def _term(contract: Contract, on: date, text: str) -> Term:
    return Term(
        on,
        f"{text}: {contract.title}",
        url_for("contracts_agreements.show", number=contract.number),
    )


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """Return the contract pages that hang on a thing of the tender: award, lot, criterion or requirement."""
    viewer = current_viewer()
    if not viewer.may(Permission.CONTRACT_READ):
        return []
    finder = {
        "award": _of_award,
        "lot": _of_lot,
        "award_criterion": _of_criterion,
        "requirement": _of_requirement,
        "nota_answer": _of_nota_answer,
        "contract_trail": _of_contract,
    }.get(kind)
    return finder(viewer, identity) if finder else []


def _of_award(viewer: Viewer, award_id: uuid.UUID) -> list[Link]:
    found = links_queries.contracts_of_award(viewer, award_id)
    if found:
        return [_contract_link(contract) for contract in found]
    if viewer.may(Permission.CONTRACT_MANAGE) and links_queries.can_be_handed_over(viewer, award_id):
        return [Link("Contract maken", url_for("contracts_agreements.from_award", award_id=award_id))]
    return []


def _of_lot(viewer: Viewer, lot_id: uuid.UUID) -> list[Link]:
    return [_contract_link(contract) for contract in links_queries.contracts_of_lot(viewer, lot_id)]


def _of_criterion(viewer: Viewer, criterion_id: uuid.UUID) -> list[Link]:
    return [*_agreements(viewer, criterion_id=criterion_id), *_clauses(viewer, criterion_id=criterion_id)]


def _of_requirement(viewer: Viewer, requirement_id: uuid.UUID) -> list[Link]:
    return [*_clauses(viewer, requirement_id=requirement_id), *_agreements(viewer, requirement_id=requirement_id)]


def _of_nota_answer(viewer: Viewer, answer_id: uuid.UUID) -> list[Link]:
    return _agreements(viewer, nota_answer_id=answer_id)


def _agreements(viewer: Viewer, **source: uuid.UUID) -> list[Link]:
    return [
        Link(
            f"Prestatieafspraak {agreement.code} {agreement.name}",
            url_for("contracts_agreements.agreement", number=number, code=agreement.code),
            f"contract {number}{_promised(promise)}",
            Station.AGREEMENT,
        )
        for number, agreement, promise in links_queries.agreements_from(viewer, **source)
    ]


def _promised(promise: links_queries.Promised | None) -> str:
    if promise is None or promise.value is None:
        return ""
    return f", {promise.organisation} beloofde {shown_norm(promise.unit, promise.value)}"


def _clauses(viewer: Viewer, **source: uuid.UUID) -> list[Link]:
    return [
        Link(
            f"Artikel {clause.number} {clause.title}",
            url_for("contracts_agreements.clause", number=number, clause_id=clause.id),
            f"contract {number}",
            Station.CLAUSE,
        )
        for number, clause in links_queries.clauses_from(viewer, **source)
    ]


def _of_contract(viewer: Viewer, contract_id: uuid.UUID) -> list[Link]:
    found = db.session.get(Contract, contract_id)
    return contract_links(found) if found is not None else []


def _contract_link(contract: Contract) -> Link:
    return Link(
        f"Contract {contract.number}",
        url_for("contracts_agreements.show", number=contract.number),
        contract.title,
    )


def search(viewer: Viewer, words: str) -> Iterator[Hit]:
    """Yield the contracts that fit the words."""
    if not viewer.may(Permission.CONTRACT_READ):
        return
    for contract in queries.found(viewer, words):
        phase: ContractPhase = queries.phase_of(contract)
        yield Hit(
            f"{contract.number} {contract.title}",
            url_for("contracts_agreements.show", number=contract.number),
            phase.label,
        )


FEATURE = Feature(
    name="contracts.agreements",
    blueprints=(bp,),
    tasks=all_tasks,
    terms=terms,
    related=related,
    search=search,
    navigation=(NavItem("Contracten", "contracts_agreements.index", Permission.CONTRACT_READ, 40),),
    demo=lambda world: [*demo.steps(world), *change_demo.steps(world)],
    audit_sentences=AUDIT_SENTENCES,
    mails={
        "contract_signed": "Een contract is getekend",
        "contract_option": "Er is beslist over een verlenging",
        "amendment_asked": "Uw gemeente is om akkoord gevraagd",
        "amendment_in_force": "Een contract is gewijzigd",
        "contract_indexed": "De prijzen zijn geïndexeerd",
    },
    seed=change_services.seed_grounds,
)

__all__ = ["FEATURE", "change_views", "duty_views", "index_views", "promise_views"]
