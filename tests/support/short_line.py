"""Connections that may take the short way, and how to tell whether a request did."""

from aiohttp import web

from tests.support.raw_line import RawLine
from tests.support.served_couch import PASSWORD, basic

WHOLE = {"X-Other": "goes the whole way"}


def line_of(couch, name="admin", password=PASSWORD):
    return RawLine(couch.server.port, {"Authorization": basic(name, password)})


def went_whole(couch):
    """Return how many requests aiohttp has read."""
    return read_whole(couch.server.runner)


def read_whole(runner):
    """Return how many requests the application of a runner has read through aiohttp."""
    return web.AppRunner.server.fget(runner).requests_count
