"""How much one connection may ask of the server before anybody knows who it is."""

from typing import Any

LONGEST_LINE = 32 * 1024
"""Bytes of a request line; `_all_docs?keys=…` and deep paths are long."""

LONGEST_HEADER = 16 * 1024
"""Bytes of one header."""

LARGEST_FORM = 1 << 20
"""Bytes of a body that is read whole without a cap of its own."""

KEEPALIVE = 75.0
"""Seconds a connection may stay open between two requests."""

LINGER = 5.0
"""Seconds in which a body that nobody wanted is read off, so that its sender sees the refusal."""

BACKLOG = 512
"""Connections that may wait to be accepted."""

RUNNER: dict[str, Any] = {
    "max_line_size": LONGEST_LINE,
    "max_field_size": LONGEST_HEADER,
    "keepalive_timeout": KEEPALIVE,
    "lingering_time": LINGER,
}
"""What aiohttp is told of these."""
