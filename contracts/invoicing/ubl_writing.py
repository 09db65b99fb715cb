"""Writing a UBL invoice or credit note under the NLCIUS profile, for a provider without own software.

What this writes, ``ubl.read_ubl`` reads back and ``einvoice_rules.findings_of`` finds nothing wrong in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from contracts.invoicing.einvoice import NLCIUS
from contracts.invoicing.specification_rules import vat_of
from portal.money import ZERO

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{_UBL}CommonAggregateComponents-2", f"{_UBL}CommonBasicComponents-2"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"


@dataclass(frozen=True)
class WrittenParty:
    """Who sells or buys; ``scheme`` is 0106 for KvK and 0190 for OIN."""

    name: str
    legal_id: str
    scheme: str
    street: str
    city: str
    postcode: str
    vat_id: str = ""
    iban: str = ""


@dataclass(frozen=True)
class WrittenLine:
    """A line; ``order_line`` is the number of the line in the specification (BT-132)."""

    id: str
    name: str
    quantity: Decimal
    price: Decimal
    net: Decimal
    category: str
    percent: Decimal
    exemption: str = ""
    order_line: str = ""


@dataclass(frozen=True)
class WrittenInvoice:
    """A document; a credit note cites the number of what it credits in ``preceding``."""

    number: str
    issued_on: date
    due_on: date
    order_reference: str
    seller: WrittenParty
    buyer: WrittenParty
    lines: Sequence[WrittenLine]
    is_credit_note: bool = False
    preceding: str = ""


def write_ubl(invoice: WrittenInvoice) -> bytes:
    """Write a document as UBL 2.1; the btw per category and the totals are worked out here."""
    name = "CreditNote" if invoice.is_credit_note else "Invoice"
    space = f"{_UBL}{name}-2"
    root = etree.Element(f"{{{space}}}{name}", nsmap={None: space, "cac": CAC, "cbc": CBC})
    _b(root, "CustomizationID", NLCIUS)
    _b(root, "ProfileID", PROCESS)
    _b(root, "ID", invoice.number)
    _b(root, "IssueDate", invoice.issued_on.isoformat())
    if not invoice.is_credit_note:
        _b(root, "DueDate", invoice.due_on.isoformat())
    _b(root, f"{name}TypeCode", "381" if invoice.is_credit_note else "380")
    _b(root, "DocumentCurrencyCode", "EUR")
    _b(_a(root, "OrderReference"), "ID", invoice.order_reference)
    if invoice.preceding:
        _b(_a(_a(root, "BillingReference"), "InvoiceDocumentReference"), "ID", invoice.preceding)
    _party(_a(root, "AccountingSupplierParty"), invoice.seller)
    _party(_a(root, "AccountingCustomerParty"), invoice.buyer)
    means = _a(root, "PaymentMeans")
    _b(means, "PaymentMeansCode", "30")
    _b(_a(means, "PayeeFinancialAccount"), "ID", invoice.seller.iban)
    _totals(root, invoice)
    for line in invoice.lines:
        _line(root, line, is_credit_note=invoice.is_credit_note)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _a(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _b(parent: etree._Element, name: str, text: str, **attributes: str) -> etree._Element:
    node: etree._Element = etree.SubElement(parent, f"{{{CBC}}}{name}", attributes)
    node.text = text
    return node


def _money(parent: etree._Element, name: str, amount: Decimal) -> None:
    _b(parent, name, f"{amount:.2f}", currencyID="EUR")


def _party(parent: etree._Element, party: WrittenParty) -> None:
    node = _a(parent, "Party")
    address = _a(node, "PostalAddress")
    _b(address, "StreetName", party.street)
    _b(address, "CityName", party.city)
    _b(address, "PostalZone", party.postcode)
    _b(_a(address, "Country"), "IdentificationCode", "NL")
    if party.vat_id:
        tax = _a(node, "PartyTaxScheme")
        _b(tax, "CompanyID", party.vat_id)
        _b(_a(tax, "TaxScheme"), "ID", "VAT")
    legal = _a(node, "PartyLegalEntity")
    _b(legal, "RegistrationName", party.name)
    _b(legal, "CompanyID", party.legal_id, schemeID=party.scheme)


def _totals(root: etree._Element, invoice: WrittenInvoice) -> None:
    groups: dict[tuple[str, Decimal], list[WrittenLine]] = {}
    for line in invoice.lines:
        groups.setdefault((line.category, line.percent), []).append(line)
    taxes = {key: vat_of(sum((one.net for one in lines), ZERO), key[1]) for key, lines in groups.items()}
    total = _a(root, "TaxTotal")
    _money(total, "TaxAmount", sum(taxes.values(), ZERO))
    for key, lines in groups.items():
        part = _a(total, "TaxSubtotal")
        _money(part, "TaxableAmount", sum((one.net for one in lines), ZERO))
        _money(part, "TaxAmount", taxes[key])
        _category(_a(part, "TaxCategory"), key[0], key[1], lines[0].exemption)
    net = sum((line.net for line in invoice.lines), ZERO)
    gross = net + sum(taxes.values(), ZERO)
    sums = _a(root, "LegalMonetaryTotal")
    for name, amount in (
        ("LineExtensionAmount", net),
        ("TaxExclusiveAmount", net),
        ("TaxInclusiveAmount", gross),
        ("PayableAmount", gross),
    ):
        _money(sums, name, amount)


def _category(node: etree._Element, code: str, percent: Decimal, exemption: str) -> None:
    _b(node, "ID", code)
    if code != "O":
        _b(node, "Percent", f"{percent.normalize():f}")
    if exemption and code in ("E", "O"):
        _b(node, "TaxExemptionReason", exemption)
    _b(_a(node, "TaxScheme"), "ID", "VAT")


def _line(root: etree._Element, line: WrittenLine, *, is_credit_note: bool) -> None:
    node = _a(root, "CreditNoteLine" if is_credit_note else "InvoiceLine")
    _b(node, "ID", line.id)
    quantity = "CreditedQuantity" if is_credit_note else "InvoicedQuantity"
    _b(node, quantity, f"{line.quantity.normalize():f}", unitCode="C62")
    _money(node, "LineExtensionAmount", line.net)
    if line.order_line:
        _b(_a(node, "OrderLineReference"), "LineID", line.order_line)
    item = _a(node, "Item")
    _b(item, "Name", line.name[:100])
    _category(_a(item, "ClassifiedTaxCategory"), line.category, line.percent, "")
    _b(_a(node, "Price"), "PriceAmount", f"{line.price:f}", currencyID="EUR")
