"""Reporting to the host: the bodies of each status, their two tokens, and the retries."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.support.document_server import hand_jwt

RETRY_DELAYS = (1.0, 2.0, 4.0)
_RETRIED = 429
_HEADER_LIMIT = 7168
_TOKEN_LIFETIME = 300


@dataclass
class Answer:
    """What the host said; status 0 stands for no answer at all."""

    status: int
    text: str

    @property
    def accepted(self) -> bool:
        try:
            said = json.loads(self.text)
        except ValueError:
            return False
        return self.status == 200 and isinstance(said, dict) and said.get("error") == 0

    @property
    def worth_retrying(self) -> bool:
        return self.status in (0, _RETRIED) or self.status >= 500


@dataclass
class Reporter:
    """Posts callbacks and keeps a log of them; `scale` shortens the waits."""

    client: aiohttp.ClientSession
    secret: str
    scale: float
    signing: str = "both"
    log: list[dict[str, Any]] = field(default_factory=list)

    async def report(self, url: str, body: dict[str, Any]) -> Answer:
        """Report once."""
        body = self._fitting(body)
        fields, headers = dict(body), {}
        dates = {"iat": int(time.time()), "exp": int(time.time()) + _TOKEN_LIFETIME}
        if self.signing in ("both", "body"):
            fields["token"] = hand_jwt.encode({**body, **dates}, self.secret)
        if self.signing in ("both", "header"):
            token = hand_jwt.encode({"payload": body, **dates}, self.secret)
            headers["Authorization"] = f"Bearer {token}"
        return await self.post(url, fields, headers)

    async def report_until_heard(self, url: str, body: dict[str, Any]) -> Answer:
        """Report, and again after 1, 2 and 4 seconds while a later attempt may fare better."""
        answer = await self.report(url, body)
        for delay in RETRY_DELAYS:
            if not answer.worth_retrying:
                break
            await asyncio.sleep(delay * self.scale)
            answer = await self.report(url, body)
        return answer

    async def post(self, url: str, fields: dict[str, Any], headers: dict[str, str]) -> Answer:
        """Post exactly this, and log it with the answer."""
        try:
            async with self.client.post(url, json=fields, headers=headers) as response:
                answer = Answer(response.status, await response.text())
        except (aiohttp.ClientError, TimeoutError) as error:
            answer = Answer(0, repr(error))
        logged = {name: value for name, value in fields.items() if name != "token"}
        self.log.append({"body": logged, "status": answer.status, "text": answer.text})
        return answer

    def _fitting(self, body: dict[str, Any]) -> dict[str, Any]:
        """Leave the history out where the header would grow too long, from the body as well."""
        token = hand_jwt.encode({"payload": body, "iat": 0, "exp": 0}, self.secret)
        if len(token) <= _HEADER_LIMIT or "history" not in body:
            return body
        shorter = {name: value for name, value in body.items() if name != "changesurl"}
        return {**shorter, "history": {}}
