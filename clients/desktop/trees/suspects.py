"""Which nodes may differ: those that something was seen of since they were last found equal."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Suspects:
    """Nodes that both sides know, by their id in the home; nodes of the disk alone, by their key.

    More than those that differ, never fewer: the planner looks at these, not at the whole tree.
    """

    ids: set[str] = field(default_factory=set)
    keys: set[int] = field(default_factory=set)
    count: int = 0
    """Grows with everything that is seen: whoever kept an older number knows of less."""

    def __contains__(self, node: object) -> bool:
        return node in self.ids or node in self.keys

    def see(self, node_id: str) -> None:
        """Remember that something of a node of the home changed."""
        self.ids.add(node_id)
        self.count += 1

    def see_local(self, key: int) -> None:
        """Remember that something of a node that only the disk knows changed."""
        self.keys.add(key)
        self.count += 1

    def clear(self, ids: set[str], keys: set[int]) -> None:
        """Forget what was found equal."""
        self.ids -= ids
        self.keys -= keys
