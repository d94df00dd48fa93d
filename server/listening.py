"""Taking a port before anything else is done, so that a taken one costs one line and no harm."""

import errno
import os
import socket

from server.http.limits import BACKLOG


class PortTaken(Exception):
    """Another program listens there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port}")
        self.host = host
        self.port = port


class AddressUnusable(Exception):
    """This machine cannot listen there: the name has no address here, or it is not allowed to."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(f"{host}:{port}: {why}")
        self.host = host
        self.port = port
        self.why = why


def listen(host: str, port: int) -> list[socket.socket]:
    """Return a listening socket for each address of a host; port 0 takes a free one.

    Raises PortTaken, AddressUnusable.
    """
    listening: list[socket.socket] = []
    try:
        for family, address in _addresses(host, port):
            listening.append(_listening(family, address))
    except OSError as error:
        for taken in listening:
            taken.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from error
        raise AddressUnusable(host, port, error.strerror or str(error)) from error
    return listening


def _addresses(host: str, port: int) -> list[tuple[int, tuple[object, ...]]]:
    found = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
    )
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _listening(family: int, address: tuple[object, ...]) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two programs share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening
