"""Whose view of the files a request is for: by the mount it came to, and the credential it showed.

A device's profile says what it wants, and its owner what it may change. Who is held to a profile
gets no other view by another mount.
"""

from aiohttp import web

from doctypes.files.file_tree import FileTree
from doctypes.profiles.presets import PRESETS
from doctypes.profiles.profile import Mode, Profile
from doctypes.profiles.reading import ProfileIllegal
from server import keys
from server.auth.principal import Principal
from server.dav.sight import WHOLE_SIGHT, KeepProfile, Sight
from server.devices.errors import DeviceMissing
from server.devices.profiles import keep_profile, profile_of
from server.instances.instance import Instance
from webdav.model.errors import Forbidden, NotFound


async def own_sight(request: web.Request) -> Sight:
    """Return what the caller sees: a device by its profile, everybody else all."""
    principal = request.get(keys.PRINCIPAL)
    if principal is None or not principal.device:
        return WHOLE_SIGHT
    home = request[keys.INSTANCE]
    keep = _keeping(home, principal.device, principal)
    return await _sight(home.files, principal.profile, principal.device, keep)


async def whole_sight(request: web.Request) -> Sight:
    """Return a view of all. Raises Forbidden for a device with a profile."""
    _require_unbound(request)
    return WHOLE_SIGHT


async def preset_sight(request: web.Request) -> Sight:
    """Return the view that a preset shows. Raises Forbidden, NotFound."""
    _require_unbound(request)
    profile = PRESETS.get(request.match_info["profile"])
    if profile is None:
        raise NotFound(f"there is no such profile; there are: {', '.join(PRESETS)}")
    return await _sight(request[keys.INSTANCE].files, profile, "", None)


async def device_sight(request: web.Request) -> Sight:
    """Return what the device sees that the path names. Raises Forbidden, NotFound."""
    principal, device = request.get(keys.PRINCIPAL), request.match_info["device"]
    if principal is None:
        return WHOLE_SIGHT
    if principal.device == device:
        return await own_sight(request)
    _require_unbound(request)
    home = request[keys.INSTANCE]
    try:
        profile = await profile_of(home, device)
    except DeviceMissing as missing:
        raise NotFound("there is no such device") from missing
    return await _sight(home.files, profile, device, _keeping(home, device, principal))


def is_bound(profile: Profile) -> bool:
    """Tell whether a profile keeps anything from a device."""
    return profile.mode is not Mode.ALL or profile.read_only


def _require_unbound(request: web.Request) -> None:
    principal = request.get(keys.PRINCIPAL)
    if principal is not None and is_bound(principal.profile):
        raise Forbidden("this device has a profile of its own: it sees the files at /dav/files/")


async def _sight(tree: FileTree, profile: Profile, device: str, keep: KeepProfile | None) -> Sight:
    view = await tree.view_for(profile, device)
    return Sight(view, profile, keep)


def _keeping(home: Instance, device: str, principal: Principal) -> KeepProfile:
    async def keep(profile: Profile) -> None:
        try:
            await keep_profile(home, device, profile, by_owner=principal.is_owner)
        except ProfileIllegal as wrong:
            raise Forbidden(str(wrong)) from wrong

    return keep
