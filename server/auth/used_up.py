"""What may be used once, remembered for as long as it would be good."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256

_REMEMBERED = 10_000


class UsedUp:
    """Remembers what was used, as hashes; `now` tells seconds since 1970."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._until: OrderedDict[str, float] = OrderedDict()
        self.counted = 0
        """How often something was used up."""

    def use(self, what: str, until: float) -> bool:
        """Use something up that is good until then; tells whether it was unused."""
        key = _hashed(what)
        if key in self._until:
            return False
        self.counted += 1
        self._until[key] = until
        while len(self._until) > _REMEMBERED:
            self._until.popitem(last=False)
        return True

    def is_used(self, what: str) -> bool:
        """Tell whether something was used up."""
        return _hashed(what) in self._until

    def owed(self) -> dict[str, float]:
        """Return what would still be good, and for how many seconds."""
        now = self._now()
        return {key: until - now for key, until in self._until.items() if until > now}

    def take_up(self, owed: Mapping[str, float]) -> None:
        """Remember what was used before a restart."""
        now = self._now()
        self._until.update({key: now + seconds for key, seconds in owed.items()})


def _hashed(what: str) -> str:
    return sha256(what.encode()).hexdigest()
