"""One round at one server: its database, and the documents that are in it."""

import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from benchmarks import workload
from benchmarks.http_client import ask
from benchmarks.servers import Server


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done in a round."""

    documents: int
    singles: int
    wakeups: int
    pulled: int
    batch: int = 1000
    clients: int = 32
    listeners: int = 100


WHOLE = Size(documents=50_000, singles=5_000, wakeups=10, pulled=10_000)
QUICK = Size(documents=5_000, singles=500, wakeups=2, pulled=1_000)


@dataclass(slots=True)
class Session:
    """What the rows of one round share; `seed` makes the ids, the same for every server."""

    server: Server
    database: str
    size: Size
    seed: int
    folder: Path
    ids: list[str] = field(default_factory=list)
    revisions: dict[str, str] = field(default_factory=dict)

    def path(self, rest: str = "") -> str:
        """Return a path in the database."""
        return f"/{self.database}{rest}"

    def document_path(self, document_id: str) -> str:
        """Return a document's path."""
        return self.path("/" + quote(document_id, safe=""))

    async def begin(self) -> None:
        """Make the database."""
        self.ids = workload.document_ids(self.size.documents, self.seed)
        await ask(self.server.place, "PUT", self.path())

    async def end(self) -> None:
        """Remove it."""
        await ask(self.server.place, "DELETE", self.path())

    async def learn_revisions(self) -> None:
        """Read which revisions the documents have, from the feed."""
        answer = await ask(self.server.place, "GET", self.path("/_changes"))
        for row in json.loads(answer.body)["results"]:
            self.revisions[row["id"]] = row["changes"][0]["rev"]

    def some(self, count: int) -> list[str]:
        """Return ids of documents that are there, in no order, the same for every server."""
        return random.Random(self.seed).choices(self.ids, k=count)

    def batches(self) -> list[list[str]]:
        """Return all ids that are there in batches, in no order."""
        ids = random.Random(self.seed + 1).sample(self.ids, len(self.ids))
        return [ids[n : n + self.size.batch] for n in range(0, len(ids), self.size.batch)]
