from itertools import pairwise

import pytest

from replication.query.tables.weights import HAN, LOWEST, UNASSIGNED, lower_codes, primary_codes

LATIN = frozenset({0x2A00_0000, 0x2C00_0000})
OTHERS = {0x0200_0000, *range(0x2B00_0000, 0x2B00_0000 + 600), 0x3000_0000, 0xFFFF_0000}
WEIGHTS = {*LATIN, *OTHERS, *range(HAN.start, HAN.start + 300), UNASSIGNED.start + 5}


def test_codes_stand_in_the_order_of_their_weights():
    codes = primary_codes(WEIGHTS, LATIN).codes
    assert all(codes[low] < codes[high] for low, high in pairwise(sorted(WEIGHTS)))
    assert not any(high.startswith(low) for low, high in pairwise(sorted(codes.values())))
    assert min(codes.values())[0] >= LOWEST


def test_ascii_has_one_byte_han_three_and_what_has_no_place_its_own_first_byte():
    found = primary_codes(WEIGHTS, LATIN)
    assert {len(found.codes[weight]) for weight in LATIN} == {1}
    assert {len(found.codes[weight]) for weight in OTHERS} == {2}
    assert len(found.codes[HAN.start]) == 3
    begun = [weight for weight, code in found.codes.items() if code[0] == found.unassigned]
    assert begun == [UNASSIGNED.start + 5]


def test_more_weights_than_bytes_are_refused():
    with pytest.raises(ValueError, match="first bytes"):
        primary_codes({*range(1, 256 * 256), UNASSIGNED.start}, LATIN)


def test_weights_of_the_lower_levels_continue_in_a_second_byte():
    codes = lower_codes(range(1000, 1300))
    assert codes[1000] == bytes((LOWEST,))
    assert codes[1299] == bytes((255, 299 + LOWEST - 255))
    assert all(codes[low] < codes[high] for low, high in pairwise(sorted(codes)))
