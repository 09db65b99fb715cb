"""A card is the same however it is read, and a mistyped one is noticed."""

import itertools
import subprocess
from pathlib import Path
from shutil import which

import pyrage
import pytest
from hypothesis import given, strategies as st

from tenders.vault import cards


@given(st.binary(min_size=16, max_size=16))
def test_a_code_reads_back_to_the_same_bytes(secret: bytes) -> None:
    code = cards.code_of(secret)
    assert cards.secret_of(code) == secret
    assert [len(group) for group in code.split("-")] == [5] * 6


def test_small_letters_spaces_and_lookalikes_do_not_matter() -> None:
    card = cards.card_of(bytes(range(16)))
    sloppy = card.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert cards.identity_from(sloppy) == card.identity


def test_the_file_and_the_qr_text_of_a_card_are_the_same_card() -> None:
    card = cards.new_card()
    assert cards.identity_from(card.file) == card.identity
    assert cards.identity_from(card.code.replace("-", "")) == card.identity
    assert cards.public_key_of(card.identity) == card.public_key


def test_a_wrong_or_swapped_character_is_noticed() -> None:
    card = cards.card_of(bytes(range(16)))
    bare = card.code.replace("-", "")
    for place, char in itertools.product(range(0, 30, 3), "07KZ"):
        typed = bare[:place] + char + bare[place + 1 :]
        if typed != bare:
            with pytest.raises(cards.WrongCard):
                cards.secret_of(typed)


@pytest.mark.parametrize("typed", ["", "abc", "0" * 29, "0" * 31, "é" * 30])
def test_what_is_no_code_gets_a_sentence(typed: str) -> None:
    with pytest.raises(cards.WrongCard) as refusal:
        cards.identity_from(typed)
    assert str(refusal.value).endswith(".")


def test_half_a_card_file_gets_a_sentence() -> None:
    with pytest.raises(cards.WrongCard, match="geen heel kluiskaartbestand"):
        cards.identity_from(cards.new_card().identity[:-4])


def test_our_bech32_is_the_one_of_age() -> None:
    for number in range(20):
        identity = cards.card_of(bytes([number] * 16)).identity
        assert str(pyrage.x25519.Identity.from_str(identity)) == identity


@pytest.mark.skipif(which("age-keygen") is None, reason="Debian's age is not installed")
def test_age_itself_reads_the_file_of_a_card(tmp_path: Path) -> None:
    card = cards.new_card()
    path = tmp_path / "kaart.txt"
    path.write_text(card.file, encoding="utf-8")
    shown = subprocess.run(["age-keygen", "-y", path], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == card.public_key


def test_a_fingerprint_can_be_compared_by_eye() -> None:
    print_ = cards.fingerprint(cards.new_card().public_key)
    assert [len(group) for group in print_.split()] == [4] * 5
