"""Making, changing and ending links to what is shared, and what applications may do."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from doctypes.permissions.errors import LargerPermissions
from doctypes.permissions.permission_set import PermissionSet
from doctypes.permissions.rule import Rule
from doctypes.permissions.scope import render_rules
from replication.core.errors import Conflict
from server.auth.passwords import SALT_LENGTH, hash_password
from server.auth.principal import Kind, Principal
from server.devices.device import devices_of
from server.instances.collection import Kept
from server.instances.instance import Instance
from server.permissions.asked import TINY_AT_MOST, AskedLink
from server.permissions.codes import kept_of, short_code
from server.permissions.permission import (
    SHARE,
    CodeSeed,
    Permission,
    ShortCode,
    permissions_of,
    short_codes_of,
)

_LINKED_APP = "registry://"
_SEED_BYTES = 16


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes that a new link gets: their names, whether tiny, and how long all of it lasts."""

    names: tuple[str, ...] = ()
    tiny: bool = False
    ttl: timedelta | None = None


class Links:
    """The sets of permissions of homes; `now` is aware, `random` gives so many random bytes."""

    def __init__(
        self,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        random: Callable[[int], bytes],
    ) -> None:
        self._now = now
        self._new_id = new_id
        self._random = random

    async def make(
        self, home: Instance, maker: Principal, asked: AskedLink, codes: Codes
    ) -> Kept[Permission]:
        """Make a link that allows no more than its maker may. Raises LargerPermissions."""
        require_within(maker.permissions, asked.rules)
        now = self._now()
        link = Permission(
            type=SHARE,
            source_id=await source_of(home, maker) or asked.source_id,
            permissions=render_rules(asked.rules),
            codes={name: self._seed(now) for name in codes.names},
            shortcodes={name: self._seed(now, tiny=is_tiny(codes)) for name in codes.names},
            password_hash=await self._hashed(asked.password),
            expires_at=(now + codes.ttl).isoformat() if codes.ttl else asked.expires_at or "",
            created_at=now.isoformat(),
            metadata=asked.metadata or {},
        )
        link_id = self._new_id()
        link = await self._led_to(home, link_id, link)
        return await permissions_of(home.store).add(link_id, link)

    async def change(
        self, home: Instance, link_id: str, changer: Principal, asked: AskedLink
    ) -> Kept[Permission] | None:
        """Change what is asked; None if there is none. Raises LargerPermissions."""
        require_within(changer.permissions, asked.rules)
        password_hash = await self._hashed(asked.password)

        def changed(link: Permission) -> Permission:
            rules = {**link.permissions, **render_rules(asked.rules)}
            return msgspec.structs.replace(
                link,
                permissions={t: rule for t, rule in rules.items() if t not in asked.dropped},
                codes=_kept(link.codes, asked.codes),
                shortcodes=_kept(link.shortcodes, asked.codes),
                password_hash=link.password_hash if asked.password is None else password_hash,
                expires_at=link.expires_at if asked.expires_at is None else asked.expires_at,
                metadata=link.metadata if asked.metadata is None else asked.metadata,
            )

        before = await permissions_of(home.store).get(link_id)
        kept = await permissions_of(home.store).update(link_id, changed)
        if before is not None and kept is not None:
            gone = before.value.shortcodes.keys() - kept.value.shortcodes.keys()
            await self._forget(home, [before.value.shortcodes[name] for name in gone])
        return kept

    async def end(self, home: Instance, link_id: str) -> None:
        """Delete a set of permissions with its codes, which open nothing from now on."""
        kept = await permissions_of(home.store).get(link_id)
        if kept is not None:
            await permissions_of(home.store).delete(link_id)
            await self._forget(home, kept.value.shortcodes.values())

    async def _led_to(self, home: Instance, link_id: str, link: Permission) -> Permission:
        """Note where the short codes lead, durably, before there is what they lead to.

        A crash in between leaves codes that lead nowhere.
        """
        seeds = {}
        for name, seed in link.shortcodes.items():
            seeds[name] = await self._noted(home, link_id, name, seed)
        return msgspec.structs.replace(link, shortcodes=seeds)

    async def _noted(self, home: Instance, link_id: str, name: str, seed: CodeSeed) -> CodeSeed:
        while True:
            key = kept_of(home.secret, short_code(home.secret, seed))
            try:
                await short_codes_of(home.store).add(key, ShortCode(link_id, name))
            except Conflict:  # somebody has this code: with six digits that happens
                await self._clear_if_ended(home, key)
                seed = self._seed(self._now(), tiny=seed.tiny)
            else:
                return seed

    async def _clear_if_ended(self, home: Instance, key: str) -> None:
        """Free a code whose link has ended; one without a link may be of one just being made."""
        leads = await short_codes_of(home.store).get(key)
        link = await permissions_of(home.store).get(leads.value.permission) if leads else None
        if link is not None and link.value.ends_at <= self._now().timestamp():
            await short_codes_of(home.store).delete(key)

    async def _forget(self, home: Instance, seeds: Iterable[CodeSeed]) -> None:
        for seed in seeds:
            key = kept_of(home.secret, short_code(home.secret, seed))
            await short_codes_of(home.store).delete(key)

    def _seed(self, now: datetime, *, tiny: bool = False) -> CodeSeed:
        return CodeSeed(self._random(_SEED_BYTES).hex(), int(now.timestamp()), tiny)

    async def _hashed(self, password: str | None) -> str:
        if not password:
            return ""
        return await asyncio.to_thread(hash_password, password, self._random(SALT_LENGTH))


def is_tiny(codes: Codes) -> bool:
    """Tell whether the short codes are six digits: only where they soon end (cozy.md B5)."""
    return codes.tiny and codes.ttl is not None and codes.ttl <= TINY_AT_MOST


def require_within(own: PermissionSet, asked: Mapping[str, Rule]) -> None:
    """Raise LargerPermissions unless who asks may do all of it."""
    if not own.contains(PermissionSet(tuple(asked.values()))):
        raise LargerPermissions


async def source_of(home: Instance, maker: Principal) -> str:
    """Return what made a link, as `type/id`; "" for the owner and what speaks as the owner.

    A client that stands for an application makes links as that application does.
    """
    if maker.kind is Kind.APP:
        return f"io.cozy.apps/{maker.name}"
    if maker.kind is Kind.KONNECTOR:
        return f"io.cozy.konnectors/{maker.name}"
    if maker.kind is Kind.OAUTH:
        client = await devices_of(home.store).get(maker.credential)
        linked = client.value.software_id if client else ""
        if linked.startswith(_LINKED_APP):
            return f"io.cozy.apps/{linked.removeprefix(_LINKED_APP)}"
    if maker.kind in (Kind.OAUTH, Kind.DEVICE):
        return f"io.cozy.oauth.clients/{maker.credential}"
    return ""


def _kept(seeds: dict[str, CodeSeed], names: frozenset[str] | None) -> dict[str, CodeSeed]:
    return seeds if names is None else {n: seed for n, seed in seeds.items() if n in names}
