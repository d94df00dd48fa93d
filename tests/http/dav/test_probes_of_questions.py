"""What clients ask before they do anything, each probe named after who complained or would."""

import pytest

from tests.support.prober import DAV, MOUNT

EXPLORER_ASKS = ["*", "/", "/dav", "/dav/", MOUNT, f"{MOUNT}/", f"{MOUNT}/none/at/all", "/nothing"]


@pytest.mark.parametrize("path", EXPLORER_ASKS)
@pytest.mark.parametrize("login", [True, False])
def test_sftpgo_614_explorer_asks_every_parent_without_a_login(probe, path, login):
    """nextcloud/server#2979, drakkan/sftpgo#614, filestash#669: a 401 or redirect ends it there."""
    answered = probe.ask("OPTIONS", path, login=login)
    assert (answered.status, answered.body) == (200, b"")
    assert answered.headers["content-length"] == "0"
    assert answered.headers["dav"].split(", ")[:3] == ["1", "2", "3"]
    assert answered.headers["ms-author-via"] == "DAV"
    methods = set(answered.headers["allow"].split(", "))
    assert {"PROPFIND", "PROPPATCH", "LOCK", "UNLOCK", "MOVE", "COPY", "MKCOL", "PUT"} <= methods


def test_explorer_with_a_wrong_login_is_still_told(probe):
    wrong = "Authorization: Basic eDp5"
    assert probe.ask("OPTIONS", f"{MOUNT}/", wrong, login=False).status == 200


MEMBERS = {"/": {"/dav/"}, "/dav/": {"/dav/files/", "/dav/principals/"}}


@pytest.mark.parametrize("path", ["/", "/dav", "/dav/"])
def test_gvfs_48602_and_explorer_climb_to_the_parents(probe, path):
    """nextcloud/server#48602: gvfs got stuck on 405; Explorer wants 207 for `/`."""
    answered = probe.ask("PROPFIND", path, "Depth: 1")
    assert answered.status == 207
    rows = answered.rows()
    own = path.rstrip("/") + "/"
    assert rows[own][f"{DAV}resourcetype"].find(f"{DAV}collection") is not None
    assert {href for href in rows if href != own} == MEMBERS[own]
    assert probe.ask("PROPFIND", path, "Depth: 0", login=False).status == 401


def test_basic_is_the_only_challenge(probe):
    """Digest beside it breaks Windows (sigoden/dufs#307); the charset is said (RFC 7617)."""
    challenge = probe.ask("PROPFIND", "", "Depth: 0", login=False).headers["www-authenticate"]
    assert challenge.lower().startswith("basic ")
    assert "digest" not in challenge.lower()
    assert 'charset="utf-8"' in challenge.lower()


def test_windows_puts_its_domain_before_the_name(probe):
    from base64 import b64decode, b64encode

    plain = b64decode(probe.home.authorization.partition(" ")[2]).decode()
    login = b64encode(f"WORKGROUP\\{plain}".encode()).decode()
    field = f"Authorization: Basic {login}"
    assert probe.ask("PROPFIND", "", "Depth: 0", field, "Translate: f", login=False).status == 207


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'<propfind xmlns="DAV:"><prop/></propfind>',
        b'<propfind xmlns="DAV:">M<prop>x<getetag/>y</prop></propfind>',
        b'<propfind xmlns="DAV:"><unknown xmlns="urn:x"/></propfind>',
        b'\xef\xbb\xbf<propfind xmlns="DAV:"><allprop/></propfind>',
    ],
)
def test_netdrive_and_owncloudcmd_2_11_ask_oddly(probe, body):
    """chezdav crashes, Go and rclone answer 400."""
    probe.put("a")
    answered = probe.ask("PROPFIND", "a", "Depth: 0", body=body)
    assert answered.status == 207
    assert answered.value(f"{DAV}getetag")


def test_content_type_is_what_nextcloudcmd_insists_on(probe):
    headers = probe.ask("PROPFIND", "", "Depth: 0").headers
    assert headers["content-type"] == "application/xml; charset=utf-8"


def test_whole_tree_is_told_where_it_is_small(probe):
    assert probe.ask("MKCOL", "c").status == 201
    probe.put("c/a")
    for fields in ((), ("Depth: infinity",)):
        rows = probe.ask("PROPFIND", "", *fields).rows()
        assert sorted(rows) == [f"{probe.folder}/", f"{probe.folder}/c/", f"{probe.folder}/c/a"]


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;">]><D:propfind xmlns:D="DAV:"><D:prop>&c;</D:prop></D:propfind>'
)
XXE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    b'<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><p xmlns="urn:x">&e;</p></D:prop></D:set>'
    b"</D:propertyupdate>"
)
NESTED = (
    b'<D:propfind xmlns:D="DAV:">' + b"<D:prop>" * 5000 + b"</D:prop>" * 5000 + b"</D:propfind>"
)


