"""What the engine says of itself, as JSON and as lines for people: pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from unicodedata import category, combining, east_asian_width

import msgspec

from clients.desktop.engine.status import Status
from clients.desktop.local.messages import known, say

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_STEP = 1024
_BAR, _WIDE = 16, 60
"""Columns of a bar, and those of a terminal that has room for it."""
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the order of what follows (UAX 9)."""


def told_of(status: Status) -> dict[str, Any]:
    """Return a status as JSON has it."""
    told: dict[str, Any] = _shown(msgspec.to_builtins(status))
    return told


def _shown(value: object) -> Any:  # noqa: ANN401  # as JSON has it
    """Return a value whose texts can be written: names of a disk may be any bytes."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if isinstance(value, Mapping):
        return {key: _shown(held) for key, held in value.items()}
    return [_shown(held) for held in value] if isinstance(value, list | tuple) else value


def lines_of(told: Mapping[str, Any], width: int = 0) -> Iterator[str]:
    """Return what a person is told of a status; transfers in so many columns, where it is told."""
    if "state" not in told:
        yield say(f"root_{told.get('root', 'missing')}")
        return
    yield say(f"state_{told['state']}", files=told["files"], waiting=told["waiting"])
    for reason in told["reasons"]:
        yield "  " + say(f"reason_{reason}", why=told["why"], asked=told["asked"])
    for transfer in told["transfers"]:
        yield "  " + transfer_line(transfer, width - 2)
    for problem in told["problems"]:
        yield "  " + problem_line(problem)
    if told["conflicts"]:
        yield "  " + say("conflicts_are", count=len(told["conflicts"]))
    if told.get("foreign"):
        yield "  " + say("foreign_are", count=told["foreign"])
    if told.get("unwatched"):
        yield "  " + say("unwatched", count=told["unwatched"])


def transfer_line(transfer: Mapping[str, Any], width: int = 0) -> str:
    """Return how far a content under way is: with a bar where there is room for one."""
    size = transfer["size"]
    drawn = bar(transfer["done"], size, _BAR if width >= _WIDE else 0)
    head = f"{'↑' if transfer['is_upload'] else '↓'} {drawn}  {bytes_of(size):>9}  "
    path = printable(transfer["path"])
    return head + (fitted(path, width - len(head)) if width > len(head) else path)


def bar(done: int, whole: int, width: int) -> str:
    """Return a share of a whole as a bar of so many columns, and in percent."""
    share = 1.0 if whole <= 0 else min(1.0, done / whole)
    full = int(share * width)
    drawn = f"{'█' * full}{'░' * (width - full)} " if width > 0 else ""
    return f"{drawn}{int(100 * share):3d} %"


def problem_line(problem: Mapping[str, Any]) -> str:
    """Return what is wrong with a path, and what to do."""
    why = f" ({printable(problem['why'])})" if problem.get("why") else ""
    return f"! {printable(problem['path'])}: {word_for('problem', problem['kind'])}{why}"


def event_line(event: Mapping[str, Any]) -> str:
    """Return something that was done, with when."""
    other = f" ← {printable(event['other'])}" if event.get("other") else ""
    word = word_for("event", event["what"])
    return f"{when(event['at'])}  {word:<14} {printable(event['path'])}{other}"


def when(seconds: int) -> str:
    """Return a time as people here read it; `seconds` since 1970."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def word_for(kind: str, name: str) -> str:
    """Return the words for a name of the engine's; the name itself where it is a later one."""
    key = f"{kind}_{name}"
    return say(key) if known(key) else name


def printable(text: str) -> str:
    """Return a name that cannot speak to the terminal: its control characters are shown as �."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_unseen(it) else it for it in text)


def _is_unseen(letter: str) -> bool:
    return category(letter) in ("Cc", "Zl", "Zp") or letter in _TURNING


def fitted(path: str, width: int) -> str:
    """Return a path in so many columns: what is too much is left out at its beginning."""
    if columns(path) <= width:
        return path
    end = path
    while end and columns(end) > width - 1:
        end = end[1:]
    return "…" + end


def columns(text: str) -> int:
    """Return how many columns a text takes (UAX 11: wide characters take two)."""
    return sum(0 if combining(it) else 2 if east_asian_width(it) in "WF" else 1 for it in text)


def bytes_of(count: int) -> str:
    """Return a count of bytes as people read it."""
    size, unit = float(count), _UNITS[0]
    for name in _UNITS[1:]:
        if size < _STEP:
            break
        size, unit = size / _STEP, name
    return f"{count} B" if unit == "B" else f"{size:.1f} {unit}"
