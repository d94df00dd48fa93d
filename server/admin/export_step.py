"""A line of what the admin address tells of an export under way."""

import msgspec

from server.export.manifest import Manifest


class Step(msgspec.Struct, omit_defaults=True):
    """`bytes` more are written, of about `total`; the last line has a manifest, or an error."""

    bytes: int = 0
    total: int = 0
    manifest: Manifest | None = None
    error: str = ""
