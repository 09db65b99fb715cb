"""A quick way to make a whole tender through the services, for demo data and tests."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from portal import clock
from portal.access import Viewer
from portal.catalogue.queries import measure_by_code, municipality_by_name, product_by_code
from portal.demo import DemoWorld
from portal.pdf import pdf
from tenders.consultations.queries import findings_of
from tenders.procedures import queries, services
from tenders.procedures.models import Lot, Procedure
from tenders.procedures.states import (
    CaseRole,
    DocumentKind,
    OutsideBounds,
    PriceModel,
    RequirementKind,
)

BUYER = "inkoop@lansingerland.example"
SECOND = "contract@lansingerland.example"
TEAM = (
    (SECOND, CaseRole.SECOND, "Contractbeheer"),
    (BUYER, CaseRole.ASSESSOR, "Inkoop"),
    (BUYER, CaseRole.CHAIR, "Inkoop"),
    (BUYER, CaseRole.KEY_HOLDER, "Inkoop"),
    ("inkoop@zoetermeer.example", CaseRole.ASSESSOR, "Inkoop"),
    ("inkoop@zoetermeer.example", CaseRole.KEY_HOLDER, "Inkoop"),
    ("beoordelaar@pijnacker-nootdorp.example", CaseRole.ASSESSOR, "Sociaal domein"),
    ("beoordelaar@pijnacker-nootdorp.example", CaseRole.KEY_HOLDER, "Sociaal domein"),
)

#: Upper storeys prepare a tender here, right before the demo publishes it (the vault makes its keys).
before_publish: list[Callable[[DemoWorld, Procedure, Viewer], None]] = []


@dataclass(frozen=True)
class CriterionPlan:
    """A criterion: weight in whole percents; with a measure code the bidder promises a value."""

    title: str
    description: str
    weight: int
    measure: str = ""
    promise: str = ""
    finding: int = 0


@dataclass(frozen=True)
class LotPlan:
    """A lot: volumes are per municipality and year; rates and amounts without VAT."""

    title: str
    product: str
    volumes: Mapping[str, int]
    starts_on: date
    ends_on: date
    ceiling_amount: Decimal
    highest_rate: Decimal
    criteria: Sequence[CriterionPlan]
    price_title: str
    price_weight: int = 40
    extensions: int = 2
    description: str = ""
    asks_keurmerk: bool = False


@dataclass(frozen=True)
class TenderPlan:
    """A whole tender."""

    title: str
    summary: str
    lots: Sequence[LotPlan]
    deadline: datetime
    consultation_id: uuid.UUID | None = None
    kind_code: str = "sas"
    specifications: Sequence[tuple[str, str]] = field(
        default_factory=lambda: (
            ("Maandrapportage", "De opdrachtnemer levert elke maand de resultaten per deelnemer aan in het portaal."),
            ("Bereikbaarheid", "De opdrachtnemer is op werkdagen van 9.00 tot 17.00 uur bereikbaar voor gemeenten."),
        )
    )


def build_tender(plan: TenderPlan, *, by: Viewer, team: Sequence[tuple[uuid.UUID, CaseRole, str]] = ()) -> Procedure:
    """Make a complete tender in preparation through the services; only the vault is not prepared.

    The present instant (clock) has to lie far enough before the deadline for the terms of the kind.
    """
    procedure = services.create_procedure(
        title=plan.title, kind_code=plan.kind_code, summary=plan.summary, consultation_id=plan.consultation_id, by=by
    )
    findings = [one.id for one in findings_of(plan.consultation_id)] if plan.consultation_id else []
    for lot_plan in plan.lots:
        _build_lot(procedure, lot_plan, findings, by)
    _build_requirements(procedure, plan, findings, by)
    services.propose_dates(procedure, deadline=plan.deadline, by=by)
    _build_motivation(procedure, plan, by)
    for membership_id, case_role, department in team:
        services.add_member(
            procedure, membership_id=membership_id, case_role=case_role, department=department, by=by
        )
    for kind, title in ((DocumentKind.GUIDE, "Aanbestedingsleidraad"), (DocumentKind.CONTRACT, "Conceptcontract")):
        services.add_document(
            procedure, kind=kind, title=title, data=guide_pdf(procedure, title),
            filename=f"{title} {procedure.number}.pdf", by=by,
        )  # fmt: skip
    return procedure


def _build_lot(procedure: Procedure, plan: LotPlan, findings: Sequence[uuid.UUID], by: Viewer) -> Lot:
    product = product_by_code(plan.product)
    yearly = sum(plan.volumes.values())
    years = plan.ends_on.year - plan.starts_on.year + 1
    lot = services.add_lot(
        procedure,
        content=services.LotContent(
            title=plan.title,
            description=plan.description or product.description,
            products=[product.id],
            participants=[municipality_by_name(name).id for name in plan.volumes],
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            extension_count=plan.extensions,
            extension_months=12,
            run_off_months=24,
            ceiling_amount=plan.ceiling_amount,
            ceiling_quantity=Decimal(yearly * (years + plan.extensions) * 2),
        ),
        by=by,
    )
    by_name = {place.municipality.name: place.id for place in lot.municipalities}
    volumes: dict[tuple[uuid.UUID, uuid.UUID, int], Decimal | None] = {
        (by_name[name], lot.products[0].id, year): Decimal(number)
        for name, number in plan.volumes.items()
        for year in queries.years_of(lot)
    }
    services.set_volumes(lot, volumes=volumes, by=by)
    _build_price(lot, plan, yearly, by)
    for criterion in plan.criteria:
        services.save_criterion(
            lot,
            title=criterion.title,
            description=criterion.description,
            weight=Decimal(criterion.weight) / 100,
            measure_id=measure_by_code(criterion.measure).id if criterion.measure else None,
            promise_text=criterion.promise,
            findings=findings[criterion.finding - 1 : criterion.finding] if criterion.finding else (),
            by=by,
        )
    return lot


def _build_price(lot: Lot, plan: LotPlan, yearly: int, by: Viewer) -> None:
    product = lot.products[0].product
    services.save_price_line(
        lot,
        lot_product_id=lot.products[0].id,
        title=plan.price_title,
        unit=product.unit,
        vat_category=product.vat_category,
        quantity=Decimal(yearly),
        price_model=PriceModel.CEILING,
        rate_cap=plan.highest_rate,
        by=by,
    )
    highest = (plan.highest_rate * yearly).quantize(Decimal("0.01"))
    services.set_price_formula(
        lot,
        weight=Decimal(plan.price_weight) / 100,
        floor=(highest * Decimal("0.7")).quantize(Decimal("0.01")),
        cap=highest,
        outside=OutsideBounds.CAP,
        rationale="De plafondprijs volgt uit een kostenonderzoek bij vier aanbieders en uit de vorige contracten.",
        by=by,
    )


def _build_requirements(
    procedure: Procedure, plan: TenderPlan, findings: Sequence[uuid.UUID], by: Viewer
) -> None:
    if any(lot.asks_keurmerk for lot in plan.lots):
        services.save_requirement(
            procedure,
            kind=RequirementKind.SUITABILITY,
            title="Keurmerk Blik op Werk of gelijkwaardig",
            text="Wie de taallessen geeft, heeft het keurmerk Inburgeren van Blik op Werk, of een gelijkwaardig bewijs.",
            evidence="Het certificaat, of de uitleg waarom uw bewijs gelijkwaardig is. Voor elke combinant "
            "en onderaannemer die lesgeeft.",
            is_keurmerk=True,
            by=by,
        )
    services.save_requirement(
        procedure,
        kind=RequirementKind.KNOCK_OUT,
        title="Start binnen de regio",
        text="De lessen of bijeenkomsten zijn in elke deelnemende gemeente of ten hoogste 10 kilometer daarbuiten.",
        by=by,
    )
    for number, (title, text) in enumerate(plan.specifications):
        services.save_requirement(
            procedure,
            kind=RequirementKind.SPECIFICATION,
            title=title,
            text=text,
            findings=findings[-1:] if number == 0 else (),
            by=by,
        )


def _build_motivation(procedure: Procedure, plan: TenderPlan, by: Viewer) -> None:
    day = clock.today()
    services.set_motivation(
        procedure,
        estimated_value=sum((lot.ceiling_amount for lot in plan.lots), Decimal(0)),
        estimated_on=day - timedelta(days=20),
        estimate_basis="Verwachte aantallen maal plafondprijs maal jaren, met alle opties en gemeenten.",
        kind_motivation="De opdracht is een sociale en specifieke dienst. Deze procedure geeft ruimte om op kwaliteit "
        "te gunnen en is voor kleine aanbieders goed te doen.",
        lots_motivation="De gemeenten kopen samen in, omdat er per gemeente te weinig deelnemers zijn voor een groep. "
        "Elke leerroute is een eigen perceel, zodat ook kleine aanbieders kunnen inschrijven.",
        motivated_on=day - timedelta(days=10),
        is_framework=True,
        term_motivation="Deelnemers hebben drie jaar voor hun traject. Een langere looptijd voorkomt wisselingen.",
        by=by,
    )
    for place in queries.participants_of(procedure):
        if place.organisation_id != procedure.lead_id:
            services.record_mandate(
                procedure,
                municipality_id=place.id,
                reference=f"Collegebesluit {place.name} {day.year}-{place.cbs_code}",
                given_on=day - timedelta(days=15),
                by=by,
            )


def guide_pdf(procedure: Procedure, title: str) -> bytes:
    """Return a short tender document as PDF, with the paragraphs that the own rules cite."""
    rules = queries.rules_of(procedure.kind_code, clock.today())
    prefix = "leidraad, paragraaf "
    parts = [
        {"heading": rule.citation.removeprefix(prefix), "text": rule.text}
        for rule in rules.values()
        if rule.citation.startswith(prefix)
    ]
    return pdf(
        "guide",
        {
            "title": title,
            "from": f"Gemeente {procedure.lead.name}",
            "reference": f"{procedure.number} · {procedure.title}",
            "facts": [["Aanbesteding", procedure.title], ["Soort", procedure.kind.name]],
            "parts": [{"heading": "De opdracht", "text": procedure.summary}, *parts],
        },
    )


def announce(procedure: Procedure, *, by: Viewer) -> None:
    """Record the notice on TenderNed, sent three days and made public one day before now."""
    services.record_notice(
        procedure,
        tenderned_number=str(400_000 + int(procedure.number.rpartition("-")[2])),
        sent_at=clock.now() - timedelta(days=3),
        receipt_confirmed_at=clock.now() - timedelta(days=2, hours=20),
        made_public_at=clock.now() - timedelta(days=1),
        by=by,
    )


def demo_team(world: DemoWorld) -> list[tuple[uuid.UUID, CaseRole, str]]:
    """Return the demo's assessors, chair and key holders as memberships."""
    found = []
    for email, case_role, department in TEAM:
        membership_id = world.viewer(email).membership_id
        if membership_id is not None:
            found.append((membership_id, case_role, department))
    return found


def publish_demo(world: DemoWorld, procedure: Procedure, *, by: Viewer) -> None:
    """Record the notice, let upper storeys prepare, and publish: one person asks, the second one does it."""
    announce(procedure, by=by)
    for hook in before_publish:
        hook(world, procedure, by)
    services.ask_publication(procedure, by=by)
    services.publish(procedure, by=world.viewer(SECOND))


def local_instant(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a wall-clock time in Amsterdam as an instant."""
    return clock.to_utc(datetime.combine(day, time(hour, minute)))
