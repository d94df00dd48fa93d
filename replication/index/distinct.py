"""`_approx_count_distinct`: about how many different keys there are, in 2 KiB (HyperLogLog).

2^11 registers, as in CouchDB: an error of 2 % at most times. Few keys are counted all but exactly,
by the registers that are still empty (Flajolet et al. 2007; Heule et al. 2013 for small counts).
"""

from base64 import b64decode, b64encode
from hashlib import blake2b
from math import log

_PRECISION = 11
_REGISTERS = 1 << _PRECISION
_BITS = 64 - _PRECISION
_ALPHA = 0.7213 / (1 + 1.079 / _REGISTERS)


class Sketch:
    """A set of keys, remembered well enough to tell how many there are."""

    def __init__(self, registers: bytes | bytearray = bytes(_REGISTERS)) -> None:
        self._registers = bytearray(registers)

    @classmethod
    def of(cls, text: str) -> "Sketch":
        """Read a sketch that `text` wrote."""
        return cls(b64decode(text))

    def text(self) -> str:
        """Return the registers in base64."""
        return b64encode(self._registers).decode()

    def add(self, key: bytes) -> None:
        """Put a key in."""
        number = int.from_bytes(blake2b(key, digest_size=8).digest(), "big")
        register, rest = number >> _BITS, number & ((1 << _BITS) - 1)
        rank = _BITS - rest.bit_length() + 1
        self._registers[register] = max(self._registers[register], rank)

    def united(self, other: "Sketch") -> "Sketch":
        """Return the sketch of both sets together."""
        pairs = zip(self._registers, other._registers, strict=True)  # noqa: SLF001  # of its own kind
        return Sketch(bytes(max(pair) for pair in pairs))

    def estimate(self) -> int:
        """Return about how many keys are in."""
        raw = _ALPHA * _REGISTERS**2 / sum(2.0**-rank for rank in self._registers)
        empty = self._registers.count(0)
        if raw <= 2.5 * _REGISTERS and empty:
            return round(_REGISTERS * log(_REGISTERS / empty))
        return round(raw)
