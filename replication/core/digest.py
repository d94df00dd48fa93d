"""How the digest of a new revision derives from what it says and what it follows.

Two replicas that make the same edit on the same revision get the same name for it, and so no
conflict. The bytes hashed are the body as it will be stored; CouchDB hashes its own term format,
so digests differ between the two, which replication does not mind: a digest is opaque.
"""

from collections.abc import Mapping
from hashlib import md5

from replication.core.attachment import Attachment
from replication.core.document import Edit
from replication.core.revision import Revision


def revision_digest(
    edit: Edit, attachments: Mapping[str, Attachment], parent: Revision | None
) -> str:
    """Return 32 hexadecimal digits; `attachments` are the edit's, with stubs resolved."""
    head = f"{int(edit.deleted)}{parent or ''}\n"
    for name, attachment in sorted(attachments.items()):
        head += f"{name}\n{attachment.content_type}\n{attachment.md5}\n"
    return md5(f"{head}\n".encode() + edit.body, usedforsecurity=False).hexdigest()
