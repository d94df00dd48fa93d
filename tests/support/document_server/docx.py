"""The smallest real .docx, and the only edit this Document Server knows: one more paragraph."""

import io
import re
import zipfile
from xml.sax.saxutils import escape, unescape

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BODY = "word/document.xml"
_TEXT = re.compile(r"<w:t[^>]*>([^<]*)</w:t>")
_STAMP = (2026, 11, 23, 0, 0, 0)


def new_docx(*paragraphs: str) -> bytes:
    """Return a document that word processors open, with these paragraphs."""
    body = "".join(map(_paragraph, paragraphs))
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/{_BODY}" ContentType="{_MAIN}"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="{_BODY}"/>'
            "</Relationships>"
        ),
        _BODY: f'<w:document xmlns:w="{_WORD}"><w:body>{body}<w:sectPr/></w:body></w:document>',
    }
    return _zipped({name: (_DECLARATION + text).encode() for name, text in parts.items()})


def with_paragraphs(docx: bytes, *paragraphs: str) -> bytes:
    """Return the document with paragraphs added at its end; the other parts stay as they are."""
    parts = _unzipped(docx)
    text = parts[_BODY].decode()
    at = text.index("<w:sectPr")
    parts[_BODY] = (text[:at] + "".join(map(_paragraph, paragraphs)) + text[at:]).encode()
    return _zipped(parts)


def paragraphs_of(docx: bytes) -> list[str]:
    """Read the paragraphs back; raises BadZipFile or KeyError for bytes that are no document."""
    return [unescape(text) for text in _TEXT.findall(_unzipped(docx)[_BODY].decode())]


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content)
    return out.getvalue()


def _unzipped(docx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
