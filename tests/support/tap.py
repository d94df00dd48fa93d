"""What a script of tests in Node reports (the Test Anything Protocol), as values."""

import re
from dataclasses import dataclass

_POINT = re.compile(r"^(?P<not>not )?ok \d+ - (?P<name>.*?)(?P<directive> # (?:SKIP|TODO).*)?$")
_PLAN = re.compile(r"^1\.\.(\d+)$")


@dataclass(frozen=True, slots=True)
class Report:
    """Names of tests that passed, those that did not with what they said, and how many there are.

    A test that was skipped, or is yet to do, did not pass.
    """

    passed: tuple[str, ...]
    failed: dict[str, str]
    planned: int | None

    @property
    def whole(self):
        """Tell whether each planned test reported, and there was one."""
        return self.planned == len(self.passed) + len(self.failed) > 0


def read_report(text):
    """Read the top level of a report; what is indented belongs to the point above it."""
    passed, failed, planned, current = [], {}, None, None
    for line in text.splitlines():
        if plan := _PLAN.match(line):
            planned = int(plan[1])
        elif point := _POINT.match(line):
            current = None
            if point["not"] or point["directive"]:
                current = point["name"]
                failed[current] = point["directive"] or ""
            else:
                passed.append(point["name"])
        elif current is not None and line.startswith("  "):
            failed[current] += line + "\n"
    return Report(tuple(passed), failed, planned)
