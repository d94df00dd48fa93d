"""Profiles from what somebody sent, checked: each fault with the field that it is in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from doctypes.files.names import composed
from doctypes.files.paths import MOST_NAMES
from doctypes.profiles.patterns import is_legal
from doctypes.profiles.presets import PRESETS
from doctypes.profiles.profile import (
    MOST_CHARACTERS,
    MOST_RULES,
    MOST_TYPES,
    Profile,
    Rule,
)


@dataclass(frozen=True)
class ProfileIllegal(Exception):
    """A profile cannot be so; `why` tells what to write instead."""

    why: str

    def __str__(self) -> str:
        return self.why


def read_profile(told: object) -> Profile:
    """Read a profile from JSON's values; `preset` stands for the mode and rules of one.

    Raises ProfileIllegal.
    """
    if not isinstance(told, Mapping):
        raise ProfileIllegal('A profile is an object, like {"mode": "include", "rules": []}.')
    fields = dict(told)
    preset = fields.pop("preset", None)
    if preset is not None:
        fields = _of_preset(preset, fields)
    try:
        profile = msgspec.convert(fields, Profile)
    except msgspec.ValidationError as fault:
        raise ProfileIllegal(f"The profile: {fault}.") from fault
    if len(profile.rules) > MOST_RULES:
        raise ProfileIllegal(f"A profile has {MOST_RULES} rules at most.")
    rules = tuple(_checked(rule, number) for number, rule in enumerate(profile.rules, 1))
    return msgspec.structs.replace(profile, rules=rules)


def told(profile: Profile) -> dict[str, Any]:
    """Return a profile as it is sent, with all that it leaves unsaid."""
    rules = [msgspec.to_builtins(rule) for rule in profile.rules]
    return {
        "mode": str(profile.mode),
        "rules": rules,
        "read_only": profile.read_only,
        "hide_junk": profile.hide_junk,
    }


def _of_preset(name: object, fields: dict[str, Any]) -> dict[str, Any]:
    preset = PRESETS.get(name) if isinstance(name, str) else None
    if preset is None:
        raise ProfileIllegal(f"A preset is one of: {', '.join(PRESETS)}.")
    if {"mode", "rules"} & fields.keys():
        raise ProfileIllegal("Send a preset, or a mode with rules.")
    return {**msgspec.to_builtins(preset), **fields}


def _checked(rule: Rule, number: int) -> Rule:
    for is_right, why in _CHECKS:
        if not is_right(rule):
            raise ProfileIllegal(f"Rule {number}: {why}")
    path = composed(rule.path.rstrip("/") or "/") if rule.path else ""
    return msgspec.structs.replace(rule, path=path)


def _names_something(rule: Rule) -> bool:
    return (
        bool(rule.has_place or rule.glob or rule.min_size or rule.types)
        or rule.max_size is not None
    )


def _is_path(path: str) -> bool:
    names = path.strip("/").split("/") if path.strip("/") else []
    return path.startswith("/") and len(names) <= MOST_NAMES and not {"", ".", ".."} & {*names}


_CHECKS: tuple[tuple[Callable[[Rule], bool], str], ...] = (
    (_names_something, "name a folder, a path, a glob, a size or types."),
    (lambda rule: not (rule.folder and rule.path), "name a folder or a path, not both."),
    (lambda rule: not rule.path or _is_path(rule.path), "a path begins with / like /Photos/2026."),
    (
        lambda rule: max(map(len, (rule.folder, rule.path, rule.glob))) <= MOST_CHARACTERS,
        f"{MOST_CHARACTERS} characters are the most.",
    ),
    (
        lambda rule: not rule.glob or is_legal(rule.glob),
        "a glob is a pattern of names, like *.tmp or cache/*.",
    ),
    (lambda rule: rule.min_size >= 0, "sizes are numbers of bytes."),
    (
        lambda rule: rule.max_size is None or rule.max_size >= rule.min_size,
        "max_size is not below min_size.",
    ),
    (
        lambda rule: len(rule.types) <= MOST_TYPES and all(rule.types),
        "types are classes like image, or media types like image/*.",
    ),
    (
        lambda rule: rule.new_siblings or rule.has_place,
        "new_siblings is about a folder or a path.",
    ),
)
