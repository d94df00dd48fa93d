"""Making links where codes run into one another, as those of six digits do."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from doctypes.permissions.permission_set import EVERYTHING
from replication.store.memory import MemoryDocumentStore
from server.auth.principal import Kind, Principal
from server.auth.throttle import Throttle
from server.permissions.asked import AskedLink
from server.permissions.codes import kept_of, short_code
from server.permissions.entering import TINY as TINY_RATE
from server.permissions.entering import ShortCodes
from server.permissions.links import Codes, Links
from server.permissions.permission import permissions_of, short_codes_of

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
OWNER = Principal("owner", "home.example", Kind.OWNER, EVERYTHING)
TINY = Codes(("code",), tiny=True, ttl=timedelta(hours=1))


class Making:
    """A home, and links whose random bytes are given: the same bytes make the same code."""

    def __init__(self, *seeds):
        self.seeds, self.now, self.ids = list(seeds), NOW, iter(range(100))
        self.home = SimpleNamespace(
            store=MemoryDocumentStore(), secret=b"s" * 32, domain="home.example"
        )
        self.links = Links(lambda: self.now, lambda: f"link-{next(self.ids)}", self._random)

    def _random(self, count):
        return self.seeds.pop(0) * count

    async def make(self):
        kept = await self.links.make(self.home, OWNER, AskedLink(), TINY)
        return kept, short_code(self.home.secret, kept.value.shortcodes["code"])

    async def leads_to(self, code):
        found = await ShortCodes(Throttle(lambda: 0.0, TINY_RATE)).by_code(code, self.home)
        return found.principal.credential if found else None


# Each link draws two seeds: for its long code, and for its short one.
async def test_two_links_never_share_a_code():
    making = Making(b"a", b"b", b"c", b"b", b"d")
    one, first = await making.make()
    other, second = await making.make()
    assert first != second
    assert await making.leads_to(first) == one.id
    assert await making.leads_to(second) == other.id


async def test_a_code_is_free_again_when_its_link_has_ended():
    making = Making(b"a", b"b", b"c", b"b", b"d", b"e", b"b")
    await making.make()
    making.now += timedelta(hours=2)
    await making.make()  # runs into the first, frees its code, and takes another
    third, code = await making.make()
    assert await making.leads_to(code) == third.id


async def test_the_code_of_a_link_that_is_just_being_made_stays_its_own():
    making = Making(b"a", b"b", b"c", b"b", b"d")
    one, first = await making.make()
    await permissions_of(making.home.store).delete(one.id)
    await making.make()
    key = kept_of(making.home.secret, first)
    assert (await short_codes_of(making.home.store).get(key)).value.permission == one.id


async def test_a_link_that_ended_takes_its_codes_along():
    making = Making(b"a", b"b")
    kept, code = await making.make()
    await making.links.end(making.home, kept.id)
    assert await making.leads_to(code) is None
    key = kept_of(making.home.secret, code)
    assert await short_codes_of(making.home.store).get(key) is None
