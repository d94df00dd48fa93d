"""Single pages of PDF documents, as documents of their own. Runs in the media worker alone."""

from pathlib import Path


def count_of(path: Path) -> int:
    """Return how many pages a document has. Raises what the library does for one that is none."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return len(document)


def extract(path: Path, number: int, target: Path) -> None:
    """Write one page, counted from 1, as a document. Raises for a page that is not there."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document, pypdfium2.PdfDocument.new() as single:
        if not 1 <= number <= len(document):
            raise IndexError("no such page")
        single.import_pages(document, [number - 1])
        single.save(target)
