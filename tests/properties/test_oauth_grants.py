"""Whatever clients do, in whatever order: a code is used once, a client that was revoked is out,
and no token opens more than its owner consented to."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from doctypes.permissions.scope import parse_scope
from replication.store.memory import MemoryDocumentStore
from server.auth.errors import TokenRefused
from server.auth.throttle import Throttle
from server.auth.tokens import LIFETIMES, Audience, TokenKeys
from server.devices.device import devices_of
from server.devices.entering import by_access_token
from server.instances.instance import Instance
from server.instances.owner import Owner
from server.instances.record import InstanceRecord
from server.oauth.challenge import challenge_of
from server.oauth.errors import GrantRefused
from server.oauth.granting import Granting
from server.oauth.oauth import OAuth
from server.oauth.one_time_code import LIFETIME, Codes, OneTimeCode, Opens
from server.oauth.registering import registered
from server.oauth.registration import Registration

SCOPES = [
    "*",
    "io.cozy.contacts",
    "io.cozy.contacts:GET",
    "io.cozy.contacts:GET:a,b io.cozy.files",
    "io.cozy.bank.operations:GET,POST",
    "login",
]
VERIFIERS = ["", "v" * 43, "w" * 64]
MOSTLY = st.sampled_from([True, True, True, False])
_DAY = timedelta(days=1)


class Dice:
    """Random bytes that never repeat, and are the same at each run."""

    def __init__(self):
        self.thrown = 0

    def __call__(self, length):
        self.thrown += 1
        return self.thrown.to_bytes(length, "big")


def home():
    record = InstanceRecord(Path("home"), "alice.example", (), Owner("alice", ""), b"s" * 32)
    return Instance(record, MemoryDocumentStore(), blobs=None, files=None, designs=None, locks=None)


class Grants(RuleBasedStateMachine):
    """Clients as the home keeps them, beside what they may be by the rules."""

    clients = Bundle("clients")
    codes = Bundle("codes")
    refreshes = Bundle("refreshes")

    def __init__(self):
        super().__init__()
        self.loop = asyncio.Runner()
        self.home = home()
        self.now = datetime(2027, 1, 1, tzinfo=UTC)
        self.oauth = OAuth(lambda: self.now, Dice(), Throttle(lambda: 0.0))
        self.secrets = {}
        self.grants = {}  # client to how often its tokens were revoked; absent: gone
        self.used = set()
        self.access = []

    def teardown(self):
        self.loop.close()

    def run(self, work):
        return self.loop.run(work)

    @property
    def granting(self):
        return Granting(self.home, self.now)

    def attempt(self, work):
        """Return what comes of an attempt; None where it is refused."""
        try:
            return self.run(work)
        except GrantRefused:
            return None

    @initialize(target=clients)
    def register_first(self):
        return self.register_one()

    @precondition(lambda self: len(self.secrets) < 4)
    @rule(target=clients)
    def register(self):
        return self.register_one()

    def register_one(self):
        said = Registration(redirect_uris=["app:/"], client_name="App", software_id="app")
        kept, secrets = self.run(registered(said, self.home, self.oauth))
        self.grants[kept.id], self.secrets[kept.id] = 0, secrets.client_secret
        return kept.id

    @rule(
        target=codes,
        client=clients,
        scope=st.sampled_from(SCOPES),
        verifier=st.sampled_from(VERIFIERS),
    )
    def authorize(self, client, scope, verifier):
        code = self.oauth.new_code()
        made = OneTimeCode(
            opens=Opens.ACCESS,
            issued_at=self.now.isoformat(),
            client_id=client,
            scope=scope,
            challenge=challenge_of(verifier) if verifier else "",
        )
        self.run(Codes(self.home.store).add(code, made))
        return code, client, scope, verifier, self.now

    @rule(
        target=refreshes,
        code=codes,
        other=clients,
        own=MOSTLY,
        right=MOSTLY,
        knows=MOSTLY,
    )
    def exchange(self, code, other, own, right, knows):
        text, owner, scope, expected, issued = code
        client = owner if own else other
        secret = self.secrets[client] if right else "wrong"
        verifier = expected if knows else VERIFIERS[1]

        async def exchanging():
            kept = await self.granting.proven(client, secret)
            return await self.granting.for_code(kept, text, verifier)

        tokens = self.attempt(exchanging())
        may = (
            right
            and client == owner
            and owner in self.grants
            and text not in self.used
            and verifier in ((expected,) if expected else VERIFIERS)
            and self.now < issued + LIFETIME
        )
        assert (tokens is not None) == may
        if tokens is None:
            return multiple()
        self.used.add(text)
        assert tokens.scope == scope
        self.remember(tokens.access, owner, scope)
        return tokens.refresh, owner, scope, self.grants[owner]

    @rule(
        token=refreshes,
        other=clients,
        own=MOSTLY,
        asked=st.sampled_from(["", *SCOPES]),
    )
    def refresh(self, token, other, own, asked):
        text, owner, scope, grant = token
        client = owner if own else other

        async def refreshing():
            kept = await self.granting.proven(client, self.secrets[client])
            return await self.granting.refreshed(kept, text, asked)

        tokens = self.attempt(refreshing())
        may = (
            client == owner
            and self.grants.get(owner) == grant
            and (asked in ("", scope) or _narrower(asked, scope))
        )
        assert (tokens is not None) == may
        if tokens is not None:
            assert tokens.scope == (asked or scope)
            assert not tokens.refresh
            self.remember(tokens.access, owner, tokens.scope)

    @rule(client=clients)
    def revoke_tokens(self, client):
        def stamped(device):
            device.stamp = self.oauth.new_stamp()
            return device

        self.run(devices_of(self.home.store).update(client, stamped))
        if client in self.grants:
            self.grants[client] += 1

    @rule(client=clients, really=st.sampled_from([True, False, False]))
    def delete(self, client, really):
        if really:
            self.run(devices_of(self.home.store).delete(client))
            self.grants.pop(client, None)

    @rule(step=st.sampled_from([LIFETIME / 4, LIFETIME / 2, LIFETIME, 8 * _DAY]))
    def wait(self, step):
        self.now += step

    def remember(self, token, client, scope):
        self.access.append((token, client, scope, self.grants[client], self.now))

    @invariant()
    def tokens_open_what_was_consented_to_while_their_client_is_there(self):
        for token, client, scope, grant, issued in self.access[-8:]:
            lives = self.grants.get(client) == grant and self.now <= issued + timedelta(
                seconds=LIFETIMES[Audience.ACCESS]
            )
            found = self.found(token)
            assert (found is not None) == lives
            if found is not None:
                granted = found.principal.permissions
                assert found.principal.credential == client
                assert granted == parse_scope(scope) if scope != "login" else not granted.rules

    def found(self, token):
        now = self.now.timestamp()
        try:
            claims = TokenKeys(self.home.domain, self.home.secret).read(token, now)
            return self.run(by_access_token(claims, self.home, now))
        except TokenRefused:
            return None


def _narrower(asked, scope):
    if "login" in (asked, scope):
        return False
    return parse_scope(scope).contains(parse_scope(asked))


TestGrants = Grants.TestCase
TestGrants.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
