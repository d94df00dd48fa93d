"""What is asked for a home that is to be made, and how it begins: with what its context says."""

import msgspec
from msgspec import UNSET, UnsetType

from server.instances.changes import ChangeIllegal, Changes, Why
from server.instances.context import Contexts
from server.instances.record import DEFAULT_CONTEXT


class NewHome(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A home to make; what is not said its context says. `quota` is in bytes, None for no limit.

    With `set_up` its owner chooses the passphrase, by a link.
    """

    domain: str
    owner: str = "owner"
    aliases: tuple[str, ...] = ()
    password: str = ""
    set_up: bool = False
    locale: str = ""
    timezone: str = ""
    context: str = DEFAULT_CONTEXT
    quota: int | UnsetType | None = UNSET


def begun(asked: NewHome, contexts: Contexts) -> Changes:
    """Return how a home begins. Raises ChangeIllegal for a context that is not in the settings."""
    if asked.context not in contexts.by_name:
        raise ChangeIllegal(Why.NO_CONTEXT, ", ".join(sorted(contexts.by_name)))
    context = contexts.of(asked.context)
    locale = asked.locale or context.locale
    return Changes(
        context=asked.context,
        timezone=asked.timezone,
        quota=context.quota if asked.quota is UNSET else asked.quota,
        locale=locale or UNSET,
    )
