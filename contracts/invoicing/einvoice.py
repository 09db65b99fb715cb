"""An e-invoice as plain values: what EN 16931 calls the business terms (BT) that we use."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

NLCIUS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
CEN = "urn:cen.eu:en16931:2017"


class Profile(StrEnum):
    """Under which agreement the document was made."""

    NLCIUS = "nlcius"
    PEPPOL = "peppol"
    CEN = "cen"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name people know it by."""
        return {
            "nlcius": "NLCIUS",
            "peppol": "Peppol BIS Billing 3",
            "cen": "EN 16931 zonder Nederlands profiel",
            "other": "onbekend profiel",
        }[self.value]


class Severity(StrEnum):
    """A fatal finding refuses the document, a warning does not."""

    FATAL = "fataal"
    WARNING = "waarschuwing"


class Verdict(StrEnum):
    """What the check command says of a file."""

    VALID = "geldig"
    WARNING = "waarschuwing"
    INVALID = "ongeldig"


@dataclass(frozen=True)
class Finding:
    """A rule that is not met: its id, a Dutch sentence, and the line it is about."""

    rule: str
    message: str
    severity: Severity = Severity.FATAL
    line: str = ""


@dataclass(frozen=True)
class Party:
    """Seller, buyer or fiscal representative."""

    name: str = ""
    legal_id: str = ""
    legal_scheme: str = ""
    vat_id: str = ""
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True)
class Adjustment:
    """An allowance (discount) or charge, of the document or of a line."""

    is_charge: bool
    amount: Decimal
    reason: str = ""
    category: str = ""
    percent: Decimal | None = None


@dataclass(frozen=True)
class Subtotal:
    """The btw of one category and rate (BG-23)."""

    category: str
    percent: Decimal | None
    taxable: Decimal
    tax: Decimal
    exemption: str = ""
    exemption_code: str = ""


@dataclass(frozen=True)
class Line:
    """An invoice line (BG-25)."""

    id: str
    name: str
    quantity: Decimal | None
    unit: str
    net: Decimal
    price: Decimal | None
    base_quantity: Decimal
    category: str
    percent: Decimal | None
    order_line: str = ""
    item_code: str = ""
    adjustments: tuple[Adjustment, ...] = ()


@dataclass(frozen=True)
class Payment:
    """How the seller asks to be paid (BG-16)."""

    code: str
    account: str = ""
    branch: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file inside the document."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Totals:
    """The totals of the document (BG-22); None where the document does not state one."""

    lines: Decimal | None = None
    net: Decimal | None = None
    gross: Decimal | None = None
    allowances: Decimal = Decimal(0)
    charges: Decimal = Decimal(0)
    prepaid: Decimal = Decimal(0)
    rounding: Decimal = Decimal(0)
    payable: Decimal | None = None


@dataclass(frozen=True)
class EInvoice:
    """A whole document. Amounts are euros, or another ``currency`` that is read but never booked."""

    profile: Profile
    is_credit_note: bool
    number: str
    issued_on: date | None
    due_on: date | None
    type_code: str
    currency: str
    seller: Party
    buyer: Party
    totals: Totals
    tax: Decimal | None
    subtotals: tuple[Subtotal, ...]
    lines: tuple[Line, ...]
    representative: Party | None = None
    buyer_reference: str = ""
    order_reference: str = ""
    note: str = ""
    payment_terms: str = ""
    preceding: tuple[str, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    payments: tuple[Payment, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    unreadable: tuple[Finding, ...] = field(default=())

    @property
    def is_bookable(self) -> bool:
        """Only euros are booked."""
        return self.currency == "EUR"


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """Give the verdict that belongs to the findings."""
    if any(finding.severity is Severity.FATAL for finding in findings):
        return Verdict.INVALID
    return Verdict.WARNING if findings else Verdict.VALID
