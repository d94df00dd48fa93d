"""The routes for devices."""

from aiohttp import web

from server.devices import api


def routes() -> list[web.AbstractRouteDef]:
    """Return them all."""
    return [
        web.get("/settings/devices", api.list_devices),
        web.post("/settings/devices", api.make_password),
        web.patch("/settings/devices/{id}", api.rename_device),
        web.delete("/settings/devices/{id}", api.revoke_device),
    ]
