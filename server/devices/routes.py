"""The routes for devices."""

from aiohttp import web

from server.devices import api, leaving_out, login_v2, pages, pairing_pages, pairing_routes


def routes() -> list[web.AbstractRouteDef]:
    """Return them all."""
    return [
        web.get("/settings/devices", api.list_devices),
        web.post("/settings/devices", api.make_password),
        web.patch("/settings/devices/{id}", api.change_device),
        web.delete("/settings/devices/{id}", api.revoke_device),
        web.post("/auth/device_authorization", pairing_routes.begin),
        web.post("/auth/device/token", pairing_routes.ask),
        *leaving_out.routes(),
        *login_v2.routes(),
        *pages.routes(),
        *pairing_pages.routes(),
    ]
