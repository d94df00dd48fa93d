"""What a client asked a server and was told, one line of JSON for each exchange."""

import json
from dataclasses import dataclass, field

ASKED_HEADERS = (
    *("content-type", "accept", "if-match", "if-none-match", "destination", "range"),
    *("content-encoding", "x-couch-full-commit"),
)
TOLD_HEADERS = (
    *("content-type", "etag", "location", "accept-ranges", "content-range", "content-encoding"),
    *("content-disposition", "allow"),
)
FEEDS = ("feed=longpoll", "feed=continuous", "feed=eventsource", "feed=live")


@dataclass(slots=True)
class Exchange:
    """One request and its answer.

    `until` is the number of exchanges begun when the answer of a feed was there; `cut` says that
    the client did not wait for its end.
    """

    method: str
    path: str
    headers: dict = field(default_factory=dict)
    body: list | None = None
    status: int = 0
    told_headers: dict = field(default_factory=dict)
    told: list | None = None
    until: int = 0
    cut: bool = False

    @property
    def is_feed(self):
        """Tell whether the answer waits for what others write."""
        return "/_changes" in self.path and any(feed in self.path for feed in FEEDS)

    def as_json(self):
        """Return the line for the file."""
        line = {
            "ask": [self.method, self.path, self.headers, self.body],
            "told": [self.status, self.told_headers, self.told],
        }
        if self.until:
            line["until"] = self.until
        if self.cut:
            line["cut"] = True
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def read_exchanges(path):
    """Return the exchanges of a file, in the order in which they began."""
    return [_read(json.loads(line)) for line in path.read_text().splitlines()]


def _read(line):
    return Exchange(
        *line["ask"], *line["told"], until=line.get("until", 0), cut=line.get("cut", False)
    )
