"""Reading e-invoices safely, and judging them by the rules."""

import base64
import json
import socket
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.invoicing.checking import invoices, report_on
from contracts.invoicing.einvoice import CEN, NLCIUS, Profile, Severity
from contracts.invoicing.einvoice_rules import RULES_CHECKED, findings_of
from contracts.invoicing.matching import Candidate, Wanted, document_lines, match_lines
from contracts.invoicing.states import LineKind
from contracts.invoicing.ubl import MAX_BYTES, UblRefused, read_ubl
from tests.contracts.invoicing.ubl_files import as_peppol, credit_note, spoiled, ubl

D = Decimal


def rules(data: bytes) -> list[str]:
    return [finding.rule for finding in findings_of(read_ubl(data))]


def refused(data: bytes) -> str:
    with pytest.raises(UblRefused) as caught:
        read_ubl(data)
    return caught.value.finding.rule


def test_what_we_write_is_read_back_whole_and_meets_every_rule() -> None:
    invoice = read_ubl(ubl())

    assert (invoice.number, invoice.currency, len(invoice.lines)) == ("2026-0114", "EUR", 2)
    assert (invoice.totals.net, invoice.tax, invoice.totals.gross) == (D("748.00"), D("52.08"), D("800.08"))
    assert invoice.order_reference == "AK-2611-PROEF1"
    assert findings_of(invoice) == ()
    assert rules(credit_note()) == []
    assert rules(as_peppol()) == []


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "UBL-LEEG"),
        (b"   \n", "UBL-LEEG"),
        (b"%PDF-1.7", "UBL-XML"),
        (b"<Invoice", "UBL-XML"),
        (b"<html></html>", "UBL-WORTEL"),
        (ubl()[:-40], "UBL-XML"),
        (ubl().decode().encode("utf-16"), "UBL-TEKENS"),
        (ubl().replace(b"UTF-8", b"ISO-8859-1"), "UBL-TEKENS"),
        (ubl() + b" " * MAX_BYTES, "UBL-GROOTTE"),
        (ubl().replace(b"<Invoice ", b"<!DOCTYPE x [<!ENTITY a 'b'>]><Invoice "), "UBL-DOCTYPE"),
        (
            b'<?xml version="1.0"?><!DOCTYPE Invoice SYSTEM "http://example.invalid/x.dtd"><Invoice/>',
            "UBL-DOCTYPE",
        ),
    ],
)
def test_what_is_no_safe_ubl_is_refused_in_dutch(data: bytes, rule: str) -> None:
    assert refused(data) == rule


def test_an_entity_cannot_read_a_file_or_grow() -> None:
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'

    assert refused(laughs + ubl().split(b"?>", 1)[1]) == "UBL-DOCTYPE"
    assert refused(b"<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><x>&x;</x>") == "UBL-DOCTYPE"


def test_reading_makes_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    link = "<cbc:Note>https://example.invalid/factuur.pdf</cbc:Note></cac:Item>"
    assert rules(spoiled(("</cac:Item>", link))) == []


@pytest.mark.parametrize(
    ("pairs", "rule"),
    [
        ([('schemeID="0106"', 'schemeID="9999"')], "BR-NL-1"),
        ([("<cbc:ID>AK-2611-PROEF1</cbc:ID>", "<cbc:ID></cbc:ID>")], "BR-NL-2"),
        ([("<cbc:StreetName>Kade 12</cbc:StreetName>", "")], "BR-NL-3"),
        ([("<cbc:PostalZone>2600 AA</cbc:PostalZone>", "")], "BR-NL-4"),
        ([("InvoiceTypeCode>380<", "InvoiceTypeCode>326<")], "BR-NL-7"),
        ([("InvoiceTypeCode>380<", "InvoiceTypeCode>381<")], "BR-NL-8"),
        ([("InvoiceTypeCode>380<", "InvoiceTypeCode>384<")], "BR-NL-9"),
        ([('schemeID="0190"', 'schemeID="0088"')], "BR-NL-10"),
        ([("PaymentMeansCode>30<", "PaymentMeansCode>10<")], "BR-NL-12"),
        ([('LineExtensionAmount currencyID="EUR">748.00', 'LineExtensionAmount currencyID="EUR">749.00')], "BR-CO-10"),
        ([('TaxExclusiveAmount currencyID="EUR">748.00', 'TaxExclusiveAmount currencyID="EUR">749.00')], "BR-CO-13"),
        ([('TaxAmount currencyID="EUR">52.08</cbc:TaxAmount>\n    <cac:TaxSubtotal>', 'TaxAmount currencyID="EUR">53.08</cbc:TaxAmount>\n    <cac:TaxSubtotal>')], "BR-CO-14"),  # noqa: E501
        ([('TaxInclusiveAmount currencyID="EUR">800.08', 'TaxInclusiveAmount currencyID="EUR">801.08')], "BR-CO-15"),
        ([('PayableAmount currencyID="EUR">800.08', 'PayableAmount currencyID="EUR">800.07')], "BR-CO-16"),
        ([('TaxableAmount currencyID="EUR">248.00', 'TaxableAmount currencyID="EUR">348.00')], "BR-CO-17"),
        ([('TaxableAmount currencyID="EUR">248.00', 'TaxableAmount currencyID="EUR">348.00')], "BR-S-08"),
        ([("<cbc:TaxExemptionReason>Vrijgesteld onderwijs</cbc:TaxExemptionReason>", "")], "BR-E-10"),
        ([("<cbc:DueDate>2026-12-02</cbc:DueDate>", "")], "BR-CO-25"),
        ([("<cbc:IssueDate>2026-11-02</cbc:IssueDate>", "<cbc:IssueDate>2026-13-02</cbc:IssueDate>")], "UBL-DATUM"),
        ([('PriceAmount currencyID="EUR">62.00', 'PriceAmount currencyID="EUR">-62.00')], "BR-27"),
    ],
)  # fmt: skip
def test_each_fatal_rule_is_found_and_named(pairs: list[tuple[str, str]], rule: str) -> None:
    assert rule in rules(spoiled(*pairs))
    assert report_on("f.xml", spoiled(*pairs))["verdict"] == "ongeldig"


def test_discount_and_charge_totals_must_add_up() -> None:
    allowance = (
        "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>"
        '<cbc:Amount currencyID="EUR">10.00</cbc:Amount><cac:TaxCategory><cbc:ID>E</cbc:ID>'
        "<cbc:Percent>0</cbc:Percent></cac:TaxCategory></cac:AllowanceCharge><cac:TaxTotal>"
    )

    assert "BR-CO-11" in rules(spoiled(("<cac:TaxTotal>", allowance)))
    assert "BR-CO-12" in rules(spoiled(("<cac:TaxTotal>", allowance.replace("false", "true"))))


def test_payment_means_and_order_line_need_what_they_cite() -> None:
    data = ubl().decode()
    start, end = data.index("<cac:PaymentMeans>"), data.index("<cac:TaxTotal>")
    line = "<cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference><cac:Item>"
    unordered = spoiled(("<cac:Item>", line), ("<cbc:ID>AK-2611-PROEF1</cbc:ID>", "<cbc:ID/>"))

    assert rules((data[:start] + data[end:]).encode()) == ["BR-NL-11"]
    assert {"BR-NL-2", "BR-NL-13"} <= set(rules(unordered))


def test_a_fiscal_representative_needs_an_address() -> None:
    party = (
        "<cac:TaxRepresentativeParty><cac:PartyName><cbc:Name>R</cbc:Name></cac:PartyName><cac:PostalAddress>"
        "<cac:Country><cbc:IdentificationCode>NL</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
        "</cac:TaxRepresentativeParty><cac:PaymentMeans>"
    )
    assert rules(spoiled(("<cac:PaymentMeans>", party))) == ["BR-NL-5"]


def test_peppol_has_the_same_rules_under_its_own_names() -> None:
    assert rules(as_peppol(spoiled(('schemeID="0106"', 'schemeID="9999"')))) == ["NL-R-003"]
    orphan = as_peppol(credit_note().replace(b"2026-0114", b""))
    assert "NL-R-001" in rules(orphan)


def test_a_foreign_seller_needs_no_dutch_numbers() -> None:
    data = spoiled(
        ("NL</cbc:IdentificationCode>", "BE</cbc:IdentificationCode>"), ('schemeID="0106"', 'schemeID="0208"')
    )
    assert rules(data) == []


def test_a_bare_european_invoice_has_no_dutch_profile() -> None:
    invoice = read_ubl(spoiled((NLCIUS, CEN)))
    found = findings_of(invoice)

    assert invoice.profile is Profile.CEN
    assert [one.rule for one in found] == ["UBL-PROFIEL"]
    assert "geen Nederlands profiel" in found[0].message


def test_a_warning_does_not_refuse() -> None:
    branch = "<cac:FinancialInstitutionBranch><cbc:ID>ABNANL2A</cbc:ID></cac:FinancialInstitutionBranch></cac:PayeeFinancialAccount>"  # noqa: E501
    data = spoiled(("</cac:PayeeFinancialAccount>", branch))

    assert [(one.rule, one.severity) for one in findings_of(read_ubl(data))] == [
        ("BR-NL-31", Severity.WARNING)
    ]
    assert report_on("f.xml", data)["verdict"] == "waarschuwing"


