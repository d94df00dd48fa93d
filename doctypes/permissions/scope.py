"""Permissions written down: as a scope of OAuth, in a line, or as JSON, by titles (cozy.md B4, B5).

A scope is rules separated by spaces, each `type[:verbs[:values[:selector]]]`, with commas between
verbs and between values; `*` is everything.
"""

from collections.abc import Mapping
from typing import Any

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.permission_set import EVERYTHING, PermissionSet
from doctypes.permissions.rule import ALL, ALL_VERBS, Rule, Verb

WHOLE = "*"
_PARTS = 4

RulesByTitle = Mapping[str, Rule]


def parse_scope(text: str) -> PermissionSet:
    """Read a scope. Raises RuleIllegal."""
    words = text.split()
    if words == [WHOLE]:
        return EVERYTHING
    if not words:
        raise RuleIllegal("empty scope")
    return PermissionSet(tuple(map(_parse_rule, words)))


def render_scope(permissions: PermissionSet) -> str:
    """Write a set as a scope; what `parse_scope` reads of it is the same set."""
    if permissions.everything:
        return WHOLE
    return " ".join(map(_render_rule, permissions.rules))


def parse_rules(told: object) -> dict[str, Rule]:
    """Read a JSON object from titles to rules. Raises RuleIllegal."""
    if not isinstance(told, Mapping):
        raise RuleIllegal("permissions must be an object of rules")
    return {str(title): parse_rule(rule) for title, rule in told.items()}


def parse_rule(told: object) -> Rule:
    """Read one rule of JSON: `{type, verbs?, values?, selector?, description?}`.

    Raises RuleIllegal.
    """
    if not isinstance(told, Mapping) or not isinstance(told.get("type"), str):
        raise RuleIllegal("a rule needs a type")
    return Rule(
        told["type"],
        _verbs(_texts(told, "verbs")),
        tuple(_texts(told, "values")),
        _text(told, "selector"),
        _text(told, "description"),
    )


def render_rules(rules: RulesByTitle) -> dict[str, dict[str, Any]]:
    """Write rules as Cozy's JSON has them, by titles."""
    return {title: render_rule(rule) for title, rule in rules.items()}


def render_rule(rule: Rule) -> dict[str, Any]:
    """Write one rule; what a rule does not limit is left out, but for its verbs."""
    told: dict[str, Any] = {"type": rule.type}
    if rule.description:
        told["description"] = rule.description
    told["verbs"] = _spelt(rule.verbs)
    if rule.selector:
        told["selector"] = rule.selector
    if rule.values:
        told["values"] = list(rule.values)
    return told


def titled(permissions: PermissionSet) -> dict[str, Rule]:
    """Give the rules of a scope titles, as Cozy does: `rule0`, `rule1` and so on."""
    return {f"rule{number}": rule for number, rule in enumerate(permissions.rules)}


def _parse_rule(word: str) -> Rule:
    parts = word.split(":", _PARTS - 1)
    parts += [""] * (_PARTS - len(parts))
    kind, verbs, values, selector = parts
    return Rule(kind, _verbs(_split(verbs)), tuple(_split(values)), selector)


def _render_rule(rule: Rule) -> str:
    parts = [rule.type, ",".join(_spelt(rule.verbs)), ",".join(rule.values), rule.selector]
    if rule.verbs == ALL_VERBS and not rule.values:
        parts[1] = ""
    return ":".join(parts).rstrip(":")


def _split(text: str) -> list[str]:
    return [part for part in text.split(",") if part]


def _spelt(verbs: frozenset[Verb]) -> list[str]:
    return [ALL] if verbs == ALL_VERBS else [str(verb) for verb in Verb if verb in verbs]


def _verbs(words: list[str]) -> frozenset[Verb]:
    if not words or ALL in words:
        return ALL_VERBS
    try:
        return frozenset(Verb(word.upper()) for word in words)
    except ValueError as error:
        raise RuleIllegal(str(error)) from error


def _texts(told: Mapping[str, Any], name: str) -> list[str]:
    found = told.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise RuleIllegal(f"{name} must be a list of strings")
    return list(found)


def _text(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    if found is not None and not isinstance(found, str):
        raise RuleIllegal(f"{name} must be a string")
    return found or ""
