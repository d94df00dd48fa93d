"""The guard of one database against rules read plainly: what is refused changes nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.permission_set import PermissionSet
from doctypes.permissions.rule import Rule, Verb
from replication.core.document import Edit
from replication.core.errors import DocumentMissing, ReplicationError
from replication.store.memory import MemoryDocumentStore
from server.permissions.guarded_database import GuardedDatabase

NOTES = "org.example.notes"
IDS, GROUPS = ["a", "b", "c"], ["mine", "theirs"]

verbs = st.sets(st.sampled_from(list(Verb)), min_size=1).map(frozenset)
rules = st.one_of(
    st.builds(Rule, st.just(NOTES), verbs),
    st.builds(Rule, st.just("org.example.others"), verbs),
    st.builds(Rule, st.just(NOTES), verbs, st.sampled_from(IDS).map(lambda one: (one,))),
    st.builds(
        Rule, st.just(NOTES), verbs, st.sampled_from(GROUPS).map(lambda g: (g,)), st.just("group")
    ),
)
edits = st.tuples(st.sampled_from(IDS), st.sampled_from([*GROUPS, None]), st.booleans())
"""A document, its group from then on (None: deleted), and whether its revision is known."""


def allowed(given_rules, verb, document_id, group):
    """Tell it as the rules read: the type, the verb, and the id or the group if it is named."""
    for rule in given_rules:
        if rule.type != NOTES or verb not in rule.verbs:
            continue
        if not rule.values or (group if rule.selector else document_id) in rule.values:
            return True
    return False


def model_allows(given_rules, document_id, before, after):
    changes = Verb.POST if before is None else Verb.PUT
    verb = Verb.DELETE if after is None else changes
    whole = any(r.type == NOTES and verb in r.verbs and not r.values for r in given_rules)
    sides = [group for group in (before, after) if group is not None]
    return whole or (
        bool(sides) and all(allowed(given_rules, verb, document_id, group) for group in sides)
    )


async def state(database):
    """Return the groups of the documents that live."""
    rows = await database.get_many(IDS)
    return {
        row.document_id: json.loads(row.body)["group"] for row in rows if row and not row.deleted
    }


def edit_of(row, document_id, group, *, knows):
    base = row.revision if row is not None and not row.deleted and knows else None
    body = b"{}" if group is None else json.dumps({"group": group}).encode()
    return Edit(document_id, body, deleted=group is None, base=base)


@given(st.lists(rules, max_size=3), st.lists(edits, min_size=1, max_size=8))
async def test_an_edit_is_written_when_the_rules_allow_it_and_else_changes_nothing(
    given_rules, asked
):
    whole = await MemoryDocumentStore().create(NOTES)
    await whole.write([Edit("a", b'{"group":"mine"}'), Edit("b", b'{"group":"theirs"}')])
    guarded = GuardedDatabase(whole, PermissionSet(tuple(given_rules)))
    for document_id, group, knows in asked:
        before = await state(whole)
        (row,) = await whole.get_many([document_id])
        edit = edit_of(row, document_id, group, knows=knows)
        if not model_allows(given_rules, document_id, before.get(document_id), group):
            with pytest.raises(PermissionDenied):
                await guarded.write([edit])
            assert await state(whole) == before
            continue
        (outcome,) = await guarded.write([edit])
        expected = dict(before)
        if not isinstance(outcome, ReplicationError):
            expected.pop(document_id, None)
            if group is not None:
                expected[document_id] = group
        assert await state(whole) == expected


@given(st.lists(rules, max_size=3))
async def test_a_document_is_read_when_the_rules_allow_it(given_rules):
    whole = await MemoryDocumentStore().create(NOTES)
    groups = {"a": "mine", "b": "theirs"}
    await whole.write([Edit(i, json.dumps({"group": g}).encode()) for i, g in groups.items()])
    guarded = GuardedDatabase(whole, PermissionSet(tuple(given_rules)))
    for document_id, group in groups.items():
        reads = (guarded.get, guarded.leaves, guarded.bodies_of)
        for read in reads:
            if allowed(given_rules, Verb.GET, document_id, group):
                await read(document_id)
            else:
                with pytest.raises(PermissionDenied):
                    await read(document_id)
    with pytest.raises(DocumentMissing):
        await guarded.get("c")
    if not any(r.type == NOTES and Verb.GET in r.verbs and not r.values for r in given_rules):
        for verb in ("info", "changes", "all_docs", "revs_diff", "get_local", "indexes", "purge"):
            with pytest.raises(PermissionDenied):
                getattr(guarded, verb)
