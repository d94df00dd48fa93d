"""What a revision has attached, as a MessagePack blob; NULL for the many that have nothing."""

from collections.abc import Mapping

import msgspec

from replication.core.attachment import Attachment

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, Attachment]).decode

_NOTHING: Mapping[str, Attachment] = {}


def pack(attachments: Mapping[str, Attachment]) -> bytes | None:
    """Turn attachments into a blob."""
    return _encode(attachments) if attachments else None


def unpack(blob: bytes | None) -> Mapping[str, Attachment]:
    """Turn a blob back into attachments."""
    return _decode(blob) if blob is not None else _NOTHING
