"""What the engine says of itself, as JSON and as lines for people: pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from clients.desktop.engine.status import Status
from clients.desktop.program.messages import known, say

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_STEP = 1024


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


def lines_of(told: Mapping[str, Any]) -> Iterator[str]:
    """Return what a person is told of a status."""
    if "state" not in told:
        yield say(f"root_{told.get('root', 'missing')}")
        return
    yield say(f"state_{told['state']}", files=told["files"], waiting=told["waiting"])
    for reason in told["reasons"]:
        yield "  " + say(f"reason_{reason}", why=told["why"], asked=told["asked"])
    for transfer in told["transfers"]:
        yield "  " + transfer_line(transfer)
    for problem in told["problems"]:
        yield "  " + problem_line(problem)
    if told["conflicts"]:
        yield "  " + say("conflicts_are", count=len(told["conflicts"]))
    if told.get("unwatched"):
        yield "  " + say("unwatched", count=told["unwatched"])


def transfer_line(transfer: Mapping[str, Any]) -> str:
    """Return how far a content under way is."""
    size, done = transfer["size"], transfer["done"]
    share = 100 if size == 0 else min(100, 100 * done // size)
    arrow = "↑" if transfer["is_upload"] else "↓"
    return f"{arrow} {share:3d} %  {bytes_of(size):>9}  {transfer['path']}"


def problem_line(problem: Mapping[str, Any]) -> str:
    """Return what is wrong with a path, and what to do."""
    key = f"problem_{problem['kind']}"
    told = say(key) if known(key) else str(problem["kind"])
    why = f" ({problem['why']})" if problem.get("why") else ""
    return f"! {problem['path']}: {told}{why}"


def event_line(event: Mapping[str, Any]) -> str:
    """Return something that was done, with when."""
    when = datetime.fromtimestamp(event["at"]).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    key = f"event_{event['what']}"
    told = say(key) if known(key) else str(event["what"])
    other = f" ← {event['other']}" if event.get("other") else ""
    return f"{when}  {told:<14} {event['path']}{other}"


def bytes_of(count: int) -> str:
    """Return a count of bytes as people read it."""
    size, unit = float(count), _UNITS[0]
    for name in _UNITS[1:]:
        if size < _STEP:
            break
        size, unit = size / _STEP, name
    return f"{count} B" if unit == "B" else f"{size:.1f} {unit}"
