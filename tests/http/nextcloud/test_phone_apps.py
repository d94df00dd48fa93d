"""A day with the phone apps: the requests of their libraries, read the way these read answers.

NextcloudKit (iOS) takes elements by the letters of their prefixes, and looks into the first
propstat; android-library knows namespaces, and reads numbers into 64 bits. Which properties they
ask for, and what they take from an answer, is from their sources of July and August 2026.
"""

from datetime import datetime
from xml.parsers import expat

import pytest

from tests.support.dialect import FILES

DAV = "/remote.php/dav"
IOS = {
    "dav": ("displayname", "getlastmodified", "getetag", "getcontenttype", "resourcetype",
            "quota-available-bytes", "quota-used-bytes", "getcontentlength"),
    "http://owncloud.org/ns": (
        "permissions", "id", "fileid", "size", "favorite", "share-types", "owner-id",
        "owner-display-name", "comments-unread", "checksums", "downloadURL", "data-fingerprint"),
    "http://nextcloud.org/ns": (
        "creation_time", "upload_time", "is-encrypted", "has-preview", "mount-type",
        "rich-workspace", "note", "lock", "lock-owner", "lock-time", "system-tags",
        "file-metadata-size", "metadata-photos-size", "metadata-files-live-photo", "hidden"),
    "http://open-collaboration-services.org/ns": ("share-permissions",),
    "http://open-cloud-mesh.org/ns": ("share-permissions",),
}  # fmt: skip
ANDROID = {
    "d": ("displayname", "getcontenttype", "resourcetype", "getcontentlength", "getlastmodified",
          "creationdate", "getetag"),
    "oc": ("permissions", "fileid", "id", "size", "favorite", "owner-id", "owner-display-name",
           "comments-unread"),
    "nc": ("is-encrypted", "mount-type", "has-preview", "note", "sharees", "rich-workspace",
           "creation_time", "upload_time", "lock", "lock-token", "system-tags", "hidden",
           "file-metadata-size", "metadata-photos-gps", "share-download-limits"),
}  # fmt: skip


def ios_body():
    named = []
    for namespace, names in IOS.items():
        if namespace == "dav":
            named += [f"<d:{name} />" for name in names]
        else:
            named += [f'<{name} xmlns="{namespace}"/>' for name in names]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<d:propfind xmlns:d="DAV:" '
        'xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:prop>'
        f"{''.join(named)}</d:prop></d:propfind>"
    )


def android_body():
    named = "".join(f"<{p}:{name}/>" for p, names in ANDROID.items() for name in names)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><d:propfind xmlns:d="DAV:" '
        'xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:prop>'
        f"{named}</d:prop></d:propfind>"
    )


def by_letters(xml):
    """Read XML as a tree of (name as written, children, text), knowing no namespaces."""
    root = ("", [], [])
    stack = [root]
    parser = expat.ParserCreate()

    def start(name, _attributes):
        element = (name, [], [])
        stack[-1][1].append(element)
        stack.append(element)

    def text(data):
        stack[-1][2].append(data)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: stack.pop()
    parser.CharacterDataHandler = text
    parser.Parse(xml, True)
    return root


def at(element, *names):
    """Return the elements that a path of names leads to."""
    found = [element]
    for name in names:
        found = [child for one in found for child in one[1] if child[0] == name]
    return found


def text_at(element, *names):
    found = at(element, *names)
    return "".join(found[0][2]) if found else None


def as_ios_reads(text):
    """Return what NextcloudKit makes of a listing, by href."""
    files = {}
    for response in at(by_letters(text), "d:multistatus", "d:response"):
        propstat = at(response, "d:propstat")[0]
        date = text_at(propstat, "d:prop", "d:getlastmodified")
        files[text_at(response, "d:href")] = {
            "date": date and datetime.strptime(date, "%a, %d %b %Y %H:%M:%S %Z"),  # noqa: DTZ007
            "etag": (text_at(propstat, "d:prop", "d:getetag") or "").replace('"', ""),
            "directory": bool(at(propstat, "d:prop", "d:resourcetype", "d:collection")),
            "ocId": text_at(propstat, "d:prop", "oc:id"),
            "fileId": text_at(propstat, "d:prop", "oc:fileid"),
            "size": int(text_at(propstat, "d:prop", "oc:size") or 0),
            "permissions": text_at(propstat, "d:prop", "oc:permissions"),
            "favorite": text_at(propstat, "d:prop", "oc:favorite") in ("1", "true"),
            "preview": text_at(propstat, "d:prop", "nc:has-preview") in ("1", "true"),
            "created": float(text_at(propstat, "d:prop", "nc:creation_time") or 0),
            "owner": text_at(propstat, "d:prop", "oc:owner-id"),
        }
    return files


