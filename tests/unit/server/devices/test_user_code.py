import random

from hypothesis import given
from hypothesis import strategies as st

from server.devices.user_code import LETTERS, new_user_code, read_user_code, shown_user_code


def test_a_code_is_read_as_it_is_shown_and_as_people_type_it():
    code = new_user_code(random.Random(1).randbytes)
    shown = shown_user_code(code)
    assert len(shown) == 9
    for typed in (
        shown,
        code,
        shown.lower(),
        f" {shown.replace('-', ' ')} ",
        shown.replace("-", "\u2013"),
    ):
        assert read_user_code(typed) == code


def test_each_letter_is_as_likely_as_the_others():
    seeded = random.Random(2)
    letters = "".join(new_user_code(seeded.randbytes) for _ in range(2000))
    expected = len(letters) / len(LETTERS)
    assert all(0.85 < letters.count(letter) / expected < 1.15 for letter in LETTERS)


def test_random_bytes_beyond_the_fair_ones_are_thrown_away():
    answers = iter([b"\xff" * 8, bytes(range(8))])
    assert new_user_code(lambda _: next(answers)) == LETTERS[:8]


@given(st.text())
def test_what_can_be_no_code_reads_as_nothing(text):
    read = read_user_code(text)
    assert read == "" or (len(read) == 8 and set(read) <= set(LETTERS))
