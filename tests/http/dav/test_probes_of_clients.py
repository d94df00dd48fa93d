"""Whole sequences of clients, as they were recorded or are told of in complaints."""

import re

import pytest

from tests.support.prober import DAV, lockinfo

FINDER = "User-Agent: WebDAVFS/3.0.0 (03008000) Darwin/23.6.0 (x86_64)"
WIN32 = "{urn:schemas-microsoft-com:}Win32"
WHEN = "Sun, 06 Nov 1994 08:49:37 GMT"


def chunked(probe, name, content, *fields):
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content) if content else b"0\r\n\r\n"
    more = ("Transfer-Encoding: chunked", f"X-Expected-Entity-Length: {len(content)}", FINDER)
    with probe.connect() as connection:
        connection.send(probe.head("PUT", name, *more, *fields), body)
        return connection.answer()


def test_wsgidav_112_explorer_copies_a_file(probe):
    """PROPFIND, PUT of nothing, LOCK, PROPPATCH, HEAD, PUT, PROPPATCH, UNLOCK: reva#4928."""
    assert probe.ask("PROPFIND", "a.txt", "Depth: 0").status == 404
    assert probe.ask("PUT", "a.txt").status == 201
    locked = probe.ask("LOCK", "a.txt", "Timeout: Second-3600", body=lockinfo())
    assert locked.status == 200
    token = locked.headers["lock-token"]
    times = {f"{WIN32}LastModifiedTime": WHEN, f"{WIN32}FileAttributes": "00000000"}
    assert set(probe.proppatch("a.txt", times, f"If: ({token})").statuses()) == {200}
    assert probe.ask("HEAD", "a.txt").status == 200
    assert probe.ask("PUT", "a.txt", f"If: ({token})", body=b"content").status == 204
    by_header = probe.proppatch("a.txt", times, f"Lock-Token: {token}")
    assert set(by_header.statuses()) == {200}
    assert probe.proppatch("a.txt", times).status == 423
    probe.unlock("a.txt", token)
    told = probe.ask("HEAD", "a.txt")
    assert (told.headers["content-length"], told.headers["last-modified"]) == ("7", WHEN)


def test_sabre_149_finder_copies_a_file_with_its_sidecar(probe):
    """LOCK, PUT of nothing, LOCK of `._x`, UNLOCK of it, PUT in chunks: locks are independent."""
    assert probe.ask("PROPFIND", "x", "Depth: 0", FINDER).status == 404
    assert chunked(probe, "x", b"").status == 201
    token = probe.lock("x", FINDER)
    aside = probe.lock("._x", FINDER)
    assert chunked(probe, "._x", b"resource fork", f"If: ({aside})").status in {201, 204}
    probe.unlock("._x", aside)
    assert chunked(probe, "x", b"content", f"If: ({token})").status == 204
    probe.unlock("x", token)
    assert probe.content("x") == b"content"
    assert probe.ask("GET", "._x", FINDER).body == b"resource fork"


@pytest.mark.parametrize("name", ["._x", ".DS_Store"])
def test_copyparty_546_sidecars_are_taken_and_nobody_sees_them(probe, name):
    """Refused, Finder's whole copy fails with -36; kept, they are in everybody's way."""
    sequence = len(changes(probe))
    assert chunked(probe, name, b"aside").status == 201
    assert chunked(probe, name, b"again").status == 204
    assert probe.ask("PROPFIND", name, "Depth: 0", FINDER).status == 207
    assert probe.listing() == []
    assert probe.content(name) is None
    assert len(changes(probe)) == sequence
    moved = probe.ask("MOVE", name, f"Destination: {probe.folder}/._y", FINDER)
    assert moved.status == 201
    assert probe.ask("GET", "._y", FINDER).body == b"again"
    assert probe.ask("MOVE", probe.folder, f"Destination: {probe.folder}-moved").status == 201
    assert probe.ask("GET", f"{probe.folder}-moved/._y", FINDER).body == b"again"
    assert probe.ask("DELETE", f"{probe.folder}-moved/._y", FINDER).status == 204
    assert probe.ask("GET", f"{probe.folder}-moved/._y", FINDER).status == 404


def changes(probe):
    return re.findall(rb'"id"', probe.ask("GET", "/couchdb/io.cozy.files/_changes").body)


def test_large_sidecar_is_kept_among_the_files(probe):
    content = b"r" * ((1 << 20) + 1)
    assert chunked(probe, "._big", content).status == 201
    assert probe.ask("GET", "._big", FINDER).body == content
    assert probe.listing() == ["._big"]
    assert probe.ask("DELETE", "._big", FINDER).status == 204


def test_names_of_others_that_begin_like_sidecars_are_files(probe):
    """rclone copies a Mac's folder: what it puts it must list again."""
    probe.put("._x", b"x")
    assert probe.listing() == ["._x"]
    assert probe.ask("GET", "._x", FINDER).body == b"x"


PROBES = [".metadata_never_index_unless_rootfs", ".localized", "mach_kernel", ".hidden",
          "Backups.backupdb", ".Spotlight-V100", "DCIM", ".ql_disablecache"]  # fmt: skip


