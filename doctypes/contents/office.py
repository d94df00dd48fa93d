"""Text of office documents: XML in a ZIP, Microsoft's (ECMA-376) and OpenDocument (ISO 26300)."""

import re
import zipfile
import zlib
from io import BytesIO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString

MOST_UNPACKED = 64 << 20
"""Bytes of XML that are unpacked of one document."""

_PARTS = (
    "word/document.xml",
    "word/footnotes.xml",
    "word/endnotes.xml",
    "xl/sharedStrings.xml",
    "content.xml",
)
_NUMBERED = re.compile(
    r"(ppt/slides/slide|ppt/notesSlides/notesSlide|xl/worksheets/sheet)(\d{1,6})\.xml"
)
_OPEN_DOCUMENT = "content.xml"
_BREAKS = frozenset({"p", "h", "si", "tab", "br", "cr", "row", "line-break", "table-cell"})
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    SAXException,
    DefusedXmlException,
    EOFError,
    OSError,
    NotImplementedError,  # a method of compression that is not here
    RuntimeError,  # a password is needed
    UnicodeError,
    ValueError,
    LookupError,  # an encoding nobody knows
)


def office_text(content: bytes, most: int) -> str:
    """Return at most so many characters of a document's text; what is broken gives what it can."""
    texts = _Texts(most)
    try:
        _read(content, texts)
    except (_Enough, *_BROKEN):
        pass
    lines = (" ".join(line.split()) for line in "".join(texts.pieces).splitlines())
    return "\n".join(line for line in lines if line)[:most]


def _read(content: bytes, texts: "_Texts") -> None:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        left = MOST_UNPACKED
        for name in _parts(archive.namelist()):
            with archive.open(name) as part:
                xml = part.read(left + 1)
            left -= len(xml)
            if left < 0:
                return
            texts.begin(frozenset({"p", "h"} if name == _OPEN_DOCUMENT else {"t"}))
            parseString(xml, texts, forbid_dtd=True)


def _parts(names: list[str]) -> list[str]:
    """Return the parts that have text, in the order they are read."""
    numbered = []
    for name in names:
        found = _NUMBERED.fullmatch(name)
        if found:
            numbered.append((found[1], int(found[2]), name))
    there = set(names)
    return [name for name in _PARTS if name in there] + [name for *_, name in sorted(numbered)]


class _Enough(Exception):
    """As much text was found as is wanted."""


class _Texts(ContentHandler):
    """Gathers what stands in the elements that bear text, and a line break behind each paragraph.

    OpenDocument has it anywhere in a paragraph; Microsoft's in elements of their own, beside
    instructions and what was deleted.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._left = most
        self._bearing: frozenset[str] = frozenset()
        self._inside = 0

    def begin(self, bearing: frozenset[str]) -> None:
        """Go on with another part."""
        self._bearing, self._inside = bearing, 0

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802  # the parser's name
        """Enter an element."""
        del attrs
        self._inside += _local(name) in self._bearing

    def endElement(self, name: str) -> None:  # noqa: N802  # the parser's name
        """Leave an element."""
        tag = _local(name)
        self._inside -= tag in self._bearing
        if tag in _BREAKS:
            self.pieces.append("\n")

    def characters(self, content: str) -> None:
        """Take text."""
        if self._inside > 0:
            self.pieces.append(content)
            self._left -= len(content)
            if self._left <= 0:
                raise _Enough


def _local(name: str) -> str:
    return name.rpartition(":")[2]
