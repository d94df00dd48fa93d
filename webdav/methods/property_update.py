"""What a PROPPATCH asks for: instructions in order, and the change they come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from webdav.model.backend import PropertyChanges
from webdav.model.errors import BadRequest, DavError, Forbidden, Unprocessable
from webdav.model.property import LIVE_PROPERTIES
from webdav.wire.dates import parse_http_date
from webdav.wire.xml import DAV, expect_root, inherit_language, write_element

_GETLASTMODIFIED = f"{DAV}getlastmodified"
_WIN32_MODIFIED = "{urn:schemas-microsoft-com:}Win32LastModifiedTime"
_DISPLAYNAME = f"{DAV}displayname"

# Live properties that a client may set; the first two tell the time of the content, which Explorer
# and rclone set after a PUT.
_MODIFIED_TIMES = frozenset({_GETLASTMODIFIED, _WIN32_MODIFIED})
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


def refusals(instructions: Iterable[Instruction]) -> Mapping[str, DavError]:
    """Tell which properties cannot be set so, and why."""
    refused: dict[str, DavError] = {}
    for instruction in instructions:
        name = instruction.name
        if name in LIVE_PROPERTIES and name not in _SETTABLE:
            refused[name] = Forbidden(condition="<D:cannot-modify-protected-property/>")
        elif _tells_time(instruction) and parse_http_date(instruction.text) is None:
            refused[name] = Unprocessable("the value is no HTTP date")
    return refused


def to_changes(instructions: Iterable[Instruction]) -> PropertyChanges:
    """Sum instructions up, the later one of a property counting (RFC 4918 9.2)."""
    modified: datetime | None = None
    stored: dict[str, str | None] = {}
    for instruction in instructions:
        if _tells_time(instruction):
            modified = parse_http_date(instruction.text)
        if instruction.name != _GETLASTMODIFIED:
            element = instruction.element
            stored[instruction.name] = None if element is None else write_element(element)
    return PropertyChanges(modified=modified, stored=stored)


def _tells_time(instruction: Instruction) -> bool:
    return instruction.name in _MODIFIED_TIMES and instruction.element is not None
