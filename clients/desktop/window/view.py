"""What the window shows of the folders: from what processes say to lines and buttons. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from clients.desktop.local.messages import known, say
from clients.desktop.local.telling import bytes_of, printable, when, word_for

RECENT = 20
"""Events that are shown."""


class Mood(StrEnum):
    """How a folder is, at a glance."""

    GOOD = "good"
    BUSY = "busy"
    HELD = "held"
    """Paused by a person, or stopped."""
    AWAY = "away"
    """The home does not answer; that comes right by itself."""
    WRONG = "wrong"
    """A person is needed."""


_STATES = {"starting": Mood.BUSY, "working": Mood.BUSY, "offline": Mood.AWAY, "idle": Mood.GOOD}
_WORST = (Mood.WRONG, Mood.AWAY, Mood.BUSY, Mood.HELD, Mood.GOOD)


@dataclass(frozen=True, slots=True)
class Button:
    """What a person may ask for: an act of the desk, about a path of the folder or all of it."""

    act: str
    text: str
    path: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a person should know, with what they can do about it."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Moving:
    """A content under way; `share` of it is there (0 to 1)."""

    path: str
    is_upload: bool
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done."""

    when: str
    word: str
    path: str


@dataclass(frozen=True, slots=True)
class Room:
    """How much room of the home is used; `share` is None where there is no limit."""

    text: str
    share: float | None


@dataclass(frozen=True, slots=True)
class FolderView:
    """One folder."""

    id: str
    name: str
    path: str
    home: str
    mood: Mood
    headline: str
    share: float | None
    notes: tuple[Note, ...]
    moving: tuple[Moving, ...]
    conflicts: tuple[Note, ...]
    recent: tuple[Done, ...]
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The whole window."""

    mood: Mood
    headline: str
    folders: tuple[FolderView, ...]


def view_of(found: Sequence[Mapping[str, Any]]) -> View:
    """Return what the window shows of the statuses of all folders."""
    folders = tuple(_folder(told) for told in found)
    mood = next((it for it in _WORST if any(one.mood is it for one in folders)), Mood.HELD)
    return View(mood, say(f"mood_{mood}") if folders else say("window_no_folder"), folders)


def _folder(told: Mapping[str, Any]) -> FolderView:
    return FolderView(
        id=str(told["id"]),
        name=PurePath(told["folder"]).name or str(told["folder"]),
        path=str(told["folder"]),
        home=str(told["home"]).partition("://")[2],
        mood=mood_of(told),
        headline=_headline(told),
        share=_share(told),
        notes=tuple(_notes(told)),
        moving=tuple(_moving(one) for one in told.get("transfers", ())),
        conflicts=tuple(_conflict(one) for one in told.get("conflicts", ())),
        recent=tuple(_done(one) for one in told.get("recent", ())[:RECENT]),
        buttons=tuple(_buttons(told)),
    )


def mood_of(told: Mapping[str, Any]) -> Mood:
    """Return how a folder is."""
    if told.get("stopped"):
        return Mood.HELD
    if "state" not in told:
        return Mood.BUSY if told.get("root") == "here" else Mood.WRONG
    reasons = set(told["reasons"])
    if reasons - {"by_person"}:
        return Mood.WRONG
    if reasons:
        return Mood.HELD
    if told["problems"] or told["conflicts"]:
        return Mood.WRONG
    return _STATES.get(told["state"], Mood.HELD)


def _headline(told: Mapping[str, Any]) -> str:
    if told.get("stopped"):
        return say("window_stopped")
    if "state" not in told:
        return say(f"root_{told.get('root', 'missing')}")
    return say(f"state_{told['state']}", files=told["files"], waiting=told["waiting"])


def _share(told: Mapping[str, Any]) -> float | None:
    """Return how much of all is the same by now, while that is not all."""
    if told.get("state") not in ("working", "starting") or not told["waiting"]:
        return None
    return float(told["files"] / (told["files"] + told["waiting"]))


def _notes(told: Mapping[str, Any]) -> Iterator[Note]:
    for reason in told.get("reasons", ()):
        key = f"window_{reason}" if known(f"window_{reason}") else f"reason_{reason}"
        text = say(key, why=told["why"], asked=told["asked"])
        yield Note(text, _ANSWERS.get(reason, lambda: ())())
    for problem in told.get("problems", ()):
        yield Note(
            f"{printable(problem['path'])}: {word_for('problem', problem['kind'])}",
            (Button("show", say("window_show"), problem["path"]),),
        )


def _confirming() -> tuple[Button, ...]:
    return (
        Button("confirm", say("window_bring_back"), answer="keep"),
        Button("confirm", say("window_remove_too"), answer="remove"),
    )


def _resuming() -> tuple[Button, ...]:
    return (Button("resume", say("window_try_again")),)


_ANSWERS = {
    "many_removed_on_disk": _confirming,
    "many_removed_at_home": _confirming,
    "no_room_in_home": _resuming,
    "no_room_on_disk": _resuming,
}


def _moving(one: Mapping[str, Any]) -> Moving:
    size, done = one["size"], one["done"]
    share = 1.0 if size <= 0 else min(1.0, done / size)
    told = say("window_moving", done=bytes_of(min(done, size)), size=bytes_of(size))
    return Moving(printable(one["path"]), one["is_upload"], share, told)


def _conflict(event: Mapping[str, Any]) -> Note:
    mine, theirs = event["path"], event["other"]
    text = say("window_conflict", name=printable(theirs), mine=printable(PurePath(mine).name))
    return Note(
        text,
        (
            Button("open", say("window_open_mine"), mine),
            Button("open", say("window_open_theirs"), theirs),
            Button("decide", say("window_keep_mine"), mine, "mine"),
            Button("decide", say("window_keep_theirs"), mine, "theirs"),
        ),
    )


def _done(event: Mapping[str, Any]) -> Done:
    return Done(when(event["at"]), word_for("event", event["what"]), printable(event["path"]))


def _buttons(told: Mapping[str, Any]) -> Iterator[Button]:
    yield Button("open", say("window_open_folder"))
    if told.get("stopped"):
        yield Button("start", say("window_start"))
    elif "by_person" in told.get("reasons", ()):
        yield Button("resume", say("window_resume"))
    else:
        yield Button("pause", say("window_pause"))
    yield Button("select", say("window_select"))


def room_of(used: int, quota: int | None) -> Room:
    """Return how much room of a home is used, in words and as a share of what there may be."""
    if not quota:
        return Room(say("window_room", used=bytes_of(used)), None)
    told = say("window_room_of", used=bytes_of(used), quota=bytes_of(quota))
    return Room(told, min(1.0, used / quota))
