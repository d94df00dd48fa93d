import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctypes.files import paths
from doctypes.files.errors import TooDeep

NAME = st.text(alphabet="ab .é", min_size=1, max_size=3)
PATH = st.lists(NAME, max_size=5).map(lambda names: "/" + "/".join(names))


@given(PATH, NAME)
def test_joined_and_parted_are_inverse(parent, name):
    assert paths.parted(paths.joined(parent, name)) == (parent, name)


@given(PATH)
def test_names_make_the_path_again(path):
    made = paths.ROOT_PATH
    for name in paths.names_of(path):
        made = paths.joined(made, name)
    assert made == path


@given(PATH, PATH)
def test_below_means_that_all_names_of_the_upper_come_first(lower, upper):
    names, above = paths.names_of(lower), paths.names_of(upper)
    assert paths.is_below(lower, upper) == (names[: len(above)] == above)


@given(PATH, st.lists(NAME, min_size=1, max_size=3), PATH.filter(lambda path: path != "/"))
def test_what_is_below_goes_along(new, rest, old):
    below = old + "/" + "/".join(rest)
    assert paths.names_of(paths.rebased(below, old, new if new != "/" else "/x"))[-len(rest) :] == (
        rest
    )


def test_a_longer_name_is_not_below():
    assert not paths.is_below("/ab", "/a")


@pytest.mark.parametrize(
    ("path", "inside"),
    [("/.cozy_trash", False), ("/.cozy_trash/a", True), ("/.cozy_trash2/a", False), ("/", False)],
)
def test_the_trash_is_not_in_itself(path, inside):
    assert paths.is_in_trash(path) is inside


def test_512_names_are_enough():
    assert paths.checked_depth("/d" * 512) == "/d" * 512
    with pytest.raises(TooDeep):
        paths.checked_depth("/d" * 513)
