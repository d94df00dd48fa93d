"""All that one credential may do."""

from collections.abc import Iterable
from dataclasses import dataclass

from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.rule import Rule, Subject, Verb

_CHANGES = frozenset(Verb) - {Verb.GET}


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """Rules; something is allowed when one of them allows it. `everything` stands for all rules.

    `everything` is what an owner has, and Cozy's scope `*`. Of the types in `reads_only` nothing is
    allowed but GET, whatever the rules say.
    """

    rules: tuple[Rule, ...] = ()
    everything: bool = False
    reads_only: frozenset[str] = frozenset()

    def allows_type(self, verb: Verb, doctype: str) -> bool:
        """Tell whether the verb is allowed on all documents of a type."""
        return self._leaves(verb, doctype) and (
            self.everything or any(rule.allows_type(verb, doctype) for rule in self.rules)
        )

    def allows(self, verb: Verb, doctype: str, subject: Subject) -> bool:
        """Tell whether the verb is allowed on one document."""
        return self._leaves(verb, doctype) and (
            self.everything or any(rule.allows(verb, doctype, subject) for rule in self.rules)
        )

    def may_allow(self, verb: Verb, doctype: str) -> bool:
        """Tell whether there is any document of the type that the verb is allowed on."""
        return self._leaves(verb, doctype) and (
            self.everything
            or any(verb in rule.verbs and rule.covers_type(doctype) for rule in self.rules)
        )

    def require_type(self, verb: Verb, doctype: str) -> None:
        """Raise PermissionDenied unless the verb is allowed on all documents of a type."""
        if not self.allows_type(verb, doctype):
            raise PermissionDenied(verb, doctype)

    def require(self, verb: Verb, doctype: str, subject: Subject) -> None:
        """Raise PermissionDenied unless the verb is allowed on one document."""
        if not self.allows(verb, doctype, subject):
            raise PermissionDenied(verb, doctype, subject.id)

    def contains(self, other: "PermissionSet") -> bool:
        """Tell whether all that another set allows is allowed by this one, rule by rule."""
        if any(other.may_allow(verb, one) for one in self.reads_only for verb in _CHANGES):
            return False
        if self.everything or not (other.everything or other.rules):
            return True
        return not other.everything and all(
            any(mine.contains(rule) for mine in self.rules) for rule in other.rules
        )

    def joined(self, rules: Iterable[Rule]) -> "PermissionSet":
        """Return a set that allows these rules too."""
        return PermissionSet((*self.rules, *rules), self.everything, self.reads_only)

    def _leaves(self, verb: Verb, doctype: str) -> bool:
        return verb is Verb.GET or doctype not in self.reads_only


EVERYTHING = PermissionSet(everything=True)
NOTHING = PermissionSet()
