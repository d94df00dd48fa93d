"""From a profile to a view: directories by their paths, and what other sources hide besides."""

from collections.abc import Iterable, Iterator, Mapping

from doctypes.files.names import composed
from doctypes.files.paths import ROOT_PATH
from doctypes.profiles.presets import JUNK
from doctypes.profiles.profile import Mode, Profile, Rule
from doctypes.profiles.view import WHOLE, Clause, View

_JUNK = tuple(Clause(ROOT_PATH, shows=False, glob=pattern) for pattern in JUNK)


def folders_of(profile: Profile) -> list[str]:
    """Return the ids of the directories whose paths it takes to resolve a profile."""
    if profile.mode is Mode.ALL:
        return []
    named = [one for rule in profile.rules for one in (rule.folder, *rule.known) if one]
    return list(dict.fromkeys(named))


def resolved(profile: Profile, paths: Mapping[str, str], excluded: Iterable[str] = ()) -> View:
    """Return what a device sees.

    `paths` are those of the directories in `folders_of`, without what is gone; `excluded` those of
    directories that the device left out by Cozy's `not_synchronized_on`.
    """
    clauses = [Clause(composed(path), shows=False) for path in sorted(excluded)]
    if profile.hide_junk:
        clauses += _JUNK
    if profile.mode is not Mode.ALL:
        for rule in profile.rules:
            clauses += _clauses(rule, rule_shows(profile, rule), paths)
    shows_rest = profile.mode is not Mode.INCLUDE
    return View(tuple(clauses), shows_rest) if clauses or not shows_rest else WHOLE


def rule_shows(profile: Profile, rule: Rule) -> bool:
    """Tell whether a rule shows what it takes in, or hides it."""
    return profile.mode is Mode.INCLUDE if rule.show is None else rule.show


def _clauses(rule: Rule, shows: bool, paths: Mapping[str, str]) -> Iterator[Clause]:  # noqa: FBT001
    place = paths.get(rule.folder) if rule.folder else rule.path or ROOT_PATH
    if place is None:
        return  # the directory is gone: there is nothing that the rule could be about
    place = composed(place)
    clause = Clause(place, shows, rule.glob, rule.min_size, rule.max_size, rule.types)
    if not rule.new_siblings:
        known = sorted(composed(paths[one]) for one in rule.known if one in paths)
        yield Clause(place, shows=False, known=tuple(known))
    if rule.new_siblings or shows or not clause.is_plain:
        yield clause  # else it is about new folders alone
