"""What a caller sees of the files, and may do to what it sees (design D8)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import blake2b

from doctypes.files.file_tree import FileTree
from doctypes.files.node import Directory, Node
from doctypes.profiles.known_folders import with_known
from doctypes.profiles.profile import EVERYTHING, Profile
from doctypes.profiles.view import WHOLE, Item, View
from webdav.message import DavRequest
from webdav.model.errors import DavError, Forbidden
from webdav.model.path import Path

READING = frozenset({"OPTIONS", "GET", "HEAD", "PROPFIND", "REPORT", "SEARCH"})

_ALL = WHOLE.fingerprint()

KeepProfile = Callable[[Profile], Awaitable[None]]


class OutOfSight(DavError):
    """What the caller does not see is in the way, or what it writes it would not see."""

    status = Forbidden.status.CONFLICT


@dataclass(frozen=True, slots=True)
class Sight:
    """A view of the files; `profile` is what it was made of.

    `keep` changes that profile, where the mount is a device's and the caller may; what it refuses
    is a DavError.
    """

    view: View = WHOLE
    profile: Profile = EVERYTHING
    keep: KeepProfile | None = None

    @property
    def may_write(self) -> bool:
        """Tell whether anything may be changed through it."""
        return not self.profile.read_only

    async def check(self, request: DavRequest, path: Path) -> None:
        """Raise Forbidden for a request that would change what may only be read.

        PROPPATCH of the root passes: it is how a device changes its profile.
        """
        if self.may_write or request.method in READING:
            return
        if request.method == "PROPPATCH" and not path:
            return
        raise Forbidden("this device may read only: its owner can change that in its settings")

    def takes(self, item: Item) -> bool:
        """Tell whether what comes somewhere will be seen; folders of the caller's own are known."""
        view = self.view
        if item.is_directory and self.keep is not None:
            view = view.with_new_folders()
        return view.shows(item)

    async def welcome(self, node: Node, parent: Directory) -> None:
        """Enter a folder that the caller put somewhere among those that its profile knows."""
        if self.keep is None or not isinstance(node, Directory):
            return
        profile = with_known(self.profile, parent.id, parent.path, node.id)
        if profile != self.profile:
            await self.keep(profile)

    async def folder_tags(self, tree: FileTree, directories: list[Directory]) -> dict[str, str]:
        """Return the ETags of directories by their ids: they change when anything below does.

        They are of this view, so that what comes into sight changes them as well.
        """
        marks = await tree.marks([directory.id for directory in directories])
        epoch = (await tree.sequence()).epoch
        return {
            directory.id: self._tag(directory, mark, epoch)
            for directory, mark in zip(directories, marks, strict=True)
        }

    def _tag(self, directory: Directory, mark: int, epoch: str) -> str:
        said = [directory.id, str(mark), epoch]
        if self.view is not WHOLE and (mine := self.view.fingerprint(directory.path)) != _ALL:
            said.append(mine)
        if not self.may_write:
            said.append("read-only")
        return f'"{blake2b("/".join(said).encode(), digest_size=10).hexdigest()}"'


WHOLE_SIGHT = Sight()
