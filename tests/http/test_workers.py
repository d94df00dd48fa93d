"""Several processes that share the homes of one machine, from outside: as if they were one."""

import asyncio
import json
import os
import signal
import socket
import threading
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession, FormData, TCPConnector

from server.instances.place import Place
from tests.support.running_home import PASSWORD, RunningHome, free_port

COUNT = 3
SECRET = "s" * 40
DOMAINS = [f"home{number}.example" for number in range(5)]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes share sockets on Unix alone")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server of three processes with some homes, and its admin addresses: one for all tests."""
    admin = free_ports_in_a_row()
    tmp_path = tmp_path_factory.mktemp("workers")
    env = {
        "FOYER_WORKERS": str(COUNT),
        "FOYER_ADMIN": f"127.0.0.1:{admin}",
        "FOYER_ADMIN_SECRET": SECRET,
    }
    with RunningHome(tmp_path / "data", env=env) as home:
        office = Office(admin)
        for domain in DOMAINS:
            office.make(domain)
        # Homes are drawn by their folders' random names: for so many one process is rarely all.
        while len({keeper_of(home, domain) for domain in DOMAINS}) == 1:
            assert office.ask("DELETE", f"/instances/{DOMAINS[0]}?now=true")[0] == 200
            office.make(DOMAINS[0])
        yield home, office


def free_ports_in_a_row():
    """Return a port that is free with those behind it."""
    while True:
        first = free_port()
        with ExitStack() as taken, suppress(OSError):
            for port in range(first, first + COUNT):
                taken.enter_context(socket.create_server(("127.0.0.1", port)))
            return first


class Office:
    """The admin addresses of all processes."""

    def __init__(self, port):
        self.port = port

    def ask(self, method, path, told=None, index=0):
        line = HTTPConnection("127.0.0.1", self.port + index, timeout=30)
        body = None if told is None else json.dumps(told)
        line.request(method, path, body, {"Authorization": f"Bearer {SECRET}"})
        answer = line.getresponse()
        content = answer.read()
        line.close()
        return answer.status, content

    def make(self, domain, index=0):
        told = {"domain": domain, "owner": "owner", "password": PASSWORD}
        status, content = self.ask("POST", "/instances", told, index)
        assert status == 201, content


class Visitor:
    """One connection, as a proxy keeps it open for all homes."""

    def __init__(self, home):
        self.line = HTTPConnection("127.0.0.1", home.port, timeout=30)
        self.login = home.authorization

    def close(self):
        self.line.close()

    def ask(self, method, host, path, body=None):
        headers = {"Host": host, "Authorization": self.login}
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        return answer.status, answer.read()


def keeper_of(home, domain):
    for record in (home.folder / "instances").glob("*/instance.json"):
        if json.loads(record.read_bytes())["domain"] == domain:
            return Place(0, COUNT).keeper(str(record.parent))
    raise AssertionError(domain)


def processes(home):
    """Return the ids of the processes that serve, without the parent."""
    pid = home.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [
        int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def is_ours(pid):
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_one_connection_for_all_homes(served):
    home, _ = served
    with closing(Visitor(home)) as visitor:
        for turn in range(3):
            for domain in DOMAINS:
                path = f"/dav/files/{turn}.txt"
                assert visitor.ask("PUT", domain, path, f"{turn} of {domain}")[0] == 201
        before = visitor.line.sock
        for domain in DOMAINS:
            for turn in range(3):
                status, content = visitor.ask("GET", domain, f"/dav/files/{turn}.txt")
                assert (status, content) == (200, f"{turn} of {domain}".encode())
        assert visitor.line.sock is before
        assert visitor.ask("GET", "nobody.example", "/dav/files/")[0] == 404


def test_what_one_process_does_all_know_at_once(served):
    home, office = served
    with closing(Visitor(home)) as visitor:
        for number in range(6):
            domain = f"new{number}.example"
            office.make(domain, index=number % COUNT)
            assert visitor.ask("GET", domain, "/dav/files/")[0] == 200
        for number in range(6):
            domain, index = f"new{number}.example", (number + 1) % COUNT
            renamed = {"domain": f"other{number}.example"}
            assert office.ask("PATCH", f"/instances/{domain}", renamed, index)[0] == 200
            assert visitor.ask("GET", f"other{number}.example", "/dav/files/")[0] == 200
            assert visitor.ask("GET", domain, "/dav/files/")[0] == 308
            path = f"/instances/other{number}.example?now=true"
            assert office.ask("DELETE", path, index=index)[0] == 200
            assert visitor.ask("GET", f"other{number}.example", "/dav/files/")[0] == 404


def test_a_name_is_given_once(served):
    _, office = served
    told = {"domain": "wanted.example", "owner": "owner", "password": PASSWORD}
    answers = []

    def make(index):
        answers.append(office.ask("POST", "/instances", told, index)[0])

    threads = [threading.Thread(target=make, args=(index,)) for index in range(COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409, 409]


async def put_until(stop, session, home, domain, written):
    number = 0
    while not stop.is_set():
        name, content = f"renewed {number}.bin", os.urandom(2000)
        headers = {"Host": domain, "Authorization": home.authorization}
        path = f"{home.address}/dav/files/{name}"
        async with session.put(path, data=content, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
        written[domain, name] = content
        number += 1


async def test_renewed_while_all_write(served):
    """SIGHUP: other processes follow; no request fails, nothing is lost, no connection is cut."""
    home, _ = served
    before, written, stop = processes(home), {}, asyncio.Event()
    assert len(before) == COUNT
    async with ClientSession(connector=TCPConnector(limit=4)) as session:
        puts = [
            asyncio.create_task(put_until(stop, session, home, domain, written))
            for domain in DOMAINS
        ]
        await asyncio.sleep(0.5)
        home.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(200):
            while set(processes(home)) & set(before):
                await asyncio.sleep(0.1)
                assert not any(put.done() for put in puts), [put for put in puts if put.done()]
        await asyncio.sleep(0.5)
        stop.set()
        await asyncio.gather(*puts)
        for (domain, name), content in written.items():
            headers = {"Host": domain, "Authorization": home.authorization}
            async with session.get(f"{home.address}/dav/files/{name}", headers=headers) as answer:
                assert await answer.read() == content
    assert len(written) > len(DOMAINS)
    assert len(processes(home)) == COUNT


async def test_a_process_that_is_killed_is_followed(served):
    home, _ = served
    with closing(Visitor(home)) as visitor:
        for domain in DOMAINS:
            assert visitor.ask("PUT", domain, "/dav/files/a.txt", "kept")[0] in (201, 204)
        victim = processes(home)[0]
        os.kill(victim, signal.SIGKILL)
        async with asyncio.timeout(60), ClientSession() as session:
            for domain in DOMAINS:
                headers = {"Host": domain, "Authorization": home.authorization}
                path = f"{home.address}/dav/files/a.txt"
                async with session.get(path, headers=headers) as answer:
                    assert (answer.status, await answer.read()) == (200, b"kept")
        assert victim not in processes(home)


def test_a_parent_that_is_killed_takes_all_along(served):
    home, _ = served
    found = processes(home)
    home.kill()
    waited = threading.Event()
    for _ in range(300):
        if not any(Path(f"/proc/{pid}").exists() for pid in found):
            break
        waited.wait(0.1)
    else:
        raise AssertionError("processes stayed behind")
    home.start()
    with closing(Visitor(home)) as visitor:
        assert visitor.ask("GET", DOMAINS[0], "/dav/files/")[0] == 200


async def test_a_long_upload_and_a_form(served):
    """Bodies that come in pieces, behind requests for other homes on the same connection."""
    home, _ = served
    content = os.urandom(3_000_000)
    async with ClientSession(connector=TCPConnector(limit=1)) as session:
        for domain in (*DOMAINS, *DOMAINS):
            headers = {"Host": domain, "Authorization": home.authorization}
            path = f"{home.address}/dav/files/large.bin"
            async with session.put(path, data=BytesIO(content), headers=headers) as answer:
                assert answer.status in (201, 204)
            async with session.get(path, headers=headers) as answer:
                assert await answer.read() == content
        form = FormData({"passphrase": "x" * 64})
        async with session.post(
            f"{home.address}/auth/login", data=form, headers={"Host": DOMAINS[0]}
        ) as answer:
            assert answer.status in (401, 403)
