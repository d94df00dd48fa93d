"""What the application of a CouchDB with users carries, beside the keys of every house."""

from aiohttp import web

from server.couch_auth.authenticator import Authenticator
from server.couch_auth.node_config import NodeConfig
from server.instances.instance import Instance

AUTHENTICATOR = web.AppKey("authenticator", Authenticator)
NODE_CONFIG = web.AppKey("node_config", NodeConfig)

UNGUARDED = web.RequestKey("unguarded", Instance)
"""The instance with all its databases, for routes that ask for no more than their own."""
