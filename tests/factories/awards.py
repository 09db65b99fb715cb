"""A tender whose vault was opened, with offers to judge; and the same one further on, through the real services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from portal import clock
from portal.access import Viewer
from portal.accounts.models import Membership, Organisation, User
from portal.accounts.queries import viewer_by_email
from portal.catalogue.models import Municipality, Product
from portal.catalogue.states import Unit, VatCategory
from portal.db import db
from tenders.awards import queries, services
from tenders.awards.models import Award
from tenders.awards.services import Entry
from tenders.awards.states import EvidenceAction, RequirementVerdict
from tenders.offers.models import Offer, OfferAnswer, OfferLot, OfferPrice
from tenders.offers.states import OfferState, Stance
from tenders.procedures.models import (
    AwardCriterion,
    Lot,
    LotMunicipality,
    LotPriceLine,
    LotProduct,
    Procedure,
    ProcedureMember,
    Requirement,
)
from tenders.procedures.states import CaseRole, OutsideBounds, ProcedureState, RequirementKind
from tenders.vault.models import EnvelopeKey, KeyCard, Opening
from tenders.vault.states import Envelope, OpeningState

OPENED = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
LEADER = "inkoop@lansingerland.example"
SECOND = "inkoop@zoetermeer.example"
THIRD = "beoordelaar@pijnacker-nootdorp.example"
PARTNER = "regio@pijnacker-nootdorp.example"
PROVIDERS = ("taalhuis-de-waterlinie", "route-delta", "samen-vooruit")
PRICES = {"taalhuis-de-waterlinie": 11380, "route-delta": 10640, "samen-vooruit": 12100}
SCORES = {"taalhuis-de-waterlinie": (6, 10), "route-delta": (8, 6), "samen-vooruit": (10, 8)}
REASON = "Volledig en concreet, met een vaste coach voor elke deelnemer."
ADVANTAGES = "Een vaste coach voor elke deelnemer en een start binnen twee weken na de aanmelding."


@dataclass(frozen=True)
class Case:
    """An opened tender with one lot, its criteria and its offers by provider."""

    procedure: Procedure
    lot: Lot
    criteria: tuple[AwardCriterion, ...]
    requirement: Requirement
    offers: dict[str, OfferLot]

    def url(self, tail: str = "") -> str:
        return f"/aanbestedingen/{self.procedure.number}{tail}"

    def award_url(self, tail: str = "") -> str:
        return self.url(f"/gunning/{self.lot.id}{tail}")


def organisation(slug: str) -> Organisation:
    return db.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()


def _member(procedure: Procedure, email: str, role: CaseRole) -> None:
    membership = db.session.scalars(
        select(Membership).join(User, User.id == Membership.user_id).where(User.email == email)
    ).first()
    assert membership is not None
    db.session.add(
        ProcedureMember(procedure=procedure, membership=membership, case_role=role, added_at=OPENED)
    )


def make_opened_case(
    number: str = "AB-2026-901",
    *,
    places: tuple[str, ...] = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer"),
    providers: tuple[str, ...] = PROVIDERS,
    assessors: tuple[str, ...] = (LEADER, SECOND),
    price_weight: str = "0.4",
) -> Case:
    """Make an opened tender with one lot, two criteria (30 and 30 points) and one suitability requirement."""
    user = db.session.scalars(select(User).where(User.email == LEADER)).one()
    procedure = Procedure(
        number=number, lead_id=organisation("lansingerland").id, kind_code="sas", title="B1-leerroute 2027",
        state=ProcedureState.OPENED, created_at=OPENED, published_at=OPENED - timedelta(days=60),
        published_by_id=user.id, submission_deadline_at=OPENED - timedelta(hours=1), opened_at=OPENED,
        score_max=10, score_step_tenths=20, questions_close_at=OPENED - timedelta(days=25),
        nota_due_on=date(2026, 10, 20), award_planned_on=date(2026, 12, 7), standstill_ends_on=date(2026, 12, 28),
    )  # fmt: skip
    lot = Lot(
        procedure=procedure, number=1, title="B1-leerroute", ceiling_amount=Decimal(3_000_000),
        price_weight=Decimal(price_weight), price_floor=Decimal(9_500), price_cap=Decimal(13_500),
        outside_bounds=OutsideBounds.CAP, starts_on=date(2027, 1, 1), ends_on=date(2028, 12, 31),
    )  # fmt: skip
    product = db.session.scalars(select(Product).order_by(Product.position)).first()
    assert product is not None
    link = LotProduct(lot=lot, product=product)
    line = LotPriceLine(
        lot_product=link, position=1, title="Traject", unit=Unit.TRAJECTORY, vat_category=VatCategory.EXEMPT,
        quantity=Decimal(1),
    )  # fmt: skip
    db.session.add_all([procedure, lot, link, line])
    for place in db.session.scalars(select(Municipality).where(Municipality.name.in_(places))):
        db.session.add(LotMunicipality(lot=lot, municipality=place))
    weight = (1 - Decimal(price_weight)) / 2
    criteria = tuple(
        AwardCriterion(
            lot=lot, position=place, title=title, description=f"Beschrijf: {title}.", weight=weight
        )
        for place, title in enumerate(("Aanpak en maatwerk", "Begeleiding bij verzuim"), 1)
    )
    requirement = Requirement(
        procedure=procedure, kind=RequirementKind.SUITABILITY, number=1, title="Keurmerk Inburgeren",
        text="U hebt het keurmerk Blik op Werk of een gelijkwaardig bewijs.", evidence="certificaat", is_keurmerk=True,
    )  # fmt: skip
    db.session.add_all([*criteria, requirement])
    _member(procedure, LEADER, CaseRole.LEADER)
    for email in assessors:
        _member(procedure, email, CaseRole.ASSESSOR)
    db.session.flush()
    offers = {slug: _offer(procedure, lot, line, criteria, requirement, slug, place)
              for place, slug in enumerate(providers, 1)}  # fmt: skip
    db.session.flush()
    return Case(procedure, lot, criteria, requirement, offers)


def _offer(
    procedure: Procedure, lot: Lot, line: LotPriceLine, criteria: tuple[AwardCriterion, ...],
    requirement: Requirement, slug: str, place: int,
) -> OfferLot:  # fmt: skip
    offer = Offer(
        number=f"IN-{procedure.number[3:]}-{place}", procedure=procedure, lead_organisation=organisation(slug),
        state=OfferState.OPENED, started_at=OPENED - timedelta(days=9), submitted_at=OPENED - timedelta(days=1),
        opened_at=OPENED,
    )  # fmt: skip
    offer_lot = OfferLot(offer=offer, lot=lot)
    db.session.add_all([offer, offer_lot])
    for criterion in criteria:
        db.session.add(
            OfferAnswer(offer_lot=offer_lot, criterion=criterion, text=f"Antwoord op {criterion.title}.")
        )
    db.session.add(OfferAnswer(offer_lot=offer_lot, requirement=requirement, stance=Stance.YES))
    db.session.add(OfferPrice(offer_lot=offer_lot, price_line=line, rate=Decimal(PRICES[slug])))
    return offer_lot


def open_prices(case: Case) -> None:
    """Record that the price envelope was opened, without cards; the prices are there already."""
    first, second = (
        db.session.scalars(select(User).where(User.email == one)).one() for one in (LEADER, SECOND)
    )
    cards = [
        KeyCard(
            holder_id=user.id, organisation_id=organisation(slug).id, public_key=f"age1{case.procedure.number}{slug}",
            made_at=OPENED, trial_file=b"x", trial_digest="x",
        )
        for user, slug in ((first, "lansingerland"), (second, "zoetermeer"))
    ]  # fmt: skip
    key = EnvelopeKey(
        procedure=case.procedure,
        envelope=Envelope.PRICE,
        public_key=f"age1{case.procedure.number}",
        made_at=OPENED,
    )
    db.session.add_all([*cards, key])
    db.session.flush()
    db.session.add(
        Opening(
            envelope_key=key, state=OpeningState.CONFIRMED, asked_by_id=first.id, asked_card_id=cards[0].id,
            asked_at=OPENED, expires_at=OPENED + timedelta(hours=9), confirmed_by_id=second.id,
            confirmed_card_id=cards[1].id, confirmed_at=OPENED,
        )
    )  # fmt: skip
    db.session.flush()


def viewer(email: str) -> Viewer:
    return viewer_by_email(email)


def entries_of(case: Case, criterion: AwardCriterion) -> dict[object, Entry]:
    place = case.criteria.index(criterion)
    return {
        offer.id: Entry(Decimal(SCORES[slug][place]), f"{REASON} ({slug[0]})")
        for slug, offer in case.offers.items()
    }


def declare(case: Case, *emails: str) -> None:
    for email in emails:
        services.declare_interests(case.procedure, has_interest=False, explanation="", by=viewer(email))


def score_all(case: Case, *emails: str) -> None:
    for email in emails:
        for criterion in case.criteria:
            services.save_scores(criterion, entries_of(case, criterion), submit=True, by=viewer(email))  # type: ignore[arg-type]


def agree(case: Case) -> None:
    for criterion in case.criteria:
        services.record_consensus(criterion, entries_of(case, criterion), by=viewer(LEADER))  # type: ignore[arg-type]


def decide_requirements(case: Case, verdict: RequirementVerdict = RequirementVerdict.MEETS) -> None:
    for bidder in queries.bidders_of(case.lot):
        services.decide_requirement(
            bidder, case.requirement, verdict=verdict, reason="Certificaat gezien, geldig tot 31-12-2028.",
            by=viewer(LEADER),
        )  # fmt: skip


def fix(case: Case) -> None:
    """Run the whole judging through the services."""
    declare(case, LEADER, SECOND)
    score_all(case, LEADER, SECOND)
    decide_requirements(case)
    agree(case)
    services.fix_quality(case.lot, by=viewer(LEADER))


def draw_up(case: Case) -> Award:
    """Judge, open the prices, rank and write the advice."""
    fix(case)
    open_prices(case)
    services.make_ranking(case.lot, by=viewer(LEADER))
    return services.draw_up_award(
        case.lot,
        advice="Gun aan de inschrijving met de meeste punten.",
        advantages=ADVANTAGES,
        by=viewer(LEADER),
    )


def approve(award: Award, *emails: str) -> None:
    for email in emails:
        services.decide_approval(
            award, agrees=True, reason="", mandate="B2026-114", mandate_on=date(2026, 11, 2), by=viewer(email)
        )


def verify(award: Award) -> None:
    """Ask the winner for his evidence, let a register answer, and find everything in order."""
    items = list(queries.evidence_of(award))
    due = clock.today() + timedelta(days=7)
    services.ask_evidence(award, items, due_on=due, by=viewer(LEADER))
    for item in items:
        services.record_answer(item, source="Handelsregister", answer="Gezien.", file=None, by=viewer(LEADER))
        services.find_evidence(
            item, action=EvidenceAction.ACCEPT, finding="Geldig en op naam van de winnaar.", by=viewer(LEADER)
        )


def final(case: Case, sent_at: datetime, at: datetime) -> Award:
    """Bring a case to its final award, the winner verified."""
    award = sent(case, sent_at)
    with clock.at(at):
        verify(award)
        services.make_final(award, by=viewer(LEADER))
    return award


def sent(case: Case, at: datetime | None = None) -> Award:
    """Bring a case to the sent provisional award."""
    award = draw_up(case)
    approve(award, SECOND, PARTNER)
    with clock.at(at or clock.now()):
        services.send_award(award, by=viewer(LEADER))
    return award
