"""What a device sees, by hand for what people write, and by properties for what holds always."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doctypes.files.paths import ROOT_PATH, is_below, names_of, parted
from doctypes.profiles.presets import PRESETS, preset_of
from doctypes.profiles.profile import Mode, Profile, Rule
from doctypes.profiles.resolving import folders_of, resolved
from doctypes.profiles.view import WHOLE, Item, View

MB = 1_000_000
PHOTO = {"mime": "image/jpeg", "file_class": "image"}


def file(path, size=10, **kind):
    return Item(path, size=size, **kind)


def folder(path):
    return Item(path, is_directory=True)


def seen(profile, *items, paths=None, excluded=()):
    view = resolved(profile, paths or {}, excluded)
    return [item.path for item in items if view.shows(item)]


def test_without_a_profile_all_is_seen():
    assert resolved(Profile(), {}) is WHOLE
    assert WHOLE.is_everything
    assert WHOLE.shows(file("/a"))
    assert WHOLE.below("/a") is True


def test_rules_rest_in_the_mode_all():
    profile = Profile(Mode.ALL, (Rule(path="/Photos", show=False),))
    assert resolved(profile, {}) is WHOLE


def test_an_excluded_folder_goes_with_all_below_it():
    profile = Profile(Mode.EXCLUDE, (Rule(path="/Photos"),))
    shown = seen(
        profile,
        folder("/Photos"),
        file("/Photos/a.jpg"),
        folder("/Photos2"),
        file("/x"),
        folder("/"),
    )
    assert shown == ["/Photos2", "/x", "/"]


def test_what_leads_to_an_included_folder_holds_nothing_else():
    profile = Profile(Mode.INCLUDE, (Rule(folder="work-id"),))
    shown = seen(
        profile,
        folder("/Documents"),
        file("/Documents/private.txt"),
        folder("/Documents/Other"),
        folder("/Documents/Work"),
        file("/Documents/Work/deep/a.txt"),
        folder("/Music"),
        paths={"work-id": "/Documents/Work"},
    )
    assert shown == ["/Documents", "/Documents/Work", "/Documents/Work/deep/a.txt"]


def test_a_rule_for_a_folder_follows_it_and_ends_with_it():
    profile = Profile(Mode.INCLUDE, (Rule(folder="id"),))
    assert folders_of(profile) == ["id"]
    assert seen(profile, folder("/New"), folder("/Old"), paths={"id": "/New"}) == ["/New"]
    assert seen(profile, folder("/New"), folder("/Old"), folder("/")) == ["/"]


def test_the_first_rule_decides():
    one = Profile(Mode.EXCLUDE, (Rule(path="/Photos/2026", show=True), Rule(path="/Photos")))
    items = folder("/Photos"), file("/Photos/old"), folder("/Photos/2026"), file("/Photos/2026/a")
    assert seen(one, *items) == ["/Photos", "/Photos/2026", "/Photos/2026/a"]
    other = Profile(Mode.EXCLUDE, (Rule(path="/Photos"), Rule(path="/Photos/2026", show=True)))
    assert seen(other, *items) == []


def test_size_and_type_hide_files_and_no_folders():
    photos, small = PRESETS["photos-only"], PRESETS["up-to-50-mb"]
    items = folder("/a"), file("/a/x.jpg", **PHOTO), file("/a/x.txt", mime="text/plain")
    assert seen(photos, *items) == ["/a", "/a/x.jpg"]
    assert seen(PRESETS["no-media"], *items) == ["/a", "/a/x.txt"]
    assert seen(small, file("/a", 50 * MB), file("/b", 50 * MB + 1), folder("/c")) == ["/a", "/c"]


def test_types_may_be_halves_of_media_types():
    profile = Profile(Mode.INCLUDE, (Rule(types=("image/*", "application/pdf")),))
    items = file("/a", mime="image/png"), file("/b", mime="application/pdf"), file("/c", mime="x/y")
    assert seen(profile, *items) == ["/a", "/b"]


@pytest.mark.parametrize(
    ("glob", "path", "taken"),
    [
        ("*.tmp", "/a/b.TMP", True),
        ("*.tmp", "/a/b.tmp.txt", False),
        ("node_modules", "/code/node_modules/x/y.js", True),
        ("cache/*", "/cache/x/y", True),
        ("cache/*", "/deep/cache/x", False),
        ("~$*", "/~$letter.docx", True),
        ("é*", "/e\u0301t\u00e9", True),
    ],
)
def test_patterns(glob, path, taken):
    assert (seen(Profile(Mode.EXCLUDE, (Rule(glob=glob),)), file(path)) == []) is taken


def test_junk_is_hidden_where_it_is_asked():
    items = file("/.DS_Store"), file("/a/._x"), folder("/.Trash-1000"), file("/a/.profile")
    assert seen(Profile(hide_junk=True), *items) == ["/a/.profile"]


def test_what_a_device_left_out_by_cozys_list_stays_out_whatever_the_rules_say():
    profile = Profile(Mode.INCLUDE, (Rule(path="/Photos"),))
    items = folder("/Photos"), file("/Photos/a"), file("/Photos/Old/b")
    assert seen(profile, *items, excluded=["/Photos/Old"]) == ["/Photos", "/Photos/a"]


def test_new_folders_stay_out_where_only_known_ones_are_wanted():
    rule = Rule(path="/Photos", new_siblings=False, known=("2025", "gone"))
    items = (
        folder("/Photos/Summer"),
        file("/Photos/Summer/a"),
        folder("/Photos/New"),
        file("/Photos/New/b"),
        file("/Photos/c"),
        file("/d"),
    )
    expected = ["/Photos/Summer", "/Photos/Summer/a", "/Photos/c"]
    paths = {"2025": "/Photos/Summer"}
    assert seen(Profile(Mode.INCLUDE, (rule,)), *items, paths=paths) == expected
    assert seen(Profile(Mode.EXCLUDE, (rule,)), *items, paths=paths) == [*expected, "/d"]


def test_presets_are_known_again():
    assert [preset_of(profile) for profile in PRESETS.values()] == list(PRESETS)
    assert preset_of(Profile(Mode.INCLUDE, (Rule(path="/a"),))) == ""


NAMES = st.sampled_from(["a", "b", "c.jpg", "d.tmp"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(lambda names: "/" + "/".join(names))
RULES = st.builds(
    Rule,
    path=st.one_of(st.just(""), PATHS),
    glob=st.sampled_from(["", "", "*.tmp", "a", "a/*"]),
    min_size=st.sampled_from([0, 0, 5]),
    max_size=st.sampled_from([None, None, 7]),
    types=st.sampled_from([(), (), ("image",)]),
    show=st.sampled_from([None, True, False]),
)
NEW_RULES = st.builds(
    Rule, path=PATHS, new_siblings=st.just(value=False), known=st.just(("id-of-a-a",))
)
PROFILES = st.builds(
    Profile,
    st.sampled_from([Mode.INCLUDE, Mode.EXCLUDE]),
    st.lists(st.one_of(RULES, RULES, NEW_RULES), max_size=4).map(tuple),
    hide_junk=st.booleans(),
)
VIEWS = st.builds(
    lambda profile, excluded: resolved(profile, {"id-of-a-a": "/a/a"}, excluded),
    PROFILES,
    st.lists(PATHS, max_size=1),
)
ITEMS = st.builds(
    lambda path, is_directory, size, kind: Item(path, is_directory, size, *kind),
    PATHS,
    st.booleans(),
    st.integers(0, 10),
    st.sampled_from([("", ""), ("image/png", "image")]),
)


@given(VIEWS, ITEMS)
@settings(max_examples=150, deadline=None)
def test_what_is_seen_can_be_reached(view, item):
    if view.shows(item):
        parent, _ = parted(item.path)
        assert view.shows(folder(parent))


@given(VIEWS, ITEMS)
@settings(max_examples=100, deadline=None)
def test_what_is_said_of_all_below_holds_for_each(view, item):
    for depth in range(len(names_of(item.path))):
        above = "/" + "/".join(names_of(item.path)[:depth])
        whole = view.below(above)
        if whole is not None and view.shows(folder(above)):
            assert view.shows(item) is whole


@given(VIEWS, ITEMS)
@settings(max_examples=100, deadline=None)
def test_what_may_have_been_seen_takes_in_all_that_is(view, item):
    if view.shows(item) and not item.is_directory:
        assert view.may_have_shown(item.path)


@given(VIEWS, VIEWS, ITEMS, PATHS)
@settings(max_examples=150, deadline=None)
def test_views_with_one_fingerprint_show_the_same(one, other, item, above):
    if is_below(item.path, above) and one.fingerprint(above) == other.fingerprint(above):
        assert one.shows(item) == other.shows(item)
    assert one.fingerprint(ROOT_PATH) == one.fingerprint()


@given(VIEWS)
def test_views_are_written_down_and_read_again(view):
    again = msgspec.json.decode(msgspec.json.encode(view), type=View)
    assert again == view
    assert again.fingerprint() == view.fingerprint()
