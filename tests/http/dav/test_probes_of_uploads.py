"""Uploads that other servers lose, each probe named after who complained or would."""

import gzip
import hashlib
import re
import time
from base64 import b64encode

import pytest

from tests.support.prober import DAV, eventually

OLD = b"old content " * 50
NEW = b"N" * 200_000
HALF = NEW[:100_000]


def chunk(piece):
    return b"%x\r\n%s\r\n" % (len(piece), piece)


CUT_OFF = {
    "length": (["Content-Length: 200000"], HALF),
    "chunked": (["Transfer-Encoding: chunked"], chunk(HALF)),
    "between chunks": (["Transfer-Encoding: chunked"], chunk(HALF)[:-2]),
    "finder": (
        ["Transfer-Encoding: chunked", "X-Expected-Entity-Length: 200000"],
        chunk(HALF) + b"0\r\n\r\n",
    ),
}


@pytest.mark.parametrize("how", CUT_OFF)
@pytest.mark.parametrize("existing", [True, False])
def test_keepass_nextcloud_62321_upload_cut_off_changes_nothing(probe, how, existing):
    """Six of nine peers keep the stub: nextcloud/server#62321, drakkan/sftpgo#2260, wsgidav#6."""
    if existing:
        probe.put("a", OLD)
    fields, body = CUT_OFF[how]
    with probe.connect() as connection:
        connection.send(probe.head("PUT", "a", *fields), body)
        time.sleep(0.05)
        assert probe.content("a") == (OLD if existing else None)  # readers during the upload
    time.sleep(0.05)
    assert probe.content("a") == (OLD if existing else None)
    assert probe.listing() == (["a"] if existing else [])


