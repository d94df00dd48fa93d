"""Who asks, once it is known: for which home, by what credential, and what that one may do."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from doctypes.files.node import DOCTYPE
from doctypes.files.version import VERSIONS
from doctypes.permissions.permission_set import EVERYTHING, PermissionSet
from doctypes.profiles.profile import EVERYTHING as EVERYTHING_SEEN
from doctypes.profiles.profile import Profile

OF_FILES = frozenset({DOCTYPE, VERSIONS})


class Kind(StrEnum):
    """How a caller showed who they are; the values of tokens' `aud` where there is one."""

    OWNER = "owner"
    """The owner's passphrase with the request."""
    SESSION = "session"
    """The owner in a browser, signed in."""
    DEVICE = "device"
    """A password made for one device."""
    OAUTH = "access"
    """An OAuth client."""
    APP = "app"
    """A web application of the home, in the owner's session."""
    KONNECTOR = "konn"
    CLI = "cli"
    SHARE = "share"
    """Whoever has a link to something shared."""
    COUCH = "couch"
    """A user of a CouchDB of many users."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The authenticated caller: `name` at the instance `domain`.

    `credential` is the id of the document behind what was shown (a client, a session, a link), by
    which it is revoked; empty for the passphrase itself. `lock` is what a cookie must hold besides,
    where a link has a password (`access.check_lock`). `profile` is what a device sees of the files.
    """

    name: str
    domain: str
    kind: Kind = Kind.OWNER
    permissions: PermissionSet = EVERYTHING
    credential: str = ""
    lock: str = field(default="", repr=False)
    profile: Profile = EVERYTHING_SEEN

    @property
    def is_owner(self) -> bool:
        """Tell whether it is the owner, and not something that acts for them."""
        return self.kind in (Kind.OWNER, Kind.SESSION)

    @property
    def device(self) -> str:
        """The id of the device that it is; empty for what is none."""
        return self.credential if self.kind in (Kind.DEVICE, Kind.OAUTH) else ""

    @property
    def held(self) -> "Principal":
        """The caller with what its profile leaves of its permissions: to read files, or all."""
        if not self.profile.read_only:
            return self
        return replace(self, permissions=replace(self.permissions, reads_only=OF_FILES))
