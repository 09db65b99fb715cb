"""Invoices as the shell sees them: tasks, terms, links from contract, row and trajectory."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta

from flask import url_for
from sqlalchemy import ColumnElement, false, select

from contracts.agreements.models import Contract, ContractParty
from contracts.invoicing import queries
from contracts.invoicing.checking import invoices as invoices_command
from contracts.invoicing.demo import steps
from contracts.invoicing.models import Invoice, InvoiceLine, LineBasis, Specification, SpecificationLine
from contracts.invoicing.performance_queries import lines_to_credit, to_specify
from contracts.invoicing.specification_views import bp as specifications_bp
from contracts.invoicing.states import InvoiceState, SpecificationState
from contracts.invoicing.views import bp
from contracts.results.models import MonthlyRow
from portal import clock
from portal.access import Permission, Role, Viewer, current_viewer
from portal.db import db
from portal.dutch import count, euro, in_words, month_name
from portal.features import Feature, Hit, Link, NavItem, Task, Term
from portal.periods import Month

AUDIT_SENTENCES = {
    "invoice:specification:propose": "maakte specificatie {number} over {month}",
    "invoice:specification:add": "voegde een regel toe: {what}",
    "invoice:specification:confirm": "bevestigde specificatie {number} en kreeg akkoordnummer {agreement}",
    "invoice:specification:withdraw": "liet specificatie {number} vervallen",
    "invoice:receive": "stuurde factuur {issuer_number}, ontvangen als {number}",
    "invoice:declare": "verklaarde de prestatie van factuur {number}",
    "invoice:approve": "stelde factuur {number} betaalbaar: {total}",
    "invoice:return": "stuurde factuur {number} terug",
    "invoice:line:dispute": "betwistte regel {position}",
    "invoice:line:settle": "handelde de betwisting van regel {position} af",
    "invoice:payment": "legde vast wanneer factuur {number} is geboekt en betaald",
}
SOON = timedelta(days=7)


def tasks(viewer: Viewer) -> Iterator[Task]:
    """Yield what waits: to confirm and to mend for a provider, to declare for the contract manager."""
    if viewer.organisation_id is None:
        return
    if viewer.may(Permission.INVOICE_SUBMIT):
        yield from _for_provider(viewer)
    if viewer.may(Permission.INVOICE_VERIFY):
        for invoice in _in_state(viewer, InvoiceState.RECEIVED):
            if queries.is_lead(invoice.contract, viewer):
                yield _task(invoice, "Prestatie verklaren", "info")


def _to_specify(viewer: Viewer) -> Iterator[Task]:
    last = Month.of(clock.today()).previous()
    open_now = {
        (party_id, first)
        for party_id, first in db.session.execute(
            select(Specification.party_id, Specification.month).where(
                Specification.state == SpecificationState.PROPOSED
            )
        )
    }
    for party, month, lines in to_specify(viewer, [last, last.previous()]):
        if (party.id, month.first) not in open_now:
            yield Task(
                f"Specificatie maken: {month.label}, {party.contract.title}",
                url_for("contracts_specifications.new", contract=party.contract.number, maand=month.code),
                second=f"{party.contract.number}, {count(lines, 'goedgekeurde regel', 'goedgekeurde regels')}",
            )


def _to_credit(viewer: Viewer) -> Iterator[Task]:
    """Yield what a later correction left paid too much; crediting comes before invoicing anew."""
    contracts = select(ContractParty.contract_id).where(
        ContractParty.organisation_id == viewer.organisation_id, ContractParty.may_invoice.is_(True)
    )
    positions: dict[Invoice, list[int]] = {}
    for line in lines_to_credit(db.session.scalars(contracts).all()):
        if line.invoice.issuer_organisation_id == viewer.organisation_id:
            positions.setdefault(line.invoice, []).append(line.position)
    for invoice, found in positions.items():
        yield Task(
            f"Crediteren na correctie: factuur {invoice.number}",
            url_for("contracts_invoicing.show", number=invoice.number),
            tone="under",
            second=f"{'Regel' if len(found) == 1 else 'Regels'} {in_words(found)}, {month_name(invoice.month)}",
        )


def _for_provider(viewer: Viewer) -> Iterator[Task]:
    yield from _to_credit(viewer)
    yield from _to_specify(viewer)
    statement = queries.specifications_visible_to(viewer).where(
        Specification.state.in_([SpecificationState.PROPOSED, SpecificationState.CONFIRMED])
    )
    for one in db.session.scalars(statement.order_by(Specification.month)):
        if one.party.organisation_id != viewer.organisation_id:
            continue
        is_new = one.state is SpecificationState.PROPOSED
        yield Task(
            f"{'Specificatie bevestigen' if is_new else 'Factuur sturen'}: {month_name(one.month)}",
            url_for("contracts_specifications.show", number=one.number),
            tone="info" if is_new else "under",
            state="Te doen" if is_new else "Nog niet ingediend",
            second=f"{one.number}, {one.contract.title}",
        )


def _in_state(viewer: Viewer, state: InvoiceState) -> Iterable[Invoice]:
    statement = queries.invoices_visible_to(viewer).where(Invoice.state == state)
    return db.session.scalars(statement.order_by(Invoice.pay_by, Invoice.number).limit(20))


def _task(invoice: Invoice, verb: str, tone: str) -> Task:
    return Task(
        f"{verb}: factuur {invoice.number} van {invoice.issuer_organisation.name}",
        url_for("contracts_invoicing.show", number=invoice.number),
        when=invoice.pay_by,
        tone=tone,
        second=f"{euro(invoice.total)}, {month_name(invoice.month)}, contract {invoice.contract.number}",
    )


def terms(viewer: Viewer) -> Iterator[Term]:
    """Yield the last days to pay of invoices that are not decided yet."""
    if not viewer.may(Permission.INVOICE_READ) or viewer.is_provider:
        return
    statement = queries.invoices_visible_to(viewer).where(
        Invoice.state.in_([InvoiceState.RECEIVED, InvoiceState.DECLARED]),
        Invoice.pay_by <= clock.today() + timedelta(days=30),
    )
    for invoice in db.session.scalars(statement.order_by(Invoice.pay_by).limit(20)):
        yield Term(
            invoice.pay_by,
            f"Betaaltermijn factuur {invoice.number} van {invoice.issuer_organisation.name}",
            url_for("contracts_invoicing.show", number=invoice.number),
        )


def related(kind: str, identity: uuid.UUID) -> list[Link]:
    """Return the invoices that hang on a contract, a monthly report, a monthly row or a trajectory."""
    viewer = current_viewer()
    if not viewer.may(Permission.INVOICE_READ):
        return []
    if kind == "contract":
        return _of_contract(identity)
    statement = queries.invoices_visible_to(viewer).order_by(Invoice.month.desc()).limit(12)
    if kind == "trajectory":
        lines = select(InvoiceLine.invoice_id).where(InvoiceLine.trajectory_id == identity)
    elif kind in ("monthly_row", "monthly_report"):
        lines = (
            select(InvoiceLine.invoice_id)
            .join(SpecificationLine, SpecificationLine.id == InvoiceLine.specification_line_id)
            .join(LineBasis, LineBasis.specification_line_id == SpecificationLine.id)
        )
        lines = lines.where(_rests_on(kind, identity))
    else:
        return []
    return [_link(invoice) for invoice in db.session.scalars(statement.where(Invoice.id.in_(lines)))]


def _rests_on(kind: str, identity: uuid.UUID) -> ColumnElement[bool]:
    """A corrected row carries on what the row before it paid: the trajectory and the month decide."""
    if kind == "monthly_report":
        return LineBasis.row.has(report_id=identity)
    row = db.session.get(MonthlyRow, identity)
    if row is None:
        return false()
    return LineBasis.row.has(trajectory_id=row.trajectory_id, month=row.month, report_id=row.report_id)


def _of_contract(contract_id: uuid.UUID) -> list[Link]:
    contract = db.session.get(Contract, contract_id)
    if contract is None:
        return []
    return [Link("Facturen van dit contract", url_for("contracts_invoicing.index", zoek=contract.number))]


def _link(invoice: Invoice) -> Link:
    return Link(
        f"Factuur {invoice.number}",
        url_for("contracts_invoicing.show", number=invoice.number),
        f"{month_name(invoice.month)}, {invoice.state.label.lower()}",
    )


def search(viewer: Viewer, words: str) -> list[Hit]:
    """Return the invoices that fit the words."""
    if not viewer.may(Permission.INVOICE_READ):
        return []
    found = db.session.scalars(queries.invoice_list(viewer, queries.Filters(words=words)).limit(10))
    return [
        Hit(
            f"Factuur {one.number}",
            url_for("contracts_invoicing.show", number=one.number),
            f"{one.issuer_organisation.name}, {one.issuer_number}, {month_name(one.month)}",
        )
        for one in found
    ]


FEATURE = Feature(
    name="contracts.invoicing",
    blueprints=(bp, specifications_bp),
    tasks=tasks,
    terms=terms,
    related=related,
    search=search,
    navigation=(
        NavItem(
            "Facturen",
            "contracts_invoicing.index",
            Permission.INVOICE_READ,
            60,
            {Role.PROVIDER: 43, Role.FINANCE: 10},
        ),
    ),
    demo=steps,
    audit_sentences=AUDIT_SENTENCES,
    commands=(invoices_command,),
    mails={
        "invoice_approved": "Uw factuur is goedgekeurd",
        "invoice_returned": "Uw factuur is teruggestuurd",
        "invoice_disputed": "Een regel van uw factuur wordt betwist",
    },
)
