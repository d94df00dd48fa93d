"""From what a request shows to a user: Basic, a session's cookie, or a JSON Web Token.

Checking a password is slow on purpose, and clients send it with each request. So what was found
is remembered, in memory alone, under an HMAC whose key dies with the process; what stands for the
password, and the roles, are part of what is remembered.
"""

import asyncio
import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping

from replication.core.errors import Invalid
from server.auth.basic import BasicLogin, read_basic
from server.auth.credentials import LONGEST_WAIT
from server.auth.errors import TooManyAttempts, Unauthenticated
from server.auth.passwords import AT_ONCE, is_passphrase
from server.auth.throttle import Throttle
from server.couch_auth.accounts import (
    Account,
    account_of_admin,
    account_of_owner,
    account_of_user,
)
from server.couch_auth.bearer import user_of_token
from server.couch_auth.cookies import read_cookie
from server.couch_auth.node_config import NodeConfig
from server.couch_auth.passwords import ITERATIONS, hashed, is_password
from server.couch_auth.user import ANONYMOUS, User
from server.instances.instance import Instance

_REMEMBERED = 4096
MOST_UNDER_WAY = 256
"""Passwords that may wait to be looked at; those beyond are refused at once."""
_NOBODY = Account("", (), "", fields={**hashed("", "nobody", 1), "iterations": ITERATIONS})
"""Nothing opens it, and finding that out takes as long as with any user."""


class Authenticator:
    """Recognises the users of one CouchDB.

    `key` is random bytes of its own; `throttle` counts attempts, `now` gives the seconds since
    1970; `tokens` are the keys of CouchSettings.
    """

    def __init__(
        self,
        key: bytes,
        config: NodeConfig,
        tokens: Mapping[str, str],
        *,
        throttle: Throttle,
        now: Callable[[], float],
    ) -> None:
        self._key = key
        self._config = config
        self._tokens = tokens
        self.now = now
        self._throttle = throttle
        self._turns = asyncio.Semaphore(AT_ONCE)
        # Apart, so that a storm of wrong ones drives out none that was right.
        self._right: OrderedDict[bytes, None] = OrderedDict()
        self._wrong: OrderedDict[bytes, None] = OrderedDict()
        self._looking: dict[bytes, asyncio.Task[bool]] = {}

    async def user(
        self, header: str | None, cookie: str | None, instance: Instance, address: str
    ) -> User:
        """Return whom a request speaks for; ANONYMOUS where it shows nothing that could be read.

        What is shown outright counts before a cookie, which browsers send by themselves. Raises
        Unauthenticated, TooManyAttempts, LoginNeeded, and Invalid for a cookie that is garbage.
        """
        header = header if header is None or header.isascii() else None  # garbage shows nothing
        login = read_basic(header)
        if login is not None and (login.name, login.password) != ("_", "_"):  # means: logged out
            return (await self.account(login, instance, address)).user("default")
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() == "bearer" and self._tokens:
            return user_of_token(token.strip(), self._tokens, self.now())
        return await self._user_of_cookie(cookie, instance) if cookie else ANONYMOUS

    async def account(self, login: BasicLogin, instance: Instance, address: str) -> Account:
        """Return the account that a name and a password open.

        Raises Unauthenticated, TooManyAttempts.
        """
        account = await self.account_named(login.name, instance)
        about = f"{account.stamp if account else ''}\0{login.name}\0{login.password}"
        fingerprint = hmac.digest(self._key, about.encode("utf-8", "surrogateescape"), "sha256")
        right = fingerprint in self._right
        if not right and fingerprint not in self._wrong:
            right = await self._look_once(fingerprint, login.password, account, address)
        if account is None or not right:
            raise Unauthenticated
        return account

    async def account_named(self, name: str, instance: Instance) -> Account | None:
        """Return the account of this name, admins first; None when there is none."""
        if name == instance.owner.name:
            return account_of_owner(instance.owner)
        kept = self._config.get("admins", name)
        if kept is not None:
            return account_of_admin(name, kept)
        return await account_of_user(instance.store, name)

    async def _user_of_cookie(self, value: str, instance: Instance) -> User:
        cookie = read_cookie(value)
        if cookie is None:
            raise Invalid("bad_request", "Malformed AuthSession cookie. Please clear your cookies.")
        account = await self.account_named(cookie.name, instance)
        if account is None or not cookie.is_alive(self.now(), self._config.session_seconds):
            return ANONYMOUS
        sealed = cookie.is_sealed(instance.secret, account.salt)
        return account.user("cookie") if sealed else ANONYMOUS

    async def _look_once(
        self, fingerprint: bytes, password: str, account: Account | None, address: str
    ) -> bool:
        """Look at a password; requests that come with the same one meanwhile share the look."""
        looking = self._looking.get(fingerprint)
        if looking is None:
            if len(self._looking) >= MOST_UNDER_WAY:
                raise TooManyAttempts(LONGEST_WAIT)
            look = self._look(password, account or _NOBODY, address)
            looking = asyncio.create_task(look)
            self._looking[fingerprint] = looking
            looking.add_done_callback(lambda done: self._looked(fingerprint, done))
        return await asyncio.shield(looking)

    def _looked(self, fingerprint: bytes, done: asyncio.Task[bool]) -> None:
        del self._looking[fingerprint]
        if done.cancelled() or done.exception() is not None:
            return
        memory = self._right if done.result() else self._wrong
        memory[fingerprint] = None
        if len(memory) > _REMEMBERED:
            memory.popitem(last=False)

    async def _look(self, password: str, account: Account, address: str) -> bool:
        """Look at a password; one for nobody costs a turn too, and is wrong."""
        wait = self._throttle.wait(address)
        if wait > LONGEST_WAIT:
            raise TooManyAttempts(wait)
        self._throttle.attempted(address)
        await asyncio.sleep(wait)
        async with self._turns:
            right = await asyncio.to_thread(_is_password, password, account)
        if right:
            self._throttle.succeeded(address)
        return right


def _is_password(password: str, account: Account) -> bool:
    if account.phc is not None:
        return is_passphrase(password, account.phc, account.kdf)
    return is_password(password, account.fields)
