"""Profiles with a name, for those who do not want to write rules; and the names of junk."""

from collections.abc import Mapping
from types import MappingProxyType

from doctypes.profiles.profile import Mode, Profile, Rule

PRESETS: Mapping[str, Profile] = MappingProxyType(
    {
        "everything": Profile(),
        "photos-only": Profile(Mode.INCLUDE, (Rule(types=("image",)),)),
        "no-media": Profile(Mode.EXCLUDE, (Rule(types=("image", "audio", "video")),)),
        "up-to-50-mb": Profile(Mode.EXCLUDE, (Rule(min_size=50_000_001),)),
    }
)

JUNK = (
    *("._*", ".DS_Store", ".Spotlight-V100", ".Trashes", ".fseventsd", ".TemporaryItems"),
    *(".apdisk", ".AppleDouble", ".metadata_never_index", "Thumbs.db", "ehthumbs.db"),
    *("desktop.ini", "$RECYCLE.BIN", "System Volume Information", ".directory", ".Trash-*"),
    *(".~lock.*#", "~$*", ".nfs*", ".fuse_hidden*", "*.tmp", "*.swp"),
)
"""What Finder, Explorer, desktops and editors leave behind, and nobody looks for."""


def preset_of(profile: Profile) -> str:
    """Return the name of the preset that a profile's rules are; empty if they are none."""
    for name, preset in PRESETS.items():
        if (preset.mode, preset.rules) == (profile.mode, profile.rules):
            return name
    return ""
