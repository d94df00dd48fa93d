"""The changes feed as bytes: the frame around its rows, and the rows themselves."""

from dataclasses import dataclass

from replication.core.change import Change, Style
from replication.core.sequence import UpdateSequence
from replication.wire.document_json import PLAIN, Shown, encode, render_document

OPENING = b'{"results":[\n'
HEARTBEAT = b"\n"
EVENTSOURCE_HEARTBEAT = b"event: heartbeat\ndata: \n\n"


@dataclass(frozen=True, slots=True)
class RowStyle:
    """How rows are shown: which leaves they name, and how documents in them look."""

    epoch: str
    style: Style = Style.MAIN_ONLY
    shown: Shown = PLAIN


def render_row(change: Change, look: RowStyle) -> bytes:
    """Write one row of the feed, without what separates it from the next."""
    leaves = change.leaves if look.style is Style.ALL_DOCS else change.leaves[:1]
    revs = b",".join([b'{"rev":%s}' % encode(f"{number}-{digest}") for number, digest in leaves])
    sequence = str(UpdateSequence(change.sequence, look.epoch)).encode()
    deleted = b',"deleted":true' if change.deleted else b""
    told = (sequence, encode(change.document_id), revs, deleted)
    row = b'{"seq":"%s","id":%s,"changes":[%s]%s' % told
    if change.document is not None:
        row += b',"doc":' + render_document(change.document, look.shown)
    return row + b"}"


def closing(last: UpdateSequence, pending: int) -> bytes:
    """End a normal or longpoll feed."""
    return b'\n],\n"last_seq":"%s","pending":%d}\n' % (str(last).encode(), pending)


def continuous_end(last: UpdateSequence, pending: int) -> bytes:
    """End a continuous feed."""
    return b'{"last_seq":"%s","pending":%d}\n' % (str(last).encode(), pending)


def eventsource_row(change: Change, look: RowStyle) -> bytes:
    """Write one row as a server-sent event, whose id is the sequence to go on from."""
    sequence = encode(str(UpdateSequence(change.sequence, look.epoch)))
    return b"data: " + render_row(change, look) + b"\nid: " + sequence + b"\n\n"
