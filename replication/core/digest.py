"""How the digest of a new revision derives from what it says and what it follows.

Two replicas that make the same edit on the same revision get the same name for it, and so no
conflict. The bytes hashed are the body as it will be stored; CouchDB hashes its own term format,
so digests differ between the two, which replication does not mind: a digest is opaque.
"""

from hashlib import md5

from replication.core.attachment import Attachment
from replication.core.document import Edit
from replication.core.revision import Revision


def revision_digest(edit: Edit, parent: Revision | None) -> str:
    """Return 32 hexadecimal digits. Stubs among the attachments must have been resolved."""
    hashed = md5(b"1" if edit.deleted else b"0", usedforsecurity=False)
    hashed.update(str(parent or "").encode())
    for name, attachment in sorted(edit.attachments.items()):
        if isinstance(attachment, Attachment):
            facts = f"\n{name}\n{attachment.content_type}\n{attachment.md5}"
            hashed.update(facts.encode())
    hashed.update(b"\n")
    hashed.update(edit.body)
    return hashed.hexdigest()
