"""One running home for all probes of a file, and a folder of its own for each."""

import itertools

import pytest

from tests.support.prober import Prober
from tests.support.running_home import RunningHome


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    # Probes play the proxy that ends TLS.
    proxy = {"FOYER_TRUSTED_PROXIES": "127.0.0.1"}
    with RunningHome(tmp_path_factory.mktemp("probed") / "home", env=proxy) as home:
        yield home


@pytest.fixture(scope="module")
def numbers():
    return itertools.count()


@pytest.fixture
def probe(running, numbers):
    return Prober(running, f"probe-{next(numbers)}")
