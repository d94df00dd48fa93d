"""What a client asks for, in words that a person can say yes or no to. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from doctypes.permissions.permission_set import PermissionSet
from doctypes.permissions.rule import READING, Rule, Verb
from server.oauth.doctype_words import LABELS, label_of

SEES, ADDS, CHANGES, DELETES = "sees", "adds", "changes", "deletes"
_DOES = {
    SEES: frozenset({Verb.GET}),
    ADDS: frozenset({Verb.POST}),
    CHANGES: frozenset({Verb.PUT, Verb.PATCH}),
    DELETES: frozenset({Verb.DELETE}),
}
_JOBS = "io.cozy.jobs"
_MAIL = "sendmail"


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of documents, what the client would do with them, and which of them it means.

    `does` are keys of words; `only` names the documents, empty for all of the kind. `type` is
    there for who wants to know exactly.
    """

    label: str
    type: str
    does: tuple[str, ...]
    only: tuple[str, ...] = ()


def lines_of(permissions: PermissionSet, language: str) -> list[Line]:
    """Return what a set allows, a line for each kind and choice of documents, by their labels.

    Sending mail is left out, for that is said apart (`sends_mail`).
    """
    gathered: dict[tuple[str, tuple[str, ...]], set[Verb]] = {}
    for rule in permissions.rules:
        if (rule.type, rule.values) != (_JOBS, (_MAIL,)):
            gathered.setdefault((rule.type, rule.values), set()).update(rule.verbs)
    lines = [_line(*meant, _does(verbs), language) for meant, verbs in gathered.items()]
    return sorted(lines, key=lambda line: (line.label, line.only))


def _line(doctype: str, values: tuple[str, ...], does: tuple[str, ...], language: str) -> Line:
    # Some settings are documents with a name of their own: `io.cozy.settings.disk-usage`.
    if len(values) == 1 and values[0] in LABELS:
        return Line(label_of(values[0], language), values[0], does)
    return Line(label_of(doctype, language), doctype, does, values)


def only_reads(permissions: PermissionSet) -> bool:
    """Tell whether nothing that is allowed changes anything."""
    rules: Sequence[Rule] = permissions.rules
    return not permissions.everything and all(rule.verbs <= READING for rule in rules)


def sends_mail(permissions: PermissionSet) -> bool:
    """Tell whether a client could send mail in the owner's name."""
    return any(rule.type == _JOBS and _MAIL in rule.values for rule in permissions.rules)


def _does(verbs: set[Verb]) -> tuple[str, ...]:
    return tuple(word for word, meant in _DOES.items() if meant & verbs)
