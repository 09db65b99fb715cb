"""Contracts as a test needs them, made by the real services."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from contracts.agreements import queries
from contracts.agreements.making_services import (
    NewContract,
    NewLine,
    NewParty,
    NewProduct,
    make_contract as record_contract,
)
from contracts.agreements.models import Contract, ContractParty, ContractProduct, QualityMark
from contracts.agreements.promise_models import PerformanceAgreement
from contracts.agreements.promise_services import Agreed, Source, add_agreement
from contracts.agreements.rules import DEFAULT_PHASES, OptionTerm, Term
from contracts.agreements.services import record_quality_mark, sign_contract
from contracts.agreements.states import (
    ContractKind,
    PhaseTrigger,
    QualityMarkKind,
    QualityMarkState,
    SourceKind,
)
from portal import clock
from portal.access import SYSTEM, Viewer
from portal.accounts.models import Organisation
from portal.catalogue.states import PaymentModel, Unit, VatCategory
from portal.db import db
from tests.factories import catalogue


def organisation(slug: str = "taalhuis-de-waterlinie") -> Organisation:
    """Return an organisation of the demo accounts by its short name."""
    return db.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()


def make_contract(
    *,
    product: str = "B1",
    provider: str = "taalhuis-de-waterlinie",
    municipalities: Sequence[str] = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer"),
    lead: str = "Lansingerland",
    starts_on: date | None = None,
    ends_on: date | None = None,
    last_referral_on: date | None = None,
    run_off_until: date | None = None,
    rate: Decimal = Decimal("9500"),
    unit: Unit | None = None,
    vat_category: VatCategory | None = None,
    phases: Sequence[tuple[str, Decimal, PhaseTrigger]] | None = None,
    ceiling: Decimal | None = Decimal("1650000"),
    options: Sequence[OptionTerm] = (),
    kind: ContractKind = ContractKind.FRAMEWORK,
    needs_keurmerk: bool | None = None,
    signed: bool = True,
    by: Viewer = SYSTEM,
) -> Contract:
    """Return a contract with one product, one price line, one provider; signed unless told otherwise.

    Without dates it began a year ago and has two years to go.
    """
    bought = catalogue.product(product)
    begin = starts_on or clock.today() - timedelta(days=365)
    end = ends_on or begin + timedelta(days=3 * 365)
    category = vat_category or bought.vat_category
    if phases is None:
        phases = DEFAULT_PHASES if bought.payment_model is PaymentModel.PHASED else ()
    line = NewLine(
        code=f"{product}-1",
        name=f"{bought.short_name}, per {(unit or bought.unit).label}",
        unit=unit or bought.unit,
        rate=rate,
        vat_category=category,
        vat_exemption=bought.vat_exemption or "vrijgesteld onderwijs",
        source="prijs uit de test",
        phases=phases,
    )
    contract = record_contract(
        NewContract(
            title=f"{organisation(provider).name}, {bought.name}",
            kind=kind,
            lead=catalogue.municipality(lead),
            term=Term(begin, last_referral_on or end, end, run_off_until or end),
            parties=[NewParty(organisation(provider))],
            municipalities=[catalogue.municipality(name) for name in municipalities],
            products=[
                NewProduct(
                    bought,
                    [line],
                    needs_keurmerk=bought.needs_keurmerk if needs_keurmerk is None else needs_keurmerk,
                )
            ],
            written_source="eerdere aanbesteding van de test",
            ceiling=ceiling,
            options=options,
        ),
        by=by,
    )
    if signed:
        sign_contract(contract, on=min(begin, clock.today()), by=SYSTEM)
    db.session.flush()
    return contract


def make_agreement(
    contract: Contract,
    *,
    measure: str = "attendance",
    norm: Decimal | None = Decimal("0.85"),
    is_key: bool = True,
    parameter: int | None = None,
) -> PerformanceAgreement:
    """Return a prestatieafspraak that holds from the first day of the contract."""
    return add_agreement(
        contract,
        catalogue.measure(measure),
        Agreed(norm, contract.starts_on, is_key=is_key, parameter=parameter),
        source=Source(SourceKind.WRITTEN, written="contract van de test, artikel 7"),
        by=SYSTEM,
    )


def make_quality_mark(
    provider: str = "taalhuis-de-waterlinie",
    *,
    state: QualityMarkState = QualityMarkState.INDEFINITE,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> QualityMark:
    """Return a dated state of a provider's keurmerk; valid for years unless told otherwise."""
    return record_quality_mark(
        organisation(provider),
        kind=QualityMarkKind.KEURMERK,
        state=state,
        valid_from=valid_from or date(2021, 1, 1),
        valid_until=valid_until,
        source="besluit uit de test",
        by=SYSTEM,
    )


def party_of(contract: Contract) -> ContractParty:
    """Return the first party of a contract."""
    return queries.parties_of(contract)[0]


def product_of(contract: Contract) -> ContractProduct:
    """Return the first product of a contract."""
    return queries.products_of(contract)[0]
