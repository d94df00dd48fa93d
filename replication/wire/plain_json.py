"""Documents as most programs send them: their JSON without a space, underscore fields in front.

Of these the text behind the fields is the body as it stands, and nothing has to be taken apart.
What looks otherwise in any way is left to `document_json`, which reads all there is.
"""

import re
from collections.abc import Sequence
from typing import Any

from replication.core.document import Edit, check_document_id
from replication.core.revision import Revision, history_of

_TEXT = rb'"([^"\\]+)"'
_HEAD = re.compile(
    rb'\{"_id":' + _TEXT + rb'(?:,"_rev":' + _TEXT + rb")?"
    rb'(?:,"_revisions":\{"start":(\d{1,9}),"ids":\[([^\[\]\\]+)\]\})?([,}])'
)
_IDS = re.compile(rb'"[0-9a-f]+"(?:,"[0-9a-f]+")*')
_UNDERSCORED = re.compile(rb'"_')
"""Each underscore field begins so; as do strings, which then look like one field too many."""

_Head = tuple[bytes | Any, ...]


def plain_edits(documents: Sequence[bytes], text: bytes, *, replicated: bool) -> list[Edit | None]:
    """Read the edits of documents that are valid JSON; None for each of another look.

    `text` is what all of them stand in: where it has no more underscored fields than their heads
    do, none has to be searched for others. Raises Invalid with CouchDB's words.
    """
    found = [_HEAD.match(document) for document in documents]
    heads = [(head.groups(), head.end()) for head in found if head is not None]
    fields = sum(_fields(groups) for groups, _ in heads)
    only_heads = len(_UNDERSCORED.findall(text)) == fields
    return [
        None
        if head is None or not (only_heads or _is_plain(document, head.groups()))
        else _edit(document, head.groups(), head.end(), replicated=replicated)
        for document, head in zip(documents, found, strict=True)
    ]


def _fields(head: _Head) -> int:
    _, rev, start, _, _ = head
    return 1 + (rev is not None) + (start is not None)


def _is_plain(document: bytes, head: _Head) -> bool:
    return len(_UNDERSCORED.findall(document)) == _fields(head)


def _edit(document: bytes, head: _Head, end: int, *, replicated: bool) -> Edit | None:
    name, rev, start, digests, behind = head
    revision = None if rev is None else Revision.parse(rev.decode())
    history = None
    if start is not None and (not replicated or not _IDS.fullmatch(digests or b"")):
        return None
    if replicated:
        if start is not None and digests is not None:
            ids = digests.decode().replace('"', "").split(",")
            history = history_of(int(start), ids)
        elif revision is not None:
            history = (revision,)
        else:
            return None
    body = b"{" + document[end:] if behind == b"," else b"{}"
    checked = check_document_id(name.decode())
    return Edit(checked, body, base=None if replicated else revision, history=history)
