"""ICU 72 asked about its root collation; for development, where its library is installed.

The library is the one that Debian 12 has as libicu72. Text is compared as CouchDB compares it: the
root collator with nothing set, so strength is tertiary and normalisation is off.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

_RELEASE = 72
_END = -1
_CONTINUES = 0xC0
_LONGEST = 64


@dataclass(frozen=True, slots=True, order=True)
class Element:
    """A collation element: its weights on three levels, 0 where it has none."""

    primary: int
    secondary: int
    tertiary: int


class RootCollator:
    """The root collator of ICU 72. Raises OSError where the library is not installed."""

    def __init__(self) -> None:
        self._collation = ctypes.CDLL(f"libicui18n.so.{_RELEASE}")
        self._text = ctypes.CDLL(f"libicuuc.so.{_RELEASE}")
        self._status = ctypes.c_int(0)
        self._collator = self._pointer(self._collation, "ucol_open", b"")
        self._elements = self._pointer(
            self._collation, "ucol_openElements", self._collator, _utf16("a"), 1
        )
        self._held = b""
        self._normalizer = self._pointer(self._text, "unorm2_getNFDInstance")

    def elements(self, text: str) -> list[Element]:
        """Return the collation elements of a text, without those that are ignored altogether."""
        self._held = _utf16(text)  # ICU reads where it lies
        length = len(self._held) // 2
        self._call(self._collation, "ucol_setText", self._elements, self._held, length)
        found: list[Element] = []
        for order in self._orders():
            primary, secondary, tertiary = order & 0xFFFF0000, order & 0xFF00, (order & 0x3F) << 8
            if order & _CONTINUES == _CONTINUES:
                first = found.pop()
                primary = first.primary | primary >> 16
                secondary = first.secondary | secondary >> 8
                tertiary = first.tertiary | tertiary >> 8
            found.append(Element(primary, secondary, tertiary))
        return [element for element in found if element != Element(0, 0, 0)]

    def contractions(self) -> list[str]:
        """Return the strings that do not sort as their characters one by one would."""
        strings = self._pointer(self._text, "uset_openEmpty", status=False)
        self._call(
            self._collation, "ucol_getContractionsAndExpansions", self._collator, strings, None, 1
        )
        items = [
            self._item(strings, index)
            for index in range(self._call(self._text, "uset_getItemCount", strings, status=False))
        ]
        return sorted(item for item in items if item)

    def combining_classes(self, character: str) -> tuple[int, int]:
        """Return the combining classes of the first and last characters of what it stands for."""
        room = ctypes.create_string_buffer(2 * _LONGEST)
        length = self._call(
            self._text,
            "unorm2_getDecomposition",
            self._normalizer,
            ctypes.c_int32(ord(character)),
            room,
            _LONGEST,
        )
        whole = room.raw[: 2 * length].decode("utf-16-le") if length >= 0 else character
        return self._class(whole[0]), self._class(whole[-1])

    def compare(self, left: str, right: str) -> int:
        """Return -1, 0 or 1, as CouchDB finds it for two strings."""
        texts = [text.encode() for text in (left, right)]
        iterators = [ctypes.create_string_buffer(256) for _ in texts]
        for iterator, text in zip(iterators, texts, strict=True):
            self._call(self._text, "uiter_setUTF8", iterator, text, len(text), status=False)
        return self._call(self._collation, "ucol_strcollIter", self._collator, *iterators)

    def _class(self, character: str) -> int:
        return self._call(self._text, "u_getCombiningClass", ord(character), status=False) & 0xFF

    def _orders(self) -> Iterator[int]:
        while (order := self._call(self._collation, "ucol_next", self._elements)) != _END:
            yield order & 0xFFFFFFFF

    def _item(self, strings: ctypes.c_void_p, index: int) -> str:
        room = ctypes.create_string_buffer(2 * _LONGEST)
        ends = ctypes.byref(ctypes.c_int32()), ctypes.byref(ctypes.c_int32())
        length = self._call(self._text, "uset_getItem", strings, index, *ends, room, _LONGEST)
        return room.raw[: 2 * length].decode("utf-16-le") if length > 0 else ""

    def _call(
        self, library: ctypes.CDLL, name: str, *arguments: object, status: bool = True
    ) -> int:
        function = library[f"{name}_{_RELEASE}"]
        function.restype = ctypes.c_int32
        answer: int = function(*arguments, *self._tail(status=status))
        self._check(name)
        return answer

    def _pointer(
        self, library: ctypes.CDLL, name: str, *arguments: object, status: bool = True
    ) -> ctypes.c_void_p:
        function = library[f"{name}_{_RELEASE}"]
        function.restype = ctypes.c_void_p
        answer = ctypes.c_void_p(function(*arguments, *self._tail(status=status)))
        self._check(name)
        return answer

    def _tail(self, *, status: bool) -> tuple[object, ...]:
        return (ctypes.byref(self._status),) if status else ()

    def _check(self, name: str) -> None:
        if self._status.value > 0:
            raise OSError(f"{name}: ICU error {self._status.value}")


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")
