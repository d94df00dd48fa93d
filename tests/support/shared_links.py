"""Links to files, made by the owner and followed by anybody."""

import re
from html import unescape


async def put(home, path, content, kind="text/plain"):
    headers = {"Content-Type": kind}
    async with home.owner.put(f"/dav/files{path}", data=content, headers=headers) as response:
        assert response.status in (201, 204)


async def make(home, path):
    async with home.owner.request("MKCOL", f"/dav/files{path}") as response:
        assert response.status == 201


async def id_of(home, path):
    async with home.owner.get("/files/metadata", params={"Path": path}) as response:
        return (await response.json())["data"]["id"]


async def link_to(home, *ids, query="?codes=link", verbs=("GET",), **attributes):
    rule = {"type": "io.cozy.files", "verbs": list(verbs), "values": list(ids)}
    body = {"data": {"attributes": {"permissions": {"files": rule}, **attributes}}}
    async with home.owner.post(f"/permissions{query}", json=body) as response:
        data = (await response.json())["data"]
    return data["id"], data["attributes"]["shortcodes"]["link"]


async def page_of(home, path, **headers):
    async with home.anybody.get(path, headers=headers, allow_redirects=False) as response:
        return response.status, await response.text(), response


def links_in(page):
    return [unescape(found) for found in re.findall(r'href="([^"]+)"', page)]
