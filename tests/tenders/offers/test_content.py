"""A draft survives writing and reading; a sealed text belongs to one offer only."""

from decimal import Decimal

import pytest

from tenders.offers import content
from tenders.offers.content import Answer, Binding, Claim, Draft, FileNote, LotDraft, NotThisOffer, Partner

DRAFT = Draft(
    contact_name="Inschrijver",
    contact_email="info@example.example",
    alone=False,
    partners=(Partner("combinant", "Route Delta", "90001354"),),
    claims={"r": Claim("equivalent", "Zie bijlage")},
    lots={
        "l": LotDraft(
            {"c": Answer("Zó", "0.85")},
            {"p": "61.2500"},
            (FileNote("f", "Plan.pdf", 3, "00", "application/pdf"),),
        )
    },
)
QUALITY = Binding("AB-2026-001", "IN-2026-7K4QXM", 1, "Taalhuis de Waterlinie", "90001338", "quality")
PRICE = Binding("AB-2026-001", "IN-2026-7K4QXM", 1, "Taalhuis de Waterlinie", "90001338", "price")


def test_a_draft_reads_back_as_it_was_written() -> None:
    assert content.load(content.dump(DRAFT)) == DRAFT


def test_the_quality_text_holds_no_price_and_the_price_text_no_answer() -> None:
    assert b"61.25" not in content.quality_text(QUALITY, DRAFT)
    assert "Zó".encode() not in content.price_text(PRICE, DRAFT)
    assert (
        content.read_quality(content.quality_text(QUALITY, DRAFT) + b"\n\n", QUALITY)
        .lots["l"]
        .answers["c"]
        .text
        == "Zó"
    )
    assert content.read_prices(content.price_text(PRICE, DRAFT), PRICE) == {"l": {"p": Decimal("61.2500")}}


@pytest.mark.parametrize(
    "other",
    [
        Binding("AB-2026-002", "IN-2026-7K4QXM", 1, "Taalhuis de Waterlinie", "90001338", "quality"),
        Binding("AB-2026-001", "IN-2026-OTHER1", 1, "Taalhuis de Waterlinie", "90001338", "quality"),
        Binding("AB-2026-001", "IN-2026-7K4QXM", 2, "Taalhuis de Waterlinie", "90001338", "quality"),
        Binding("AB-2026-001", "IN-2026-7K4QXM", 1, "Route Delta", "90001354", "quality"),
        PRICE,
    ],
)
def test_a_text_of_another_offer_tender_version_or_envelope_is_refused(other: Binding) -> None:
    with pytest.raises(NotThisOffer):
        content.read_quality(content.quality_text(QUALITY, DRAFT), other)


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b'{"vorm":1}'])
def test_rubbish_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(NotThisOffer):
        content.read_quality(data, QUALITY)
    with pytest.raises(NotThisOffer):
        content.read_prices(data, PRICE)


def test_equal_offers_have_different_hashes() -> None:
    assert content.digest("AB", "X", DRAFT) == content.digest("AB", "X", content.load(content.dump(DRAFT)))
    assert content.digest("AB", "X", Draft()) != content.digest("AB", "X", Draft())
