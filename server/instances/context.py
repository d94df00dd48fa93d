"""A context: what a host calls itself to the homes that are in it, and what they begin with.

White label: the name, logo and colours of pages, the terms, whom to ask. Each home names its
context; `default` is there always, and `[contexts.<name>]` in the settings makes others.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from server.instances.context_flags import check_flags
from server.instances.record import DEFAULT_CONTEXT
from server.instances.sizes import parse_size

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}\Z")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_TERMS = re.compile(r"v?(\d+)\.\d+\.[^.-]+(?:-(\d{8}))?\Z")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One context: `accent` is the colour of buttons and links, `accent_dark` on a dark ground.

    `quota` (bytes) and `locale` are what new homes begin with. What has lain in the trash for
    longer than `trash_days` is destroyed; None: it stays until its owner empties the trash.
    `flags` are feature flags (`context_flags`), which a context adds to those of `default`.

    `terms_version` is `A.B.C-YYYYMMDD` (cozy-stack's form): homes whose owner signed an earlier
    major version A get no answers from the date on until the owner signs this one. Raises
    ValueError, with the setting's name, for what cannot be.
    """

    title: str = "Foyer"
    logo: Path | None = None
    accent: str = ""
    accent_dark: str = ""
    terms_url: str = ""
    terms_version: str = ""
    support_address: str = ""
    quota: int | None = None
    locale: str = ""
    trash_days: int | None = None
    flags: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse what could not work, while somebody is looking."""
        for name in ("accent", "accent_dark"):
            colour = getattr(self, name)
            if colour and not _COLOUR.match(colour):
                raise ValueError(f"{name}: expected six hexadecimal digits, like #a8401a")
        if self.terms_url and not self.terms_url.startswith("https://"):
            raise ValueError("terms_url: expected an address that begins with https://")
        if self.terms_version and _terms(self.terms_version) is None:
            raise ValueError("terms_version: expected a form like 1.0.0-20270101")
        if self.trash_days is not None and self.trash_days < 1:
            raise ValueError("trash_days: expected at least one day")
        check_flags(self.flags)
        if self.support_address and not _ADDRESS.match(self.support_address):
            raise ValueError("support_address: expected a mail address")

    @property
    def terms_from(self) -> date | None:
        """The day from which the terms must be signed; None where nothing need be."""
        terms = _terms(self.terms_version)
        return terms[1] if terms else None

    def terms_unsigned(self, signed: str) -> bool:
        """Tell whether the owner who signed this version has other terms to sign."""
        latest, earlier = _terms(self.terms_version), _terms(signed)
        if latest is None or latest[1] is None:
            return False
        return earlier is None or earlier[0] < latest[0]


@dataclass(frozen=True, slots=True)
class Contexts:
    """All contexts of a server, by name."""

    by_name: Mapping[str, Context]

    def of(self, name: str) -> Context:
        """Return a context; the default one for a name that is no more in the settings."""
        return self.by_name.get(name) or self.by_name[DEFAULT_CONTEXT]


def read_contexts(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Context]:
    """Read contexts by name, as the settings file has them. Raises ValueError, with the place.

    What one does not say it takes from `default`.
    """
    default = _read(DEFAULT_CONTEXT, told.get(DEFAULT_CONTEXT, {}), Context())
    read = {name: _read(name, values, default) for name, values in told.items()}
    return {DEFAULT_CONTEXT: default, **read}


def _read(name: str, values: Mapping[str, Any], default: Context) -> Context:
    if not _NAME.match(name):
        raise ValueError(f"{name}: names of contexts are lower-case letters, digits, - and _")
    if not isinstance(values, Mapping):
        raise ValueError(f"{name}: is a section, not a value")  # noqa: TRY004  # one kind for all
    types = get_type_hints(Context)
    for key in values:
        if key not in types:
            known = ", ".join(field.name for field in fields(Context))
            raise ValueError(f"{name}.{key}: no setting has this name; there are {known}")
    try:
        read: dict[str, Any] = {
            key: _value(key, value, types[key]) for key, value in values.items()
        }
        return replace(default, **{"flags": {}, **read})
    except (ValueError, msgspec.ValidationError) as error:
        raise ValueError(f"{name}.{error}") from error


def _value(key: str, value: object, kind: object) -> object:
    if key == "quota" and isinstance(value, str):
        value = parse_size(value)
    if key == "logo" and isinstance(value, str):
        return Path(value).expanduser()
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"{key}: {error}") from error


def _terms(version: str) -> tuple[int, date | None] | None:
    """Return the major number and the day of a version; None for text that is none."""
    found = _TERMS.match(version)
    if found is None:
        return None
    try:
        day = date.fromisoformat(found[2]) if found[2] else None
    except ValueError:
        return None
    return int(found[1]), day
