"""The cost workbook of a month in eight sheets, and the csv of one municipality.

Nothing in a file depends on the moment of making it: equal ledger lines give equal bytes.
"""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import select

from contracts.finance.check_queries import month_facts
from contracts.finance.export_queries import ExportLine, KeyRow, export_lines, keys_used
from contracts.finance.models import ExportBatch, ExportRow, Period, Posting
from contracts.finance.queries import states_of
from contracts.finance.rules import CheckLine, eight_checks
from contracts.finance.states import ExportFormat, PeriodState
from portal.catalogue.models import Municipality
from portal.db import db
from portal.dutch import dmy
from portal.money import ZERO
from portal.periods import Month
from portal.tables import CSV, XLSX, Chart, Column, Sheet, csv_bytes, workbook

_LINE_COLUMNS = (
    ("Regel", "integer", "number"), ("Boekjaar", "text", "fiscal_year"), ("Periode", "text", "fiscal_period"),
    ("Prestatiejaar", "text", "performed_year"), ("Prestatieperiode", "text", "performed_period"),
    ("Vorig boekjaar", "text", "earlier_year"), ("Gemeente", "text", "municipality"), ("CBS-code", "text", "cbs_code"),
    ("Boekingsdatum", "date", "posted_on"), ("Factuur", "text", "invoice"),
    ("Factuurnummer aanbieder", "text", "issuer_number"), ("Factuurdatum", "date", "invoice_date"),
    ("Aanbieder", "text", "provider"), ("KvK of OIN", "text", "kvk"), ("Contract", "text", "contract"),
    ("Akkoordnummer", "text", "agreement_number"), ("Product", "text", "product"),
    ("Omschrijving", "text", "description"), ("Factuurregel", "integer", "line"), ("Traject", "text", "trajectory"),
    ("Doelgroep", "text", "target_group"), ("Aantal", "quantity", "quantity"), ("Prijs", "quantity", "rate"),
    ("Regel zonder btw", "money", "line_net"), ("Gewicht", "quantity", "weight"), ("Grondslag", "text", "basis"),
    ("Sleutel", "text", "key"), ("Bedrag zonder btw", "money", "net"), ("Btw-categorie", "text", "vat_category"),
    ("Btw-tarief", "percent", "vat_percent"), ("Btw terug", "money", "vat_back"),
    ("Btw als kosten", "money", "vat_cost"), ("Ten laste", "money", "charged"), ("Bedrag met btw", "money", "gross"),
    ("Afrondingscent", "integer", "extra_cent"), ("Taakveld", "text", "task_field"),
    ("Economische categorie", "text", "economic_category"), ("Grootboek", "text", "ledger_account"),
    ("Kostenplaats", "text", "cost_centre"), ("SPUK", "text", "spuk"), ("SiSa-code", "text", "sisa_code"),
    ("Akkoord op", "text", "approved_at"), ("Akkoord door", "text", "approved_by"), ("Correctie op", "text", "credits"),
)  # fmt: skip
_TOTALS = ("net", "vat_back", "vat_cost", "charged", "gross")
LINE_COLUMNS = tuple(
    Column(title, kind, 14 if kind != "text" else 18, name in _TOTALS)  # type: ignore[arg-type]
    for title, kind, name in _LINE_COLUMNS
)


@dataclass(frozen=True)
class Prepared:
    """A file ready to be kept or handed out, with the fingerprint of its content."""

    month: Month
    municipality: Municipality | None
    format: ExportFormat
    data: bytes
    filename: str
    media_type: str
    content_sha256: str
    posting_ids: tuple[uuid.UUID, ...]
    charged: Decimal
    total: Decimal
    is_final: bool


def prepare_workbook(month: Month) -> Prepared:
    """Build the workbook of a month for all municipalities; reads only."""
    lines = export_lines(month)
    states = [(row.municipality.name, row.state, row.closed_at) for row in states_of(month)]
    checks = eight_checks(month_facts(month))
    print_of = fingerprint(lines, extra=[[name, state.value, str(at or "")] for name, state, at in states])
    is_final = bool(states) and all(state is PeriodState.CLOSED for _, state, _ in states)
    known = latest_batch(month, None, ExportFormat.XLSX)
    version = (
        known.version if known and known.content_sha256 == print_of else (known.version + 1 if known else 1)
    )
    sheets = [
        _guide(month, lines, checks, [f"{n}: {s.label.lower()}{f' op {dmy(at)}' if at else ''}" for n, s, at in states],
               print_of),
        _summary(lines),
        Sheet("Verdeling", LINE_COLUMNS, [_cells(line) for line in lines], heading=f"Verdeling {month.label}"),
        _invoices(lines),
        _keys(keys_used(month)),
        _rounding(lines),
        _reconciliation(checks),
        _changes(lines, known if known and known.content_sha256 != print_of else _before(known)),
    ]  # fmt: skip
    return Prepared(
        month, None, ExportFormat.XLSX, workbook(sheets, title=f"Kostenverdeling {month.label}"),
        f"kostenverdeling-{month.code}-v{version}.xlsx", XLSX, print_of, tuple(line.posting_id for line in lines),
        _sum(lines, "charged"), _sum(lines, "gross"), is_final,
    )  # fmt: skip


