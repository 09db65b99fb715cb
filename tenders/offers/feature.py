"""Offers as the shell sees them: only ever to the provider whose offer it is."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import url_for

from portal import clock
from portal.access import Permission, Viewer, current_viewer
from portal.db import db, reading
from portal.features import Feature, Hit, Link, NavItem, Task, Term
from portal.jobs import at_every_sweep
from tenders.offers import queries, strongroom, unsealing
from tenders.offers.commands import receipts, vault
from tenders.offers.demo import demo
from tenders.offers.states import OfferState
from tenders.offers.views import bp
from tenders.offers.views.blueprint import is_open
from tenders.procedures.models import Procedure
from tenders.procedures.queries import bidder_sources, may_change
from tenders.vault import hooks


def tasks(viewer: Viewer) -> Iterable[Task]:
    """Submit a draft before the tender closes."""
    if not viewer.may(Permission.OFFER_PREPARE):
        return
    for offer in queries.offers_of(viewer):
        deadline = offer.procedure.submission_deadline_at
        if offer.state is OfferState.DRAFT and deadline is not None and is_open(offer):
            yield Task(
                f"Inschrijving indienen: {offer.procedure.title}",
                url_for("tenders_offers.show", number=offer.number),
                clock.local(deadline).date(),
                "under",
                "Nog niet ingediend",
                f"{offer.procedure.number}, sluit om {clock.local(deadline):%H:%M} uur",
            )
        if deadline is not None and is_open(offer) and queries.changed_since(offer):
            yield Task(
                f"Inschrijving opnieuw bevestigen: {offer.procedure.title}",
                url_for("tenders_offers.show", number=offer.number),
                clock.local(deadline).date(),
                "under",
                "Opnieuw te bevestigen",
                f"{offer.procedure.number} is gewijzigd",
            )


def terms(viewer: Viewer) -> Iterable[Term]:
    """The closing time of every tender the viewer's organisation has an offer on."""
    if not viewer.may(Permission.OFFER_PREPARE):
        return
    for offer in queries.offers_of(viewer):
        deadline = offer.procedure.submission_deadline_at
        if deadline is not None and is_open(offer):
            where = url_for("tenders_offers.show", number=offer.number)
            yield Term(clock.local(deadline).date(), f"{offer.procedure.title} sluit", where)


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """On a tender a provider sees his own offer, or the way to begin one; staff see nothing."""
    viewer = current_viewer()
    procedure = db.session.get(Procedure, identity) if kind == "procedure" else None
    if procedure is None or procedure.published_at is None:
        return
    if procedure.opened_at is not None and may_change(viewer, procedure):
        where = url_for("tenders_offers.declarations", number=procedure.number)
        yield Link("Eigen verklaringen (UEA)", where, "Wat inschrijvers verklaarden")
    if not viewer.may(Permission.OFFER_PREPARE):
        return
    own = queries.own_offer(viewer, procedure)
    deadline = procedure.submission_deadline_at
    if own is not None:
        yield Link("Uw inschrijving", url_for("tenders_offers.show", number=own.number), own.number)
    elif deadline is not None and clock.now() < deadline and procedure.withdrawn_at is None:
        where = url_for("tenders_offers.start", number=procedure.number)
        yield Link("Inschrijven op deze opdracht", where, "Alleen uw organisatie ziet uw concept")


def search(viewer: Viewer, words: str) -> Iterable[Hit]:
    """A provider finds his own offers by number or title; nobody else finds one."""
    if not viewer.may(Permission.OFFER_PREPARE):
        return
    wanted = words.strip().lower()
    for offer in queries.offers_of(viewer):
        if wanted and (wanted in offer.number.lower() or wanted in offer.procedure.title.lower()):
            yield Hit(f"Inschrijving {offer.number}", url_for("tenders_offers.show", number=offer.number), offer.procedure.title)


@at_every_sweep
def sweep() -> None:
    """Remove what interrupted uploads left behind."""
    with reading():
        known, keys = queries.known_files()
    strongroom.sweep_files(known, keys)


def start() -> None:
    """Tell the vault how to open what lies in it, and the tender whom to tell of a change."""
    hooks.add_opener(unsealing.prepare)
    if queries.bidders_of not in bidder_sources:
        bidder_sources.append(queries.bidders_of)


FEATURE = Feature(
    name="tenders.offers",
    blueprints=(bp,),
    tasks=tasks,
    terms=terms,
    related=related,
    search=search,
    navigation=(NavItem("Mijn inschrijvingen", "tenders_offers.index", Permission.OFFER_PREPARE, 30),),
    demo=demo,
    commands=(receipts, vault),
    on_start=start,
    audit_sentences={
        "offer:start": "begon deze inschrijving",
        "offer:change": "wijzigde het onderdeel {part}",
        "offer:submitted": "diende de inschrijving in, versie {version}",
        "offer:withdrawn": "trok de inschrijving terug, versie {version}",
        "offer:refused": "wilde indienen na de sluitingstijd; dat is geweigerd, versie {version}",
        "offer:confirm": "bevestigde de inschrijving na een wijziging van de aanbesteding",
        "offer:restart": "begon opnieuw met een leeg concept",
        "vault:export": "haalde de verzegelde bestanden op voor een noodopening",
        "provider:uea:save": "bewaarde de eigen verklaring (UEA)",
        "offer:open": "opende de envelop {envelope}",
    },
)
