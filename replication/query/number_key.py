"""Sort keys of numbers: integers of any size and floats in one order, equal numbers alike.

The magnitude is written as an IEEE 754 double. From 2**53 on integers stand between the doubles;
there the double is rounded towards zero, and what was cut off follows: its length, then its bytes.
Below zero every bit of the magnitude is turned over.
"""

import math
import struct

_NEGATIVE, _POSITIVE = 4, 5
_PLAIN = 1 << 53
"""From here on integers lie between the doubles."""

_PRECISION = 53
_LARGEST_BITS = 1024
_AFTER_ALL_INTEGERS = b"\xff\xff\xff\xff"

_tagged = struct.Struct(">Bd").pack
_of_length = struct.Struct(">I").pack
_TURNED_OVER = bytes(255 - byte for byte in range(256))


def number_key(number: float) -> bytes:
    """Return the key of an integer or a float. Raises ValueError for a NaN."""
    if 0 <= number < _PLAIN:
        # not -0.0, which has a sign bit
        return _tagged(_POSITIVE, number or 0)
    if number < 0:
        turned = _exactly(-number).translate(_TURNED_OVER)
        return bytes((_NEGATIVE,)) + turned[1:]
    return _exactly(number)


def _exactly(magnitude: float) -> bytes:
    if magnitude < _PLAIN:
        return _tagged(_POSITIVE, magnitude)
    if isinstance(magnitude, float) and not math.isfinite(magnitude):
        return _beyond(magnitude)
    whole = int(magnitude)
    bits = whole.bit_length()
    if bits > _LARGEST_BITS:
        return _tagged(_POSITIVE, math.inf) + _counted(whole)
    cut = bits - _PRECISION
    double = whole >> cut << cut
    return _tagged(_POSITIVE, double) + _counted(whole - double)


def _beyond(number: float) -> bytes:
    if math.isnan(number):
        raise ValueError("NaN is no JSON")
    return _tagged(_POSITIVE, number) + _AFTER_ALL_INTEGERS


def _counted(rest: int) -> bytes:
    length = (rest.bit_length() + 7) // 8
    return _of_length(length) + rest.to_bytes(length, "big")
