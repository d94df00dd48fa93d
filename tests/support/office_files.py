"""Office documents, each as small as one can be."""

import zipfile
from io import BytesIO

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OPEN_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def zipped(**parts):
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
    return kept.getvalue()


def docx(body):
    """Return a document of Word with this XML in it."""
    return zipped(**{"word/document.xml": f'<w:document xmlns:w="{WORD}">{body}</w:document>'})


def odt(text):
    """Return an OpenDocument of one paragraph."""
    body = f'<text:p xmlns:text="{OPEN_TEXT}">{text}</text:p>'
    return zipped(**{"content.xml": body})
