"""PROPPATCH: set and remove properties, all of them or none."""

from collections.abc import AsyncIterator, Iterable, Mapping
from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.methods.property_update import Instruction, parse_update, refusals, to_changes
from webdav.model.errors import DavError, Forbidden, OutOfSpace
from webdav.model.lock_manager import Touch
from webdav.wire.multistatus import multistatus, propstats_row
from webdav.wire.xml import empty_element, read_xml


async def proppatch(exchange: Exchange) -> DavResponse:
    """Answer PROPPATCH (RFC 4918 9.2): 207 that tells what became of each property."""
    instructions = parse_update(await read_xml(exchange.request.body))
    found = await exchange.require(exchange.path)
    demands = await exchange.demands()
    demands.check(found)
    outcome = _Outcome(instructions, refusals(instructions))
    if not outcome.refused:
        async with exchange.writing(Touch(exchange.path)):
            try:
                await exchange.backend.patch(exchange.path, to_changes(instructions), demands)
            except (Forbidden, OutOfSpace) as refusal:
                outcome = _Outcome(instructions, dict.fromkeys(outcome.names, refusal))
    link = exchange.href(exchange.path, is_collection=found.is_collection)
    return multistatus(_one_page(outcome.row(link)))


class _Outcome:
    """What became of each property: those refused by name, the rest done, or undone with them."""

    def __init__(
        self, instructions: Iterable[Instruction], refused: Mapping[str, DavError]
    ) -> None:
        self.names = tuple(dict.fromkeys(instruction.name for instruction in instructions))
        self.refused = refused

    def row(self, href: str) -> str:
        rest = [name for name in self.names if name not in self.refused]
        verdict = HTTPStatus.FAILED_DEPENDENCY if self.refused else HTTPStatus.OK
        groups: dict[tuple[HTTPStatus, str], list[str]] = {(verdict, ""): rest} if rest else {}
        for name, refusal in self.refused.items():
            groups.setdefault((refusal.status, refusal.condition), []).append(name)
        return propstats_row(
            href,
            (
                (status, "".join(map(empty_element, names)), condition)
                for (status, condition), names in groups.items()
            ),
        )


async def _one_page(row: str) -> AsyncIterator[Iterable[str]]:
    yield [row]
