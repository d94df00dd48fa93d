"""One permission: some verbs on the documents of a type, on all of them or on some.

The grammar is Cozy's (cozy.md B4 and B5), for its applications ask for permissions in it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from doctypes.permissions.errors import RuleIllegal


class Verb(StrEnum):
    """What is done to a document: read, made, written anew, changed in part, deleted."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


ALL = "ALL"
ALL_VERBS = frozenset(Verb)
READING = frozenset({Verb.GET})

_TYPE = re.compile(r"[a-z0-9_.]+\Z")
_WILDCARD = ".*"
_FEWEST_DOTS = 3
"""`io.cozy.bank.*` is a wildcard; what stands for whole vendors is none."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A document that a rule is held against.

    `fields` is the document without its body's underscores; `within` are the ids of the folders
    that a file lies in, up to the root: a rule that names a folder covers what is in it.
    """

    id: str
    fields: Mapping[str, Any]
    within: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A permission on a type of documents.

    Without `values` it is for the whole type. With values, for the documents that have one of them
    as their id or, with a `selector`, in that field.
    """

    type: str
    verbs: frozenset[Verb] = ALL_VERBS
    values: tuple[str, ...] = ()
    selector: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        """Refuse what names no doctype. Raises RuleIllegal."""
        name = self.type.removesuffix(_WILDCARD)
        if not _TYPE.match(name) or (name != self.type and self.type.count(".") < _FEWEST_DOTS):
            raise RuleIllegal(self.type)

    def covers_type(self, doctype: str) -> bool:
        """Tell whether documents of this type are meant, some of them at least."""
        if not self.type.endswith(_WILDCARD):
            return self.type == doctype
        family = self.type.removesuffix(_WILDCARD)
        return doctype == family or doctype.startswith(family + ".")

    def allows_type(self, verb: Verb, doctype: str) -> bool:
        """Tell whether the verb is allowed on all documents of a type."""
        return not self.values and verb in self.verbs and self.covers_type(doctype)

    def allows(self, verb: Verb, doctype: str, subject: Subject) -> bool:
        """Tell whether the verb is allowed on one document."""
        if verb not in self.verbs or not self.covers_type(doctype):
            return False
        return not self.values or self._names(subject)

    def contains(self, other: "Rule") -> bool:
        """Tell whether all that another rule allows is allowed by this one."""
        if not (other.verbs <= self.verbs and self._covers_types_of(other)):
            return False
        if not self.values:
            return True
        same_field = self.selector == other.selector
        return same_field and bool(other.values) and set(other.values) <= set(self.values)

    def _covers_types_of(self, other: "Rule") -> bool:
        if other.type.endswith(_WILDCARD) and not self.type.endswith(_WILDCARD):
            return False
        return self.covers_type(other.type.removesuffix(_WILDCARD))

    def _names(self, subject: Subject) -> bool:
        if not self.selector or self.selector in {"_id", "id"}:
            return subject.id in self.values or any(
                folder in self.values for folder in subject.within
            )
        return any(found in self.values for found in _found(subject.fields.get(self.selector)))


def _found(value: object) -> list[str]:
    """Return what a field offers to compare: a reference `{type, id}` reads `type/id`."""
    if isinstance(value, list):
        return [found for item in value for found in _found(item)]
    if isinstance(value, Mapping):
        return [f"{value.get('type')}/{value.get('id')}"]
    return [value] if isinstance(value, str) else []
