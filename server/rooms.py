"""The doors of a home, the ways in, and what each room says of who gets through.

Whoever adds a room puts its routes into DOORS, and what they take into ROOMS.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from aiohttp import web

from server.apps.entering import by_app_token
from server.apps.routes import apps_access
from server.apps.routes import routes as app_routes
from server.audit.routes import audit_access
from server.audit.routes import routes as audit_routes
from server.auth.authenticator import Ways
from server.auth.counts import Counts
from server.auth.tokens import Audience
from server.data.routes import routes as data_routes
from server.data.session import routes as session_routes
from server.dav.access import dav_access
from server.dav.mount import routes as dav_routes
from server.dav.parents import routes as dav_parents
from server.devices.access import devices_access
from server.devices.entering import (
    by_access_token,
    by_app_password,
    by_cli_token,
    by_konnector_token,
)
from server.devices.routes import routes as device_routes
from server.files.routes import files_access
from server.files.routes import routes as file_routes
from server.home.access import home_access
from server.home.routes import routes as home_routes
from server.home.white_label import routes as logo_routes
from server.home_settings.access import settings_access
from server.home_settings.routes import routes as settings_routes
from server.link_page.routes import routes as link_page_routes
from server.nextcloud.access import nextcloud_access
from server.nextcloud.routes import routes as nextcloud_routes
from server.oauth.access import oauth_access
from server.oauth.routes import routes as oauth_routes
from server.office.access import office_access
from server.office.routes import routes as office_routes
from server.pages.assets import routes as asset_routes
from server.permissions.access import permissions_access
from server.permissions.data_access import data_access
from server.permissions.entering import TINY, ShortCodes, by_share_token
from server.permissions.link_password import routes as link_password_routes
from server.permissions.routes import routes as permission_routes
from server.realtime.routes import realtime_access
from server.realtime.routes import routes as realtime_routes
from server.sign_in.access import sign_in_access
from server.sign_in.entering import by_cookie
from server.sign_in.routes import routes as sign_in_routes
from server.sign_in.second_factors import SecondFactors
from server.web_app.access import web_app_access
from server.web_app.routes import routes as web_app_routes
from server.wopi.routes import routes as wopi_routes

ROOMS = (
    data_access,
    permissions_access,
    dav_access,
    nextcloud_access,
    office_access,
    home_access,
    settings_access,
    devices_access,
    realtime_access,
    audit_access,
    oauth_access,
    files_access,
    sign_in_access,
    web_app_access,
    apps_access,
)
"""Each says what its routes take; a route that none speaks of is the owner's alone."""

DOORS: tuple[Callable[[], Iterable[web.AbstractRouteDef]], ...] = (
    asset_routes,
    logo_routes,
    home_routes,
    session_routes,
    data_routes,
    permission_routes,
    link_password_routes,
    link_page_routes,
    dav_parents,
    dav_routes,
    nextcloud_routes,
    office_routes,
    wopi_routes,
    device_routes,
    settings_routes,
    oauth_routes,
    realtime_routes,
    audit_routes,
    file_routes,
    sign_in_routes,
    web_app_routes,
    app_routes,
)

WAYS = Ways(
    tokens={
        Audience.ACCESS: by_access_token,
        Audience.APP: by_app_token,
        Audience.CLI: by_cli_token,
        Audience.KONNECTOR: by_konnector_token,
        Audience.SHARE: by_share_token,
    },
    secrets=(by_app_password,),
    codes=(),
    cookie=by_cookie,
    second_needed=SecondFactors().needed,
)
"""How a home is entered, besides with its owner's passphrase."""


def ways(counts: Counts) -> Ways:
    """Return the ways in of one process, with its count of codes that were wrong."""
    short = ShortCodes(counts.throttle("short codes", TINY))
    return replace(
        WAYS,
        secrets=(*WAYS.secrets, short.by_password),
        codes=(*WAYS.codes, short.by_code),
    )
