"""A home, and a program of Nextcloud's that asks it."""

import pytest

from tests.support.dialect import Cloud
from tests.support.house import house


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
def cloud(home):
    return Cloud(home.owner)