def test_no_temporary_file_remains_of_uploads_cut_off(probe):
    staging = probe.home.folder
    before = {path for path in staging.rglob("*") if path.is_file()}
    for _ in range(5):
        with probe.connect() as connection:
            connection.send(probe.head("PUT", "a", "Content-Length: 200000"), HALF)
            time.sleep(0.02)

    def is_clean():
        now = {path for path in staging.rglob("*") if path.is_file()}
        return not [path for path in now - before if path.stat().st_size >= len(HALF) // 2]

    assert eventually(is_clean)


def test_golang_44492_put_with_another_etag_does_not_overwrite(probe):
    """golang/go#44492, super-productivity#9030: silent clobber."""
    etag = probe.put("a", OLD).headers["etag"]
    assert probe.ask("PUT", "a", 'If-Match: "wrong"', body=NEW).status == 412
    assert probe.ask("PUT", "a", f"If-Match: W/{etag}", body=NEW).status == 412
    assert probe.ask("PUT", "a", "If-None-Match: *", body=NEW).status == 412
    assert probe.ask("DELETE", "a", 'If-Match: "wrong"').status == 412
    date = "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT"
    assert probe.ask("PUT", "a", date, body=NEW).status == 412
    assert probe.content("a") == OLD
    assert probe.ask("PUT", "new", 'If-Match: "x"', body=NEW).status == 412
    assert probe.ask("PUT", "new", "If-Match: *", body=NEW).status == 412
    assert probe.listing() == ["a"]
    assert probe.ask("PUT", "a", f"If-Match: {etag}", body=NEW).status == 204


@pytest.mark.parametrize(
    "method", ["COPY", "MOVE", "PROPPATCH", "LOCK", "MKCOL", "PATCH", "DELETE"]
)
def test_conditions_hold_on_every_writing_method(probe, method):
    if method != "MKCOL":
        probe.put("a", OLD)
    fields = ['If-Match: "wrong"', f"Destination: {probe.folder}/b"]
    body = b""
    if method == "PROPPATCH":
        body = (
            b'<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><x xmlns="urn:x">1</x></D:prop>'
            b"</D:set></D:propertyupdate>"
        )
    if method == "PATCH":
        fields += ["Content-Type: application/x-sabredav-partialupdate", "X-Update-Range: append"]
        body = b"x"
    assert probe.ask(method, "a", *fields, body=body).status == 412
    assert probe.listing() == ([] if method == "MKCOL" else ["a"])
    assert "urn:x" not in probe.ask("PROPFIND", "a", "Depth: 0").body.decode()


def test_rclone_2273_writes_within_a_second_have_etags_of_their_own(probe):
    """nginx, lighttpd, WsgiDAV and sabre make tags of seconds and sizes: rclone#2273."""
    etags = [probe.put("a", b"same%d" % number).headers["etag"] for number in range(4)]
    assert len(set(etags)) == 4
    assert all(re.fullmatch(r'"[^"]+"', etag) for etag in etags)


def test_davx5_1365_etag_is_the_same_string_everywhere(probe):
    """bitfire/davx5-ose#1365: HEAD, GET and PROPFIND; WsgiDAV leaves out the quotes in one."""
    put = probe.put("a", OLD)
    told = {
        put.headers["etag"],
        probe.ask("GET", "a").headers["etag"],
        probe.ask("HEAD", "a").headers["etag"],
        probe.ask("GET", "a", "Accept-Encoding: gzip").headers["etag"],
        probe.ask("GET", "a", "Range: bytes=0-1").headers["etag"],
        probe.propfind("a", f"{DAV}getetag").value(f"{DAV}getetag"),
    }
    assert told == {put.headers["oc-etag"]}
    assert put.headers["oc-fileid"]
    assert put.headers["last-modified"] == probe.ask("GET", "a").headers["last-modified"]


def test_gvfs_puts_a_new_file_without_length_or_body(probe):
    """nginx answers 500."""
    with probe.connect() as connection:
        connection.send(probe.head("PUT", "a"))
        assert connection.answer().status == 201
    assert probe.content("a") == b""


def test_opencloud_1728_finder_and_davx5_put_in_chunks(probe):
    """seedvault#505, opencloud#1728, nextcloud/server#13999: files of zero bytes, or 411."""
    with probe.connect() as connection:
        connection.send(
            probe.head(
                "PUT", "a", "Transfer-Encoding: chunked", "X-Expected-Entity-Length: 100000"
            ),
            chunk(HALF[:60_000]),
            chunk(HALF[60_000:]),
            b"0\r\n\r\n",
        )
        assert connection.answer().status == 201
    assert probe.content("a") == HALF


EXPECTING = ("Content-Length: 100000", "Expect: 100-continue")


def test_cyberduck_is_refused_before_it_sends_a_byte(probe):
    """WsgiDAV and sabre say 100 first, and take a gigabyte that they then refuse."""
    probe.put("a", OLD)
    cases = [
        (probe.head("PUT", "a", *EXPECTING, login=False), 401),
        (probe.head("PUT", "a", *EXPECTING, "Authorization: Basic eDp5", login=False), 401),
        (probe.head("PUT", "a", *EXPECTING, "If-None-Match: *"), 412),
        (probe.head("PUT", "none/b", *EXPECTING), 409),
        (probe.head("PUT", "a", *EXPECTING, "Content-Range: bytes 0-9/99"), 400),
        (probe.head("PUT", "a", *EXPECTING, "Content-Encoding: gzip"), 415),
    ]
    for head, status in cases:
        with probe.connect() as connection:
            connection.send(head)
            answered = connection.answer()
            assert (answered.status, answered.interim) == (status, ())
    token = probe.lock("a")
    with probe.connect() as connection:
        connection.send(probe.head("PUT", "a", *EXPECTING))
        assert connection.answer().status == 423
    with probe.connect() as connection:
        connection.send(probe.head("PUT", "a", *EXPECTING, f"If: ({token})"))
        assert connection.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.send(HALF)
        assert connection.answer().status == 204
    assert probe.content("a") == HALF


@pytest.mark.parametrize(
    "given",
    [
        "Content-Range: bytes 0-3/600",
        "Content-Range: bytes 0-3/*",
        "Content-Encoding: gzip",
        "OC-Checksum: SHA1:" + "0" * 40,
        "OC-Checksum: MD5:zz",
        "Content-MD5: " + b64encode(bytes(16)).decode(),
        "Content-Digest: sha-256=:" + b64encode(bytes(32)).decode() + ":",
        "Repr-Digest: sha-512=:" + b64encode(bytes(64)).decode() + ":",
        "Content-Length: 5x",
    ],
)
def test_rclone_and_chezdav_took_a_part_for_the_whole(probe, given):
    """A part is not the file (RFC 9110 14.5), nor is what has another checksum."""
    probe.put("a", OLD)
    assert probe.ask("PUT", "a", given, body=b"part").status in {400, 415}
    assert probe.content("a") == OLD


def test_checksums_that_fit_are_taken(probe):
    content = b"content"
    sha = b64encode(hashlib.sha256(content).digest()).decode()
    for given in (
        f"OC-Checksum: SHA1:{hashlib.sha1(content).hexdigest()}",
        f"OC-Checksum: MD5:{hashlib.md5(content).hexdigest()}",
        f"Content-Digest: sha-256=:{sha}:",
        f"Repr-Digest: unknown=:eA==:, sha-256=:{sha}:",
    ):
        assert probe.ask("PUT", "a", given, body=content).status in {201, 204}


def test_webdavfs_writes_a_part_by_patch(probe):
    """miquels/webdavfs, in SabreDAV's form."""
    probe.put("a", b"0123456789")
    fields = ("Content-Type: application/x-sabredav-partialupdate", "X-Update-Range: bytes=2-4")
    assert probe.ask("PATCH", "a", *fields, body=b"abc").status == 204
    assert probe.content("a") == b"01abc56789"
    offered = probe.ask("OPTIONS", "a").headers
    assert "sabredav-partialupdate" in offered["dav"].split(", ")


def test_foldersync_sets_the_time_with_the_upload(probe):
    """Nextcloud lost times: nextcloud/server#7008; rclone and FolderSync compare by them."""
    answered = probe.put("a", b"x", "X-OC-Mtime: 784111777")
    assert answered.headers["x-oc-mtime"] == "accepted"
    assert answered.headers["last-modified"] == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert probe.put("b", b"x", "X-OC-Mtime: soon").headers.get("x-oc-mtime") is None


def test_uploaded_page_is_no_page_of_ours(probe):
    """A page with the rights of our origin could read everything."""
    probe.put("a.html", b"<script>alert(1)</script>")
    headers = probe.ask("GET", "a.html").headers
    assert headers["content-security-policy"].startswith("sandbox;")
    assert headers["x-content-type-options"] == "nosniff"


def test_davx5_502_reads_parts(probe):
    """nextcloud/server#42528 lacked Accept-Ranges on HEAD; davx5-ose#502 met the exact end."""
    etag = probe.put("a", b"0123456789").headers["etag"]
    head = probe.ask("HEAD", "a")
    assert (head.headers["accept-ranges"], head.headers["content-length"]) == ("bytes", "10")
    part = probe.ask("GET", "a", "Range: bytes=8-99", f"If-Match: {etag}")
    assert (part.status, part.body, part.headers["content-range"]) == (206, b"89", "bytes 8-9/10")
    end = probe.ask("GET", "a", "Range: bytes=10-")
    assert (end.status, end.headers["content-range"]) == (416, "bytes */10")
    assert probe.ask("GET", "a", "Range: bytes=0-1", 'If-Match: "other"').status == 412
    whole = probe.ask("GET", "a", "Range: bytes=0-1", 'If-Range: "other"')
    assert (whole.status, whole.body) == (200, b"0123456789")
    assert probe.ask("GET", "a", f"If-None-Match: {etag}").status == 304
    assert probe.ask("HEAD", "a", f"If-None-Match: {etag}").status == 304


def test_bytes_of_a_file_are_never_coded(probe):
    """A strong ETag names bytes; gzip would be others (DAVx5)."""
    probe.put("a.txt", b"text " * 1000)
    answered = probe.ask("GET", "a.txt", "Accept-Encoding: gzip")
    assert "content-encoding" not in answered.headers
    assert len(answered.body) == 5000


def test_listing_is_coded_when_asked(probe):
    """3.46 MB of 10,000 files are 0.17 MB: no peer does it."""
    for number in range(40):
        probe.put(f"document {number:05}.txt".replace(" ", "%20"))
    plain = probe.ask("PROPFIND", "", "Depth: 1")
    coded = probe.ask("PROPFIND", "", "Depth: 1", "Accept-Encoding: deflate, gzip")
    assert coded.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in coded.headers["vary"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert gzip.decompress(coded.body).count(b"<D:response>") == 41
    assert len(coded.body) * 8 < len(plain.body)
