"""The vault as the shell sees it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import url_for

from portal import clock
from portal.access import Permission, Viewer, current_viewer
from portal.db import db, writing
from portal.features import Feature, Link, Task
from portal.jobs import at_every_sweep
from tenders.procedures.models import Procedure
from tenders.procedures.queries import publication_checks
from tenders.vault import hooks, queries, rules, services
from tenders.vault.ceremony import expire_openings
from tenders.vault.demo import demo
from tenders.vault.states import Envelope
from tenders.vault.views import bp


def tasks(viewer: Viewer) -> Iterable[Task]:
    """Confirm a request, open a vault that may open, do the trial opening."""
    if not viewer.may(Permission.VAULT_OPEN):
        return
    keys = queries.keys_to_open(viewer)
    asked = queries.asked_by_key(keys)
    after_quality = [key.procedure for key in keys if key.envelope is Envelope.PRICE and key.procedure.opened_at]
    ready = hooks.prices_that_may_open(after_quality)
    for key in keys:
        if key.envelope is Envelope.PRICE and key.procedure_id not in ready:
            continue
        name = f"{key.procedure.number}, envelop {key.envelope.label}"
        where = url_for("tenders_vault.show", number=key.procedure.number)
        request = asked.get(key.id)
        if request is None:
            yield Task("Kluis openen", where, clock.today(), "info", "Te doen", name)
        elif queries.may_confirm(request, viewer):
            yield Task("Openen van de kluis bevestigen", where, clock.today(), "under", "Vandaag", name)
    for card in queries.cards_of(viewer):
        if card.holder_id == viewer.user_id and not rules.is_tried(queries.card_facts(card), clock.now()):
            yield Task(
                "Proefopening doen met uw kluiskaart",
                url_for("tenders_vault.try_card", card_id=card.id),
                None,
                "info",
                "Te doen",
                card.organisation.name,
            )


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """The vault hangs on a tender; who does not work on tenders does not see it."""
    if kind == "procedure" and current_viewer().may(Permission.TENDER_READ):
        procedure = db.session.get(Procedure, identity)
        if procedure is not None:
            yield Link("Kluis", url_for("tenders_vault.show", number=procedure.number), "Sleutels en opening")


@at_every_sweep
def expire() -> None:
    """End the requests of past days."""
    with writing():
        expire_openings()


def start() -> None:
    """Block publication until the vault is ready."""
    if services.missing_before_publication not in publication_checks:
        publication_checks.append(services.missing_before_publication)


FEATURE = Feature(
    name="tenders.vault",
    blueprints=(bp,),
    tasks=tasks,
    related=related,
    demo=demo,
    on_start=start,
    audit_sentences={
        "vault:card:make": "maakte een kluiskaart met zegel {fingerprint}",
        "vault:card:try": "deed de proefopening met de kluiskaart",
        "vault:prepare": "maakte de kluis klaar voor {count} kaarten; zegel kwaliteit {quality}, zegel prijs {price}",
        "vault:open:ask": "vroeg om de envelop {envelope} te openen",
        "vault:open:confirm": "bevestigde het openen van de envelop {envelope}",
        "vault:open:refuse": "wees de aanvraag om te openen af",
        "vault:open:expire": "liet de aanvraag voor de envelop {envelope} vervallen: het was middernacht",
        "vault:open:denied": "kon de envelop {envelope} niet openen: {why}",
        "vault:open:download": "haalde een bestand van de envelop {envelope} op om zelf te pellen",
        "vault:record:read": "haalde het proces-verbaal van de envelop {envelope} op",
    },
)
