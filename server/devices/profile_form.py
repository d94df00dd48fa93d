"""What a device sees of the files, as a form: choices that people make without writing rules."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, Directory
from doctypes.profiles.presets import PRESETS, preset_of
from doctypes.profiles.profile import Mode, Profile, Rule

OWN = "own"
"""Rules that no other choice says; they stay as they are."""

CHOICES = ("everything", Mode.INCLUDE.value, Mode.EXCLUDE.value, *list(PRESETS)[1:])
MOST_FOLDERS = 200


@dataclass(frozen=True, slots=True)
class FolderChoice:
    """A folder that may be ticked."""

    id: str
    path: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ProfileForm:
    """The form as it stands for a device."""

    choices: tuple[str, ...]
    choice: str
    folders: Sequence[FolderChoice]
    read_only: bool
    hide_junk: bool


def choice_of(profile: Profile) -> str:
    """Return which choice a profile is."""
    preset = preset_of(profile)
    if preset:
        return preset
    if profile.mode is Mode.ALL:
        return "everything"
    if all(rule == Rule(folder=rule.folder) for rule in profile.rules):
        return profile.mode.value
    return OWN


async def form_of(tree: FileTree, profile: Profile) -> ProfileForm:
    """Return the form: the folders at the top, and those that are chosen wherever they lie."""
    chosen = {rule.folder for rule in profile.rules if rule.folder}
    choice = choice_of(profile)
    choices = (*CHOICES, OWN) if choice == OWN else CHOICES
    folders = [
        FolderChoice(folder.id, folder.path, folder.id in chosen)
        for folder in await _folders(tree, sorted(chosen))
    ]
    return ProfileForm(choices, choice, folders, profile.read_only, profile.hide_junk)


def chosen_profile(
    former: Profile, choice: str, folders: Sequence[str], *, read_only: bool, hide_junk: bool
) -> Profile:
    """Return the profile that a filled-in form stands for; a choice that is none changes no rule.

    Nothing but chosen folders, and none chosen, is nothing at all; all but none is everything.
    """
    made = former
    if choice in (Mode.INCLUDE, Mode.EXCLUDE):
        made = Profile(Mode(choice), tuple(Rule(folder=folder) for folder in folders))
    elif choice in PRESETS:
        made = PRESETS[choice]
    return msgspec.structs.replace(made, read_only=read_only, hide_junk=hide_junk)


async def _folders(tree: FileTree, chosen: Sequence[str]) -> list[Directory]:
    top = await tree.subdirectories(ROOT_ID)
    found = await tree.directories([*dict.fromkeys((*top, *chosen))][:MOST_FOLDERS])
    return sorted(found, key=lambda folder: folder.path)
