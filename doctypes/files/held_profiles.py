"""The profiles by which devices were shown documents last, for those that leave anything out.

A device's own document says what it is to see; this says by what its feed was written so far. Where
the two differ, what that changes is written anew together with the profile (`sight_verbs`).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec

from doctypes.profiles.profile import EVERYTHING, Mode, Profile
from replication.core.document import Edit, Written
from replication.core.errors import DatabaseMissing
from replication.core.revision import Revision
from replication.store.protocol import DocumentStore, IdRange, Outcome

DATABASE = "_io.cozy.files.profiles"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Profile).decode


def hides(profile: Profile) -> bool:
    """Tell whether a profile may leave anything out."""
    return profile.hide_junk or profile.mode is not Mode.ALL


class HeldProfiles:
    """By device; all in memory, as they are few, and read once (`start`)."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.followed: set[str] = set()
        """Devices that have read their feeds since the home was opened, whatever they see."""
        self._profiles: dict[str, Profile] = {}
        self._revisions: dict[str, Revision] = {}

    async def start(self) -> None:
        """Read what is kept."""
        try:
            database = await self._store.open(DATABASE)
        except DatabaseMissing:
            return
        rows, _ = await database.all_docs(IdRange())
        for row in rows:
            self._profiles[row.document_id] = _decode(row.body)
            self._revisions[row.document_id] = row.revision

    def all(self) -> Mapping[str, Profile]:
        """Return all that hide anything."""
        return MappingProxyType(self._profiles)

    def of(self, device: str) -> Profile:
        """Return by what a device was shown its documents; everything where nothing is kept."""
        return self._profiles.get(device, EVERYTHING)

    async def edit(self, device: str, profile: Profile) -> Edit | None:
        """Return the edit that keeps another; None where there is nothing to write."""
        base = self._revisions.get(device)
        if not hides(profile):
            return None if base is None else Edit(device, deleted=True, base=base)
        await self._store.ensure(DATABASE)
        return Edit(device, _encode(profile), base=base)

    def follow(self, edits: Sequence[Edit], outcomes: Sequence[Outcome]) -> None:
        """Take in what was written."""
        for edit, outcome in zip(edits, outcomes, strict=True):
            if not isinstance(outcome, Written):
                continue
            self._profiles.pop(edit.document_id, None)
            self._revisions.pop(edit.document_id, None)
            if not edit.deleted:
                self._profiles[edit.document_id] = _decode(edit.body)
                self._revisions[edit.document_id] = outcome.revision
