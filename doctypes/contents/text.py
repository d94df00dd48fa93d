"""The text in a content, by its media type.

Contents come from strangers: whatever is broken, locked or a bomb has no text, and says so by none.
What is taken out is bounded, and so is what is unpacked on the way. It is no bound on time: a PDF
can be slow on purpose, so call this where a call may be given up (a process of its own).
"""

import codecs
import re
from html.parser import HTMLParser

from doctypes.contents.office import office_text
from doctypes.contents.pdf import pdf_text

LARGEST = 64 << 20
"""Bytes of a content that is looked into; larger ones have no text."""

MOST_TEXT = 200_000
"""Characters that are taken out of one content: some eighty pages; a book is found by its first."""

_OFFICE = (
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.oasis.opendocument.",
    "application/vnd.ms-word.document.macroenabled",
    "application/vnd.ms-excel.sheet.macroenabled",
    "application/vnd.ms-powerpoint.presentation.macroenabled",
)
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_TEXTS = frozenset({"application/json", "application/xml", "application/yaml", "application/x-sh"})
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_utf8 = codecs.getincrementaldecoder("utf-8")
_SKIPPED = frozenset({"script", "style", "template"})
_MARKDOWN_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")


def has_text(mime: str) -> bool:
    """Tell whether contents of a media type are looked into."""
    return mime.startswith(("text/", *_OFFICE)) or mime in _TEXTS or mime == "application/pdf"


def text_of(content: bytes, mime: str) -> str:
    """Return the text in a content, empty where there is none to be had; at most MOST_TEXT."""
    if len(content) > LARGEST or not has_text(mime):
        return ""
    if mime.startswith(_OFFICE):
        return office_text(content, MOST_TEXT)
    if mime == "application/pdf":
        return pdf_text(content, MOST_TEXT)
    text = decoded(content[: 4 * MOST_TEXT])
    if mime in _HTML:
        text = _html_text(text)
    elif mime.endswith("markdown"):
        text = _MARKDOWN_LINK.sub(r"\1", text)
    return text[:MOST_TEXT]


def decoded(content: bytes) -> str:
    """Read bytes as text: as their mark says, as UTF-8, or as Windows writes western letters.

    Bytes that are no text, which a null shows, are none.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if b"\0" in content:
        return ""
    try:
        return _utf8().decode(content)  # a letter that is cut in two at the end is left out
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


class _Texts(HTMLParser):
    """Gathers what a page shows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Pass over what is not shown."""
        del attrs
        self._skipping += tag in _SKIPPED

    def handle_endtag(self, tag: str) -> None:
        """Go on."""
        if tag in _SKIPPED and self._skipping:
            self._skipping -= 1

    def handle_data(self, data: str) -> None:
        """Take text."""
        if not self._skipping:
            self.pieces.append(data)


def _html_text(page: str) -> str:
    reader = _Texts()
    reader.feed(page)
    reader.close()
    return " ".join(" ".join(reader.pieces).split())
