import pytest

from server.observe.metrics import Metrics, family_of


def lines(metrics):
    return metrics.text().decode().splitlines()


def test_requests_are_counted_by_family_method_and_status():
    metrics = Metrics(lambda: 0)
    metrics.answered("dav", "PUT", 201, 0.02)
    metrics.answered("dav", "PUT", 201, 0.02)
    assert 'foyer_requests_total{family="dav",method="PUT",status="201"} 2.0' in lines(metrics)
    assert 'foyer_request_seconds_bucket{family="dav",le="0.025"} 2.0' in lines(metrics)


def test_methods_that_nobody_knows_are_one():
    metrics = Metrics(lambda: 0)
    for method in ("BREW", "X" * 100, "when"):
        metrics.answered("dav", method, 405, 0.0)
    assert 'foyer_requests_total{family="dav",method="other",status="405"} 3.0' in lines(metrics)


def test_open_homes_are_asked_for_when_read():
    homes = [1]
    metrics = Metrics(lambda: len(homes))
    homes.append(2)
    assert "foyer_open_homes 2.0" in lines(metrics)


@pytest.mark.parametrize(
    ("route", "family"),
    [
        ("/", "home"),
        ("/couchdb/{database}/_changes", "couchdb"),
        ("/dav/files", "dav"),
        ("/healthz", "healthz"),
        ("", "unknown"),
    ],
)
def test_the_family_of_a_route(route, family):
    assert family_of(route) == family
