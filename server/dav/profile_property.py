"""`sync-profile` on the root of a device's mount: what the device sees, as JSON (webdav.md 8).

A program that knows it reads and changes its own selection without any other door.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import msgspec

from doctypes.files.node import ROOT_ID
from doctypes.profiles.profile import EVERYTHING, Profile
from doctypes.profiles.reading import ProfileIllegal, read_profile, told
from webdav.model.errors import Unprocessable
from webdav.model.path import Path
from webdav.model.property import LiveProperty, Surroundings
from webdav.model.resource import Located, Resource
from webdav.wire.xml import escape

NAMESPACE = "urn:foyer:dav:"
PREFIX = "f"
SYNC_PROFILE = f"{{{NAMESPACE}}}sync-profile"


def _rendered(resource: Resource, _path: Path, around: Surroundings) -> str | None:
    profile = around.fact(NAMESPACE, resource)
    if not isinstance(profile, str):
        return None
    return f"<{PREFIX}:sync-profile>{escape(profile)}</{PREFIX}:sync-profile>"


def _accepted(element: Element | None) -> Profile:
    if element is None:
        return EVERYTHING
    try:
        return read_profile(msgspec.json.decode(element.text or ""))
    except (msgspec.DecodeError, ProfileIllegal) as wrong:
        raise Unprocessable(f"sync-profile holds a profile as JSON: {wrong}") from wrong


@dataclass(frozen=True, slots=True)
class ProfileProperty:
    """The property provider of a mount; None where it is no device's, and has no profile."""

    profile: Profile | None
    prefix: str = PREFIX
    namespace: str = NAMESPACE

    @property
    def properties(self) -> Mapping[str, LiveProperty]:
        """The one property."""
        return _PROPERTIES

    async def gather(
        self, resources: Sequence[Located], asked: frozenset[str]
    ) -> Mapping[str, object]:
        """Return the profile for the root."""
        del resources, asked
        if self.profile is None:
            return {}
        return {ROOT_ID: msgspec.json.encode(told(self.profile)).decode()}


_PROPERTIES = {
    SYNC_PROFILE: LiveProperty(SYNC_PROFILE, _rendered, in_allprop=False, accept=_accepted)
}
