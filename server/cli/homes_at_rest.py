"""The homes of a folder that no server has: changed in their files."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from server.admin.shown import shown_instance
from server.cli.made import Made
from server.instances.changes import Changes, changed
from server.instances.context import Contexts
from server.instances.erasing import adopt, erase, staged_record
from server.instances.founding import HomeRegister
from server.instances.new_home import NewHome, begun
from server.instances.record import InstanceRecord, rfc3339, write_record


@dataclass(frozen=True, slots=True)
class HomesAtRest:
    """Answers what `HomesOffice` says, by what is on the disk."""

    register: HomeRegister
    contexts: Contexts
    erase_kept: Callable[[InstanceRecord], None] = lambda _: None
    """Removes what a home has beside its folder. Raises StorageUnreachable."""

    def found(self, asked: NewHome) -> Made:
        """Make a home."""
        founded = self.register.found(
            asked.domain,
            asked.owner,
            aliases=tuple(asked.aliases),
            password=asked.password or None,
            begun=begun(asked, self.contexts),
            set_up=asked.set_up,
        )
        password = founded.password if founded.generated else ""
        return Made(_shown(founded.record), password, founded.set_up_token)

    def change(self, domain: str, changes: Changes) -> dict[str, Any]:
        """Change a home."""
        before = self.register.record(domain)
        after = changed(before, changes)
        self.register.require_free([host for host in after.hosts if host not in before.hosts])
        write_record(after)
        return _shown(after)

    def delete(self, domain: str, days: int) -> dict[str, Any]:
        """Shut a home, to be erased after so many days."""
        at = rfc3339(self.register.now() + timedelta(days=days))
        return self.change(domain, Changes(deletion_at=at))

    def erase(self, domain: str) -> dict[str, Any]:
        """Take a home away for good."""
        record = self.register.record(domain)
        self.erase_kept(record)
        erase(record.folder)
        return _shown(record)

    def set_password(self, domain: str | None, password: str) -> dict[str, Any]:
        """Give an owner another passphrase."""
        return _shown(self.register.change_password(domain, password))

    def adopt(self, staged: Path, domain: str | None, *, instead: bool) -> dict[str, Any]:
        """Take in a home that was unpacked beside the others."""
        record = staged_record(self.register, staged, domain)
        homes = self.register.records()
        replaced = [home for home in homes if instead and home.domain == record.domain]
        kept = {host for home in homes if home not in replaced for host in home.hosts}
        self.register.require_free(record.hosts, kept.__contains__)
        adopt(staged, record, replaced[0].folder if replaced else None)
        return _shown(record)


def _shown(record: InstanceRecord) -> dict[str, Any]:
    attributes: Any = shown_instance(record)["attributes"]
    return dict(attributes)
