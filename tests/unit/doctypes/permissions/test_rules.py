"""Rules and sets of them, held to Cozy's grammar and to what they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctypes.permissions.errors import DoctypeReserved, PermissionDenied, RuleIllegal
from doctypes.permissions.permission_set import EVERYTHING, NOTHING, PermissionSet
from doctypes.permissions.reserved import require_readable, require_writable
from doctypes.permissions.rule import ALL_VERBS, Rule, Subject, Verb
from doctypes.permissions.scope import (
    parse_rule,
    parse_rules,
    parse_scope,
    render_rule,
    render_rules,
    render_scope,
    titled,
)

FILES, CONTACTS = "io.cozy.files", "io.cozy.contacts"
DISK_USAGE = "io.cozy.settings.disk-usage"
DESKTOP = f"io.cozy.files io.cozy.settings:GET:{DISK_USAGE} io.cozy.jobs:POST:sendmail:worker"
# Titles, ids and the like: whatever the grammar has no meaning for.
words = st.text(st.characters(exclude_characters=":, \t\n", categories=["L", "N"]), min_size=1)
rules = st.builds(
    Rule,
    st.sampled_from([FILES, CONTACTS, "io.cozy.bank.operations", "io.cozy.bank.*"]),
    st.sets(st.sampled_from(list(Verb)), min_size=1).map(frozenset),
    st.lists(words, max_size=2).map(tuple),
    st.just(""),
)


def test_the_scope_of_a_desktop_client_is_read():
    files, settings, jobs = parse_scope(DESKTOP).rules
    assert files == Rule(FILES)
    assert settings == Rule(
        "io.cozy.settings", frozenset({Verb.GET}), ("io.cozy.settings.disk-usage",)
    )
    assert jobs == Rule("io.cozy.jobs", frozenset({Verb.POST}), ("sendmail",), "worker")


@pytest.mark.parametrize(
    "text", ["", "  ", "IO.cozy", "io.cozy.files:FETCH", "io.cozy.*", "a:*", "* x", "*:GET"]
)
def test_what_is_no_scope_is_refused(text):
    with pytest.raises(RuleIllegal):
        parse_scope(text)


@given(st.lists(rules, min_size=1, max_size=4))
def test_a_scope_is_read_as_it_was_written(found):
    permissions = PermissionSet(tuple(found))
    assert parse_scope(render_scope(permissions)) == permissions
    by_title = titled(permissions)
    assert parse_rules(render_rules(by_title)) == by_title


def test_everything_is_a_star():
    assert parse_scope(" * ") == EVERYTHING
    assert render_scope(EVERYTHING) == "*"
    assert EVERYTHING.allows_type(Verb.DELETE, "io.cozy.anything")


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {"verbs": ["GET"]},
        {"type": 1},
        {"type": FILES, "verbs": "GET"},
        {"type": FILES, "values": [1]},
        {"type": FILES, "selector": 2},
    ],
)
def test_json_that_is_no_rule_is_refused(told):
    with pytest.raises(RuleIllegal):
        parse_rule(told)


def test_rules_must_be_an_object():
    with pytest.raises(RuleIllegal):
        parse_rules([{"type": FILES}])


def test_a_rule_keeps_what_it_says_of_itself():
    told = {
        "type": FILES,
        "description": "Needed",
        "verbs": ["ALL"],
        "selector": "mime",
        "values": ["a"],
    }
    assert render_rule(parse_rule(told)) == told


@pytest.mark.parametrize(
    ("rule", "doctype", "covered"),
    [
        ("io.cozy.bank.*", "io.cozy.bank.operations", True),
        ("io.cozy.bank.*", "io.cozy.bank", True),
        ("io.cozy.bank.*", "io.cozy.banking", False),
        (FILES, "io.cozy.files.versions", False),
    ],
)
def test_wildcards_cover_their_family(rule, doctype, covered):
    assert Rule(rule).covers_type(doctype) is covered
    assert Rule(rule).allows_type(Verb.GET, doctype) is covered


@pytest.mark.parametrize(
    ("rule", "subject", "allowed"),
    [
        (Rule(FILES), Subject("a", {}), True),
        (Rule(FILES, values=("a",)), Subject("a", {}), True),
        (Rule(FILES, values=("a",)), Subject("b", {}), False),
        (Rule(FILES, values=("folder",)), Subject("b", {}, ("root", "folder")), True),
        (Rule(FILES, values=("x",), selector="mime"), Subject("x", {"mime": "y"}), False),
        (Rule(FILES, values=("y",), selector="mime"), Subject("x", {"mime": "y"}), True),
        (
            Rule(FILES, values=("io.cozy.photos.albums/1",), selector="referenced_by"),
            Subject("x", {"referenced_by": [{"type": "io.cozy.photos.albums", "id": "1"}]}),
            True,
        ),
        (Rule(FILES, values=("1",), selector="n"), Subject("x", {"n": 1}), False),
        (Rule(FILES, frozenset({Verb.POST})), Subject("a", {}), False),
        (Rule(CONTACTS), Subject("a", {}), False),
    ],
)
def test_a_rule_allows_the_documents_it_names(rule, subject, allowed):
    permissions = PermissionSet((rule,))
    assert permissions.allows(Verb.GET, FILES, subject) is allowed
    if not allowed:
        with pytest.raises(PermissionDenied, match=r"GET io\.cozy\.files"):
            permissions.require(Verb.GET, FILES, subject)


def test_a_rule_for_some_is_none_for_the_type():
    some = PermissionSet((Rule(FILES, values=("a",)),))
    assert not some.allows_type(Verb.GET, FILES)
    assert some.may_allow(Verb.GET, FILES)
    assert not some.may_allow(Verb.GET, CONTACTS)
    with pytest.raises(PermissionDenied):
        some.require_type(Verb.GET, FILES)


@given(rules, rules, st.sampled_from(list(Verb)), words)
def test_what_a_contained_rule_allows_the_other_allows_too(big, small, verb, name):
    if PermissionSet((big,)).contains(PermissionSet((small,))):
        for doctype in (FILES, CONTACTS, "io.cozy.bank.operations"):
            for document_id in (name, *small.values):
                subject = Subject(document_id, {})
                if small.allows(verb, doctype, subject):
                    assert big.allows(verb, doctype, subject)


def test_sets_contain_smaller_ones():
    files = PermissionSet((Rule(FILES),))
    reading = PermissionSet((Rule(FILES, frozenset({Verb.GET}), ("a",)),))
    assert files.contains(reading)
    assert not reading.contains(files)
    assert EVERYTHING.contains(files)
    assert not files.contains(EVERYTHING)
    assert files.contains(NOTHING)
    assert NOTHING.joined([Rule(FILES)]) == files
    assert not PermissionSet((Rule("io.cozy.bank.operations"),)).contains(
        PermissionSet((Rule("io.cozy.bank.*"),))
    )


def test_reserved_types_have_their_own_doors():
    with pytest.raises(DoctypeReserved, match=r"reserved doctype io\.cozy\.permissions unreadable"):
        require_readable("io.cozy.permissions")
    with pytest.raises(DoctypeReserved, match=r"reserved doctype io\.cozy\.files unwritable"):
        require_writable(FILES)
    with pytest.raises(DoctypeReserved, match="unreadable"):
        require_writable("io.cozy.sessions")
    require_readable(FILES)
    require_writable(CONTACTS)
    assert Rule(FILES).verbs == ALL_VERBS
