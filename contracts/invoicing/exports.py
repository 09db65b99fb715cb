"""Lists of invoices and specifications as workbooks."""

from collections.abc import Sequence

from contracts.invoicing.models import Invoice, Specification, SpecificationLine
from portal.dutch import month_name
from portal.tables import Column, Sheet, workbook

_INVOICES = (
    Column("Factuur", width=14), Column("Soort", width=16), Column("Aanbieder", width=30),
    Column("Factuurnummer aanbieder", width=24), Column("Contract", width=16), Column("Maand", width=18),
    Column("Factuurdatum", "date"), Column("Ontvangen", "date"), Column("Betalen voor", "date"),
    Column("Bedrag zonder btw", "money", 18, True), Column("Btw", "money", 14, True),
    Column("Bedrag met btw", "money", 18, True), Column("Toestand", width=20), Column("Betaald op", "date"),
)  # fmt: skip
_LINES = (
    Column("Regel", "integer", 8), Column("Omschrijving", width=60), Column("Traject", width=16),
    Column("Gemeente", width=22), Column("Aantal", "quantity"), Column("Prijs", "quantity"),
    Column("Bedrag zonder btw", "money", 18, True), Column("Btw-categorie"), Column("Btw-tarief", "percent"),
)  # fmt: skip


def invoices_workbook(invoices: Sequence[Invoice]) -> bytes:
    """One row per invoice; a credit note counts negative."""
    rows = [
        [
            one.number, one.kind.label, one.issuer_organisation.name, one.issuer_number, one.contract.number,
            month_name(one.month), one.issued_on, one.received_at.date(), one.pay_by, one.sign * one.net,
            one.sign * one.vat, one.sign * one.total, one.state.label, one.paid_on,
        ]
        for one in invoices
    ]  # fmt: skip
    return workbook([Sheet("Facturen", _INVOICES, rows)], title="Facturen")


def specification_workbook(specification: Specification, lines: Sequence[SpecificationLine]) -> bytes:
    """The lines of one specification."""
    rows = [
        [
            line.position, line.description, line.trajectory.number if line.trajectory else "",
            line.municipality.name if line.municipality else "volgens de sleutel", line.quantity, line.rate,
            line.amount, line.vat_category.value, line.vat_percent / 100,
        ]
        for line in lines
        if not line.taken_out
    ]  # fmt: skip
    notes = [f"Contract {specification.contract.number}, {month_name(specification.month)}"]
    if specification.agreement_number:
        notes.append(f"Akkoordnummer {specification.agreement_number}: zet dit in uw factuur (BT-13).")
    heading = f"Specificatie {specification.number}"
    return workbook([Sheet("Specificatie", _LINES, rows, notes=notes, heading=heading)], title=heading)
