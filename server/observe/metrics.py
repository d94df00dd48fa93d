"""Figures for Prometheus, in a registry of our own: requests, how long they take, open homes."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_METHODS = frozenset(
    {
        *("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"),
        *("PROPFIND", "PROPPATCH", "MKCOL", "MOVE", "COPY", "LOCK", "UNLOCK", "REPORT"),
    }
)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class Metrics:
    """Counts what this process does; `open_homes` is asked whenever somebody reads."""

    def __init__(self, open_homes: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._requests = Counter(
            "foyer_requests",
            "Requests answered",
            ("family", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "foyer_request_seconds",
            "From a request's headers to its answer",
            ("family",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._found: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.in_flight = Gauge(
            "foyer_requests_in_flight", "Requests under way", registry=self._registry
        )
        homes = Gauge("foyer_open_homes", "Homes open now", registry=self._registry)
        homes.set_function(open_homes)

    def answered(self, family: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        known = method if method in _METHODS else "other"
        counter, seconds_of_family = self._labelled(family, known, status)
        counter.inc()
        seconds_of_family.observe(seconds)

    def _labelled(self, family: str, method: str, status: int) -> tuple[Counter, Histogram]:
        """Return the figures with these labels, looked up once: their library checks each time."""
        found = self._found.get((family, method, status))
        if found is None:
            counter = self._requests.labels(family, method, str(status))
            found = self._found[family, method, status] = counter, self._seconds.labels(family)
        return found

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self._registry)


def family_of(route: str) -> str:
    """Return the first segment of a route's pattern: few enough to be a label."""
    return route.split("/", 2)[1] or "home" if route.startswith("/") else "unknown"
