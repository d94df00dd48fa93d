from datetime import UTC, datetime

import pytest

from webdav.model.lock import Lock, Scope, is_opened

EXCLUSIVE, SHARED = Scope.EXCLUSIVE, Scope.SHARED


def lock(root, scope=EXCLUSIVE, *, is_deep=True, token="t", principal="me"):
    return Lock(token, root, is_deep, scope, "", principal, 600, datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("root", "is_deep", "path", "covered"),
    [
        (("a",), False, ("a",), True),
        (("a",), False, ("a", "b"), False),
        (("a",), True, ("a", "b", "c"), True),
        (("a",), True, ("ab",), False),
        (("a", "b"), True, ("a",), False),
        ((), True, ("a",), True),
    ],
)
def test_lock_covers_its_root_and_if_deep_all_below(root, is_deep, path, covered):
    assert lock(root, is_deep=is_deep).covers(path) is covered


def test_only_shared_locks_stand_beside_each_other():
    assert lock((), EXCLUSIVE).excludes(SHARED)
    assert lock((), SHARED).excludes(EXCLUSIVE)
    assert lock((), EXCLUSIVE).excludes(EXCLUSIVE)
    assert not lock((), SHARED).excludes(SHARED)


def test_a_place_is_opened_by_one_token_of_its_own_principal():
    mine, theirs = lock((), SHARED, token="1"), lock((), SHARED, token="2", principal="you")
    assert is_opened([], frozenset(), "me")
    assert not is_opened([mine], frozenset(), "me")
    assert is_opened([mine], frozenset({"1"}), "me")
    assert not is_opened([mine], frozenset({"1"}), "you")
    assert is_opened([mine, theirs], frozenset({"2"}), "you")
    assert not is_opened([mine, theirs], frozenset({"3"}), "me")
