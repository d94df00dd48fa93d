"""Who sits at an editor: the id that the Document Server tells us again, and what it may still do.

The id is under the signature of the configuration and comes back in verified claims, so it says of
a save who made it, days later and with no login.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from doctypes.files.authors import Author
from doctypes.files.document import fields_of
from doctypes.files.file_tree import FileTree
from doctypes.files.node import File
from doctypes.permissions.rule import Subject
from server.auth.principal import Kind, Principal
from server.instances.instance import Instance
from server.office.rights import OWNERS, Rights, rights_of
from server.permissions.permission import permissions_of

PROGRAM = "onlyoffice"
LONGEST_NAME = 60
_OF_LINK = re.compile(r"link-([0-9a-f]{32})(-[0-9a-f]+)?")


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody at an editor; a guest has a name that only they vouch for."""

    user_id: str
    name: str
    is_guest: bool = False


def participant_of(principal: Principal, guest_name: str, unnamed: str) -> Participant:
    """Return who a caller is at an editor; guests of one link are told apart by their names."""
    if principal.kind is not Kind.SHARE:
        return Participant(f"{principal.name}@{principal.domain}", principal.name)
    name = " ".join(guest_name.split())[:LONGEST_NAME].strip()
    mark = f"-{sha256(name.encode()).hexdigest()[:12]}" if name else ""
    return Participant(f"link-{principal.credential}{mark}", name or unnamed, is_guest=True)


def author_of(user_id: str, name: str) -> Author:
    """Return who saved, as the file's document will say."""
    if _OF_LINK.fullmatch(user_id):
        return Author(slug=PROGRAM, name=name, kind="anonymous-share")
    return Author(slug=PROGRAM, name=name)


async def may_still_write(home: Instance, user_id: str, file: File, now: float) -> bool:
    """Tell whether somebody may (still) change a file; `now` in seconds since 1970.

    Whoever came by a link may what the link allows now; everybody else acts for the owner.
    """
    rights = await _rights_now(home, user_id, file, now)
    return rights is not None and rights.changes


async def may_still_read(home: Instance, user_id: str, file: File, now: float) -> bool:
    """Tell whether somebody may (still) open a file."""
    return await _rights_now(home, user_id, file, now) is not None


async def _rights_now(home: Instance, user_id: str, file: File, now: float) -> Rights | None:
    of_link = _OF_LINK.fullmatch(user_id)
    if of_link is None:
        return OWNERS
    kept = await permissions_of(home.store).get(of_link[1])
    if kept is None or now >= kept.value.ends_at:
        return None
    return rights_of(kept.value.rules, await subject_of(home.files, file))


async def subject_of(tree: FileTree, file: File) -> Subject:
    """Return a file as rules look at it, with the folders that it lies in."""
    within, dir_id = [], file.dir_id
    while dir_id:
        within.append(dir_id)
        dir_id = (await tree.get(dir_id)).dir_id
    return Subject(file.id, fields_of(file), within)
