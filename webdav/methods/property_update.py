"""What a PROPPATCH asks for: instructions in order, and the change they come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from webdav.model.backend import PropertyChanges
from webdav.model.errors import BadRequest, DavError, Forbidden, Unprocessable
from webdav.model.extension import Extensions
from webdav.wire.dates import parse_http_date
from webdav.wire.xml import DAV, expect_root, inherit_language, write_element

_GETLASTMODIFIED = f"{DAV}getlastmodified"
_WIN32_MODIFIED = "{urn:schemas-microsoft-com:}Win32LastModifiedTime"
_WIN32_CREATED = "{urn:schemas-microsoft-com:}Win32CreationTime"
_DISPLAYNAME = f"{DAV}displayname"

# What tells a time of the content: Explorer and rclone set them after a PUT.
_TIMES = {_GETLASTMODIFIED: "modified", _WIN32_MODIFIED: "modified", _WIN32_CREATED: "created"}
_SETTABLE = frozenset({_GETLASTMODIFIED, _DISPLAYNAME})


@dataclass(frozen=True, slots=True)
class Instruction:
    """Set a property to an element, or remove it (None)."""

    name: str
    element: Element | None

    @property
    def text(self) -> str:
        """Return the text of the value."""
        return "" if self.element is None else (self.element.text or "").strip()


def parse_update(root: Element | None) -> tuple[Instruction, ...]:
    """Read a propertyupdate element (RFC 4918 14.19). Raises BadRequest if it updates nothing."""
    instructions = parse_instructions(expect_root(root, f"{DAV}propertyupdate"))
    if not instructions:
        raise BadRequest("propertyupdate names no property")
    return instructions


def parse_instructions(update: Element) -> tuple[Instruction, ...]:
    """Read the `set` and `remove` elements, in order, that an element holds."""
    return tuple(
        Instruction(element.tag, element if action.tag == f"{DAV}set" else None)
        for action in update
        if action.tag in {f"{DAV}set", f"{DAV}remove"}
        for prop in action.findall(f"{DAV}prop")
        for element in inherit_language(prop, (update, action, prop))
    )


@dataclass(frozen=True, slots=True)
class Update:
    """What instructions come to: the changes, and why some properties cannot be set so."""

    names: tuple[str, ...]
    changes: PropertyChanges
    refused: Mapping[str, DavError]


def sum_up(instructions: Iterable[Instruction], extensions: Extensions) -> Update:
    """Sum instructions up, the later one of a property counting (RFC 4918 9.2)."""
    summing = _Summing(extensions)
    for instruction in instructions:
        try:
            summing.take(instruction)
        except DavError as refusal:
            summing.refused.setdefault(instruction.name, refusal)
    names = tuple(dict.fromkeys(instruction.name for instruction in instructions))
    changes = PropertyChanges(
        modified=summing.times.get("modified"),
        created=summing.times.get("created"),
        stored=summing.stored,
        live=summing.live,
    )
    return Update(names, changes, summing.refused)


class _Summing:
    def __init__(self, extensions: Extensions) -> None:
        self._extensions = extensions
        self.refused: dict[str, DavError] = {}
        self.times: dict[str, datetime] = {}
        self.stored: dict[str, str | None] = {}
        self.live: dict[str, object] = {}

    def take(self, instruction: Instruction) -> None:
        """Raise a DavError if this cannot be."""
        name, element = instruction.name, instruction.element
        known = self._extensions.live(name)
        if known is not None and known.accept is not None:
            self.live[name] = known.accept(element)
        elif known is not None and name not in _SETTABLE:
            raise Forbidden(condition="<D:cannot-modify-protected-property/>")
        else:
            self._take_plain(instruction)

    def _take_plain(self, instruction: Instruction) -> None:
        name, element = instruction.name, instruction.element
        if name in _TIMES and element is not None:
            moment = parse_http_date(instruction.text)
            if moment is None:
                raise Unprocessable("the value is no HTTP date")
            self.times[_TIMES[name]] = moment
        if name != _GETLASTMODIFIED:
            self.stored[name] = None if element is None else write_element(element)
