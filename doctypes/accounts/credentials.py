"""Credentials in accounts (`io.cozy.accounts`), sealed while they are kept.

Which members are credentials, and what they are called once sealed, is cozy-stack's own
(`model/account/credentials.go`): of `auth`, and of `data.auth`, the login and the password become
`credentials_encrypted`, and each other secret gets `_encrypted` behind its name. How they are
sealed is the home's affair: nobody but it opens them.
"""

from collections.abc import Callable, Mapping

import msgspec
from msgspec import Raw

DOCTYPE = "io.cozy.accounts"

Seal = Callable[[bytes], str]
"""Makes a text of a secret, another one each time."""
Open = Callable[[str], bytes | None]
"""Makes the secret of a text again; None of what was not sealed here."""

_SECRETS = frozenset(
    {"secret", "dob", "code", "answer", "access_token", "refresh_token", "appSecret", "session"}
)
_PASSWORD, _LOGIN, _CREDENTIALS, _SEALED = "password", "login", "credentials", "_encrypted"
_DEEPEST = 4
"""How often `data` may be in `data`, and its credentials still be looked for."""

Members = dict[str, Raw]


def sealed(body: bytes, seal: Seal) -> bytes:
    """Return a document's body with its credentials sealed; the same body where there are none."""

    def change(auth: Members) -> Members:
        after = {name: auth[name] for name in auth if name not in _SECRETS and name != _PASSWORD}
        if _PASSWORD in auth:
            pair = {_LOGIN: auth.get(_LOGIN, Raw(b'""')), _PASSWORD: auth[_PASSWORD]}
            after[_CREDENTIALS + _SEALED] = _raw(seal(msgspec.json.encode(pair)))
        for name in auth.keys() & _SECRETS:
            after[name + _SEALED] = _raw(seal(bytes(auth[name])))
        return after

    return _changed(body, change)


def opened(body: bytes, open_text: Open) -> bytes:
    """Return a body with its credentials as they were; what does not open stays as it is."""

    def change(auth: Members) -> Members:
        after: Members = {}
        for name, value in auth.items():
            after |= _opened(name, value, open_text) or {name: value}
        return after

    return _changed(body, change)


def _opened(name: str, value: Raw, open_text: Open) -> Mapping[str, Raw] | None:
    if not name.endswith(_SEALED):
        return None
    try:
        plain = open_text(msgspec.json.decode(value, type=str))
    except msgspec.DecodeError:  # no text
        return None
    if plain is None:
        return None
    named = name.removesuffix(_SEALED)
    return _object(Raw(plain)) if named == _CREDENTIALS else {named: Raw(plain)}


def _changed(body: bytes, change: Callable[[Members], Members]) -> bytes:
    members = _object(Raw(body))
    if members is None or not _change(members, change):
        return body
    return msgspec.json.encode(members)


def _change(members: Members, change: Callable[[Members], Members], depth: int = 0) -> bool:
    """Change `auth`, and that of `data`, in place; tells whether anything is another now."""
    auth, data = _object(members.get("auth")), _object(members.get("data"))
    differs = False
    if auth is not None:
        after = change(auth)
        differs = after.keys() != auth.keys()
        if differs:
            members["auth"] = _raw(after)
    if data is not None and depth < _DEEPEST and _change(data, change, depth + 1):
        members["data"] = _raw(data)
        differs = True
    return differs


def _object(value: Raw | None) -> Members | None:
    try:
        return None if value is None else msgspec.json.decode(value, type=Members)
    except msgspec.DecodeError:  # no object
        return None


def _raw(value: object) -> Raw:
    return Raw(msgspec.json.encode(value))
