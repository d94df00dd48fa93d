"""What this Document Server offers for download: files behind links that are signed and expire."""

import asyncio
import base64
import gzip
import hashlib
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

_LINK_LIFETIME = 900
_DRIP = 16
_ERROR_PAGE = b"<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>"
_BYTES = "application/octet-stream"
_CUTS = {"truncated": (True, 0.5), "truncated_quietly": (False, 0.5), "unannounced": (False, 1.0)}
_PAGES = {
    "not_found_page": (404, _ERROR_PAGE, "text/html"),
    "ok_page": (200, _ERROR_PAGE, "text/html"),
    "disguised_page": (200, _ERROR_PAGE, _BYTES),
    "empty": (200, b"", _BYTES),
}


@dataclass
class SavedFiles:
    """Files by path; `faults` names how the next downloads go wrong, one each."""

    secret: str
    base: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    faults: deque[str] = field(default_factory=deque)
    downloads: list[str] = field(default_factory=list)
    drip_seconds: float = 1.0

    def offer(self, path: str, content: bytes, now: float) -> str:
        """Put a file up and return its signed address."""
        self.files[path] = content
        expires = int(now + _LINK_LIFETIME)
        name = path.rsplit("/", 1)[-1]
        query = f"md5={self._signature(path, expires)}&expires={expires}&filename={name}"
        return f"{self.base}{path}?{query}"

    def has(self, url: str) -> bool:
        """Tell whether a file is still behind an address."""
        return url.removeprefix(self.base).partition("?")[0] in self.files

    def _signature(self, path: str, expires: int) -> str:
        signed = f"{expires}{path}{self.secret}".encode()
        return base64.urlsafe_b64encode(hashlib.md5(signed).digest()).rstrip(b"=").decode()

    def _refusal(self, request: web.Request, now: float) -> int:
        """Return the status of a link that does not open, or 0."""
        try:
            expires = int(request.query["expires"])
        except (KeyError, ValueError):
            return 403
        if request.query.get("md5") != self._signature(request.path, expires):
            return 403
        if now > expires:
            return 410
        return 0 if request.path in self.files else 400

    async def serve(self, request: web.Request, now: float) -> web.StreamResponse:
        self.downloads.append(request.path)
        status = self._refusal(request, now)
        if status:
            return web.Response(status=status)
        content = self.files[request.path]
        fault = self.faults.popleft() if self.faults else "ok"
        if fault in _PAGES:
            status, body, content_type = _PAGES[fault]
            return web.Response(status=status, body=body, content_type=content_type)
        if fault in _CUTS:
            announced, share = _CUTS[fault]
            return await self._cut(request, content, announced=announced, share=share)
        if fault == "slow":
            return await self._drip(request, content)
        return self._whole(request, content, fault)

    def _whole(self, request: web.Request, content: bytes, fault: str) -> web.StreamResponse:
        match fault:
            case "ok":
                return web.Response(body=content, content_type=_BYTES)
            case "wrong_status":
                return web.Response(status=203, body=content, content_type=_BYTES)
            case "compressed":
                headers = {"Content-Encoding": "gzip"}
                return web.Response(body=gzip.compress(content), headers=headers)
            case "redirect":
                raise web.HTTPFound(f"{self.base}{request.path_qs}&again=1")
        return web.Response(status=int(fault))

    async def _drip(self, request: web.Request, content: bytes) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = len(content)
        await response.prepare(request)
        step = -(-len(content) // _DRIP)
        for start in range(0, len(content), step):
            await response.write(content[start : start + step])
            await asyncio.sleep(self.drip_seconds / _DRIP)
        return response

    async def _cut(
        self, request: web.Request, content: bytes, *, announced: bool, share: float
    ) -> web.StreamResponse:
        """Stop after a share: against the announced length, or at what looks like the end."""
        response = web.StreamResponse()
        if announced:
            response.content_length = len(content)
        await response.prepare(request)
        await response.write(content[: int(len(content) * share)])
        if announced and request.transport is not None:
            request.transport.close()
        return response
