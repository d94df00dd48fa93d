"""Who asks, as CouchDB sees it: a name, roles, and how they were shown."""

from dataclasses import dataclass

ADMIN_ROLE = "_admin"


@dataclass(frozen=True, slots=True)
class User:
    """A user; without a name, somebody who showed nothing.

    `handler` is CouchDB's word for how they were recognised: `default` (Basic), `cookie`, `jwt`.
    """

    name: str | None = None
    roles: tuple[str, ...] = ()
    handler: str | None = None

    @property
    def is_server_admin(self) -> bool:
        """Tell whether everything is allowed."""
        return ADMIN_ROLE in self.roles


ANONYMOUS = User()
