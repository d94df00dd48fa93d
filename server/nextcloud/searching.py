"""Searching files by what they are, for SEARCH, `filter-files` and unified search."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from itertools import islice
from xml.etree.ElementTree import Element

from doctypes.files.errors import FileTreeError
from doctypes.files.node import Directory, File, Node
from server.instances.instance import Instance
from server.nextcloud.file_numbers import node_of
from server.nextcloud.home_files import DialectFiles
from server.nextcloud.properties import OC
from server.nextcloud.search_terms import FAVORITE, FILE_ID, matcher, ordering
from webdav.model.errors import NotFound, Unprocessable
from webdav.model.extension import Absent, Report
from webdav.model.path import Path, is_within
from webdav.model.resource import Located
from webdav.model.search import (
    AllOf,
    Clause,
    Compare,
    Comparison,
    Question,
    Scope,
    SearchSource,
)

_PAGE = 200


class HomeSearch:
    """Finds files of one home, as one caller sees them.

    What is asked by its number is found by that; for all else the scope is walked through.
    """

    def __init__(self, home: Instance, files: DialectFiles) -> None:
        self._home = home
        self._files = files

    async def search(self, question: Question) -> AsyncIterator[Sequence[Located]]:
        """Return, in pages and in order, what satisfies the question."""
        matches, orders = matcher(question.where, self._home.owner.name), ordering(question.order)
        numbered = _number_asked(question.where)
        found: dict[str, Located] = {}
        for scope in question.scopes:
            start = await self._files.lookup(scope.path)
            if start is None:
                raise NotFound("the scope is not there")
            walked = self._walk(Located(scope.path, start), scope)
            if numbered is not None and scope.depth is None:
                walked = self._numbered(numbered, scope)
            async for located in walked:
                node = located.resource.handle
                if isinstance(node, File | Directory) and matches(node):
                    found.setdefault(node.id, located)
        answer = list(found.values())
        for value, descending in reversed(orders):
            answer.sort(key=lambda one: value(_node(one)), reverse=descending)
        until = None if question.limit is None else question.first + question.limit
        wanted = list(islice(answer, question.first, until))
        for place in range(0, len(wanted), _PAGE):
            yield wanted[place : place + _PAGE]

    async def _walk(self, start: Located, scope: Scope) -> AsyncIterator[Located]:
        yield start
        waiting = [start] if scope.depth != 0 else []
        while waiting:
            here = waiting.pop()
            if not here.resource.is_collection:
                continue
            async for page in self._files.children(here.resource):
                for member in page:
                    located = Located((*here.path, member.name), member)
                    yield located
                    if member.is_collection and scope.depth is None:
                        waiting.append(located)

    async def _numbered(self, number: str, scope: Scope) -> AsyncIterator[Located]:
        with suppress(FileTreeError):
            node = await node_of(self._home.store, self._home.files, number)
            path: Path = tuple((await self._home.files.path_of(node)).split("/")[1:])
            resource = await self._files.lookup(path)
            if resource is not None and is_within(path, scope.path):
                yield Located(path, resource)


def _node(located: Located) -> Node:
    node: Node = located.resource.handle  # type: ignore[assignment]  # as the backend made it
    return node


def _number_asked(clause: Clause) -> str | None:
    """Return the one number of a file that a clause allows, if it asks for one."""
    parts = clause.parts if isinstance(clause, AllOf) else (clause,)
    for part in parts:
        if (
            isinstance(part, Compare)
            and part.comparison is Comparison.EQUAL
            and part.name == FILE_ID
        ):
            return part.literal.strip()
    return None


class FilterFiles:
    """ownCloud's `filter-files`: the favourites below a collection."""

    def __init__(self, source: SearchSource) -> None:
        self._source = source

    async def find(
        self, located: Located, asked: Element
    ) -> AsyncIterator[Sequence[Located | Absent]]:
        """Return what the rules let through. Raises Unprocessable for other rules."""
        rules = asked.find(f"{{{OC}}}filter-rules")
        names = [] if rules is None else [rule.tag for rule in rules]
        if names != [FAVORITE]:
            raise Unprocessable("the one rule known here is oc:favorite")
        value = (asked.findtext(f"{{{OC}}}filter-rules/{FAVORITE}") or "1").strip()
        where = Compare(Comparison.EQUAL, FAVORITE, value)
        async for page in self._source.search(Question((Scope(located.path),), where)):
            yield page


def reports(source: SearchSource) -> dict[str, Report]:
    """Return the reports of the dialect."""
    return {f"{{{OC}}}filter-files": FilterFiles(source)}
