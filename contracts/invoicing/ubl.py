"""Reading a UBL 2.1 invoice or credit note: safely, and without believing anything in it.

No DOCTYPE, no entities, no network, UTF-8 only, a limit on size and depth; root and profile are looked
at before anything else. A number that is no number is a finding, never a crash.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal

from lxml import etree

from contracts.invoicing.einvoice import (
    CEN,
    NLCIUS,
    PEPPOL,
    Adjustment,
    Attachment,
    EInvoice,
    Finding,
    Line,
    Party,
    Payment,
    Profile,
    Subtotal,
    Totals,
)

MAX_BYTES = 20 * 1024 * 1024
MAX_LINES = 10_000

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_NS = {"cac": f"{_UBL}CommonAggregateComponents-2", "cbc": f"{_UBL}CommonBasicComponents-2"}
_ROOTS = {f"{{{_UBL}Invoice-2}}Invoice": False, f"{{{_UBL}CreditNote-2}}CreditNote": True}
_PROFILES = {NLCIUS: Profile.NLCIUS, PEPPOL: Profile.PEPPOL, CEN: Profile.CEN}
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_NAMES = {"PayableAmount": "te betalen bedrag", "LineExtensionAmount": "bedrag van de regel"}


class UblRefused(Exception):
    """The file cannot be read as a UBL invoice; carries the finding with a Dutch sentence."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.finding = Finding(rule, message)


def read_ubl(data: bytes) -> EInvoice:
    """Read a UBL document into plain values.

    Args:
        data: the bytes of the file, at most 20 MB.

    Returns:
        The document. Amounts or dates that are none are named in ``unreadable``; the rules make
        that fatal.

    Raises:
        UblRefused: not XML, not UTF-8, cut off, with a DOCTYPE, too large, or no UBL invoice.
    """
    _refuse_bytes(data)
    root = _parse(data)
    if root.tag not in _ROOTS:
        name = etree.QName(root).localname if isinstance(root.tag, str) else "?"
        raise UblRefused(
            "UBL-WORTEL",
            f"Dit is geen UBL-factuur: het bestand begint met ‘{name[:60]}’. "
            "Maak in uw boekhoudprogramma een e-factuur (UBL 2.1, NLCIUS of Peppol BIS 3).",
        )
    return _Reader(root, is_credit_note=_ROOTS[root.tag]).document()


def _refuse_bytes(data: bytes) -> None:
    if not data.strip():
        raise UblRefused("UBL-LEEG", "Het bestand is leeg.")
    if len(data) > MAX_BYTES:
        raise UblRefused(
            "UBL-GROOTTE", "Het bestand is groter dan 20 MB. Stuur de factuur zonder grote bijlagen."
        )
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf").lstrip()[:200])
    other = declared is not None and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii")
    if other or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:200]:
        raise UblRefused(
            "UBL-TEKENS", "Het bestand heeft niet de tekenset UTF-8. Sla de e-factuur op als UTF-8."
        )
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UblRefused(
            "UBL-DOCTYPE",
            "Het bestand bevat een DOCTYPE. Dat is om veiligheid niet toegestaan in een e-factuur.",
        )


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=len(data) > 9_000_000,
        remove_comments=True,
        remove_pis=True,
        recover=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise UblRefused(
            "UBL-XML",
            "Het bestand is geen goede XML of is niet compleet. Maak de e-factuur opnieuw en stuur het hele bestand.",
        ) from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise UblRefused(
            "UBL-DOCTYPE", "Het bestand bevat een DOCTYPE. Dat is niet toegestaan in een e-factuur."
        )
    return root


