"""Making a specification (prefactuur) and confirming it."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract, ContractParty
from contracts.agreements.price_queries import PricedLine, price_lines_of
from contracts.invoicing.models import LineBasis, Specification, SpecificationLine
from contracts.invoicing.performance_queries import Claim, claims_on, price_of, proposals_for
from contracts.invoicing.specification_rules import Proposal, line_amount
from contracts.invoicing.states import SPECIFICATION, SpecificationAction, SpecificationState
from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock, next_number
from portal.errors import NotFound, NotYours, Objection, refuse_if
from portal.money import ZERO
from portal.periods import Month


def propose_specification(
    contract: Contract, party: ContractParty, month: Month, *, by: Viewer
) -> Specification:
    """Make the specification of a party for a month from its accepted rows that were not paid yet.

    Raises:
        Refused: there is nothing to invoice, or a proposal for this month waits already.
    """
    lock(contract)
    waiting = db.session.scalars(
        select(Specification.number).where(
            Specification.party_id == party.id,
            Specification.month == month.first,
            Specification.state == SpecificationState.PROPOSED,
        )
    ).first()
    refuse_if([Objection(f"Er staat al een voorstel klaar: {waiting}.")] if waiting else [])
    proposals = proposals_for(party, month)
    refuse_if(
        []
        if proposals
        else [
            Objection(
                f"Er zijn over {month.label} geen goedgekeurde prestaties die nog niet zijn gefactureerd."
            )
        ]
    )
    specification = Specification(
        number=f"S-{month.year}-{next_number('S', month.year):03d}",
        contract_id=contract.id,
        party_id=party.id,
        buyer_id=contract.lead_municipality.organisation_id,
        month=month.first,
        made_at=clock.now(),
    )
    db.session.add(specification)
    db.session.flush()
    _add_lines(specification, proposals)
    audit.record(
        "invoice:specification:propose", specification, by=by, number=specification.number, month=month.label
    )
    return specification


def _add_lines(specification: Specification, proposals: Sequence[Proposal], start: int = 1) -> None:
    lines = []
    bases = []
    claims = claims_on({one.row.trajectory_id for one in proposals if one.row})
    for position, one in enumerate(proposals, start=start):
        line = SpecificationLine(
            id=uuid.uuid4(),
            specification_id=specification.id,
            position=position,
            description=one.description,
            contract_product_id=one.price.contract_product_id,
            price_version_id=one.price.version_id,
            price_phase_id=one.phase.id if one.phase else None,
            trajectory_id=one.row.trajectory_id if one.row else None,
            municipality_id=one.row.municipality_id if one.row else None,
            target_group=one.row.target_group if one.row else None,
            quantity=one.quantity,
            rate=one.rate,
            amount=one.amount,
            vat_category=one.price.category,
            vat_percent=one.price.percent,
        )
        lines.append(line)
        if one.row and one.performance:
            claim = claims.get(one.performance, Claim(ZERO, frozenset()))
            bases.append(
                LineBasis(
                    specification_line_id=line.id,
                    monthly_row_id=one.row.id,
                    trajectory_id=one.row.trajectory_id,
                    price_line_id=one.price.line_id,
                    phase_key=one.phase_key,
                    period=one.performance.period,
                    installment=claim.next_installment,
                    quantity=one.quantity,
                )
            )
    db.session.add_all(lines)
    db.session.flush()
    db.session.add_all(bases)
    db.session.flush()


def add_free_line(
    specification: Specification, *, price_line_id: uuid.UUID, quantity: Decimal, by: Viewer
) -> SpecificationLine:
    """Add something without a participant, such as group hours or interpreter hours; a key splits it.

    Raises:
        Refused: the quantity is not above zero, or the specification was confirmed.
        NotFound: the price line is not in this contract or has no price in the month.
    """
    lock(specification)
    refuse_if(_not_open(specification))
    refuse_if([Objection("Vul een aantal groter dan 0 in.", "quantity")] if quantity <= 0 else [])
    priced = next(
        (
            one
            for one in price_lines_of(specification.contract, specification.month)
            if one.line.id == price_line_id
        ),
        None,
    )
    price = price_of(priced) if priced else None
    if price is None:
        raise NotFound
    last = db.session.scalar(
        select(func.max(SpecificationLine.position)).where(
            SpecificationLine.specification_id == specification.id
        )
    )
    proposal = Proposal(price.name, price, quantity, price.rate, line_amount(quantity, price.rate))
    _add_lines(specification, [proposal], start=(last or 0) + 1)
    audit.record("invoice:specification:add", specification, by=by, what=price.name)
    return db.session.scalars(
        select(SpecificationLine).where(
            SpecificationLine.specification_id == specification.id,
            SpecificationLine.position == (last or 0) + 1,
        )
    ).one()


def confirm_specification(
    specification: Specification, *, without: Sequence[uuid.UUID] = (), by: Viewer
) -> str:
    """Confirm a specification and give its akkoordnummer, which goes into BT-13 of the invoice.

    Args:
        without: lines that are left out now; their rows can be invoiced later.

    Raises:
        TransitionRefused: it was confirmed before.
        Refused: nothing is left to invoice.
    """
    lock(specification)
    state = SPECIFICATION.next(specification.state, SpecificationAction.CONFIRM)
    lines = db.session.scalars(
        select(SpecificationLine).where(SpecificationLine.specification_id == specification.id)
    ).all()
    out = [line for line in lines if line.id in set(without)]
    refuse_if([Objection("Laat ten minste één regel staan.")] if len(out) == len(lines) else [])
    now = clock.now()
    for line in out:
        line.taken_out = True
    _release(out)
    specification.agreement_number = agreement_number(specification.month)
    specification.state, specification.confirmed_at, specification.confirmed_by_id = state, now, by.user_id
    db.session.flush()
    audit.record(
        "invoice:specification:confirm", specification, by=by, number=specification.number,
        agreement=specification.agreement_number,
    )  # fmt: skip
    return specification.agreement_number


def withdraw_specification(specification: Specification, *, by: Viewer) -> None:
    """Let a specification that was not invoiced lapse; what it claimed can be specified anew.

    Raises:
        TransitionRefused: it was invoiced, or it lapsed before.
        NotYours: the viewer is not of the party that invoices.
    """
    if by.organisation_id != specification.party.organisation_id or by.user_id is None:
        raise NotYours(f"een medewerker van {specification.party.organisation.name}")
    lock(specification)
    specification.state = SPECIFICATION.next(specification.state, SpecificationAction.WITHDRAW)
    specification.withdrawn_at, specification.withdrawn_by_id = clock.now(), by.user_id
    _release(
        db.session.scalars(
            select(SpecificationLine).where(SpecificationLine.specification_id == specification.id)
        ).all()
    )
    db.session.flush()
    audit.record("invoice:specification:withdraw", specification, by=by, number=specification.number)


def _release(lines: Sequence[SpecificationLine]) -> None:
    for basis in db.session.scalars(
        select(LineBasis).where(
            LineBasis.specification_line_id.in_([line.id for line in lines]), LineBasis.released_at.is_(None)
        )
    ):
        basis.released_at = clock.now()


def agreement_number(month: date) -> str:
    """Make an akkoordnummer that cannot be guessed or mistaken for another number: AK-2611-7K2MXP."""
    letters = "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(6))
    return f"AK-{month:%y%m}-{letters}"


def _not_open(specification: Specification) -> list[Objection]:
    if specification.state is SpecificationState.PROPOSED:
        return []
    return [Objection("Deze specificatie is bevestigd en kan niet meer wijzigen.")]


def party_of(contract: Contract, organisation_id: uuid.UUID | None, month: Month) -> ContractParty:
    """Return the party that may invoice for a month.

    Raises:
        NotFound: this organisation may not invoice under the contract then.
    """
    found = db.session.scalars(
        select(ContractParty)
        .options(joinedload(ContractParty.organisation))
        .where(
            ContractParty.contract_id == contract.id,
            ContractParty.organisation_id == organisation_id,
            ContractParty.may_invoice.is_(True),
            ContractParty.valid_from <= month.last,
            or_(ContractParty.valid_until.is_(None), ContractParty.valid_until >= month.first),
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def free_price_lines(specification: Specification) -> list[PricedLine]:
    """Return the price lines with a price in the month, for a line without participant."""
    return [
        line
        for line in price_lines_of(specification.contract, specification.month)
        if line.current is not None
    ]
