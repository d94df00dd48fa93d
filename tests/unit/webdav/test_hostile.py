"""Whatever comes in, an answer goes out, and it is never the server's fault."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from webdav.handler import ALLOWED

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
WORDS = st.sampled_from(
    ["0", "1", "infinity", "T", "F", "*", '"e"', 'W/"e"', "(<t>)", '(["e"])', "(Not <t>) (<t>)",
     "/dav/files/b", "http://home.example/dav/files/c/d", "bytes=0-", "bytes=-1", "bytes=5-2",
     "Second-10", "Infinite", "gzip", "gzip;q=", "784111777", "Mon, 23 Nov 2026 12:00:00 GMT",
     "return=minimal", "application/xml", "<t>", "SHA1:00", "http://[", "</dav/files/a> (<t>)",
     "9" * 30, "-1", "chunked", "identity", "t"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["depth", "overwrite", "destination", "if", "if-match", "if-none-match", "if-range", "range",
     "if-modified-since", "if-unmodified-since", "timeout", "lock-token", "content-type", "brief",
     "content-length", "transfer-encoding", "x-oc-mtime", "oc-checksum", "content-md5", "prefer",
     "content-digest", "accept-encoding", "x-expected-entity-length", "content-range",
     "content-encoding", "host", "forwarded"]
)  # fmt: skip
INNER = st.sampled_from(
    ["prop", "set", "remove", "propname", "allprop", "include", "lockscope", "locktype",
     "exclusive", "owner", "resourcetype", "collection", "getlastmodified", "displayname"]
)  # fmt: skip
ELEMENTS = st.recursive(
    st.sampled_from(["", "text", "&amp;", "<o:x/>", "<a:getetag/>", "<a:write/>", "<a:shared/>"]),
    lambda inner: st.builds("<a:{0}>{1}{2}</a:{0}>".format, INNER, inner, inner),
    max_leaves=8,
)
DOCUMENTS = st.builds(
    '<a:{0} xmlns:a="DAV:" xmlns:o="urn:o">{1}{2}</a:{0}>'.format,
    st.sampled_from(["propfind", "propertyupdate", "lockinfo", "mkcol"]),
    ELEMENTS,
    ELEMENTS,
).map(str.encode)
REQUESTS = st.tuples(
    st.sampled_from(ALLOWED),
    st.one_of(st.sampled_from(["/", "/a", "/c", "/c/d", "/new"]), TEXT.map("/{}".format)),
    st.one_of(st.just(b""), DOCUMENTS, st.binary(max_size=30)),
    st.dictionaries(NAMES, st.one_of(WORDS, TEXT), max_size=4),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(REQUESTS, min_size=1, max_size=4))
def test_any_requests_are_answered(new_dav, requests):
    dav = new_dav()

    async def run():
        await dav("PUT", "/a", b"A")
        await dav("MKCOL", "/c")
        await dav("PUT", "/c/d", b"D")
        for method, path, body, headers in requests:
            answer = await dav(method, path, body, **headers)
            assert 200 <= answer.status < 500 or answer.status in {502, 507}
        await dav.tree()

    asyncio.run(run())