def prepare_csv(month: Month, municipality: Municipality) -> Prepared:
    """Build the csv with the ledger lines of one municipality; reads only."""
    lines = export_lines(month, municipality.id)
    state = next((row for row in states_of(month) if row.municipality_id == municipality.id), None)
    closed = state is not None and state.state is PeriodState.CLOSED
    name = municipality.name.lower().replace(" ", "-")
    return Prepared(
        month, municipality, ExportFormat.CSV, csv_bytes(LINE_COLUMNS, [_cells(line) for line in lines]),
        f"regels-{name}-{month.code}.csv", CSV, fingerprint(lines, extra=[municipality.cbs_code, str(closed)]),
        tuple(line.posting_id for line in lines), _sum(lines, "charged"), _sum(lines, "gross"), closed,
    )  # fmt: skip


def fingerprint(lines: Sequence[ExportLine], *, extra: object = None) -> str:
    """Give the SHA-256 of the content: the lines in order and what else the file shows."""
    rows = [[str(value) for value in asdict(line).values()] for line in lines]
    text = json.dumps([rows, extra], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def latest_batch(
    month: Month, municipality_id: uuid.UUID | None, format_: ExportFormat
) -> ExportBatch | None:
    """Return the newest kept export of a month (and municipality) in a format, or None."""
    statement = (
        select(ExportBatch)
        .join(Period, Period.id == ExportBatch.period_id)
        .where(Period.month == month.first, ExportBatch.format == format_)
        .order_by(ExportBatch.version.desc())
        .limit(1)
    )
    own = ExportBatch.municipality_id
    return db.session.scalars(
        statement.where(own.is_(None) if municipality_id is None else own == municipality_id)
    ).first()


def changed_since(batch: ExportBatch) -> int:
    """Count the ledger lines that came after an export."""
    statement = select(Posting.id).where(
        Posting.period_id == batch.period_id,
        Posting.id.not_in(select(ExportRow.posting_id).where(ExportRow.batch_id == batch.id)),
    )
    if batch.municipality_id is not None:
        statement = statement.where(Posting.municipality_id == batch.municipality_id)
    return len(db.session.scalars(statement).all())


def _before(batch: ExportBatch | None) -> ExportBatch | None:
    if batch is None or batch.version == 1:
        return None
    return db.session.scalars(
        select(ExportBatch).where(
            ExportBatch.period_id == batch.period_id,
            ExportBatch.format == batch.format,
            ExportBatch.municipality_id.is_(None),
            ExportBatch.version == batch.version - 1,
        )
    ).first()


def _cells(line: ExportLine) -> list[object]:
    cells: list[object] = []
    for _, kind, name in _LINE_COLUMNS:
        value = getattr(line, name)
        if isinstance(value, bool):
            value = "ja" if value else ""
        cells.append(str(value) if kind == "text" and name in ("fiscal_year", "performed_year") else value)
    return cells


def _sum(lines: Sequence[ExportLine], name: str) -> Decimal:
    return sum((getattr(line, name) for line in lines), ZERO)


def _guide(
    month: Month,
    lines: Sequence[ExportLine],
    checks: Sequence[CheckLine],
    states: Sequence[str],
    print_of: str,
) -> Sheet:
    bad = [check.text for check in checks if not check.is_good]
    rows = [
        ("Periode", month.label),
        ("Stand", "; ".join(states) or "open"),
        ("Regels", str(len(lines))),
        ("Controles", "Alle 8 controles goed" if not bad else f"Niet goed: {'; '.join(bad)}"),
        ("Controlegetal van de regels", print_of),
        ("Ten laste", "Bedrag zonder btw plus btw die niet terugkomt. Dit gaat naar het product en de SPUK."),
        ("Btw terug", "Btw die de gemeente terugkrijgt uit het btw-compensatiefonds."),
        ("Bedrag met btw", "Controletotaal: gelijk aan de facturen, voor verrekening van vooruitbetaling."),
        ("Afrondingscent", "Cent die bij het verdelen overbleef: naar de gemeente waar het meeste wegviel."),
        (
            "Bladen",
            "Leeswijzer, Samenvatting, Verdeling, Facturen, Verdeelsleutels, Afronding, Aansluiting, Wijzigingen",
        ),
    ]
    return Sheet(
        "Leeswijzer", (Column("Onderwerp", width=30), Column("Uitleg", width=100)), rows,
        heading=f"Kostenverdeling {month.label}",
    )  # fmt: skip


def _summary(lines: Sequence[ExportLine]) -> Sheet:
    groups: dict[tuple[str, str], list[ExportLine]] = {}
    for line in lines:
        groups.setdefault((line.product, line.municipality), []).append(line)
    names = sorted({line.municipality for line in lines})
    products = sorted({line.product for line in lines})
    columns = [Column("Product", width=36)]
    columns += [Column(name, "money", 20, True) for name in names]
    columns += [Column("Ten laste", "money", 18, True), Column("Btw terug", "money", 16, True),
                Column("Met btw", "money", 18, True)]  # fmt: skip
    rows = []
    for product in products:
        own = [groups.get((product, name), []) for name in names]
        flat = [line for part in own for line in part]
        rows.append(
            [product, *[_sum(part, "charged") if part else None for part in own], _sum(flat, "charged"),
             _sum(flat, "vat_back"), _sum(flat, "gross")]
        )  # fmt: skip
    chart = Chart(
        "Ten laste per product en gemeente",
        "Gestapelde balken: per product het bedrag per gemeente. Dezelfde cijfers staan in de tabel.",
        "Product",
        names,
    )
    return Sheet("Samenvatting", columns, rows, notes=("Ten laste van het product, in euro.",), chart=chart)


def _invoices(lines: Sequence[ExportLine]) -> Sheet:
    columns = (
        Column("Factuur"), Column("Factuurnummer aanbieder", width=24), Column("Aanbieder", width=28),
        Column("Factuurdatum", "date"), Column("Regels zonder btw", "money", 18, True),
        Column("Som van de aandelen", "money", 20, True), Column("Verschil", "money", 12, True), Column("Uitkomst"),
        Column("Akkoord door", width=28), Column("Correctie op"),
    )  # fmt: skip
    rows = []
    for number in sorted({line.invoice for line in lines}):
        own = [line for line in lines if line.invoice == number]
        whole = sum({line.line: line.line_net for line in own}.values(), ZERO)
        shares = _sum(own, "net")
        first = own[0]
        rows.append(
            [number, first.issuer_number, first.provider, first.invoice_date, whole, shares, whole - shares,
             "Klopt" if whole == shares else "Fout: een deel is in een andere periode geboekt", first.approved_by,
             first.credits]
        )  # fmt: skip
    return Sheet("Facturen", columns, rows, checks="Uitkomst")


def _keys(rows: Sequence[KeyRow]) -> Sheet:
    columns = (
        Column("Contract"), Column("Product", width=32), Column("Versie", "integer"), Column("Geldig vanaf", "date"),
        Column("Grondslag", width=36), Column("Bron", width=40), Column("Gemeente", width=24),
        Column("Gewicht", "quantity"),
    )  # fmt: skip
    cells = [
        [
            row.contract,
            row.product,
            row.version,
            row.valid_from,
            row.basis,
            row.source,
            row.municipality,
            row.weight,
        ]
        for row in rows
    ]
    note = "Regels over één deelnemer gaan geheel naar zijn woongemeente; daarvoor is geen sleutel nodig."
    return Sheet("Verdeelsleutels", columns, cells, notes=(note,))


def _rounding(lines: Sequence[ExportLine]) -> Sheet:
    columns = (
        Column("Factuur"), Column("Factuurregel", "integer"), Column("Gemeente", width=24),
        Column("Afrondingscenten", "integer"), Column("Waarom", width=70),
    )  # fmt: skip
    why = "Grootste rest: naar de gemeente waar bij het afronden het meeste wegviel; bij gelijk de vaste volgorde."
    rows = [
        [line.invoice, line.line, line.municipality, line.extra_cent, why]
        for line in lines
        if line.extra_cent
    ]
    return Sheet("Afronding", columns, rows)


def _reconciliation(checks: Sequence[CheckLine]) -> Sheet:
    columns = (
        Column("Controle", width=50), Column("Verwacht", width=24), Column("Gevonden", width=24), Column("Uitkomst"),
    )  # fmt: skip
    rows = [
        [check.text, check.expected, check.found, "Goed" if check.is_good else "Fout"] for check in checks
    ]
    return Sheet("Aansluiting", columns, rows, checks="Uitkomst")


def _changes(lines: Sequence[ExportLine], before: ExportBatch | None) -> Sheet:
    columns = (
        Column("Regel", "integer"), Column("Factuur"), Column("Gemeente", width=24), Column("Ten laste", "money", 16, True),
        Column("Wat", width=30),
    )  # fmt: skip
    if before is None:
        return Sheet("Wijzigingen", columns, [], notes=("Dit is de eerste export van deze periode.",))
    known = set(db.session.scalars(select(ExportRow.posting_id).where(ExportRow.batch_id == before.id)))
    rows = [
        [line.number, line.invoice, line.municipality, line.charged, "nieuw"]
        for line in lines
        if line.posting_id not in known
    ]
    return Sheet("Wijzigingen", columns, rows, notes=(f"Vergeleken met export {before.number}.",))
