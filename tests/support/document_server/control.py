"""The double's HTTP: what a Document Server serves, and the strings that a test pulls."""

import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.support.document_server import hand_jwt
from tests.support.document_server.editing import DocumentServer, Refused

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


_API = Path(__file__).with_name("api.js")
_FRAME = "<!DOCTYPE html><title>Editor</title><p style='font:2rem sans-serif'>The editor.</p>"


async def _api(_: web.Request) -> web.StreamResponse:
    return web.Response(text=_API.read_text(), content_type="text/javascript")


async def _frame(_: web.Request) -> web.StreamResponse:
    return web.Response(text=_FRAME, content_type="text/html")


class Control:
    """Routes over one DocumentServer; each answers JSON, 409 with a word when it is refused."""

    def __init__(self, server: DocumentServer) -> None:
        self._server = server

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/open", self._guarded(self._open)),
            web.post("/control/edit", self._guarded(self._edit)),
            web.post("/control/leave", self._guarded(self._leave)),
            web.post("/control/force-save", self._guarded(self._force_save)),
            web.post("/control/modes", self._guarded(self._modes)),
            web.post("/control/expire", self._guarded(self._expire)),
            web.post("/control/offer", self._guarded(self._offer)),
            web.post("/control/post", self._guarded(self._post)),
            web.post("/control/fetch", self._guarded(self._fetch)),
            web.get("/control/log", self._guarded(self._log)),
            web.post("/command", self._command),
            web.post("/converter", self._convert),
            web.get("/web-apps/apps/api/documents/api.js", _api),
            web.get("/web-apps/frame.html", _frame),
            web.get("/cache/{path:.*}", self._serve),
        ]

    def _guarded(self, handler: Callable[[dict[str, Any]], Awaitable[Any]]) -> Handler:
        async def respond(request: web.Request) -> web.StreamResponse:
            said = await request.json() if request.can_read_body else {}
            try:
                return web.json_response(await handler(said))
            except Refused as error:
                return web.json_response({"refused": str(error)}, status=409)

        return respond

    async def _open(self, said: dict[str, Any]) -> Any:
        """Do what a page does: ask the host for a configuration, and start an editor on it."""
        headers = said.get("headers", {})
        async with self._server.client.get(said["url"], headers=headers) as response:
            if response.status != 200:
                raise Refused(f"the host answered {response.status}")
            attributes = (await response.json(content_type=None))["data"]["attributes"]
        editor = attributes["onlyoffice"]
        config = {
            "document": editor["document"] | said.get("document", {}),
            "documentType": editor["documentType"],
            "editorConfig": editor["editor"],
            "token": editor["token"],
        }
        document = await self._server.open(config, said["user"])
        return {"key": document.key, "config": config, "forgotten": document.from_forgotten}

    async def _edit(self, said: dict[str, Any]) -> Any:
        self._server.edit(said["key"], said["user"], said["text"])
        return {}

    async def _leave(self, said: dict[str, Any]) -> Any:
        dropped = said.get("dropped", False)
        answer = await self._server.leave(said["key"], said["user"], dropped=dropped)
        return vars(answer) if answer else None

    async def _force_save(self, said: dict[str, Any]) -> Any:
        kind = said.get("kind", 1)
        answer = await self._server.force_save(said["key"], said["user"], kind=kind)
        return vars(answer) if answer else None

    async def _modes(self, said: dict[str, Any]) -> Any:
        """Set how downloads fail (one word each), what the converter does, who signs where."""
        if "faults" in said:
            self._server.files.faults.clear()
            self._server.files.faults.extend(said["faults"])
        self._server.files.drip_seconds = said.get("drip", self._server.files.drip_seconds)
        self._server.conversion = said.get("conversion", self._server.conversion)
        self._server.reporter.signing = said.get("signing", self._server.reporter.signing)
        return {}

    async def _expire(self, _: dict[str, Any]) -> Any:
        self._server.expire()
        return {}

    async def _offer(self, said: dict[str, Any]) -> Any:
        """Put bytes up under a signed link that no document knows of."""
        content = bytes.fromhex(said["hex"])
        return {"url": self._server.files.offer(said["path"], content, time.time())}

    async def _post(self, said: dict[str, Any]) -> Any:
        """Post a callback made by hand; `sign` and `sign_header` say how each token is made."""
        fields, headers = dict(said["body"]), {}
        if "sign" in said:
            fields["token"] = self._token(said["sign"], said["body"])
        if "sign_header" in said:
            token = self._token(said["sign_header"], {"payload": said["body"]})
            headers["Authorization"] = f"Bearer {token}"
        return vars(await self._server.reporter.post(said["url"], fields, headers))

    def _token(self, how: dict[str, Any], claims: dict[str, Any]) -> str:
        dates = {"iat": int(time.time() + how.get("iat", 0))}
        if how.get("exp", 300) is not None:
            dates["exp"] = int(time.time() + how.get("exp", 300))
        secret = how.get("secret", self._server.secret)
        signed = {**how.get("claims", claims), **dates}
        return hand_jwt.encode(signed, secret, how.get("algorithm", "HS256"))

    async def _fetch(self, said: dict[str, Any]) -> Any:
        """Get an address of the host, with a token for `signed_for` (None: without)."""
        headers = {}
        if said.get("signed_for") is not None:
            token = self._token(said.get("sign", {}), {"payload": {"url": said["signed_for"]}})
            headers["Authorization"] = f"Bearer {token}"
        async with self._server.client.get(said["url"], headers=headers) as response:
            return {"status": response.status, "hex": (await response.read()).hex()}

    async def _log(self, _: dict[str, Any]) -> Any:
        server = self._server
        states = {key: document.state for key, document in server.documents.items()}
        unsaved = {
            key: [text for _, text in document.changes]
            for key, document in server.documents.items()
        }
        return {
            "callbacks": server.reporter.log,
            "downloads": server.files.downloads,
            "states": states,
            "unsaved": unsaved,
            "titles": server.titles,
        }

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        return await self._server.files.serve(request, time.time())

    async def _command(self, request: web.Request) -> web.StreamResponse:
        """Answer the command service, always with 200 and an error number in the body."""
        said = json.loads(await request.read())
        try:
            said = hand_jwt.decode(said.get("token", ""), self._server.secret, time.time())
        except ValueError:
            return web.json_response({"error": 6})
        return web.json_response(self._commanded(said))

    async def _convert(self, request: web.Request) -> web.StreamResponse:
        """Fetch a document with a signature, as the converter does, and offer it as it is."""
        said = json.loads(await request.read())
        try:
            said = hand_jwt.decode(said.get("token", ""), self._server.secret, time.time())
        except ValueError:
            return web.json_response({"error": -8})
        try:
            content = await self._server.fetch(said["url"])
        except (Refused, aiohttp.ClientError):
            return web.json_response({"error": -4})
        path = f"/cache/files/data/conv_{said['key']}/output.{said['outputtype']}"
        url = self._server.files.offer(path, content, time.time())
        told = {"fileUrl": url, "fileType": said["outputtype"], "percent": 100, "endConvert": True}
        return web.json_response(told)

    def _commanded(self, said: dict[str, Any]) -> dict[str, Any]:
        key, command = said.get("key", ""), said.get("c")
        if command == "version":
            return {"error": 0, "version": "9.3.0"}
        if command == "getForgottenList":
            return {"error": 0, "keys": list(self._server.forgotten)}
        if command in ("getForgotten", "deleteForgotten"):
            return self._of_forgotten(command, key)
        if command in ("meta", "info"):
            return self._of_open(command, key, said)
        return {"error": 5}

    def _of_forgotten(self, command: str, key: str) -> dict[str, Any]:
        forgotten = self._server.forgotten
        if key not in forgotten:
            return {"error": 1}
        if command == "deleteForgotten":
            del forgotten[key]
            return {"error": 0, "key": key}
        path = f"/cache/files/forgotten/{key}/output.docx"
        url = self._server.files.offer(path, forgotten[key], time.time())
        return {"error": 0, "key": key, "url": url}

    def _of_open(self, command: str, key: str, said: dict[str, Any]) -> dict[str, Any]:
        if key not in self._server.documents:
            return {"error": 1}
        if command == "meta":
            self._server.titles[key] = said["meta"]["title"]
        return {"error": 0, "key": key}
