"""RFC 5323's questions, as values; and SEARCH over a source that answers with what it was given."""

import pytest

from webdav.extensions.basicsearch import parse_search
from webdav.model.errors import DavError
from webdav.model.extension import Extensions
from webdav.model.resource import Located
from webdav.model.search import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Contains,
    IsCollection,
    IsDefined,
    Not,
    Order,
    Question,
    Scope,
)
from webdav.wire.xml import DAV, parse_xml


def request(where="", *, scope="<d:scope><d:href>/p/q</d:href></d:scope>", rest="", select=""):
    return (
        '<d:searchrequest xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:basicsearch>'
        f"{select}<d:from>{scope}</d:from>{where}{rest}</d:basicsearch></d:searchrequest>"
    ).encode()


def parse(text):
    return parse_search(parse_xml(text), lambda href: tuple(filter(None, href.split("/"))))


def prop(name):
    return f"<d:prop><{name}/></d:prop>"


def compare(word, name, literal, attributes=""):
    return f"<d:{word}{attributes}>{prop(name)}<d:literal>{literal}</d:literal></d:{word}>"


def test_question_of_a_photo_gallery():
    where = (
        "<d:where><d:and>"
        + compare("like", "d:getcontenttype", "image/%")
        + "<d:not><d:is-collection/></d:not>"
        + "<d:or>"
        + compare("gte", "oc:size", "10")
        + compare("eq", "oc:fileid", "7", ' caseless="no"')
        + "</d:or></d:and></d:where>"
    )
    order = f"<d:orderby><d:order>{prop('d:getlastmodified')}<d:descending/></d:order></d:orderby>"
    page = (
        '<d:limit><d:nresults>30</d:nresults><n:firstresult xmlns:n="https://n">60</n:firstresult>'
        "</d:limit>"
    )
    question, shown = parse(
        request(where, rest=order + page, select=f"<d:select>{prop('d:getetag')}</d:select>")
    )
    size, file_id = "{http://owncloud.org/ns}size", "{http://owncloud.org/ns}fileid"
    assert question == Question(
        (Scope(("p", "q")),),
        AllOf(
            (
                Compare(Comparison.LIKE, f"{DAV}getcontenttype", "image/%"),
                Not(IsCollection()),
                AnyOf(
                    (
                        Compare(Comparison.GREATER_OR_EQUAL, size, "10"),
                        Compare(Comparison.EQUAL, file_id, "7", is_caseless=False),
                    )
                ),
            )
        ),
        (Order(f"{DAV}getlastmodified", is_descending=True),),
        30,
        60,
    )
    assert [one.tag for one in shown] == [f"{DAV}getetag"]


@pytest.mark.parametrize(("word", "depth"), [("0", 0), ("1", 1), ("infinity", None)])
def test_scope_has_a_depth(word, depth):
    scope = f"<d:scope><d:href>/p</d:href><d:depth>{word}</d:depth></d:scope>"
    question, shown = parse(request(scope=scope))
    assert question == Question((Scope(("p",), depth),))
    assert shown is None


def test_words_and_definitions():
    where = (
        "<d:where><d:and><d:contains>tax form</d:contains>"
        f"<d:is-defined>{prop('d:x')}</d:is-defined></d:and></d:where>"
    )
    assert parse(request(where))[0].where == AllOf((Contains("tax form"), IsDefined(f"{DAV}x")))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b'<d:searchrequest xmlns:d="DAV:"><d:sql/></d:searchrequest>', 422),
        (b'<d:basicsearch xmlns:d="DAV:"/>', 400),
        (request(scope=""), 400),
        (request(scope="<d:scope><d:href>/</d:href><d:depth>2</d:depth></d:scope>"), 400),
        (request("<d:where/>"), 400),
        (request("<d:where><d:language-matches/></d:where>"), 422),
        (request(f"<d:where><d:eq>{prop('d:x')}</d:eq></d:where>"), 400),
        (request("<d:where><d:eq><d:literal>1</d:literal></d:eq></d:where>"), 400),
        (request("<d:where>" + compare("eq", "d:x", "1") * 2 + "</d:where>"), 400),
        (request("<d:where><d:and>" + compare("eq", "d:x", "1") * 300 + "</d:and></d:where>"), 422),
        (request("<d:where>" + "<d:not>" * 300 + "</d:not>" * 300 + "</d:where>"), 400),
        (request(rest="<d:limit><d:nresults>many</d:nresults></d:limit>"), 400),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(text, status):
    with pytest.raises(DavError) as refused:
        parse(text)
    assert refused.value.status == status


class Found:
    def __init__(self, backend):
        self.backend = backend
        self.question = None

    async def search(self, question):
        self.question = question
        for scope in question.scopes:
            yield [Located(scope.path, await self.backend.lookup(scope.path))]


async def test_search_shows_what_its_source_finds(dav):
    await dav("PUT", "/a", b"x")
    dav.extensions = Extensions(search=Found(dav.backend))
    scope = "<d:scope><d:href>/dav/files/a</d:href></d:scope>"
    select = f"<d:select>{prop('d:getcontentlength')}</d:select>"
    answer = await dav("SEARCH", "/", request(scope=scope, select=select))
    assert answer.status == 207
    assert answer.rows()["/dav/files/a"][200][f"{DAV}getcontentlength"].text == "1"
    options = await dav("OPTIONS", "/")
    assert options.headers["DASL"] == "<DAV:basicsearch>"
    assert "SEARCH" in options.headers["Allow"]


async def test_search_elsewhere_is_refused(dav):
    dav.extensions = Extensions(search=Found(dav.backend))
    scope = "<d:scope><d:href>/other</d:href></d:scope>"
    assert (await dav("SEARCH", "/", request(scope=scope))).status == 502


async def test_nobody_searches_where_nothing_can_be_searched(dav):
    assert (await dav("SEARCH", "/", request())).status == 405
    assert "SEARCH" not in (await dav("OPTIONS", "/")).headers["Allow"]
