"""A peer on a bad line: calls fail, answers are lost after the work is done, work is done twice."""

from replication.replicator.peer import PeerUnreachable


class PowerCut(BaseException):
    """The replicator's process ends here: nothing more of it runs."""


class FaultyPeer:
    """Passes calls on; what becomes of each is the schedule's next fate, `ok` behind its end."""

    def __init__(self, peer, fates, before_note=None):
        self._peer = peer
        self._fates = fates
        self._before_note = before_note

    @property
    def name(self):
        return self._peer.name

    async def changes(self, query):
        return await self._call(lambda: self._peer.changes(query))

    async def revs_diff(self, revisions):
        return await self._call(lambda: self._peer.revs_diff(revisions))

    async def documents(self, wanted):
        async for found in self._peer.documents(wanted):
            await self._call(self._nothing)
            yield found

    async def write(self, documents):
        return await self._call(lambda: self._peer.write(documents))

    async def get_local(self, name):
        return await self._call(lambda: self._peer.get_local(name))

    async def put_local(self, name, body, base):
        if self._before_note is not None:
            await self._before_note(body)
        return await self._call(lambda: self._peer.put_local(name, body, base))

    async def _nothing(self):
        return None

    async def _call(self, work):
        fate = next(self._fates, "ok")
        if fate == "refused":
            raise PeerUnreachable(self.name, "no route")
        if fate == "cut":
            raise PowerCut
        answer = await work()
        if fate == "twice":
            answer = await work()
        if fate == "lost":
            raise PeerUnreachable(self.name, "the answer was lost")
        if fate == "cut after":
            raise PowerCut
        return answer
