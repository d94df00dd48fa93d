"""The trash: into it, out of it, and gone for good.

What is thrown away lies directly in the trash and remembers the path of the directory it lay in;
what was below it comes along. Each file there says that it is trashed; directories are known to be
by their path.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from doctypes.files.document import (
    Fields,
    Stamp,
    fields_of,
    metadata_of,
    revision,
    said,
    tombstone,
    written,
)
from doctypes.files.moves import carried_along, placed, trash_growth, without_trash_marks
from doctypes.files.node import TRASH_ID, Node
from doctypes.files.paths import ROOT_PATH, TRASH_PATH, is_below, joined, names_of, parted
from doctypes.files.plan import Place, Plan, Subtree
from doctypes.files.version import Version
from doctypes.files.versioning import dropped

TRASH = Place(TRASH_ID, TRASH_PATH)


def throw_away(subtree: Subtree, name: str, stamp: Stamp) -> Plan:
    """Put a node with all below it into the trash, under a name that is free there."""
    fields = placed(subtree.top, TRASH, name, stamp)
    fields["restore_path"] = parted(subtree.path)[0]
    if name != subtree.top.name:
        fields["restore_name"] = subtree.top.name
    fields["cozyMetadata"] |= _thrown_away(stamp)
    return _relocated(subtree, fields, TRASH.path_of(name))


def _relocated(subtree: Subtree, fields: Fields, path: str) -> Plan:
    edits = (revision(subtree.top, fields), *carried_along(subtree, path))
    return Plan(edits, trash_growth(subtree, path))


def _thrown_away(stamp: Stamp) -> Fields:
    by = stamp.by
    name = by.name or by.slug
    who = said(kind=by.kind, displayName=name, domain=_host(stamp.address)) if name else {}
    return {"trashedAt": written(stamp.now), **said(trashedBy=who)}


def _host(address: str) -> str:
    return urlsplit(address).netloc


def take_back(subtree: Subtree, parent: Place, name: str, stamp: Stamp) -> Plan:
    """Put a node with all below it into a directory outside the trash, under a free name."""
    fields = without_trash_marks(placed(subtree.top, parent, name, stamp))
    return _relocated(subtree, fields, parent.path_of(name))


def destroy(subtree: Subtree, versions: Iterable[Version]) -> Plan:
    """Delete a node and all below it, with the old versions of the files."""
    gone = (subtree.top, *subtree.directories, *subtree.files)
    return Plan(tuple(map(tombstone, gone)), -subtree.usage) + dropped(versions)


def thrown_away_at(node: Node) -> datetime | None:
    """Return when a node was thrown away; None where its document does not say."""
    moment = metadata_of(fields_of(node)).get("trashedAt")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC) if moment else None
    except (TypeError, ValueError):
        return None


def restore_name(thrown_away: Node) -> str:
    """Return what a node in the trash was called before."""
    remembered = fields_of(thrown_away).get("restore_name")
    return remembered if isinstance(remembered, str) else thrown_away.name


def restore_path(thrown_away: Node, path: str) -> str:
    """Return the path of the directory that a node in the trash, at `path`, is restored to.

    `thrown_away` is what lies directly in the trash: the node, or the directory it came along
    with. Where that remembers no path outside the trash, it is the root.
    """
    remembered = fields_of(thrown_away).get("restore_path")
    if not isinstance(remembered, str) or not remembered.startswith("/"):
        remembered = ROOT_PATH
    if is_below(remembered, TRASH_PATH):
        remembered = ROOT_PATH
    for name in names_of(path)[1:-1]:
        remembered = joined(remembered, name)
    return remembered
