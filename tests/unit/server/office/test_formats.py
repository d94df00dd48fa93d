import pytest

from server.office.formats import (
    FORMATS,
    Container,
    DocumentType,
    extension_of,
    format_of,
    with_extension,
)


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("letter.docx", "docx"),
        ("LETTER.DOCX", "docx"),
        ("a.b.odt", "odt"),
        ("letter", ""),
        (".docx", ""),
        ("letter.", ""),
    ],
)
def test_extension_of(name, extension):
    assert extension_of(name) == extension


@pytest.mark.parametrize(
    ("name", "document_type", "editable"),
    [
        ("a.docx", DocumentType.WORD, True),
        ("a.odt", DocumentType.WORD, True),
        ("a.doc", DocumentType.WORD, False),
        ("a.xlsx", DocumentType.CELL, True),
        ("a.csv", DocumentType.CELL, True),
        ("a.xls", DocumentType.CELL, False),
        ("a.pptx", DocumentType.SLIDE, True),
        ("a.ppt", DocumentType.SLIDE, False),
        ("a.pdf", DocumentType.PDF, True),
    ],
)
def test_format_of(name, document_type, editable):
    found = format_of(name)
    assert found is not None
    assert (found.document_type, found.editable) == (document_type, editable)


@pytest.mark.parametrize("name", ["photo.jpg", "docx", "a.docx.zip", ""])
def test_no_editor_opens(name):
    assert format_of(name) is None


def test_what_is_wrapped_in_an_unknowable_way_is_not_edited():
    assert not [f for f in FORMATS.values() if f.editable and f.container is Container.COMPOUND]


@pytest.mark.parametrize(
    ("name", "extension", "renamed"),
    [("a.doc", "docx", "a.docx"), ("a.b.doc", "docx", "a.b.docx"), ("a", "docx", "a.docx")],
)
def test_with_extension(name, extension, renamed):
    assert with_extension(name, extension) == renamed
