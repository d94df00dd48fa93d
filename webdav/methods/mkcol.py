"""MKCOL: a new, empty collection, as RFC 5689 extends it with the properties it begins with."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.methods.property_update import (
    Instruction,
    parse_instructions,
    sum_up,
)
from webdav.methods.resource_headers import placed_headers
from webdav.model.backend import Placed
from webdav.model.errors import Forbidden, NotAllowed, UnsupportedMedia
from webdav.model.extension import Extensions
from webdav.model.lock_manager import Touch
from webdav.wire.xml import DAV, expect_root, read_xml

_XML = frozenset({"application/xml", "text/xml"})
_RESOURCETYPE = f"{DAV}resourcetype"


async def mkcol(exchange: Exchange) -> DavResponse:
    """Answer MKCOL (RFC 4918 9.3) with 201."""
    properties = await _properties(exchange)
    demands = await exchange.demands()
    found = await exchange.backend.lookup(exchange.path)
    if found is not None:
        raise NotAllowed("something has this path")
    await exchange.require_parent(exchange.path)
    demands.check(found)
    async with exchange.writing(Touch(exchange.path, in_parent=True)):
        made = await exchange.backend.make_collection(exchange.path, properties)
    return DavResponse(HTTPStatus.CREATED, placed_headers(exchange, Placed(made, is_new=True)))


async def _properties(exchange: Exchange) -> Mapping[str, str]:
    media = exchange.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in _XML:
        if not await exchange.is_body_empty():
            raise UnsupportedMedia("the body of an MKCOL is XML (RFC 5689)")
        return {}
    root = await read_xml(exchange.request.body)
    if root is None:
        return {}
    instructions = parse_instructions(expect_root(root, f"{DAV}mkcol"))
    return _to_keep(instructions, exchange.extensions)


def _to_keep(instructions: Iterable[Instruction], extensions: Extensions) -> Mapping[str, str]:
    """Return the properties to begin with; any that cannot be is a refusal of the whole."""
    plain = []
    for instruction in instructions:
        if instruction.name != _RESOURCETYPE:
            plain.append(instruction)
        elif instruction.element is not None and [kind.tag for kind in instruction.element] != [
            f"{DAV}collection"
        ]:
            raise Forbidden(condition="<D:valid-resourcetype/>")
    update = sum_up(plain, extensions)
    for refusal in update.refused.values():
        raise refusal
    if update.changes.live:
        raise Forbidden("some of these properties are set on what is there already")
    return {name: xml for name, xml in update.changes.stored.items() if xml is not None}
