"""One request, with what it is answered from: how methods look, check and write."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from webdav.message import DavRequest
from webdav.model.backend import Backend
from webdav.model.errors import (
    BadGateway,
    NotFound,
    NotImplementedMethod,
    ParentMissing,
    PreconditionFailed,
)
from webdav.model.extension import Extensions
from webdav.model.lock_manager import LockManager, Touch
from webdav.model.path import Path, href
from webdav.model.resource import Resource
from webdav.wire.conditional import Conditions
from webdav.wire.headers import parse_lock_token, parse_place
from webdav.wire.if_header import IfHeader, State, parse_if


@dataclass(frozen=True, slots=True)
class Demands:
    """What a request demands of the state it meets: RFC 9110's fields, and `If`; a Guard.

    `states` are those that `If` speaks of, as they were when the request came; the one of the
    request's own resource is replaced by what each `check` is given.
    """

    conditions: Conditions
    if_header: IfHeader = field(default_factory=IfHeader)
    states: Mapping[str | None, State] = field(default_factory=dict)
    own: frozenset[str | None] = frozenset({None})

    def check(self, found: Resource | None) -> None:
        """Raise PreconditionFailed unless a write may replace what was found."""
        self.conditions.check(found)
        self.check_if(found)

    def check_if(self, found: Resource | None) -> None:
        """Raise PreconditionFailed by the `If` header alone (RFC 4918 10.4.3)."""
        etag = "" if found is None else found.etag
        states = {
            tag: replace(state, etag=etag) if tag in self.own else state
            for tag, state in self.states.items()
        }
        if not self.if_header.holds(states):
            raise PreconditionFailed("If: no list holds")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, its path decoded, the files of the one who asks, and the locks on them."""

    request: DavRequest
    path: Path
    backend: Backend
    locks: LockManager | None = None
    principal: str = ""
    extensions: Extensions = field(default_factory=Extensions)

    def href(self, path: Path, *, is_collection: bool) -> str:
        """Encode a path of ours for an answer."""
        return href(self.request.mount, path, is_collection=is_collection)

    async def require(self, path: Path) -> Resource:
        """Look a path up. Raises NotFound."""
        found = await self.backend.lookup(path)
        if found is None:
            raise NotFound
        return found

    async def require_parent(self, path: Path) -> None:
        """Raise ParentMissing unless the path's parent is a collection."""
        if not await self.backend.is_collection(path[:-1]):
            raise ParentMissing("the parent is no collection that exists")

    def require_locks(self) -> LockManager:
        """Return who grants locks. Raises NotImplementedMethod where nobody does."""
        if self.locks is None:
            raise NotImplementedMethod
        return self.locks

    async def demands(self) -> Demands:
        """Read what the request demands, and the states it speaks of. Raises BadRequest."""
        conditions = Conditions.from_headers(self.request.headers)
        header = parse_if(self.request.headers.get("if"))
        states, own = {}, set()
        for tag in header.tags:
            path = self._place(tag)
            states[tag] = State() if path is None else await self._state(path)
            if path == self.path:
                own.add(tag)
        return Demands(conditions, header, states, frozenset(own))

    @property
    def tokens(self) -> frozenset[str]:
        """Return the lock tokens that the request submits.

        Explorer sends the token of its PROPPATCH in Lock-Token.
        """
        submitted = parse_if(self.request.headers.get("if")).tokens
        if "lock-token" in self.request.headers:
            return submitted | {parse_lock_token(self.request.headers)}
        return submitted

    async def check_locks(self, *touches: Touch) -> None:
        """Raise Locked if a lock stands against a write of these."""
        if self.locks is not None:
            await self.locks.check(touches, self.tokens, self.principal)

    @asynccontextmanager
    async def writing(self, *touches: Touch) -> AsyncIterator[None]:
        """Carry out a write inside this: no lock stands against it, and none comes meanwhile."""
        if self.locks is None:
            yield
            return
        async with self.locks.writing(touches, self.tokens, self.principal):
            yield

    async def forget_locks(self, path: Path) -> None:
        """Drop the locks on what is no longer there."""
        if self.locks is not None:
            await self.locks.forget(path)

    async def is_body_empty(self) -> bool:
        """Tell whether the body holds no byte; it is used up by asking."""
        async for piece in self.request.body:
            if piece:
                return False
        return True

    def _place(self, tag: str | None) -> Path | None:
        if tag is None:
            return self.path
        try:
            return parse_place(tag, self.request)
        except BadGateway:
            return None  # somebody else's resource: nothing is known of it

    async def _state(self, path: Path) -> State:
        found = await self.backend.lookup(path)
        held = await self.locks.covering(path) if self.locks is not None else []
        return State("" if found is None else found.etag, frozenset(lock.token for lock in held))
