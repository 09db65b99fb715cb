"""The rules of a month in the books: where a posting lands, what is checked, when it may close."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.errors import Objection
from portal.money import ZERO
from portal.periods import Month


def booking_month(performed_in: Month, closed: Collection[Month]) -> Month:
    """Say in which month a share is booked: that of the performance, or the first later one that is open.

    A month that has closed for a municipality is never touched again (practice.md F9).
    """
    month = performed_in
    while month in closed:
        month = month.next()
    return month


@dataclass(frozen=True)
class InvoiceSums:
    """An invoice with postings in the month: its own amounts beside those of its stored shares, signed."""

    number: str
    issuer_key: str
    net: Decimal
    vat: Decimal
    shares_net: Decimal
    shares_vat: Decimal
    performed_in: Month
    is_correction: bool = False


@dataclass(frozen=True)
class MonthFacts:
    """What the eight checks look at."""

    month: Month
    approved: int
    split: int
    invoices: Sequence[InvoiceSums]
    charged_by_municipality: Decimal
    gross_by_municipality: Decimal
    gross_of_postings: Decimal
    postings: int
    postings_with_account: int
    journal: Decimal
    charged: Decimal


@dataclass(frozen=True)
class CheckLine:
    """One check: what was looked at, what was expected and found, and whether that is good."""

    text: str
    is_good: bool
    expected: str
    found: str
    result: str


def eight_checks(facts: MonthFacts) -> list[CheckLine]:
    """Check a month before it closes; each line says what was expected and what was found."""
    net_gap = sum((one.net - one.shares_net for one in facts.invoices), ZERO)
    vat_gap = sum((one.vat - one.shares_vat for one in facts.invoices), ZERO)
    exact = all((one.net, one.vat) == (one.shares_net, one.shares_vat) for one in facts.invoices)
    keys = {one.issuer_key for one in facts.invoices}
    inside = [one for one in facts.invoices if one.performed_in == facts.month]
    later = [one for one in facts.invoices if one.performed_in < facts.month]
    explained = len(inside) + len(later) == len(facts.invoices)
    vat = sum((one.vat for one in facts.invoices), ZERO)
    count = len(facts.invoices)
    return [
        _line("Elke factuur heeft een verdeling", facts.approved == facts.split, str(facts.approved),
              str(facts.split), f"{facts.split} van {facts.approved}"),
        _line("Aandelen samen gelijk aan de factuur", exact and not net_gap, "verschil 0,00",
              f"verschil {_amount(net_gap)}", f"verschil € {_amount(net_gap)}"),
        _line("Gemeenten samen gelijk aan het totaal", facts.gross_by_municipality == facts.gross_of_postings,
              _amount(facts.gross_of_postings), _amount(facts.gross_by_municipality),
              f"€ {_amount(facts.gross_by_municipality)}"),
        _line("Btw per regel gelijk aan btw op de factuur", not vat_gap and exact, _amount(vat),
              _amount(vat - vat_gap), f"€ {_amount(vat)}"),
        _line("Geen factuurnummer twee keer", len(keys) == count, str(count), str(len(keys)),
              f"{len(keys)} verschillende"),
        _line(f"Prestatie ligt in {facts.month.label}", explained, str(count), str(len(inside)),
              f"{len(inside)} van {count}" + (f", {len(later)} uit een eerdere maand" if later else "")),
        _line("Elke regel heeft kostenplaats en grootboekrekening", facts.postings == facts.postings_with_account,
              str(facts.postings), str(facts.postings_with_account),
              f"{facts.postings_with_account} van {facts.postings}"),
        _line("Totaal gelijk aan de journaalpost", facts.journal == facts.charged, _amount(facts.charged),
              _amount(facts.journal), f"verschil € {_amount(facts.charged - facts.journal)}"),
    ]  # fmt: skip


def _line(text: str, is_good: bool, expected: str, found: str, result: str) -> CheckLine:
    return CheckLine(text, is_good, expected, found, result)


def objections_to_closing(checks: Sequence[CheckLine], *, month: Month, today: Month) -> list[Objection]:
    """Say why a month cannot close: it is not over, or a check fails."""
    found = [Objection(f"Controle niet goed: {check.text}.") for check in checks if not check.is_good]
    if month >= today:
        found.insert(0, Objection(f"{month.label.capitalize()} is nog niet voorbij."))
    return found


def objections_to_reopening(*, reason: str) -> list[Objection]:
    """Say what is missing to reopen a month; the accountant will read the reason."""
    if len(reason.strip()) < 10:
        return [Objection("Geef de reden van het heropenen in ten minste 10 tekens.", "reason")]
    return []


def missing_in_mapping(*, ledger_account: str, cost_centre: str, task_field: str) -> list[str]:
    """Name what a mapping still lacks."""
    needed = (("grootboekrekening", ledger_account), ("kostenplaats", cost_centre), ("taakveld", task_field))
    return [name for name, value in needed if not value.strip()]


def _amount(value: Decimal) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.-", ".,−"))
