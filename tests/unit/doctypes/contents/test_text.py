"""Text out of contents, well made and ill."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doctypes.contents import office
from doctypes.contents.text import MOST_TEXT, has_text, text_of
from tests.support.office_files import docx, zipped

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
DRAW = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


@pytest.mark.parametrize(
    ("content", "mime", "text"),
    [
        ("été".encode(), "text/plain", "été"),
        ("\ufeffété".encode(), "text/plain", "été"),
        ("été".encode("utf-16"), "text/plain", "été"),
        ("été".encode("cp1252"), "text/csv", "été"),
        (b"\x7fELF\0\0", "text/plain", ""),
        (b"# Title\n[a link](https://x.example)", "text/markdown", "# Title\na link"),
        (b"<p>One<br>two</p><script>no()</script>&eacute;", "text/html", "One two é"),
        (b'{"a": "b"}', "application/json", '{"a": "b"}'),
        (b"\x89PNG", "image/png", ""),
    ],
)
def test_plain_texts(content, mime, text):
    assert text_of(content, mime) == text


def test_a_letter_cut_in_two_at_the_end_is_left_out():
    assert text_of("é".encode() * (2 * MOST_TEXT) + b"\xc3", "text/plain") == "é" * MOST_TEXT
    assert text_of("aé".encode()[:-1], "text/plain") == "a"


def test_word():
    body = (
        "<w:p><w:r><w:t>Dear</w:t></w:r> <w:r><w:t xml:space='preserve'> Alice,</w:t></w:r></w:p>"
        "<w:p><w:r><w:instrText>PAGE</w:instrText><w:delText>gone</w:delText>"
        "<w:t>thank you</w:t></w:r></w:p>"
    )
    assert text_of(docx(body), DOCX) == "Dear Alice,\nthank you"


def test_a_spreadsheet_and_slides():
    shared = (
        f'<sst xmlns="{SHEET}"><si><t>Rent</t></si><si><r><t>Foo</t></r><r><t>d</t></r></si></sst>'
    )
    assert text_of(zipped(**{"xl/sharedStrings.xml": shared}), XLSX) == "Rent\nFood"
    slides = {
        f"ppt/slides/slide{n}.xml": f'<a:p xmlns:a="{DRAW}"><a:t>{n}</a:t></a:p>' for n in (10, 2)
    }
    assert text_of(zipped(**slides), PPTX) == "2\n10"


def test_open_document():
    xml = (
        f'<o xmlns:text="{TEXT}"><meta>no</meta><text:p>Hello <text:span>bold</text:span> world'
        "</text:p><text:h>End</text:h></o>"
    )
    assert text_of(zipped(**{"content.xml": xml}), ODT) == "Hello bold world\nEnd"


def test_what_is_unpacked_is_bounded(monkeypatch):
    monkeypatch.setattr(office, "MOST_UNPACKED", 1000)
    assert text_of(docx("<w:t>" + "a" * 2000 + "</w:t>"), DOCX) == ""
    monkeypatch.undo()
    much = text_of(docx("<w:t>" + "a" * (MOST_TEXT + 5) + "</w:t>"), DOCX)
    assert len(much) == MOST_TEXT


def test_entities_are_not_unfolded():
    xml = '<!DOCTYPE x [<!ENTITY a "aaaa">]><w:t xmlns:w="x">&a;</w:t>'
    assert text_of(zipped(**{"word/document.xml": xml}), DOCX) == ""


def pdf(text):
    """A page with a line on it, as plain as the format allows."""
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 144] /Contents 4 0 R /Resources 6 0 R >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Font << /F1 5 0 R >> >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    body += "".join(f"{place:010} 00000 n \n" for place in places)
    body += f"trailer << /Root 1 0 R /Size {len(objects) + 1} >>\nstartxref\n{start}\n%%EOF"
    return body.encode()


def test_pdf():
    assert text_of(pdf("Invoice 42"), "application/pdf") == "Invoice 42"


def test_a_locked_pdf_has_no_text():
    key = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (o) /U (u) >> /ID [(a) (b)] /Root"
    locked = pdf("secret").replace(b"/Root", key.encode())
    assert text_of(locked, "application/pdf") == ""


WELL_MADE = [
    (docx("<w:p><w:t>Dear Alice</w:t></w:p>"), DOCX),
    (pdf("Invoice"), "application/pdf"),
    (b"<p>One</p>", "text/html"),
]


@given(st.sampled_from(WELL_MADE), st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_broken_is_survived(made, data):
    content, mime = made
    start = data.draw(st.integers(0, len(content)))
    junk = data.draw(st.binary(max_size=20))
    stop = start + data.draw(st.integers(0, 40))
    assert isinstance(text_of(content[:start] + junk + content[stop:], mime), str)


def test_types_without_text_are_not_looked_into():
    assert not has_text("video/mp4")
    assert has_text("text/calendar")
