"""Cozy's desktop client as it speaks to a home: each request as its libraries write it.

Written after `core/remote/cozy.js`, `core/remote/errors.js` and `core/remote/document.js` of
cozy-desktop 5.5, and `FileCollection.js` of cozy-stack-client 57 (cozy.md C3 to C6).
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import md5
from urllib.parse import quote

from yarl import URL

FILES = "/files"
ROOT, TRASH = "io.cozy.files.root-dir", "io.cozy.files.trash-dir"
PAGE = 3000
LARGEST = 5_368_709_122


class FetchError(Exception):
    """An answer that is no success, as the client reads it; `code` is what it makes of it."""

    def __init__(self, status, reason):
        super().__init__(status, reason)
        self.status = status
        self.reason = reason
        self.code = code_of(status, reason)


def code_of(status, reason):
    """`wrapError`: what the client does next depends on this word and nothing else."""
    error = (reason.get("errors") or [{}])[0] if isinstance(reason, dict) else {}
    parameter = error.get("source", {}).get("parameter")
    if status == 400:
        trashed = error.get("detail") == "File or directory is already in the trash"
        return "DocumentInTrash" if trashed else "OAuthClientRevoked"
    if status == 404:
        nothing = isinstance(reason, dict) and reason.get("error") == {}
        return "TwakeNotFound" if nothing else "MissingDocument"
    if status == 412:
        codes = {"If-Match": "NeedsRemoteMerge", "dir-id": "InvalidFolderMove"}
        return codes.get(parameter, "InvalidMetadata")
    if status == 422:
        codes = {"name": "InvalidName", "path": "PathTooDeep"}
        return codes.get(parameter, "InvalidMetadata")
    known = {
        402: "UserActionRequired",
        403: "MissingPermissions",
        409: "ConflictingName",
        413: "NoCozySpace",
    }
    if 400 < status < 500:
        return known.get(status, "UnknownInvalidDataError")
    return "UnknownRemoteError"


def part(text):
    """`encodeURIComponent`."""
    return quote(str(text), safe="-_.!~*'()")


def checksum(content):
    return b64encode(md5(content, usedforsecurity=False).digest()).decode()


def iso(moment):
    """`Date.toISOString`."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    )


@dataclass
class Doc:
    """A remote document: what `jsonApiToRemoteDoc` makes of an object."""

    id: str
    rev: str
    fields: dict
    relationships: dict

    @classmethod
    def of(cls, told):
        assert told["meta"]["rev"], "Missing meta.rev attribute in JsonAPI resource."
        return cls(told["id"], told["meta"]["rev"], told["attributes"], told["relationships"])

    @property
    def short_rev(self):
        return int(self.rev.split("-")[0])

    def relations(self, name):
        return self.relationships.get(name, {}).get("data") or []

    def __getitem__(self, name):
        return self.fields[name]


