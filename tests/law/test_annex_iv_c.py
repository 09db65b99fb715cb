"""Annex IV c: only authorised persons set the closing and opening times, or change them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from portal import audit, clock
from portal.access import Role
from portal.accounts.queries import viewer_by_email
from portal.errors import PortalError, Refused
from tenders.procedures import queries, services
from tenders.procedures.models import Procedure
from tenders.procedures.services.changes import shown_date
from tenders.procedures.states import LineKind
from tests.factories.consultations import buyer
from tests.factories.procedures import deadline_in, make_published_procedure, second
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("session")
Clients = Callable[..., PageClient]
REASON = "De leidraad was twee dagen niet te lezen."
EVERYONE: dict[str, tuple[str | None, Role | None]] = {
    "bezoeker": (None, None),
    "inkoper van een deelnemende gemeente": ("inkoop@zoetermeer.example", None),
    "beoordelaar": ("beoordelaar@pijnacker-nootdorp.example", None),
    "contractmanager": ("contract@lansingerland.example", None),
    "financiën": ("financien@lansingerland.example", None),
    "beheerder": ("beheer@lansingerland.example", None),
    "deelnemende gemeente": ("regio@pijnacker-nootdorp.example", None),
    "andere gemeente": ("regio@rotterdam.example", Role.PARTNER),
    "aanbieder": ("info@taalhuis-de-waterlinie.example", None),
}


@pytest.fixture
def procedure() -> Procedure:
    """A published tender that closes in six weeks."""
    return make_published_procedure(deadline=deadline_in(42))


def typed(instant: datetime) -> str:
    return f"{clock.local(instant):%d-%m-%Y %H:%M}"


@pytest.mark.parametrize("who", EVERYONE)
@pytest.mark.parametrize("page", ["planning", "verlengen", "rectificatie", "gegevens"])
def test_who_is_not_a_buyer_of_the_lead_moves_no_date(
    procedure: Procedure, client_as: Clients, who: str, page: str
) -> None:
    before = queries.planning_of(procedure)
    email, role = EVERYONE[who]
    client = client_as(email, role=role)
    answer = client.post(
        f"/aanbestedingen/{procedure.number}/{page}",
        data={"csrf_token": client.token(), "submission_deadline_at": typed(deadline_in(60)), "reason": REASON},
    )

    assert answer.status_code in (401, 403, 404)
    assert queries.planning_of(procedure) == before


def test_a_buyer_of_the_lead_gives_more_time_and_both_times_are_kept(
    procedure: Procedure, client_as: Clients
) -> None:
    old, later = procedure.submission_deadline_at, deadline_in(50)
    page = client_as("inkoop@lansingerland.example").get(f"/aanbestedingen/{procedure.number}/verlengen")
    page = page.submit(submission_deadline_at=typed(later), reason=REASON)
    assert page.status_code == 200
    change = queries.changes_of(procedure)[0]
    dates = [line for line in queries.lines_of(change) if line.kind is LineKind.DATE]

    assert procedure.submission_deadline_at == later
    assert [(line.old_text, line.new_text) for line in dates] == [(shown_date(old), shown_date(later))]
    assert audit.last().user_id == buyer().user_id
    assert audit.last().action == "tender:change:publish"


def test_the_closing_time_never_comes_nearer(procedure: Procedure) -> None:
    with pytest.raises(Refused, match="niet eerder"):
        services.extend_deadline(procedure, deadline=deadline_in(40), reason=REASON, by=buyer())


def test_after_the_closing_one_person_cannot_open_the_door_again(procedure: Procedure) -> None:
    deadline = procedure.submission_deadline_at
    assert deadline is not None
    with clock.at(deadline + timedelta(microseconds=1)):
        with pytest.raises(Refused, match="voorbij"):
            services.extend_deadline(procedure, deadline=deadline + timedelta(days=9), reason=REASON, by=buyer())
        services.ask_outage(
            procedure, outage_from=deadline - timedelta(hours=1), outage_until=clock.now(),
            deadline=deadline + timedelta(days=2), reason=REASON, by=buyer(),
        )  # fmt: skip
        for one in (buyer(), viewer_by_email("inkoop@zoetermeer.example")):
            with pytest.raises(PortalError):
                services.confirm_outage(procedure, by=one)
        assert procedure.submission_deadline_at == deadline
        services.confirm_outage(procedure, by=second())
    assert procedure.submission_deadline_at == deadline + timedelta(days=2)
