"""Choosing a passphrase: what must come with it, and what follows from it."""

from dataclasses import dataclass, field

from aiohttp import web

from server import keys
from server.audit.trail import audited
from server.auth.errors import TooManyAttempts
from server.auth.kdf import check_iterations
from server.auth.live import PASSPHRASE
from server.mail.mailer import MailUnsent
from server.sign_in.letters import send
from server.sign_in.opening import end_sessions
from server.sign_in.owner_change import Overtaken, set_passphrase
from server.sign_in.room import SIGN_IN
from server.sign_in.signed_in import Sent, text_of
from server.sign_in.vault_keys import HINT, KEY, STAMP, change_vault, read_vault, sent_keys

SHORTEST = 8
"""Characters of a passphrase; of one that was derived the browser has seen to it."""
_LONGEST = 1024
_HASH_LENGTH = 44


class PassphraseUnfit(Exception):
    """What was sent is no passphrase that can be kept; `key` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Chosen:
    """A new passphrase, `derived` or as it was typed, with the vault's keys and a hint.

    `hint` is None where nobody said; `forced` gives up a vault whose key did not come along.
    """

    secret: str = field(repr=False)
    iterations: int
    derived: bool
    keys: dict[str, str] = field(repr=False)
    hint: str | None = field(default=None, repr=False)
    forced: bool = False


def chosen_of(request: web.Request, sent: Sent, *names: str) -> Chosen:
    """Read a new passphrase. Raises PassphraseUnfit."""
    secret, hint = text_of(sent, *names), sent.get("hint")
    derived = not sent.get("plain")
    told = text_of(sent, "iterations") or sent.get("iterations")
    ours = request.app[SIGN_IN].kdf_iterations
    try:
        iterations = (
            int(str(told)) if derived and told not in (None, "") else 0 if derived else ours
        )
        check_iterations(iterations)
    except ValueError as error:
        raise PassphraseUnfit("iterations") from error
    if len(secret) < (_HASH_LENGTH if derived and iterations else SHORTEST):
        raise PassphraseUnfit("short")
    if len(secret) > _LONGEST:
        raise PassphraseUnfit("long")
    return Chosen(
        secret,
        iterations,
        derived,
        sent_keys(sent),
        hint if isinstance(hint, str) else None,
        forced=str(sent.get("force") or "").lower() in ("1", "true"),
    )


async def choose(request: web.Request, chosen: Chosen) -> None:
    """Make it the passphrase of the home, first the record, then the vault.

    Raises PassphraseUnfit where a vault's key did not come along: without it, encrypted anew,
    nothing in the vault could be read again; and where somebody else chose one meanwhile.
    """
    home = request[keys.INSTANCE]
    vault = await read_vault(home.store)
    if vault.get(KEY) and KEY not in chosen.keys and not chosen.forced:
        raise PassphraseUnfit("vault_key")
    changes: dict[str, object] = {**chosen.keys, STAMP: request.app[SIGN_IN].new_id()}
    if chosen.iterations:
        changes["passphrase_kdf"] = 0
        changes["passphrase_kdf_iterations"] = chosen.iterations
    if chosen.hint is not None:
        changes[HINT] = chosen.hint or None
    try:
        await set_passphrase(request, chosen.secret, chosen.iterations, derived=chosen.derived)
    except Overtaken as overtaken:
        raise PassphraseUnfit("overtaken") from overtaken
    await change_vault(home.store, changes)
    request.app[keys.LIVE].cut_off(home.domain, PASSPHRASE)


async def change(request: web.Request, chosen: Chosen, session: str) -> None:
    """Change the passphrase: other sessions end, devices stay, and the owner gets a letter.

    Raises PassphraseUnfit.
    """
    await choose(request, chosen)
    await end_sessions(request, but=session)
    await audited(request, "passphrase.changed")
    try:
        await send(request, "changed")
    except (MailUnsent, TooManyAttempts):
        return  # it is changed all the same
