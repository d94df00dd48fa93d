"""Which process keeps which home."""

from hypothesis import given
from hypothesis import strategies as st

from server.instances.place import ALONE, Place

folders = st.text(st.characters(codec="ascii", exclude_characters="/."), min_size=1)


@given(folders, st.integers(1, 40))
def test_one_of_all_keeps_a_home(folder, count):
    keeping = [index for index in range(count) if Place(index, count).keeps(folder)]
    assert len(keeping) == 1


@given(folders, st.integers(1, 40))
def test_where_the_folder_lies_does_not_matter(folder, count):
    assert Place(0, count).keeper(f"/data/instances/{folder}") == Place(0, count).keeper(folder)


def test_homes_are_spread():
    kept = [sum(Place(index, 4).keeps(str(n)) for n in range(4000)) for index in range(4)]
    assert all(900 < count < 1100 for count in kept)


def test_one_process_keeps_all():
    assert ALONE.keeps("anything")
