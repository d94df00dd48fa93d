"""Where commands about homes are carried out: on the disk, or by the server that has the folder."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from server.admin.access import read_access
from server.at_rest.new_homes import sealing
from server.cli.made import Made
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals, refusals
from server.instances.context import Contexts
from server.instances.folder_lock import FolderInUse, FolderLock
from server.instances.founding import HomeRegister
from server.settings import Settings

if TYPE_CHECKING:
    from server.instances.changes import Changes
    from server.instances.new_home import NewHome


class HomesOffice(Protocol):
    """What can be done about homes; each answers the home as the admin address shows it.

    Raises DomainIllegal, DomainTaken, InstanceMissing, ChangeIllegal, RecordUnreadable, OSError.
    """

    def found(self, asked: "NewHome") -> Made:
        """Make a home."""

    def change(self, domain: str, changes: "Changes") -> dict[str, Any]:
        """Change a home."""

    def delete(self, domain: str, days: int) -> dict[str, Any]:
        """Shut a home, to be erased after so many days."""

    def erase(self, domain: str) -> dict[str, Any]:
        """Take a home away for good."""

    def set_password(self, domain: str | None, password: str) -> dict[str, Any]:
        """Give an owner another passphrase; None means the only home, or localhost."""

    def adopt(self, staged: Path, domain: str | None, *, instead: bool) -> dict[str, Any]:
        """Take in a home that was unpacked beside the others."""


@contextmanager
def office(settings: Settings) -> Iterator[HomesOffice]:
    """Give whoever can change the homes of a data folder now. Raises Refusal."""
    with refusals(), folder_refusals(settings.dir):
        settings.dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            lock = FolderLock(settings.dir)
        except FolderInUse as error:
            yield _served(settings, error.process)
            return
        try:
            yield _at_rest(settings)
        finally:
            lock.release()


def _at_rest(settings: Settings) -> HomesOffice:
    from server.cli.homes_at_rest import HomesAtRest
    from server.cli.open_home import erase_kept
    from server.instances.erasing import tidy

    register = register_of(settings)
    tidy(register)
    return HomesAtRest(register, Contexts(settings.contexts), partial(erase_kept, settings))


def register_of(settings: Settings) -> HomeRegister:
    """Return the homes of a data folder, at rest."""
    return HomeRegister(
        settings.dir,
        secrets.token_bytes,
        settings.kdf_iterations,
        seal=sealing(settings.encryption),
    )


def _served(settings: Settings, process: str) -> HomesOffice:
    from server.cli.homes_served import HomesServed

    access = read_access(settings.dir)
    if access is None:
        raise Refusal(say("admin_off", folder=settings.dir, process=process or "?"))
    secret = settings.admin_secret or access.secret
    return HomesServed(replace(access, secret=secret))
