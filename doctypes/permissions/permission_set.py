"""All that one credential may do."""

from collections.abc import Iterable
from dataclasses import dataclass

from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.rule import Rule, Subject, Verb


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """Rules; something is allowed when one of them allows it. `everything` stands for all rules.

    `everything` is what an owner has, and Cozy's scope `*`.
    """

    rules: tuple[Rule, ...] = ()
    everything: bool = False

    def allows_type(self, verb: Verb, doctype: str) -> bool:
        """Tell whether the verb is allowed on all documents of a type."""
        return self.everything or any(rule.allows_type(verb, doctype) for rule in self.rules)

    def allows(self, verb: Verb, doctype: str, subject: Subject) -> bool:
        """Tell whether the verb is allowed on one document."""
        return self.everything or any(rule.allows(verb, doctype, subject) for rule in self.rules)

    def may_allow(self, verb: Verb, doctype: str) -> bool:
        """Tell whether there is any document of the type that the verb is allowed on."""
        return self.everything or any(
            verb in rule.verbs and rule.covers_type(doctype) for rule in self.rules
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
        if self.everything or not (other.everything or other.rules):
            return True
        return not other.everything and all(
            any(mine.contains(rule) for mine in self.rules) for rule in other.rules
        )

    def joined(self, rules: Iterable[Rule]) -> "PermissionSet":
        """Return a set that allows these rules too."""
        return PermissionSet((*self.rules, *rules), self.everything)


EVERYTHING = PermissionSet(everything=True)
NOTHING = PermissionSet()
