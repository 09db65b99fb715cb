"""What is not yours does not exist: every address of every object, asked by somebody it does not concern.

The sample objects are those of the demo, found by walking through it as each of its accounts. The strangers
are a municipality and a provider that take part in nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.access import Role, access_of
from portal.accounts.models import LoginSession, OrganisationKind
from portal.accounts.queries import viewer_by_email
from portal.accounts.services import add_organisation, add_user
from portal.app import create_app
from portal.config import from_env
from portal.db import db, writing
from portal.demo import ACCOUNTS
from portal.jobs.models import Job
from tenders.awards.models import Award, AwardApproval, Complaint, Inquiry
from tenders.consultations.models import ConsultationAnswer, Finding
from tenders.offers.models import Offer, OfferLot, SealedPart
from tenders.procedures.models import Lot, Procedure, Rectification, RectificationLine
from tests.house.explore import Address, Found, walk, with_siblings
from tests.pages import PageClient, signed_in
from tests.seeded import demo_env

STRANGERS = {
    "vreemd@gemeente-elders.example": (
        OrganisationKind.MUNICIPALITY,
        (Role.BUYER, Role.ASSESSOR, Role.CONTRACT_MANAGER, Role.REFERRER, Role.FINANCE, Role.PARTNER),
    ),
    "vreemd@aanbieder-elders.example": (OrganisationKind.PROVIDER, (Role.PROVIDER, Role.PROVIDER_ADMIN)),
}
# Objects that concern everybody who may come in at all, with the reason. Keep this list short.
SHARED = {
    "GET /indexcijfers/<code>": "published index figures are reference data of every finance department",
    "POST /indexcijfers/<code>": "and each of them may enter one, with its source and name",
    "GET /inschrijvingen/starten/<number>": "anybody may offer on a published tender",
    "POST /inschrijvingen/starten/<number>": "anybody may offer on a published tender",
    "GET /marktconsultaties/<number>/reactie": "a public consultation is open to every provider",
    "POST /marktconsultaties/<number>/reactie": "a public consultation is open to every provider",
    "POST /marktconsultaties/<number>/reactie/wijzigen": "without a response of his own nothing happens",
    "POST /opdrachten/<number>/volgen": "anybody may follow a published tender",
    "POST /opdrachten/<number>/niet-meer-volgen": "and stop following it",
    "GET /opdrachten/<number>/klachten": "everybody sees his own complaints about a published tender",
    "GET /opdrachten/<number>/klachten/nieuw": "anybody may complain about a published tender",
    "POST /opdrachten/<number>/klachten/nieuw": "anybody may complain about a published tender",
    "GET /opdrachten/<number>/vragen/nieuw": "anybody may ask about a published tender",
    "POST /opdrachten/<number>/vragen/nieuw": "anybody may ask about a published tender",
    "GET /opdrachten/<number>/vragen/sjabloon": "anybody may ask about a published tender",
    "GET /opdrachten/<number>/vragen/bestand": "anybody may ask about a published tender",
    "POST /opdrachten/<number>/vragen/bestand": "anybody may ask about a published tender",
    "POST /opdrachten/<number>/vragen/bestand/versturen": "anybody may ask about a published tender",
    "GET /opdrachten/<number>/nota/<int:nota>/lezen": "a published nota is for every provider",
}
PER_ROUTE = 3


@dataclass(frozen=True)
class World:
    """The demo, what each account comes across in it, and the strangers."""

    app: Flask
    walks: dict[str, Found]

    def addresses(self) -> list[Address]:
        """Give at most three addresses of each route and method about an object."""
        wanted = object_routes(self.app)
        found = {one for walked in self.walks.values() for one in walked.addresses}
        # A page with a form of its own is posted to at the same address.
        found |= {replace(one, method="POST") for one in found if (one.rule, "POST") in wanted}
        found |= set(fixed_examples(self.app))
        by_route: dict[tuple[str, str], list[Address]] = defaultdict(list)
        for one in sorted(with_siblings(self.app, found, wanted)):
            by_route[one.rule, one.method].append(one)
        return [one for route in sorted(wanted) for one in by_route[route][:PER_ROUTE]]


@pytest.fixture(scope="module")
def world(demo_folder: Path) -> Iterator[World]:
    """Walk through the demo once as everybody; then let the strangers in."""
    settings = replace(from_env(demo_env(demo_folder)), second_factor=False, jobs_immediate=True)
    app = create_app(settings)
    app.testing = True
    app.config.update(WTF_CSRF_METHODS=set())
    walks = {one.email: walk(signed_in(app, one.email), per_route=2) for one in ACCOUNTS}
    with app.app_context(), writing():
        owner = viewer_by_email(ACCOUNTS[0].email).user_id
        db.session.add(Job(kind="proef", owner_id=owner, created_at=clock.now()))
        for email, (kind, roles) in STRANGERS.items():
            slug = email.split("@")[1].removesuffix(".example")
            organisation = add_organisation(kind=kind, name=slug, slug=slug)
            add_user(email=email, name="Vreemd", password_hash="!", organisation=organisation, roles=roles)
    yield World(app, walks)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def fixed_examples(app: Flask) -> Iterator[Address]:
    """Give an address of the routes that no page of the demo leads to, of something that is really there."""
    with app.app_context():
        part = db.session.scalars(select(SealedPart).order_by(SealedPart.id)).first()
        award, session, job = (
            db.session.scalars(select(kind.id).order_by(kind.id)).first() for kind in (Award, LoginSession, Job)
        )
        assert part is not None
        lot = db.session.scalars(select(Lot.id).where(Lot.procedure_id == part.offer.procedure_id)).first()
        answer = db.session.scalars(
            select(ConsultationAnswer).where(ConsultationAnswer.document_id.is_not(None))
        ).first()
        assert answer is not None
        finding, tender = db.session.execute(
            select(Finding.id, Procedure.number)
            .join(Procedure, Procedure.consultation_id == Finding.consultation_id)
            .order_by(Procedure.number, Finding.position)
        ).first() or (None, "")
        changed, line_id = db.session.execute(
            select(Procedure.number, RectificationLine.id)
            .join(Rectification, Rectification.procedure_id == Procedure.id)
            .join(RectificationLine, RectificationLine.rectification_id == Rectification.id)
        ).first() or ("", None)
        asked = db.session.execute(
            select(Procedure.number, Lot.id, AwardApproval.municipality_id)
            .join(Lot, Lot.procedure_id == Procedure.id)
            .join(Award, Award.lot_id == Lot.id)
            .join(AwardApproval, AwardApproval.award_id == Award.id)
            .order_by(Procedure.number, AwardApproval.municipality_id)
        ).first() or ("", None, None)
        complained = db.session.execute(
            select(Procedure.number, Complaint.number).join(Complaint, Complaint.procedure_id == Procedure.id)
        ).first() or ("", 0)
        complaint = dict(zip(("number", "complaint_number"), complained, strict=True))
        inquiry = db.session.execute(
            select(Offer.number, Inquiry.id)
            .join(OfferLot, OfferLot.offer_id == Offer.id)
            .join(Inquiry, Inquiry.offer_lot_id == OfferLot.id)
        ).first() or ("", None)
        values: dict[str, dict[str, object]] = {
            "tenders_awards.complaint": complaint,
            "tenders_awards.take_complaint": complaint,
            "tenders_awards.withdraw_complaint": complaint,
            "tenders_awards.answer_inquiry": dict(zip(("number", "inquiry_id"), inquiry, strict=True)),
            "tenders_awards.settle": dict(zip(("number", "lot_id", "municipality_id"), asked, strict=True)),
            "tenders_procedures.drop_line": {"number": changed, "line_id": line_id},
            "tenders_consultations.answer_file": {
                "number": answer.response.consultation.number, "answer_id": answer.id,
            },
            "tenders_procedures.finding_uses": {"number": tender, "finding_id": finding},
            "contracts_agreements.from_award": {"award_id": award},
            "portal_accounts.end_session": {"session_id": session},
            "portal_jobs.show": {"job_id": job},
            "tenders_offers.remove_file": {"number": part.offer.number, "lot_id": lot, "part_id": part.id},
        }
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        for method in ("GET", "POST"):
            if rule.endpoint in values and method in (rule.methods or ()):
                path = adapter.build(rule.endpoint, values[rule.endpoint], method=method)
                yield Address(rule.rule, method, path)


def object_routes(app: Flask) -> set[tuple[str, str]]:
    """Give the routes that are about one thing and not for everybody, with their methods."""
    return {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.arguments
        and (access := access_of(app.view_functions[rule.endpoint])) is not None
        and access.permission is not None
        for method in ("GET", "POST")
        if method in (rule.methods or ())
    }


def permission_holder(app: Flask, rule: str, email: str) -> bool:
    """Say whether an account comes past the gate of a route, so that the query has to keep it out."""
    endpoint = next(one.endpoint for one in app.url_map.iter_rules() if one.rule == rule)
    access = access_of(app.view_functions[endpoint])
    with app.app_context():
        viewer = viewer_by_email(email)
    return access is not None and access.permission is not None and viewer.may(access.permission)


def test_no_page_links_to_what_its_reader_cannot_open(world: World) -> None:
    dead = {email: found.dead for email, found in world.walks.items() if found.dead}
    assert not dead


def test_no_page_sends_a_statement_per_row(world: World) -> None:
    repeated = {email: found.repeated for email, found in world.walks.items() if found.repeated}
    assert not repeated


def test_every_form_that_shows_a_stored_text_says_which_version_it_shows(world: World) -> None:
    """Else the last of two people wins silently (design §3, Transactions: 409 with both texts)."""
    without = {one for found in world.walks.values() for one in found.unversioned}
    assert {one for one in without if not one.split(" ")[0].endswith("/nieuw")} == set()  # those show suggestions


def test_every_account_finds_work_and_pages(world: World) -> None:
    assert {email for email, found in world.walks.items() if found.pages < 5} == set()


def test_every_object_route_has_an_example_in_the_demo(world: World) -> None:
    sampled = {(address.rule, address.method) for address in world.addresses()}
    assert {f"{method} {rule}" for rule, method in object_routes(world.app) - sampled} == set()


@pytest.mark.parametrize("email", list(STRANGERS))
def test_a_stranger_finds_nothing(world: World, email: str) -> None:
    client = signed_in(world.app, email)
    reached = []
    for address in world.addresses():
        if f"{address.method} {address.rule}" not in SHARED:
            expected = 404 if permission_holder(world.app, address.rule, email) else 403
            status = status_of(client, address.method, address.path)
            if status != expected:
                reached.append(f"{address.method} {address.path} ({address.rule}): {status}, not {expected}")
    assert not reached


PROVIDERS = [one.email for one in ACCOUNTS if set(one.roles) & {Role.PROVIDER_ADMIN}]


@pytest.mark.parametrize("email", PROVIDERS)
def test_a_provider_cannot_open_what_only_another_provider_finds(world: World, email: str) -> None:
    client, routes = signed_in(world.app, email), object_routes(world.app)
    others = set().union(*(world.walks[other].addresses for other in PROVIDERS if other != email))
    reached = []
    for address in sorted(others - world.walks[email].addresses):
        route = f"{address.method} {address.rule}"
        if (address.rule, address.method) not in routes or route in SHARED:
            continue
        if status_of(client, "GET", address.path) == 200 and address.method == "GET":
            reached.append(address.path)
    assert not reached


def status_of(client: PageClient, method: str, path: str) -> int:
    response = client.raw(method, path)
    response.close()
    return int(response.status_code)
