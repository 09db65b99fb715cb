"""A published tender changes: old beside new, told to everyone, documents kept; longer terms; an outage."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.db import db
from portal.documents import open_document
from portal.errors import NotYours, Refused
from portal.notifications.models import OutboxMessage
from portal.pdf import pdf
from tenders.procedures import queries, services
from tenders.procedures.models import Procedure, Rectification
from tenders.procedures.rules import Planning
from tenders.procedures.states import ChangeKind, ChangeState, LineKind, ProcedureState
from tests.factories.consultations import buyer, provider
from tests.factories.procedures import deadline_in, first_lot, make_published_procedure, second
from tests.pages import Label, PageClient

pytestmark = pytest.mark.usefixtures("session")
REASON = "De groep mag groter zijn dan wij in de leidraad schreven."
NEW_GUIDE = pdf(
    "guide",
    {"title": "Leidraad", "from": "Gemeente", "reference": "", "facts": [], "parts": [{"heading": "A", "text": "B"}]},
)


def published(days: int = 42) -> Procedure:
    return make_published_procedure(deadline=deadline_in(days))


def change(procedure: Procedure, **dates: Any) -> Rectification:
    """A draft change with a new guide and a new requirement."""
    guide = queries.current_documents(procedure)[0].tender_document
    services.change_document(procedure, document=guide, data=NEW_GUIDE, filename="Leidraad 2.pdf", by=buyer())
    requirement = queries.requirements_in(procedure)[0]
    services.change_text(
        procedure, kind=LineKind.REQUIREMENT, target=requirement, new_text="Een groep heeft ten hoogste 16 deelnemers.",
        by=buyer(),
    )  # fmt: skip
    return services.set_change(
        procedure, reason=REASON, is_substantial=True, planning=Planning(**dates), by=buyer()
    )


def mails(kind: str = "tender_changed") -> set[str]:
    return {
        one.address for one in db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind))
    }


def test_nothing_is_seen_of_a_change_before_it_is_published() -> None:
    procedure = published()
    before = [one.id for one in queries.current_documents(procedure)]
    text = queries.requirements_in(procedure)[0].text
    change(procedure)

    assert [one.id for one in queries.current_documents(procedure)] == before
    assert queries.requirements_in(procedure)[0].text == text
    assert queries.changes_of(procedure) == []
    assert mails() == set()


def test_a_change_goes_out_whole_and_keeps_what_was_there() -> None:
    procedure = published()
    services.follow(procedure, by=provider("info@route-delta.example"))
    requirement = queries.requirements_in(procedure)[0]
    old_text = requirement.text
    old_guide = queries.current_documents(procedure)[0]
    old_bytes = open_document(old_guide.document)
    later = deadline_in(60)
    change(procedure, submission_deadline_at=later)
    made = services.publish_change(procedure, by=buyer())

    assert procedure.submission_deadline_at == later
    assert requirement.text == "Een groep heeft ten hoogste 16 deelnemers."
    assert queries.current_documents(procedure)[0].number == 2
    assert open_document(queries.document_version_of(procedure, old_guide.id).document) == old_bytes
    shown = {line.label: (line.old_text, line.new_text) for line in queries.lines_of(made)}
    assert shown["Aanbestedingsleidraad"] == ("versie 1", "versie 2")
    assert (old_text, requirement.text) in shown.values()
    assert "Sluiting" in shown
    assert made.state is ChangeState.PUBLISHED
    assert mails() == {"info@route-delta.example"}


def test_a_change_with_too_little_time_is_refused_and_stays_a_draft() -> None:
    procedure = published()
    change(procedure)
    deadline = procedure.submission_deadline_at
    assert deadline is not None

    with clock.at(deadline - timedelta(days=5)), pytest.raises(Refused, match="ten minste 14 zijn"):
        services.publish_change(procedure, by=buyer())
    assert queries.draft_change(procedure) is not None
    assert len(queries.lines_of(queries.draft_change(procedure))) == 2  # type: ignore[arg-type]


def test_the_same_part_stands_in_a_change_once() -> None:
    procedure = published()
    change(procedure)
    change(procedure)

    draft = queries.draft_change(procedure)
    assert draft is not None
    assert len(queries.lines_of(draft)) == 2


def test_a_line_can_go_and_the_draft_too() -> None:
    procedure = published()
    draft = change(procedure)
    services.drop_line(procedure, queries.lines_of(draft)[0].id, by=buyer())
    assert len(queries.lines_of(draft)) == 1

    services.discard_change(procedure, by=buyer())
    assert queries.draft_change(procedure) is None


def test_only_the_lead_changes_a_published_tender() -> None:
    procedure = published()
    with pytest.raises(NotYours):
        services.set_change(
            procedure, reason=REASON, is_substantial=True, planning=Planning(),
            by=viewer_by_email("inkoop@zoetermeer.example"),
        )  # fmt: skip


def test_more_time_alone_is_its_own_case() -> None:
    procedure = published()
    later = deadline_in(50)
    made = services.extend_deadline(procedure, deadline=later, reason=REASON, by=buyer())

    assert made.kind is ChangeKind.EXTENSION
    assert procedure.submission_deadline_at == later
    assert queries.last_change_at(procedure) is None, "an offer does not have to be confirmed again"
    with pytest.raises(Refused, match="latere sluitingsdatum"):
        services.extend_deadline(procedure, deadline=later, reason=REASON, by=buyer())
    with clock.at(later), pytest.raises(Refused, match="voorbij"):
        services.extend_deadline(procedure, deadline=later + timedelta(days=9), reason=REASON, by=buyer())


def test_every_page_shows_the_one_date(client_as: Callable[..., PageClient]) -> None:
    procedure = published()
    later = deadline_in(55)
    services.extend_deadline(procedure, deadline=later, reason=REASON, by=buyer())
    day = f"{clock.local(later).day} "

    for email, address in (
        (None, f"/opdrachten/{procedure.number}"),
        ("inkoop@lansingerland.example", f"/aanbestedingen/{procedure.number}"),
        ("inkoop@lansingerland.example", "/aanbestedingen"),
    ):
        page = client_as(email).get(address)
        assert day in page.body or f"{clock.local(later):%d-%m-%Y}" in page.body


# An outage ----------------------------------------------------------------------------------------


def fail_before_closing(procedure: Procedure, hours_after: int = 1) -> tuple[datetime, datetime]:
    deadline = procedure.submission_deadline_at
    assert deadline is not None
    return deadline - timedelta(minutes=40), deadline + timedelta(hours=hours_after)


def ask(procedure: Procedure, begin: datetime, now: datetime) -> Rectification:
    return services.ask_outage(
        procedure, outage_from=begin, outage_until=now, deadline=now + timedelta(days=2), reason=REASON, by=buyer()
    )


def test_after_an_outage_two_persons_give_more_time_also_after_the_closing() -> None:
    procedure = published()
    services.follow(procedure, by=provider())
    begin, now = fail_before_closing(procedure)
    with clock.at(now):
        ask(procedure, begin, now)
        assert not queries.open_for_offers(procedure, now)
        assert mails("outage_asked") == {"contract@lansingerland.example"}
        assert queries.waiting_outages(second()) == [procedure]
        with pytest.raises(Refused, match="Een tweede persoon"):
            services.confirm_outage(procedure, by=buyer())
        services.confirm_outage(procedure, by=second())

        assert queries.open_for_offers(procedure, now)
    assert mails() == {"info@taalhuis-de-waterlinie.example"}
    assert procedure.state is ProcedureState.PUBLISHED


def test_once_an_offer_is_open_no_outage_gives_more_time() -> None:
    procedure = published()
    begin, now = fail_before_closing(procedure)
    with clock.at(now):
        ask(procedure, begin, now)
        services.mark_opened(procedure, by=buyer())
        with pytest.raises(Refused):
            services.confirm_outage(procedure, by=second())


def test_the_second_person_can_say_no() -> None:
    procedure = published()
    begin, now = fail_before_closing(procedure)
    deadline = procedure.submission_deadline_at
    with clock.at(now):
        ask(procedure, begin, now)
        services.refuse_outage(procedure, by=second())
    assert queries.asked_outage(procedure) is None
    assert procedure.submission_deadline_at == deadline


def test_the_database_refuses_one_person_for_a_longer_term() -> None:
    procedure = published()
    begin, now = fail_before_closing(procedure)
    with clock.at(now):
        made = ask(procedure, begin, now)
    with pytest.raises(IntegrityError):
        db.session.execute(
            update(Rectification)
            .where(Rectification.id == made.id)
            .values(state=ChangeState.PUBLISHED, published_at=now, published_by_id=made.made_by_id)
        )


def test_the_vault_waits_for_an_offer_whose_hash_came_before_the_closing() -> None:
    procedure = published()
    deadline = procedure.submission_deadline_at
    assert deadline is not None
    with clock.at(deadline + timedelta(minutes=5)):
        services.record_hash(
            procedure, organisation_id=provider().organisation_id, digest="ab" * 32, method="mail, sha-256",
            received_at=deadline - timedelta(minutes=3), by=buyer(),
        )  # fmt: skip
        (handed,) = queries.hashes_of(procedure)
        with pytest.raises(Refused):
            services.mark_opened(procedure, by=buyer())
    assert queries.opens_from(procedure) == handed.until
    with clock.at(handed.until):
        services.mark_opened(procedure, by=buyer())
    assert procedure.state is ProcedureState.OPENED


# Pages --------------------------------------------------------------------------------------------


def test_inkoop_rectifies_on_one_screen(client_as: Callable[..., PageClient]) -> None:
    procedure = published()
    inkoop = client_as("inkoop@lansingerland.example")
    address = f"/aanbestedingen/{procedure.number}/rectificatie"
    page = inkoop.get(address)
    assert "Nog geen wijziging" in page.body
    page = page.submit("Opslaan als concept", reason=REASON)
    assert "Er verandert nog niets" in page.body
    page = inkoop.get(address).submit(
        "Nieuwe versie toevoegen",
        **{"doc-document_id": Label("Aanbestedingsleidraad"), "doc-file": (BytesIO(NEW_GUIDE), "n.pdf")},
    )
    assert "versie 1" in page.row("Aanbestedingsleidraad")
    page = page.click("Samenvatting").submit(new_text="Taallessen voor alle inburgeraars in de regio.")
    assert "Taallessen voor alle inburgeraars" in page.body
    page = page.submit("Wijziging publiceren")
    assert page.h1 == "Rectificatie 1"
    market = client_as().get(f"/opdrachten/{procedure.number}")
    assert "Wijzigingen na publicatie" in market.body
    assert "versie 2" in market.row("Aanbestedingsleidraad")


def test_a_refused_change_keeps_what_was_typed(client_as: Callable[..., PageClient]) -> None:
    procedure = published()
    page = client_as("inkoop@lansingerland.example").get(f"/aanbestedingen/{procedure.number}/rectificatie")
    page = page.submit("Opslaan als concept", reason=REASON, submission_deadline_at="31-02-2027 12:00")

    assert page.status_code == 422
    assert REASON in page.text
    assert "31-02-2027 12:00" in page.text


def test_each_change_has_its_own_notice_with_three_times(client_as: Callable[..., PageClient]) -> None:
    procedure = published()
    for days in (45, 50):
        services.extend_deadline(procedure, deadline=deadline_in(days), reason=REASON, by=buyer())
    first, later = reversed(queries.changes_of(procedure))
    now = clock.now()
    for number, one in (("400201", first), ("400202", later)):
        services.record_change_notice(
            procedure, one, tenderned_number=number, sent_at=now - timedelta(hours=3),
            receipt_confirmed_at=now - timedelta(hours=2), made_public_at=now - timedelta(hours=1), by=buyer(),
        )  # fmt: skip
    page = client_as("inkoop@lansingerland.example").get(f"/aanbestedingen/{procedure.number}/rectificaties/1")

    assert "400201" in page.body
    assert "400202" not in page.body
    assert queries.notice_of(procedure).tenderned_number not in ("400201", "400202")  # type: ignore[union-attr]


def test_an_outage_is_recorded_and_confirmed_on_screen(client_as: Callable[..., PageClient]) -> None:
    procedure = published()
    begin, now = fail_before_closing(procedure)
    address = f"/aanbestedingen/{procedure.number}/storing"
    with clock.at(now):
        page = client_as("inkoop@lansingerland.example").get(address).submit(
            "Langere termijn aanvragen", outage_from=typed(begin), outage_until=typed(now), reason=REASON,
            submission_deadline_at=typed(now + timedelta(days=2)),
        )  # fmt: skip
        assert "Wacht op een tweede persoon" in page.body
        page = client_as("contract@lansingerland.example").get(address).submit("Langere termijn geven")
        assert "De termijn is langer" in page.flash
        assert client_as().get(f"/opdrachten/{procedure.number}").body.count("Open voor inschrijving") == 1


def typed(instant: datetime) -> str:
    return f"{clock.local(instant):%d-%m-%Y %H:%M}"


def test_a_weight_does_not_change_after_publication() -> None:
    procedure = published()
    criterion = queries.criteria_of(first_lot(procedure))[0]
    weight = criterion.weight
    services.change_text(
        procedure, kind=LineKind.CRITERION, target=criterion, new_text="Hoe begint u binnen twintig werkdagen?", by=buyer()
    )
    services.set_change(procedure, reason=REASON, is_substantial=True, planning=Planning(), by=buyer())
    services.publish_change(procedure, by=buyer())

    assert criterion.description == "Hoe begint u binnen twintig werkdagen?"
    assert criterion.weight == weight == Decimal("0.2")
