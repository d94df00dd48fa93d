"""What holds for all tests."""

import os

import pytest

from tests.support import secret_tap
from tests.support.no_skip import pytest_make_collect_report, pytest_runtest_makereport

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]

secret_tap.install()

FIRST = ("tests/interop/", "tests/properties/", "tests/http/")
"""Where the files are that take minutes: begun first, so that no processor idles at the end."""


def pytest_xdist_auto_num_workers():
    """Run one file more at a time than there are processors: many wait for other programs."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=place)


def place(item):
    return next((at for at, folder in enumerate(FIRST) if item.nodeid.startswith(folder)), 9)
