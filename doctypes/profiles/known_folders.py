"""Folders that a profile knows where it wants no new ones: who makes one there wants it."""

from collections.abc import Sequence

import msgspec

from doctypes.files.names import composed
from doctypes.profiles.profile import Profile, Rule


def is_about(rule: Rule, directory_id: str, path: str) -> bool:
    """Tell whether a directory is the place of a rule that wants no new folders in it."""
    if rule.new_siblings:
        return False
    if rule.folder:
        return rule.folder == directory_id
    return composed(rule.path) == composed(path)


def with_known(profile: Profile, parent_id: str, parent_path: str, folder_id: str) -> Profile:
    """Return a profile that knows one more folder; the same where no rule is about its parent."""
    rules = tuple(
        msgspec.structs.replace(rule, known=(*rule.known, folder_id))
        if is_about(rule, parent_id, parent_path)
        else rule
        for rule in profile.rules
    )
    return profile if rules == profile.rules else msgspec.structs.replace(profile, rules=rules)


def known_before(rule: Rule, former: Profile) -> Sequence[str]:
    """Return what a rule knew in the profile that it comes from; empty if it is new."""
    for old in former.rules:
        if not old.new_siblings and (old.folder, old.path) == (rule.folder, rule.path):
            return old.known
    return ()
