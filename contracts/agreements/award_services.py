"""Make a contract from a final award, with nothing retyped."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from contracts.agreements import queries
from contracts.agreements.making_services import (
    NewContract,
    NewLine,
    NewParty,
    NewProduct,
    make_contract,
)
from contracts.agreements.models import Contract
from contracts.agreements.promise_services import Agreed, Source, add_agreement, add_clause
from contracts.agreements.rules import (
    DEFAULT_PHASES,
    MOST_KEY_AGREEMENTS,
    Term,
    objections_to_handover,
    options_after,
    plus_months,
)
from contracts.agreements.states import ContractKind, PartyRole, SourceKind
from portal.access import Viewer
from portal.accounts.models import Organisation
from portal.catalogue.models import Municipality
from portal.catalogue.queries import municipality_of
from portal.catalogue.states import PaymentModel, Unit, VatCategory
from portal.db import db
from portal.errors import NotFound, refuse_if
from tenders.awards.models import Award
from tenders.offers import states as offer_states
from tenders.offers.models import Offer, OfferAnswer, OfferLot, OfferParty, OfferPrice
from tenders.procedures.models import (
    AwardCriterion,
    Lot,
    LotMunicipality,
    LotPriceLine,
    LotProduct,
    Procedure,
    Requirement,
)
from tenders.procedures.states import Participation

REQUIREMENT_CHAPTER = 3
PROMISE_CHAPTER = 7

ROLES = {
    offer_states.PartyRole.LEAD: PartyRole.LEAD,
    offer_states.PartyRole.COMBINANT: PartyRole.COMBINANT,
    offer_states.PartyRole.SUBCONTRACTOR: PartyRole.SUBCONTRACTOR,
    offer_states.PartyRole.THIRD: PartyRole.THIRD,
}


@dataclass(frozen=True)
class HandOver:
    """What an award brings into the contract, as read from the opened offer."""

    award: Award
    lot: Lot
    procedure: Procedure
    offer: Offer
    lead: Municipality
    parties: Sequence[NewParty]
    municipalities: Sequence[Municipality]
    prices: Sequence[tuple[OfferPrice, LotPriceLine, LotProduct]]
    requirements: Sequence[Requirement]
    promises: Sequence[tuple[OfferAnswer, AwardCriterion]]


def hand_over_of(award: Award) -> HandOver:
    """Read what a final award brings: parties, municipalities, prices, requirements and promises.

    Raises:
        NotFound: the lead of the tender is not a municipality.
    """
    lot = db.session.get_one(Lot, award.lot_id)
    procedure = db.session.get_one(Procedure, lot.procedure_id)
    offer_lot = db.session.get_one(OfferLot, award.offer_lot_id)
    offer = db.session.get_one(Offer, offer_lot.offer_id)
    lead = municipality_of(procedure.lead_id)
    if lead is None:
        raise NotFound
    return HandOver(
        award=award,
        lot=lot,
        procedure=procedure,
        offer=offer,
        lead=lead,
        parties=_parties_of(offer),
        municipalities=_municipalities_of(lot),
        prices=_prices_of(offer_lot),
        requirements=_requirements_of(lot),
        promises=_promises_of(offer_lot),
    )


def objections_to(hand_over: HandOver) -> list[str]:
    """Say in sentences why no contract can be made from this award yet; empty when it can."""
    already = queries.contract_of_award(hand_over.award.id)
    return [
        objection.message
        for objection in objections_to_handover(
            already=already.number if already else "",
            starts_on=hand_over.lot.starts_on,
            ends_on=hand_over.lot.ends_on,
            prices=len(hand_over.prices),
            parties=len(hand_over.parties),
            municipalities=len(hand_over.municipalities),
        )
    ]


def make_contract_from_award(award: Award, *, by: Viewer) -> Contract:
    """Make the draft contract of a final award: parties, lot, municipalities, prices, term and promises.

    Each requirement becomes a clause, each quality promise a clause, and each promise with a measure a
    prestatieafspraak that points back to the answer in the offer.

    Raises:
        Refused: there is a contract already, or the lot has no term, price or municipality.
    """
    found = hand_over_of(award)
    lot = found.lot
    already = queries.contract_of_award(award.id)
    refuse_if(
        objections_to_handover(
            already=already.number if already else "",
            starts_on=lot.starts_on,
            ends_on=lot.ends_on,
            prices=len(found.prices),
            parties=len(found.parties),
            municipalities=len(found.municipalities),
        )
    )
    contract = make_contract(_new_contract(found), by=by)
    _add_promises(contract, found, by)
    return contract


def _new_contract(found: HandOver) -> NewContract:
    lot, procedure = found.lot, found.procedure
    if lot.starts_on is None or lot.ends_on is None:
        raise NotFound
    run_off = plus_months(lot.ends_on, lot.run_off_months)
    name = found.parties[0].organisation.name
    return NewContract(
        title=f"{name}, {lot.title} {lot.starts_on.year}–{lot.ends_on.year}",
        kind=ContractKind.FRAMEWORK if procedure.is_framework else ContractKind.CONTRACT,
        lead=found.lead,
        term=Term(lot.starts_on, lot.ends_on, lot.ends_on, run_off),
        parties=found.parties,
        municipalities=found.municipalities,
        products=_products_of(found),
        award_id=found.award.id,
        ceiling=lot.ceiling_amount,
        ceiling_quantity=lot.ceiling_quantity,
        options=options_after(lot.ends_on, lot.extension_count, lot.extension_months),
    )


def _products_of(found: HandOver) -> list[NewProduct]:
    keurmerk = any(requirement.is_keurmerk for requirement in found.requirements)
    by_product: dict[str, list[NewLine]] = {}
    products = {}
    for price, line, lot_product in found.prices:
        product = lot_product.product
        products[product.code] = product
        unit = Unit(line.unit)
        phased = product.payment_model is PaymentModel.PHASED and unit is Unit.TRAJECTORY
        by_product.setdefault(product.code, []).append(
            NewLine(
                code=f"{product.code}-{line.position}",
                name=line.title,
                unit=unit,
                rate=price.rate,
                vat_category=VatCategory(line.vat_category),
                vat_exemption=product.vat_exemption or "vrijgesteld volgens de inschrijving",
                source=f"Inschrijving {found.offer.number}, prijsregel {line.position}",
                offer_price_id=price.id,
                phases=DEFAULT_PHASES if phased else (),
            )
        )
    return [
        NewProduct(products[code], lines, needs_keurmerk=keurmerk or products[code].needs_keurmerk)
        for code, lines in by_product.items()
    ]


def _add_promises(contract: Contract, found: HandOver, by: Viewer) -> None:
    for number, requirement in enumerate(found.requirements, 1):
        add_clause(
            contract,
            number=f"{REQUIREMENT_CHAPTER}.{number}",
            title=requirement.title,
            text=requirement.text,
            source=Source(SourceKind.REQUIREMENT, requirement_id=requirement.id),
        )
    keys = 0
    for number, (answer, criterion) in enumerate(found.promises, 1):
        source = Source(SourceKind.PROMISE, offer_answer_id=answer.id)
        clause = add_clause(
            contract,
            number=f"{PROMISE_CHAPTER}.{number}",
            title=criterion.title,
            text=answer.text or criterion.description,
            source=source,
        )
        if criterion.measure is None or answer.promised_value is None:
            continue
        keys += 1
        agreed = Agreed(answer.promised_value, contract.starts_on, is_key=keys <= MOST_KEY_AGREEMENTS)
        add_agreement(contract, criterion.measure, agreed, source=source, by=by, clause=clause)


def _parties_of(offer: Offer) -> list[NewParty]:
    rows = db.session.execute(
        select(OfferParty, Organisation)
        .join(Organisation, Organisation.id == OfferParty.organisation_id)
        .where(OfferParty.offer_id == offer.id)
    ).all()
    found = [
        NewParty(
            organisation,
            ROLES[party.role],
            may_report=party.role in {offer_states.PartyRole.LEAD, offer_states.PartyRole.COMBINANT},
            may_invoice=party.role is offer_states.PartyRole.LEAD,
        )
        for party, organisation in rows
    ]
    if not any(party.role is PartyRole.LEAD for party in found):
        found.insert(0, NewParty(db.session.get_one(Organisation, offer.lead_organisation_id)))
    return sorted(found, key=lambda party: party.role is not PartyRole.LEAD)


def _municipalities_of(lot: Lot) -> Sequence[Municipality]:
    return db.session.scalars(
        select(Municipality)
        .join(LotMunicipality, LotMunicipality.municipality_id == Municipality.id)
        .where(LotMunicipality.lot_id == lot.id)
        .where(LotMunicipality.participation == Participation.PARTICIPANT)
        .order_by(LotMunicipality.position)
    ).all()


def _prices_of(offer_lot: OfferLot) -> list[tuple[OfferPrice, LotPriceLine, LotProduct]]:
    rows = db.session.execute(
        select(OfferPrice, LotPriceLine, LotProduct)
        .options(joinedload(LotProduct.product))
        .join(LotPriceLine, LotPriceLine.id == OfferPrice.lot_price_line_id)
        .join(LotProduct, LotProduct.id == LotPriceLine.lot_product_id)
        .where(OfferPrice.offer_lot_id == offer_lot.id)
        .order_by(LotProduct.position, LotPriceLine.position)
    )
    return [(price, line, product) for price, line, product in rows]


def _requirements_of(lot: Lot) -> Sequence[Requirement]:
    return db.session.scalars(
        select(Requirement)
        .where(Requirement.procedure_id == lot.procedure_id)
        .where(or_(Requirement.lot_id.is_(None), Requirement.lot_id == lot.id))
        .order_by(Requirement.kind, Requirement.number)
    ).all()


def _promises_of(offer_lot: OfferLot) -> list[tuple[OfferAnswer, AwardCriterion]]:
    rows = db.session.execute(
        select(OfferAnswer, AwardCriterion)
        .options(joinedload(AwardCriterion.measure))
        .join(AwardCriterion, AwardCriterion.id == OfferAnswer.criterion_id)
        .where(OfferAnswer.offer_lot_id == offer_lot.id)
        .order_by(AwardCriterion.position)
    )
    return [(answer, criterion) for answer, criterion in rows]
