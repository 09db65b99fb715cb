"""What an invoice must meet to be paid: the contract, the term, the price, the accepted rows, the buyer.

Plain values in, sentences out; each names the rule, and the line where there is one.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from contracts.invoicing.states import Check, InvoiceKind
from portal.errors import Objection
from portal.money import ZERO

PAYMENT_DAYS = 30
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Found:
    """What a check found: which check, which rule, a sentence, the place of the line, whether it blocks."""

    check: Check
    rule: str
    message: str
    line: int | None = None
    blocks: bool = True


@dataclass(frozen=True)
class Expected:
    """What the specification says of a line."""

    description: str
    quantity: Decimal
    rate: Decimal
    amount: Decimal
    category: str
    percent: Decimal


@dataclass(frozen=True)
class LineFacts:
    """A line of the invoice beside what was expected; ``expected`` is None when nothing matches.

    ``rows_accepted`` is what the accepted rows carry now; ``corrected_trajectory`` is the trajectnummer
    when its row of the month is being corrected, else empty.
    """

    position: int
    description: str
    quantity: Decimal
    rate: Decimal
    net: Decimal
    category: str
    percent: Decimal
    is_document_level: bool = False
    expected: Expected | None = None
    rows_accepted: Decimal | None = None
    corrected_trajectory: str = ""
    has_share: bool = True


@dataclass(frozen=True)
class InvoiceFacts:
    """An invoice beside its contract."""

    kind: InvoiceKind
    buyer_on_invoice: str
    buyer_expected: str
    buyer_matches: bool
    seller_on_invoice: str
    seller_expected: str
    seller_matches: bool
    month_first: date
    starts_on: date
    run_off_until: date
    net: Decimal
    total: Decimal
    lines: Sequence[LineFacts]
    ceiling: Decimal | None
    booked_before: Decimal
    specification_amount: Decimal | None
    specification_invoiced: bool = False


def normalised(number: str) -> str:
    """Make an invoice number comparable: capitals, letters and digits only, leading zeros kept."""
    folded = unicodedata.normalize("NFKC", number).upper()
    return re.sub(r"[^0-9A-Z]", "", folded)


def pay_by(*, received_on: date, accepted_on: date | None) -> date:
    """Say when an invoice must be paid: thirty days after receipt, or after acceptance when that is later.

    Source: art. 6:119b BW (a public body pays within thirty days).
    """
    start = max(received_on, accepted_on) if accepted_on else received_on
    return start + timedelta(days=PAYMENT_DAYS)


def findings_on(facts: InvoiceFacts) -> list[Found]:
    """Compare an invoice with its contract, prices and accepted rows, and look at the money.

    The rules of the e-invoice itself are in ``einvoice_rules``; these two checks are apart from it.
    """
    return [*_parties(facts), *_term(facts), *_lines(facts), *_money(facts)]


def _parties(facts: InvoiceFacts) -> Iterator[Found]:
    if not facts.buyer_matches:
        yield Found(
            Check.MATCH,
            "KOPER",
            f"Deze factuur staat op naam van {facts.buyer_on_invoice or 'niemand'}; "
            f"zet haar op naam van {facts.buyer_expected}.",
        )
    if not facts.seller_matches:
        yield Found(
            Check.MATCH,
            "VERKOPER",
            f"De verkoper op de factuur is {facts.seller_on_invoice or 'niet genoemd'}, "
            f"maar de contractpartij is {facts.seller_expected}.",
        )


def _term(facts: InvoiceFacts) -> Iterator[Found]:
    if not facts.starts_on.replace(day=1) <= facts.month_first <= facts.run_off_until:
        yield Found(
            Check.MATCH, "TERMIJN", "De prestatie valt niet binnen de looptijd of uitloop van het contract."
        )
    if facts.specification_invoiced:
        yield Found(Check.MATCH, "AL-GEFACTUREERD", "Deze specificatie is al gefactureerd.")


def _lines(facts: InvoiceFacts) -> Iterator[Found]:
    for line in facts.lines:
        if not line.has_share:
            yield Found(
                Check.MATCH,
                "SLEUTEL",
                f"Regel {line.position}: er is geen verdeelsleutel voor deze regel. Stel eerst een sleutel vast.",
                line.position,
            )
        if line.is_document_level or facts.kind is InvoiceKind.CREDIT:
            continue
        yield from _line(line)


def _line(line: LineFacts) -> Iterator[Found]:
    expected, name = line.expected, f"Regel {line.position}"
    if expected is None:
        yield Found(
            Check.MATCH,
            "REGEL",
            f"{name}: ‘{line.description}’ staat niet in de specificatie.",
            line.position,
        )
        return
    if line.rate != expected.rate:
        message = f"{name}: de prijs is {_rate(line.rate)}; volgens het contract {_rate(expected.rate)}."
        yield Found(Check.MATCH, "PRIJS", message, line.position)
    allowed = (
        min(expected.quantity, line.rows_accepted) if line.rows_accepted is not None else expected.quantity
    )
    if line.quantity > allowed:
        yield _too_many(line, expected, allowed)
    elif line.quantity < allowed:
        message = f"{name}: het aantal is {_plain(line.quantity)}; er is {_plain(allowed)} goedgekeurd."
        yield Found(Check.MATCH, "AANTAL-LAGER", message, line.position, blocks=False)
    if (line.category, line.percent) != (expected.category, expected.percent):
        message = f"{name}: btw {line.category} {_plain(line.percent)}%; volgens het contract "
        yield Found(
            Check.MATCH, "BTW", f"{message}{expected.category} {_plain(expected.percent)}%.", line.position
        )


def _too_many(line: LineFacts, expected: Expected, allowed: Decimal) -> Found:
    name = f"Regel {line.position}"
    if line.corrected_trajectory:
        message = (
            f"{name}: over traject {line.corrected_trajectory} loopt een correctie van de maandrapportage. "
            "De regel telt weer zodra de verbeterde regel is goedgekeurd."
        )
        return Found(Check.MATCH, "CORRECTIE", message, line.position)
    message = f"{name}: het aantal is {_plain(line.quantity)}; goedgekeurd is {_plain(allowed)}."
    if line.quantity == expected.quantity:
        message += " De maandrapportage is na de specificatie gewijzigd: stuur de factuur terug; de aanbieder maakt "
        message += "een nieuwe specificatie."
    return Found(Check.MATCH, "AANTAL", message, line.position)


def _money(facts: InvoiceFacts) -> Iterator[Found]:
    if facts.total <= 0:
        yield Found(
            Check.MONEY, "BEDRAG", "Het bedrag moet groter zijn dan nul. Stuur anders een creditfactuur."
        )
    for line in facts.lines:
        computed = (line.quantity * line.rate).quantize(_CENT)
        if not line.is_document_level and abs(computed - line.net) > _CENT:
            message = f"Regel {line.position}: aantal maal prijs is {_amount(computed)}, er staat {_amount(line.net)}."
            yield Found(Check.MONEY, "REGELSOM", message, line.position)
    if facts.kind is InvoiceKind.CREDIT:
        return
    if facts.specification_amount is not None and facts.net > facts.specification_amount:
        message = (
            f"De factuur is {_amount(facts.net)}; de specificatie is {_amount(facts.specification_amount)}."
        )
        yield Found(Check.MONEY, "SPECIFICATIE", message)
    if facts.ceiling is not None and facts.booked_before + facts.net > facts.ceiling:
        over = facts.booked_before + facts.net - facts.ceiling
        yield Found(
            Check.MONEY,
            "PLAFOND",
            f"Met deze factuur gaat het contract {_amount(over)} boven zijn plafond. Wijzig eerst het contract.",
        )


def objections_to_date(issued_on: date | None, earliest: date, of: str) -> list[Objection]:
    """Say that a document cannot be older than what it is about; ``of`` says whose day ``earliest`` is."""
    if issued_on is None or issued_on >= earliest:
        return []
    return [Objection(f"De factuurdatum ligt voor {earliest:%d-%m-%Y}, de dag {of}.", "issued_on")]


def objections_to_return(*, reason: str) -> list[Objection]:
    """Say what is missing to send an invoice back; the provider must know what to mend."""
    if len(reason.strip()) < 10:
        return [Objection("Geef de reden van het terugsturen in ten minste 10 tekens.", "reason")]
    return []


def objections_to_declaring(*, blocking: Sequence[str], open_disputes: int) -> list[Objection]:
    """Say why the performance cannot be declared yet."""
    found = [Objection(f"Dit staat nog open: {message}") for message in blocking]
    if open_disputes:
        found.append(Objection("Er is nog een regel betwist. Handel dat eerst af."))
    return found


def objections_to_approving(
    *, declared_by_same_person: bool, open_disputes: int, blocking: Sequence[str] = ()
) -> list[Objection]:
    """Say why an invoice cannot be made payable: it takes two people, and checks that are still good."""
    found = [Objection(f"Dit staat nog open: {message}") for message in blocking]
    if declared_by_same_person:
        found.append(
            Objection("U verklaarde zelf de prestatie. Een andere collega van financiën stelt betaalbaar.")
        )
    if open_disputes:
        found.append(Objection("Er is nog een regel betwist. Handel dat eerst af."))
    return found


def sum_of(amounts: Sequence[Decimal]) -> Decimal:
    """Add amounts; zero for none."""
    return sum(amounts, ZERO)


def _amount(value: Decimal) -> str:
    return f"€ {value:,.2f}".translate(str.maketrans(",.-", ".,−"))


def _rate(value: Decimal) -> str:
    text = f"{value:,.4f}"
    while text.endswith("0") and len(text.rpartition(".")[2]) > 2:
        text = text[:-1]
    return f"€ {text}".translate(str.maketrans(",.-", ".,−"))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():,f}".translate(str.maketrans(",.-", ".,−"))
