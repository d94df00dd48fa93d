"""Which files an office editor opens, as what, and how their first bytes look."""

from dataclasses import dataclass
from enum import Enum


class DocumentType(Enum):
    """The editors of the Document Server."""

    WORD = "word"
    CELL = "cell"
    SLIDE = "slide"
    PDF = "pdf"
    DIAGRAM = "diagram"


class Container(Enum):
    """What the bytes of a format are wrapped in, as far as can be told from outside."""

    ZIP = "zip"
    PDF = "pdf"
    COMPOUND = "compound"
    TEXT = "text"


class Action(Enum):
    """The most that an editor does with a format."""

    EDIT = "edit"
    LOSSY_EDIT = "lossy-edit"
    """It is edited and saved in its own format, which does not hold all that an editor can do."""
    CONVERT = "convert"
    """It is shown; to be edited it becomes a file of another format first."""
    VIEW = "view"


@dataclass(frozen=True, slots=True)
class Format:
    """One file extension; `editable` ones are saved in the format that they came in."""

    extension: str
    document_type: DocumentType
    container: Container
    action: Action

    @property
    def editable(self) -> bool:
        """Whether what is edited goes back into the same file."""
        return self.action in (Action.EDIT, Action.LOSSY_EDIT)

    @property
    def becomes(self) -> str | None:
        """The extension of what it is converted to, for those that can be edited thus."""
        return _NATIVE[self.document_type] if self.action is Action.CONVERT else None


_NATIVE = {
    DocumentType.WORD: "docx",
    DocumentType.CELL: "xlsx",
    DocumentType.SLIDE: "pptx",
    DocumentType.PDF: "pdf",
    DocumentType.DIAGRAM: None,
}
_ROWS = (
    (DocumentType.WORD, Container.ZIP, Action.EDIT, "docx docm dotx dotm docxf"),
    (DocumentType.WORD, Container.ZIP, Action.LOSSY_EDIT, "odt ott epub"),
    (DocumentType.WORD, Container.TEXT, Action.LOSSY_EDIT, "txt rtf html fb2 md"),
    (DocumentType.WORD, Container.ZIP, Action.CONVERT, "sxw stw pages hwpx"),
    (DocumentType.WORD, Container.TEXT, Action.CONVERT, "fodt htm mht mhtml xml"),
    (DocumentType.WORD, Container.COMPOUND, Action.CONVERT, "doc dot wps wpt hwp"),
    (DocumentType.WORD, Container.ZIP, Action.VIEW, "oform"),
    (DocumentType.PDF, Container.ZIP, Action.VIEW, "xps oxps"),
    (DocumentType.PDF, Container.TEXT, Action.VIEW, "djvu"),
    (DocumentType.CELL, Container.ZIP, Action.EDIT, "xlsx xlsm xlsb xltx xltm"),
    (DocumentType.CELL, Container.ZIP, Action.LOSSY_EDIT, "ods ots"),
    (DocumentType.CELL, Container.TEXT, Action.LOSSY_EDIT, "csv tsv"),
    (DocumentType.CELL, Container.ZIP, Action.CONVERT, "sxc numbers"),
    (DocumentType.CELL, Container.TEXT, Action.CONVERT, "fods"),
    (DocumentType.CELL, Container.COMPOUND, Action.CONVERT, "xls xlt et ett"),
    (DocumentType.SLIDE, Container.ZIP, Action.EDIT, "pptx pptm potx potm ppsx ppsm"),
    (DocumentType.SLIDE, Container.ZIP, Action.LOSSY_EDIT, "odp otp"),
    (DocumentType.SLIDE, Container.ZIP, Action.CONVERT, "sxi key odg"),
    (DocumentType.SLIDE, Container.TEXT, Action.CONVERT, "fodp"),
    (DocumentType.SLIDE, Container.COMPOUND, Action.CONVERT, "ppt pps pot dps dpt"),
    (DocumentType.PDF, Container.PDF, Action.EDIT, "pdf"),
    (DocumentType.DIAGRAM, Container.ZIP, Action.VIEW, "vsdx vssx vstx vsdm vssm vstm"),
)
FORMATS: dict[str, Format] = {
    extension: Format(extension, document_type, container, action)
    for document_type, container, action, extensions in _ROWS
    for extension in extensions.split()
}
"""ONLYOFFICE's table of formats, by extension (github.com/ONLYOFFICE/document-formats)."""


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
