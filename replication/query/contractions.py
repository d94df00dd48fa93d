"""Text taken apart into what sorts as one: characters, and the few strings that sort as a whole.

The longest string that stands there is taken (UTS 10, S2.1). One that ends with combining marks is
also found where other marks stand in between that do not hide them (S2.1.1 to S2.1.3).
"""

from collections.abc import Iterator, Mapping

_LONGEST_RUN = 128
"""Marks looked through behind a character; the Unicode Standard's streams have at most 30."""

Marks = Mapping[str, tuple[int, int]]


class Contractions:
    """Finds contractions in text; `marks` are the combining classes of what begins with a mark."""

    def __init__(self, strings: Mapping[str, object], marks: Marks) -> None:
        self._strings = strings
        self._marks = marks
        self._begun = {string[:length] for string in strings for length in range(1, len(string))}
        self._first = frozenset(string[0] for string in strings)
        self._later = frozenset(one for string in strings for one in string[1:])

    def may_be_in(self, text: str) -> bool:
        """Tell, quickly, whether a text may hold a contraction; False is certain."""
        return not (self._later.isdisjoint(text) or self._first.isdisjoint(text))

    def split(self, text: str) -> Iterator[str]:
        """Yield contractions and the characters between them. Takes time linear in the text."""
        ahead = list(reversed(text))
        while ahead:
            found = ahead.pop()
            if found in self._begun:
                found = self._through_marks(self._adjacent(found, ahead), ahead)
            yield found

    def _adjacent(self, found: str, ahead: list[str]) -> str:
        """Take the longest contraction that follows without a gap."""
        tried, length = found, 0
        for ahead_by, character in enumerate(reversed(ahead[-3:]), 1):
            tried += character
            if tried in self._strings:
                found, length = tried, ahead_by
            if tried not in self._begun:
                break
        if length:
            del ahead[-length:]
        return found

    def _through_marks(self, found: str, ahead: list[str]) -> str:
        """Take marks further on that make a longer contraction; those in between stay."""
        if not ahead or ahead[-1] not in self._marks or found not in self._begun:
            return found
        kept = [ahead[-1]]
        before = self._marks[kept[0]][1]
        taken = 1
        for mark in ahead[-2 : -2 - _LONGEST_RUN : -1]:
            if mark not in self._marks:
                break
            taken += 1
            first, last = self._marks[mark]
            if before < first and found + mark in self._strings:
                found += mark
            else:
                kept.append(mark)
                before = last
        ahead[-taken:] = reversed(kept)
        return found
