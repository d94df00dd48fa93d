"""Life, readiness, figures, log lines, errors: what an operator sees, and a stranger does not."""

import io
import json
import logging

import pytest
from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from server import keys
from server.admin_app import build_admin_app
from server.app import build_app
from server.observe.answered import ANSWERED
from server.observe.logging import start_logging
from tests.support.house import PASSWORD, basic, house
from tests.support.served_couch import ServedCouch


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
def log():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    start_logging("json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(log, event="request"):
    ANSWERED.say()
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in told if line["event"] == event]


@pytest.mark.parametrize("host", ["localhost", "whatever.example", "10.0.0.1"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_health_is_asked_without_login_under_any_name(home, path, host):
    async with home.anybody.get(path, headers=home.at(host)) as response:
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-store"


async def test_a_process_that_cannot_write_is_alive_but_not_ready(tmp_path, home):
    moved = tmp_path.rename(tmp_path.parent / "gone")
    async with home.anybody.get("/readyz") as response:
        assert response.status == 503
        assert (await response.json())["status"] == "data folder not writable"
    async with home.anybody.get("/healthz") as response:
        assert response.status == 200
    moved.rename(tmp_path)


async def test_a_process_that_stops_takes_no_new_requests_from_a_balancer(home):
    home.app[keys.IN_FLIGHT].stopping = True
    async with home.anybody.get("/readyz") as response:
        assert (response.status, await response.json()) == (503, {"status": "stopping"})


async def test_figures_are_on_the_admin_address_alone(home):
    runner = web.AppRunner(build_admin_app(home.app))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with home.owner.get("/couchdb/") as response:
        assert response.status == 200
    async with home.owner.get("/metrics") as response:
        assert response.status == 404
    async with ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as operator:
        async with operator.get("/metrics") as response:
            figures = await response.text()
        async with operator.get("/readyz") as response:
            assert response.status == 200
        async with operator.get("/couchdb/") as response:
            assert response.status == 401  # all else asks for the admin secret first
    await runner.cleanup()
    assert 'foyer_requests_total{family="couchdb",method="GET",status="200"} 1.0' in figures
    assert 'foyer_requests_total{family="unknown",method="GET",status="404"} 1.0' in figures
    assert "foyer_open_homes 1.0" in figures
    assert "foyer_requests_in_flight 0.0" in figures


async def test_each_request_is_one_line_that_says_what_happened(home, log):
    async with home.owner.put("/dav/files/caf%C3%A9.txt", data=b"coffee") as response:
        assert response.status == 201
    [line] = lines(log)
    assert (line["method"], line["path"], line["status"]) == ("PUT", "/dav/files/café.txt", 201)
    assert (line["instance"], line["caller"]) == ("localhost", "127.0.0.1")
    assert line["ms"] >= 0
    assert line["request"]


async def test_no_log_line_holds_a_secret(home, log):
    queries = "?secret=swordfish-1&bearer_token=swordfish-2"
    async with home.owner.get(f"/couchdb/{queries}") as response:
        assert response.status == 200
    async with home.anybody.get("/office/content/swordfish-3") as response:
        assert response.status == 403
    async with home.anybody.post(f"/office/callback{queries}", json={"token": "swordfish-4"}):
        pass
    wrong = {"Authorization": basic("owner", "swordfish-5"), "Cookie": "a=swordfish-6"}
    async with home.anybody.get("/", headers=wrong) as response:
        assert response.status == 401
    async with home.owner.put("/couchdb/db", json={"body": "swordfish-7"}) as response:
        assert response.status == 201
    assert len(lines(log)) == 5
    assert "swordfish" not in log.getvalue()
    assert PASSWORD not in log.getvalue()
    assert basic().split()[1] not in log.getvalue()


async def broken(request):
    del request
    raise LookupError("a detail that is nobody's business")


async def breaks_off(request):
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"half of the")
    raise LookupError("halfway")


async def writes_to_who_left(request):
    response = web.StreamResponse()
    await response.prepare(request)
    request.transport.close()  # as it is while a client is leaving
    await response.write(b"news")
    return response


async def fails_elsewhere(request):
    del request
    raise ConnectionResetError("some other server")


def with_broken_doors(settings, records):
    app = build_app(settings, records)
    app.add_routes(
        [
            web.get("/broken", broken),
            web.get("/breaks-off", breaks_off),
            web.get("/left", writes_to_who_left),
            web.get("/elsewhere", fails_elsewhere),
        ]
    )
    return app


async def test_what_nobody_foresaw_is_told_to_the_log_and_not_to_the_client(tmp_path, log):
    async with house(tmp_path, build=with_broken_doors) as home:
        response = await home.owner.get("/broken")
        text = await response.text()
    assert response.status == 500
    assert "detail" not in text
    [failure] = lines(log, "request failed")
    assert "a detail that is nobody's business" in failure["exception"]
    assert failure["request"] in text


async def test_an_answer_that_breaks_off_is_seen_to_break_off(tmp_path, log):
    async with house(tmp_path, build=with_broken_doors) as home:
        response = await home.owner.get("/breaks-off")
        with pytest.raises(ClientError):
            await response.read()
    assert len(lines(log, "request failed")) == 1


async def test_a_client_who_leaves_is_nobodys_error(tmp_path, log):
    async with house(tmp_path, build=with_broken_doors) as home:
        with pytest.raises(ClientError):
            await (await home.owner.get("/left")).read()
    assert lines(log, "request failed") == []
    assert "Traceback" not in log.getvalue()


async def test_a_connection_lost_elsewhere_is_an_error_here(tmp_path, log):
    async with house(tmp_path, build=with_broken_doors) as home:
        assert (await home.owner.get("/elsewhere")).status == 500
    assert len(lines(log, "request failed")) == 1


async def test_a_method_that_a_door_has_not_is_said_with_those_it_has(home):
    async with home.owner.patch("/couchdb/") as response:
        assert response.status == 405
        assert set(response.headers["Allow"].split(",")) == {"GET", "HEAD"}
        assert (await response.json())["error"] == "method_not_allowed"


async def test_the_home_page_is_there_in_the_browsers_language(home):
    async with home.owner.get("/", headers={"Accept-Language": "fr"}) as response:
        assert response.content_type == "text/html"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert 'lang="fr"' in await response.text()


async def test_a_couch_alone_has_an_admin_address_too(tmp_path):
    async with ServedCouch(tmp_path) as couch:
        app = build_admin_app(couch.server.app)
        async with TestClient(TestServer(app)) as operator:
            assert (await operator.get("/metrics")).status == 200
            assert (await operator.get("/readyz")).status == 200
