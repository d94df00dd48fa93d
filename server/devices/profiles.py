"""The profile of a device: kept in its document, with the folders that it knows filled in."""

import msgspec

from doctypes.files.device_sight import ReadProfile
from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.profiles.known_folders import known_before
from doctypes.profiles.profile import Profile, Rule
from doctypes.profiles.reading import ProfileIllegal
from server.devices.device import Device, devices_of
from server.devices.errors import DeviceMissing
from server.instances.instance import Instance

STAYS_READ_ONLY = "Only the home's owner lets a device write that may read only."


async def profile_of(home: Instance, device_id: str) -> Profile:
    """Return what a device sees of the files. Raises DeviceMissing."""
    kept = await devices_of(home.store).get(device_id)
    if kept is None:
        raise DeviceMissing(device_id)
    return kept.value.sync_profile


def reading_profile(home: Instance, device_id: str) -> ReadProfile:
    """Return what reads that, each time it is asked."""

    async def read() -> Profile:
        return await profile_of(home, device_id)

    return read


async def keep_profile(
    home: Instance, device_id: str, profile: Profile, *, by_owner: bool
) -> Profile:
    """Give a device another profile; it holds from the next request on, and for open feeds.

    Raises DeviceMissing, and ProfileIllegal for a place that is no directory, or where anybody but
    the owner lifts `read_only`.
    """
    former = await profile_of(home, device_id)
    rules = [await _filled(home.files, rule, former) for rule in profile.rules]
    filled = msgspec.structs.replace(profile, rules=tuple(rules))

    def changed(device: Device) -> Device | None:
        if device.sync_profile.read_only and not filled.read_only and not by_owner:
            raise ProfileIllegal(STAYS_READ_ONLY)
        if device.sync_profile == filled:
            return None
        device.sync_profile = filled
        return device

    if await devices_of(home.store).update(device_id, changed) is None:
        raise DeviceMissing(device_id)
    await home.files.profile_changed(device_id, reading_profile(home, device_id))
    return filled


async def _filled(tree: FileTree, rule: Rule, former: Profile) -> Rule:
    if rule.new_siblings or rule.known:
        return rule
    known = known_before(rule, former)
    if not known:
        try:
            place = rule.folder or (await tree.at(rule.path)).id
            known = await tree.subdirectories(place)
        except FileTreeError as error:
            where = rule.folder or rule.path
            raise ProfileIllegal(
                f"There is no folder {where}: new_siblings is about one."
            ) from error
    return msgspec.structs.replace(rule, known=tuple(known))