@pytest.mark.parametrize("body", [BOMB, XXE, NESTED, b"<unclosed", b"\xff\xfe", b"<a/>" * 2])
@pytest.mark.parametrize("method", ["PROPFIND", "PROPPATCH", "LOCK", "REPORT"])
def test_bombs_and_broken_xml_are_refused(probe, method, body):
    """lighttpd answers 415 and copyparty 500; nobody may be made to read /etc/passwd."""
    probe.put("a")
    answered = probe.ask(method, "a", body=body)
    assert answered.status == 400
    assert b"root:" not in answered.body


def test_xml_has_an_end(probe):
    probe.put("a")
    assert probe.ask("PROPFIND", "a", body=b" " * (2 << 20)).status == 413


WIN32 = "{urn:schemas-microsoft-com:}Win32"
WHEN = "Sun, 06 Nov 1994 08:49:37 GMT"


def test_copyparty_910_explorer_sets_its_times(probe):
    """emersion/go-webdav#189: a 403 reads "cannot be accessed by the system"."""
    probe.put("a")
    values = {
        f"{WIN32}CreationTime": "Sat, 05 Nov 1994 08:49:37 GMT",
        f"{WIN32}LastAccessTime": WHEN,
        f"{WIN32}LastModifiedTime": WHEN,
        f"{WIN32}FileAttributes": "00000020",
    }
    answered = probe.proppatch("a", values)
    assert (answered.status, set(answered.statuses())) == (207, {200})
    assert probe.ask("HEAD", "a").headers["last-modified"] == WHEN
    told = probe.propfind("a", f"{DAV}creationdate", f"{WIN32}FileAttributes")
    assert told.value(f"{DAV}creationdate") == "1994-11-05T08:49:37Z"
    assert told.value(f"{WIN32}FileAttributes") == "00000020"


def test_rclone_sets_the_time_by_proppatch(probe):
    probe.put("a")
    answered = probe.proppatch("a", {f"{DAV}getlastmodified": WHEN})
    assert set(answered.statuses()) == {200}
    assert probe.ask("HEAD", "a").headers["last-modified"] == WHEN


def test_properties_of_cyberduck_are_kept(probe):
    probe.put("a")
    name = "{SAR:}caf\N{LATIN SMALL LETTER E WITH ACUTE}"
    assert set(probe.proppatch("a", {name: "v&amp;\N{PILE OF POO}"}).statuses()) == {200}
    assert probe.propfind("a", name).value(name) == "v&\N{PILE OF POO}"
    assert (
        ":caf\N{LATIN SMALL LETTER E WITH ACUTE}>"
        in probe.ask("PROPFIND", "a", "Depth: 0").body.decode()
    )


def test_davfs2_and_cadaver_set_the_executable_bit(probe):
    probe.put("a.sh")
    name = "{http://apache.org/dav/props/}executable"
    assert probe.propfind("a.sh", name).value(name) == "F"
    assert set(probe.proppatch("a.sh", {name: "T"}).statuses()) == {200}
    assert probe.propfind("a.sh", name).value(name) == "T"
    assert probe.content("a.sh") == b"x"
    assert set(probe.proppatch("a.sh", {name: "maybe"}).statuses()) == {422}


QUOTA = (f"{DAV}quota-used-bytes", f"{DAV}quota-available-bytes")


def test_quota_is_told_to_who_asks_for_it(probe):
    probe.put("a", b"12345")
    assert int(probe.propfind("", QUOTA[0]).value(QUOTA[0])) >= 5


def test_copyparty_1242_finder_waits_90_seconds_for_a_quota(probe):
    """Named beside Apple's own, RFC 4331's are left out: cryptomator/webdav-nio-adapter#107."""
    told = probe.propfind("", *QUOTA, f"{DAV}quota", f"{DAV}quotaused")
    assert told.status == 207
    assert told.rows() == {f"{probe.folder}/": {}}


def test_extended_mkcol_begins_with_properties(probe):
    """RFC 5689: 415 from six of nine peers."""
    body = (
        b'<D:mkcol xmlns:D="DAV:"><D:set><D:prop><D:resourcetype><D:collection/></D:resourcetype>'
        b"<D:displayname>Shown</D:displayname></D:prop></D:set></D:mkcol>"
    )
    assert probe.ask("MKCOL", "c", "Content-Type: application/xml", body=body).status == 201
    assert probe.propfind("c", f"{DAV}displayname").value(f"{DAV}displayname") == "Shown"
    assert probe.ask("MKCOL", "d", "Content-Type: text/plain", body=b"x").status == 415
    assert probe.ask("MKCOL", "c").status == 405
    assert probe.ask("MKCOL", "none/c").status == 409


