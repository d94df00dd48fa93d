"""The library that is imported: the same in each run, and as many files as it says."""

from benchmarks.library import Shape, make_library


def test_a_library_has_its_shape_and_is_the_same_in_each_run(tmp_path):
    shape = Shape(flat=200, deep=500, other=300)
    sizes = [make_library(tmp_path / name, shape) for name in ("a", "b")]
    assert sizes[0] == sizes[1]
    found = {}
    for top in ("flat", "deep", "other"):
        paths = [path for path in (tmp_path / "a" / top).rglob("*") if path.is_file()]
        found[top] = len(paths)
        for path in paths:
            assert (
                path.read_bytes()
                == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()
            )
    assert found == {"flat": 200, "deep": 500, "other": 300}
    middle = sorted(path.stat().st_size for path in (tmp_path / "a" / "deep").rglob("*.*"))[250]
    assert 2_000 < middle < 8_000
