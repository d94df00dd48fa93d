"""Whether a home asks for a second factor: looked up once, as long as nothing changes there."""

from collections import OrderedDict

from replication.core.errors import DatabaseMissing
from replication.core.sequence import UpdateSequence
from server.instances.instance import Instance
from server.sign_in.factors import DATABASE, read_factors

_REMEMBERED = 4096


class SecondFactors:
    """Remembers it for the homes of this process."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[UpdateSequence, bool]] = OrderedDict()

    async def needed(self, home: Instance) -> bool:
        """Tell whether the passphrase alone signs nobody in."""
        try:
            stands = await (await home.store.open(DATABASE)).sequence()
        except DatabaseMissing:
            return False
        known = self._known.get(home.domain)
        if known is None or known[0] != stands:
            known = stands, (await read_factors(home.store)).second_needed
            self._known[home.domain] = known
            self._known.move_to_end(home.domain)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known[1]
