"""Text of PDF documents (ISO 32000), page by page.

The library is Chromium's, in C++: call this in a process of its own, one thread at a time.
"""

MOST_PAGES = 2000


def pdf_text(content: bytes, most: int) -> str:
    """Return at most so many characters; none of what is broken, or locked."""
    import pypdfium2

    found: list[str] = []
    length = 0
    try:
        with pypdfium2.PdfDocument(content) as document:
            for number in range(min(len(document), MOST_PAGES)):
                text = _page(document, number)
                found.append(text)
                length += len(text)
                if length >= most:
                    break
    except (pypdfium2.PdfiumError, ValueError):
        pass
    text = "\n".join(found).replace("\r\n", "\n")
    return text[:most]


def _page(document: "pypdfium2.PdfDocument", number: int) -> str:  # type: ignore[name-defined]  # noqa: F821
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            return str(text_page.get_text_bounded())
        finally:
            text_page.close()
    finally:
        page.close()
