"""What somebody may do to a document in an editor, from the rules of their credential.

Rules on `io.cozy.files` open a file as elsewhere: GET to read and download it, PUT to edit it too.
Rules on `io.cozy.office.<role>` open it in an editor alone, for what the role says, and no door for
files: so a link with nothing else lets nobody download, print or copy.
"""

from dataclasses import dataclass

from doctypes.files.node import DOCTYPE
from doctypes.permissions.permission_set import PermissionSet
from doctypes.permissions.rule import Subject, Verb

ROLE_TYPE = "io.cozy.office."
EDIT, REVIEW, COMMENT, FILL, VIEW = "edit", "review", "comment", "fill", "view"
ROLES = (EDIT, REVIEW, COMMENT, FILL, VIEW)


@dataclass(frozen=True, slots=True)
class Rights:
    """A role, and whether the document may leave the editor (download, print, copy)."""

    role: str = VIEW
    takes_out: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything that is done there is saved."""
        return self.role != VIEW


OWNERS = Rights(EDIT, takes_out=True)


def rights_of(permissions: PermissionSet, subject: Subject) -> Rights | None:
    """Return the most that the rules allow on a file; None when they do not open it."""
    reads = permissions.allows(Verb.GET, DOCTYPE, subject)
    if permissions.allows(Verb.PUT, DOCTYPE, subject):
        return Rights(EDIT, takes_out=reads)
    for role in ROLES:
        if permissions.allows(Verb.GET, f"{ROLE_TYPE}{role}", subject):
            return Rights(role, takes_out=reads)
    return Rights(VIEW, takes_out=True) if reads else None