def test_explorer_lists_thousands_in_its_million_bytes(probe):
    """1,000,000 bytes are all it takes of an answer (nwebdav#70): at 340 an entry 2,900 files.

    Of these the names of the elements that RFC 4918 wants are 200, an ETag and two dates the rest.
    """
    for number in range(100):
        probe.put(f"document%20{number:05}.txt")
    asked = ["resourcetype", "getcontentlength", "getlastmodified", "getetag"]
    names = [f"{DAV}{name}" for name in (*asked, "quota-used-bytes")]
    body = probe.propfind("", *names, depth="1", fields=("Brief: t",)).body
    assert body.count(b"<D:response>") == 101
    assert b" 404 " not in body
    assert len(body) / 101 <= 355


def test_prefer_and_brief_leave_out_what_is_not_there(probe):
    probe.put("a")
    asked = ("{urn:x}none", f"{DAV}getetag")
    full = probe.propfind("a", *asked)
    assert 404 in full.statuses()
    for field in ("Prefer: return=minimal", "Prefer: return-minimal", "Brief: t"):
        short = probe.propfind("a", *asked, fields=(field,))
        assert short.statuses() == [200]
    noroot = probe.propfind("", f"{DAV}getetag", depth="1", fields=("Prefer: depth-noroot",))
    assert list(noroot.rows()) == [f"{probe.folder}/a"]
    apple = probe.propfind("", f"{DAV}getetag", depth="1,noroot")
    assert list(apple.rows()) == [f"{probe.folder}/a"]


def test_location_is_never_a_property(probe):
    """npm-WebDAV-Server#24: Finder shows such files twice."""
    assert b"<D:location" not in probe.ask("PROPFIND", "", "Depth: 1").body


def test_caller_is_told_who_it_is(probe):
    asked = [f"{DAV}current-user-principal", f"{DAV}current-user-privilege-set"]
    [row] = probe.propfind("", *asked).rows().values()
    principal = row[asked[0]].findtext(f"{DAV}href")
    assert f"{DAV}write" in {one[0].tag for one in row[asked[1]]}
    told = probe.ask("PROPFIND", principal, "Depth: 0")
    assert told.status == 207
    [shown] = told.rows().values()
    assert shown[f"{DAV}resourcetype"].find(f"{DAV}principal") is not None


def test_folder_is_a_page_in_the_language_of_the_reader(probe):
    assert probe.ask("MKCOL", "c%20%26").status == 201
    probe.put("%3Cb%3E.txt", b"x" * 1500)
    for language, words in (("fr", "1,5 ko"), ("en", "1.5 kB")):
        answered = probe.ask("GET", f"{probe.folder}/", f"Accept-Language: {language}")
        page = answered.body.decode()
        assert answered.headers["content-type"].startswith("text/html")
        assert f'<html lang="{language}"' in page
        assert words in page
        assert "&lt;b&gt;.txt" in page
        assert f'href="{probe.folder}/c%20%26/"' in page
        assert "<script" not in page
        assert "default-src 'none'" in answered.headers["content-security-policy"]
    assert probe.ask("HEAD", probe.folder).status == 200  # Office asks HEAD of folders


def test_cadaver_and_browsers_mount_by_a_file(probe):
    """RFC 4709."""
    assert probe.ask("MKCOL", "c").status == 201
    for answered in (
        probe.ask("GET", "c?davmount"),
        probe.ask("GET", "c", "Accept: application/davmount+xml"),
    ):
        assert answered.headers["content-type"] == "application/davmount+xml"
        space = "{http://purl.org/NET/webdav/mount}"
        url, opened = (answered.xml.findtext(f"{space}{name}") for name in ("url", "open"))
        assert url == f"http://127.0.0.1:{probe.home.port}{MOUNT}/"
        assert url + opened == f"http://127.0.0.1:{probe.home.port}{probe.folder}/c/"


@pytest.mark.parametrize("agent", ["Microsoft Office Word 2014", "Microsoft Office Excel/16.0"])
def test_office_reads_only_what_it_was_sent(probe, agent):
    """FubarDevelopment/WebDavServer#41: after a 304 a document is read-only."""
    etag = probe.put("a.docx").headers["etag"]
    field = f"If-None-Match: {etag}"
    assert probe.ask("GET", "a.docx", field, f"User-Agent: {agent}").status == 200
    assert probe.ask("GET", "a.docx", field, "User-Agent: davfs2/1.6.1 neon/0.32").status == 304
