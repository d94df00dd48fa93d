"""What a server adds: properties of its own, reports, headers, checks."""

from dataclasses import dataclass, field

from webdav.model.errors import Forbidden, OutOfSpace, Unprocessable
from webdav.model.extension import Absent, Extensions
from webdav.model.property import LiveProperty
from webdav.model.resource import Located
from webdav.wire.xml import DAV, empty_element

OWN = "http://own.example/ns"
STAR, COUNT, NEVER = (f"{{{OWN}}}{local}" for local in ("star", "count", "never"))


def show_star(resource, _path, around):
    return f"<o:star>{around.fact(OWN, resource)}</o:star>"


def show_path(_resource, path, _around):
    return f"<o:count>{len(path)}</o:count>"


def accept_star(element):
    if element is None:
        return None
    if element.text not in {"0", "1"}:
        raise Unprocessable("0 or 1")
    return int(element.text)


@dataclass
class Stars:
    """A provider that keeps who has a star by id, and notes when it is asked."""

    prefix = "o"
    namespace = OWN
    properties = {  # noqa: RUF012
        STAR: LiveProperty(STAR, show_star, in_allprop=False, accept=accept_star),
        COUNT: LiveProperty(COUNT, show_path, in_allprop=False),
        NEVER: LiveProperty(NEVER, lambda *_: None, in_allprop=False),
    }
    asked: list = field(default_factory=list)

    async def gather(self, resources, asked):
        self.asked.append(([one.path for one in resources], sorted(asked)))
        return {one.resource.id: one.resource.name.upper() for one in resources}


def propfind(*names):
    return b'<D:propfind xmlns:D="DAV:"><D:prop>%s</D:prop></D:propfind>' % (
        "".join(map(empty_element, names)).encode()
    )


def proppatch(name, text):
    element = empty_element(name)[:-2]
    tag = element.partition(" ")[0][1:]
    inner = f"<D:set><D:prop>{element}>{text}</{tag}></D:prop></D:set>"
    return f'<D:propertyupdate xmlns:D="DAV:">{inner}</D:propertyupdate>'.encode()


async def test_properties_of_a_provider_are_written_with_its_prefix(dav):
    await dav("PUT", "/a", b"x")
    provider = Stars()
    dav.extensions = Extensions(properties=(provider,))
    answer = await dav("PROPFIND", "/", propfind(STAR, COUNT, NEVER), depth="1")
    assert f'xmlns:o="{OWN}"'.encode() in answer.body
    assert b"<o:never/>" in answer.body
    row = answer.rows()["/dav/files/a"]
    assert {name: element.text for name, element in row[200].items()} == {STAR: "A", COUNT: "1"}
    assert set(row[404]) == {NEVER}
    assert provider.asked == [([()], [COUNT, NEVER, STAR]), ([("a",)], [COUNT, NEVER, STAR])]


async def test_provider_that_is_not_concerned_looks_nothing_up(dav):
    provider = Stars()
    dav.extensions = Extensions(properties=(provider,))
    await dav("PROPFIND", "/", propfind(f"{DAV}getetag"), depth="1")
    answer = await dav("PROPFIND", "/", b"", depth="0")
    assert provider.asked == []
    assert OWN not in {name.partition("}")[0][1:] for name in answer.rows()["/dav/files/"][200]}


async def test_every_name_is_told(dav):
    dav.extensions = Extensions(properties=(Stars(),))
    body = b'<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>'
    row = (await dav("PROPFIND", "/", body, depth="0")).rows()["/dav/files/"]
    assert {STAR, COUNT, f"{DAV}resourcetype"} <= set(row[200])
    assert row[200][STAR].text is None


async def test_what_a_provider_accepts_reaches_the_backend(dav):
    await dav("PUT", "/a", b"x")
    dav.extensions = Extensions(properties=(Stars(),))
    seen = []

    async def patch(path, changes, _guard):
        seen.append((path, dict(changes.live), dict(changes.stored)))

    dav.backend.patch = patch
    answer = await dav("PROPPATCH", "/a", proppatch(STAR, "1"))
    assert set(answer.rows()["/dav/files/a"]) == {200}
    assert seen == [(("a",), {STAR: 1}, {})]
    answer = await dav("PROPPATCH", "/a", proppatch(STAR, "2"))
    assert set(answer.rows()["/dav/files/a"]) == {422}
    answer = await dav("PROPPATCH", "/a", proppatch(COUNT, "2"))
    assert set(answer.rows()["/dav/files/a"]) == {403}
    assert b"cannot-modify-protected-property" in answer.body
    assert len(seen) == 1


