"""COPY and MOVE: a resource at another path, with all below it, at once or not at all."""

from dataclasses import dataclass
from http import HTTPStatus

from webdav.exchange import Demands, Exchange
from webdav.message import DavResponse
from webdav.methods.left_behind import left_behind
from webdav.methods.resource_headers import placed_headers
from webdav.model.backend import Placed
from webdav.model.errors import BadRequest, Forbidden, PreconditionFailed
from webdav.model.lock_manager import Touch
from webdav.model.path import Path, is_within
from webdav.model.resource import Resource
from webdav.wire.headers import Depth, parse_depth, parse_destination, parse_overwrite


@dataclass(frozen=True, slots=True)
class _Journey:
    source: Resource
    destination: Path
    replace: bool
    depth: Depth
    demands: Demands
    is_replacing: bool

    @property
    def arrival(self) -> Touch:
        return Touch(self.destination, is_deep=True, in_parent=not self.is_replacing)


async def copy(exchange: Exchange) -> DavResponse:
    """Answer COPY (RFC 4918 9.8); Depth 0 takes a collection without its members."""
    journey = await _plan(exchange)
    if journey.source.is_collection and journey.depth is Depth.ONE:
        raise BadRequest("COPY of a collection has Depth 0 or infinity (RFC 4918 9.8.3)")
    async with exchange.writing(journey.arrival):
        placed = await exchange.backend.copy(
            exchange.path,
            journey.destination,
            replace=journey.replace,
            deep=journey.depth is not Depth.ZERO,
            guard=journey.demands,
        )
    return _answer(exchange, journey, placed)


async def move(exchange: Exchange) -> DavResponse:
    """Answer MOVE (RFC 4918 9.9); a backend may let what is replaced keep its id."""
    journey = await _plan(exchange)
    if journey.source.is_collection and journey.depth is not Depth.INFINITY:
        raise BadRequest("MOVE of a collection has Depth infinity (RFC 4918 9.9.2)")
    departure = Touch(exchange.path, is_deep=True, in_parent=True)
    async with exchange.writing(departure, journey.arrival):
        placed = await exchange.backend.move(
            exchange.path, journey.destination, replace=journey.replace, guard=journey.demands
        )
        await exchange.forget_locks(exchange.path)
    if placed.is_partial:
        return left_behind(exchange)
    return _answer(exchange, journey, placed)


async def _plan(exchange: Exchange) -> _Journey:
    request = exchange.request
    destination = parse_destination(request)
    replace, depth = parse_overwrite(request.headers), parse_depth(request.headers)
    demands = await exchange.demands()
    source = await exchange.require(exchange.path)
    if is_within(destination, exchange.path) or is_within(exchange.path, destination):
        # The same resource, a collection into itself, or onto what holds it: each would destroy
        # the source on the way.
        raise Forbidden("source and destination lie one within the other")
    await exchange.require_parent(destination)
    demands.check(source)
    is_replacing = await exchange.backend.lookup(destination) is not None
    if is_replacing and not replace:
        raise PreconditionFailed("the destination is there, and Overwrite is F")
    return _Journey(source, destination, replace, depth, demands, is_replacing)


def _answer(exchange: Exchange, journey: _Journey, placed: Placed) -> DavResponse:
    headers = placed_headers(exchange, placed)
    if not placed.is_new:
        return DavResponse(HTTPStatus.NO_CONTENT, headers)
    is_collection = placed.resource.is_collection
    headers["Location"] = exchange.href(journey.destination, is_collection=is_collection)
    return DavResponse(HTTPStatus.CREATED, headers)
