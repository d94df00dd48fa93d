"""Asking a home as Nextcloud's programs do, and reading their XML with its prefixes as written."""

import re
from xml.etree import ElementTree as ET

DAV, OC, NC = "{DAV:}", "{http://owncloud.org/ns}", "{http://nextcloud.org/ns}"
FILES = "/remote.php/dav/files/owner"
HEAD = (
    '<?xml version="1.0"?><{root} xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" '
    'xmlns:nc="http://nextcloud.org/ns">'
)


def propfind(*names):
    """Return the body of a PROPFIND for properties by their prefixed names."""
    asked = "".join(f"<{name}/>" for name in names)
    return f"{HEAD.format(root='d:propfind')}<d:prop>{asked}</d:prop></d:propfind>"


def read(text):
    """Return a multistatus as {href: {clark name: text}}, of the properties that are there."""
    assert re.search(r"<d:multistatus [^>]*xmlns:d=\"DAV:\"", text), text[:300]
    assert "<D:" not in text
    rows = {}
    for response in ET.fromstring(text):
        href = response.findtext(f"{DAV}href")
        found = {}
        for propstat in response.findall(f"{DAV}propstat"):
            if " 200 " in propstat.findtext(f"{DAV}status"):
                for element in propstat.find(f"{DAV}prop"):
                    found[element.tag] = _text(element)
        rows[href] = found
    return rows


def _text(element):
    if len(element):
        return [child.text if child.text is not None else child.tag for child in element]
    return element.text or ""


class Cloud:
    """One program's session with a home."""

    def __init__(self, session):
        self.session = session

    async def ask(self, method, path, status, data=None, **headers):
        """Return headers and text of an answer that must have this status."""
        sent = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        async with self.session.request(method, path, data=data, headers=sent) as response:
            content = await response.read()
            assert response.status == status, (method, path, response.status, content[:500])
            return response.headers, content.decode()

    async def put(self, path, content, status=201, **headers):
        told, _ = await self.ask("PUT", f"{FILES}/{path}", status, content, **headers)
        return told

    async def listed(self, path, *names, depth=1, base=FILES):
        """Return a listing by href."""
        body = propfind(*names)
        _, text = await self.ask("PROPFIND", f"{base}/{path}", 207, body, Depth=depth)
        return read(text)

    async def told(self, path, *names, base=FILES):
        """Return the properties of one resource."""
        rows = await self.listed(path, *names, depth=0, base=base)
        assert len(rows) == 1
        return next(iter(rows.values()))

    async def json(self, path, status=200):
        async with self.session.get(path, headers={"OCS-APIRequest": "true"}) as response:
            assert response.status == status, (path, response.status, await response.text())
            return await response.json(content_type=None)
