"""/instances on the admin address: the homes of this server."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
from aiohttp import web

from server import keys
from server.admin.errors import answer
from server.admin.shown import INSTANCES, shown_instance
from server.instances.changes import Changes
from server.instances.disk_usage import disk_usage
from server.instances.founding import utc_now
from server.instances.homes import ServedHomes
from server.instances.new_home import NewHome, begun
from server.instances.record import InstanceRecord, rfc3339

Body = TypeVar("Body")
DELETION_DAYS = 30
_PAGE = 100
_MOST = 1000


class Password(msgspec.Struct, forbid_unknown_fields=True):
    """A passphrase for a home's owner."""

    password: str


class Restored(msgspec.Struct, forbid_unknown_fields=True):
    """A home that was unpacked into `staged`, a folder beside the others."""

    staged: str
    domain: str | None = None
    instead: bool = False


async def list_instances(request: web.Request) -> web.Response:
    """GET /instances?page[limit]=&page[cursor]=: by domain; `links.next` where there are more."""
    homes = _homes(request)
    limit = min(int(request.query.get("page[limit]", _PAGE)), _MOST)
    after = request.query.get("page[cursor]", "")
    domains = sorted(name for name in homes.directory.domains if name > after)
    page = domains[: max(limit, 1)]
    told: dict[str, object] = {
        "data": [shown_instance(homes.directory.record(domain)) for domain in page],
        "meta": {"count": len(homes.directory.domains)},
    }
    if len(domains) > len(page):
        told["links"] = {"next": f"/instances?page[limit]={limit}&page[cursor]={page[-1]}"}
    return answer(200, told)


async def create_instance(request: web.Request) -> web.Response:
    """POST /instances: a home that is made and served; a password that was made up is in `meta`."""
    asked = await _body(request, NewHome)
    contexts = request.app[keys.CONTEXTS]
    founded = await _homes(request).found(
        asked.domain,
        asked.owner,
        aliases=tuple(asked.aliases),
        password=asked.password or None,
        begun=begun(asked, contexts),
        set_up=asked.set_up,
    )
    told: dict[str, object] = {"data": shown_instance(founded.record)}
    if founded.generated:
        told["meta"] = {"password": founded.password}
    if founded.set_up_token:
        told["meta"] = {"set_up_token": founded.set_up_token}
    return answer(201, told)


async def show_instance(request: web.Request) -> web.Response:
    """GET /instances/{domain}."""
    return _one(_record(request))


async def change_instance(request: web.Request) -> web.Response:
    """PATCH /instances/{domain}: the fields of `Changes`."""
    changes = await _body(request, Changes)
    return _one(await _homes(request).change(_domain(request), changes))


async def delete_instance(request: web.Request) -> web.Response:
    """DELETE /instances/{domain}?days=30: shut at once, erased then; `now=true`: erased at once."""
    homes, domain = _homes(request), _domain(request)
    if request.query.get("now") == "true":
        return _one(await homes.erase(domain))
    days = int(request.query.get("days", DELETION_DAYS))
    return _one(await homes.change(domain, Changes(deletion_at=_in_days(utc_now(), days))))


async def keep_instance(request: web.Request) -> web.Response:
    """POST /instances/{domain}/keep: it is not deleted after all."""
    return _one(await _homes(request).change(_domain(request), Changes(deletion_at="")))


async def set_password(request: web.Request) -> web.Response:
    """PUT /instances/{domain}/password: another passphrase for the owner."""
    asked, homes = await _body(request, Password), _homes(request)
    return _one(
        await homes.update(
            _domain(request), lambda record: homes.register.with_password(record, asked.password)
        )
    )


async def restore_instance(request: web.Request) -> web.Response:
    """POST /restored: take in a home that was unpacked here."""
    asked, homes = await _body(request, Restored), _homes(request)
    staged = homes.register.instances / Path(asked.staged).name
    return _one(await homes.adopt(staged, asked.domain, instead=asked.instead))


async def show_disk_usage(request: web.Request) -> web.Response:
    """GET /instances/{domain}/disk-usage: bytes on the disk, counted now."""
    record = _record(request)
    usage = await disk_usage(record.folder)
    attributes = {
        "used": str(usage.total),
        "documents": str(usage.documents),
        "blobs": str(usage.blobs),
        "quota": None if record.quota is None else str(record.quota),
    }
    resource = {"type": f"{INSTANCES}.disk-usage", "id": record.uuid, "attributes": attributes}
    return answer(200, {"data": resource})


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes about homes."""
    one = "/instances/{domain}"
    return [
        web.get("/instances", list_instances),
        web.post("/instances", create_instance),
        web.get(one, show_instance),
        web.patch(one, change_instance),
        web.delete(one, delete_instance),
        web.post(one + "/keep", keep_instance),
        web.put(one + "/password", set_password),
        web.get(one + "/disk-usage", show_disk_usage),
        web.post("/restored", restore_instance),
    ]


def _in_days(now: datetime, days: int) -> str:
    if not 0 <= days <= 36_500:  # noqa: PLR2004
        raise ValueError("days: from 0 to 36500")
    return rfc3339(now + timedelta(days=days))


def _one(record: InstanceRecord) -> web.Response:
    return answer(200, {"data": shown_instance(record)})


def _homes(request: web.Request) -> ServedHomes:
    return request.app[keys.HOMES]


def _domain(request: web.Request) -> str:
    return request.match_info["domain"].lower()


def _record(request: web.Request) -> InstanceRecord:
    return _homes(request).record(_domain(request))


async def _body(request: web.Request, kind: type[Body]) -> Body:
    return msgspec.json.decode(await request.read() or b"{}", type=kind)
