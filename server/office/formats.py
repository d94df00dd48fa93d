"""Which files an office editor opens, as what, and how their first bytes look."""

from dataclasses import dataclass
from enum import Enum


class DocumentType(Enum):
    """The editors of the Document Server."""

    WORD = "word"
    CELL = "cell"
    SLIDE = "slide"
    PDF = "pdf"


class Container(Enum):
    """What the bytes of a format are wrapped in, as far as can be told from outside."""

    ZIP = "zip"
    PDF = "pdf"
    COMPOUND = "compound"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Format:
    """One file extension; `editable` ones are saved in the format that they came in."""

    extension: str
    document_type: DocumentType
    container: Container
    editable: bool


def _formats(
    document_type: DocumentType, container: Container, extensions: str, *, editable: bool = True
) -> dict[str, Format]:
    return {
        extension: Format(extension, document_type, container, editable)
        for extension in extensions.split()
    }


FORMATS: dict[str, Format] = {
    **_formats(DocumentType.WORD, Container.ZIP, "docx docm dotx dotm odt ott epub"),
    **_formats(DocumentType.WORD, Container.TEXT, "txt rtf html fb2"),
    **_formats(DocumentType.WORD, Container.COMPOUND, "doc dot wps", editable=False),
    **_formats(DocumentType.CELL, Container.ZIP, "xlsx xlsm xlsb xltx xltm ods ots"),
    **_formats(DocumentType.CELL, Container.TEXT, "csv tsv"),
    **_formats(DocumentType.CELL, Container.COMPOUND, "xls xlt et", editable=False),
    **_formats(DocumentType.SLIDE, Container.ZIP, "pptx pptm potx potm ppsx ppsm odp otp"),
    **_formats(DocumentType.SLIDE, Container.COMPOUND, "ppt pps pot dps", editable=False),
    **_formats(DocumentType.PDF, Container.PDF, "pdf"),
}


def extension_of(name: str) -> str:
    """Return what follows the last dot, in lower case; empty when there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def format_of(name: str) -> Format | None:
    """Return the format of a file by its name; None when no editor opens it."""
    return FORMATS.get(extension_of(name))


def with_extension(name: str, extension: str) -> str:
    """Return the name with this extension in the place of its own."""
    own = extension_of(name)
    stem = name[: -len(own) - 1] if own else name
    return f"{stem}.{extension}"