@pytest.fixture
async def furnished(cloud):
    await cloud.ask("MKCOL", f"{FILES}/Photos", 201)
    for name, content in (("Photos/été.jpg", b"x" * 10), ("a&b.txt", b"text")):
        await cloud.put(name, content, X_OC_MTime="1700000000.25", X_OC_CTime="1600000000")
    return cloud


async def test_ios_lists_a_folder(furnished):
    told = {"Depth": "1", "Content_Type": "application/xml", "Accept": "application/xml"}
    _, text = await furnished.ask("PROPFIND", f"{FILES}/", 207, ios_body(), **told)
    files = as_ios_reads(text)
    assert next(iter(files)) == f"{FILES}/"
    photos, other = files[f"{FILES}/Photos/"], files[f"{FILES}/a%26b.txt"]
    assert photos["directory"]
    assert not other["directory"]
    assert photos["size"] == 10
    assert other["size"] == 4
    assert other["date"] == datetime(2023, 11, 14, 22, 13, 20)  # noqa: DTZ001
    assert other["created"] == 1600000000
    assert other["permissions"] == "RGDNVW"
    assert {one["owner"] for one in files.values()} == {"owner"}
    for one in files.values():
        assert one["etag"]
        assert one["ocId"].startswith(one["fileId"])


async def test_ios_looks_at_one_file_without_a_slash(furnished):
    told = {"Depth": "0", "Content_Type": "application/xml"}
    path = f"{FILES}/Photos"
    _, text = await furnished.ask("PROPFIND", path, 207, ios_body(), **told)
    (folder,) = as_ios_reads(text).values()
    assert folder["directory"]


async def test_ios_makes_moves_and_removes(furnished):
    made, _ = await furnished.ask(
        "MKCOL", f"{FILES}/New", 201, Content_Type="application/xml", Accept="application/xml"
    )
    assert made["OC-FileId"]
    assert datetime.strptime(made["Date"], "%a, %d %b %Y %H:%M:%S %Z")  # noqa: DTZ007
    told = {"Destination": f"http://localhost{FILES}/New/a%26b.txt", "Host": "localhost"}
    await furnished.ask("MOVE", f"{FILES}/a%26b.txt", 201, Overwrite="F", **told)
    await furnished.ask("COPY", f"{FILES}/Photos/%C3%A9t%C3%A9.jpg", 412, Overwrite="F", **told)
    await furnished.ask("DELETE", f"{FILES}/New", 204, Content_Type="application/xml")
    await furnished.ask("GET", f"{FILES}/New/a%26b.txt", 404)


async def test_ios_puts_a_photo(furnished):
    told = await furnished.put(
        "Photos/2026/11/IMG.heic", b"photo", Overwrite="true", X_NC_WebDAV_Auto_Mkcol="1",
        X_OC_MTime="1760000000.123", X_OC_CTime="1760000000.5",
        Content_Type="application/octet-stream",
    )  # fmt: skip
    assert told["OC-FileId"]
    assert told["OC-ETag"]


async def test_android_lists_a_folder(furnished):
    _, text = await furnished.ask("PROPFIND", f"{FILES}/", 207, android_body(), Depth=1)
    files = as_ios_reads(text)
    assert {int(one["fileId"]).bit_length() <= 63 for one in files.values()} == {True}
    assert len(files) > 2
    assert "<oc:comments-unread>0</oc:comments-unread>" in text
    assert "<nc:has-preview>true</nc:has-preview>" in text
    assert "<nc:mount-type/>" in text


async def test_android_signs_in_and_looks_around(home, furnished):
    async with home.anybody.get("/status.php") as response:
        told = await response.json(content_type=None)
    assert told["installed"] is True
    headers = {"OCS-APIREQUEST": "true"}
    for path in (
        "/ocs/v2.php/cloud/capabilities?format=json",
        "/ocs/v2.php/cloud/user?format=json",
        "/ocs/v2.php/search/providers?format=json",
        "/ocs/v2.php/apps/files_sharing/api/v1/shares?format=json&path=/Photos&reshares=true",
    ):
        async with furnished.session.get(path, headers=headers) as response:
            assert response.status == 200
            assert (await response.json())["ocs"]["meta"]["statuscode"] == 200
    for path in (
        "/ocs/v2.php/apps/notifications/api/v2/notifications?format=json",
        "/ocs/v2.php/apps/terms_of_service/terms?format=json",
    ):
        async with furnished.session.get(path, headers=headers) as response:
            assert response.status == 404
    async with furnished.session.head(f"{FILES}/Photos") as response:
        assert response.status == 200


async def test_android_asks_for_a_folder_whether_it_changed(furnished):
    body = '<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>'
    tags = []
    for content in (b"1", b"2"):
        _, text = await furnished.ask("PROPFIND", f"{FILES}/Photos", 207, body, Depth=0)
        tags += [one["etag"] for one in as_ios_reads(text).values()]
        await furnished.put("Photos/more.txt", content, 201 if content == b"1" else 204)
    assert len(set(tags)) == 2
