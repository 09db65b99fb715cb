"""Settling a year: propose, agree, and book only the differences as own ledger lines."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from contracts.agreements.models import ContractParty, ContractProduct
from contracts.allocation.queries import recoveries
from contracts.allocation.rules import everyone_agrees
from contracts.finance.services import book_shares
from contracts.finance.settling_models import Settlement, SettlementConsent, SettlementPart
from contracts.finance.settling_queries import (
    advances_of,
    consents_of,
    open_settlement,
    parts_of,
    realised_units,
    waiting_rows,
)
from contracts.finance.settling_rules import objections_to_settling, settle
from contracts.finance.settling_states import SETTLEMENT, SettlementAction, SettlementBasis
from contracts.invoicing.models import Invoice, InvoiceLine
from contracts.invoicing.split_models import LineShare, SplitGroup, SplitShare
from contracts.invoicing.states import Channel, InvoiceKind, InvoiceState, LineState, ShareBasis
from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock, next_number
from portal.errors import NotYours, Objection, Refused, refuse_if
from portal.money import ZERO
from portal.periods import Year


def propose_settlement(product: ContractProduct, year: int, basis: SettlementBasis, *, by: Viewer) -> Settlement:
    """Compute the settlement of a product over a year and ask the municipalities; the own one agrees at once.

    Raises:
        Refused: the year is not over, rows are not accepted, or nothing was shared by key.
        NotYours: the viewer is not of the lead municipality.
    """
    contract = product.contract
    if by.user_id is None or by.municipality_id != contract.lead_municipality_id:
        raise NotYours(f"financiën van {contract.lead_municipality.name}")
    lock(contract)
    advances, units = advances_of(product.id, year), realised_units(product, year, basis)
    before = open_settlement(product.id, year)
    refuse_if(
        objections_to_settling(
            year=year, this_year=clock.today().year, open_before=before.number if before else "",
            waiting_rows=waiting_rows(product.id, year), advances=advances, units=units,
        )
    )  # fmt: skip
    settlement = Settlement(
        id=uuid.uuid4(), number=f"AF-{year}-{next_number('AF', year):03d}", contract_product_id=product.id,
        year=year, basis=basis, made_at=clock.now(), made_by_id=by.user_id,
    )  # fmt: skip
    db.session.add(settlement)
    db.session.flush()
    for one in settle(advances, units):
        db.session.add(
            SettlementPart(
                settlement_id=settlement.id, municipality_id=one.municipality_id, vat_category=one.category[0],
                vat_percent=one.category[1], units=one.units, advance_net=one.advance_net,
                advance_vat=one.advance_vat, realised_net=one.realised_net, realised_vat=one.realised_vat,
                extra_net=one.extra_net, extra_vat=one.extra_vat, explanation=one.explanation,
            )
        )  # fmt: skip
    db.session.flush()
    audit.record("finance:settlement:propose", settlement, by=by, number=settlement.number, year=year)
    if by.municipality_id in {part.municipality_id for part in parts_of(settlement)}:
        answer_settlement(settlement, agrees=True, reason="", by=by)
    return settlement


def answer_settlement(settlement: Settlement, *, agrees: bool, reason: str, by: Viewer) -> None:
    """Record what the viewer's municipality says; the last yes books the differences, one no ends it.

    Raises:
        Refused: this municipality was not asked or has answered, a no has no reason, or since the
            proposal something was booked that it does not know.
        TransitionRefused: the settlement was decided before.
    """
    lock(settlement)
    state = SETTLEMENT.next(settlement.state, SettlementAction.BOOK if agrees else SettlementAction.REFUSE)
    asked = {part.municipality_id for part in parts_of(settlement)}
    answers = {one.municipality_id: one.agrees for one in consents_of(settlement)}
    found = []
    if by.municipality_id not in asked or by.municipality_id in answers:
        found.append(Objection("Uw gemeente hoeft hier niets (meer) over te zeggen."))
    if not agrees and len(reason.strip()) < 10:
        found.append(Objection("Geef de reden in ten minste 10 tekens.", "reason"))
    refuse_if(found)
    if by.user_id is None or by.municipality_id is None:
        raise NotYours("een medewerker van een deelnemende gemeente")
    db.session.add(
        SettlementConsent(
            settlement_id=settlement.id, municipality_id=by.municipality_id, user_id=by.user_id, agrees=agrees,
            reason=reason.strip(), at=clock.now(),
        )
    )  # fmt: skip
    action = "finance:settlement:agree" if agrees else "finance:settlement:refuse"
    audit.record(action, settlement, by=by, number=settlement.number)
    if not agrees:
        settlement.state, settlement.decided_at = state, clock.now()
    elif everyone_agrees(list(asked), {**answers, by.municipality_id: True}):
        settlement.invoice_id = _book(settlement, by=by).id
        settlement.state, settlement.decided_at = state, clock.now()
        audit.record("finance:settlement:book", settlement, by=by, number=settlement.number)
    db.session.flush()


def withdraw_settlement(settlement: Settlement, *, by: Viewer) -> None:
    """Take a proposal back, so that a new one can be made.

    Raises:
        NotYours: the viewer is not of the lead municipality.
        TransitionRefused: the settlement was decided before.
    """
    contract = settlement.contract_product.contract
    if by.municipality_id != contract.lead_municipality_id:
        raise NotYours(f"financiën van {contract.lead_municipality.name}")
    lock(settlement)
    settlement.state = SETTLEMENT.next(settlement.state, SettlementAction.REFUSE)
    settlement.decided_at = clock.now()
    audit.record("finance:settlement:withdraw", settlement, by=by, number=settlement.number)


def _book(settlement: Settlement, *, by: Viewer) -> Invoice:
    """Make the document of the differences: its lines are nought, its shares move money; then book them."""
    parts = parts_of(settlement)
    _refuse_stale(settlement, parts)
    invoice = _document(settlement, by=by)
    for position, category in enumerate(dict.fromkeys((one.vat_category, one.vat_percent) for one in parts), 1):
        own = [one for one in parts if (one.vat_category, one.vat_percent) == category]
        _store_group(settlement, invoice, position, own)
    invoice.state = InvoiceState.DECLARED
    invoice.declared_at, invoice.declared_by_id = clock.now(), settlement.made_by_id
    db.session.flush()
    invoice.state, invoice.approved_at, invoice.approved_by_id = InvoiceState.APPROVED, clock.now(), by.user_id
    db.session.flush()
    book_shares(invoice, by=by)
    return invoice


def _refuse_stale(settlement: Settlement, parts: Sequence[SettlementPart]) -> None:
    now = {(one.municipality_id, *one.category): (one.net, one.vat) for one in
           advances_of(settlement.contract_product_id, settlement.year)}  # fmt: skip
    then = {
        (one.municipality_id, one.vat_category, one.vat_percent): (one.advance_net, one.advance_vat)
        for one in parts
        if one.advance_net or one.advance_vat
    }
    if {key: value for key, value in now.items() if any(value)} != then:
        raise Refused(
            [
                Objection(
                    "Sinds dit voorstel is er over dit jaar iets geboekt. De penvoerende gemeente trekt het voorstel "
                    "in en maakt een nieuw."
                )
            ]
        )


def _document(settlement: Settlement, *, by: Viewer) -> Invoice:
    contract = settlement.contract_product.contract
    party = db.session.scalars(
        select(ContractParty).where(ContractParty.contract_id == contract.id).order_by(ContractParty.valid_from)
    ).first()
    if party is None:
        raise Refused([Objection("Dit contract heeft nog geen aanbieder.")])
    today, organisation_id = clock.today(), contract.lead_municipality.organisation_id
    invoice = Invoice(
        id=uuid.uuid4(), number=settlement.number, kind=InvoiceKind.SETTLEMENT, channel=Channel.FORM,
        contract_id=contract.id, issuer_id=party.id, issuer_organisation_id=organisation_id,
        buyer_id=organisation_id, issuer_number=settlement.number, issuer_key=settlement.number.replace("-", ""),
        issue_year=today.year, issued_on=today, month=Year(settlement.year).months[-1].first, net=ZERO, vat=ZERO,
        total=ZERO, prepaid=ZERO, rounding=ZERO, payable=ZERO, received_at=clock.now(), received_by_id=by.user_id,
        pay_by=today, booked_on=today, paid_on=today,
        note="Afrekening tussen gemeenten: er wordt niets aan de aanbieder betaald.",
    )  # fmt: skip
    db.session.add(invoice)
    db.session.flush()
    return invoice


def _store_group(
    settlement: Settlement, invoice: Invoice, position: int, parts: Sequence[SettlementPart]
) -> None:
    product, first = settlement.contract_product, parts[0]
    back = recoveries(product.product_id, settlement.year)
    line = InvoiceLine(
        id=uuid.uuid4(), invoice_id=invoice.id, position=position, state=LineState.ACCEPTED,
        description=f"Afrekening {settlement.year} {product.product.short_name}: verschil met het voorschot",
        quantity=Decimal(1), rate=ZERO, net=ZERO, vat=ZERO, vat_category=first.vat_category,
        vat_percent=first.vat_percent, contract_product_id=product.id,
    )  # fmt: skip
    group = SplitGroup(
        id=uuid.uuid4(), invoice_id=invoice.id, position=position, contract_product_id=product.id,
        vat_category=first.vat_category, vat_percent=first.vat_percent, basis=ShareBasis.FINAL,
        reference_on=invoice.month, net=ZERO, vat=ZERO,
        explanation=f"Afrekening {settlement.number} op {settlement.basis.label}; alleen het verschil is geboekt.",
    )  # fmt: skip
    db.session.add_all([line, group])
    db.session.flush()
    for part in parts:
        net, vat = part.realised_net - part.advance_net, part.realised_vat - part.advance_vat
        if not net and not vat:
            continue
        comes_back = back(part.municipality_id, None)
        amounts = {"net": net, "vat_back": vat if comes_back else ZERO, "vat_cost": ZERO if comes_back else vat}
        share = SplitShare(
            id=uuid.uuid4(), split_group_id=group.id, municipality_id=part.municipality_id, weight=part.units,
            extra_net=part.extra_net, extra_vat=part.extra_vat, explanation=part.explanation, **amounts,
        )  # fmt: skip
        db.session.add(share)
        db.session.flush()
        db.session.add(LineShare(invoice_line_id=line.id, split_share_id=share.id, **amounts))
    db.session.flush()
