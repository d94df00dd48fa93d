"""A recorded session asked again of another server, and what it answers differently."""

import asyncio
import json

from yarl import URL

from tests.support.recording.bodies import plain_kind, sent_body, split_parts, unpacked
from tests.support.recording.matching import differences, in_any_order
from tests.support.recording.tokens import Bindings

PATIENCE = 20.0  # seconds for one answer
ARRIVAL = 0.05  # seconds until a feed listens


class Replay:
    """Asks in the recorded order; feeds are left waiting as long as they waited then."""

    def __init__(self, exchanges, session, root):
        self.exchanges = exchanges
        self.session = session
        self.root = root
        self.bindings = Bindings(f"{URL(root).host}:{URL(root).port}")
        self.found = []
        self._waiting = {}

    async def run(self):
        """Return what was answered otherwise than recorded, as lines."""
        for index, exchange in enumerate(self.exchanges):
            await self._end_feeds(index)
            if exchange.is_feed:
                self._waiting[index] = asyncio.create_task(self._ask(exchange))
                await asyncio.sleep(ARRIVAL)
            else:
                self._judge(index, await self._ask(exchange))
        await self._end_feeds(None)
        return self.found

    async def _end_feeds(self, begun):
        due = [n for n in self._waiting if begun is None or self.exchanges[n].until <= begun]
        for index in due:
            task = self._waiting.pop(index)
            if self.exchanges[index].cut:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            else:
                self._judge(index, await task)

    async def _ask(self, exchange):
        fill = self.bindings.filled
        async with asyncio.timeout(PATIENCE):
            async with self.session.request(
                exchange.method,
                URL(self.root + fill(exchange.path), encoded=True),
                headers={name: fill(value) for name, value in exchange.headers.items()},
                data=sent_body(exchange.body, fill) or None,
                skip_auto_headers=("Accept", "Content-Type", "Accept-Encoding"),
                allow_redirects=False,
            ) as answer:
                return answer.status, answer.headers, await answer.read()

    def _judge(self, index, answered):
        exchange, (status, headers, body) = self.exchanges[index], answered
        lines = differences(exchange.status, status, self.bindings, "status")
        kept = {name: headers[name] for name in exchange.told_headers if name in headers}
        if "content-type" in kept:
            kept["content-type"] = plain_kind(kept["content-type"])
        lines += differences(exchange.told_headers, kept, self.bindings, "header")
        lines += self._compared(exchange, body, headers.get("Content-Type", ""))
        asked = f"{index} {exchange.method} {exchange.path}"
        self.found += [f"{asked} {line}" for line in lines]

    def _compared(self, exchange, body, kind):
        if exchange.cut:
            return []
        compare = in_any_order if "open_revs=" in exchange.path else differences
        try:
            return compare(*_both(exchange.told, body, kind), self.bindings, "")
        except ValueError:
            return [f"not of the recorded kind: {body[:200]!r}"]


def _both(kept, body, kind):
    """Return what was recorded and what came, in one form."""
    if kept is None:
        return "", body.decode("latin-1")
    form, value = kept
    if form == "json":
        return value, json.loads(body)
    if form == "lines":
        return value, [json.loads(line) for line in body.splitlines() if line]
    if form == "text":
        return value, body.decode()
    if form == "packed":
        return unpacked(value).decode("latin-1"), body.decode("latin-1")
    return value, [
        [headers, _like(part, content, headers)]
        for part, (headers, content) in zip(value, split_parts(body, kind), strict=True)
    ]


def _like(part, content, headers):
    """Return a part's content in the form in which the recorded one is kept."""
    kept = part[1]
    _, came = _both(kept, content, headers.get("content-type", ""))
    return [kept[0], came] if kept and kept[0] != "packed" else kept and _repacked(kept, content)


def _repacked(kept, content):
    return kept if unpacked(kept[1]) == content else ["packed", "other bytes"]
