"""At the door of a process: its own connections it lets in, the others it hands on."""

import asyncio
from collections.abc import Callable, Sequence

from server.http.short_way import Look
from server.instances.place import Place
from server.workers.heads import head_of, host_in
from server.workers.parcels import Door
from server.workers.post import Outbox

FolderOf = Callable[[str], str | None]


class Porter:
    """Looks at each request before it is taken up.

    `folder_of` tells the folder of the home that a name leads to; `named` reads that name from a
    head; `outboxes` are those of all processes, its own among them: there, whoever follows it reads
    once it is `leaving`.
    """

    def __init__(
        self,
        door: Door,
        place: Place,
        outboxes: Sequence[Outbox],
        folder_of: FolderOf,
        named: Callable[[bytes], str] = host_in,
    ) -> None:
        self._door = door
        self._place = place
        self._outboxes = outboxes
        self._folder_of = folder_of
        self._named = named
        self.leaving = False

    def look(self, transport: asyncio.Transport, data: bytes) -> Look:
        """Say what becomes of a connection whose next request begins with these bytes."""
        if self.leaving:
            return self._hand_on(self._place.index, transport, data)
        head = head_of(data)
        if head is None:
            return Look.UNCLEAR
        folder = self._folder_of(self._named(head))
        if folder is None or self._place.keeps(folder):
            return Look.OURS
        return self._hand_on(self._place.keeper(folder), transport, data)

    def _hand_on(self, keeper: int, transport: asyncio.Transport, data: bytes) -> Look:
        connection = transport.get_extra_info("socket")
        if connection is None or transport.get_write_buffer_size():
            return Look.OURS  # it is told that it is wrong here (RFC 9110, 15.5.20)
        self._outboxes[keeper].hand_over(self._door, connection.fileno(), data)
        transport.close()
        return Look.GONE
