"""The stations of the chain around one invoice, as links."""

import uuid
from collections.abc import Sequence

from flask import url_for

from contracts.invoicing.models import Invoice, InvoiceLine
from contracts.invoicing.queries import bases_of
from contracts.invoicing.states import InvoiceState
from contracts.results.models import MonthlyRow
from contracts.results.trail import referral_links, row_links, standing_rows
from portal.access import Viewer
from portal.chain import Station
from portal.features import Link


def rows_under(viewer: Viewer, invoice: Invoice, lines: Sequence[InvoiceLine]) -> dict[uuid.UUID, list[MonthlyRow]]:
    """Return for each specification line under the invoice the monthly rows the viewer may open."""
    bases = bases_of([line.specification_line_id for line in lines if line.specification_line_id])
    rows = [basis.row for found in bases.values() for basis in found]
    standing = standing_rows(viewer, invoice.contract, rows)
    return {
        key: [standing[basis.monthly_row_id] for basis in found if basis.monthly_row_id in standing]
        for key, found in bases.items()
    }


def stops_of(viewer: Viewer, invoice: Invoice, rows: dict[uuid.UUID, list[MonthlyRow]]) -> list[Link]:
    """Return the invoice itself, its split when it has one, and the rows and aanmeldingen under its lines."""
    under = [row for found in rows.values() for row in found]
    show = url_for("contracts_invoicing.show", number=invoice.number)
    links = [Link(invoice.number, show, invoice.contract.number, Station.INVOICE)]
    if invoice.state is InvoiceState.APPROVED:
        split = url_for("contracts_invoicing.split", number=invoice.number)
        links.append(Link("per gemeente", split, invoice.number, Station.SPLIT))
    links += row_links(invoice.contract, {row.id: row for row in under})
    return [*links, *referral_links(viewer, under)]
