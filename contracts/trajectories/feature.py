"""Aanmeldingen as the shell sees them."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta

from flask import url_for

from contracts.agreements import queries as agreements
from contracts.agreements.models import Contract
from contracts.trajectories import (
    batch_services,
    batch_views,
    capacity_queries,
    capacity_views,
    demo,
    queries,
    succession_demo,
    succession_queries,
    succession_views,
)
from contracts.trajectories.rules import is_number, normal_number
from contracts.trajectories.states import EventOwner, TrajectoryState
from contracts.trajectories.views import bp
from portal.access import Permission, Viewer, current_viewer
from portal.chain import Station
from portal.db import db
from portal.errors import NotFound
from portal.features import Feature, Hit, Link, NavItem, Task

ANSWER_WITHIN = timedelta(days=5)

AUDIT_SENTENCES = {
    "trajectory:trajectory:refer": "meldde {number} aan namens {municipality}",
    "trajectory:trajectory:accept": "accepteerde {number}",
    "trajectory:trajectory:refuse": "weigerde {number}: {reason}",
    "trajectory:trajectory:wait": "zette {number} op de wachtlijst vanaf {on}",
    "trajectory:trajectory:start": "meldde de start op {on}",
    "trajectory:trajectory:not_show": "meldde niet verschenen op {on}",
    "trajectory:trajectory:interrupt": "meldde een onderbreking vanaf {on}",
    "trajectory:trajectory:resume": "meldde de terugkeer op {on}",
    "trajectory:trajectory:stop": "meldde gestopt op {on}: {reason}",
    "trajectory:trajectory:finish": "meldde afgerond op {on}",
    "trajectory:trajectory:move": "legde een verhuizing naar {to} op {on} vast",
    "trajectory:trajectory:extend": "legde de verlengde termijn tot en met {until} vast",
    "trajectory:trajectory:switch": "legde een overstap naar {to} op {on} vast ({ground}); verder onder {after}",
    "trajectory:stop:record": "legde vast dat de aanbieder stopt op {on}: {kind}",
    "trajectory:stop:hand_over": "gaf {number} deelnemers een plaats bij contract {to} vanaf {on}",
    "trajectory:stop:take_over": "nam {number} deelnemers over van contract {of}",
    "trajectory:room:places": "gaf {places} plaatsen door voor {product}, vanaf {on}",
    "trajectory:room:inflow": "legde de verwachte aanmeldingen van {municipality} vast",
    "trajectory:room:group": "legde de groepsgrootte vast: {minimum} tot {maximum}",
    "trajectory:event:register": "legde {kind} op {on} vast ({certainty})",
    "trajectory:event:confirm": "bevestigde: {kind}",
    "trajectory:list:refer": "meldde {number} deelnemers aan met bestand {file}",
    "trajectory:list:download": "haalde een lijst met {number} aanmeldingen op",
}


def tasks(viewer: Viewer) -> Iterator[Task]:
    """Yield what waits: answers and starts for the provider, confirmations and refusals for the municipality."""
    if viewer.may(Permission.TRAJECTORY_RESPOND):
        yield from _provider_tasks(viewer)
    if viewer.may(Permission.TRAJECTORY_REFER):
        yield from _municipality_tasks(viewer)
        yield from _batch_tasks(viewer)
    if viewer.may(Permission.CONTRACT_MANAGE):
        yield from _manager_tasks(viewer)
    if viewer.may(Permission.CONTRACT_READ):
        yield from _group_tasks(viewer)


def _provider_tasks(viewer: Viewer) -> Iterator[Task]:
    for trajectory in queries.waiting_for(viewer, TrajectoryState.REFERRED):
        if queries.may_answer(trajectory, viewer):
            yield Task(
                f"Aanmelding beantwoorden: {trajectory.number}",
                url_for("contracts_trajectories.step", number=trajectory.number),
                when=trajectory.referred_on + ANSWER_WITHIN,
                state="Nieuw",
                second=(
                    f"{trajectory.contract_product.product.short_name}, {trajectory.placed_by.name}, "
                    f"contract {trajectory.contract_product.contract.number}"
                ),
            )


def _municipality_tasks(viewer: Viewer) -> Iterator[Task]:
    for event in queries.provisional_events_for(viewer):
        if event.owner is not EventOwner.PROVIDER and event.trajectory.placed_by_id == viewer.municipality_id:
            yield Task(
                f"Bevestigen: {event.kind.label}, {event.trajectory.number}",
                url_for("contracts_trajectories.show", number=event.trajectory.number),
                when=event.on + timedelta(days=28),
                state="Voorlopig",
                second="Een bonus, malus of resultaatbetaling wacht op uw bevestiging",
            )


def _batch_tasks(viewer: Viewer) -> Iterator[Task]:
    for batch in batch_services.waiting_batches(viewer):
        yield Task(
            "Aanmeldingen uit een bestand bevestigen",
            url_for("contracts_trajectories.batch", batch_id=batch.id),
            state="Gelezen",
            second=f"{batch.file_name}, nog niet aangemeld",
        )


def _manager_tasks(viewer: Viewer) -> Iterator[Task]:
    for stop in succession_queries.stops_for(viewer):
        if agreements.may_manage(stop.contract, viewer):
            left = sum(one.number for one in succession_queries.unplaced(stop.contract))
            if left:
                yield Task(
                    f"Deelnemers een plaats geven: {stop.contract.title}",
                    url_for("contracts_trajectories.provider_stop", number=stop.contract.number),
                    when=stop.on,
                    tone="bad",
                    state=f"{left} zonder plaats",
                    second=f"{stop.contract.number}, {stop.kind.label}",
                )


def _group_tasks(viewer: Viewer) -> Iterator[Task]:
    for contract, room in capacity_queries.small_groups(viewer):
        if agreements.may_manage(contract, viewer) or viewer.may(Permission.TRAJECTORY_RESPOND):
            yield Task(
                f"Groep is te klein: {room.contract_product.product.name}",
                url_for("contracts_trajectories.room", number=contract.number),
                tone="near",
                state=f"{room.participants} in plaats van {room.rule.minimum if room.rule else 0}",
                second=f"{contract.number}: {room.rule.below.label if room.rule else ''}",
            )


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """Return the page of aanmeldingen as a tab of the contract, and as its station of the chain."""
    if kind == "contract":
        return _about_contract(current_viewer(), identity)
    if kind not in ("contract_tab", "contract_trail") or not current_viewer().may(Permission.CONTRACT_READ):
        return []
    number = queries.contract_number(identity)
    url = url_for("contracts_trajectories.of_contract", number=number)
    if kind == "contract_trail" and current_viewer().may(Permission.TRAJECTORY_READ):
        url = url_for("contracts_trajectories.index", contract=number)
    return [Link("Aanmeldingen", url, "", Station.REFERRAL)]


def _about_contract(viewer: Viewer, contract_id: uuid.UUID) -> list[Link]:
    contract = db.session.get(Contract, contract_id)
    if contract is None:
        return []
    stop = succession_queries.stop_of(contract_id)
    url = url_for("contracts_trajectories.provider_stop", number=contract.number)
    room = Link("Plaatsen, wachtlijst en verwachte instroom", url_for("contracts_trajectories.room", number=contract.number))
    if stop is not None:
        return [room, Link("De aanbieder stopt", url, f"{stop.kind.label} op {stop.on:%d-%m-%Y}")]
    if agreements.may_manage(contract, viewer) and contract.signed_on is not None and contract.terminated_on is None:
        return [room, Link("De aanbieder stopt?", url, "vastleggen en de deelnemers een plaats geven")]
    return [room]


def search(viewer: Viewer, words: str) -> Iterator[Hit]:
    """Yield a trajectory whose number was typed whole; parts of numbers find nobody."""
    if not viewer.may(Permission.TRAJECTORY_READ) or not is_number(words):
        return
    try:
        found = queries.trajectory_for(viewer, normal_number(words))
    except NotFound:
        return
    yield Hit(found.number, url_for("contracts_trajectories.show", number=found.number), found.state.label)


FEATURE = Feature(
    name="contracts.trajectories",
    blueprints=(bp,),
    tasks=tasks,
    related=related,
    search=search,
    navigation=(NavItem("Aanmeldingen", "contracts_trajectories.index", Permission.TRAJECTORY_READ, 45),),
    demo=lambda world: [*demo.steps(world), *succession_demo.steps(world)],
    audit_sentences=AUDIT_SENTENCES,
    mails={
        "trajectory_referred": "Er is een nieuwe aanmelding",
        "trajectory_refused": "Een aanmelding is geweigerd",
        "trajectory_moved": "Een deelnemer is verhuisd",
        "provider_stops": "Een aanbieder stopt",
        "trajectories_handed_over": "Deelnemers hebben een plaats bij een andere aanbieder",
    },
)

__all__ = ["FEATURE", "batch_views", "capacity_views", "succession_views"]
