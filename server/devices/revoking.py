"""Taking a device's rights away: its credentials open nothing more, and what it has open ends."""

from server.auth.live import LiveRequests
from server.devices.device import devices_of
from server.devices.last_seen import forget
from server.instances.instance import Instance


async def revoke(instance: Instance, live: LiveRequests, device_id: str) -> bool:
    """Revoke a device; tells whether there was one.

    Once it returns the revocation is on disk, no request with its credential gets in, and its
    feeds and sockets are being cut off, but for the request that asks for this.
    """
    gone = await devices_of(instance.store).delete(device_id)
    await forget(instance, device_id)
    await instance.files.forget_device(device_id)
    live.cut_off(instance.domain, device_id)
    return gone
