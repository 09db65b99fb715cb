"""What looks like a citizen service number is found; what only resembles one is left alone."""

import pytest

from portal.bsn import find_bsn, passes_elfproef


@pytest.mark.parametrize("digits", ["111222333", "123456782", "999990019"])
def test_the_published_test_numbers_pass_the_elfproef(digits: str) -> None:
    assert passes_elfproef(digits)


@pytest.mark.parametrize("digits", ["123456789", "000000000", "12345678", "1234567820", "12345678x"])
def test_other_numbers_do_not(digits: str) -> None:
    assert not passes_elfproef(digits)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("deelnemer 123456782 kwam niet", [10]),
        ("123456782", [0]),
        ("123456782, 111222333.", [0, 11]),
        ("nummer:123456782;", [7]),
        ("(123456782)", [1]),
        ("١٢٣٤٥٦٧٨٢", [0]),
    ],
)
def test_a_stand_alone_number_is_found_where_it_stands(text: str, places: list[int]) -> None:
    assert find_bsn(text) == places


@pytest.mark.parametrize(
    "text",
    [
        "",
        "btw-id NL123456782B01",
        "NL91ABNA0417164300",
        "1123456782",
        "1234567820",
        "€ 123456782,50",
        "1.123456782",
        "123456789",
        "kvk 90001354",
        "T-4KQ7-2MXP",
    ],
)
def test_a_part_of_something_else_is_not(text: str) -> None:
    assert find_bsn(text) == []
