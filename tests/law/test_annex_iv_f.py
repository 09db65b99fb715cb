"""Annex IV f: what was opened stays within reach of the persons who are entitled to it, and of nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select

from portal import audit, clock
from portal.accounts.models import Membership
from portal.accounts.queries import viewer_by_email
from portal.db import db
from tenders.awards.models import Declaration
from tenders.awards.services import declare_interests
from tenders.offers import queries
from tenders.procedures.models import AwardCriterion, ProcedureMember
from tests.factories.vault import PIJNACKER
from tests.law.stages import Freeze, Tender
from tests.pages import PageClient

Clients = Callable[..., PageClient]


@pytest.fixture
def tender(session: None, frozen: Freeze) -> Tender:
    """An opened tender; its second assessor declared to have no interest."""
    made = Tender(frozen)
    made.reach("kwaliteit open")
    declare_interests(made.procedure, has_interest=False, explanation="", by=viewer_by_email(PIJNACKER))
    return made


def pages_of(tender: Tender) -> list[str]:
    """Give the page of a criterion and a file of the offer."""
    where = f"/aanbestedingen/{tender.procedure.number}/beoordeling"
    lot = queries.opened_lots(tender.procedure)[0]
    criterion = db.session.scalars(select(AwardCriterion.id).where(AwardCriterion.lot_id == lot.lot_id)).first()
    return [f"{where}/{criterion}", f"{where}/stukken/{queries.documents_of(lot)[0].id}"]


def test_who_leaves_the_team_is_refused_at_the_very_next_request(tender: Tender, client_as: Clients) -> None:
    client = client_as(PIJNACKER)
    where = pages_of(tender)
    assert [client.raw("GET", path).status_code for path in where] == [200, 200]
    member = db.session.scalars(
        select(ProcedureMember).where(
            ProcedureMember.procedure_id == tender.procedure.id,
            ProcedureMember.membership_id == viewer_by_email(PIJNACKER).membership_id,
        )
    ).one()
    db.session.execute(delete(Declaration).where(Declaration.procedure_member_id == member.id))
    db.session.delete(member)
    db.session.flush()
    db.session.expire_all()

    assert [client.raw("GET", path).status_code for path in where] == [403, 403]


def test_who_left_the_organisation_is_refused_as_well(tender: Tender, client_as: Clients) -> None:
    client = client_as(PIJNACKER)
    where = pages_of(tender)
    member = db.session.get_one(Membership, viewer_by_email(PIJNACKER).membership_id)
    member.ended_at = clock.now()
    db.session.flush()

    assert all(client.raw("GET", path).status_code in (302, 401, 403, 404) for path in where)


def test_nothing_that_was_opened_may_be_kept_by_a_browser_or_a_cache_between(tender: Tender, client_as: Clients) -> None:
    client = client_as(PIJNACKER)
    for path in pages_of(tender):
        header = client.raw("GET", path).headers["Cache-Control"]
        assert "no-store" in header
        assert "private" in header


def test_each_reading_of_a_file_is_in_the_trail_with_who_and_when(tender: Tender, client_as: Clients) -> None:
    path = pages_of(tender)[1]
    client_as(PIJNACKER).raw("GET", path)

    assert audit.last().action == "award:document:read"
    assert audit.last().user_id == viewer_by_email(PIJNACKER).user_id
    assert (clock.now() - audit.last().at).total_seconds() < 60


def test_a_file_is_handed_out_as_a_download_without_the_bidders_name(tender: Tender, client_as: Clients) -> None:
    answer = client_as(PIJNACKER).raw("GET", pages_of(tender)[1])

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "Inschrijver" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
