"""Reading some members of a JSON object, and passing over the others, which costs much less."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

Json = Any

EVERYTHING: Callable[[bytes], dict[str, Json]] = msgspec.json.Decoder(dict[str, Any]).decode
"""Reads all members."""


@lru_cache(256)
def decoder_of(names: frozenset[str]) -> Callable[[bytes], dict[str, Json]]:
    """Return what reads these members of an object, and passes over the others."""
    members = {f"member_{n}": name for n, name in enumerate(names)}
    fields = [(attribute, Any, msgspec.UNSET) for attribute in members]
    try:
        struct = msgspec.defstruct("Members", fields, rename=members)
    except ValueError:  # a name that JSON has to escape
        return EVERYTHING
    decode = msgspec.json.Decoder(struct).decode

    def decoded(text: bytes) -> dict[str, Json]:
        found = decode(text)
        read = ((name, getattr(found, attribute)) for attribute, name in members.items())
        return {name: value for name, value in read if value is not msgspec.UNSET}

    return decoded
