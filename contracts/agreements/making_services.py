"""Record a contract with all its parts, whether it comes from an award or directly."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from contracts.agreements.models import (
    Contract,
    ContractMember,
    ContractMunicipality,
    ContractOption,
    ContractParty,
    ContractProduct,
)
from contracts.agreements.price_models import PriceLine, PricePhase, PriceVersion
from contracts.agreements.rules import OptionTerm, Term
from contracts.agreements.states import (
    ContractKind,
    InvoiceChannel,
    InvoiceParty,
    MemberRole,
    PartyRole,
    PhaseTrigger,
    ResidenceBasis,
)
from portal import audit, clock
from portal.access import Role, Viewer
from portal.accounts.models import Membership, MembershipRole, Organisation
from portal.bsn import REFUSAL, find_bsn
from portal.catalogue.models import Municipality, Product
from portal.catalogue.queries import reference_value
from portal.catalogue.states import Unit, VatCategory
from portal.db import db, next_number
from portal.errors import Objection, Refused, refuse_if


@dataclass(frozen=True)
class NewLine:
    """A price line as it goes into a contract; the rate is in euros per unit, without VAT."""

    code: str
    name: str
    unit: Unit
    rate: Decimal
    vat_category: VatCategory
    vat_exemption: str
    source: str
    offer_price_id: uuid.UUID | None = None
    phases: Sequence[tuple[str, Decimal, PhaseTrigger]] = ()


@dataclass(frozen=True)
class NewProduct:
    """A product as it goes into a contract."""

    product: Product
    lines: Sequence[NewLine]
    needs_keurmerk: bool


@dataclass(frozen=True)
class NewParty:
    """An organisation as it goes into a contract."""

    organisation: Organisation
    role: PartyRole = PartyRole.LEAD
    may_report: bool = True
    may_invoice: bool = True


@dataclass(frozen=True)
class NewContract:
    """Everything a contract begins with, whether it comes from an award or is recorded directly."""

    title: str
    kind: ContractKind
    lead: Municipality
    term: Term
    parties: Sequence[NewParty]
    municipalities: Sequence[Municipality]
    products: Sequence[NewProduct]
    award_id: uuid.UUID | None = None
    written_source: str = ""
    ceiling: Decimal | None = None
    ceiling_quantity: Decimal | None = None
    options: Sequence[OptionTerm] = ()
    municipality_ceilings: Sequence[Decimal] = ()
    lesson_free_months: str = ""
    residence_basis: ResidenceBasis = ResidenceBasis.FIRST_DAY_OF_MONTH
    invoice_channel: InvoiceChannel = InvoiceChannel.UPLOAD
    invoice_party: InvoiceParty = InvoiceParty.LEAD


def make_contract(new: NewContract, *, by: Viewer) -> Contract:
    """Record a contract as a draft with all its parts.

    Raises:
        Refused: the dates are not in order, there is no source, or a text holds a number like a BSN.
    """
    refuse_if(_objections_to(new))
    contract = Contract(
        number=f"IB-{new.term.starts_on.year}-{next_number('IB', new.term.starts_on.year):03d}",
        title=new.title.strip(),
        kind=new.kind,
        lead_municipality_id=new.lead.id,
        award_id=new.award_id,
        written_source=new.written_source.strip(),
        starts_on=new.term.starts_on,
        last_referral_on=new.term.last_referral_on,
        ends_on=new.term.ends_on,
        run_off_until=new.term.run_off_until,
        ceiling=new.ceiling,
        ceiling_quantity=new.ceiling_quantity,
        residence_basis=new.residence_basis,
        invoice_channel=new.invoice_channel,
        invoice_party=new.invoice_party,
        lesson_free_months=new.lesson_free_months,
        created_at=clock.now(),
    )
    contract.lead_municipality = new.lead
    db.session.add(contract)
    db.session.flush()
    _add_people(contract, new)
    for product in new.products:
        _add_product(contract, product)
    _add_team(contract, by)
    db.session.flush()
    audit.record("contract:contract:make", contract, by=by, number=contract.number, title=contract.title)
    return contract


def _objections_to(new: NewContract) -> list[Objection]:
    term = new.term
    found = []
    if not term.starts_on <= term.last_referral_on <= term.ends_on <= term.run_off_until:
        found.append(
            Objection(
                "Ingangsdatum, laatste aanmelding, einddatum en uitloop moeten in deze volgorde liggen.",
                "ends_on",
            )
        )
    if new.award_id is None and len(new.written_source.strip()) < 10:
        found.append(
            Objection("Geef in ten minste 10 tekens aan waar dit contract op berust.", "written_source")
        )
    if new.ceiling is not None and new.ceiling <= 0:
        found.append(Objection("De maximale waarde moet hoger zijn dan 0.", "ceiling"))
    if not new.municipalities:
        found.append(Objection("Kies ten minste één deelnemende gemeente.", "municipalities"))
    return [*found, *bsn_in(new.written_source, "written_source"), *bsn_in(new.title, "title")]


def bsn_in(text: str, name: str) -> list[Objection]:
    """Refuse a free text with a number that may be a BSN, at the field it stands in."""
    return [Objection(REFUSAL, name)] if find_bsn(text) else []


def _add_people(contract: Contract, new: NewContract) -> None:
    for party in new.parties:
        added = ContractParty(
            contract_id=contract.id,
            organisation_id=party.organisation.id,
            role=party.role,
            may_report=party.may_report,
            may_invoice=party.may_invoice,
            valid_from=new.term.starts_on,
        )
        db.session.add(added)
    for index, municipality in enumerate(new.municipalities):
        ceiling = new.municipality_ceilings[index] if new.municipality_ceilings else None
        db.session.add(
            ContractMunicipality(
                contract_id=contract.id,
                municipality_id=municipality.id,
                valid_from=new.term.starts_on,
                ceiling=ceiling,
            )
        )
    for option in new.options:
        db.session.add(
            ContractOption(
                contract_id=contract.id,
                position=option.position,
                starts_on=option.starts_on,
                ends_on=option.ends_on,
                decide_by=option.decide_by,
            )
        )


def _add_product(contract: Contract, new: NewProduct) -> None:
    product = ContractProduct(
        contract_id=contract.id, product_id=new.product.id, needs_keurmerk=new.needs_keurmerk
    )
    db.session.add(product)
    db.session.flush()
    for item in new.lines:
        line = PriceLine(
            contract_product_id=product.id,
            offer_price_id=item.offer_price_id,
            code=item.code,
            name=item.name,
            unit=item.unit,
            vat_category=item.vat_category,
            vat_rate=_vat_rate(item.vat_category, contract.starts_on),
            vat_exemption=item.vat_exemption if item.vat_category is VatCategory.EXEMPT else "",
        )
        db.session.add(line)
        db.session.flush()
        db.session.add(
            PriceVersion(
                price_line_id=line.id,
                rate=item.rate,
                valid_from=contract.starts_on,
                source=item.source,
                recorded_at=clock.now(),
            )
        )
        add_phases(line, item.phases)


def add_phases(line: PriceLine, phases: Sequence[tuple[str, Decimal, PhaseTrigger]]) -> None:
    """Add the phases of a price in the order given; shares are fractions."""
    for position, (name, share, trigger) in enumerate(phases, 1):
        db.session.add(
            PricePhase(price_line_id=line.id, position=position, name=name, share=share, trigger=trigger)
        )
    db.session.flush()


def _vat_rate(category: VatCategory, on: date) -> Decimal:
    if category is not VatCategory.STANDARD:
        return Decimal(0)
    value = reference_value("vat_standard", on)
    if value is None or value.value is None:
        raise Refused([Objection("Het btw-tarief op deze datum is onbekend.")])
    return value.value / 100


def _add_team(contract: Contract, by: Viewer) -> None:
    managers = db.session.scalars(
        select(Membership.id)
        .join(MembershipRole, MembershipRole.membership_id == Membership.id)
        .where(Membership.organisation_id == contract.lead_municipality.organisation_id)
        .where(Membership.ended_at.is_(None), MembershipRole.role == Role.CONTRACT_MANAGER)
    ).all()
    for membership_id in managers:
        db.session.add(
            ContractMember(contract_id=contract.id, membership_id=membership_id, role=MemberRole.MANAGER)
        )
    if by.membership_id is not None and by.membership_id not in managers:
        db.session.add(
            ContractMember(contract_id=contract.id, membership_id=by.membership_id, role=MemberRole.DEPUTY)
        )
