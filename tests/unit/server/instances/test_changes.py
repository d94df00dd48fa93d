from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.instances.changes import ChangeIllegal, Changes, changed
from server.instances.context import Context, Contexts
from server.instances.names import DomainIllegal
from server.instances.new_home import NewHome, begun
from server.instances.owner import Owner
from server.instances.record import InstanceRecord

HOME = InstanceRecord(Path(), "a.example", ("www.a.example",), Owner("o", "h"), b"s", quota=5)


def test_what_is_not_said_stays():
    assert changed(HOME, Changes()) == HOME
    sent = msgspec.json.encode(Changes(locale="fr"))
    assert msgspec.json.decode(sent, type=Changes) == Changes(locale="fr")


def test_each_field_is_changed():
    after = changed(
        HOME,
        Changes(locale="fr", timezone="Europe/Paris", quota=None, blocked="spam", moved_to="b"),
    )
    assert (after.locale, after.timezone, after.quota) == ("fr", "Europe/Paris", None)
    assert (after.blocked, after.moved_to) == ("spam", "b")


def test_flags_change_one_by_one_and_null_takes_one_out():
    once = changed(HOME, Changes(flags={"a": 1, "b": True}))
    after = changed(once, Changes(flags={"b": None, "c": None, "d": "x"}))
    assert after.flags == {"a": 1, "d": "x"}
    assert changed(after, Changes(locale="fr")).flags == after.flags


def test_a_home_renamed_leads_on_from_its_old_name():
    once = changed(HOME, Changes(domain="B.example"))
    assert (once.domain, once.former) == ("b.example", ("a.example",))
    back = changed(once, Changes(domain="a.example"))
    assert (back.domain, back.former) == ("a.example", ("b.example",))
    assert changed(once, Changes(remove_aliases=["a.example"])).former == ()
    kept = changed(HOME, Changes(domain="b.example", add_aliases=["a.example"]))
    assert (kept.aliases, kept.former) == (("www.a.example", "a.example"), ())


def test_an_alias_that_becomes_the_name_is_no_alias_any_more():
    after = changed(HOME, Changes(domain="www.a.example"))
    assert (after.domain, after.aliases, after.former) == ("www.a.example", (), ("a.example",))


@pytest.mark.parametrize(
    "changes",
    [
        Changes(remove_aliases=["a.example"]),
        Changes(remove_aliases=["other.example"]),
        Changes(quota=-1),
        Changes(add_aliases=[f"x{n}.example" for n in range(200)]),
    ],
)
def test_what_cannot_be_is_refused(changes):
    with pytest.raises(ChangeIllegal):
        changed(HOME, changes)


def test_a_name_that_is_none_is_refused():
    with pytest.raises(DomainIllegal):
        changed(HOME, Changes(domain="a b"))


NAMES = st.sampled_from(["a.example", "b.example", "c.example", "www.a.example"])


@given(st.lists(st.tuples(st.sampled_from(["domain", "add", "remove"]), NAMES), max_size=8))
def test_no_name_is_there_twice_however_a_home_is_renamed(steps):
    record = HOME
    for verb, name in steps:
        changes = {
            "domain": Changes(domain=name),
            "add": Changes(add_aliases=[name]),
            "remove": Changes(remove_aliases=[name]),
        }[verb]
        before = record
        try:
            record = changed(record, changes)
        except ChangeIllegal:
            continue
        assert len(set(record.hosts)) == len(record.hosts)
        assert before.domain in record.hosts


def test_a_home_begins_as_its_context_says():
    contexts = Contexts({"default": Context(), "school": Context(quota=7, locale="fr")})
    first = begun(NewHome(domain="x", context="school"), contexts)
    assert (first.context, first.quota, first.locale) == ("school", 7, "fr")
    second = begun(NewHome(domain="x", context="school", quota=None, locale="en"), contexts)
    assert (second.quota, second.locale) == (None, "en")
    with pytest.raises(ChangeIllegal, match="there are default, school"):
        begun(NewHome(domain="x", context="none"), contexts)
