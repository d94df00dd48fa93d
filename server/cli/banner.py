"""What a person needs next, printed when the doors are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from server.cli.messages import say
from server.instances.founding import Founded
from server.instances.outline import Outline
from server.instances.record import InstanceRecord
from server.settings import Settings
from server.version import VERSION

IPV6 = 6
NAMED = 5
"""Homes that the banner names."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """What is served, where, for whom; `founded` when this start made the first home."""

    house: str
    settings: Settings
    port: int
    records: Sequence[InstanceRecord | Outline]
    founded: Founded | None
    count: int = 0
    """How many homes there are, where `records` has only the first ones."""


def banner(welcome: Welcome) -> str:
    """Return the lines to print; a password is among them only if it was made up just now."""
    rows = [*_login(welcome), *_addresses(welcome)]
    if len(welcome.records) > 1:
        rows.append((say("banner_homes"), _homes(welcome)))
    rows.append((say("banner_data"), str(welcome.settings.dir.absolute())))
    width = max(len(name) for name, _ in rows) + 2
    lines = [f"  {name:{width}}{value}" for name, value in rows]
    heading = say(f"banner_{welcome.house}", version=VERSION)
    return "\n".join(["", heading, "", *lines, "", say("banner_stop"), ""])


def _homes(welcome: Welcome) -> str:
    named = ", ".join(record.domain for record in welcome.records[:NAMED])
    more = max(welcome.count, len(welcome.records)) - NAMED
    return f"{named} {say('banner_more', count=more)}" if more > 0 else named


def _login(welcome: Welcome) -> list[tuple[str, str]]:
    record = welcome.founded.record if welcome.founded else welcome.records[0]
    rows = [
        (say("banner_address"), f"{_base(welcome)}/"),
        (say("banner_login"), record.owner.name),
    ]
    if welcome.founded and welcome.founded.generated:
        shown = f"{welcome.founded.password}   {say('banner_once')}"
        rows.append((say("banner_password"), shown))
    return rows


def _addresses(welcome: Welcome) -> list[tuple[str, str]]:
    base = _base(welcome)
    if welcome.house == "couch":
        return [(say("banner_pouchdb"), base)]
    return [
        (say("banner_pouchdb"), f"{base}/couchdb"),
        (say("banner_webdav"), f"{base}/dav/files/"),
    ]


def _base(welcome: Welcome) -> str:
    return f"http://{_opened_as(welcome.settings.host)}:{welcome.port}"


def _opened_as(host: str) -> str:
    """Return the name under which a browser here finds an address to listen on."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.is_loopback or address.is_unspecified:
        return "localhost"
    return f"[{address}]" if address.version == IPV6 else str(address)
