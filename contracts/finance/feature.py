"""The books as the shell sees them."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from sqlalchemy import func, select

from contracts.agreements import consumption
from contracts.agreements.models import Contract
from contracts.finance import (
    demo,
    dossier_views,
    jobs,  # noqa: F401  registers its handler
    mapping_views,
    payment_views,
    queries,
    recharge_views,
    settling_demo,
    settling_views,
    spuk_queries,
    spuk_views,
    views,
    year_views,
)
from contracts.finance.ledger_queries import invoiced_by_municipality
from contracts.finance.models import Period, PeriodMunicipality, Posting
from contracts.finance.recharge_queries import recharges_asked_of, to_recharge
from contracts.finance.settling_models import Settlement
from contracts.finance.settling_queries import settlements_asked_of, settlements_for
from contracts.finance.spuk_rules import calendar
from contracts.finance.states import PeriodState
from contracts.finance.year_queries import expected_by_municipality
from contracts.invoicing.models import Invoice
from contracts.invoicing.queries import invoices_visible_to, is_lead
from contracts.invoicing.states import InvoiceState
from portal import clock
from portal.access import Permission, Role, Viewer, current_viewer
from portal.chain import Station
from portal.db import db
from portal.dutch import count, euro, month_name
from portal.features import Feature, Link, NavItem, Task, Term
from portal.money import ZERO
from portal.periods import Month

AUDIT_SENTENCES = {
    "finance:post": "boekte factuur {number} in {lines} regels",
    "finance:period:close": "sloot {month} af voor {municipality}",
    "finance:period:reopen": "heropende {month} voor {municipality}: {reason}",
    "finance:export": "bewaarde export {number} met {rows} regels",
    "finance:recharge:send": "stuurde doorbelasting {number} naar {municipality}",
    "finance:recharge:agree": "ging akkoord met doorbelasting {number}",
    "finance:recharge:refuse": "ging niet akkoord met doorbelasting {number}",
    "finance:recharge:receive": "legde vast dat doorbelasting {number} is ontvangen",
    "finance:settlement:propose": "stelde afrekening {number} over {year} voor",
    "finance:settlement:agree": "ging akkoord met afrekening {number}",
    "finance:settlement:refuse": "ging niet akkoord met afrekening {number}",
    "finance:settlement:withdraw": "trok afrekening {number} in",
    "finance:settlement:book": "boekte de verschillen van afrekening {number}: alle gemeenten zijn akkoord",
    "finance:spuk:set": "legde voor de SPUK van {year} vast: {what} ({source})",
    "finance:mapping:save": "legde rekening {account} vast voor {year}",
}


def tasks(viewer: Viewer) -> Iterator[Task]:
    """Yield what waits for finance: invoices to make payable, settlements to answer, months to close."""
    if viewer.may(Permission.ALLOCATION_CONSENT) and viewer.municipality_id is not None:
        yield from _settlements_to_answer(viewer)
        yield from _recharges_to_answer(viewer)
    if not viewer.may(Permission.INVOICE_APPROVE) or viewer.municipality_id is None:
        return
    statement = invoices_visible_to(viewer).where(Invoice.state == InvoiceState.DECLARED)
    for invoice in db.session.scalars(statement.order_by(Invoice.pay_by, Invoice.number).limit(20)):
        if is_lead(invoice.contract, viewer):
            yield Task(
                f"Betaalbaar stellen: factuur {invoice.number} van {invoice.issuer_organisation.name}",
                url_for("contracts_invoicing.show", number=invoice.number),
                when=invoice.pay_by,
                second=f"{euro(invoice.total)}, {month_name(invoice.month)}",
            )
    yield from _months_to_close(viewer)
    yield from _to_pass_on(viewer)
    yield from _year_to_end(viewer)


def _settlements_to_answer(viewer: Viewer) -> Iterator[Task]:
    for one in settlements_asked_of(viewer):
        yield Task(
            f"Akkoord geven op de afrekening {one.year}: {one.contract_product.product.name}",
            url_for("contracts_settling.show", number=one.number),
            second=f"{one.number}, {one.contract_product.contract.number}",
        )


def _recharges_to_answer(viewer: Viewer) -> Iterator[Task]:
    for one in recharges_asked_of(viewer):
        yield Task(
            f"Akkoord geven op doorbelasting {one.number}",
            url_for("contracts_recharge.show", number=one.number),
            second=f"{euro(one.net + one.vat)}, {month_name(one.period.month)}",
        )


def _to_pass_on(viewer: Viewer) -> Iterator[Task]:
    this = Month.of(clock.today())
    waiting = [one for one in to_recharge(viewer) if one.month < this]
    if waiting:
        yield Task(
            f"Doorbelasting maken: {count(len(waiting), 'document', 'documenten')}",
            url_for("contracts_recharge.index"),
            second=f"{euro(sum((one.total.gross for one in waiting), ZERO))} betaald voor andere gemeenten",
        )


def _year_to_end(viewer: Viewer) -> Iterator[Task]:
    """In the first quarter the year before is closed."""
    today = clock.today()
    if today.month <= 3 and viewer.may(Permission.PERIOD_CLOSE):
        yield Task(
            f"Jaarafsluiting {today.year - 1}: voorstel voor de boeking bekijken",
            url_for("contracts_year.show", year=today.year - 1),
            second="nog te ontvangen, vooruitbetaald en open verplichtingen",
        )


def _months_to_close(viewer: Viewer) -> Iterator[Task]:
    this = Month.of(clock.today())
    rows = db.session.scalars(
        select(Period.month)
        .join(PeriodMunicipality, PeriodMunicipality.period_id == Period.id)
        .where(
            PeriodMunicipality.municipality_id == viewer.municipality_id,
            PeriodMunicipality.state == PeriodState.OPEN,
            Period.month < this.first,
        )
        .order_by(Period.month)
    ).all()
    for first in rows:
        month = Month.of(first)
        yield Task(
            f"Periode afsluiten: {month.label}",
            url_for("contracts_finance.show", month_code=month.code),
            state="Open",
            second="kostenverdeling",
        )


def terms(viewer: Viewer) -> Iterator[Term]:
    """Yield the dates of the specifieke uitkering in the coming year, for who closes the books."""
    if not viewer.may(Permission.PERIOD_CLOSE) or viewer.municipality_id is None:
        return
    today = clock.today()
    known = spuk_queries.terms_in_force(today)
    if known is None:
        return
    for year in range(today.year - 2, today.year + 1):
        for on, text in calendar(year, known):
            if today <= on <= today + timedelta(days=365):
                yield Term(on, text, url_for("contracts_spuk.show", year=year))


def related(kind: str, identity: uuid.UUID) -> list[Link]:
    """Return the costs that hang on an invoice, and the act that finance may do on it."""
    viewer = current_viewer()
    if kind == "invoice:decision":
        return _decision(viewer, identity)
    if kind == "key_version" and viewer.may(Permission.ALLOCATION_READ):
        return [Link("Doorrekenen over vorig jaar", url_for("contracts_settling.simulation", version_id=identity))]
    if kind == "contract" and viewer.may(Permission.COST_READ) and queries.takes_part(viewer):
        contract = db.session.get(Contract, identity)
        where = url_for("contracts_dossier.show", number=contract.number) if contract else ""
        return [Link("Rechtmatigheidsdossier", where)] if where else []
    if kind == "invoice" and viewer.may(Permission.COST_READ):
        return [*_settlement_of(identity), *_ledger_lines(identity)]
    if kind == "contract_trail" and viewer.may(Permission.COST_READ):
        return _of_contract(viewer, identity)
    return []


def _decision(viewer: Viewer, invoice_id: uuid.UUID) -> list[Link]:
    invoice = db.session.get(Invoice, invoice_id)
    if invoice is None or not viewer.may(Permission.INVOICE_APPROVE) or not is_lead(invoice.contract, viewer):
        return []
    return [Link("Betaalbaar stellen", url_for("contracts_finance.approve", number=invoice.number))]


def _settlement_of(invoice_id: uuid.UUID) -> list[Link]:
    found = db.session.scalars(settlements_for(current_viewer()).where(Settlement.invoice_id == invoice_id)).first()
    if found is None:
        return []
    return [Link(f"Afrekening {found.number}", url_for("contracts_settling.show", number=found.number), "waarom dit bedrag")]


def _ledger_lines(invoice_id: uuid.UUID) -> list[Link]:
    viewer = current_viewer()
    rows = db.session.execute(
        select(Posting.number, Period.month)
        .join(Period, Period.id == Posting.period_id)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(Invoice.contract)
        .where(Posting.invoice_id == invoice_id, queries.may_see(viewer))
        .order_by(Posting.number)
    ).all()
    months = sorted({Month.of(first) for _, first in rows})
    number = db.session.scalar(select(Invoice.number).where(Invoice.id == invoice_id))
    return [
        Link(
            f"Grootboekregels {month.label}",
            url_for("contracts_finance.postings", month_code=month.code, factuur=number),
            count(sum(Month.of(first) == month for _, first in rows), "regel", "regels"),
            Station.POSTING,
        )
        for month in months
    ]


def _of_contract(viewer: Viewer, contract_id: uuid.UUID) -> list[Link]:
    first = db.session.scalar(
        select(func.max(Period.month))
        .join(Posting, Posting.period_id == Period.id)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(Invoice.contract)
        .where(Invoice.contract_id == contract_id, queries.may_see(viewer))
    )
    if first is None:
        return []
    month = Month.of(first)
    url = url_for("contracts_finance.postings", month_code=month.code)
    return [Link(f"Grootboekregels {month.label}", url, "", Station.POSTING)]


def on_start() -> None:
    """Let contracts know how much of a ceiling was invoiced, and how much is still to come."""
    consumption.register("invoiced", invoiced_by_municipality)
    consumption.register("expected", expected_by_municipality)


FEATURE = Feature(
    name="contracts.finance",
    blueprints=(
        views.bp,
        mapping_views.bp,
        year_views.bp,
        spuk_views.bp,
        settling_views.bp,
        payment_views.bp,
        recharge_views.bp,
        dossier_views.bp,
    ),
    tasks=tasks,
    terms=terms,
    related=related,
    navigation=(
        NavItem(
            "Kostenverdeling",
            "contracts_finance.index",
            Permission.COST_READ,
            70,
            {Role.PARTNER: 41, Role.FINANCE: 11},
        ),
        NavItem("Exports", "contracts_finance.exports_list", Permission.PERIOD_CLOSE, 75, {Role.FINANCE: 12}),
        NavItem("Begroting", "contracts_finance.budgets", Permission.BUDGET_READ, 80, {Role.FINANCE: 13}),
    ),
    demo=lambda world: [*demo.steps(world), *settling_demo.steps(world)],
    audit_sentences=AUDIT_SENTENCES,
    on_start=on_start,
)
