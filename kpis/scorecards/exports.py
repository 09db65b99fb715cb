"""The scorecard as a workbook: the table, the months, and what was said about it."""

from __future__ import annotations

from decimal import Decimal

from kpis.scorecards.presentation import ShownCard, ShownLine, months_of
from kpis.scorecards.queries import Case
from portal.tables import Chart, Column, Sheet, workbook


def card_workbook(case: Case, card: ShownCard) -> bytes:
    """Make the workbook of one version of a scorecard."""
    title = f"Scorecard {case.contract.number}, {case.quarter.label}, versie {case.version.number}"
    sheets = [_lines(case, card, title), _drawn(card), _trend(card), _months(card), _responses(card)]
    return workbook([sheet for sheet in sheets if sheet.rows], title=title)


def _lines(case: Case, card: ShownCard, title: str) -> Sheet:
    columns = (
        Column("Code", width=10),
        Column("Prestatieafspraak", width=36),
        Column("Bron", width=22),
        Column("Norm", width=12),
        Column("Realisatie", width=12),
        Column("Teller", "quantity", 14),
        Column("Noemer", "quantity", 14),
        Column("Waarnemingen", "integer", 14),
        Column("Ten opzichte van norm", width=26),
        Column("Status", width=18),
        Column("Bijzonderheid", width=34),
        Column("Gegevens", width=16),
    )
    rows = [
        [
            line.code,
            line.name,
            line.source,
            line.norm,
            line.result,
            line.line.numerator,
            line.line.denominator,
            line.line.counted,
            line.distance,
            line.state.label,
            line.status_note,
            line.quality.label,
        ]
        for line in card.lines
    ]
    notes = (
        f"Contract {case.contract.number}, {case.contract.title}.",
        f"Twaalf maanden tot en met {case.quarter.months[2].label}; {card.months_delivered} maanden aangeleverd.",
        f"Toestand: {case.card.state.label}.",
    )
    return Sheet("Scorecard", columns, rows, notes=notes, heading=title)


def _drawn(card: ShownCard) -> Sheet:
    """The judged percentages beside their norms, with a chart that Excel draws itself."""
    columns = (
        Column("Prestatieafspraak", width=36),
        Column("Realisatie in procent", "quantity", 22),
        Column("Norm in procent", "quantity", 18),
    )
    rows = [
        [line.name, _rounded(line.value), _rounded(line.target)] for line in card.lines if line.is_drawn
    ]
    words = "; ".join(f"{line.name} {line.result}, norm {line.norm}" for line in card.lines if line.is_drawn)
    chart = Chart(
        "Realisatie naast de norm",
        f"Liggende staven per prestatieafspraak. {words}.",
        "Prestatieafspraak",
        ("Realisatie in procent", "Norm in procent"),
        "clustered",
    )
    return Sheet("Naast de norm", columns, rows, chart=chart if rows else None)


def _trend(card: ShownCard) -> Sheet:
    """The twelve-month figures at the end of each month, one column per figure, with a line chart."""
    drawn = [line for line in card.lines if line.is_drawn]
    columns = (Column("Maand", width=18), *(Column(line.name, "quantity", 20) for line in drawn))
    months = [month.month.label for month in months_of(drawn[0].line)] if drawn else []
    rows = [
        [label, *(_rounded(line.points[index]) if index < len(line.points) else None for line in drawn)]
        for index, label in enumerate(months)
    ]
    names = tuple(line.name for line in drawn)
    words = "Lijn per prestatieafspraak over twaalf maanden; een maand zonder cijfer is een gat."
    chart = Chart("Verloop in procent", words, "Maand", names, "line")
    return Sheet("Verloop", columns, rows, chart=chart if rows else None)


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.001"))


def _months(card: ShownCard) -> Sheet:
    columns = (
        Column("Code", width=10),
        Column("Prestatieafspraak", width=36),
        Column("Maand", width=18),
        Column("Teller", "quantity", 14),
        Column("Noemer", "quantity", 14),
        Column("Reden zonder cijfer", width=26),
    )
    rows = [row for line in card.lines for row in _month_rows(line)]
    return Sheet("Per maand", columns, rows)


def _month_rows(line: ShownLine) -> list[list[object]]:
    stored = {item["month"]: item for item in line.line.months}
    return [
        [
            line.code,
            line.name,
            month.month.label,
            None if month.numerator == "–" else Decimal(stored[month.month.code]["numerator"]),
            None if month.denominator == "–" else Decimal(stored[month.month.code]["denominator"]),
            month.why,
        ]
        for month in months_of(line.line)
    ]


def _responses(card: ShownCard) -> Sheet:
    columns = (
        Column("Code", width=10),
        Column("Datum", "date", 14),
        Column("Wie", width=16),
        Column("Soort", width=20),
        Column("Tekst", width=90),
    )
    rows: list[list[object]] = []
    for line in card.lines:
        rows += [[line.code, one.at, "Aanbieder", one.kind.label, one.text] for one in line.responses]
        if line.decision is not None:
            decision = line.decision
            rows.append([line.code, decision.at, "Gemeente", decision.verdict.label, decision.reason])
    return Sheet("Reacties", columns, rows)
