"""Documents of JSON:API, as Cozy's clients read and send them (jsonapi.org 1.0, cozy.md 0)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web

CONTENT_TYPE = "application/vnd.api+json"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource; `revision` goes into `meta.rev`, `path` into `links.self` beside `links`."""

    type: str
    id: str
    attributes: Mapping[str, Any]
    revision: str = ""
    path: str = ""
    relationships: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    def render(self) -> dict[str, Any]:
        """Return it as JSON."""
        told: dict[str, Any] = {
            "type": self.type,
            "id": self.id,
            "attributes": dict(self.attributes),
            "meta": {"rev": self.revision} if self.revision else {},
        }
        if self.path:
            told["links"] = {"self": self.path, **self.links}
        if self.relationships:
            told["relationships"] = dict(self.relationships)
        return told


def answer_one(resource: Resource, *, status: int = 200, **more: object) -> web.Response:
    """Return an answer with one resource; `more` are further members (`included`, `links`)."""
    return answer({"data": resource.render(), **more}, status=status)


def answer_many(resources: Sequence[Resource], **more: object) -> web.Response:
    """Return an answer with a list of resources, and how many those are."""
    rendered = [resource.render() for resource in resources]
    return answer({"data": rendered, "meta": {"count": len(rendered)}, **more})


def answer(document: object, *, status: int = 200) -> web.Response:
    """Return an answer with a document as it stands; it is nobody's to cache."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(document),
        headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"},
    )


async def read_document(request: web.Request) -> Mapping[str, Any]:
    """Read a document that was sent, an object. Raises 422 for anything else.

    422 and not 400, which Cozy's desktop client takes for its own revocation (cozy.md 0).
    """
    try:
        document = msgspec.json.decode(await request.read())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise web.HTTPUnprocessableEntity(text="The body is no JSON.") from error
    if not isinstance(document, dict):
        raise web.HTTPUnprocessableEntity(text="The body is no JSON object.")
    return document


async def read_resource(request: web.Request) -> tuple[dict[str, Any], str]:
    """Read the attributes of the one resource that was sent, and its `meta.rev` ("": none).

    Raises 422.
    """
    data = (await read_document(request)).get("data")
    if not isinstance(data, dict) or not isinstance(data.get("attributes"), dict):
        raise web.HTTPUnprocessableEntity(text="data.attributes is missing.")
    meta = data.get("meta")
    revision = meta.get("rev") if isinstance(meta, dict) else None
    return data["attributes"], revision if isinstance(revision, str) else ""


async def read_identifiers(request: web.Request, doctype: str) -> list[str]:
    """Read resource identifiers of one type, `data: [{type, id}, ...]`. Raises 422."""
    data = (await read_document(request)).get("data")
    listed = data if isinstance(data, list) else [data]
    return [_identifier(item, doctype) for item in listed]


def _identifier(item: object, doctype: str) -> str:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        raise web.HTTPUnprocessableEntity(text="data must be a list of {type, id}.")
    if item.get("type") != doctype:
        raise web.HTTPUnprocessableEntity(text=f"All of data must be of type {doctype}.")
    return str(item["id"])
