"""Clients register themselves, and look after their registration (RFC 7591, RFC 7592)."""

from aiohttp import web

from server import keys
from server.auth.errors import ConnectionReadable, TokenRefused
from server.auth.tokens import Audience, keys_of
from server.devices.device import Device, devices_of, hashed
from server.devices.revoking import revoke
from server.instances.collection import Collection, Kept
from server.instances.hosts import host_name
from server.instances.instance import Instance
from server.oauth.errors import ClientMissing, RegistrationRefused, RegistrationTokenRefused
from server.oauth.linked import manifest_rules
from server.oauth.oauth import OAUTH, OAuth, client_secret
from server.oauth.redirect_uri import OwnAddress
from server.oauth.registration import (
    Registration,
    Secrets,
    described,
    linked_slug,
    named_apart,
    read_registration,
    read_update,
)

_JSON = "application/json"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


async def register(request: web.Request) -> web.Response:
    """POST /auth/register: make a client, and tell it its secret, this once."""
    _check_spoken(request)
    check_private(request)
    oauth, instance = request.app[OAUTH], request[keys.INSTANCE]
    await oauth.hold_back(request[keys.CALLER].address)
    said = read_registration(await request.read(), own_address(request))
    await _check_software(said, instance)
    kept, secrets = await registered(said, instance, oauth)
    return web.json_response(described(kept, secrets), status=201, headers=_NO_STORE)


async def read(request: web.Request) -> web.Response:
    """GET /auth/register/{client_id}: what is known of a client."""
    kept = await _managed(request)
    return web.json_response(described(kept, Secrets()), headers=_NO_STORE)


async def update(request: web.Request) -> web.Response:
    """PUT /auth/register/{client_id}: what a client says of itself now; its secret, if it asks."""
    kept = await _managed(request)
    said = read_update(await request.read(), own_address(request), kept.id)
    if said.software_id != kept.value.software_id:
        await _check_software(said, request[keys.INSTANCE])
    seed = ""
    if said.client_secret:
        if hashed(said.client_secret) != kept.value.secret_hash:
            raise RegistrationRefused("invalid_client_secret", "client_secret is invalid")
        seed = request.app[OAUTH].new_seed()
    instance = request[keys.INSTANCE]
    devices = devices_of(instance.store)
    name = await _free_name(said.client_name, devices, but=kept.id)

    def changed(device: Device) -> Device:
        _say(device, said, name)
        return _with_secret(device, instance, kept.id, seed) if seed else device

    now = await devices.update(kept.id, changed)
    if now is None:
        raise ClientMissing
    answer = described(now, _secrets(now, instance, request.app[OAUTH]))
    return web.json_response(answer, headers=_NO_STORE)


async def delete(request: web.Request) -> web.Response:
    """DELETE /auth/register/{client_id}: forget a client, and end what it has under way."""
    try:
        kept = await _managed(request)
    except ClientMissing:
        return web.Response(status=204)
    await revoke(request[keys.INSTANCE], request.app[keys.LIVE], kept.id)
    return web.Response(status=204)


async def registered(
    said: Registration, instance: Instance, oauth: OAuth, *, pending: bool = True
) -> tuple[Kept[Device], Secrets]:
    """Keep a client that was checked; return it with what it is told of itself alone."""
    devices, client_id = devices_of(instance.store), oauth.new_client_id()
    device = Device(
        client_name="",
        stamp=oauth.new_stamp(),
        pending=pending,
        created_at=oauth.clock().isoformat(),
    )
    _say(device, said, await _free_name(said.client_name, devices))
    kept = await devices.add(client_id, _with_secret(device, instance, client_id, oauth.new_seed()))
    return kept, _secrets(kept, instance, oauth)


def own_address(request: web.Request) -> OwnAddress:
    """Return where the home was asked."""
    hosts = frozenset({request[keys.INSTANCE].domain, host_name(request.host)})
    return OwnAddress(hosts, request.url.port or 0)


def check_private(request: web.Request) -> None:
    """Raise ConnectionReadable where a secret would travel in the clear."""
    if not request[keys.CALLER].private:
        raise ConnectionReadable


def _check_spoken(request: web.Request) -> None:
    if _JSON not in request.headers.get("Accept", ""):
        raise RegistrationRefused("bad_accept_header", f"Accept must have {_JSON}")
    if request.content_type != _JSON:
        raise RegistrationRefused("bad_content_type", f"Content-Type must be {_JSON}")


async def _managed(request: web.Request) -> Kept[Device]:
    """Return the client whose registration token came with the request.

    Raises RegistrationTokenRefused, ClientMissing, ConnectionReadable.
    """
    check_private(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise RegistrationTokenRefused
    instance, client_id = request[keys.INSTANCE], request.match_info["client_id"]
    kept = await devices_of(instance.store).get(client_id)
    if kept is None or kept.value.is_password:
        raise ClientMissing
    now = request.app[OAUTH].clock().timestamp()
    try:
        claims = keys_of(instance).read(token.strip(), now)
    except TokenRefused as refused:
        raise RegistrationTokenRefused from refused
    if claims.audience is not Audience.REGISTRATION or claims.subject != client_id:
        raise RegistrationTokenRefused
    return kept


async def _check_software(said: Registration, instance: Instance) -> None:
    """Raise RegistrationRefused for a client of an application that the home does not have."""
    slug = linked_slug(said.software_id)
    if slug and await manifest_rules(slug, instance.store) is None:
        message = "Application was not found on instance registries"
        raise RegistrationRefused("unapproved_software_id", message)


async def _free_name(name: str, devices: Collection[Device], but: str = "") -> str:
    taken = [kept.value.client_name async for kept in devices.all() if kept.id != but]
    return named_apart(name, taken)


def _say(device: Device, said: Registration, name: str) -> None:
    for field in Registration.__struct_fields__:
        setattr(device, field, getattr(said, field))
    device.client_name = name


def _with_secret(device: Device, instance: Instance, client_id: str, seed: str) -> Device:
    device.secret_seed = seed
    device.secret_hash = hashed(client_secret(instance.secret, client_id, seed))
    return device


def _secrets(kept: Kept[Device], instance: Instance, oauth: OAuth) -> Secrets:
    token = keys_of(instance).token(Audience.REGISTRATION, kept.id, oauth.clock().timestamp())
    return Secrets(client_secret(instance.secret, kept.id, kept.value.secret_seed), token)
