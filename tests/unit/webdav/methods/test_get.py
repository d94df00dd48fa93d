import base64
import hashlib

import pytest

from webdav.methods.listing import spelt_size


async def test_get_returns_the_file_with_its_headers(dav):
    put = await dav("PUT", "/a.txt", b"hello")
    answer = await dav("GET", "/a.txt")
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.headers["ETag"] == put.headers["ETag"]
    assert answer.headers["Last-Modified"] == put.headers["Last-Modified"]
    assert answer.headers["Content-Length"] == "5"
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_head_has_the_headers_of_get_and_no_body(dav):
    await dav("PUT", "/a.txt", b"hello")
    whole, head = await dav("GET", "/a.txt"), await dav("HEAD", "/a.txt")
    assert (head.status, head.headers, head.body) == (whole.status, whole.headers, b"")
    assert (await dav("HEAD", "/a.txt", Range="bytes=1-2")).status == 200
    assert (await dav("HEAD", "/missing")).body == b""


async def test_get_of_an_empty_file(dav):
    await dav("PUT", "/a.txt")
    answer = await dav("GET", "/a.txt")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "0")


async def test_get_of_nothing_is_404(dav):
    assert (await dav("GET", "/a.txt")).status == 404
    await dav("PUT", "/a.txt", b"x")
    assert (await dav("GET", "/a.txt/b")).status == 404


async def test_range_is_a_part(dav):
    await dav("PUT", "/a.txt", b"0123456789")
    answer = await dav("GET", "/a.txt", Range="bytes=2-4")
    assert (answer.status, answer.body) == (206, b"234")
    assert answer.headers["Content-Range"] == "bytes 2-4/10"
    assert answer.headers["Content-Length"] == "3"


async def test_range_of_another_state_is_the_whole(dav):
    etag = (await dav("PUT", "/a.txt", b"0123456789")).headers["ETag"]
    assert (await dav("GET", "/a.txt", Range="bytes=2-4", If_Range=etag)).status == 206
    assert (await dav("GET", "/a.txt", Range="bytes=2-4", If_Range='"old"')).status == 200


async def test_range_behind_the_end_is_416(dav):
    await dav("PUT", "/a.txt", b"0123456789")
    answer = await dav("GET", "/a.txt", Range="bytes=10-")
    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */10")


async def test_get_of_a_known_state_is_304(dav):
    etag = (await dav("PUT", "/a.txt", b"hello")).headers["ETag"]
    answer = await dav("GET", "/a.txt", If_None_Match=etag)
    assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag)
    assert (await dav("GET", "/a.txt", If_None_Match='"old"')).status == 200
    assert (await dav("GET", "/a.txt", If_Match='"old"')).status == 412


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xml", "a.xhtml"])
async def test_active_content_runs_in_a_sandbox(dav, name):
    await dav("PUT", f"/{name}", b"<script>")
    headers = (await dav("GET", f"/{name}")).headers
    assert headers["Content-Security-Policy"].startswith("sandbox")


async def test_inert_content_has_no_sandbox(dav):
    await dav("PUT", "/a.pdf", b"%PDF")
    assert "Content-Security-Policy" not in (await dav("GET", "/a.pdf")).headers


async def test_type_the_client_names_counts_where_the_name_tells_nothing(dav):
    await dav("PUT", "/a", b"x", Content_Type="text/calendar")
    await dav("PUT", "/b", b"x", Content_Type="application/x-www-form-urlencoded")
    assert (await dav("GET", "/a")).headers["Content-Type"] == "text/calendar"
    assert (await dav("GET", "/b")).headers["Content-Type"] == "application/octet-stream"


async def test_collection_is_a_page_with_nothing_to_run(dav):
    await dav("MKCOL", "/sub")
    await dav("PUT", "/sub/%3Cimg%20src=x%3E&'%22.txt", b"hello")
    await dav("MKCOL", "/sub/inner")
    answer = await dav("GET", "/sub/")
    page = answer.body.decode()
    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "&lt;img src=x&gt;&amp;&#x27;&quot;.txt" in page
    assert 'href="/dav/files/sub/%3Cimg%20src=x%3E%26%27%22.txt"' in page
    assert 'href="/dav/files/sub/inner/"' in page
    assert 'href="/dav/files/"' in page
    assert "<img" not in page


async def test_page_s_style_is_admitted_by_its_hash_and_nothing_else_is(dav):
    answer = await dav("GET", "/")
    style = answer.body.decode().split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("size", "spelt"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1536, "1.54 kB"), (10**6, "1 MB"),
     (5 * 10**9, "5 GB"), (123 * 10**12, "123 TB")],
)  # fmt: skip
def test_sizes_are_spelt_as_people_do(size, spelt):
    assert spelt_size(size) == spelt


async def test_root_has_no_way_up(dav):
    page = (await dav("GET", "/")).body.decode()
    assert "href" not in page
    assert (await dav("HEAD", "/")).body == b""
