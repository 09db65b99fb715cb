"""Accepted rows, specifications and invoices as a test needs them; the invoices come from the real services."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from contracts.agreements.models import Contract
from contracts.agreements.price_models import PriceLine
from contracts.allocation.models import KeyVersion
from contracts.allocation.services import propose_key
from contracts.allocation.states import KeyBasis
from contracts.invoicing.models import Invoice, Specification
from contracts.invoicing.receiving_services import receive_form
from contracts.invoicing.services import declare_performance
from contracts.invoicing.specification_services import (
    add_free_line,
    confirm_specification,
    propose_specification,
)
from contracts.results.models import MonthlyReport, MonthlyRow, ReportVersion, RowEvent
from contracts.results.states import (
    Acceptance,
    EventKind,
    ReportState,
    RowState,
    VersionState,
    Way,
)
from contracts.trajectories.models import Trajectory
from contracts.trajectories.states import Certainty, EventOwner
from portal import clock
from portal.access import SYSTEM, Viewer
from portal.accounts.queries import viewer_by_email
from portal.catalogue.models import Municipality
from portal.catalogue.states import Unit, VatCategory
from portal.db import db
from portal.periods import Month
from tests.factories import catalogue
from tests.factories.contracts import make_contract, make_quality_mark, party_of, product_of
from tests.factories.trajectories import make_trajectory

PROVIDER = "info@taalhuis-de-waterlinie.example"
MANAGER = "contract@lansingerland.example"
FINANCE = "financien@lansingerland.example"


def last_month() -> Month:
    """The month before this one."""
    return Month.of(clock.today()).previous()


def hour_contract(
    *, vat: VatCategory = VatCategory.EXEMPT, rate: str = "12.50", product: str = "B1"
) -> Contract:
    """A running contract that pays per hour, with a valid keurmerk."""
    make_quality_mark()
    return make_contract(product=product, unit=Unit.HOUR, rate=Decimal(rate), vat_category=vat, phases=())


def make_row(
    trajectory: Trajectory,
    month: Month,
    *,
    municipality: str = "Lansingerland",
    hours: str = "40",
    acceptance: Acceptance = Acceptance.ACCEPTED,
    events: tuple[EventKind, ...] = (),
) -> MonthlyRow:
    """An (accepted) monthly row of a trajectory."""
    version = _version(trajectory, month)
    person = viewer_by_email(MANAGER).user_id
    decided = acceptance is not Acceptance.OPEN
    row = MonthlyRow(
        version_id=version.id, report_id=version.report_id, contract_id=version.report.contract_id, month=month.first,
        trajectory_id=trajectory.id, contract_product_id=trajectory.contract_product_id,
        municipality_id=catalogue.municipality(municipality).id, state=RowState.RUNNING,
        hours_offered=Decimal(hours), hours_followed=Decimal(hours), absence_with_leave=Decimal(0),
        absence_without_leave=Decimal(0), acceptance=acceptance,
        accepted_at=clock.now() if decided else None, accepted_by_id=person if decided else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for kind in events:
        db.session.add(
            RowEvent(
                row_id=row.id,
                kind=kind,
                on=month.first,
                owner=EventOwner.PROVIDER,
                certainty=Certainty.CONFIRMED,
            )
        )
    db.session.flush()
    db.session.refresh(row)
    return row


def _version(trajectory: Trajectory, month: Month) -> ReportVersion:
    party = trajectory.contract_party
    report = db.session.scalars(
        select(MonthlyReport).where(
            MonthlyReport.contract_party_id == party.id, MonthlyReport.month == month.first
        )
    ).one_or_none()
    if report is not None:
        return db.session.scalars(select(ReportVersion).where(ReportVersion.report_id == report.id)).one()
    person = viewer_by_email(PROVIDER).user_id
    report = MonthlyReport(
        contract_id=party.contract_id, contract_party_id=party.id, month=month.first, due_on=month.next().first,
        state=ReportState.SUBMITTED, first_submitted_at=clock.now(),
    )  # fmt: skip
    db.session.add(report)
    db.session.flush()
    version = ReportVersion(
        report_id=report.id, number=1, way=Way.SCREEN, state=VersionState.SUBMITTED, received_at=clock.now(),
        received_by_id=person, submitted_at=clock.now(), submitted_by_id=person,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version


def accepted_rows(
    contract: Contract, month: Month, places: dict[str, int], *, hours: str = "40"
) -> list[MonthlyRow]:
    """Accepted rows: so many participants per municipality."""
    return [
        make_row(make_trajectory(contract, municipality=name, started_on=month.first), month, municipality=name,
                 hours=hours)
        for name, number in places.items()
        for _ in range(number)
    ]  # fmt: skip


def make_key(
    contract: Contract, *, basis: KeyBasis = KeyBasis.PARTICIPANTS, weights: dict[str, str] | None = None
) -> KeyVersion:
    """A key in force from the start of the contract; equal weights unless told otherwise."""
    given = weights or {"Lansingerland": "1", "Pijnacker-Nootdorp": "1", "Zoetermeer": "1"}
    version = propose_key(
        product_of(contract),
        valid_from=contract.starts_on.replace(day=1),
        basis=basis,
        weights={catalogue.municipality(name).id: Decimal(weight) for name, weight in given.items()},
        source="contract van de test, artikel 11.2",
        by=SYSTEM,
    )
    agree_all(version)
    return version


def agree_all(version: KeyVersion) -> None:
    """Let every municipality that still has to answer agree."""
    from contracts.allocation.queries import consents_of, weights_of
    from contracts.allocation.services import answer_key

    answered = {row.municipality_id for row in consents_of(version)}
    for row in weights_of(version):
        if row.municipality_id not in answered:
            answer_key(version, municipality_id=row.municipality_id, agrees=True, reason="", by=SYSTEM)


def make_specification(
    contract: Contract, month: Month, *, confirmed: bool = True, free: str | None = None
) -> Specification:
    """A specification of the contract's provider for a month; ``free`` adds a line that a key splits."""
    specification = propose_specification(contract, party_of(contract), month, by=SYSTEM)
    if free is not None:
        line = db.session.scalars(
            select(PriceLine).where(PriceLine.contract_product_id == product_of(contract).id)
        ).first()
        assert line is not None
        add_free_line(specification, price_line_id=line.id, quantity=Decimal(free), by=SYSTEM)
    if confirmed:
        confirm_specification(specification, by=viewer_by_email(PROVIDER))
    return specification


def make_invoice(
    contract: Contract | None = None,
    month: Month | None = None,
    *,
    number: str = "2026-0114",
    places: dict[str, int] | None = None,
    free: str | None = None,
    issued_on: date | None = None,
) -> Invoice:
    """An invoice by form over accepted rows, as the provider sent it."""
    when = month or last_month()
    used = contract or hour_contract()
    accepted_rows(used, when, places or {"Lansingerland": 2, "Pijnacker-Nootdorp": 1, "Zoetermeer": 3})
    specification = make_specification(used, when, free=free)
    return receive_form(
        specification,
        issuer_number=number,
        issued_on=issued_on or clock.today(),
        by=viewer_by_email(PROVIDER),
    )


def declared(invoice: Invoice) -> Invoice:
    """The same invoice with the performance declared by the contract manager."""
    declare_performance(invoice, by=viewer_by_email(MANAGER))
    return invoice


def municipality_viewer(name: str) -> Viewer:
    """A viewer of finance in a municipality."""
    place: Municipality = catalogue.municipality(name)
    return viewer_by_email(
        FINANCE if place.name == "Lansingerland" else f"financien@{place.name.lower()}.example"
    )
