"""What edits leave beside their documents: marks and notes, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from replication.core.document import Edit


@dataclass(slots=True)
class MemoryTraces:
    """`marks` are sequences by name, `notes` texts by sequence."""

    marks: dict[str, int] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)

    def leave(self, edit: Edit, sequence: int) -> None:
        """Put the marks of an edit to its sequence, and keep its note."""
        self.marks.update(dict.fromkeys(edit.marks, sequence))
        if edit.note:
            self.notes[sequence] = edit.note

    def copy(self) -> "MemoryTraces":
        """Return them as they stand."""
        return MemoryTraces(dict(self.marks), dict(self.notes))


class TracedDatabase:
    """A database that keeps them."""

    def __init__(self) -> None:
        self._traces = MemoryTraces()

    async def marks(self, names: Sequence[str]) -> list[int]:
        """Return the sequences that marks were put to."""
        return [self._traces.marks.get(name, 0) for name in names]

    async def notes(self, since: int, limit: int = 1000) -> list[tuple[int, str]]:
        """Return the notes of edits after a sequence."""
        return [note for note in self._traces.notes.items() if note[0] > since][:limit]

    async def forget_notes(self, through: int) -> None:
        """Forget the notes of edits up to a sequence."""
        kept = {at: note for at, note in self._traces.notes.items() if at > through}
        self._traces.notes = kept
