"""What the application and each request carry: the keys, all of them."""

from aiohttp import ClientSession, web

from server.instances.directory import InstanceDirectory
from server.instances.instance import Instance, Principal
from server.settings import Settings

SETTINGS = web.AppKey("settings", Settings)
INSTANCES = web.AppKey("instances", InstanceDirectory)
HTTP_CLIENT = web.AppKey("http_client", ClientSession)
"""One session for all requests that the home makes itself; closed at shutdown."""

INSTANCE = web.RequestKey("instance", Instance)
PRINCIPAL = web.RequestKey("principal", Principal)