class _Reader:
    """Walks one document; keeps what could not be read."""

    def __init__(self, root: etree._Element, *, is_credit_note: bool) -> None:
        self.root, self.is_credit_note = root, is_credit_note
        self.findings: list[Finding] = []

    def document(self) -> EInvoice:
        root = self.root
        currency = self.text(root, "cbc:DocumentCurrencyCode")
        total = root.find("cac:LegalMonetaryTotal", _NS)
        tax = self._tax_total(currency)
        period = root.find("cac:InvoicePeriod", _NS)
        made = EInvoice(
            profile=_PROFILES.get(self.text(root, "cbc:CustomizationID"), Profile.OTHER),
            is_credit_note=self.is_credit_note,
            number=self.text(root, "cbc:ID")[:200],
            issued_on=self.day(root, "cbc:IssueDate"),
            due_on=self.day(root, "cbc:DueDate") or self.day(root, "cac:PaymentMeans/cbc:PaymentDueDate"),
            type_code=self.text(
                root, "cbc:CreditNoteTypeCode" if self.is_credit_note else "cbc:InvoiceTypeCode"
            ),
            currency=currency,
            seller=self.party(root.find("cac:AccountingSupplierParty/cac:Party", _NS)),
            buyer=self.party(root.find("cac:AccountingCustomerParty/cac:Party", _NS)),
            representative=self._representative(),
            totals=self._totals(total) if total is not None else Totals(),
            tax=self.amount(tax, "cbc:TaxAmount") if tax is not None else None,
            subtotals=tuple(self._subtotals(tax)) if tax is not None else (),
            lines=tuple(self._lines()),
            buyer_reference=self.text(root, "cbc:BuyerReference")[:200],
            order_reference=self.text(root, "cac:OrderReference/cbc:ID")[:200],
            note=self.text(root, "cbc:Note")[:4000],
            payment_terms=self.text(root, "cac:PaymentTerms/cbc:Note")[:1000],
            preceding=tuple(
                (node.text or "").strip()
                for node in root.findall("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID", _NS)
            ),
            adjustments=tuple(self._adjustments(root)),
            payments=tuple(self._payments()),
            attachments=tuple(self._attachments()),
            starts_on=self.day(period, "cbc:StartDate") if period is not None else None,
            ends_on=self.day(period, "cbc:EndDate") if period is not None else None,
        )
        return EInvoice(**{**made.__dict__, "unreadable": tuple(self.findings)})

    def text(self, node: etree._Element, path: str) -> str:
        found = node.find(path, _NS)
        return "" if found is None else (found.text or "").strip()

    def number(self, node: etree._Element, path: str, line: str = "") -> Decimal | None:
        found = node.find(path, _NS)
        if found is None:
            return None
        text = (found.text or "").strip()
        if _NUMBER.fullmatch(text) is None:
            self._unreadable("UBL-GETAL", path, text, line)
            return None
        return Decimal(text)

    def amount(self, node: etree._Element, path: str, line: str = "") -> Decimal | None:
        value = self.number(node, path, line)
        if value is not None and value != value.quantize(Decimal("0.01")):
            self._unreadable("BR-DEC", path, str(value), line)
            return None
        return value

    def day(self, node: etree._Element, path: str) -> date | None:
        text = self.text(node, path)
        if not text:
            return None
        if _DATE.fullmatch(text):
            with suppress(ValueError):
                return date.fromisoformat(text)
        self._unreadable("UBL-DATUM", path, text, "")
        return None

    def _unreadable(self, rule: str, path: str, text: str, line: str) -> None:
        name = path.rpartition(":")[2]
        what = {
            "UBL-GETAL": "is geen getal",
            "BR-DEC": "heeft meer dan twee decimalen",
            "UBL-DATUM": "is geen datum (JJJJ-MM-DD)",
        }[rule]
        where = f"Regel {line}: " if line else ""
        self.findings.append(
            Finding(rule, f"{where}‘{text[:40]}’ in {_NAMES.get(name, name)} {what}.", line=line)
        )

    def party(self, node: etree._Element | None) -> Party:
        if node is None:
            return Party()
        legal = node.find("cac:PartyLegalEntity/cbc:CompanyID", _NS)
        return Party(
            name=(
                self.text(node, "cac:PartyLegalEntity/cbc:RegistrationName")
                or self.text(node, "cac:PartyName/cbc:Name")
            ),
            legal_id="" if legal is None else (legal.text or "").strip(),
            legal_scheme="" if legal is None else str(legal.get("schemeID", "")),
            vat_id=self.text(node, "cac:PartyTaxScheme/cbc:CompanyID"),
            street=self.text(node, "cac:PostalAddress/cbc:StreetName"),
            city=self.text(node, "cac:PostalAddress/cbc:CityName"),
            postcode=self.text(node, "cac:PostalAddress/cbc:PostalZone"),
            country=self.text(node, "cac:PostalAddress/cac:Country/cbc:IdentificationCode"),
        )

    def _representative(self) -> Party | None:
        node = self.root.find("cac:TaxRepresentativeParty", _NS)
        return None if node is None else self.party(node)

    def _totals(self, node: etree._Element) -> Totals:
        zero = Decimal(0)
        return Totals(
            lines=self.amount(node, "cbc:LineExtensionAmount"),
            net=self.amount(node, "cbc:TaxExclusiveAmount"),
            gross=self.amount(node, "cbc:TaxInclusiveAmount"),
            allowances=self.amount(node, "cbc:AllowanceTotalAmount") or zero,
            charges=self.amount(node, "cbc:ChargeTotalAmount") or zero,
            prepaid=self.amount(node, "cbc:PrepaidAmount") or zero,
            rounding=self.amount(node, "cbc:PayableRoundingAmount") or zero,
            payable=self.amount(node, "cbc:PayableAmount"),
        )

    def _tax_total(self, currency: str) -> etree._Element | None:
        """The btw total in the currency of the document; another may stand beside it (BT-111)."""
        found = self.root.findall("cac:TaxTotal", _NS)
        with_parts = [node for node in found if node.find("cac:TaxSubtotal", _NS) is not None]
        for node in with_parts or found:
            amount = node.find("cbc:TaxAmount", _NS)
            if amount is not None and amount.get("currencyID", currency) == currency:
                return node
        return next(iter(with_parts or found), None)

    def _subtotals(self, tax: etree._Element) -> Iterator[Subtotal]:
        for node in tax.findall("cac:TaxSubtotal", _NS):
            yield Subtotal(
                category=self.text(node, "cac:TaxCategory/cbc:ID"),
                percent=self.number(node, "cac:TaxCategory/cbc:Percent"),
                taxable=self.amount(node, "cbc:TaxableAmount") or Decimal(0),
                tax=self.amount(node, "cbc:TaxAmount") or Decimal(0),
                exemption=self.text(node, "cac:TaxCategory/cbc:TaxExemptionReason"),
                exemption_code=self.text(node, "cac:TaxCategory/cbc:TaxExemptionReasonCode"),
            )

    def _adjustments(self, parent: etree._Element, line: str = "") -> Iterator[Adjustment]:
        for node in parent.findall("cac:AllowanceCharge", _NS):
            yield Adjustment(
                is_charge=self.text(node, "cbc:ChargeIndicator") == "true",
                amount=self.amount(node, "cbc:Amount", line) or Decimal(0),
                reason=self.text(node, "cbc:AllowanceChargeReason")[:200],
                category=self.text(node, "cac:TaxCategory/cbc:ID"),
                percent=self.number(node, "cac:TaxCategory/cbc:Percent", line),
            )

    def _payments(self) -> Iterator[Payment]:
        for node in self.root.findall("cac:PaymentMeans", _NS):
            yield Payment(
                code=self.text(node, "cbc:PaymentMeansCode"),
                account=self.text(node, "cac:PayeeFinancialAccount/cbc:ID"),
                branch=self.text(node, "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"),
            )

    def _attachments(self) -> Iterator[Attachment]:
        path = "cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
        for node in self.root.findall(path, _NS):
            size = len("".join((node.text or "").split())) * 3 // 4
            yield Attachment(str(node.get("filename", ""))[:200], str(node.get("mimeCode", ""))[:100], size)

    def _lines(self) -> Iterator[Line]:
        kind = "CreditNoteLine" if self.is_credit_note else "InvoiceLine"
        found = self.root.findall(f"cac:{kind}", _NS)
        if len(found) > MAX_LINES:
            raise UblRefused(
                "UBL-REGELS", f"De factuur heeft meer dan {MAX_LINES} regels. Splits de factuur."
            )
        for node in found:
            yield self._line(node, "cbc:CreditedQuantity" if self.is_credit_note else "cbc:InvoicedQuantity")

    def _line(self, node: etree._Element, quantity: str) -> Line:
        identity = self.text(node, "cbc:ID")[:40]
        counted = node.find(quantity, _NS)
        tax = "cac:Item/cac:ClassifiedTaxCategory"
        return Line(
            id=identity,
            name=self.text(node, "cac:Item/cbc:Name")[:200],
            quantity=self.number(node, quantity, identity),
            unit="" if counted is None else str(counted.get("unitCode", "")),
            net=self.amount(node, "cbc:LineExtensionAmount", identity) or Decimal(0),
            price=self.number(node, "cac:Price/cbc:PriceAmount", identity),
            base_quantity=self.number(node, "cac:Price/cbc:BaseQuantity", identity) or Decimal(1),
            category=self.text(node, f"{tax}/cbc:ID"),
            percent=self.number(node, f"{tax}/cbc:Percent", identity),
            order_line=self.text(node, "cac:OrderLineReference/cbc:LineID")[:40],
            item_code=self.text(node, "cac:Item/cac:SellersItemIdentification/cbc:ID")[:40],
            adjustments=tuple(self._adjustments(node, identity)),
        )
