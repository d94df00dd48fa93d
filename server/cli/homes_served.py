"""The homes of a server that runs: changed by asking its admin address."""

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from replication.core.errors import StorageUnreachable
from server.admin.access import AdminAccess, ServerUnreachable
from server.admin.export_step import Step
from server.apps.manifest import ManifestIllegal
from server.at_rest.host_key import KeyUnusable
from server.cli.made import Made
from server.export.manifest import Manifest, Wanted
from server.export.to_file import Progress
from server.instances.changes import ChangeIllegal, Changes, Why
from server.instances.directory import AppMissing
from server.instances.founding import DomainTaken, InstanceMissing
from server.instances.names import DomainIllegal
from server.instances.new_home import NewHome
from server.instances.record import RecordUnreadable
from server.oauth.operator import Asked, AskedIllegal

_PATIENCE = 600.0
"""Seconds: erasing a large home takes a while."""


@dataclass(frozen=True, slots=True)
class HomesServed:
    """Answers what `HomesOffice` says, by what the server says. Raises ServerUnreachable."""

    access: AdminAccess

    def found(self, asked: NewHome) -> Made:
        """Make a home."""
        told = self._ask("POST", "/instances", asked)
        meta = told.get("meta", {})
        password, token = meta.get("password", ""), meta.get("set_up_token", "")
        return Made(_attributes(told), str(password), str(token))

    def change(self, domain: str, changes: Changes) -> dict[str, Any]:
        """Change a home."""
        return _attributes(self._ask("PATCH", _path(domain), changes))

    def delete(self, domain: str, days: int) -> dict[str, Any]:
        """Shut a home, to be erased after so many days."""
        return _attributes(self._ask("DELETE", f"{_path(domain)}?{urlencode({'days': days})}"))

    def erase(self, domain: str) -> dict[str, Any]:
        """Take a home away for good."""
        return _attributes(self._ask("DELETE", f"{_path(domain)}?now=true"))

    def set_password(self, domain: str | None, password: str) -> dict[str, Any]:
        """Give an owner another passphrase; None means the only home, or localhost."""
        path = f"{_path(domain or self._only())}/password"
        return _attributes(self._ask("PUT", path, {"password": password}))

    def adopt(self, staged: Path, domain: str | None, *, instead: bool) -> dict[str, Any]:
        """Take in a home that was unpacked beside the others."""
        body = {"staged": staged.name, "domain": domain, "instead": instead}
        return _attributes(self._ask("POST", "/restored", body))

    def about_clients(self, domain: str, asked: Asked) -> str:
        """Do something about OAuth clients; return an id or a token. Raises AskedIllegal."""
        return str(_attributes(self._ask("POST", f"{_path(domain)}/clients", asked))["result"])

    def install_app(self, domain: str, folder: Path) -> str:
        """Install an application; return its slug. Raises ManifestIllegal."""
        told = self._ask("POST", f"{_path(domain)}/apps", {"folder": str(folder.resolve())})
        return str(_attributes(told)["result"])

    def remove_app(self, domain: str, slug: str) -> str:
        """Take an application away; return its slug. Raises AppMissing."""
        told = self._ask("DELETE", f"{_path(domain)}/apps/{quote(slug, safe='')}")
        return str(_attributes(told)["result"])

    def export(
        self, domain: str | None, target: Path, wanted: Wanted, progress: Progress
    ) -> Manifest:
        """Have a home exported into a file of this machine. Raises OSError as the server met it."""
        path = f"{_path(domain or self._only())}/exports"
        body = msgspec.json.encode({"path": str(target), "wanted": wanted})
        with self._asked("POST", path, body) as response:
            for line in response:
                told = msgspec.json.decode(line, type=Step)
                if told.error:
                    raise OSError(told.error)
                if told.manifest is not None:
                    return told.manifest
                progress(told.bytes, told.total)
        raise ServerUnreachable("the answer ended too early")

    def _only(self) -> str:
        homes = self._ask("GET", "/instances?page[limit]=2")["data"]
        return str(homes[0]["attributes"]["domain"]) if len(homes) == 1 else "localhost"

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        sent = None if body is None else _encoded(body)
        with self._asked(method, path, sent) as response:
            return dict(_told(response))

    @contextmanager
    def _asked(
        self, method: str, path: str, sent: bytes | None
    ) -> Iterator[http.client.HTTPResponse]:
        """Ask, and give the answer while it may be read. Raises what the server refuses with."""
        connection = http.client.HTTPConnection(
            self.access.host, self.access.port, timeout=_PATIENCE
        )
        headers = {"Authorization": f"Bearer {self.access.secret}"}
        try:
            response = _answer(connection, method, path, sent, headers)
            if response.status >= 400:  # noqa: PLR2004  # errors
                raise _error(_told(response))
            yield response
        finally:
            connection.close()


def _answer(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    sent: bytes | None,
    headers: dict[str, str],
) -> http.client.HTTPResponse:
    try:
        connection.request(method, path, sent, headers)
        return connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        raise ServerUnreachable(str(error)) from error


def _told(response: http.client.HTTPResponse) -> Any:  # noqa: ANN401  # JSON
    try:
        return json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ServerUnreachable(str(error)) from error


def _encoded(body: object) -> bytes:
    """Render what was said; what was not stays out, so that the server keeps it as it is."""
    return msgspec.json.encode(body)


def _path(domain: str) -> str:
    return f"/instances/{quote(domain, safe='')}"


def _attributes(told: dict[str, Any]) -> dict[str, Any]:
    return dict(told["data"]["attributes"])


def _error(told: Any) -> Exception:  # noqa: ANN401  # JSON
    try:
        [error] = told["errors"]
        made = _ERRORS.get(error["code"])
        return made(error.get("meta", {})) if made else ServerUnreachable(str(error["detail"]))
    except (KeyError, TypeError, ValueError) as problem:
        return ServerUnreachable(str(problem))


_ERRORS: dict[str, Callable[[dict[str, Any]], Exception]] = {
    "domain_illegal": lambda meta: DomainIllegal(meta["text"]),
    "domain_taken": lambda meta: DomainTaken(meta["domain"]),
    "instance_missing": lambda meta: InstanceMissing(meta["domain"], meta["domains"]),
    "change_illegal": lambda meta: ChangeIllegal(Why[meta["why"]], meta["about"]),
    "app_missing": lambda meta: AppMissing(meta["slug"]),
    "manifest_illegal": lambda meta: ManifestIllegal(meta["why"]),
    "asked_illegal": lambda meta: AskedIllegal(meta["why"]),
    "key_unusable": lambda meta: KeyUnusable(meta["why"]),
    "storage_unreachable": lambda meta: StorageUnreachable(meta["place"], meta["why"]),
    "record_unreadable": lambda meta: RecordUnreadable(Path(meta["path"]), meta["why"]),
}
