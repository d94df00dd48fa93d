"""Which fields of which doctype people search, and how much each of them counts.

Names and titles count most, then what narrows down (labels, places, people), then running text.
Doctypes that are not here are not searched: secrets (`com.bitwarden.*`), logs, settings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from doctypes.contents.known import KnownTexts
from doctypes.files.node import DOCTYPE as FILES
from doctypes.files.searched_files import SearchedFiles
from replication.core.document import StoredRevision
from replication.store.protocol import Database
from replication.text.definition import DocumentTexts, TextDefinition, TextField, TextSource

NAME, DETAIL, TEXT = 8.0, 3.0, 1.0

_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class Searchable:
    """A field as it is searched: its name, where it is in a document, and its weight.

    A path leads through objects by names parted with dots, and through arrays by itself. Texts
    and numbers at its end are found.
    """

    name: str
    paths: tuple[str, ...]
    weight: float


def _field(name: str, weight: float, *paths: str) -> Searchable:
    return Searchable(name, paths or (name,), weight)


_EVENT = (
    _field("label", NAME),
    _field("location", DETAIL),
    _field("people", DETAIL, "organizer", "attendee"),
    _field("description", TEXT),
)

SEARCHED: Mapping[str, tuple[Searchable, ...]] = {
    "io.cozy.contacts": (
        _field("name", NAME, "fullname", "displayName", "name.givenName", "name.familyName",
               "name.additionalName", "name.surname"),
        _field("email", DETAIL, "email.address"),
        _field("phone", DETAIL, "phone.number"),
        _field("company", DETAIL, "company", "jobTitle"),
        _field("address", TEXT, "address.formattedAddress", "address.street", "address.city",
               "address.code", "address.country"),
        _field("note", TEXT),
    ),
    "io.cozy.contacts.groups": (_field("name", NAME),),
    "io.cozy.calendar": _EVENT,
    "io.cozy.calendar.events": _EVENT,
    "io.cozy.calendar.todos": (_field("summary", NAME),),
    "io.cozy.todos.list": (_field("title", NAME), _field("description", TEXT)),
    "io.cozy.todos.item": (_field("label", NAME), _field("description", TEXT)),
    "io.cozy.bank.accounts": (
        _field("label", NAME, "label", "shortLabel"),
        _field("institution", DETAIL, "institutionLabel"),
        _field("number", TEXT, "number", "iban"),
    ),
    "io.cozy.bank.groups": (_field("label", NAME),),
    "io.cozy.bank.operations": (
        _field("label", NAME),
        _field("original", TEXT, "originalBankLabel"),
        _field("amount", TEXT),
    ),
    "io.cozy.bills": (
        _field("vendor", NAME),
        _field("subtype", DETAIL, "subtype", "type"),
        _field("reference", DETAIL, "vendorRef", "filename"),
        _field("amount", TEXT),
    ),
    "io.cozy.photos.albums": (_field("name", NAME),),
}  # fmt: skip


def texts_at(value: object, path: Sequence[str]) -> Iterator[str]:
    """Yield the texts and numbers that a path leads to."""
    if isinstance(value, list):
        for item in value:
            yield from texts_at(item, path)
    elif path:
        if isinstance(value, dict) and path[0] in value:
            yield from texts_at(value[path[0]], path[1:])
    elif isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)


@dataclass(frozen=True, slots=True)
class FieldTexts:
    """The texts of documents by the paths of their fields."""

    fields: tuple[Searchable, ...]

    @property
    def definition(self) -> TextDefinition:
        """What it draws."""
        rules = "; ".join(f"{field.name}={','.join(field.paths)}" for field in self.fields)
        return TextDefinition(
            tuple(TextField(field.name, field.weight) for field in self.fields), rules
        )

    async def texts(self, documents: Sequence[StoredRevision]) -> Sequence[DocumentTexts]:
        """Return the texts of documents, in order."""
        return [self._texts_of(document) for document in documents]

    async def dependents(self, documents: Sequence[StoredRevision]) -> Sequence[StoredRevision]:
        """Return nothing: each document speaks for itself."""
        del documents
        return ()

    def _texts_of(self, document: StoredRevision) -> DocumentTexts:
        try:
            body = _decode(document.body)
        except msgspec.DecodeError:  # a number that is too large to be read
            body = {}
        return DocumentTexts(
            [
                [text for path in field.paths for text in texts_at(body, path.split("."))]
                for field in self.fields
            ]
        )


def searched_doctypes() -> frozenset[str]:
    """Return the doctypes that people search."""
    return frozenset((FILES, *SEARCHED))


def source_of(database: Database, known: KnownTexts) -> TextSource | None:
    """Return what draws the texts of the doctype that a database is of; None: nothing is.

    `known` are the texts of the contents of files.
    """
    if database.name == FILES:
        return SearchedFiles(database, known)
    fields = SEARCHED.get(database.name)
    return FieldTexts(fields) if fields else None


_: type[TextSource] = FieldTexts
