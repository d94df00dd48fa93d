"""How often a device may ask whether it was let in (RFC 8628 3.5): too often, and it must slow."""

from collections import OrderedDict
from collections.abc import Callable

INTERVAL = 5.0
"""Seconds between two questions, to begin with and to add when it is too soon."""

_LENIENCE = 0.5
"""Seconds that a question may come early: clocks and networks are what they are."""
_REMEMBERED = 4096


class PollingPace:
    """Remembers who asked when; `clock` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._asked: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def too_soon(self, who: str) -> bool:
        """Take note of a question, and tell whether it came too soon."""
        now = self._clock()
        last, interval = self._asked.pop(who, (float("-inf"), INTERVAL))
        early = now - last < interval - _LENIENCE
        self._asked[who] = (now, interval + INTERVAL if early else interval)
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        return early
