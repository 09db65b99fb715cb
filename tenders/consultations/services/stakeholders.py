"""The address list of a municipality: stakeholders with influence and interest."""

import csv
import uuid
from importlib import resources

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.errors import NotYours, Objection, Refused
from tenders.consultations import queries
from tenders.consultations.models import Stakeholder
from tenders.consultations.states import Level

POLICY_SOURCE = "Beleidsplan inburgering Lansingerland, matrix van belanghebbenden"


def save_stakeholder(
    stakeholder: Stakeholder | None,
    *,
    name: str,
    part: str = "",
    influence: Level,
    interest: Level,
    email: str = "",
    provider_id: uuid.UUID | None = None,
    source: str = "",
    by: Viewer,
) -> Stakeholder:
    """Add a stakeholder to the list of the viewer's municipality, or change one.

    Raises:
        Refused: there is no name, or it stands on the list already.
    """
    if by.organisation_id is None:
        raise NotYours("inkoop van een gemeente")
    if not name.strip():
        raise Refused([Objection("Vul de naam in.", "name")])
    double = queries.stakeholder_named(by, name.strip())
    if stakeholder is None and double is not None and double.ended_at is not None:
        stakeholder = double
    if double is not None and (stakeholder is None or double.id != stakeholder.id):
        raise Refused([Objection("Deze belanghebbende staat al op de lijst.", "name")])
    known = {one.id for one in queries.providers()}
    if stakeholder is None:
        stakeholder = Stakeholder(owner_id=by.organisation_id, source=source)
        db.session.add(stakeholder)
    else:
        lock(stakeholder)
    stakeholder.name, stakeholder.part, stakeholder.ended_at = name.strip(), part.strip(), None
    stakeholder.influence, stakeholder.interest = influence, interest
    stakeholder.email = email.strip().lower()
    stakeholder.provider_id = provider_id if provider_id in known else None
    db.session.flush()
    audit.record("tender:stakeholder:save", stakeholder, by=by, name=stakeholder.name)
    return stakeholder


def remove_stakeholder(stakeholder: Stakeholder, *, by: Viewer) -> None:
    """Take a stakeholder off the list; consultations he was invited to keep him."""
    lock(stakeholder)
    if by.organisation_id != stakeholder.owner_id:
        raise NotYours("inkoop van de gemeente van deze lijst")
    stakeholder.ended_at = clock.now()
    audit.record("tender:stakeholder:remove", stakeholder, by=by, name=stakeholder.name)


def adopt_policy_list(*, by: Viewer) -> int:
    """Put the stakeholders of the policy document on the list that are not there yet; return how many.

    Source: the matrix (Mendelow) of influence and interest in the addendum of Lansingerland; addresses are not in it.
    """
    file = resources.files("tenders.consultations").joinpath("data", "stakeholders.csv")
    added = 0
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter=";"):
        if queries.stakeholder_named(by, row["name"]) is None:
            save_stakeholder(
                None,
                name=row["name"],
                part=row["part"],
                influence=Level(row["influence"]),
                interest=Level(row["interest"]),
                source=POLICY_SOURCE,
                by=by,
            )
            added += 1
    return added
