"""A device as its owner sees it: what it is, what it may do, when it was here; no secret."""

from dataclasses import dataclass
from typing import Any

from doctypes.profiles.presets import preset_of
from doctypes.profiles.reading import told as told_profile
from server.devices.device import Device, devices_of
from server.devices.last_seen import Seen, seen_of
from server.instances.collection import Kept
from server.instances.instance import Instance


@dataclass(frozen=True, slots=True)
class ShownDevice:
    """A device with its id, and when and from where it was last here (None: not yet)."""

    id: str
    revision: str
    device: Device
    seen: Seen | None

    @property
    def last_seen(self) -> str:
        """When it was last here, RFC 3339; empty when it never was."""
        return self.seen.at if self.seen else self.device.last_refreshed_at


async def shown_devices(instance: Instance) -> list[ShownDevice]:
    """Return all devices of a home that were ever let in, the latest seen first.

    Clients that registered and were granted nothing are none of the owner's devices yet.
    """
    seen = await seen_of(instance)
    found = [
        _shown(kept, seen.get(kept.id))
        async for kept in devices_of(instance.store).all()
        if not kept.value.pending
    ]
    return sorted(found, key=lambda one: (one.last_seen, one.device.created_at), reverse=True)


async def shown_device(instance: Instance, device_id: str) -> ShownDevice | None:
    """Return one device of a home."""
    kept = await devices_of(instance.store).get(device_id)
    if kept is None:
        return None
    return _shown(kept, (await seen_of(instance)).get(device_id))


def _shown(kept: Kept[Device], seen: Seen | None) -> ShownDevice:
    return ShownDevice(kept.id, str(kept.revision), kept.value, seen)


_TOLD = (
    *("client_name", "client_kind", "client_uri", "logo_uri", "policy_uri", "software_id"),
    *("software_version", "client_os", "scope", "created_at", "last_refreshed_at"),
    *("synchronized_at", "notification_platform"),
)


def attributes(shown: ShownDevice) -> dict[str, Any]:
    """Return what is told of a device (cozy.md B9): what it does not say of itself is left out."""
    device = shown.device
    told = {name: getattr(device, name) for name in _TOLD if getattr(device, name)}
    told["client_id"] = shown.id
    told["redirect_uris"] = list(device.redirect_uris)
    told["app_password"] = device.is_password
    told["sync_profile"] = told_profile(device.sync_profile)
    told["sync_preset"] = preset_of(device.sync_profile)
    if shown.seen is not None:
        told["last_seen"] = shown.seen.at
        told["last_address"] = shown.seen.address
    return told
