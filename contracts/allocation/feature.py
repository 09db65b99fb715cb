"""Keys as the shell sees them."""

import uuid
from collections.abc import Iterator

from flask import url_for

from contracts.agreements.models import Contract
from contracts.allocation import queries
from contracts.allocation.views import bp
from portal.access import Permission, Viewer, current_viewer
from portal.db import db
from portal.features import Feature, Link, Task

AUDIT_SENTENCES = {
    "allocation:key:propose": "stelde versie {number} van de verdeelsleutel voor ({source})",
    "allocation:key:agree": "ging akkoord met versie {number} van de verdeelsleutel",
    "allocation:key:refuse": "ging niet akkoord met versie {number} van de verdeelsleutel",
    "allocation:key:fix": "stelde versie {number} van de verdeelsleutel vast: alle gemeenten zijn akkoord",
    "allocation:recovery:set": "legde vast of btw terugkomt vanaf {year}: {recovery}",
}


def tasks(viewer: Viewer) -> Iterator[Task]:
    """Yield the keys that wait for the answer of the viewer's municipality."""
    if not viewer.may(Permission.ALLOCATION_CONSENT):
        return
    for version in queries.asked_of(viewer):
        product = version.key.contract_product
        yield Task(
            f"Akkoord geven op de verdeelsleutel: {product.product.name}",
            url_for("contracts_allocation.show", version_id=version.id),
            when=version.valid_from,
            second=f"{product.contract.number}, versie {version.number}",
        )


def related(kind: str, identity: uuid.UUID) -> list[Link]:
    """Return the keys of a contract."""
    if kind != "contract" or not current_viewer().may(Permission.ALLOCATION_READ):
        return []
    if db.session.get(Contract, identity) is None:
        return []
    return [Link("Verdeelsleutels", url_for("contracts_allocation.index"))]


FEATURE = Feature(
    name="contracts.allocation",
    blueprints=(bp,),
    tasks=tasks,
    related=related,
    audit_sentences=AUDIT_SENTENCES,
)
