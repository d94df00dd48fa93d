"""Questions to views and indexes the short way: answers kept, or given again without waiting."""

from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from aiohttp import web

from replication.core.sequence import UpdateSequence
from replication.store.protocol import DocumentStore
from server import keys
from server.auth.standing import Standing
from server.data.access import database_name
from server.http.at_once import Waits, at_once
from server.http.short_way import OF_DOCUMENT, REPEATABLE, ShortAnswer
from server.views.kept_answers import LARGEST, KeptAnswers


class Given(NamedTuple):
    """An answer's body; one that `lasts` is the same until the database moves."""

    body: bytes
    lasts: bool


Ask = Callable[[str, bytes], Coroutine[Any, Any, Given | None]]
"""Answers a query (with its mark, or empty) and a body; None where that may take waiting."""


class RepeatedQuestions:
    """What one caller asks at one path, as long as what let them in stands.

    Only for who sees all documents of the database. It is made before the first answer is, of
    which it may be told.
    """

    def __init__(
        self, request: web.Request, standing: Standing, now: UpdateSequence, ask: Ask
    ) -> None:
        designs = request[keys.INSTANCE].designs
        self._standing = standing
        self._store: DocumentStore = designs.store
        self._kept: KeptAnswers = designs.kept
        self._database = database_name(request)
        self._path, mark, query = request.raw_path.partition("?")
        self._query = mark + query
        self._moment = now
        self._ask = ask
        self._waited = False

    @property
    def own(self) -> frozenset[str]:
        """What may be another in each answer."""
        return OF_DOCUMENT

    def holds(self) -> bool:
        """Tell whether the caller may still ask, and what was read here took no waiting so far."""
        return not self._waited and self._standing.holds()

    def offer(
        self, request: web.Request, response: web.StreamResponse, body: bytes, *, lasts: bool
    ) -> None:
        """Take note of how the first question was answered, and leave word how others are.

        `body` is that of the request. An answer that is sent in pieces is too large.
        """
        given = response.body if isinstance(response, web.Response) else None
        if isinstance(given, bytes) and len(given) <= LARGEST:
            self._note(self._query, body, self._moment, Given(given, lasts))
            request[REPEATABLE] = self

    def read(self, name: str, body: bytes) -> ShortAnswer | None:
        """Answer a question with what is kept, or anew where it takes no waiting."""
        now = at_once(at_once(self._store.open(self._database)).sequence())
        text = self._kept.find((self._path, name, body), now)
        if text is None:
            given = self._given_now(name, body)
            if given is None:
                return None
            self._note(name, body, now, given)
            text = given.body
        return ShortAnswer(b"", text)

    def _given_now(self, name: str, body: bytes) -> Given | None:
        try:
            return at_once(self._ask(name, body))
        except Waits:  # and what was begun is lost: once is enough
            self._waited = True
            return None

    async def write(self, name: str, body: bytes) -> ShortAnswer | None:
        """Write nothing: no PUT is a question."""
        del name, body
        return None

    def _note(self, name: str, body: bytes, moment: UpdateSequence, given: Given) -> None:
        if given.lasts:
            self._kept.keep((self._path, name, body), moment, given.body)


async def to_repeat(request: web.Request, ask: Ask) -> RepeatedQuestions | None:
    """Note where the database stands before a question is answered; None where none repeats it.

    `ask` answers others like it.
    """
    standing = request.get(keys.STANDING)
    if standing is None:
        return None
    database = await request[keys.INSTANCE].designs.store.open(database_name(request))
    return RepeatedQuestions(request, standing, await database.sequence(), ask)
