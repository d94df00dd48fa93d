"""Who is at the other end of a connection, and whether somebody between could read along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Via")


@dataclass(frozen=True, slots=True)
class Connection:
    """What the socket says: the peer's address (None: not over a network), and TLS or not."""

    peer: str | None
    tls: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: an address to count attempts by; `https` as the caller sees it.

    `private` tells that nobody between can read: TLS all the way to us or to a proxy we trust, or
    a connection that never left this machine.
    """

    address: str
    https: bool
    private: bool


def read_networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Read addresses and networks (`10.0.0.0/8`). Raises ValueError."""
    return tuple(ip_network(text) for text in texts)


def caller_of(
    connection: Connection, headers: Mapping[str, str], trusted: Sequence[Network]
) -> Caller:
    """Tell who asks, believing what proxies add only where the peer is one that we trust.

    A request over loopback that a proxy of unknown standing passed on came from anywhere.
    """
    if connection.peer is None:
        return Caller("local", https=connection.tls, private=True)
    if _is_in(connection.peer, trusted):
        return _behind_proxy(connection, headers, trusted)
    passed_on = any(name in headers for name in _FORWARDED)
    private = connection.tls or (_is_loopback(connection.peer) and not passed_on)
    return Caller(connection.peer, https=connection.tls, private=private)


def _behind_proxy(
    connection: Connection, headers: Mapping[str, str], trusted: Sequence[Network]
) -> Caller:
    hops = [hop.strip() for hop in headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    # Each proxy appends the peer it saw: the last that is no proxy of ours is the caller.
    strangers = [hop for hop in hops if not _is_in(hop, trusted)]
    address = strangers[-1] if strangers else (hops[0] if hops else str(connection.peer))
    protocol = headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()
    https = connection.tls or protocol == "https"
    return Caller(address, https=https, private=https or _is_loopback(address))


@lru_cache(maxsize=1024)  # asked twice a request, mostly about the same few
def _parsed(address: str) -> Address | None:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return mapped or parsed


def _is_loopback(address: str) -> bool:
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)
