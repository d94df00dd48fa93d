"""A client of WebDAV that sends bytes as they are, and shows what came back as it is."""

import socket
import time
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

DAV = "{DAV:}"
MOUNT = "/dav/files"
PATIENCE = 20.0


@dataclass
class Answered:
    """One answer. `interim` are the status codes of 1xx answers before it."""

    status: int
    headers: dict[str, str]
    body: bytes
    interim: tuple[int, ...] = ()

    @property
    def xml(self) -> Element:
        return fromstring(self.body)

    def rows(self):
        """href -> Clark name -> element, of the properties found."""
        found = {}
        for row in self.xml.iter(f"{DAV}response"):
            props = [
                prop
                for propstat in row.findall(f"{DAV}propstat")
                if " 200 " in propstat.findtext(f"{DAV}status")
                for prop in propstat.find(f"{DAV}prop")
            ]
            found[row.findtext(f"{DAV}href")] = {prop.tag: prop for prop in props}
        return found

    def value(self, name):
        """The text of a property of the one row there is."""
        [props] = self.rows().values()
        return props[name].text if name in props else None

    def statuses(self):
        return [int(one.text.split()[1]) for one in self.xml.iter(f"{DAV}status")]


class Connection:
    """A connection, which may be cut off half-way."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._received = b""

    def send(self, *pieces):
        for piece in pieces:
            self._socket.sendall(piece)

    def until(self, mark):
        """Read until this has come; return all that came up to it."""
        while mark not in self._received:
            piece = self._socket.recv(1 << 16)
            if not piece:
                break
            self._received += piece
        head, found, self._received = self._received.partition(mark)
        return head + found

    def rest(self):
        """Read until the server ends the connection."""
        while piece := self._socket.recv(1 << 16):
            self._received += piece
        return self._received

    def answer(self):
        """Read one answer that has a length, and leave what follows."""
        head = self.until(b"\r\n\r\n")
        taken = parse(head)
        length = int(taken.headers.get("content-length", 0))
        while len(self._received) < length:
            self._received += self._socket.recv(1 << 16)
        taken.body, self._received = self._received[:length], self._received[length:]
        return taken

    def cut(self):
        """End it without a word."""
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()


class Prober:
    """Asks a running home; `folder` is one of its own, which it makes."""

    def __init__(self, home, folder):
        self.home = home
        self.folder = f"{MOUNT}/{folder}"
        assert self.ask("MKCOL", self.folder).status == 201

    def connect(self):
        return Connection(self.home.port)

    def path(self, name):
        return name if name.startswith(("/", "http")) else f"{self.folder}/{name}"

    def head(self, method, name, *fields, login=True):
        """The bytes of a request up to its body."""
        target = name if (method, name) == ("OPTIONS", "*") else self.path(name)
        lines = [f"{method} {target} HTTP/1.1"]
        if not any(field.lower().startswith("host:") for field in fields):
            lines.append(f"Host: 127.0.0.1:{self.home.port}")
        if login:
            lines.append(f"Authorization: {self.home.authorization}")
        return "\r\n".join([*lines, *fields, "", ""]).encode("latin-1")

    def ask(self, method, name, *fields, body=b"", login=True):
        """Make one request on a connection of its own."""
        if body is not None and not any("content-length" in field.lower() for field in fields):
            fields = (*fields, f"Content-Length: {len(body)}")
        with self.connect() as connection:
            head = self.head(method, name, *fields, "Connection: close", login=login)
            connection.send(head, body or b"")
            return parse(connection.rest())

    def put(self, name, body=b"x", *fields):
        answered = self.ask("PUT", name, *fields, body=body)
        assert answered.status in {201, 204}, answered
        return answered

    def content(self, name):
        """The content of a file; None where there is none."""
        answered = self.ask("GET", name)
        return answered.body if answered.status == 200 else None

    def listing(self, name=""):
        """The names below a folder, one level, as they are in hrefs."""
        rows = self.ask("PROPFIND", f"{self.folder}/{name}", "Depth: 1").rows()
        here = f"{self.folder}/{name}".rstrip("/") + "/"
        return sorted(href.removeprefix(here) for href in rows if href != here)

    def propfind(self, name, *names, depth="0", fields=()):
        """Ask for properties by Clark name."""
        props = "".join(f'<x:{local} xmlns:x="{space}"/>' for space, local in map(split, names))
        body = f'<D:propfind xmlns:D="DAV:"><D:prop>{props}</D:prop></D:propfind>'
        return self.ask("PROPFIND", name, f"Depth: {depth}", *fields, body=body.encode())

    def proppatch(self, name, values, *fields):
        """Set properties: Clark name -> text."""
        props = "".join(
            f'<x:{split(key)[1]} xmlns:x="{split(key)[0]}">{text}</x:{split(key)[1]}>'
            for key, text in values.items()
        )
        body = (
            f'<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>{props}</D:prop></D:set>'
            "</D:propertyupdate>"
        )
        return self.ask("PROPPATCH", name, *fields, body=body.encode())

    def lock(self, name, *fields, scope="exclusive"):
        """Take a lock; return its token in brackets."""
        answered = self.ask("LOCK", name, *fields, body=lockinfo(scope))
        assert answered.status in {200, 201}, answered
        return answered.headers["lock-token"]

    def unlock(self, name, token):
        assert self.ask("UNLOCK", name, f"Lock-Token: {token}").status == 204


def split(name):
    space, _, local = name[1:].partition("}")
    return space, local


def lockinfo(scope="exclusive"):
    return (
        f'<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:{scope}/></D:lockscope><D:locktype><D:write/>'
        "</D:locktype><D:owner><D:href>probe</D:href></D:owner></D:lockinfo>"
    ).encode()


def parse(raw):
    """Take an answer apart, interim ones before it."""
    interim = []
    while True:
        head, _, body = raw.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        code = int(status.split()[1])
        if code >= 200:
            break
        interim.append(code)
        raw = body
    headers = {}
    for line in lines:
        name, _, value = line.partition(": ")
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    if headers.get("transfer-encoding") == "chunked":
        body = _unchunked(body)
    return Answered(code, headers, body, tuple(interim))


def _unchunked(body):
    whole = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        count = int(size, 16)
        if not count:
            return whole
        whole += body[:count]
        body = body[count + 2 :]


def eventually(condition):
    """Wait until something holds that another process brings about."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False
