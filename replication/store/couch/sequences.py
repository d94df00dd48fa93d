"""CouchDB's sequences and our numbers.

Theirs are opaque texts that begin with a number: in a database of one shard, on one node, that is
the number of the change, and ours. To read on from a number its text is needed. Those that were
seen are remembered; for others reading begins at the nearest one below, and skips.

In a cluster the copies of a shard count each for itself, so the number of a change depends on who
answers: texts are safe there, numbers are not.
"""

from bisect import bisect_right, insort

MOST = 20_000


def number_of(sequence: str | int) -> int:
    """Return the number that a sequence begins with; to PouchDB's server it is all there is."""
    return int(str(sequence).partition("-")[0])


class SeenSequences:
    """Texts by number; of too many, every other one is forgotten."""

    def __init__(self) -> None:
        self._numbers: list[int] = [0]
        self._texts = {0: "0"}
        self.latest = 0

    def see(self, sequence: str | int) -> int:
        """Remember a sequence and return its number."""
        number = number_of(sequence)
        if number not in self._texts:
            insort(self._numbers, number)
        self._texts[number] = str(sequence)
        self.latest = max(self.latest, number)
        if len(self._numbers) > MOST:
            self._thin_out()
        return number

    def below(self, number: int) -> tuple[int, str]:
        """Return the highest known sequence that is not above a number."""
        found = self._numbers[bisect_right(self._numbers, number) - 1]
        return found, self._texts[found]

    def _thin_out(self) -> None:
        self._numbers = [0, *self._numbers[1:-1:2], self._numbers[-1]]
        self._texts = {number: self._texts[number] for number in self._numbers}
