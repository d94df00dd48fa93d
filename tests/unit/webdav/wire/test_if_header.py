import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdav.model.errors import BadRequest
from webdav.wire.if_header import Condition, ConditionList, IfHeader, State, parse_if

URLS = st.text(st.characters(exclude_characters="<>", exclude_categories=["Cs"]), min_size=1)
TAGS = st.text(st.characters(exclude_characters="[]", exclude_categories=["Cs"]), min_size=1)
CONDITIONS = st.one_of(
    st.builds(Condition, URLS, st.just(False), st.booleans()),
    st.builds(Condition, TAGS, st.just(True), st.booleans()),
)
LISTS = st.lists(CONDITIONS, min_size=1, max_size=3).map(tuple)
HEADERS = st.one_of(
    st.lists(LISTS.map(lambda one: ConditionList(None, one)), min_size=1, max_size=3),
    st.lists(st.builds(ConditionList, URLS, LISTS), min_size=1, max_size=3),
).map(lambda lists: IfHeader(tuple(lists)))


def render(header):
    words = []
    for one in header.lists:
        words += [] if one.tag is None else [f"<{one.tag}>"]
        words.append("(")
        for condition in one.conditions:
            words += ["Not"] if condition.negated else []
            words.append(f"[{condition.value}]" if condition.is_etag else f"<{condition.value}>")
        words.append(")")
    return " ".join(words)


@given(HEADERS)
def test_header_reads_back(header):
    assert parse_if(render(header)) == header


@given(st.text())
def test_any_text_is_a_header_or_refused(text):
    with contextlib.suppress(BadRequest):
        assert parse_if(text).lists


@pytest.mark.parametrize(
    "text",
    ["", "()", "(", "<a>", "(<a>", "(Not)", "<a> <b> (<c>)", "(<a>) <b> (<c>)", "nonsense",
     "(a)", "([a)", "(<a>) x", ")"],
)  # fmt: skip
def test_what_is_not_the_grammar_is_refused(text):
    with pytest.raises(BadRequest):
        parse_if(text)


def test_a_tag_goes_for_all_lists_up_to_the_next():
    header = parse_if("</a> (<t>) ([e]) </b> (Not <u>)")
    assert [one.tag for one in header.lists] == ["/a", "/a", "/b"]
    assert header.tokens == {"t", "u"}
    assert header.tags == {"/a", "/b"}


STATE = State('"e"', frozenset({"t"}))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (None, True),
        ("(<t>)", True),
        ("(<u>)", False),
        ('(["e"])', True),
        ('([W/"e"])', False),
        ('(<t> ["e"])', True),
        ('(<t> ["x"])', False),
        ('(<t> ["x"]) (Not <u>)', True),
        ("(Not <DAV:no-lock>)", True),
        ("(<DAV:no-lock>)", False),
        ('(not ["e"]) (<u>)', False),
    ],
)
def test_header_holds_if_one_list_does(text, holds):
    assert parse_if(text).holds({None: STATE}) is holds


def test_lists_are_about_what_their_tag_names():
    header = parse_if('</a> (["e"]) </b> (["f"])')
    assert header.holds({"/a": State(), "/b": State('"f"')})
    assert not header.holds({"/a": State('"f"'), "/b": State('"e"')})
