"""Empty documents are whole: every part is declared, and every relation leads to a part."""

import io
import posixpath
import zipfile

import pypdfium2
import pytest
from defusedxml.ElementTree import fromstring

from server.office.blank import KINDS, LANGUAGES, blank
from server.office.content_check import Edges, flaw
from server.office.formats import FORMATS

ALL = [(kind, language) for kind in KINDS for language in LANGUAGES]
OOXML = [row for row in ALL if row[0] in ("docx", "xlsx", "pptx")]
ODF = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def parts(kind, language):
    with zipfile.ZipFile(io.BytesIO(blank(kind, language))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_it_can_be_what_it_is_called(kind, language):
    content = blank(kind, language)
    assert flaw(Edges().grown(content), FORMATS[kind].container) is None
    assert content == blank(kind, language)
    assert (
        LANGUAGES[language][3:].encode()
        in b"".join([content] if kind == "pdf" else parts(kind, language).values())
        or kind == "xlsx"
    )


@pytest.mark.parametrize(("kind", "language"), OOXML)
def test_every_part_is_declared_and_led_to(kind, language):
    found = parts(kind, language)
    roots = {name: fromstring(content) for name, content in found.items()}
    declared = {
        row.get("PartName")[1:] for row in roots.pop("[Content_Types].xml") if row.get("PartName")
    }
    relations = {name for name in roots if name.endswith(".rels")}
    assert declared == set(roots) - relations
    led_to = set()
    for name in relations:
        folder = posixpath.dirname(posixpath.dirname(name))
        for row in roots[name]:
            led_to.add(posixpath.normpath(posixpath.join(folder, row.get("Target"))))
    assert led_to == declared


@pytest.mark.parametrize("kind", ODF)
def test_odf_says_its_type_first_and_plainly(kind):
    content = blank(kind, "fr")
    mime = f"application/vnd.oasis.opendocument.{ODF[kind]}".encode()
    assert content[30:38] == b"mimetype"
    assert content[38 : 38 + len(mime)] == mime
    listed = fromstring(parts(kind, "fr")["META-INF/manifest.xml"])
    paths = {next(v for k, v in row.attrib.items() if k.endswith("full-path")) for row in listed}
    assert paths == {"/", *parts(kind, "fr")} - {"mimetype", "META-INF/manifest.xml"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_has_a_field(language):
    document = pypdfium2.PdfDocument(blank("pdf", language))
    assert (len(document), document.get_formtype()) == (1, 1)
    document.close()
