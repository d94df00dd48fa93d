"""Documents as most programs send them: their JSON without a space, underscore fields in front.

Of these the text behind the fields is the body as it stands, and nothing has to be taken apart.
What looks otherwise in any way is left to `document_json`, which reads all there is.
"""

import re

from replication.core.document import Edit, check_document_id
from replication.core.revision import Revision, history_of

_TEXT = rb'"([^"\\]+)"'
_HEAD = re.compile(
    rb'\{"_id":' + _TEXT + rb'(?:,"_rev":' + _TEXT + rb")?"
    rb'(?:,"_revisions":\{"start":(\d{1,9}),"ids":\[([^\[\]\\]+)\]\})?([,}])'
)
_IDS = re.compile(rb'"[0-9a-f]+"(?:,"[0-9a-f]+")*')
_SPECIAL = b'"_'
"""Each underscore field begins so; as do strings, which then look like one field too many."""


def plain_edit(text: bytes, *, replicated: bool) -> Edit | None:
    """Read the edit of a document that is valid JSON; None for one of another look.

    Raises Invalid with CouchDB's words.
    """
    found = _HEAD.match(text)
    if found is None:
        return None
    name, rev, start, digests, behind = found.groups()
    if text.count(_SPECIAL) != 1 + (rev is not None) + (start is not None):
        return None
    revision = None if rev is None else Revision.parse(rev.decode())
    history = None
    if start is not None and (not replicated or not _IDS.fullmatch(digests)):
        return None
    if replicated:
        if start is not None:
            ids = digests.decode().replace('"', "").split(",")
            history = history_of(int(start), ids)
        elif revision is not None:
            history = (revision,)
        else:
            return None
    return Edit(
        document_id=check_document_id(name.decode()),
        body=b"{" + text[found.end() :] if behind == b"," else b"{}",
        base=None if replicated else revision,
        history=history,
    )
