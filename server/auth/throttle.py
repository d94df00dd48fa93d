"""How fast wrong passwords may come: a burst, then a steady trickle, by address and altogether."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` attempts at once, then one in `interval` seconds."""

    burst: int
    interval: float

    def wait(self, due: float, now: float) -> float:
        """Return the seconds until the next attempt fits, where `due` is paid for until then."""
        return max(0.0, due - now - (self.burst - 1) * self.interval)

    def charged(self, due: float, now: float) -> float:
        """Return until when is paid for, with one attempt more."""
        return max(due, now) + self.interval

    @property
    def most_owed(self) -> float:
        """Seconds that are believed to be owed after a restart: clocks are set wrong at times."""
        return 2 * self.burst * self.interval


ONE_ADDRESS = Rate(burst=10, interval=6.0)
EVERYBODY = Rate(burst=100, interval=0.5)
LONGEST_COMMON_WAIT = 2.0
"""Seconds that attempts from everywhere may slow down somebody who comes from elsewhere."""

_REMEMBERED = 10_000
_EVERYBODY = "*"


class Throttle:
    """Counts attempts; one that turns out right is given back.

    Nobody is locked out by what others do: attempts from other addresses slow one down by at most
    LONGEST_COMMON_WAIT. `clock` counts seconds and never goes back; `rate` is that of one address.
    """

    def __init__(self, clock: Callable[[], float], rate: Rate = ONE_ADDRESS) -> None:
        self._clock = clock
        self._rate = rate
        self._due: OrderedDict[str, float] = OrderedDict()
        self._due_of_all = 0.0
        self.counted = 0
        """How often something was counted or given back."""

    def wait(self, address: str, *, alone: bool = False) -> float:
        """Return the seconds to wait before an attempt from this address.

        `alone`: whatever comes from elsewhere does not slow this one down.
        """
        now = self._clock()
        own = self._rate.wait(self._due.get(_neighbourhood(address), 0.0), now)
        if alone:
            return own
        common = EVERYBODY.wait(self._due_of_all, now)
        return max(own, min(common, LONGEST_COMMON_WAIT))

    def attempted(self, address: str) -> None:
        """Count an attempt before it is looked at, so that many at once do not slip through."""
        self.counted += 1
        now, key = self._clock(), _neighbourhood(address)
        self._due[key] = self._rate.charged(self._due.get(key, 0.0), now)
        self._due.move_to_end(key)
        self._due_of_all = EVERYBODY.charged(self._due_of_all, now)
        if len(self._due) > _REMEMBERED:
            self._due.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Give back an attempt that was right."""
        self.counted += 1
        key = _neighbourhood(address)
        if key in self._due:
            self._due[key] -= self._rate.interval
        self._due_of_all -= EVERYBODY.interval

    def owed(self) -> dict[str, float]:
        """Return what is not paid for yet: seconds, by whom it is counted by."""
        now = self._clock()
        every = {_EVERYBODY: self._due_of_all, **self._due}
        return {key: due - now for key, due in every.items() if due > now}

    def take_up(self, owed: Mapping[str, float]) -> None:
        """Count on from what was owed before a restart."""
        now = self._clock()
        for key, seconds in owed.items():
            if key == _EVERYBODY:
                self._due_of_all = now + min(seconds, EVERYBODY.most_owed)
            else:
                self._due[key] = now + min(seconds, self._rate.most_owed)


def _neighbourhood(address: str) -> str:
    """Return what one caller can be held to: an IPv4 address, or the /64 that a household has."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