async def test_backend_without_such_a_property_refuses_it(dav):
    await dav("PUT", "/a", b"x")
    dav.extensions = Extensions(properties=(Stars(),))
    answer = await dav("PROPPATCH", "/a", proppatch(STAR, "1"))
    assert set(answer.rows()["/dav/files/a"]) == {403}


ROOT = "{urn:own}everything"


class Everything:
    def __init__(self, backend, refusal=None):
        self.backend = backend
        self.refusal = refusal

    async def find(self, located, _asked):
        if self.refusal:
            raise self.refusal
        async for page in self.backend.children(located.resource):
            yield [Located((*located.path, one.name), one) for one in page]
        yield [Absent(("gone",))]


REPORT = (
    b'<e:everything xmlns:e="urn:own" xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></e:everything>'
)


async def test_report_tells_what_it_finds(dav):
    put = await dav("PUT", "/a", b"x")
    dav.extensions = Extensions(reports={ROOT: Everything(dav.backend)})
    answer = await dav("REPORT", "/", REPORT)
    assert answer.status == 207
    assert answer.rows()["/dav/files/a"][200][f"{DAV}getetag"].text == put.headers["ETag"]
    gone = answer.xml.findall(f"{DAV}response")[-1]
    assert gone.findtext(f"{DAV}status") == "HTTP/1.1 404 Not Found"
    assert "REPORT" in (await dav("OPTIONS", "/")).headers["Allow"]
    supported = await dav("PROPFIND", "/", propfind(f"{DAV}supported-report-set"), depth="0")
    assert b'xmlns:x="urn:own"' in supported.body


async def test_report_that_refuses_is_a_refusal(dav):
    dav.extensions = Extensions(reports={ROOT: Everything(dav.backend, OutOfSpace("full"))})
    assert (await dav("REPORT", "/", REPORT)).status == 507


async def test_unknown_report_is_refused_as_rfc_3253_says(dav):
    answer = await dav("REPORT", "/", b'<D:version-tree xmlns:D="DAV:"/>')
    assert (answer.status, b"supported-report" in answer.body) == (403, True)
    assert (await dav("REPORT", "/none", REPORT)).status == 404
    assert (await dav("REPORT", "/", b"")).status == 400
    assert "REPORT" not in (await dav("OPTIONS", "/")).headers["Allow"]


async def test_headers_are_added_to_answers_about_a_resource(dav):
    dav.extensions = Extensions(headers=lambda resource: {"X-Own": resource.name or "root"})
    assert (await dav("PUT", "/a", b"x")).headers["X-Own"] == "a"
    assert (await dav("GET", "/a")).headers["X-Own"] == "a"
    assert (await dav("COPY", "/a", destination="/b")).headers["X-Own"] == "b"
    assert (await dav("MOVE", "/b", destination="/c")).headers["X-Own"] == "c"
    assert (await dav("MKCOL", "/d")).headers["X-Own"] == "d"


async def test_check_refuses_before_anything_is_done(dav):
    async def check(request, path):
        if "x-bad" in request.headers and path:
            raise Forbidden("bad")

    dav.extensions = Extensions(check=check)
    assert (await dav("PUT", "/a", b"x", x_bad="1")).status == 403
    assert await dav.tree() == {}
    assert (await dav("PUT", "/a", b"x")).status == 201


async def test_caller_is_told_who_it_is_and_what_it_may(dav):
    asked = propfind(f"{DAV}current-user-principal", f"{DAV}current-user-privilege-set")
    row = (await dav("PROPFIND", "/", asked, depth="0")).rows()["/dav/files/"]
    assert set(row[404]) == {f"{DAV}current-user-principal"}
    dav.extensions = Extensions(principal="/dav/principals/ann/", may_write=False)
    answer = await dav("PROPFIND", "/", asked, depth="0")
    row = answer.rows()["/dav/files/"][200]
    assert row[f"{DAV}current-user-principal"].findtext(f"{DAV}href") == "/dav/principals/ann/"
    granted = {one[0].tag for one in row[f"{DAV}current-user-privilege-set"]}
    assert granted == {f"{DAV}read", f"{DAV}read-current-user-privilege-set"}
