import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.office.content_check import EDGE, Edges, flaw
from server.office.formats import Container
from tests.support.document_server.docx import new_docx


def edges_of(*pieces):
    edges = Edges()
    for piece in pieces:
        edges = edges.grown(piece)
    return edges


@given(st.lists(st.binary(max_size=60), max_size=8), st.binary(max_size=3))
def test_edges_do_not_depend_on_the_cut(pieces, padding):
    whole = padding * EDGE + b"".join(pieces)
    edges = edges_of(padding * EDGE, *pieces)
    assert edges == Edges(whole[:EDGE], whole[-EDGE:], len(whole))


def test_a_document_is_sound_in_any_pieces():
    docx = new_docx("Hello")
    assert flaw(edges_of(*(docx[n : n + 7] for n in range(0, len(docx), 7))), Container.ZIP) is None


def test_a_zip_with_the_longest_comment_is_sound():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", "b")
        archive.comment = b"c" * 0xFFFF
    assert flaw(edges_of(out.getvalue()), Container.ZIP) is None


def test_a_zip_cut_anywhere_is_not():
    docx = new_docx("Hello")
    for length in range(len(docx) - 22):
        assert flaw(edges_of(docx[:length]), Container.ZIP) is not None


@pytest.mark.parametrize(
    ("content", "container", "reason"),
    [
        (b"", Container.ZIP, "empty"),
        (b"", Container.TEXT, None),
        (b"a;b", Container.TEXT, None),
        (b"<html></html>", Container.ZIP, "not a zip archive"),
        (b"<html></html>", Container.PDF, "not a PDF"),
        (b"%PDF-1.7\n", Container.PDF, None),
        (b"\xef\xbb\xbf%PDF-1.7\n", Container.PDF, None),
        (b"PK\x03\x04", Container.COMPOUND, "not a compound file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", Container.COMPOUND, None),
    ],
)
def test_flaw(content, container, reason):
    assert flaw(edges_of(content), container) == reason
