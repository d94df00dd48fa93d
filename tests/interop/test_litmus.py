"""litmus, the WebDAV server test suite, against a running home."""

import pytest

from tests.support.running_home import PASSWORD


@pytest.mark.parametrize("suite", ["basic", "copymove", "props", "locks", "http"])
def test_suite_passes_without_a_warning(one_home, litmus, run, tmp_path, suite):
    folder = tmp_path / "litmus"
    folder.mkdir()
    told = run(
        litmus, "-k", f"{one_home.address}/dav/files/", one_home.owner, PASSWORD,
        env={"TESTS": suite, "HOME": str(folder), "PATH": "/usr/bin:/bin"}, cwd=folder,
    )  # fmt: skip
    assert "100.0%" in told, told
    assert "WARNING" not in told, told