@pytest.mark.parametrize("amount", ["1e309", "NaN", "١٢٣", "Infinity", "12,50", "0x10", "9" * 40])
def test_an_amount_that_is_no_number_is_named_and_nothing_breaks(amount: str) -> None:
    data = spoiled(('PayableAmount currencyID="EUR">800.08', f'PayableAmount currencyID="EUR">{amount}'))
    assert "UBL-GETAL" in rules(data)


def test_more_than_two_decimals_are_refused() -> None:
    data = spoiled(('PayableAmount currencyID="EUR">800.08', 'PayableAmount currencyID="EUR">800.081'))
    assert "BR-DEC" in rules(data)


def test_another_currency_is_read_but_cannot_be_booked() -> None:
    invoice = read_ubl(spoiled(("EUR", "GBP")))

    assert findings_of(invoice) == ()
    assert not invoice.is_bookable


def test_attachments_are_seen_with_their_size() -> None:
    content = base64.b64encode(b"x" * 300).decode()
    extra = (
        "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject "
        f'mimeCode="application/pdf" filename="urenstaat.pdf">{content}</cbc:EmbeddedDocumentBinaryObject>'
        "</cac:Attachment></cac:AdditionalDocumentReference><cac:AccountingSupplierParty>"
    )
    found = read_ubl(spoiled(("<cac:AccountingSupplierParty>", extra))).attachments

    assert [(one.name, one.media_type, one.size) for one in found] == [
        ("urenstaat.pdf", "application/pdf", 300)
    ]


def test_document_lines_carry_the_btw_of_their_category_and_add_up() -> None:
    lines = document_lines(read_ubl(ubl()))

    assert [(line.net, line.vat) for line in lines] == [(D("500.00"), D("0.00")), (D("248.00"), D("52.08"))]
    assert {line.kind for line in lines} == {LineKind.LINE}


def test_rounding_and_discount_of_the_document_become_lines() -> None:
    data = spoiled(
        ('<cbc:PayableAmount currencyID="EUR">800.08', '<cbc:PayableRoundingAmount currencyID="EUR">-0.08</cbc:PayableRoundingAmount><cbc:PayableAmount currencyID="EUR">800.00'),  # noqa: E501
    )  # fmt: skip
    lines = document_lines(read_ubl(data))

    assert rules(data) == []
    assert (lines[-1].kind, lines[-1].net, lines[-1].vat) == (LineKind.ROUNDING, D("-0.08"), D("0.00"))


def test_lines_are_matched_by_number_then_by_amount() -> None:
    candidates = [
        Candidate("a", 1, D(2), D("20.00"), "E"),
        Candidate("b", 2, D(2), D("20.00"), "E"),
        Candidate("c", 3, D(1), D("9.00"), "S"),
    ]
    wanted = [
        Wanted(("", "7"), D(1), D("9.00"), "S"),
        Wanted(("2", "1"), D(2), D("20.00"), "E"),
        Wanted(("1",), D(3), D("30.00"), "E"),
        Wanted(("9",), D(5), D("1.00"), "E"),
    ]  # fmt: skip
    assert match_lines(wanted, candidates) == ["c", "b", "a", None]


def test_the_command_prints_json_for_each_file_and_writes_nothing(tmp_path: Path) -> None:
    good, bad = tmp_path / "goed.xml", tmp_path / "fout.xml"
    good.write_bytes(ubl())
    bad.write_bytes(b"geen xml")
    before = {one.name: one.stat().st_mtime_ns for one in tmp_path.iterdir()}
    result = CliRunner().invoke(invoices, ["check", str(good), str(bad), str(tmp_path / "weg.xml"), "--json"])
    reports = json.loads(result.output)

    assert [report["verdict"] for report in reports] == ["geldig", "ongeldig", "ongeldig"]
    assert reports[0]["number"] == "2026-0114"
    assert reports[0]["totals"]["payable"] == "800.08"
    assert reports[1]["rules"][0]["id"] == "UBL-XML"
    assert result.exit_code == 1
    assert before == {one.name: one.stat().st_mtime_ns for one in tmp_path.iterdir()}


def test_the_list_of_rules_names_what_is_promised() -> None:
    promised = [f"BR-NL-{n}" for n in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13)] + [
        f"BR-CO-{n}" for n in range(10, 18)
    ]
    assert set(promised) <= set(RULES_CHECKED)
