"""Bringing a document's lines beside what was specified or credited, and its amounts to one line each.

Plain values only: which line is which, and how much btw stands on each line.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from contracts.invoicing.einvoice import Adjustment, EInvoice, Line
from contracts.invoicing.states import LineKind
from portal.catalogue.states import VatCategory
from portal.money import ZERO, round_cents, spread


@dataclass(frozen=True)
class Candidate:
    """A specified or earlier line that a line of the document may stand for."""

    id: Hashable
    position: int
    quantity: Decimal
    net: Decimal
    category: str
    reference: str = ""


@dataclass(frozen=True)
class Wanted:
    """A line of the document as far as matching needs it."""

    references: tuple[str, ...]
    quantity: Decimal
    net: Decimal
    category: str


def match_lines(wanted: Sequence[Wanted], candidates: Sequence[Candidate]) -> list[Hashable | None]:
    """Find for each line of the document the line it stands for; each is used once.

    First by the line number it cites (BT-132, then BT-126) when the amount fits as well, then by the same
    quantity, amount and category, then by the cited number alone. None when nothing fits.
    """
    left = list(candidates)
    found: list[Hashable | None] = [None] * len(wanted)

    def take(index: int, candidate: Candidate | None) -> None:
        if candidate is not None:
            found[index] = candidate.id
            left.remove(candidate)

    for index, line in enumerate(wanted):
        take(index, next((c for c in _cited(line, left) if c.net == line.net), None))
    for index, line in enumerate(wanted):
        if found[index] is None:
            take(index, next((c for c in left if _same(line, c)), None))
    for index, line in enumerate(wanted):
        if found[index] is None:
            take(index, next(_cited(line, left), None))
    return found


def _cited(line: Wanted, candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield the lines that are cited, in the order in which the document cites them."""
    for reference in line.references:
        if reference:
            yield from (c for c in candidates if reference in (str(c.position), c.reference))


def _same(line: Wanted, candidate: Candidate) -> bool:
    same = (line.net, line.quantity, line.category)
    return same == (candidate.net, candidate.quantity, candidate.category)


@dataclass(frozen=True)
class DocumentLine:
    """A line as it will be stored: a real one, or a document-level amount as pseudo-line."""

    kind: LineKind
    reference: str
    order_line: str
    description: str
    quantity: Decimal
    rate: Decimal
    net: Decimal
    vat: Decimal
    category: VatCategory
    percent: Decimal


def document_lines(invoice: EInvoice) -> list[DocumentLine]:
    """Turn a document into lines with net and btw that add up to its totals.

    The btw of a category is spread over its lines in proportion, because UBL states it only per
    category; discounts, charges and rounding of the whole document become lines of their own.

    Raises:
        ValueError: the btw of a category cannot be laid on its lines.
    """
    lines = [_line(line) for line in invoice.lines]
    lines += [_adjustment(part) for part in invoice.adjustments]
    if invoice.totals.rounding:
        lines.append(
            DocumentLine(
                LineKind.ROUNDING,
                "",
                "",
                "Afronding van de factuur",
                Decimal(1),
                invoice.totals.rounding,
                invoice.totals.rounding,
                ZERO,
                VatCategory.OUTSIDE,
                ZERO,
            )
        )
    vats: dict[int, Decimal] = {}
    for part in invoice.subtotals:
        key = (_category(part.category), part.percent or ZERO)
        places = [i for i, line in enumerate(lines) if (line.category, line.percent) == key]
        places = [i for i in places if lines[i].kind is not LineKind.ROUNDING]
        if not places and not part.tax:
            continue
        vats |= dict(zip(places, spread(part.tax, [lines[i].net for i in places]), strict=True))
    return [
        DocumentLine(**{**line.__dict__, "vat": vats.get(index, ZERO)}) for index, line in enumerate(lines)
    ]


def _line(line: Line) -> DocumentLine:
    price = (line.price or ZERO) / (line.base_quantity or Decimal(1))
    return DocumentLine(
        LineKind.LINE, line.id, line.order_line, line.name, _places(line.quantity or ZERO, 3), _places(price, 4),
        round_cents(line.net), ZERO, _category(line.category), line.percent or ZERO,
    )  # fmt: skip


def _adjustment(part: Adjustment) -> DocumentLine:
    amount = round_cents(part.amount if part.is_charge else -part.amount)
    kind = LineKind.CHARGE if part.is_charge else LineKind.ALLOWANCE
    return DocumentLine(
        kind, "", "", part.reason or kind.label, Decimal(1), amount, amount, ZERO, _category(part.category),
        part.percent or ZERO,
    )  # fmt: skip


def _category(code: str) -> VatCategory:
    try:
        return VatCategory(code)
    except ValueError:
        raise ValueError(f"Btw-categorie ‘{code[:10]}’ kan het portaal niet boeken.") from None


def _places(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
