"""An attachment as a revision records it: what it is, and where its bytes rest."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment of one revision.

    `md5` is the base64 MD5 that CouchDB shows as `md5-…`; `blob` the SHA-256 (hex) that the blob
    store knows the bytes by; `length` is in bytes; `revpos` is the generation that brought it (0 in
    an edit: this one).
    """

    content_type: str
    md5: str
    blob: str
    length: int
    revpos: int


@dataclass(frozen=True, slots=True)
class AttachmentStub:
    """An edit's `{"stub": true}`: keep what the base revision has under this name."""

    content_type: str | None = None
    md5: str | None = None
    revpos: int | None = None
