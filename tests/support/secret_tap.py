"""Notes each secret that a home under test hands out, is shown, or looks at.

Where `FOYER_TESTS_SECRETS` names a folder, the tests and the servers that they start put these
aside there, and everything that is logged beside them; `tests.support.secret_search` then looks for
them in what the homes wrote. Installed before the rest of the house is imported, since functions
are taken hold of where they are defined:

    FOYER_TESTS_SECRETS=folder python -m tests.support.secret_tap serve --dir …
"""

import functools
import importlib
import inspect
import logging
import os
from pathlib import Path

ENVIRONMENT = "FOYER_TESTS_SECRETS"
SHORTEST = 12
"""Characters: what is shorter stands in other words by chance, and is not looked for."""

GIVEN_OUT = (
    ("server.auth.passwords", "readable_password"),
    ("server.auth.tokens", "TokenKeys.issue"),
    ("server.couch_auth.cookies", "make_cookie"),
    ("server.permissions.codes", "short_code"),
    ("server.permissions.codes", "password_proof"),
    ("server.oauth.oauth", "client_secret"),
    ("server.sign_in.second_step", "begin_step"),
    ("server.wopi.tokens", "AccessTokens.make"),
)
"""What these return is a secret."""

LOOKED_AT = (
    ("server.auth.passwords", "hash_password", 0),
    ("server.auth.passwords", "is_password", 0),
    ("server.auth.passwords", "is_passphrase", 0),
    ("server.auth.sealing", "seal", 2),
    ("server.devices.device", "hashed", 0),
    ("server.sign_in.session", "session_id", 0),
    ("server.oauth.one_time_code", "Codes.add", 1),
    ("server.couch_auth.passwords", "is_password", 0),
)
"""What these are given, at a place, is one."""

SHOWN = (("server.auth.basic", "read_basic"), ("server.auth.shown", "read_shown"))
"""What requests show: logins, tokens, cookies."""


class Tap:
    """Writes what it is given to a file of this process, each secret once."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / f"{os.getpid()}.secrets").open("a", encoding="utf-8")
        self._known = set()

    def note(self, secret):
        text = secret.hex() if isinstance(secret, bytes) else secret
        if isinstance(text, str) and len(text) >= SHORTEST and text not in self._known:
            self._known.add(text)
            self._file.write(repr(text) + "\n")
            self._file.flush()

    def note_shown(self, shown):
        """Note what `read_basic` or `read_shown` found."""
        for name in ("password", "token", "cookie"):
            self.note(getattr(shown, name, None))

    def wrap(self, module, path, noted):
        """Have a function tell, by `noted(arguments, result)`, what is secret about each call."""
        *owner, name = path.split(".")
        holder = functools.reduce(getattr, owner, importlib.import_module(module))
        plain = getattr(holder, name)
        if inspect.iscoroutinefunction(plain):

            @functools.wraps(plain)
            async def told(*arguments, **named):
                noted(arguments, None)
                return await plain(*arguments, **named)
        else:

            @functools.wraps(plain)
            def told(*arguments, **named):
                result = plain(*arguments, **named)
                noted(arguments, result)
                return result

        setattr(holder, name, told)


def install():
    """Take hold of the functions, where a folder is named for what they tell."""
    if not os.environ.get(ENVIRONMENT):
        return
    folder = Path(os.environ[ENVIRONMENT])
    tap = Tap(folder)
    for module, path, at in LOOKED_AT:
        tap.wrap(module, path, lambda given, _, at=at: tap.note(given[at]) if given[at:] else None)
    for module, path in GIVEN_OUT:
        tap.wrap(module, path, lambda _, result: tap.note(result))
    for module, path in SHOWN:
        tap.wrap(module, path, lambda _, result: tap.note_shown(result))
    _log_to(folder / f"{os.getpid()}.log")


def _log_to(path):
    from server.observe.logging import JsonFormatter

    handler = logging.FileHandler(path)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)


if __name__ == "__main__":
    install()
    from server.__main__ import main

    main()