@pytest.mark.parametrize("name", PROBES)
def test_finder_probes_are_answered(probe, name):
    for method in ("PROPFIND", "GET", "HEAD"):
        assert probe.ask(method, f"/dav/files/{name}", "Depth: 0", FINDER).status == 404


@pytest.mark.parametrize("name", [".metadata_never_index", ".ql_disablethumbnails"])
def test_spotlight_and_quicklook_are_kept_out(probe, name):
    """Else they download everything."""
    told = probe.ask("PROPFIND", f"/dav/files/{name}", "Depth: 0", FINDER)
    assert told.value(f"{DAV}getcontentlength") == "0"
    assert probe.ask("GET", f"/dav/files/{name}", FINDER).body == b""
    assert probe.ask("GET", f"/dav/files/{name}").status == 404


def test_folder_below_may_be_called_what_finder_probes_for(probe):
    assert probe.ask("MKCOL", "DCIM", FINDER).status == 201
    assert probe.ask("PROPFIND", "DCIM", "Depth: 1", FINDER).status == 207


def test_office_opens_a_document_to_write(probe):
    """OPTIONS, HEAD, PROPFIND, LOCK, GET, PUT, UNLOCK; read-only without MS-Author-Via."""
    probe.put("a.docx", b"old")
    agent = "User-Agent: Microsoft Office Word 2014"
    assert probe.ask("OPTIONS", "a.docx", agent, login=False).headers["ms-author-via"] == "DAV"
    assert probe.ask("HEAD", probe.folder, agent).status == 200
    assert probe.ask("PROPFIND", "a.docx", "Depth: 0", agent).status == 207
    locked = probe.ask("LOCK", "a.docx", "Timeout: Second-60", agent, body=lockinfo())
    seconds = locked.xml.findtext(f".//{DAV}timeout").removeprefix("Second-")
    assert int(seconds) >= 175  # at least 180 were granted
    token = locked.headers["lock-token"]
    got = probe.ask("GET", "a.docx", agent)
    assert (got.body, got.headers["cache-control"]) == (b"old", "private, no-cache")
    assert probe.ask("PUT", "a.docx", agent, f"If: ({token})", body=b"new").status == 204
    probe.unlock("a.docx", token)


def test_core_34394_libreoffice_locks_what_it_says_can_be_locked(probe):
    """It opens read-only where supportedlock is shown and LOCK is refused; 180 s and refresh."""
    probe.put("a.odt", b"old")
    told = probe.propfind(
        "a.odt", f"{DAV}supportedlock", "{http://ucb.openoffice.org/dav/props/}IsReadOnly"
    )
    [props] = told.rows().values()
    assert len(props[f"{DAV}supportedlock"]) == 2
    locked = probe.ask("LOCK", "a.odt", "Timeout: Second-180", "Depth: 0", body=lockinfo())
    token = locked.headers["lock-token"]
    again = probe.ask("LOCK", "a.odt", "Timeout: Second-180", f"If: ({token})")
    assert again.status == 200
    assert probe.ask("LOCK", "a.odt", body=lockinfo()).status == 423
    assert probe.ask("PUT", "a.odt", f"If: ({token})", body=b"new").status == 204
    discovered = probe.propfind("a.odt", f"{DAV}lockdiscovery").body
    assert token.strip("<>").encode() in discovered
    probe.unlock("a.odt", token)


def test_davfs2_makes_a_file_by_a_lock_of_its_name(probe):
    locked = probe.ask("LOCK", "new", "Depth: 0", "Timeout: Infinite", body=lockinfo())
    assert locked.status == 201
    condition = f"If: ({locked.headers['lock-token']})"
    with probe.connect() as connection:
        expect = ("Content-Length: 3", "Expect: 100-continue", condition)
        connection.send(probe.head("PUT", "new", *expect))
        assert connection.until(b"\r\n\r\n").startswith(b"HTTP/1.1 100")
        connection.send(b"new")
        assert connection.answer().status == 204
    probe.unlock("new", locked.headers["lock-token"])


def test_kde_and_gvfs_ask_what_they_ask(probe):
    probe.put("a%20(1).txt", b"x")
    asked = ["creationdate", "displayname", "getcontenttype", "getetag", "getcontentlength",
             "supportedlock", "lockdiscovery", "resourcetype", "executable"]  # fmt: skip
    rows = probe.propfind("", *(f"{DAV}{name}" for name in asked), depth="1").rows()
    assert f"{probe.folder}/a%20(1).txt" in rows
    assert probe.content("a%20%281%29.txt") == b"x"
    assert probe.content("%61 (1).txt".replace(" ", "%20")) == b"x"


def test_names_only_are_told_to_cadaver(probe):
    probe.put("a")
    body = b'<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>'
    [props] = probe.ask("PROPFIND", "a", "Depth: 0", body=body).rows().values()
    assert f"{DAV}getetag" in props
    assert not [prop for prop in props.values() if prop.text]
