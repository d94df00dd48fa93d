"""Devices as JSON:API: the list, an app password for a new one, another name, the end."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from doctypes.profiles.reading import ProfileIllegal, read_profile
from server import keys
from server.audit.trail import audited
from server.devices.app_passwords import legal_name
from server.devices.device import DOCTYPE, Device, devices_of
from server.devices.errors import DeviceIllegal, DeviceMissing
from server.devices.kinds import Wanted, read_kind
from server.devices.profiles import keep_profile
from server.devices.proving import require_proof
from server.devices.revoking import revoke
from server.devices.room import DEVICES
from server.devices.shown import ShownDevice, attributes, shown_device, shown_devices
from server.http.jsonapi import Resource, answer_many, answer_one, read_resource


async def list_devices(request: web.Request) -> web.Response:
    """GET /settings/devices: OAuth clients and app passwords, the latest seen first."""
    found = await shown_devices(request[keys.HOME])
    return answer_many([resource_of(one) for one in found])


async def make_password(request: web.Request) -> web.Response:
    """POST /settings/devices `{name, kind, doctypes?, read_only?}`: 201 with a `password`, once."""
    await require_proof(request)
    told, _ = await read_resource(request)
    name, wanted = legal_name(told.get("name")), read_wanted(told)
    made = await request.app[DEVICES].passwords.make(request[keys.HOME], name, wanted)
    await audited(request, "device.made", made.device.client_name, kind=made.device.client_kind)
    shown = ShownDevice(made.id, "", made.device, None)
    more = {"password": made.password, "login": request[keys.HOME].owner.name}
    return answer_one(resource_of(shown, more), status=201)


async def change_device(request: web.Request) -> web.Response:
    """PATCH /settings/devices/{id} `{client_name?, sync_profile?}`: another name, another view."""
    told, _ = await read_resource(request)
    name = told.get("client_name")
    if name is not None or "sync_profile" not in told:
        await rename(request, request.match_info["id"], legal_name(name))
    if "sync_profile" in told:
        await change_profile(request, request.match_info["id"], told["sync_profile"])
    shown = await shown_device(request[keys.HOME], request.match_info["id"])
    if shown is None:
        raise DeviceMissing(request.match_info["id"])
    return answer_one(resource_of(shown))


async def change_profile(request: web.Request, device_id: str, sent: object) -> None:
    """Give a device another profile. Raises DeviceIllegal, DeviceMissing."""
    home, is_owner = request[keys.HOME], request[keys.PRINCIPAL].is_owner
    try:
        await keep_profile(home, device_id, read_profile(sent), by_owner=is_owner)
    except ProfileIllegal as wrong:
        raise DeviceIllegal("sync_profile", str(wrong)) from wrong


async def revoke_device(request: web.Request) -> web.Response:
    """DELETE /settings/devices/{id}: 204, and the device is out at once."""
    await revoke_known(request, request.match_info["id"])
    return web.Response(status=204)


async def revoke_known(request: web.Request, device_id: str) -> None:
    """Revoke a device, and let the audit know. Raises DeviceMissing."""
    home = request[keys.HOME]
    kept = await devices_of(home.store).get(device_id)
    if kept is None or not await revoke(home, request.app[keys.LIVE], device_id):
        raise DeviceMissing(device_id)
    await audited(request, "device.revoked", kept.value.client_name)


async def rename(request: web.Request, device_id: str, name: str) -> None:
    """Give a device another name. Raises DeviceMissing."""

    def renamed(device: Device) -> Device | None:
        if device.client_name == name:
            return None
        device.client_name = name
        return device

    if await devices_of(request[keys.HOME].store).update(device_id, renamed) is None:
        raise DeviceMissing(device_id)


def read_wanted(told: Mapping[str, Any]) -> Wanted:
    """Read what an app password is asked for. Raises DeviceIllegal."""
    doctypes = told.get("doctypes", [])
    if not isinstance(doctypes, list) or not all(isinstance(name, str) for name in doctypes):
        raise DeviceIllegal("doctypes", "doctypes is a list of types of documents.")
    return Wanted(read_kind(told.get("kind")), tuple(doctypes), told.get("read_only") is True)


def resource_of(shown: ShownDevice, more: Mapping[str, Any] | None = None) -> Resource:
    """Return a device as a resource."""
    told = {**attributes(shown), **(more or {})}
    return Resource(DOCTYPE, shown.id, told, shown.revision, f"/settings/devices/{shown.id}")
