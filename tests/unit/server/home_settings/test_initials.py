import zlib
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.home_settings.initials import colour_of, initials_of, png, svg


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Alice Martin", "AM"),
        ("alice", "A"),
        ("Jean-Pierre de la Tour", "JT"),
        ("  Éloïse   Ångström ", "ÉÅ"),
        ("李 小龙", "李小"),
        ("", ""),
        ("***", ""),
        ("<b> ok", "O"),
    ],
)
def test_initials(name, initials):
    assert initials_of(name) == initials


@given(st.text())
def test_any_name_makes_a_picture_that_can_be_read(name):
    ET.fromstring(svg(name))
    assert len(initials_of(name)) <= 2


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_white_letters_can_be_read_on_every_colour():
    colours = {colour_of(str(number)) for number in range(200)} | {colour_of("", grey=True)}
    assert len(colours) == 13
    assert all(1.05 / (luminance(colour) + 0.05) >= 4.5 for colour in colours)


def test_a_name_keeps_its_colour_and_grey_has_none():
    assert svg("Alice") == svg("Alice")
    assert colour_of("Alice", grey=True) == colour_of("Bob", grey=True)


def test_the_png_is_whole():
    content = png("Alice")
    at, kinds = 8, []
    while at < len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        data = content[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + data) == int.from_bytes(
            content[at + 8 + length : at + 12 + length], "big"
        )
        kinds.append(kind)
        at += 12 + length
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    assert png("Alice")[:100] != png("", grey=True)[:100]
