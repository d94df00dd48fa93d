"""The routes of settings."""

from aiohttp import web

from server.home_settings import (
    avatar_routes,
    clients_routes,
    email_routes,
    export_routes,
    instance_routes,
    public_routes,
    standing_routes,
    told_routes,
    usage_routes,
)


def routes() -> list[web.AbstractRouteDef]:
    """Return them all."""
    return [
        web.get("/settings/disk-usage", usage_routes.disk_usage),
        web.get("/settings/clients-usage", usage_routes.clients_usage),
        web.get("/settings/capabilities", told_routes.capabilities),
        web.get("/settings/flags", told_routes.flags),
        web.get("/settings/context", told_routes.context),
        web.get("/settings/warnings", told_routes.warnings),
        web.get("/settings/external-ties", told_routes.external_ties),
        web.get("/settings/premium", told_routes.premium),
        web.get("/settings/onboarded", told_routes.go_home),
        web.get("/settings/install_flagship_app", told_routes.go_home),
        web.get("/settings/instance", instance_routes.instance),
        web.put("/settings/instance", instance_routes.change_instance),
        web.get("/settings/clients", clients_routes.clients),
        web.get("/settings/clients/limit-exceeded", usage_routes.limit_exceeded),
        web.delete("/settings/clients/{id}", clients_routes.revoke_client),
        web.post("/settings/synchronized", clients_routes.synchronized),
        web.put("/settings/avatar", avatar_routes.upload),
        web.delete("/settings/avatar", avatar_routes.remove),
        *standing_routes.routes(),
        *export_routes.routes(),
        *email_routes.routes(),
        *public_routes.routes(),
    ]
