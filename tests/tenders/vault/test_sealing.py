"""Two cards of different groups open; one card, or two of one group, open nothing."""

import itertools

import pytest

from tenders.vault import cards, sealing
from tenders.vault.sealing import CannotOpen, Holder

FIVE = [cards.new_card() for _ in range(5)]
GROUPS = ["Lansingerland", "Lansingerland", "Zoetermeer", "Zoetermeer", "Pijnacker-Nootdorp"]
HOLDERS = [
    Holder(str(place), group, card.public_key)
    for place, (group, card) in enumerate(zip(GROUPS, FIVE, strict=True))
]
PAIR = sealing.new_key_pair()
OUTER = sealing.wrap(PAIR.private_key, HOLDERS)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(range(5), range(5))))
def test_a_pair_opens_exactly_when_the_groups_differ(first: int, second: int) -> None:
    if GROUPS[first] != GROUPS[second]:
        inner = sealing.peel(OUTER[str(second)], FIVE[first].identity)
        assert sealing.unwrap(inner, FIVE[second].identity) == PAIR.private_key
    else:
        with pytest.raises(CannotOpen):
            sealing.peel(OUTER[str(second)], FIVE[first].identity)


def test_one_card_peels_but_reads_nothing() -> None:
    for card, group in zip(FIVE, GROUPS, strict=True):
        peeled = [
            sealing.peel(OUTER[holder.key], card.identity) for holder in HOLDERS if holder.group != group
        ]
        for inner in peeled:
            with pytest.raises(CannotOpen):
                sealing.unwrap(inner, card.identity)


def test_holders_of_one_group_are_refused() -> None:
    with pytest.raises(ValueError, match="two groups"):
        sealing.wrap(PAIR.private_key, HOLDERS[:2])


def test_sealed_texts_of_any_length_look_alike() -> None:
    sizes = [len(sealing.seal(b"x" * length, PAIR.public_key)) for length in (1, 500, 30_000, 65_536)]
    assert max(sizes) - min(sizes) < 500  # age adds a random line to its head


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(sealing.seal(b"uurtarief 61,25", PAIR.public_key))
    sealed[-100] ^= 1
    with pytest.raises(CannotOpen):
        sealing.unseal(bytes(sealed), PAIR.private_key)


@pytest.mark.parametrize(("key", "purpose"), [("another", "wrap:1"), ("server", "wrap:2")])
def test_the_servers_lock_fits_one_key_and_one_purpose(key: str, purpose: str) -> None:
    locked = sealing.server_lock(b"secret", server_key="server", bound_to="wrap:1")
    assert sealing.server_unlock(locked, server_key="server", bound_to="wrap:1") == b"secret"
    with pytest.raises(CannotOpen):
        sealing.server_unlock(locked, server_key=key, bound_to=purpose)
