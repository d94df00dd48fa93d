"""PROPPATCH: set and remove properties, all of them or none."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.methods.property_update import Update, parse_update, sum_up
from webdav.model.errors import Forbidden, OutOfSpace
from webdav.model.lock_manager import Touch
from webdav.wire.multistatus import multistatus, propstats_row
from webdav.wire.xml import empty_element, read_xml


async def proppatch(exchange: Exchange) -> DavResponse:
    """Answer PROPPATCH (RFC 4918 9.2): 207 that tells what became of each property."""
    instructions = parse_update(await read_xml(exchange.request.body))
    found = await exchange.require(exchange.path)
    demands = await exchange.demands()
    demands.check(found)
    update = sum_up(instructions, exchange.extensions)
    if not update.refused:
        async with exchange.writing(Touch(exchange.path)):
            try:
                await exchange.backend.patch(exchange.path, update.changes, demands)
            except (Forbidden, OutOfSpace) as refusal:
                update = replace(update, refused=dict.fromkeys(update.names, refusal))
    link = exchange.href(exchange.path, is_collection=found.is_collection)
    prefixes = exchange.extensions.prefixes
    return multistatus(_one_page(_row(update, link, prefixes)), prefixes=prefixes)


def _row(update: Update, href: str, prefixes: Mapping[str, str]) -> str:
    """Tell of each property that it was refused, done, or undone with those refused."""
    rest = [name for name in update.names if name not in update.refused]
    verdict = HTTPStatus.FAILED_DEPENDENCY if update.refused else HTTPStatus.OK
    groups: dict[tuple[HTTPStatus, str], list[str]] = {(verdict, ""): rest} if rest else {}
    for name, refusal in update.refused.items():
        groups.setdefault((refusal.status, refusal.condition), []).append(name)
    return propstats_row(
        href,
        (
            (status, "".join(empty_element(name, prefixes) for name in names), condition)
            for (status, condition), names in groups.items()
        ),
    )


async def _one_page(row: str) -> AsyncIterator[Iterable[str]]:
    yield [row]
