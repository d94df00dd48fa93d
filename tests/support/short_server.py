"""A test server like the program's own: with the short way in front, and lines in the log."""

from aiohttp.test_utils import TestServer

from server.http.short_runner import ShortRunner


class ShortServer(TestServer):
    """Serves an application in the test's process."""

    async def _make_runner(self, **_):
        return ShortRunner(self.app, shutdown_timeout=1)
