"""The rules of an e-invoice that we check ourselves, with the sentence a sender can act on.

Sources: EN 16931-1 (BR-..), NLCIUS 1.0.3 / SI-UBL 2.0 (BR-NL-..), Peppol BIS Billing 3 (NL-R-.. and
PEPPOL-EN16931-..). Not every rule of EN 16931 is here: what is not named in ``RULES_CHECKED`` is
left to a full validator.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from contracts.invoicing.einvoice import EInvoice, Finding, Line, Party, Profile, Severity

RULES_CHECKED = (
    "BR-02 BR-03 BR-04 BR-05 BR-06 BR-07 BR-12 BR-13 BR-14 BR-15 BR-16 BR-21 BR-22 BR-25 BR-26 BR-27 BR-DEC "
    "BR-CO-10 BR-CO-11 BR-CO-12 BR-CO-13 BR-CO-14 BR-CO-15 BR-CO-16 BR-CO-17 BR-CO-25 "
    "BR-S-01 BR-S-05 BR-S-08 BR-E-01 BR-E-05 BR-E-08 BR-E-09 BR-E-10 BR-Z-01 BR-Z-05 BR-Z-08 BR-Z-09 "
    "BR-O-01 BR-O-08 BR-O-09 BR-O-10 "
    "BR-NL-1 BR-NL-2 BR-NL-3 BR-NL-4 BR-NL-5 BR-NL-7 BR-NL-8 BR-NL-9 BR-NL-10 BR-NL-11 BR-NL-12 BR-NL-13 "
    "BR-NL-31 BR-NL-35"
).split()

_PEPPOL_NAMES = {
    "BR-NL-1": "NL-R-003",
    "BR-NL-2": "PEPPOL-EN16931-R003",
    "BR-NL-3": "NL-R-002",
    "BR-NL-4": "NL-R-004",
    "BR-NL-5": "NL-R-006",
    "BR-NL-7": "PEPPOL-EN16931-P0100",
    "BR-NL-8": "PEPPOL-EN16931-P0101",
    "BR-NL-9": "NL-R-001",
    "BR-NL-10": "NL-R-005",
    "BR-NL-11": "NL-R-007",
    "BR-NL-12": "NL-R-008",
    "BR-NL-13": "NL-R-009",
}
_TYPES = ("380", "381", "384", "389")
_PEPPOL_INVOICE_TYPES = ("71", "80", "82", "84", "102", "218", "219", "331", "380", "382", "383", "384", "386",
                         "388", "393", "395", "553", "575", "623", "780", "817", "870", "875", "876", "877")  # fmt: skip
_PEPPOL_CREDIT_TYPES = ("81", "83", "381", "396", "532")
_PAYMENT_CODES = ("30", "48", "49", "57", "58", "59")
_LEGAL_SCHEMES = ("0106", "0190")
_CENT, _EURO = Decimal("0.01"), Decimal(1)
_CATEGORIES = {"S": "belast", "E": "vrijgesteld", "Z": "nultarief", "O": "buiten de btw"}


def findings_of(invoice: EInvoice) -> tuple[Finding, ...]:
    """Say which rules the document does not meet, in the order of the document.

    A document without a Dutch profile gets that one finding: its other rules are not ours to judge.
    """
    if invoice.profile not in (Profile.NLCIUS, Profile.PEPPOL):
        what = (
            "alleen de Europese norm (EN 16931)" if invoice.profile is Profile.CEN else "een onbekend profiel"
        )
        return (
            Finding(
                "UBL-PROFIEL",
                f"De factuur heeft geen Nederlands profiel, maar {what}. "
                "Stuur een e-factuur volgens NLCIUS (SI-UBL 2.0) of Peppol BIS Billing 3.",
            ),
        )
    found: list[Finding] = list(invoice.unreadable)
    checks: tuple[Callable[[EInvoice], Iterator[Finding]], ...] = (
        _required,
        _dutch_parties,
        _dutch_document,
        _totals,
        _categories,
        _line_rules,
    )
    for check in checks:
        found.extend(check(invoice))
    return tuple(_named(finding, invoice.profile) for finding in found)


def _named(finding: Finding, profile: Profile) -> Finding:
    """Peppol has the same Dutch rules under other names."""
    if profile is not Profile.PEPPOL or finding.rule not in _PEPPOL_NAMES:
        return finding
    return Finding(_PEPPOL_NAMES[finding.rule], finding.message, finding.severity, finding.line)


def _required(invoice: EInvoice) -> Iterator[Finding]:
    totals = invoice.totals
    needed = (
        ("BR-02", invoice.number, "Het factuurnummer ontbreekt."),
        ("BR-03", invoice.issued_on, "De factuurdatum ontbreekt."),
        ("BR-04", invoice.type_code, "De soort factuur (typecode) ontbreekt."),
        ("BR-05", invoice.currency, "De valuta ontbreekt."),
        ("BR-06", invoice.seller.name, "De naam van de verkoper ontbreekt."),
        ("BR-07", invoice.buyer.name, "De naam van de koper ontbreekt."),
        ("BR-12", totals.lines is not None, "Het totaal van de regels ontbreekt."),
        ("BR-13", totals.net is not None, "Het totaal zonder btw ontbreekt."),
        ("BR-14", totals.gross is not None, "Het totaal met btw ontbreekt."),
        ("BR-15", totals.payable is not None, "Het te betalen bedrag ontbreekt."),
        ("BR-16", invoice.lines, "De factuur heeft geen regels."),
    )
    for rule, value, message in needed:
        if not value:
            yield Finding(rule, message)
    if (
        (totals.payable or 0) > 0
        and not invoice.due_on
        and not invoice.payment_terms
        and not invoice.is_credit_note
    ):
        yield Finding("BR-CO-25", "Noem de vervaldatum of de betaaltermijn.")


def _address_missing(party: Party) -> str:
    missing = [
        word
        for word, value in (("straat", party.street), ("plaats", party.city), ("postcode", party.postcode))
        if not value
    ]
    return ", ".join(missing)


def _has_legal_id(party: Party) -> bool:
    return bool(party.legal_id) and party.legal_scheme in _LEGAL_SCHEMES


def _dutch_parties(invoice: EInvoice) -> Iterator[Finding]:
    seller, buyer, representative = invoice.seller, invoice.buyer, invoice.representative
    dutch = seller.country == "NL"
    if dutch and not _has_legal_id(seller):
        yield Finding("BR-NL-1", "Noem het KvK-nummer (schema 0106) of OIN (schema 0190) van de verkoper.")
    if dutch and (missing := _address_missing(seller)):
        yield Finding("BR-NL-3", f"Vul het adres van de verkoper aan: {missing}.")
    if dutch and buyer.country == "NL" and (missing := _address_missing(buyer)):
        yield Finding("BR-NL-4", f"Vul het adres van de koper aan: {missing}.")
    if (
        dutch
        and representative
        and representative.country == "NL"
        and (missing := _address_missing(representative))
    ):
        yield Finding("BR-NL-5", f"Vul het adres van de fiscaal vertegenwoordiger aan: {missing}.")
    if dutch and buyer.country == "NL" and not _has_legal_id(buyer):
        yield Finding("BR-NL-10", "Noem het KvK-nummer (schema 0106) of OIN (schema 0190) van de koper.")


def _dutch_document(invoice: EInvoice) -> Iterator[Finding]:
    yield from _document_type(invoice)
    if not invoice.buyer_reference and not invoice.order_reference:
        yield Finding("BR-NL-2", "Noem de referentie van de koper (BT-10) of het akkoordnummer (BT-13).")
    if invoice.seller.country != "NL":
        return
    corrects = invoice.is_credit_note if invoice.profile is Profile.PEPPOL else invoice.type_code == "384"
    if corrects and not any(invoice.preceding):
        yield Finding("BR-NL-9", "Noem het nummer van de factuur die u corrigeert.")
    if not invoice.is_credit_note and (invoice.totals.payable or 0) > 0 and not invoice.payments:
        yield Finding("BR-NL-11", "Noem hoe u betaald wilt worden (betaalwijze).")
    for payment in invoice.payments:
        if payment.code not in _PAYMENT_CODES and (invoice.buyer.country or "NL") == "NL":
            allowed = ", ".join(_PAYMENT_CODES)
            yield Finding(
                "BR-NL-12",
                f"Gebruik een betaalwijze uit deze lijst: {allowed}. Nu staat er ‘{payment.code}’.",
            )
    if any(line.order_line for line in invoice.lines) and not invoice.order_reference:
        yield Finding(
            "BR-NL-13", "Een regel noemt een orderregel, maar de factuur noemt geen akkoordnummer (BT-13)."
        )
    if invoice.profile is Profile.NLCIUS:
        yield from _advice(invoice)


def _document_type(invoice: EInvoice) -> Iterator[Finding]:
    code = invoice.type_code
    if invoice.profile is Profile.PEPPOL:
        allowed = _PEPPOL_CREDIT_TYPES if invoice.is_credit_note else _PEPPOL_INVOICE_TYPES
        if code and code not in allowed:
            rule = "BR-NL-8" if invoice.is_credit_note else "BR-NL-7"
            yield Finding(rule, f"De typecode ‘{code}’ mag niet in dit soort document.")
        return
    if code and code not in _TYPES:
        yield Finding("BR-NL-7", f"De typecode ‘{code}’ mag niet. Kies uit {', '.join(_TYPES)}.")
    elif code and (code == "381") != invoice.is_credit_note:
        yield Finding(
            "BR-NL-8", "Een creditfactuur heeft typecode 381 en alleen een creditfactuur heeft die."
        )


def _advice(invoice: EInvoice) -> Iterator[Finding]:
    if any(payment.branch for payment in invoice.payments):
        yield Finding("BR-NL-31", "De BIC bij de rekening is niet nodig.", Severity.WARNING)
    if any(part.exemption_code for part in invoice.subtotals):
        yield Finding(
            "BR-NL-35", "Geef de reden van vrijstelling in tekst, liever niet als code.", Severity.WARNING
        )


def _totals(invoice: EInvoice) -> Iterator[Finding]:
    totals = invoice.totals
    lines = sum((line.net for line in invoice.lines), Decimal(0))
    allowances = sum((part.amount for part in invoice.adjustments if not part.is_charge), Decimal(0))
    charges = sum((part.amount for part in invoice.adjustments if part.is_charge), Decimal(0))
    tax = sum((part.tax for part in invoice.subtotals), Decimal(0))
    net, gross = totals.net or Decimal(0), totals.gross or Decimal(0)
    sums = (
        ("BR-CO-10", totals.lines, lines, "Het totaal van de regels"),
        ("BR-CO-11", totals.allowances, allowances, "Het totaal van de kortingen"),
        ("BR-CO-12", totals.charges, charges, "Het totaal van de toeslagen"),
        (
            "BR-CO-13",
            totals.net,
            (totals.lines or 0) - totals.allowances + totals.charges,
            "Het totaal zonder btw",
        ),
        ("BR-CO-14", invoice.tax, tax, "Het totaal van de btw"),
        ("BR-CO-15", totals.gross, net + (invoice.tax or 0), "Het totaal met btw"),
        ("BR-CO-16", totals.payable, gross - totals.prepaid + totals.rounding, "Het te betalen bedrag"),
    )
    for rule, stated, computed, name in sums:
        if stated is not None and stated != computed:
            yield Finding(
                rule, f"{name} is {_dutch(stated)}, maar uitgerekend is het {_dutch(Decimal(computed))}."
            )


def _categories(invoice: EInvoice) -> Iterator[Finding]:
    bases = _taxable_by_category(invoice)
    stated = {(part.category, part.percent or Decimal(0)) for part in invoice.subtotals}
    for category, percent in bases:
        if category in _CATEGORIES and (category, percent) not in stated:
            yield Finding(
                f"BR-{category}-01",
                f"De btw-specificatie van {_named_category(category, percent)} ontbreekt.",
            )
    for part in invoice.subtotals:
        percent = part.percent or Decimal(0)
        name = _named_category(part.category, percent)
        yield from _tax_of(part.category, percent, part.taxable, part.tax, name)
        if part.category in _CATEGORIES:
            base = bases.get((part.category, percent), Decimal(0))
            yield from _base_of(part.category, part.taxable, base, name)
        if part.category in ("E", "O") and not part.exemption and not part.exemption_code:
            yield Finding(f"BR-{part.category}-10", f"Geef bij {name} de reden van de vrijstelling.")


def _tax_of(category: str, percent: Decimal, taxable: Decimal, tax: Decimal, name: str) -> Iterator[Finding]:
    if category == "S" and percent <= 0:
        yield Finding("BR-S-05", "Bij btw-categorie S hoort een tarief boven nul.")
    if category in ("E", "Z") and percent:
        yield Finding(f"BR-{category}-05", f"Bij {name} hoort tarief 0.")
    if category in ("E", "Z", "O") and tax:
        yield Finding(f"BR-{category}-09", f"Bij {name} hoort geen btw, maar er staat {_dutch(tax)}.")
    computed = (taxable * percent / 100).quantize(_CENT, rounding=ROUND_HALF_UP)
    difference = abs(tax - computed)
    if difference:
        severity = Severity.FATAL if difference >= _EURO else Severity.WARNING
        message = f"De btw bij {name} is {_dutch(tax)}, maar uitgerekend is het {_dutch(computed)}."
        yield Finding("BR-CO-17", message, severity)


def _base_of(category: str, taxable: Decimal, base: Decimal, name: str) -> Iterator[Finding]:
    difference = abs(taxable - base)
    if difference:
        fatal = category != "S" or difference >= _EURO
        yield Finding(
            f"BR-{category}-08",
            f"Het bedrag bij {name} is {_dutch(taxable)}, maar de regels samen zijn {_dutch(base)}.",
            Severity.FATAL if fatal else Severity.WARNING,
        )


def _taxable_by_category(invoice: EInvoice) -> dict[tuple[str, Decimal], Decimal]:
    bases: defaultdict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    for line in invoice.lines:
        bases[(line.category, line.percent or Decimal(0))] += line.net
    for part in invoice.adjustments:
        bases[(part.category, part.percent or Decimal(0))] += part.amount if part.is_charge else -part.amount
    return dict(bases)


def _line_rules(invoice: EInvoice) -> Iterator[Finding]:
    for number, line in enumerate(invoice.lines, start=1):
        name = line.id or str(number)
        needed = (
            ("BR-21", line.id, "het nummer"),
            ("BR-22", line.quantity is not None, "het aantal"),
            ("BR-25", line.name, "de omschrijving"),
            ("BR-26", line.price is not None, "de prijs"),
        )
        for rule, value, what in needed:
            if not value:
                yield Finding(rule, f"Regel {name}: {what} ontbreekt.", line=name)
        if line.price is not None and line.price < 0:
            yield Finding(
                "BR-27",
                f"Regel {name}: de prijs mag niet onder nul zijn. Maak het aantal negatief.",
                line=name,
            )
        yield from _line_sum(invoice.profile, line, name)


def _line_sum(profile: Profile, line: Line, name: str) -> Iterator[Finding]:
    if line.quantity is None or line.price is None or line.base_quantity == 0:
        return
    extra = sum((part.amount if part.is_charge else -part.amount for part in line.adjustments), Decimal(0))
    computed = (line.quantity * line.price / line.base_quantity + extra).quantize(
        _CENT, rounding=ROUND_HALF_UP
    )
    if abs(computed - line.net) > Decimal("0.02"):
        yield Finding(
            "PEPPOL-EN16931-R120",
            f"Regel {name}: aantal maal prijs is {_dutch(computed)}, maar er staat {_dutch(line.net)}.",
            Severity.FATAL if profile is Profile.PEPPOL else Severity.WARNING,
            line=name,
        )


def _named_category(category: str, percent: Decimal) -> str:
    word = _CATEGORIES.get(category, "onbekend")
    return f"btw-categorie {category} ({word}{f', {percent.normalize():f}%' if category == 'S' else ''})"


def _dutch(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".").replace("-", "−")