class Desktop:
    """One client of a home; `client_id` is its OAuth client's."""

    def __init__(self, session, token, client_id):
        self.session = session
        self.client_id = client_id
        self.headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}

    async def fetch(self, method, path, body=None, *, headers=None, **sent):
        """`fetchJSON`: an answer as JSON; raises FetchError for what is no success."""
        given = {**self.headers, **(headers or {})}
        if isinstance(body, dict):
            sent["json"] = body
        elif body is not None:
            sent["data"] = body
        url = URL(path, encoded=True)
        async with self.session.request(method, url, headers=given, **sent) as response:
            text = await response.text()
            told = await response.json(content_type=None) if text else None
            if response.status >= 300:
                assert told is not None, "FetchError received an error without a Response Body"
                raise FetchError(response.status, told)
            return told

    async def create_file(self, name, content, parent=ROOT, **options):
        size = options.get("length", len(content) if isinstance(content, bytes) else 0)
        query = (
            f"?Name={part(name)}&Type=file&Executable={_js(options.get('executable', False))}"
            f"&Encrypted=false&MetadataID=&Size={size or ''}&SourceAccount="
            f"&SourceAccountIdentifier="
        )
        return await self._upload("POST", f"{FILES}/{part(parent)}{query}", content, options)

    async def update_file(self, file, content, *, name=None, **options):
        size = options.get("length", len(content) if isinstance(content, bytes) else 0)
        query = (
            f"?Name={part(name or file['name'])}&Type=file"
            f"&Executable={_js(options.get('executable', False))}&Encrypted=false"
        )
        query += f"&Size={size}" if size else ""
        options.setdefault("if_match", file.rev)
        return await self._upload("PUT", f"{FILES}/{part(file.id)}{query}", content, options)

    async def _upload(self, method, path, content, options):
        headers = {"Content-Type": options.get("mime", "application/octet-stream")}
        if "announced" in options:
            headers["Content-Length"] = str(options["announced"])
        md5sum = options.get("md5sum") or (checksum(content) if isinstance(content, bytes) else "")
        if md5sum:
            headers["Content-MD5"] = md5sum
        moment = options.get("modified", datetime(2024, 5, 6, 7, 8, 9, 120_000, tzinfo=UTC))
        path += f"&UpdatedAt={iso(moment)}&CreatedAt={iso(moment)}"
        if options.get("if_match"):
            headers["If-Match"] = options["if_match"]
        body = _in_pieces(content) if isinstance(content, bytes) else content
        told = await self.fetch(method, path, body, headers=headers)
        return await self.remote(told["data"])

    async def create_directory(self, name, parent=ROOT, modified=None):
        date = format_datetime(modified, usegmt=True) if modified else ""
        path = f"{FILES}/{part(parent)}?Name={part(name)}&Type=directory&MetadataID="
        return Doc.of((await self.fetch("POST", path, headers={"Date": date}))["data"])

    async def update_attributes(self, node_id, if_match="", **attributes):
        body = {"data": {"type": "io.cozy.files", "id": node_id, "attributes": attributes}}
        headers = {"If-Match": if_match}
        told = await self.fetch("PATCH", f"{FILES}/{part(node_id)}", body, headers=headers)
        return await self.remote(told["data"])

    async def move(self, doc, name, parent, *, modified=None):
        moment = max(filter(None, (doc["updated_at"], doc["created_at"], modified)))
        attributes = {"name": name, "dir_id": parent, "updated_at": moment}
        return await self.update_attributes(doc.id, doc.rev, **attributes)

    async def trash(self, doc, if_match=None):
        headers = {"If-Match": doc.rev if if_match is None else if_match}
        told = await self.fetch("DELETE", f"{FILES}/{part(doc.id)}", headers=headers)
        return await self.remote(told["data"])

    async def find(self, node_id):
        return await self.remote((await self.fetch("GET", f"{FILES}/{part(node_id)}"))["data"])

    async def find_by_path(self, path):
        told = await self.fetch("GET", f"{FILES}/metadata?Path={part(path)}")
        return await self.remote(told["data"])

    async def remote(self, told):
        """`toRemoteDoc`: a file gets its path of its directory, which is asked for each time."""
        doc = Doc.of(told)
        if doc["type"] == "file":
            above = (await self.fetch("GET", f"{FILES}/{part(doc['dir_id'])}"))["data"]
            doc.fields = {**doc.fields, "path": _joined(above["attributes"]["path"], doc["name"])}
        return doc

    async def search(self, **selector):
        body = {
            "selector": selector,
            "use_index": "_design/by_" + "_and_".join(selector),
            "skip": 0,
        }
        return (await self.fetch("POST", f"{FILES}/_find", body))["data"]

    async def directory_content(self, directory_id, page=PAGE):
        """`getDirectoryContent`: children, page by page, less what this client leaves out."""
        sort = [{"dir_id": "asc"}, {"name": "asc"}]
        body = {
            "selector": {"dir_id": directory_id, "name": {"$gt": None}},
            "use_index": "_design/by_dir_id_and_name",
            "limit": page,
            "skip": 0,
            "sort": sort,
        }
        found = []
        while True:
            told = await self.fetch("POST", f"{FILES}/_find", body)
            found += [Doc.of(one) for one in told["data"]]
            if not told["meta"]["count"] > body["skip"] + len(told["data"]):
                return [doc for doc in found if not self.is_excluded(doc)]
            body["bookmark"] = URL(told["links"]["next"], encoded=True).query["page[cursor]"]

    def is_excluded(self, doc):
        listed = doc.fields.get("not_synchronized_on") or []
        return doc["type"] == "directory" and any(one["id"] == self.client_id for one in listed)

    async def include(self, doc):
        """`includeInSync`."""
        path = f"/data/io.cozy.oauth.clients/{self.client_id}/relationships/not_synchronizing"
        await self.fetch("DELETE", path, {"data": [{"id": doc.id, "type": "io.cozy.files"}]})

    async def exclude(self, doc):
        """What the settings page asks in the owner's name, here by the client's own right."""
        path = f"/data/io.cozy.oauth.clients/{self.client_id}/relationships/not_synchronizing"
        await self.fetch("POST", path, {"data": [{"id": doc.id, "type": "io.cozy.files"}]})

    async def refer(self, doc, references):
        path = f"{FILES}/{part(doc.id)}/relationships/referenced_by"
        told = await self.fetch("POST", path, {"data": references})
        return told["meta"]["rev"], told["data"]

    async def old_versions(self, file):
        told = await self.fetch("GET", f"{FILES}/{part(file.id)}")
        found = [one for one in told.get("included", ()) if one["type"] == "io.cozy.files.versions"]
        return [(one["attributes"]["md5sum"], int(one["attributes"]["size"])) for one in found]

    async def download(self, file_id):
        path = URL(f"{FILES}/download/{part(file_id)}", encoded=True)
        async with self.session.get(path, headers=self.headers) as response:
            assert response.status == 200
            return await response.read()

    async def changes(self, since="0", page=PAGE):
        """`changes`: the feed up to its end, what is special dropped, sorted by path."""
        first = "&skip_deleted=true&skip_trashed=true" if since == "0" else ""
        found = []
        while True:
            query = f"since={since}&limit={page}&include_docs=true&include_file_path=true"
            told = await self.fetch("GET", f"{FILES}/_changes?{query}{first}")
            assert isinstance(told["last_seq"], str)
            found += [row["doc"] for row in told["results"]]
            since = told["last_seq"]
            if told["pending"] == 0:
                break
        kept = [doc for doc in found if not _special(doc["_id"])]
        kept.sort(key=lambda doc: (not doc.get("_deleted", False), doc.get("path", "")))
        return since, kept


async def _in_pieces(content):
    for start in range(0, len(content), 1 << 16):
        yield content[start : start + (1 << 16)]


def _special(document_id):
    return document_id in (ROOT, TRASH) or document_id.startswith("_design/")


def _joined(above, name):
    return f"{above.rstrip('/')}/{name}"


def _js(value):
    return "true" if value else "false"
