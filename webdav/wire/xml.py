"""XML of requests read without DTDs or entities, XML of answers written as plain text."""

import re
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from webdav.model.errors import BadRequest, TooLarge

DAV = "{DAV:}"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
MAX_BODY = 1 << 20
MAX_NESTING = 64
_XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
_LANG = f"{{{_XML_NAMESPACE}}}lang"

# What XML 1.0 2.2 cannot carry at all, escaped or not.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPECIAL = re.compile('[&<>"\r]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}


async def read_xml(body: AsyncIterator[bytes]) -> Element | None:
    """Read a request's body as XML; None if it is empty.

    Raises TooLarge above MAX_BODY, and BadRequest for XML that is not well-formed, is nested deeper
    than MAX_NESTING, or has a DTD: nobody needs one, and they are how entity bombs and file
    disclosure come in.
    """
    pieces, size = [], 0
    async for piece in body:
        size += len(piece)
        if size > MAX_BODY:
            raise TooLarge(f"more than {MAX_BODY} bytes of XML")
        pieces.append(piece)
    return parse_xml(b"".join(pieces))


def parse_xml(text: bytes) -> Element | None:
    """Read XML from memory, as `read_xml` does."""
    if not text.strip():
        return None
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:
        raise BadRequest(f"the body is not acceptable XML: {fault}") from fault
    _check_nesting(root)
    return root


def _check_nesting(root: Element) -> None:
    """Raise BadRequest for elements so deep that whoever follows them runs out of stack."""
    level, nesting = [root], 0
    while level:
        nesting += 1
        if nesting > MAX_NESTING:
            raise BadRequest(f"the body is XML nested deeper than {MAX_NESTING}")
        level = [child for element in level for child in element]


def expect_root(root: Element | None, name: str) -> Element:
    """Return the root element. Raises BadRequest if there is none or it has another name."""
    if root is None or root.tag != name:
        raise BadRequest(f"the body is not a {name} element")
    return root


def escape(text: str) -> str:
    """Make text fit for content and attribute values; U+FFFD stands for what XML lacks."""
    if _ILLEGAL.search(text):
        text = _ILLEGAL.sub("\ufffd", text)
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text) if _SPECIAL.search(text) else text


def split_name(name: str) -> tuple[str, str]:
    """Take a Clark name apart into namespace (may be empty) and local name."""
    if name.startswith("{"):
        namespace, _, local = name[1:].partition("}")
        return namespace, local
    return "", name


_NO_PREFIXES: Mapping[str, str] = {}


def open_tag(name: str, prefixes: Mapping[str, str] = _NO_PREFIXES) -> tuple[str, str]:
    """Return the tag, with the namespace it needs, to open an element; and its qualified name.

    The prefix `D` is taken to be declared as `DAV:` around it, and `prefixes`, by namespace, as
    they say; others are declared on the spot.
    """
    namespace, local = split_name(name)
    if namespace == "DAV:":
        return f"<D:{local}", f"D:{local}"
    if not namespace:
        return f"<{local}", local
    if namespace in prefixes:
        qualified = f"{prefixes[namespace]}:{local}"
        return f"<{qualified}", qualified
    return f'<x:{local} xmlns:x="{escape(namespace)}"', f"x:{local}"


def empty_element(name: str, prefixes: Mapping[str, str] = _NO_PREFIXES) -> str:
    """Write an element without content."""
    return f"{open_tag(name, prefixes)[0]}/>"


def text_element(name: str, text: str) -> str:
    """Write an element that holds this text."""
    start, qualified = open_tag(name)
    return f"{start}>{escape(text)}</{qualified}>"


def write_element(element: Element) -> str:
    """Write an element as it was read, every namespace declared where it is used."""
    start, qualified = open_tag(element.tag)
    attributes = "".join(_attribute(name, value) for name, value in element.items())
    inner = inner_xml(element)
    if not inner:
        return f"{start}{attributes}/>"
    return f"{start}{attributes}>{inner}</{qualified}>"


def inner_xml(element: Element) -> str:
    """Write what an element holds: its text, and its children with the text between them."""
    children = (f"{write_element(child)}{escape(child.tail or '')}" for child in element)
    return escape(element.text or "") + "".join(children)


def inherit_language(element: Element, above: Iterable[Element]) -> Iterator[Element]:
    """Yield the children, each with the `xml:lang` that it has from `above` (RFC 4918 4.4)."""
    language = next((one.get(_LANG) for one in reversed([*above]) if one.get(_LANG)), None)
    for child in element:
        if language and child.get(_LANG) is None:
            child.set(_LANG, language)
        yield child


def _attribute(name: str, value: str) -> str:
    namespace, local = split_name(name)
    if not namespace:
        return f' {local}="{escape(value)}"'
    if namespace == _XML_NAMESPACE:
        return f' xml:{local}="{escape(value)}"'
    # A prefix of its own for each: two attributes of one element may be of two namespaces.
    prefix = f"a{zlib.crc32(namespace.encode()):x}"
    return f' xmlns:{prefix}="{escape(namespace)}" {prefix}:{local}="{escape(value)}"'
